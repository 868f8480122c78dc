"""A formula at random points, by numpy: a fold over the tree, no recursion, no text that is run.

Every piece is an array with the axes

    point, one for each index, row, column

where an axis along which the piece does not vary has length 1. So `x_d` is not one entry but all of them, along the
axis of `d`, and a sum over `d` is a sum along it: a formula with indices costs no more calls than any other. The axes
of indices that stand free come first, in the order in which the exercise declares them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, Protocol

import numpy as np

from app.answers import Array
from app.formula.shapes import Shaped
from app.formula.sizes import Size, number_of
from app.formula.symbols import Symbols
from app.formula.tree import Kind, Node, fold, whole_number

Indices = np.ndarray[tuple[int, ...], np.dtype[np.intp]]


class Watch(Protocol):
    """Who sees what happens on the way."""

    def kink(self, place: int, at_kink: Array) -> None:
        """The node at this place has a kink where these values are 0."""

    def overflow(self) -> None:
        """A number became too large."""


@dataclass(frozen=True)
class World:
    """Sizes and points: for every letter a number, for every symbol its values, points × rows × columns.

    `stand_in` is what a function that the exercise leaves generic is here.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, Array]
    stand_in: str

    @property
    def points(self) -> int:
        return len(next(iter(self.values.values())))

    def only(self, points: slice | Indices) -> "World":
        """The same world with some of its points."""
        return replace(self, values={name: values[points] for name, values in self.values.items()})


def evaluate(shaped: Shaped, world: World, symbols: Symbols, watch: Watch | None = None) -> Array:
    """The values of a formula without open sizes: points × free indices × rows × columns.

    Not finite where it has no value: the root of a negative number, the inverse of a singular matrix.
    """
    seen: dict[str, Any] = {"over": "call", "call": lambda *_: watch.overflow()} if watch else {}
    with np.errstate(**{"all": "ignore", **seen}):
        return _Evaluation(shaped, world, symbols, watch).result()


class _Evaluation:
    """One formula in one world."""

    def __init__(self, shaped: Shaped, world: World, symbols: Symbols, watch: Watch | None):
        self.shaped = shaped
        self.world = world
        self.symbols = symbols
        self.watch = watch
        bound = {node.label.partition(":")[0] for node in shaped.order if node.kind == Kind.SERIES}
        letters = [*symbols.indices, *sorted(bound - set(symbols.indices))]
        self.axes = {letter: 1 + k for k, letter in enumerate(letters)}
        self.lead = (1,) * (1 + len(letters))

    def result(self) -> Array:
        values = fold(self.shaped.order, self._node)
        free = len(self.symbols.indices)
        return values.reshape(*values.shape[: 1 + free], *values.shape[-2:])

    def _node(self, place: int, node: Node, parts: list[Array]) -> Array:
        return RULES[node.kind](self, place, node, parts)

    def _number_of(self, size: Size) -> int:
        return number_of(size, self.world.sizes)

    def _constant(self, matrix: Array | float) -> Array:
        """The same at all points, whatever the indices are."""
        array = np.asarray(matrix, dtype=np.float64)
        return array.reshape(self.lead + (array.shape or (1, 1)))

    def _see(self, place: int, at_kink: Array) -> None:
        if self.watch is not None:
            self.watch.kink(place, at_kink)

    # Leaves

    def _number(self, place: int, node: Node, parts: list[Array]) -> Array:
        return self._constant(float(node.label))

    def _named_constant(self, place: int, node: Node, parts: list[Array]) -> Array:
        return self._constant(np.pi if node.label == "pi" else np.e)

    def _symbol(self, place: int, node: Node, parts: list[Array]) -> Array:
        values = self.world.values[node.label]
        return values.reshape(len(values), *self.lead[1:], *values.shape[1:])

    def _size(self, place: int, node: Node, parts: list[Array]) -> Array:
        return self._constant(float(self._number_of((node.label,))))

    def _shape(self, place: int) -> tuple[int, int]:
        shape = self.shaped.shapes[place]
        return self._number_of(shape.rows), self._number_of(shape.columns)

    def _identity(self, place: int, node: Node, parts: list[Array]) -> Array:
        return self._constant(_eye(self._shape(place)[0]))

    def _ones(self, place: int, node: Node, parts: list[Array]) -> Array:
        return self._constant(np.ones(self._shape(place)))

    def _zeros(self, place: int, node: Node, parts: list[Array]) -> Array:
        return self._constant(np.zeros(self._shape(place)))

    def _basis(self, place: int, node: Node, parts: list[Array]) -> Array:
        rows, _ = self._shape(place)
        if node.label.isdigit():
            return self._constant(np.eye(rows)[:, [int(node.label) - 1]])
        lead = list(self.lead)
        lead[self.axes[node.label]] = rows
        return np.eye(rows).reshape(*lead, rows, 1)

    def _delta(self, place: int, node: Node, parts: list[Array]) -> Array:
        first, second = node.label.split(",")
        counted = self._counted(place)
        equal: Array = (counted[first] == counted[second]).astype(np.float64)
        return equal[..., None, None]

    def _counted(self, place: int) -> dict[str, Indices]:
        """For each index that this node names, its values along its axis."""
        counted = {}
        for index, run in self.shaped.runs[place].items():
            lead = list(self.lead)
            lead[self.axes[index]] = -1
            counted[index] = np.arange(self._number_of(run)).reshape(lead)
        return counted

    # Sums and products

    def _sum(self, place: int, node: Node, parts: list[Array]) -> Array:
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    def _negative(self, place: int, node: Node, parts: list[Array]) -> Array:
        return -parts[0]

    def _product(self, place: int, node: Node, parts: list[Array]) -> Array:
        product = parts[0]
        for part in parts[1:]:
            scalar = product.shape[-2:] == (1, 1) or part.shape[-2:] == (1, 1)
            product = product * part if scalar else product @ part
        return product

    def _hadamard(self, place: int, node: Node, parts: list[Array]) -> Array:
        product = parts[0]
        for part in parts[1:]:
            product = product * part
        return product

    def _ratio(self, place: int, node: Node, parts: list[Array]) -> Array:
        return parts[0] / parts[1]

    def _kronecker(self, place: int, node: Node, parts: list[Array]) -> Array:
        product = parts[0]
        for part in parts[1:]:
            blocks = product[..., :, None, :, None] * part[..., None, :, None, :]
            *lead, a, b, c, d = blocks.shape
            product = blocks.reshape(*lead, a * b, c * d)
        return product

    def _power(self, place: int, node: Node, parts: list[Array]) -> Array:
        base, exponent = parts
        if base.shape[-2:] == (1, 1):
            self._see_root(place, node, base)
            return np.power(base, exponent)
        try:
            return np.linalg.matrix_power(base, whole_number(node.children[1]) or 0)
        except np.linalg.LinAlgError:
            return np.full_like(base, np.nan)

    def _powers(self, place: int, node: Node, parts: list[Array]) -> Array:
        self._see_root(place, node, parts[0])
        return np.power(*parts)

    def _see_root(self, place: int, node: Node, base: Array) -> None:
        """A power that is not whole has a kink at 0, as a root has."""
        if whole_number(node.children[1]) is None:
            self._see(place, base)

    # Functions

    def _transpose(self, place: int, node: Node, parts: list[Array]) -> Array:
        return parts[0].swapaxes(-1, -2)

    def _apply(self, place: int, node: Node, parts: list[Array]) -> Array:
        name = node.label.rstrip("'")
        function = self.symbols.function(name, self.world.stand_in)
        if function.kinked:
            self._see(place, parts[0])
        return function.orders[len(node.label) - len(name)](parts[0])

    def _extremum(self, place: int, node: Node, parts: list[Array]) -> Array:
        self._see(place, parts[0] - parts[1])
        return np.maximum(*parts) if node.label == "max" else np.minimum(*parts)

    def _modulus(self, place: int, node: Node, parts: list[Array]) -> Array:
        self._see(place, parts[0])
        return np.abs(parts[0])

    def _softmax(self, place: int, node: Node, parts: list[Array]) -> Array:
        weights: Array = np.exp(parts[0] - parts[0].max(axis=(-2, -1), keepdims=True))
        return weights / _total(weights)

    def _diag(self, place: int, node: Node, parts: list[Array]) -> Array:
        *lead, rows, columns = parts[0].shape
        if rows == columns:
            diagonal: Array = np.diagonal(parts[0], axis1=-2, axis2=-1)[..., None]
            return diagonal
        matrix: Array = parts[0].reshape(*lead, rows * columns, 1) * np.eye(rows * columns)
        return matrix

    def _trace(self, place: int, node: Node, parts: list[Array]) -> Array:
        trace: Array = np.trace(parts[0], axis1=-2, axis2=-1)[..., None, None]
        return trace

    def _total(self, place: int, node: Node, parts: list[Array]) -> Array:
        return _total(parts[0])

    def _mean(self, place: int, node: Node, parts: list[Array]) -> Array:
        mean: Array = parts[0].mean(axis=(-2, -1), keepdims=True)
        return mean

    def _norm(self, place: int, node: Node, parts: list[Array]) -> Array:
        sizes: Array = np.abs(parts[0])
        if node.label or sizes.shape[-2:] == (1, 1):
            self._see(place, parts[0])
        if node.label == "1":
            return _total(sizes)
        if node.label == "∞":
            largest: Array = sizes.max(axis=(-2, -1), keepdims=True)
            return largest
        return np.sqrt(_total(sizes**2))

    def _inner(self, place: int, node: Node, parts: list[Array]) -> Array:
        return _total(parts[0] * parts[1])

    # Indices and matrices

    def _entry(self, place: int, node: Node, parts: list[Array]) -> Array:
        entry = parts[0]
        axes = [axis for axis in (-2, -1) if entry.shape[axis] > 1]
        for axis, index in zip(axes, node.label.split(","), strict=True):
            if index.isdigit():
                entry = entry.take([int(index) - 1], axis=axis)
            elif index != ":":
                entry = self._along(index, entry, axis)
        return entry

    def _along(self, index: str, part: Array, axis: int) -> Array:
        """All entries of a row or column of each matrix, along the axis of an index that the part may vary along."""
        if part.shape[self.axes[index]] == 1:
            return part.swapaxes(self.axes[index], axis)
        length = part.shape[axis]
        shape = [1] * part.ndim
        shape[self.axes[index]] = shape[axis] = length
        chosen: Array = (part * np.eye(length).reshape(shape)).sum(axis=axis, keepdims=True)
        return chosen

    def _series(self, place: int, node: Node, parts: list[Array]) -> Array:
        """The sum along an index's axis; as many times a part that does not vary along it."""
        ((index, run),) = self.shaped.runs[place].items()
        axis = self.axes[index]
        total: Array = parts[0].sum(axis=axis, keepdims=True)
        return total if parts[0].shape[axis] > 1 else total * self._number_of(run)

    def _matrix(self, place: int, node: Node, parts: list[Array]) -> Array:
        entries = np.concatenate(np.broadcast_arrays(*parts), axis=-1)
        return entries.reshape(*entries.shape[:-2], *self._shape(place))


@lru_cache(maxsize=64)
def _eye(rows: int) -> Array:
    """Made once of each size: a formula may have a hundred of them."""
    identity: Array = np.eye(rows)
    identity.setflags(write=False)
    return identity


def _total(matrices: Array) -> Array:
    """The sum of all entries of each matrix, as a 1×1 matrix."""
    total: Array = matrices.sum(axis=(-2, -1), keepdims=True)
    return total


Rule = Callable[[_Evaluation, int, Node, list[Array]], Array]
RULES: Final[dict[Kind, Rule]] = {
    Kind.NUMBER: _Evaluation._number,
    Kind.CONSTANT: _Evaluation._named_constant,
    Kind.SYMBOL: _Evaluation._symbol,
    Kind.SIZE: _Evaluation._size,
    Kind.IDENTITY: _Evaluation._identity,
    Kind.ONES: _Evaluation._ones,
    Kind.ZEROS: _Evaluation._zeros,
    Kind.BASIS: _Evaluation._basis,
    Kind.DELTA: _Evaluation._delta,
    Kind.SUM: _Evaluation._sum,
    Kind.NEGATIVE: _Evaluation._negative,
    Kind.PRODUCT: _Evaluation._product,
    Kind.QUOTIENT: _Evaluation._ratio,
    Kind.HADAMARD: _Evaluation._hadamard,
    Kind.RATIO: _Evaluation._ratio,
    Kind.KRONECKER: _Evaluation._kronecker,
    Kind.POWER: _Evaluation._power,
    Kind.POWERS: _Evaluation._powers,
    Kind.TRANSPOSE: _Evaluation._transpose,
    Kind.APPLY: _Evaluation._apply,
    Kind.EXTREMUM: _Evaluation._extremum,
    Kind.SOFTMAX: _Evaluation._softmax,
    Kind.DIAG: _Evaluation._diag,
    Kind.TRACE: _Evaluation._trace,
    Kind.TOTAL: _Evaluation._total,
    Kind.MEAN: _Evaluation._mean,
    Kind.NORM: _Evaluation._norm,
    Kind.MODULUS: _Evaluation._modulus,
    Kind.INNER: _Evaluation._inner,
    Kind.ENTRY: _Evaluation._entry,
    Kind.SERIES: _Evaluation._series,
    Kind.MATRIX: _Evaluation._matrix,
}
