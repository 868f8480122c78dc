"""Products of several factors: from left to right, or in another order of multiplying where only that fits."""

from dataclasses import replace
from typing import Final

from app.answers import Unreadable
from app.formula.inference import Piece
from app.formula.sizes import SCALAR, Shape, Sizes
from app.formula.tree import Kind, Node

MOST_GROUPED: Final = 12  # factors for which other orders are tried


def product(piece: Piece) -> tuple[Node, Shape]:
    """The product as it is to be multiplied, with its shape. Raises `Unreadable` where two factors do not meet."""
    _check_doubt(piece)
    shape = piece.shapes[0]
    for k, factor in enumerate(piece.shapes[1:], 1):
        following = _times(shape, factor, piece.sizes)
        if following is None:
            return _grouped(piece) or _failed(piece, shape, k)
        shape = following
    return piece.node, shape


def _times(left: Shape, right: Shape, sizes: Sizes) -> Shape | None:
    """The shape of a product of two, None where there is none."""
    left, right = sizes.shape(left), sizes.shape(right)
    if left.is_scalar or right.is_scalar:
        return right if left.is_scalar else left
    if not sizes.equal(left.columns, right.rows):
        return None
    return sizes.shape(Shape(left.rows, right.columns))


def _check_doubt(piece: Piece) -> None:
    """Refuse `a/b c` where `a/(b c)` would be possible, too."""
    sizes = piece.sizes.copy()
    below = SCALAR
    for shape in piece.shapes[1 : 1 + piece.node.doubt]:
        following = _times(below, shape, sizes)
        if following is None:
            return
        below = following
        if below.is_scalar:
            message = "Does this stand below the fraction line? Write brackets: (a/b) c or a/(b c)."
            raise Unreadable(message, piece.node.children[1].start)


def _failed(piece: Piece, shape: Shape, k: int) -> tuple[Node, Shape]:
    """Factor k does not fit behind those before it, which have this shape."""
    node = piece.node
    left = node.children[0] if k == 1 else replace(node, children=node.children[:k], doubt=0)
    right = node.children[k]
    a, b = piece.sizes.shape(shape), piece.sizes.shape(piece.shapes[k])
    raise Unreadable(piece.words.product(left, a, right, b), right.start)


def _grouped(piece: Piece) -> tuple[Node, Shape] | None:
    """The factors multiplied in another order, as far to the right as that fits; None where none does.

    Products of neighbours are built up from short to long, each with open sizes of its own: whether these agree shows
    when the shapes of what comes out are inferred in turn.
    """
    factors = piece.node.children
    if len(factors) > MOST_GROUPED:
        return None
    best = {(k, k + 1): (factor, piece.sizes.shape(piece.shapes[k])) for k, factor in enumerate(factors)}
    for length in range(2, len(factors) + 1):
        for begin in range(len(factors) - length + 1):
            end = begin + length
            for middle in range(end - 1, begin, -1):
                left, right = best.get((begin, middle)), best.get((middle, end))
                if left and right and (shape := _times(left[1], right[1], Sizes())):
                    best[begin, end] = _multiplied(left[0], right[0], middle - begin), shape
                    break
    grouped = best.get((0, len(factors)))
    return grouped if grouped and grouped[0] != piece.node else None


def _multiplied(left: Node, right: Node, factors: int) -> Node:
    """A product of two; where the left one is a product of several factors, they stay beside the new one."""
    children = (*left.children, right) if factors > 1 else (left, right)
    return Node(Kind.PRODUCT, children, "", left.start, right.stop)
