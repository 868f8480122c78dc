"""Random numbers fit for exercises: small and never zero."""

import numpy as np


def ints(rng, low, high, *shape):
    """Whole numbers from `low` to `high` without 0; an array of them is never constant."""
    pool = [number for number in range(low, high + 1) if number]
    while True:
        numbers = rng.choice(pool, size=shape).astype(float)
        if numbers.size < 2 or np.ptp(numbers) > 0:
            return numbers if shape else float(numbers)


def decimals(rng, low, high, *shape, gap=0.15):
    """Numbers with two decimals, at least `gap` from 0."""
    while True:
        numbers = np.round(rng.uniform(low, high, shape), 2) + 0.0
        if np.all(np.abs(numbers) >= gap):
            return numbers if shape else float(numbers)


def numbers(rng, level, *shape, largest=4):
    """Whole numbers up to `largest` at level `hand`, decimals up to half of it at level `numpy`."""
    if level == "hand":
        return ints(rng, -largest, largest, *shape)
    if level != "numpy":
        raise ValueError(f"there is no level {level!r}; there are hand and numpy")
    return decimals(rng, -largest / 2, largest / 2, *shape)


def distinct(rng, level, count, largest=5):
    """A column of `count` numbers with pairwise different absolute values, so that an index slip shows."""
    if level == "hand":
        sizes = rng.permutation(np.arange(1, largest + 1))[:count]
        return (sizes * rng.choice([-1.0, 1.0], count)).reshape(-1, 1)
    while True:
        column = decimals(rng, -2, 2, count, 1)
        if np.all(np.diff(np.sort(np.abs(column[:, 0]))) >= 0.15):
            return column


def sizes(rng, low, high, count):
    """`count` pairwise different sizes from `low` to `high`, so that a transpose shows."""
    return [int(size) for size in rng.permutation(np.arange(low, high + 1))[:count]]
