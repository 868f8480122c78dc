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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from app.answers import Unreadable
from app.formula.mismatch import Words
from app.formula.sizes import ONE, OPEN, SCALAR, Shape, Size, Sizes, size, times
from app.formula.symbols import Symbols
from app.formula.tree import Kind, Node, fold, is_number, postorder, whole_number

MAX_POWER: Final = 8


@dataclass(frozen=True)
class Typed:
    """A piece with its shape and, for each index that stands free in it, the size it runs over."""

    node: Node
    shape: Shape
    ranges: Mapping[str, Size]


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

    def known(self, sizes: Sizes) -> "Shaped":
        """The same with what is known by now about open sizes."""
        shapes = tuple(map(sizes.shape, self.shapes))
        runs = tuple({index: sizes.resolved(run) for index, run in named.items()} for named in self.runs)
        return replace(self, shapes=shapes, runs=runs)


def infer(tree: Node, symbols: Symbols) -> tuple[Shaped, Sizes]:
    """The shapes of a tree, and what is open in them. Raises `Unreadable` at the first piece that does not fit."""
    inference = _Inference(symbols)
    typed = inference.typed(tree)
    order = tuple(postorder(typed.node))
    if typed.node != tree:  # products were grouped: once more over the new tree
        inference = _Inference(symbols)
        typed = inference.typed(typed.node)
        order = tuple(postorder(typed.node))
    shaped = Shaped(order, tuple(inference.shapes), tuple(inference.runs)).known(inference.sizes)
    inference.check_open(shaped)
    return shaped, inference.sizes


class _Inference:
    """One pass over a tree, with what it learns about open sizes on its way."""

    def __init__(self, symbols: Symbols):
        self.symbols = symbols
        self.words = Words(symbols)
        self.sizes = Sizes()
        self.shapes: list[Shape] = []
        self.runs: list[Mapping[str, Size]] = []

    def typed(self, tree: Node) -> Typed:
        return fold(tuple(postorder(tree)), self._node)

    def _node(self, place: int, node: Node, children: list[Typed]) -> Typed:
        self.run: dict[str, Size] = {}
        ranges = self._ranges(node, children)
        same = all(child.node is old for child, old in zip(children, node.children, strict=True))
        node = node if same else replace(node, children=tuple(child.node for child in children))
        shapes = [self.sizes.shape(child.shape) for child in children]
        result = Typed(node, SCALAR, ranges)
        if node.kind == Kind.PRODUCT:
            result = self._product(node, shapes, ranges)
        else:
            result = Typed(node, RULES[node.kind](self, node, shapes, ranges, place), ranges)
        self.shapes.append(result.shape)
        self.runs.append(self.run)
        return result

    def _ranges(self, node: Node, children: list[Typed]) -> dict[str, Size]:
        """The indices that stand free in any of the children. One index runs over one size."""
        ranges: dict[str, Size] = {}
        for child in children:
            for index, run in child.ranges.items():
                self._note(index, run, ranges, child.node.start)
        return ranges

    def _note(self, index: str, run: Size, ranges: dict[str, Size], start: int) -> None:
        known = ranges.setdefault(index, run)
        if not self.sizes.equal(known, run):
            raise Unreadable(f"The index {index} runs over two different sizes. Take another letter for one.", start)

    # Leaves

    def _number(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        return SCALAR

    def _symbol(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        return self.symbols.shape[node.label]

    def _identity(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        side = self._size(node.label, node, place)
        return Shape(side, side)

    def _filled(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        rows, columns = node.label.split(",")
        return Shape(self._size(rows, node, place), self._size(columns, node, place))

    def _size(self, label: str, node: Node, place: int) -> Size:
        """The size that a label names; an open one where it names none."""
        if label and not label.isdigit() and label not in self.symbols.letters:
            raise Unreadable(f"This is no size here. Sizes are: {', '.join(self.symbols.letters)}.", node.start)
        if label == "0":
            raise Unreadable("A size is at least 1.", node.start)
        return size(label) if label else (f"{OPEN}{place}",)

    def _basis(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        return Shape(self._index(node.label, node, (f"{OPEN}{place}",), ranges), ONE)

    def _delta(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        for index in node.label.split(","):
            self._index(index, node, (f"{OPEN}{place}",), ranges)
        return SCALAR

    def _index(self, index: str, node: Node, run: Size, ranges: dict[str, Size]) -> Size:
        """Note that an index letter runs over a size, which declared ones know."""
        if not index.isalpha() or len(index) != 1:
            raise Unreadable("An index is due here, as in e_d and δ_{ij}.", node.start)
        if index in self.symbols.indices and not self.sizes.equal(run, size(self.symbols.indices[index])):
            raise Unreadable(
                f"{index} counts the {self.symbols.indices[index]} entries of something else. Take another index.",
                node.start,
            )
        self._note(index, run, ranges, node.start)
        self.run[index] = run
        return run

    # Sums and products

    def _sum(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        """Equal shapes; digits count as filled with that number where a vector is meant."""
        digits = [is_number(term) for term in node.children]
        shape = next(
            (self.sizes.shape(shape) for shape, digit in zip(shapes, digits, strict=True) if not digit), SCALAR
        )
        for term, other, digit in zip(node.children, shapes, digits, strict=True):
            if digit:
                if shape.is_square and not shape.is_scalar:
                    raise Unreadable(
                        "A number plus a square matrix can be read in two ways. Write I or ones beside the number.",
                        term.start,
                    )
            elif not self.sizes.same(shape, other):
                first = node.children[digits.index(False)]
                raise Unreadable(self.words.sum(first, self.sizes.shape(shape), term, other), _inside(term))
            shape = self.sizes.shape(shape)
        return shape

    def _same(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        return shapes[0]

    def _entrywise(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        """Equal shapes, or numbers beside them."""
        shape, first = SCALAR, node.children[0]
        for factor, other in zip(node.children, shapes, strict=True):
            if other.is_scalar:
                continue
            if shape.is_scalar:
                shape, first = other, factor
            elif not self.sizes.same(shape, other):
                raise Unreadable(self.words.entrywise(first, self.sizes.shape(shape), factor, other), factor.start)
        return self.sizes.shape(shape)

    def _product(self, node: Node, shapes: list[Shape], ranges: dict[str, Size]) -> Typed:
        self._undoubted(node, shapes)
        before = self.sizes.copy()
        shape = shapes[0]
        for k, other in enumerate(shapes[1:], 1):
            following = self._times(shape, other)
            if following is None:
                self.sizes = before
                return self._grouped(node, shapes, ranges, k)
            shape = following
        return Typed(node, shape, ranges)

    def _times(self, left: Shape, right: Shape) -> Shape | None:
        """The shape of a product of two, None where there is none."""
        left, right = self.sizes.shape(left), self.sizes.shape(right)
        if left.is_scalar:
            return right
        if right.is_scalar:
            return left
        if not self.sizes.equal(left.columns, right.rows):
            return None
        return self.sizes.shape(Shape(left.rows, right.columns))

    def _undoubted(self, node: Node, shapes: Sequence[Shape]) -> None:
        """Refuse `a/b c` where `a/(b c)` would be possible, too."""
        shape: Shape | None = SCALAR
        sizes = self.sizes.copy()
        for k in range(1, node.doubt + 1):
            shape = self._times(shape, shapes[k])
            if shape is None:
                break
            if shape.is_scalar:
                raise Unreadable(
                    "Does this stand below the fraction line? Write brackets: (a/b) c or a/(b c).",
                    node.children[1].start,
                )
        self.sizes = sizes

    def _grouped(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], failed: int) -> Typed:
        """The product multiplied in another order than from left to right."""
        pieces = list(zip(node.children, shapes, strict=True))
        grouped = grouping(pieces)
        if grouped is None:
            left = node.children[failed - 1] if failed == 1 else replace(node, children=node.children[:failed], doubt=0)
            right = node.children[failed]
            shape = shapes[0]
            for other in shapes[1:failed]:
                shape = self._times(shape, other) or shape
            raise Unreadable(self.words.product(left, self.sizes.shape(shape), right, shapes[failed]), right.start)
        return Typed(*grouped, ranges)

    def _kronecker(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        rows = columns = ONE
        for shape in shapes:
            rows, columns = times(rows, shape.rows), times(columns, shape.columns)
        return Shape(rows, columns)

    # Quotients and powers

    def _quotient(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        if not shapes[1].is_scalar:
            below = node.children[1]
            remedy = "(…)^{-1} for an inverse" if shapes[1].is_square else "./ to divide entry by entry"
            raise Unreadable(
                f"Only a number can stand below a fraction line; {self.words.quoted(below)} is {shapes[1]}. "
                f"Write {remedy}.",
                below.start,
            )
        return shapes[0]

    def _power(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        base, exponent = node.children
        if not shapes[1].is_scalar:
            raise Unreadable("An exponent is a number. For powers of e entry by entry, write exp(…).", exponent.start)
        if shapes[0].is_scalar:
            return SCALAR
        if not self.sizes.equal(shapes[0].rows, shapes[0].columns):
            raise Unreadable(self.words.power(base, shapes[0]), base.start)
        power = whole_number(exponent)
        if power is None or abs(power) > MAX_POWER:
            raise Unreadable(f"Powers of matrices are whole numbers from -{MAX_POWER} to {MAX_POWER}.", exponent.start)
        return self.sizes.shape(shapes[0])

    def _powers(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        if not shapes[1].is_scalar:
            raise Unreadable("An exponent is a number.", node.children[1].start)
        return shapes[0]

    # Functions

    def _transpose(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        base = node.children[0]
        if base.kind == Kind.SYMBOL and shapes[0].is_scalar:
            raise Unreadable(f"{self.words.quoted(base)} is a number: there is nothing to transpose.", base.stop)
        return shapes[0].transposed

    def _apply(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        name = node.label.rstrip("'")
        primes = len(node.label) - len(name)
        if primes and "'" in self.symbols.without:
            raise Unreadable("Write this derivative out.", node.start)
        if primes >= len(self.symbols.function(name, "sigmoid").orders):
            raise Unreadable("This derivative is not known here. Write it out.", node.start)
        return shapes[0]

    def _softmax(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        if shapes[0].is_column or shapes[0].is_row:
            return shapes[0]
        raise Unreadable(f"softmax applies to a vector; this is {shapes[0].words}.", node.children[0].start)

    def _diag(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        shape = shapes[0]
        if shape.is_column or shape.is_row:
            side = shape.rows if shape.is_column else shape.columns
            return Shape(side, side)
        if shape.is_square and not shape.is_scalar:
            return Shape(shape.rows, ONE)
        raise Unreadable(
            f"diag applies to a vector or a square matrix; {self.words.quoted(node.children[0])} is {shape.words}.",
            node.children[0].start,
        )

    def _trace(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        if not self.sizes.equal(shapes[0].rows, shapes[0].columns):
            raise Unreadable(
                f"A trace is of a square matrix; {self.words.quoted(node.children[0])} is {shapes[0].words}.",
                node.children[0].start,
            )
        return SCALAR

    def _norm(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        shape = shapes[0]
        if node.label != "F" and not (shape.is_scalar or shape.is_column or shape.is_row):
            raise Unreadable(
                f"Which norm of a matrix? {self.words.quoted(node.children[0])} is {shape.words}: write ||A||_F.",
                node.start,
            )
        return SCALAR

    def _modulus(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        if not shapes[0].is_scalar:
            raise Unreadable(
                f"{self.words.quoted(node.children[0])} is {shapes[0].words}: write ||x|| for its norm, abs(x) entry by entry.",
                node.start,
            )
        return SCALAR

    def _inner(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        if not self.sizes.same(*shapes):
            left, right = node.children
            raise Unreadable(self.words.entrywise(left, shapes[0], right, shapes[1], "An inner product"), right.start)
        return SCALAR

    # Indices and matrices

    def _entry(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        base, shape = node.children[0], shapes[0]
        indices = node.label.split(",")
        ways = [way for way in (shape.rows, shape.columns) if way != ONE]
        if len(indices) != len(ways) or all(index == ":" for index in indices):
            raise Unreadable(self.words.entries(base, shape), node.start)
        for index, way in zip(indices, ways, strict=True):
            if index.isdigit():
                self._numbered(int(index), way, node)
            elif index != ":":
                self._index(index, node, way, ranges)
        if ":" not in indices:
            return SCALAR
        return Shape(ways[0], ONE) if indices[0] == ":" else Shape(ONE, ways[1])

    def _numbered(self, index: int, way: Size, node: Node) -> None:
        way = self.sizes.resolved(way)
        if len(way) != 1 or not way[0].isdigit():
            raise Unreadable("How many entries there are is open here: write an index letter, as in x_d.", node.start)
        if not 1 <= index <= int(way[0]):
            raise Unreadable(f"Entries are counted from 1 to {way[0]}.", node.start)

    def _series(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        index, _, upper = node.label.partition(":")
        if upper:
            self._note(index, self._size(upper, node, place), ranges, node.start)
        if index not in ranges:
            raise Unreadable(f"The index {index} of this sum does not occur in it. How far does it go?", node.start)
        self.run[index] = ranges.pop(index)
        return shapes[0]

    def _matrix(self, node: Node, shapes: list[Shape], ranges: dict[str, Size], place: int) -> Shape:
        for entry, shape in zip(node.children, shapes, strict=True):
            if not shape.is_scalar:
                raise Unreadable(
                    f"Entries of a matrix are numbers; {self.words.quoted(entry)} is {shape.words}.", entry.start
                )
        return Shape(size(str(len(shapes) // int(node.label))), size(node.label))

    # In the end

    def check_open(self, shaped: Shaped) -> None:
        """Refuse an index outside its sum, and sizes that nothing in or around the formula could ever say."""
        for index, start in fold(shaped.order, _free_indices).items():
            if index not in self.symbols.indices:
                raise Unreadable(
                    f"The index {index} belongs to no sum here. Write sum_{index}, or the whole vector.", start
                )
        for node, shape, runs in zip(shaped.order, shaped.shapes, shaped.runs, strict=True):
            named = chain(shape.letters, *runs.values())
            open_sizes = {letter for letter in named if letter.startswith(OPEN)}
            if not open_sizes <= set(shaped.shape.letters):
                raise Unreadable("The size of this is open: write it, as in I_N or ones(N).", node.start)


def _free_indices(place: int, node: Node, children: list[dict[str, int]]) -> dict[str, int]:
    """The indices that stand free in a piece, with the first place of each."""
    free: dict[str, int] = {}
    for child in children:
        free = child | free
    if node.kind in (Kind.ENTRY, Kind.BASIS, Kind.DELTA):
        free |= {index: node.start for index in node.label.split(",") if index.isalpha() and index not in free}
    elif node.kind == Kind.SERIES:
        free.pop(node.label.partition(":")[0], None)
    return free


def grouping(pieces: list[tuple[Node, Shape]]) -> tuple[Node, Shape] | None:
    """The product of these pieces multiplied in an order that fits, shortest pieces first; None where none fits.

    Only sizes that are known to be equal meet here: nothing is learned about open ones.
    """
    best: dict[tuple[int, int], tuple[Node, Shape]] = {(k, k + 1): piece for k, piece in enumerate(pieces)}
    for length in range(2, len(pieces) + 1):
        for begin in range(len(pieces) - length + 1):
            end = begin + length
            for middle in range(end - 1, begin, -1):
                left, right = best.get((begin, middle)), best.get((middle, end))
                shape = _fitting(left[1], right[1]) if left and right else None
                if left and right and shape:
                    best[begin, end] = _multiplied(left[0], right[0], left[1], middle - begin), shape
                    break
    return best.get((0, len(pieces)))


def _fitting(left: Shape, right: Shape) -> Shape | None:
    if left.is_scalar or right.is_scalar:
        return right if left.is_scalar else left
    return Shape(left.rows, right.columns) if left.columns == right.rows else None


def _multiplied(left: Node, right: Node, shape: Shape, factors: int) -> Node:
    """A product; factors on its left that were one already stay beside the new one."""
    chained = left.kind == Kind.PRODUCT and factors > 1
    children = (*left.children, right) if chained else (left, right)
    return Node(Kind.PRODUCT, children, "", left.start, right.stop)


def _inside(term: Node) -> int:
    """Where a term begins, without its minus."""
    return term.children[0].start if term.kind == Kind.NEGATIVE else term.start


Rule = Callable[[_Inference, Node, list[Shape], dict[str, Size], int], Shape]
RULES: Final[dict[Kind, Rule]] = {
    Kind.NUMBER: _Inference._number,
    Kind.CONSTANT: _Inference._number,
    Kind.SIZE: _Inference._number,
    Kind.SYMBOL: _Inference._symbol,
    Kind.IDENTITY: _Inference._identity,
    Kind.ONES: _Inference._filled,
    Kind.ZEROS: _Inference._filled,
    Kind.BASIS: _Inference._basis,
    Kind.DELTA: _Inference._delta,
    Kind.SUM: _Inference._sum,
    Kind.NEGATIVE: _Inference._same,
    Kind.QUOTIENT: _Inference._quotient,
    Kind.HADAMARD: _Inference._entrywise,
    Kind.RATIO: _Inference._entrywise,
    Kind.EXTREMUM: _Inference._entrywise,
    Kind.KRONECKER: _Inference._kronecker,
    Kind.POWER: _Inference._power,
    Kind.POWERS: _Inference._powers,
    Kind.TRANSPOSE: _Inference._transpose,
    Kind.APPLY: _Inference._apply,
    Kind.SOFTMAX: _Inference._softmax,
    Kind.DIAG: _Inference._diag,
    Kind.TRACE: _Inference._trace,
    Kind.TOTAL: _Inference._number,
    Kind.MEAN: _Inference._number,
    Kind.NORM: _Inference._norm,
    Kind.MODULUS: _Inference._modulus,
    Kind.INNER: _Inference._inner,
    Kind.ENTRY: _Inference._entry,
    Kind.SERIES: _Inference._series,
    Kind.MATRIX: _Inference._matrix,
}
