"""For every kind of node but the product: the shape that it has, from the shapes of its children."""

from collections.abc import Callable
from typing import Final

from app.answers import Unreadable
from app.formula.inference import Piece
from app.formula.sizes import ONE, SCALAR, Shape, Size, size, times
from app.formula.tree import Kind, is_number, whole_number

FIRST: Final = "1"  # the entry that there is whatever the size
MAX_POWER: Final = 8  # of a matrix, in size


def _scalar(piece: Piece) -> Shape:
    return SCALAR


def _same(piece: Piece) -> Shape:
    return piece.shapes[0]


# Leaves -------------------------------------------------------------------------------------------


def _symbol(piece: Piece) -> Shape:
    return piece.symbols.shape[piece.node.label]


def _identity(piece: Piece) -> Shape:
    side = piece.size(piece.node.label)
    return Shape(side, side)


def _filled(piece: Piece) -> Shape:
    rows, columns = piece.node.label.split(",")
    return Shape(piece.size(rows), piece.size(columns))


def _basis(piece: Piece) -> Shape:
    if piece.node.label == FIRST:
        return Shape(piece.open, ONE)
    if piece.node.label.isdigit():
        message = "The size of this is open: write an index letter, as in e_d, or the column itself, as in [0; 1]."
        raise Unreadable(message, piece.node.start)
    piece.index(piece.node.label, piece.open)
    return Shape(piece.open, ONE)


def _delta(piece: Piece) -> Shape:
    for index in piece.node.label.split(","):
        piece.index(index, piece.open)
    return SCALAR


# Sums and products --------------------------------------------------------------------------------


def _sum(piece: Piece) -> Shape:
    """Equal shapes; digits count as filled with that number where a vector is meant."""
    terms = list(zip(piece.node.children, piece.shapes, strict=True))
    digits = [term for term, _ in terms if is_number(term)]
    others = [(term, shape) for term, shape in terms if not is_number(term)]
    if not others:
        return SCALAR
    first, shape = others[0]
    for term, other in others[1:]:
        if not piece.sizes.same(shape, other):
            place = term.children[0].start if term.kind == Kind.NEGATIVE else term.start
            raise Unreadable(piece.words.sum(first, piece.sizes.shape(shape), term, other), place)
    shape = piece.sizes.shape(shape)
    if digits and shape.is_square and not shape.is_scalar:
        message = "A number plus a square matrix can be read in two ways. Write I or ones beside the number."
        raise Unreadable(message, digits[0].start)
    return shape


def _entrywise(piece: Piece) -> Shape:
    """Equal shapes, or numbers beside them."""
    arrays = [pair for pair in zip(piece.node.children, piece.shapes, strict=True) if not pair[1].is_scalar]
    if not arrays:
        return SCALAR
    first, shape = arrays[0]
    for factor, other in arrays[1:]:
        if not piece.sizes.same(shape, other):
            raise Unreadable(piece.words.entrywise(first, piece.sizes.shape(shape), factor, other), factor.start)
    return piece.sizes.shape(shape)


def _kronecker(piece: Piece) -> Shape:
    rows = columns = ONE
    for shape in piece.shapes:
        rows, columns = times(rows, shape.rows), times(columns, shape.columns)
    return Shape(rows, columns)


def _quotient(piece: Piece) -> Shape:
    over, below = piece.shapes
    if not below.is_scalar:
        node = piece.node.children[1]
        remedy = "(…)^{-1} for an inverse" if below.is_square else "./ to divide entry by entry"
        begin = f"Only a number can stand below a fraction line; {piece.words.quoted(node)} is {below}."
        raise Unreadable(f"{begin} Write {remedy}.", node.start)
    return over


def _power(piece: Piece) -> Shape:
    base, exponent = piece.node.children
    shape = piece.shapes[0]
    if not piece.shapes[1].is_scalar:
        raise Unreadable("An exponent is a number. For powers of e entry by entry, write exp(…).", exponent.start)
    if shape.is_scalar:
        return SCALAR
    if not piece.sizes.equal(shape.rows, shape.columns):
        raise Unreadable(piece.words.power(base, shape), base.start)
    power = whole_number(exponent)
    if power is None or abs(power) > MAX_POWER:
        raise Unreadable(f"Powers of matrices are whole numbers from -{MAX_POWER} to {MAX_POWER}.", exponent.start)
    return piece.sizes.shape(shape)


def _powers(piece: Piece) -> Shape:
    if not piece.shapes[1].is_scalar:
        raise Unreadable("An exponent is a number.", piece.node.children[1].start)
    return piece.shapes[0]


# Functions ----------------------------------------------------------------------------------------


def _transpose(piece: Piece) -> Shape:
    base = piece.node.children[0]
    if (base.kind == Kind.SYMBOL or piece.node.doubt) and piece.shapes[0].is_scalar:
        place = piece.node.stop - 1 if piece.node.doubt else base.stop
        raise Unreadable(f"{piece.words.quoted(base)} is a number: there is nothing to transpose.", place)
    return piece.shapes[0].transposed


def _apply(piece: Piece) -> Shape:
    label = piece.node.label
    name = label.rstrip("'")
    if name != label and "'" in piece.symbols.without:
        raise Unreadable("Derivatives may not be used here: write this one out.", piece.node.start)
    if len(label) - len(name) >= len(piece.symbols.function(name, "sigmoid").orders):
        raise Unreadable("This derivative is not known here. Write it out.", piece.node.start)
    return piece.shapes[0]


def _softmax(piece: Piece) -> Shape:
    shape = piece.shapes[0]
    if shape.is_column or shape.is_row:
        return shape
    node = piece.node.children[0]
    raise Unreadable(f"softmax applies to a vector; {piece.words.quoted(node)} is {shape.words}.", node.start)


def _diag(piece: Piece) -> Shape:
    shape = piece.shapes[0]
    if shape.is_column or shape.is_row:
        side = shape.rows if shape.is_column else shape.columns
        return Shape(side, side)
    if shape.is_square and not shape.is_scalar:
        return Shape(shape.rows, ONE)
    node = piece.node.children[0]
    message = f"diag applies to a vector or a square matrix; {piece.words.quoted(node)} is {shape.words}."
    raise Unreadable(message, node.start)


def _trace(piece: Piece) -> Shape:
    shape, node = piece.shapes[0], piece.node.children[0]
    if not piece.sizes.equal(shape.rows, shape.columns):
        raise Unreadable(f"A trace is of a square matrix; {piece.words.quoted(node)} is {shape.words}.", node.start)
    return SCALAR


def _norm(piece: Piece) -> Shape:
    shape, node = piece.shapes[0], piece.node.children[0]
    if piece.node.label != "F" and not (shape.is_scalar or shape.is_column or shape.is_row):
        message = f"Which norm of a matrix? {piece.words.quoted(node)} is {shape}: write ||A||_F."
        raise Unreadable(message, piece.node.start)
    return SCALAR


def _modulus(piece: Piece) -> Shape:
    shape, node = piece.shapes[0], piece.node.children[0]
    if not shape.is_scalar:
        message = f"{piece.words.quoted(node)} is {shape}: write ||x|| for its norm, abs(x) entry by entry."
        raise Unreadable(message, piece.node.start)
    return SCALAR


def _inner(piece: Piece) -> Shape:
    a, b = piece.shapes
    if not piece.sizes.same(a, b):
        left, right = piece.node.children
        raise Unreadable(piece.words.inner(left, a, right, b), right.start)
    return SCALAR


# Indices and matrices -----------------------------------------------------------------------------


def _entry(piece: Piece) -> Shape:
    base, shape = piece.node.children[0], piece.shapes[0]
    indices = piece.node.label.split(",")
    ways = [way for way in (shape.rows, shape.columns) if way != ONE]
    if len(indices) != len(ways) or all(index == ":" for index in indices):
        raise Unreadable(piece.words.entries(base, shape), piece.node.start)
    for index, way in zip(indices, ways, strict=True):
        if index.isdigit():
            _numbered(piece, int(index), way)
        elif index != ":":
            piece.index(index, way)
    if ":" not in indices:
        return SCALAR
    return Shape(ways[0], ONE) if indices[0] == ":" else Shape(ONE, ways[1])


def _numbered(piece: Piece, index: int, way: Size) -> None:
    if index == int(FIRST):
        return
    way = piece.sizes.resolved(way)
    if len(way) != 1 or not way[0].isdigit():
        message = "How many entries there are is open here: write an index letter, as in x_d."
        raise Unreadable(message, piece.node.start)
    if not 1 <= index <= int(way[0]):
        raise Unreadable(f"Entries are counted from 1 to {way[0]}.", piece.node.start)


def _series(piece: Piece) -> Shape:
    index, _, upper = piece.node.label.partition(":")
    if upper:
        piece.note(index, piece.size(upper), piece.node.start)
    if index not in piece.ranges:
        message = f"The index {index} of this sum does not occur in it. How far does it go?"
        raise Unreadable(message, piece.node.start)
    piece.runs[index] = piece.ranges.pop(index)
    return piece.shapes[0]


def _matrix(piece: Piece) -> Shape:
    for node, shape in zip(piece.node.children, piece.shapes, strict=True):
        if not shape.is_scalar:
            message = f"Entries of a matrix are numbers; {piece.words.quoted(node)} is {shape}."
            raise Unreadable(message, node.start)
    return Shape(size(str(len(piece.shapes) // int(piece.node.label))), size(piece.node.label))


RULES: Final[dict[Kind, Callable[[Piece], Shape]]] = {
    Kind.NUMBER: _scalar,
    Kind.CONSTANT: _scalar,
    Kind.SIZE: _scalar,
    Kind.SYMBOL: _symbol,
    Kind.IDENTITY: _identity,
    Kind.ONES: _filled,
    Kind.ZEROS: _filled,
    Kind.BASIS: _basis,
    Kind.DELTA: _delta,
    Kind.SUM: _sum,
    Kind.NEGATIVE: _same,
    Kind.QUOTIENT: _quotient,
    Kind.HADAMARD: _entrywise,
    Kind.RATIO: _entrywise,
    Kind.EXTREMUM: _entrywise,
    Kind.KRONECKER: _kronecker,
    Kind.POWER: _power,
    Kind.POWERS: _powers,
    Kind.TRANSPOSE: _transpose,
    Kind.APPLY: _apply,
    Kind.SOFTMAX: _softmax,
    Kind.DIAG: _diag,
    Kind.TRACE: _trace,
    Kind.TOTAL: _scalar,
    Kind.MEAN: _scalar,
    Kind.NORM: _norm,
    Kind.MODULUS: _modulus,
    Kind.INNER: _inner,
    Kind.ENTRY: _entry,
    Kind.SERIES: _series,
    Kind.MATRIX: _matrix,
}
