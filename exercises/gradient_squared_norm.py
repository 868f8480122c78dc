r"""# Gradient of the squared norm

Let $g(\mathbf x) = {{ formula }}$. Compute the gradient $\nabla g(\mathbf x_0)$, a column, at

$$\mathbf x_0 = {{ x0 }}{{ centre }}$$
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.squared_norms import centre, derived, draw, formula, value

given = dict(c=float, m="D 1", x0="D 1")  # g(x) = c ‖x − m‖²
exercise = Exercise(number=21, topic="gradients", section="Exercises: Gradients", given=given)
exercise.instance(draw)
exercise.stratum(lambda m: "scaled and shifted" if m.any() else "plain")
exercise.texts(formula=formula, derived=derived, centre=centre)

exercise.in_symbols(
    texts=dict(
        formula=r"c\,\lVert\mathbf x - \mathbf m\rVert_2^2",
        derived=r"2c\,(\mathbf x_0 - \mathbf m)",
        centre=r" \qquad \mathbf m \in \mathbb{R}^{D \times 1} \qquad c \in \mathbb{R}",
    )
)


@exercise.part("D 1", formula="2 c (x0 - m)")
def answer(c, m, x0):
    r"""$\nabla g(\mathbf x_0)$"""
    return 2 * c * (x0 - m)


answer.oracle(lambda c, m, x0: jacobian(lambda x: value(x, c, m), x0).T)
answer.wrong("row-layout", lambda reference: reference.T, r"the row $\nabla g(\mathbf x_0)^\top$")
answer.wrong("factor-two-lost", lambda reference: reference / 2, r"$\frac12\nabla g(\mathbf x_0)$", credit=0.4)
answer.wrong("squares-kept", lambda c, m, x0: c * (x0 - m) ** 2, r"a column of the terms of the sum $g(\mathbf x_0)$")
answer.wrong("two-times-squares", lambda c, m, x0: 2 * c * (x0 - m) ** 2, "a column of the terms of the sum, doubled")
answer.wrong("value-instead", lambda c, m, x0: value(x0, c, m), r"$g(\mathbf x_0)$")
answer.wrong("entries-summed", lambda reference: reference.sum(), "the sum of the partial derivatives")
answer.wrong("gradient-of-the-norm", lambda c, m, x0: c * (x0 - m) / value(x0, 1, m) ** 0.5, "the gradient of the norm")
answer.wrong("shift-forgotten", lambda c, m, x0: 2 * c * x0 if m.any() else None, r"the gradient without $\mathbf m$")
answer.wrong("shift-sign", lambda c, m, x0: 2 * c * (x0 + m) if m.any() else None, r"the gradient for $-\mathbf m$")
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
answer.hints("Write the squared norm as a sum of squares.", "Which terms contain $x_1$?", "Collect the entries.")
answer.explained(
    r"Only one square of the sum contains $x_d$; its slope is twice what is squared, and a factor in front stays:"
    r" $\nabla g(\mathbf x_0) = {{ derived }} = {{ reference }}$."
)
