"""Whether two formulas are the same: they are evaluated side by side on random instances.

**What is compared.** `WORLDS` choices of sizes, pairwise different within each and varying between them, `POINTS`
points in each; entries of symbols are drawn uniformly from (-2, 2) or from the domain that the exercise declares,
from fixed seeds. All entries must agree, at all points, for all values of the free indices. Shapes are compared
before, in letters: `N×D` is never `D×N`.

**Why a wrong formula does not pass.** Away from kinks, answer and reference are analytic functions of all drawn
entries, and so is their difference d. If d is not zero throughout, its zeros have measure zero, so that a point drawn
from a density meets one with probability 0; for polynomials of degree g the lemma of Schwartz and Zippel says the
same of k-bit points: at most g / 2^k. What is left is closeness, since numbers are rounded: |d| ≤ ε·scale with ε =
1e-8. By Remez' inequality a polynomial d of degree g in one entry whose largest size is c·scale is that small on a
share of at most 4·(ε/c)^(1/g) of the interval. With g = 4 and c = 1 that is 4 % for one entry at one point; forty
points must all be met: below 1e-55. A coefficient that is wrong by less than ε is not told from a right one, and no
student's is.

**Sizes** are whole numbers, of which there are `WORLDS` choices: 2/3 is not 2/N, and neither is 2/24 of a product of
all sizes. A polynomial of the sizes that was made to agree at those very choices would pass.

**Functions left generic** are sigmoid, tanh, softplus and twice the sine in turn. An identity of one of them, such as
σ' = σ (1 - σ), fails at the others; what holds for growing functions only, or for slopes of at most 1, fails at the
sine. What passes without being so for every smooth function would have to be an identity of all four.

**Kinks and jumps** (ReLU, H, |·|, sign, max, min, roots and other powers that are not whole, norms of numbers) cut
space into regions, and within each the above holds. Values at a kink never decide: no drawn point lies on one, and
`functions.py` has the usual ones there. Regions must be met to be compared. Where there is a kink in the answer or in
the reference, both are compared again on points `NEAR` times as near to 0, where the kinks of the lecture are, so
that `H(x - 0.02)` is not `H(x)`; and where the argument of one has had only one sign, on points `FAR` times as far
out, so that `relu(x - 9)` is not `0`. What differs nearer to 0 than about 0.001 or farther out than 60 is not seen.
Formulas that differ only between two kinks, apart by a share p of the range, pass with probability (1 - p)^n, where n
≥ 40 entries are compared: 13 % for p = 5 %. That is the weakest place of the method, and no formula of the lecture is
there.

**Domains.** A point where the reference has no finite value is replaced by another one; if hardly any has, the
exercise must declare a domain (an error for its author). Nothing is asked where it has none: `ln(x^2)/2` is `ln(x)`.
A point where only the answer has none makes it wrong: `ln(x)` is not `ln(|x|)`. Far out, numbers may overflow: points
do not count at which they did.

**Why a right formula passes.** With entries of order one and sizes below ten, evaluating a polynomial of the lecture
loses a factor of below 1e3 over the machine's 1.1e-16; quotients, and inverses of the matrices that are drawn, below
1e6 (a condition of 1e3, squared in normal equations). So two right formulas differ by at most about 1e-9 of their
largest entry, and they may by 1e-8 of it; detours through high powers of inverses, such as `A^-8 A^8`, lose more, and
are refused. The scale is the largest entry of the reference at that point, so that an exact zero beside large entries
is not held to more digits than they are; where the reference is zero altogether (all units of a ReLU are dead), a
thousandth of its largest entry at any point; and a difference below 1e-14 is always one of rounding.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from app.answers import Array
from app.formula.evaluate import World, evaluate
from app.formula.instances import FAR, NEAR, POINTS, Function, Rule, as_rule, values_of, worlds
from app.formula.reading import Formula
from app.formula.shapes import Shaped
from app.formula.sizes import Shape
from app.formula.symbols import Symbols

CLOSE: Final = 1e-8  # relative to the largest entry
NEGLIGIBLE: Final = 1e-3  # of the largest entry at any point: so large is a scale at least
ROUNDING: Final = 1e-14  # so small a difference is always one of rounding: numbers drawn are of order one
SPARE: Final = (2, 50)  # so many times more points are drawn than are needed, should the reference lack values


class Reference:
    """The right formula of a part, and the wrong ones that are worth telling apart, on instances drawn once.

    `right` and each of `wrong` is a formula as a text, or a function whose parameters name what it needs (see
    `instances.values_of`); of a function the shape must be given. Raises `ValueError` where they do not fit the
    symbols, `Unreadable` where a formula cannot be read.
    """

    def __init__(
        self,
        right: str | Function,
        symbols: Symbols,
        *,
        shape: str | None = None,
        wrong: Mapping[str, str | Function] | None = None,
    ):
        self.symbols = symbols
        self.right = as_rule(right, symbols)
        if shape is None and not isinstance(self.right, Formula):
            raise ValueError("the shape of a reference that is a function must be given")
        self.shape = Shape.of(shape) if shape is not None else self.right.shape  # type: ignore[union-attr]
        if isinstance(self.right, Formula) and self.right.fitted(self.shape) is None:
            raise ValueError(f"the reference is {self.right.shape}, not {self.shape}")
        self.wrong = {id: as_rule(rule, symbols) for id, rule in (wrong or {}).items()}
        for id, rule in self.wrong.items():
            if isinstance(rule, Formula) and rule.is_open and rule.fitted(self.shape) is None:
                raise ValueError(f"{id}: the size of this formula is open. Write it, as in I_N")

    @cached_property
    def trials(self) -> tuple["Trial", ...]:
        """The worlds with the reference's values, points without a value replaced."""
        for spare in SPARE:
            trials = [self._trial(world) for world in worlds(self.symbols, POINTS * spare)]
            if None not in trials:
                return tuple(trial for trial in trials if trial)
        raise ValueError("the reference has no value at most points: declare the domains of its symbols")

    @cached_property
    def near_trials(self) -> tuple["Trial", ...]:
        """The same near to 0, where points without a value stay and do not count."""
        return self._scaled(NEAR)

    @cached_property
    def far_trials(self) -> tuple["Trial", ...]:
        """The same far out."""
        return self._scaled(FAR)

    def _scaled(self, scale: float) -> tuple["Trial", ...]:
        drawn = worlds(self.symbols, POINTS, scale)
        return tuple(Trial(world, self._right_in(world), scale=scale) for world in drawn)

    @cached_property
    def kinks(self) -> "Kinks":
        """What its kinks have met in all trials; of a function nobody knows, so it may have any."""
        fitted = self.right.fitted(self.shape) if isinstance(self.right, Formula) else None
        if fitted is None:
            return Kinks(any=True, one_sided=True)
        answer = Answer(fitted, self.symbols)
        for trial in self.trials:
            answer(trial)
        return answer.kinks

    def _right_in(self, world: World) -> Array:
        values = values_of(self.right, self.symbols, world, shape=self.shape)
        if values is None:
            raise ValueError("the reference returned nothing")
        return np.broadcast_to(values, (world.points, *values.shape[1:]))

    def _trial(self, world: World) -> "Trial | None":
        """The trial of the first points at which the reference has a value; None where these are too few."""
        values = self._right_in(world)
        finite = np.isfinite(values.reshape(len(values), -1)).all(axis=1)
        kept = np.flatnonzero(finite)[:POINTS]
        if len(kept) < POINTS:
            return None
        return Trial(world.only(kept), values[kept])

    @cached_property
    def wrong_values(self) -> dict[str, list[Array | None]]:
        """What each wrong formula comes to, in each trial; None where it does not apply."""
        return {
            id: [
                values_of(rule, self.symbols, trial.world, shape=self.shape, reference=trial.right)
                for trial in self.trials
            ]
            for id, rule in self.wrong.items()
        }

    @cached_property
    def mistakes(self) -> dict[str, "Mistake"]:
        """Each wrong formula, to be compared with answers."""
        return {id: Mistake(rule, self) for id, rule in self.wrong.items()}

    def coincidences(self) -> list[str]:
        """The wrong formulas that are right: for `nabla check`."""
        return [id for id, made in self.wrong_values.items() if self._are_right(made)]

    def _are_right(self, made: list[Array | None]) -> bool:
        trials = zip(self.trials, made, strict=True)
        return all(value is not None and trial.near(value, trial.right) for trial, value in trials)


class Trial:
    """A world, drawn so many times farther out or nearer to 0, and what the reference comes to in it."""

    def __init__(self, world: World, right: Array, *, scale: float = 1.0):
        self.world = world
        self.right = right
        self.scale = scale
        sizes = _sizes(right)
        largest = float(sizes.max(initial=0)) or 1.0
        self.closeness = np.maximum(CLOSE * np.maximum(sizes, 1.0 if scale > 1 else NEGLIGIBLE * largest), ROUNDING)
        """How near is near, at every point."""

    def near(self, value: Array, other: Array, *, overflowed: bool = False) -> bool:
        """Whether a value agrees with another one at all points. Shapes first; what is not finite agrees with nothing.

        Where points are not as drawn, those do not count at which the other has no value, or the value, since a number
        on the way to it `overflowed`.
        """
        if value.shape[-2:] != other.shape[-2:]:
            return False
        with np.errstate(all="ignore"):
            apart = np.abs(value - other)
            near = self.closeness if other is self.right else np.maximum(self.closeness, CLOSE * _sizes(other))
            if self.scale != 1:
                apart = np.where(np.isfinite(apart if overflowed else other), apart, 0.0)
            return bool((apart <= near).all())

    @cached_property
    def sketch(self) -> "Trial":
        """Itself, with fewer points where it has free indices, so that it has about as many values to compare."""
        points = -(-POINTS // math.prod(self.right.shape[1:-2]))
        if points == len(self.right):
            return self
        return Trial(self.world.only(slice(points)), self.right[:points], scale=self.scale)


def _sizes(values: Array) -> Array:
    """The largest entry at every point, 0 where there is none that is finite; as many axes as the values have."""
    sizes = np.abs(values).max(axis=tuple(range(1, values.ndim)), keepdims=True)
    return np.where(np.isfinite(sizes), sizes, 0.0)


@dataclass(frozen=True)
class Kinks:
    """Whether a formula has any, and whether the argument of one had one sign only so far."""

    any: bool
    one_sided: bool


class Answer:
    """A formula without open sizes, evaluated in one trial after the other, as far as is needed and once in each.

    It watches its own evaluation: at which kinks both sides were met, and where numbers overflowed.
    """

    def __init__(self, shaped: Shaped, symbols: Symbols):
        self.shaped = shaped
        self.symbols = symbols
        self._values: dict[Trial, Array] = {}
        self._overflowed: dict[Trial, bool] = {}
        self._overflows = False
        self._sides: dict[int, set[bool]] = {}  # of the arguments at each kink, whether one was positive, one negative

    def __call__(self, trial: Trial) -> Array:
        if trial not in self._values:
            self._overflows = False
            self._values[trial] = evaluate(self.shaped, trial.world, self.symbols, self)
            self._overflowed[trial] = self._overflows
        return self._values[trial]

    def agrees(self, trial: Trial, other: Array, change: Callable[[Array], Array] = np.asarray) -> bool:
        """Whether it comes to the same in a trial, once a change is made to its values."""
        value = change(self(trial))
        return trial.near(value, other, overflowed=self._overflowed[trial])

    def overflow(self) -> None:
        self._overflows = True

    def kink(self, place: int, at_kink: Array) -> None:
        sides = self._sides.setdefault(place, set())
        sides.update((bool((at_kink > 0).any()), not (at_kink < 0).any()))

    @property
    def kinks(self) -> Kinks:
        return Kinks(bool(self._sides), any(len(sides) == 1 for sides in self._sides.values()))

    def is_right(self, reference: Reference, change: Callable[[Array], Array] = np.asarray) -> bool:
        """Whether it is the reference, once a change is made to its values."""
        if not self.is_right_as_drawn(reference, change):
            return False
        own, others = self.kinks, reference.kinks
        if (own.any or others.any) and not self._agrees(reference.near_trials, change):
            return False
        return not (own.one_sided or others.one_sided) or self._agrees(reference.far_trials, change)

    def is_right_as_drawn(self, reference: Reference, change: Callable[[Array], Array] = np.asarray) -> bool:
        """The same without a look nearer to kinks, and farther from them."""
        return self._agrees(reference.trials, change)

    def _agrees(self, trials: tuple[Trial, ...], change: Callable[[Array], Array]) -> bool:
        return all(self.agrees(trial, trial.right, change) for trial in trials)


class Answers:
    """A formula in the shapes that it can have: an `Answer` for each, made once."""

    def __init__(self, formula: Formula):
        self.formula = formula
        self._made: dict[Shape, Answer | None] = {}

    def of(self, shape: Shape) -> Answer | None:
        """None where it cannot have this shape."""
        if shape not in self._made:
            fitted = self.formula.fitted(shape)
            self._made[shape] = Answer(fitted, self.formula.symbols) if fitted else None
        return self._made[shape]


class Mistake:
    """A wrong formula beside its reference, evaluated where and when an answer is compared with it, and then kept.

    A function of the exercise is called for every point and every index, hence fewer points than where it is decided
    what is right: a `sketch` of each trial.
    """

    def __init__(self, rule: Rule, reference: Reference):
        self.rule = rule
        self.reference = reference
        self._values: dict[Trial, Array | None] = {}

    @property
    def shape(self) -> Shape | None:
        """None for a function, whose values say it."""
        return self.rule.shape if isinstance(self.rule, Formula) else None

    def is_made(self, answer: Answer) -> bool:
        """Whether an answer that is not right is this wrong formula. One that is right itself is no mistake."""
        reference = self.reference
        if not self._is_same(answer, reference.trials) or self._is_right:
            return False
        if answer.kinks.any and not self._is_same(answer, reference.near_trials):
            return False
        return not answer.kinks.one_sided or self._is_same(answer, reference.far_trials)

    def _is_same(self, answer: Answer, trials: tuple[Trial, ...]) -> bool:
        for sketch in (trial.sketch for trial in trials):
            made = self._in(sketch)
            if made is None or not answer.agrees(sketch, made):
                return False
        return True

    @cached_property
    def _is_right(self) -> bool:
        for sketch in (trial.sketch for trial in self.reference.trials):
            made = self._in(sketch)
            if made is None or not sketch.near(sketch.right, made):
                return False
        return True

    def _in(self, trial: Trial) -> Array | None:
        """What it comes to in a trial; None where it does not apply."""
        if trial not in self._values:
            of = self.reference
            self._values[trial] = values_of(self.rule, of.symbols, trial.world, shape=of.shape, reference=trial.right)
        return self._values[trial]
