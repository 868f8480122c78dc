r"""# Gradient of the norm, without the square

Let $g(\mathbf x) = \lVert\mathbf x\rVert_2$, the norm itself, and

$$\mathbf x_0 = {{ x0 }}$$

What is its gradient at $\mathbf x_0$, and what becomes of it at $\mathbf 0$? To see that, walk through $\mathbf 0$ in
the direction of $\mathbf x_0$: $\varphi(t) = g(t\,\mathbf x_0)$.
"""

import numpy as np

from app.exercise import Choice, Exercise, col
from exercises.mathematics import jacobian

exercise = Exercise(given=dict(x0="D 1"))
WHOLE = [(3, 4), (5, 12), (8, 15), (7, 24), (2, 3, 6), (1, 4, 8), (2, 6, 9), (4, 4, 7), (6, 6, 7)]  # so are the norms


@exercise.instance
def draw(rng):
    x0 = rng.permutation(WHOLE[rng.integers(len(WHOLE))])
    return dict(x0=col(x0 * rng.choice([-1, 1], len(x0))))


def norm(x):
    return np.sqrt(np.sum(x**2))


@exercise.part("D 1")
def gradient(x0):
    r"""$\nabla g(\mathbf x_0)$, a column"""
    return x0 / norm(x0)


@exercise.part("scalar", weight=0.5)
def left(x0):
    r"""The slope of $\varphi$ for $t < 0$"""
    return -norm(x0)


@exercise.part(
    Choice(
        zero=r"It is $\mathbf 0$, because $g$ is smallest there.",
        direction=r"It is $\mathbf x_0/\lVert\mathbf x_0\rVert_2$, as everywhere on this line.",
        undefined=r"It does not exist: the slopes of $\varphi$ on the two sides differ.",
        infinite="It does not exist: the slope grows without bound.",
    ),
    weight=0.5,
)
def at_zero():
    r"""What about $\nabla g(\mathbf 0)$?"""
    return "undefined"


gradient.oracle(lambda x0: jacobian(norm, x0).T)
left.oracle(lambda x0: (np.linalg.norm(-2.0 * x0) - np.linalg.norm(-3.0 * x0)) / (-2 - -3))


@at_zero.oracle
def by_slopes_on_both_sides(x0, h=1e-3):
    right, left = norm(h * x0) / h, -norm(-h * x0) / h
    return "undefined" if right - left > h else "zero"


gradient.wrong("row-layout", lambda reference: reference.T, r"the row $\nabla g(\mathbf x_0)^\top$")
gradient.wrong("squared-norm-instead", lambda x0: 2 * x0, r"$\nabla\lVert\mathbf x\rVert_2^2$ at $\mathbf x_0$")
gradient.wrong("factor-two-lost", lambda reference: reference / 2, r"$\frac12\,\mathbf x_0/\lVert\mathbf x_0\rVert_2$")
gradient.wrong("not-divided", lambda x0: x0, r"$\mathbf x_0$")
gradient.wrong("value-instead", lambda x0: norm(x0), r"$g(\mathbf x_0)$").says("One entry per input is expected.")
gradient.feedback("""
    row-layout: The gradient is a column.
    squared-norm-instead: That is the gradient of the squared norm. A square root lies around it here.
    factor-two-lost: The squares inside bring a factor that cancels one of the root.
    not-divided: How long can a gradient of the norm be? One step outwards raises the norm by at most one step.
""")
left.wrong("sign-lost", lambda reference: -reference, "the slope for $t > 0$").says(r"Does $\varphi$ rise or fall?")
left.wrong("slope-one", lambda: -1.0, "the slope for a step of length 1").says("How long is a step of $t$ by 1?")
left.wrong("smooth-minimum", lambda: 0.0, "the slope of a smooth minimum").says(r"Is $\varphi(t)$ flat for $t < 0$?")
at_zero.wrong("minimum-has-slope-zero", lambda: "zero", "what holds where $g$ is smooth")
at_zero.wrong("formula-kept", lambda: "direction", "the formula, kept where its denominator is 0")
at_zero.wrong("division-by-zero", lambda: "infinite", "concluded from the denominator alone")
at_zero.feedback(r"""
    minimum-has-slope-zero: A minimum has slope 0 only where the derivative exists. Look at your slope of $\varphi$.
    formula-kept: Compare with the slope of $\varphi$ for $t < 0$.
    division-by-zero: Both slopes of $\varphi$ are finite: compare them.
""")
gradient.hints(r"Write $g = \sqrt u$ with $u = \sum_d x_d^2$.", r"Chain rule: $\frac{1}{2\sqrt u}$ times $\nabla u$.")
left.hints(r"How long is $t\,\mathbf x_0$, in terms of $\lvert t\rvert$?", r"What is $\lvert t\rvert$ for $t < 0$?")
at_zero.hints(r"Compare the slopes of $\varphi$ just left and just right of $t = 0$.")
gradient.explained(
    r"$\nabla g(\mathbf x_0) = \frac{1}{2\lVert\mathbf x_0\rVert_2}\,2\mathbf x_0 ="
    r" \frac{\mathbf x_0}{\lVert\mathbf x_0\rVert_2} = {{ reference }}$, a vector of length 1 that points outwards."
)
left.explained(r"For $t < 0$: $\varphi(t) = -t\,\lVert\mathbf x_0\rVert_2$, a line with the slope ${{ reference }}$.")
at_zero.explained(
    r"The slope of $\varphi$ jumps from ${{ left }}$ to its opposite at $t = 0$. A gradient would give a single slope,"
    r" so there is none at $\mathbf 0$: the norm has a tip there, as $\lvert t\rvert$ has."
)
