"""Why two pieces of a formula do not fit, in the exercise's letters, and what may have been meant."""

from typing import Final

from app.formula.render import text
from app.formula.sizes import OPEN, Shape, size_text
from app.formula.symbols import Symbols
from app.formula.tree import Kind, Node

QUOTED: Final = 40  # characters of a piece in a message


class Words:
    """Messages about a formula's pieces, which are quoted from the tree: never as they were typed."""

    def __init__(self, symbols: Symbols):
        self.symbols = symbols

    def quoted(self, node: Node) -> str:
        """A piece in a message; a long one by its beginning."""
        written = text(node, self.symbols)
        return f"`{written if len(written) <= QUOTED else written[: QUOTED - 1].rstrip() + '…'}`"

    def product(self, left: Node, a: Shape, right: Node, b: Shape) -> str:
        x, y = self.quoted(left), self.quoted(right)
        if a == b and (a.is_column or a.is_row):
            noun, number = ("columns", (_turned(left), right)) if a.is_column else ("rows", (left, _turned(right)))
            inner = self.quoted(Node(Kind.PRODUCT, number))
            entries = self.quoted(Node(Kind.HADAMARD, (left, right)))
            return (
                f"{x} and {y} are both {noun}, {a}: they have no product. "
                f"Write {inner} for a number, {entries} for one entry by entry."
            )
        begin = f"{x} is {a.words} and {y} is {b.words}: "
        if a.is_column and b.is_column:
            outer = self.quoted(Node(Kind.PRODUCT, (left, _turned(right))))
            return f"{begin}two columns have no product. {outer} would be {Shape(a.rows, b.rows)}."
        if a.is_column and a.rows == b.rows:
            return f"{begin}a column cannot be multiplied from the left of it. Did you mean diag(…) of the column?"
        if a.is_column:
            why = "behind a column stands a row or a number."
        elif b.is_row:
            why = "before a row stands a column or a number."
        else:
            columns, rows = size_text(a.columns), size_text(b.rows)
            why = f"the {columns} columns of the first do not meet the {rows} rows of the second."
        return f"{begin}{why} {_remedy(a, b)}"

    def inner(self, left: Node, a: Shape, right: Node, b: Shape) -> str:
        if a.columns != b.rows:
            return self.entrywise(left, a, right, b, "an inner product")
        product = self.quoted(Node(Kind.PRODUCT, (left, right)))
        begin = f"{self.quoted(left)} is {a.words} and {self.quoted(right)} is {b.words}: "
        return f"{begin}an inner product wants equal shapes. Write {product} for their product."

    def sum(self, first: Node, a: Shape, term: Node, b: Shape) -> str:
        begin = f"{self.quoted(first)} is {a.words} and {self.quoted(term)} is {b.words}: "
        if _begins_with_one(term) and (b.is_row or b.is_column):
            size = size_text(b.columns if b.is_row else b.rows)
            return f"{begin}only what has the same shape can be added. For ones, write 1_{size} or ones({size})."
        if a.is_scalar or b.is_scalar:
            return f"{begin}they cannot be added. For a number in every entry, multiply it with ones."
        if a.transposed == b:
            return f"{begin}they cannot be added. Transpose one of them."
        return f"{begin}only what has the same shape can be added."

    def entrywise(self, first: Node, a: Shape, factor: Node, b: Shape, what: str = "a product entry by entry") -> str:
        begin = f"{self.quoted(first)} is {a.words} and {self.quoted(factor)} is {b.words}: {what} "
        if (a.is_column or b.is_column) and a.rows == b.rows:
            return f"{begin}wants equal shapes. To scale rows, write diag(…) of the column before the matrix."
        if a.transposed == b:
            return f"{begin}wants equal shapes. Transpose one of them."
        return f"{begin}wants equal shapes."

    def power(self, base: Node, shape: Shape) -> str:
        x = self.quoted(base)
        if shape.is_column or shape.is_row:
            number = "x^T x" if shape.is_column else "x x^T"
            return (
                f"{x} is {shape}: a power of a vector can be read in several ways. "
                f"Write x.^2 entry by entry, ||x||^2 or {number} for a number."
            )
        return f"{x} is {shape}: only square matrices have powers. Write A.^2 entry by entry, A^T A for a product."

    def entries(self, base: Node, shape: Shape) -> str:
        x = self.quoted(base)
        if shape.is_scalar:
            return f"{x} is a number and has no entries. Leave the index out."
        if shape.is_column or shape.is_row:
            return f"{x} is {shape}: its entries have one index, as in x_d."
        return f"{x} is {shape}: its entries have two indices, as in W_{{n,d}}; W_{{:,d}} is a column."


def _remedy(a: Shape, b: Shape) -> str:
    """What would make a product of two that do not meet."""
    if any(letter.startswith(OPEN) for letter in a.columns + b.rows):
        return "Write the sizes of I and ones, as in I_N and ones(N)."
    if a == b:
        return "The transpose of one would fit; ⊙ is the product entry by entry."
    if a.columns == b.columns:
        return "The transpose of the second would fit."
    if a.rows == b.rows:
        return "The transpose of the first would fit."
    if b.columns == a.rows:
        return "In the other order they fit."
    return "Is a factor missing, or a transpose?"


def _begins_with_one(term: Node) -> bool:
    """Whether it is a product with the number 1, which may have been meant as ones."""
    product = term.children[0] if term.kind == Kind.NEGATIVE else term
    return product.kind == Kind.PRODUCT and product.children[0] == Node(Kind.NUMBER, label="1")


def _turned(node: Node) -> Node:
    return node.children[0] if node.kind == Kind.TRANSPOSE else Node(Kind.TRANSPOSE, (node,))
