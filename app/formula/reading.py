"""What a person typed → a formula that has a meaning: parsed, its shapes inferred, its cost bounded."""

from dataclasses import dataclass
from typing import Final

from app.answers import Unreadable
from app.formula import render
from app.formula.characters import plain
from app.formula.costs import check_cost
from app.formula.lexer import tokens
from app.formula.parser import parse
from app.formula.shapes import Shaped, check_ones, infer
from app.formula.sizes import OPEN, Shape, Sizes
from app.formula.symbols import Symbols
from app.formula.tree import Node

MAX_FORMULA: Final = 400  # characters


@dataclass(frozen=True)
class Formula:
    """A formula as it was understood: its `tree`, its `shape` in letters, itself as `text` and as `latex`."""

    shaped: Shaped
    symbols: Symbols
    sizes: Sizes

    @property
    def tree(self) -> Node:
        return self.shaped.tree

    @property
    def shape(self) -> Shape:
        return self.shaped.shape

    @property
    def latex(self) -> str:
        return render.latex(self.tree, self.symbols)

    @property
    def text(self) -> str:
        return render.text(self.tree, self.symbols)

    @property
    def is_open(self) -> bool:
        """Whether its shape depends on what it stands for, as that of `I` alone."""
        return any(letter.startswith(OPEN) for letter in self.shape.letters)

    def fitted(self, shape: Shape) -> Shaped | None:
        """The formula where its shape is this one, which says how large an `I` in it is; None where it is not."""
        sizes = self.sizes.copy()
        return self.shaped.known(sizes) if sizes.same(self.shape, shape) else None


def read(raw: object, symbols: Symbols) -> Formula:
    """Read a formula. Raises `Unreadable` with the place in the text and the remedy; that costs no try."""
    if not isinstance(raw, str):
        raise Unreadable("Expected a formula as a text, such as 2 x.")
    formula = of_tree(tree_of(raw, symbols), symbols)
    check_ones(formula.shaped)
    return formula


def restored(text: str, symbols: Symbols) -> Formula:
    """The formula that printed itself as this `text`, which may be longer than what was typed."""
    return of_tree(parse(tokens(plain(text), symbols)), symbols)


def tree_of(typed: str, symbols: Symbols) -> Node:
    """The tree of a formula, whether or not its pieces fit. Raises `Unreadable`."""
    if len(typed) > MAX_FORMULA:
        raise Unreadable(f"A formula may have at most {MAX_FORMULA} characters.", MAX_FORMULA)
    return parse(tokens(plain(typed), symbols))


def of_tree(tree: Node, symbols: Symbols) -> Formula:
    """The formula with this tree. Raises `Unreadable` where pieces do not fit, or would cost too much to evaluate."""
    shaped, sizes = infer(tree, symbols)
    check_cost(shaped, symbols)
    return Formula(shaped, symbols, sizes)
