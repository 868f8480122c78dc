r"""# Gradient of the squared norm

Let $g(x) = {{ formula }}$. Compute the gradient $\nabla g(x_0)$, a column, at

$$x_0 = {{ x0 }}{{ centre }}$$
"""

import numpy as np

from app.exercise import Exercise, values_latex
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals, numbers

exercise = Exercise(
    number=21,
    topic="gradients",
    section="Exercises: Gradients",
    given=dict(c=float, m="D 1", x0="D 1"),
)


@exercise.instance
def draw(rng, level):
    """In four of ten instances the plain squared norm: c = 1, m = 0."""
    D = int(rng.integers(2, 5))
    x0 = numbers(rng, level, D, 1, largest=7)
    if rng.random() < 0.4:
        return dict(c=1.0, m=np.zeros((D, 1)), x0=x0)
    c = float(rng.choice([-2, 2, 3, 4])) if level == "hand" else decimals(rng, 1.3, 3)
    return dict(c=c, m=numbers(rng, level, D, 1), x0=x0)


@exercise.stratum
def form(m):
    return "scaled and shifted" if m.any() else "plain"


@exercise.text
def formula(c, m):
    return rf"{values_latex(c)}\,\lVert x - m\rVert_2^2" if m.any() else r"\lVert x\rVert_2^2"


@exercise.text
def centre(m):
    return rf" \qquad\text{{where }} m = {values_latex(m)}" if m.any() else ""


@exercise.text
def solved(c, m):
    return rf"{values_latex(2 * c)}\,(x_0 - m)" if m.any() else "2x_0"


@exercise.part("D 1")
def answer(c, m, x0):
    r"""$\nabla g(x_0)$"""
    return 2 * c * (x0 - m)


@answer.oracle
def by_differences(c, m, x0):
    return jacobian(lambda x: c * np.sum((x - m) ** 2), x0).T


@answer.misconception
def row_layout(reference):
    """The gradient is a column."""
    return reference.T


@answer.misconception(credit=0.4)
def factor_two_lost(reference):
    """Differentiate one square carefully: what comes down?"""
    return reference / 2


@answer.misconception
def squares_kept(c, m, x0):
    """That is the vector of the terms of the sum, not of their slopes."""
    return c * (x0 - m) ** 2


@answer.misconception
def two_times_squares(c, m, x0):
    """The exponent comes down *and* drops by one."""
    return 2 * c * (x0 - m) ** 2


@answer.misconception
def value_instead(c, m, x0):
    """One entry per input is expected."""
    return c * np.sum((x0 - m) ** 2)


@answer.misconception
def entries_summed(reference):
    """Keep the partial derivatives apart."""
    return reference.sum()


@answer.misconception
def gradient_of_the_norm(c, m, x0):
    """You differentiated the norm; here it is squared."""
    return c * (x0 - m) / np.linalg.norm(x0 - m)


@answer.misconception
def shift_forgotten(c, m, x0):
    """The centre $m$ is inside the square."""
    return 2 * c * x0 if m.any() else None


@answer.misconception
def shift_sign(c, m, x0):
    """Check the sign inside the square."""
    return 2 * c * (x0 + m) if m.any() else None


@answer.misconception
def scale_forgotten(m, x0):
    """A constant factor in front of the function stays in front of its gradient."""
    return 2 * (x0 - m) if m.any() else None


answer.hints(
    r"Write the squared norm as a sum, $\sum_d x_d^2$.",
    r"Which terms contain $x_1$?",
    r"Collect the entries into a column.",
)
answer.explained(
    r"In the sum of squares only one term contains $x_d$, and the square of $x_d - m_d$ has the slope $2(x_d - m_d)$."
    r" A factor in front stays: $\nabla g(x_0) = {{ solved }} = {{ reference }}$."
)
