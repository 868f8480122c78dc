"""The battery: what is right is accepted, what is wrong is not, and both mean what plain numpy says they mean."""

import inspect
from itertools import product
from typing import Any

import numpy as np
import pytest

from app.formula import Formula, Reference, judge, read
from app.formula.evaluate import World, evaluate
from app.formula.functions import FUNCTIONS
from app.formula.sizes import Shape, size_text
from tests.batteries.formulas import FAMILIES, Family
from tests.batteries.formulas.family import Numpy
from tests.batteries.slow_formulas import SLOW
from tests.fuzzing import seconds

POINTS = 4
CLOSE = 1e-9


RIGHT = [(family, typed) for family in FAMILIES for typed in family.right]
WRONG = [(family, *case) for family in FAMILIES for case in family.wrong_formulas]


def labelled(rows: list[Any]) -> list[Any]:
    return [pytest.param(*row, id=f"{row[0].name}: {row[-1]!a}") for row in rows]


class Meaning:
    """A vocabulary with numbers drawn here, without any of the engine's drawing, and what numpy makes of them."""

    def __init__(self, family: Family, seed: int):
        rng = np.random.default_rng([seed, len(family.name)])
        self.family, self.symbols = family, family.symbols
        largest = iter(rng.permutation(np.arange(2, 3 + len(self.symbols.letters))).tolist())
        self.sizes = {letter: next(largest) for letter in self.symbols.letters}
        if self.symbols.sizes:
            self.sizes = dict(zip(["D", "N"], sorted(self.sizes.values()), strict=True))
        self.stand_in = ("tanh", "softplus", "sigmoid")[seed % 3]
        names = [name for name in self.symbols.names if name not in self.symbols.computed]
        self.values = {name: self._drawn(rng, name) for name in names}
        for name in self.symbols.computed:
            self.values[name] = self._computed(name)

    def _drawn(self, rng: np.random.Generator, name: str) -> Any:
        domain, shape = self.symbols.domains.get(name), self._numbers(self.symbols.shape[name])
        if domain == "one-hot":
            return np.eye(shape[0])[:, [rng.integers(shape[0])]]
        if domain == "label":
            return np.full(shape, float(rng.integers(2)))
        values = rng.uniform(0.2, 2, shape) * (1 if domain == "positive" else rng.choice([-1, 1], shape))
        return values + values.T if domain == "symmetric" else values

    def _numbers(self, shape: Shape) -> tuple[int, int]:
        rows, columns = ((self.sizes[way[0]] if way else 1) for way in (shape.rows, shape.columns))
        return rows, columns

    def _computed(self, name: str) -> Any:
        """The computed quantities of the battery, once more in numpy."""
        v, s = self.values, self.function
        rules = {
            "a0": lambda: v["W"] @ v["x0"] + v["b"],
            "a": lambda: v["W"] @ v["theta0"] - v["y"],
            "p": lambda: 1 / (1 + np.exp(-(v["w"].T @ v["x"] + v["b"]))),
            "a1": lambda: v["W1"] @ v["x"] + v["b1"],
            "z": lambda: s(v["a1"]),
            "yhat": lambda: v["W2"] @ v["z"] + v["b2"],
        }
        if name == "s":
            return np.exp(v["z"]) / np.exp(v["z"]).sum() if "z" in v else 1 / (1 + np.exp(-v["x0"]))
        return rules[name]()

    @property
    def function(self) -> Any:
        meaning = self.symbols.functions.get("sigma", "sigmoid")
        return FUNCTIONS[self.stand_in if meaning == "generic" else meaning]

    def of_numpy(self, meaning: Numpy) -> list[Any]:
        """What a numpy function comes to, for every value of the free indices."""
        numbers = {name: value.item() if value.size == 1 else value for name, value in self.values.items()}
        known = {"sigma": self.function, **self.sizes, **numbers}
        results = []
        for at in product(*(range(self.sizes[letter]) for letter in self.symbols.indices.values())):
            known |= dict(zip(self.symbols.indices, at, strict=True))
            with np.errstate(all="ignore"):
                value = np.asarray(meaning(*(known[name] for name in inspect.signature(meaning).parameters)))
            results.append(value.reshape(value.shape or (1, 1)))
        return results

    def of_formula(self, formula: Formula, shape: tuple[int, ...]) -> list[Any]:
        """What the engine makes of it."""
        world = World(self.sizes, {name: value[None] for name, value in self.values.items()}, self.stand_in)
        letters = {1: (), **{number: (letter,) for letter, number in self.sizes.items()}}
        shaped = formula.shaped
        if formula.is_open:
            shaped = formula.fitted(Shape(letters[shape[0]], letters[shape[1]])) or shaped
        values = evaluate(shaped, world, self.symbols)
        runs = [self.sizes[letter] for letter in self.symbols.indices.values()]
        full = np.broadcast_to(values, (1, *runs, *values.shape[-2:]))
        return list(full.reshape(-1, *values.shape[-2:]))


def agree(found: list[Any], expected: list[Any]) -> bool:
    """Whether all values agree, shapes first; both may have no value."""
    scale = max(float(np.abs(value[np.isfinite(value)]).max(initial=1e-3)) for value in expected)
    return len(found) == len(expected) and all(
        a.shape == b.shape and np.allclose(a, b, rtol=0, atol=CLOSE * scale, equal_nan=True)
        for a, b in zip(found, expected, strict=True)
    )


def reference_of(family: Family) -> Reference:
    if family.name not in REFERENCES:
        REFERENCES[family.name] = Reference(family.reference, family.symbols)
    return REFERENCES[family.name]


REFERENCES: dict[str, Reference] = {}


@pytest.mark.parametrize(("family", "typed"), labelled(RIGHT))
def test_a_right_formula_is_right(family: Family, typed: str):
    formula = read(typed, family.symbols)
    for seed in range(POINTS):
        here = Meaning(family, seed)
        expected = here.of_numpy(family.truth)
        assert agree(here.of_formula(formula, expected[0].shape), expected)
    assert judge(formula, reference_of(family)).right


@pytest.mark.parametrize(("family", "meaning", "typed"), labelled(WRONG))
def test_a_wrong_formula_is_wrong(family: Family, meaning: Numpy, typed: str):
    formula = read(typed, family.symbols)
    differs = family.name == "relu-far-kink"  # which needs points far out to be told from 0
    for seed in range(POINTS):
        here = Meaning(family, seed)
        meant = here.of_numpy(meaning)
        assert agree(here.of_formula(formula, meant[0].shape), meant)
        differs = differs or not agree(meant, here.of_numpy(family.truth))
    assert differs
    assert not judge(formula, reference_of(family)).right


# All but the one whose shape is a product of sizes, which cannot be declared.
DECLARABLE = [family for family in FAMILIES if family.name != "kronecker-derivative"]


@pytest.mark.parametrize("family", DECLARABLE, ids=lambda family: family.name)
def test_a_reference_may_be_a_numpy_function(family: Family):
    shape = reference_of(family).shape
    declared = "scalar" if shape.is_scalar else f"{size_text(shape.rows)} {size_text(shape.columns)}"
    reference = Reference(counting_from_one(family), family.symbols, shape=declared)
    for typed in family.right:
        assert judge(read(typed, family.symbols), reference).right, typed
    for _, typed in family.wrong_formulas:
        assert not judge(read(typed, family.symbols), reference).right, typed


def counting_from_one(family: Family) -> Numpy:
    """The truth of a family as exercises write it: indices count from 1."""
    names = list(inspect.signature(family.truth).parameters)

    def right(*values: Any) -> Any:
        indices = family.symbols.indices
        return family.truth(
            *(value - 1 if name in indices else value for name, value in zip(names, values, strict=True))
        )

    right.__signature__ = inspect.signature(family.truth)  # type: ignore[attr-defined]
    return right


def test_the_battery_is_large():
    assert len(FAMILIES) >= 40
    assert sum(len(family.right) for family in FAMILIES) >= 300
    assert sum(len(family.wrong_formulas) for family in FAMILIES) >= 300
    for family in FAMILIES:
        assert len(set(family.right)) == len(family.right), family.name


@pytest.mark.parametrize("typed", SLOW, ids=[ascii(typed)[:40] for typed in SLOW])
def test_no_formula_takes_long(typed: str):
    assert seconds(typed) < 0.02
