"""A mean squared error of predictions `y`, a flat list, and targets `t`, a column: broadcasting pairs them all."""

import numpy as np

from exercises.mathematics.drawing import ints


def draw_losses(rng):
    """Two or three predictions and targets on which all statements about the loss make another number of it."""
    N = int(rng.integers(2, 4))
    y, t = ints(rng, -4, 4, N), ints(rng, -4, 4, N)
    if len({*y}) < N or len({*t}) < N:
        return None
    drawn = dict(y=y.astype(int).tolist(), t=t.astype(int).reshape(-1, 1).tolist())
    return drawn if len({*losses(**drawn).values()}) == 4 else None


def squares(y, t):
    """The squared differences of all pairs: a row for each target, a column for each prediction."""
    return [[(prediction - target) ** 2 for prediction in y] for (target,) in t]


def losses(y, t):
    """What each statement about the loss would make of it."""
    pairs = squares(y, t)
    return {
        "every_pair": np.mean(pairs),
        "factor": np.trace(pairs),
        "unaffected": np.trace(pairs) / len(y),
        "first_only": np.mean(pairs[0]),
    }


def by_numpy(y, t):
    return ((np.array(y) - np.array(t)) ** 2).mean()


def statement_that_fits(y, t):
    """The statement that makes of the loss what numpy does."""
    return next(id for id, value in losses(y, t).items() if np.isclose(value, by_numpy(y, t)))


def listed(y, t):
    """All squares as a sum."""
    return " + ".join(str(square) for row in squares(y, t) for square in row)
