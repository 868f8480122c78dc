"""Random instances for formulas: sizes that are pairwise different, points with both signs, domains respected.

Everything is drawn from fixed seeds: a verdict can be had again. There are `WORLDS` choices of sizes, in which no
size is the same number throughout, nor are their sum and product, so that no number in a formula can stand for them;
and `POINTS` points in each.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import prod
from typing import Any, Final

import numpy as np

from app.answers import Array
from app.formula.costs import largest_size
from app.formula.evaluate import World, evaluate
from app.formula.functions import ANY_STAND_IN, STAND_INS
from app.formula.reading import Formula, read
from app.formula.sizes import Shape
from app.formula.symbols import Domain, Symbols

WORLDS: Final = 5
POINTS: Final = 8
SPREAD: Final = 2.0  # real values lie between minus this and this, at every size that matters to a kink
FAR: Final = 30.0  # so many times as far out where one side of a kink was not met
NEAR: Final = 0.03  # and so many times where there is a kink, which is mostly at 0
SMALLEST_SIZE: Final = 2
MOST_DRAWS: Final = 10_000  # of sizes, where an order is asked for
SEED: Final = 20_261

Function = Callable[..., Any]
Rule = Formula | Function  # how a quantity is computed


def worlds(symbols: Symbols, points: int = POINTS, scale: float = 1.0) -> tuple[World, ...]:
    """Worlds to compare formulas in, each with every stand-in for what the exercise leaves generic."""
    stand_ins = tuple(STAND_INS) if symbols.generic else (ANY_STAND_IN,)
    plain = replace(symbols, indices={})  # quantities have no free indices
    rules = {name: as_rule(rule, plain) for name, rule in symbols.computed.items()}
    drawn = []
    for number, sizes in enumerate(_sizes(symbols)):
        rng = np.random.default_rng([SEED, number])
        values = {
            name: _draw(rng, points, shape_in(symbols.shape[name], sizes), symbols.domains.get(name, "real"), scale)
            for name in symbols.names
            if name not in rules
        }
        drawn += [_with_computed(World(sizes, values, stand_in), plain, rules) for stand_in in stand_ins]
    return tuple(drawn)


def shape_in(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, int]:
    """A shape in numbers."""
    rows, columns = (
        int(np.prod([int(s) if s.isdigit() else sizes[s] for s in way])) for way in (shape.rows, shape.columns)
    )
    return rows, columns


def _sizes(symbols: Symbols) -> list[dict[str, int]]:
    """Sizes of the letters in each world: pairwise different, in the order declared, each varying between worlds."""
    letters = symbols.letters
    fixed = {int(letter) for shape in symbols.shape.values() for letter in shape.letters if letter.isdigit()}
    pool = [n for n in range(SMALLEST_SIZE, largest_size(symbols) + 1 + len(fixed)) if n not in fixed]
    rng = np.random.default_rng(SEED)
    chosen: list[dict[str, int]] = []
    for _ in range(MOST_DRAWS):
        sizes = dict(zip(letters, map(int, rng.permutation(pool)[: len(letters)]), strict=True))
        if all(sizes[small] < sizes[large] for small, large in symbols.ascending):
            chosen = [*chosen, sizes][-WORLDS:]
        if len(chosen) == WORLDS and _vary(chosen, letters):
            return chosen
    raise ValueError(f"no sizes are in the order {symbols.sizes!r}")


def _vary(chosen: Sequence[Mapping[str, int]], letters: Sequence[str]) -> bool:
    """Whether each letter is another number in some world, and so are the sum and the product of all."""
    columns = [[sizes[letter] for sizes in chosen] for letter in letters]
    together = (
        [[sum(sizes.values()) for sizes in chosen], [prod(sizes.values()) for sizes in chosen]] if letters else []
    )
    return all(len(set(column)) > 1 for column in (*columns, *together))


def _draw(rng: np.random.Generator, points: int, shape: tuple[int, int], domain: str, scale: float) -> Array:
    """Values of one symbol: points × rows × columns."""
    full = (points, *shape)
    spread = SPREAD * scale
    match domain:
        case Domain.POSITIVE:
            return rng.uniform(0.05 * spread, spread, full)
        case Domain.UNIT:
            return rng.uniform(0.05, 0.95, full)
        case Domain.LABEL:
            return (rng.permuted(np.arange(np.prod(full)) % 2)).astype(np.float64).reshape(full)
        case Domain.SIMPLEX:
            weights = rng.uniform(0.1, 1, full)
            return np.asarray(weights / weights.sum(axis=(1, 2), keepdims=True))
        case Domain.ONE_HOT:
            entries = shape[0] * shape[1]
            return np.eye(entries)[rng.integers(entries, size=points)].reshape(full)
        case Domain.SYMMETRIC:
            values = rng.uniform(-spread, spread, full)
            return np.asarray((values + values.swapaxes(1, 2)) / 2)
    return rng.uniform(-spread, spread, full)


def _with_computed(world: World, symbols: Symbols, rules: Mapping[str, Rule]) -> World:
    """The world with the quantities that are made of others, in the order of their declaration."""
    for name, rule in rules.items():
        made = values_of(rule, symbols, world)
        expected = shape_in(symbols.shape[name], world.sizes)
        if made is None or made.shape[1:] != expected:
            raise ValueError(f"{name} is declared as {symbols.shape[name]} and computed as something else")
        world = replace(world, values={**world.values, name: np.broadcast_to(made, (world.points, *expected))})
    return world


def as_rule(rule: str | Rule, symbols: Symbols) -> Rule:
    """How a quantity is computed, with a formula read."""
    return read(rule, symbols) if isinstance(rule, str) else rule


def values_of(
    rule: Rule, symbols: Symbols, world: World, *, shape: Shape | None = None, reference: Array | None = None
) -> Array | None:
    """What a formula or a function comes to in a world: points × free indices × rows × columns.

    `shape` says how large an `I` is in a formula that can have that shape. A function's parameters name symbols (as
    two-dimensional arrays, or numbers), sizes, functions, indices (from 1) and `reference`, which is the right value.
    None where a function returned None.
    """
    if isinstance(rule, Formula):
        fitted = rule.fitted(shape) if shape is not None else None
        return evaluate(fitted or rule.shaped, world, symbols)
    return _by_function(rule, symbols, world, reference)


def _by_function(rule: Function, symbols: Symbols, world: World, reference: Array | None) -> Array | None:
    """A function of the exercise at every point, for every value of every free index that it may depend on."""
    names = _needed(rule)
    known: dict[str, Any] = {
        **world.sizes,
        **{name: symbols.function(name, world.stand_in) for name in symbols.functions},
    }
    runs = [1] * len(symbols.indices)
    for axis, (index, letter) in enumerate(symbols.indices.items()):
        varies = reference is not None and "reference" in names and reference.shape[1 + axis] > 1
        if index in names or varies:
            runs[axis] = world.sizes[letter]
    made = []
    for point, *at in product(range(world.points), *map(range, runs)):
        known |= {name: _plain(values[point]) for name, values in world.values.items() if name in names}
        known |= {index: k + 1 for index, k in zip(symbols.indices, at, strict=True)}
        if reference is not None:
            known["reference"] = _plain(_at(reference, point, at))
        value = _called(rule, names, known)
        if value is None:
            return None
        made.append(value)
    return np.array(made).reshape(world.points, *runs, *made[0].shape)


def _needed(rule: Function) -> list[str]:
    """What the parameters of a function name; those with a default keep it."""
    parameters = inspect.signature(rule).parameters.values()
    return [parameter.name for parameter in parameters if parameter.default is parameter.empty]


def _called(rule: Function, names: Sequence[str], known: Mapping[str, Any]) -> Array | None:
    """What a function returns for what its parameters name."""
    if missing := [name for name in names if name not in known]:
        raise ValueError(f"{', '.join(missing)}: no symbol, size, function or index of this name")
    with np.errstate(all="ignore"):
        value = rule(*(known[name] for name in names))
    if value is None:
        return None
    array = np.asarray(value, dtype=np.float64)
    return array.reshape(array.shape or (1, 1))


def _plain(value: Array) -> Array | float:
    """A matrix, or the number that a 1×1 one is."""
    return float(value[0, 0]) if value.shape == (1, 1) else value


def _at(values: Array, point: int, at: Sequence[int]) -> Array:
    """The value at a point, for these values of the free indices; an axis of length 1 has the same throughout."""
    place = (point, *at)
    return np.asarray(values[tuple(k if length > 1 else 0 for k, length in zip(place, values.shape, strict=False))])
