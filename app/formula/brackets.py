"""What brackets make of their content when they close: groups, matrices, norms, calls."""

from typing import Final

from app.answers import Unreadable
from app.formula.characters import OPEN_MATRIX, OPEN_MODULUS, OPEN_NORM
from app.formula.lexer import Token
from app.formula.pieces import Bracket, Build, Nodes, Operand
from app.formula.tree import NUMBERS, Kind, Node

SIMPLE_CALLS: Final = {
    "diag": Kind.DIAG,
    "trace": Kind.TRACE,
    "total": Kind.TOTAL,
    "mean": Kind.MEAN,
    "norm": Kind.NORM,
    "softmax": Kind.SOFTMAX,
    "transpose": Kind.TRANSPOSE,
}
PAIR_CALLS: Final = {
    "inner": Kind.INNER,
    "kronecker": Kind.KRONECKER,
    "max": Kind.EXTREMUM,
    "min": Kind.EXTREMUM,
    "matmul": Kind.PRODUCT,
    "multiply": Kind.HADAMARD,
}
VECTORS: Final = "Write [a; b] for a column, [[a, b]] for a row."


def group(make: Nodes, bracket: Bracket, stop: int) -> Operand:
    """What stands in brackets: itself. In square ones also a matrix, or a row of one: `[[a, b], [c, d]]`."""
    entries = bracket.entries
    if bracket.closer != "]":
        return Operand(bracket.single(VECTORS), closed=True)
    if len(bracket.rows) > 1:
        return matrix(make, bracket, stop)
    if len(entries) == 1 and entries[0].listed is None:
        return Operand(bracket.single(), closed=True, listed=(bracket.single(),))
    if all(entry.listed is not None for entry in entries):
        rows = [[Operand(node) for node in entry.listed or ()] for entry in entries]
        return _of_rows(make, rows, bracket.start, stop)
    row = tuple(entry.node for entry in entries)
    return Operand(row[0], closed=True, listed=row, flat=True)


def matrix(make: Nodes, bracket: Bracket, stop: int) -> Operand:
    """Rows with semicolons between them."""
    return _of_rows(make, bracket.rows, bracket.start, stop)


def row(make: Nodes, listed: Operand, start: int, stop: int) -> Operand:
    """What was listed in square brackets as a row."""
    return _of_rows(make, [[Operand(node) for node in listed.listed or ()]], start, stop)


def _of_rows(make: Nodes, rows: list[list[Operand]], start: int, stop: int) -> Operand:
    for row in rows:
        if len(row) != len(rows[0]):
            raise Unreadable("The rows of this matrix have different lengths.", row[0].node.start)
    entries = tuple(entry.node for row in rows for entry in row)
    if len(entries) == 1:
        return Operand(entries[0], closed=True)
    return Operand(make(Kind.MATRIX, entries, start, stop, str(len(rows[0]))), closed=True)


def inner_product(make: Nodes, bracket: Bracket, stop: int) -> Operand:
    return Operand(make(Kind.INNER, bracket.pair, bracket.start, stop))


def norm(make: Nodes, bracket: Bracket, stop: int) -> Operand:
    return Operand(make(Kind.NORM, (bracket.single(),), bracket.start, stop))


def modulus(make: Nodes, bracket: Bracket, stop: int) -> Operand:
    return Operand(make(Kind.MODULUS, (bracket.single(),), bracket.start, stop))


PLAIN: Final[dict[str, Build]] = {  # by the opening bracket
    "(": group,
    "[": group,
    "{": group,
    "⟨": inner_product,
    "‖": norm,
    "|": modulus,
    OPEN_MATRIX: matrix,
    OPEN_NORM: norm,
    OPEN_MODULUS: modulus,
}


def _of_no_number(node: Node) -> Node:
    """What may be transposed. Printed as `2^T`, a number could not be read again."""
    if node.kind in NUMBERS:
        raise Unreadable("A number has no transpose. Write the product with *, the number alone.", node.start)
    return node


def called(name: str, start: int) -> Build:
    """The brackets behind a built-in word that begins at `start`."""

    def build(make: Nodes, bracket: Bracket, stop: int) -> Operand:
        if name in PAIR_CALLS:
            label = name if PAIR_CALLS[name] == Kind.EXTREMUM else ""
            return Operand(make(PAIR_CALLS[name], bracket.pair, start, stop, label), closed=True)
        if name == "outer":
            left, right = bracket.pair
            turned = make(Kind.TRANSPOSE, (_of_no_number(right),), right.start, right.stop)
            return Operand(make(Kind.PRODUCT, (left, turned), start, stop), closed=True)
        if name == "inverse":
            return Operand(make.inverse(bracket.single(), start, stop), closed=True)
        if name == "transpose":
            _of_no_number(bracket.single())
        closed = name != "norm"  # which may say below which norm it is
        return Operand(make(SIMPLE_CALLS[name], (bracket.single(),), start, stop), closed)

    return build


def applied(function: Token, power: Node | None) -> Build:
    """The brackets behind a function, with the power of `tanh^2(x)` where there is one."""

    def build(make: Nodes, bracket: Bracket, stop: int) -> Operand:
        node = make(Kind.APPLY, (bracket.single(),), function.start, stop, function.text)
        if power is None:
            return Operand(node)
        return Operand(make(Kind.POWERS, (node, power), function.start, stop), closed=True)

    return build


def denominator(over: Node, start: int) -> Build:
    """The second braces of a LaTeX fraction that begins at `start`."""

    def build(make: Nodes, bracket: Bracket, stop: int) -> Operand:
        return Operand(make(Kind.QUOTIENT, (over, bracket.single()), start, stop), closed=True)

    return build
