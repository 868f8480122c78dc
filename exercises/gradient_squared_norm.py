r"""# Gradient of the squared norm

Let $g(\mathbf x) = {{ formula }}$. Compute the gradient $\nabla g(\mathbf x_0)$, a column, at

$$\mathbf x_0 = {{ x0 }}{{ centre }}$$
"""

import numpy as np

from app.exercise import Exercise, values_latex
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals, numbers

given = dict(c=float, m="D 1", x0="D 1")
exercise = Exercise(number=21, topic="gradients", section="Exercises: Gradients", given=given)


@exercise.instance
def draw(rng, level):
    """In four of ten instances the plain squared norm: c = 1, m = 0."""
    D = int(rng.integers(2, 5))
    x0 = numbers(rng, level, D, 1, largest=7)
    if rng.random() < 0.4:
        return dict(c=1.0, m=np.zeros((D, 1)), x0=x0)
    c = float(rng.choice([-2, 2, 3, 4])) if level == "hand" else decimals(rng, 1.3, 3)
    return dict(c=c, m=numbers(rng, level, D, 1), x0=x0)


exercise.stratum(lambda m: "scaled and shifted" if m.any() else "plain")


@exercise.text
def formula(c, m):
    return rf"{values_latex(c)}\,\lVert\mathbf x - \mathbf m\rVert_2^2" if m.any() else r"\lVert\mathbf x\rVert_2^2"


exercise.texts(
    centre=lambda m: rf" \qquad\text{{where }} \mathbf m = {values_latex(m)}" if m.any() else "",
    solved=lambda c, m: rf"{values_latex(2 * c)}\,(\mathbf x_0 - \mathbf m)" if m.any() else r"2\mathbf x_0",
)


@exercise.text
def reason(m):
    if not m.any():
        return "Only $x_d^2$ contains $x_d$, with the slope $2x_d$"
    return "Only $(x_d - m_d)^2$ contains $x_d$, with the slope $2(x_d - m_d)$, and the factor in front stays"


@exercise.part("D 1")
def answer(c, m, x0):
    r"""$\nabla g(\mathbf x_0)$"""
    return 2 * c * (x0 - m)


answer.oracle(lambda c, m, x0: jacobian(lambda x: c * np.sum((x - m) ** 2), x0).T)
answer.wrong("row-layout", lambda reference: reference.T, r"the row $\nabla g(\mathbf x_0)^\top$")
answer.wrong("factor-two-lost", lambda reference: reference / 2, r"$\frac12\nabla g(\mathbf x_0)$", credit=0.4)
answer.wrong("squares-kept", lambda c, m, x0: c * (x0 - m) ** 2, r"the terms of the sum $g(\mathbf x_0)$")
answer.wrong("two-times-squares", lambda c, m, x0: 2 * c * (x0 - m) ** 2, "the terms of the sum, doubled")
answer.wrong("value-instead", lambda c, m, x0: c * np.sum((x0 - m) ** 2), r"$g(\mathbf x_0)$")
answer.wrong("entries-summed", lambda reference: reference.sum(), "the sum of the partial derivatives")
answer.wrong(
    "gradient-of-the-norm", lambda c, m, x0: c * (x0 - m) / np.linalg.norm(x0 - m), "the gradient without the square"
)
answer.wrong(
    "shift-forgotten", lambda c, m, x0: 2 * c * x0 if m.any() else None, r"$2c\,\mathbf x_0$ with $c = {{ c }}$"
)
answer.wrong(
    "shift-sign",
    lambda c, m, x0: 2 * c * (x0 + m) if m.any() else None,
    r"$2c\,(\mathbf x_0 + \mathbf m)$ with $c = {{ c }}$",
)
answer.wrong("scale-forgotten", lambda m, x0: 2 * (x0 - m) if m.any() else None, r"$2\,(\mathbf x_0 - \mathbf m)$")
answer.feedback(r"""
    row-layout: The gradient is a column.
    factor-two-lost: Differentiate one square carefully: what comes down?
    squares-kept: That is the vector of the terms of the sum, not of their slopes.
    two-times-squares: The exponent comes down *and* drops by one.
    value-instead: One entry per input is expected.
    entries-summed: Keep the partial derivatives apart.
    gradient-of-the-norm: You differentiated the norm; here it is squared.
    shift-forgotten: The centre $\mathbf m$ is inside the square.
    shift-sign: Check the sign inside the square.
    scale-forgotten: A constant factor in front of the function stays in front of its gradient.
""")
answer.hints(
    r"Write the squared norm as a sum, $\sum_d x_d^2$.",
    r"Which terms contain $x_1$?",
    r"Collect the entries into a column.",
)
answer.explained(r"{{ reason }}: $\nabla g(\mathbf x_0) = {{ solved }} = {{ reference }}$.")
