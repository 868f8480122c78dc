"""The shape of every piece of a formula, in the exercise's letters; and where pieces do not fit, which and why.

Conventions, as the lecture has them:

- A number is 1×1 and may multiply anything. A row times a column is a number.
- A product of several factors is read from left to right; where that does not fit, in any order of multiplying that
  does (`A x^T y` is `A (x^T y)`, and is shown back so).
- Sums, ⊙ and ./ want equal shapes. Digits may be added to a vector and stand for that number in every entry: the 1 of
  `y ⊙ (1 - y)`. To a square matrix they may not: is 1 the identity there, or ones?
- Only numbers and square matrices have powers, and matrices whole ones up to `MAX_POWER`.
- `diag` of a column or a row is the square matrix with it on its diagonal; of a square matrix, the column of its
  diagonal.
- The sizes of `I`, `ones` and of what an index runs over follow from what stands around them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from app.answers import Unreadable
from app.formula.inference import Inference, Piece
from app.formula.products import product
from app.formula.shape_rules import RULES
from app.formula.sizes import OPEN, Shape, Size, Sizes
from app.formula.symbols import Symbols
from app.formula.tree import Kind, Node, fold, postorder

ROW_OR_ONES: Final = "Is this the number 1 or a column of ones? Leave the number out, or write 1_N or ones(N)."


@dataclass(frozen=True)
class Shaped:
    """A formula whose pieces fit: its nodes in postorder, and the shape of each.

    Open sizes are letters that begin with `?`.
    """

    order: tuple[Node, ...]
    shapes: tuple[Shape, ...]
    runs: tuple[Mapping[str, Size], ...]  # what the indices that a node names run over

    @property
    def tree(self) -> Node:
        return self.order[-1]

    @property
    def shape(self) -> Shape:
        return self.shapes[-1]

    @property
    def free(self) -> dict[str, int]:
        """The indices that stand free in it, each with the first place of it in the text."""
        return fold(self.order, _free_indices)

    def known(self, sizes: Sizes) -> "Shaped":
        """The same with what is known by now about open sizes."""
        shapes = tuple(map(sizes.shape, self.shapes))
        runs = tuple({index: sizes.resolved(run) for index, run in named.items()} for named in self.runs)
        return replace(self, shapes=shapes, runs=runs)


@dataclass(frozen=True)
class _Typed:
    """A piece with its shape and, for each index that stands free in it, the size it runs over."""

    node: Node
    shape: Shape
    ranges: Mapping[str, Size]


def infer(tree: Node, symbols: Symbols) -> tuple[Shaped, Sizes]:
    """The shapes of a tree, and what is known of open sizes. Raises `Unreadable` at the first piece that does not fit.

    Products that had to be multiplied in another order are grouped in the tree that comes out.
    """
    shaped, sizes = _shaped(tree, symbols)
    while shaped.tree is not tree:  # open sizes are named for places, which have moved
        tree = shaped.tree
        shaped, sizes = _shaped(tree, symbols)
    _check_indices(shaped, symbols)
    _check_open_sizes(shaped)
    return shaped, sizes


def check_ones(shaped: Shaped) -> None:
    """Refuse `1 y^T`, a row times the number 1 or a column of ones; printed, it is the number."""

    def check(place: int, node: Node, children: list[int]) -> int:
        one_first = node.kind == Kind.PRODUCT and node.children[0] == Node(Kind.NUMBER, label="1")
        if one_first and shaped.shapes[children[1]].is_row:
            raise Unreadable(ROW_OR_ONES, node.start)
        return place

    fold(shaped.order, check)


def _shaped(tree: Node, symbols: Symbols) -> tuple[Shaped, Sizes]:
    """One pass over a tree."""
    inference = Inference(symbols)
    shapes: list[Shape] = []
    runs: list[Mapping[str, Size]] = []

    def combine(place: int, node: Node, children: list[_Typed]) -> _Typed:
        if any(child.node is not old for child, old in zip(children, node.children, strict=True)):
            node = replace(node, children=tuple(child.node for child in children))
        piece = Piece(inference, node, place, [child.shape for child in children])
        for child in children:
            for index, run in child.ranges.items():
                piece.note(index, run, child.node.start)
        if node.kind == Kind.PRODUCT:
            node, shape = product(piece)
        else:
            shape = RULES[node.kind](piece)
        shapes.append(shape)
        runs.append(piece.runs)
        return _Typed(node, shape, piece.ranges)

    typed = fold(tuple(postorder(tree)), combine)
    return Shaped(tuple(postorder(typed.node)), tuple(shapes), tuple(runs)).known(inference.sizes), inference.sizes


def _check_indices(shaped: Shaped, symbols: Symbols) -> None:
    """Refuse an index outside its sum."""
    for index, start in shaped.free.items():
        if index not in symbols.indices:
            delta = any(node.kind == Kind.DELTA for node in shaped.order)
            whole = "matrix, with I for δ_{ij}" if delta else "vector"
            raise Unreadable(
                f"The index {index} belongs to no sum here. Write sum_{index}, or the whole {whole}.", start
            )


def _free_indices(place: int, node: Node, children: list[dict[str, int]]) -> dict[str, int]:
    """The indices that stand free in a piece, with the first place of each."""
    free: dict[str, int] = {}
    for child in children:
        free |= {index: start for index, start in child.items() if index not in free}
    if node.kind in (Kind.ENTRY, Kind.BASIS, Kind.DELTA):
        free |= {index: node.start for index in node.label.split(",") if index.isalpha() and index not in free}
    elif node.kind == Kind.SERIES:
        free.pop(node.label.partition(":")[0], None)
    return free


def _check_open_sizes(shaped: Shaped) -> None:
    """Refuse sizes that nothing in or around the formula could ever say."""
    outside = set(shaped.shape.letters)
    for node, shape, runs in zip(shaped.order, shaped.shapes, shaped.runs, strict=True):
        if any(letter.startswith(OPEN) and letter not in outside for letter in chain(shape.letters, *runs.values())):
            raise Unreadable("The size of this is open: write it, as in I_N or ones(N).", node.start)
