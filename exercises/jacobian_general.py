r"""# Jacobian of a nonlinear map

Let

$$f(\mathbf x) = {{ formula }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the Jacobian $\mathbf J$ of $f$ at $\mathbf x_0$, outputs × inputs.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals, distinct, numbers
from exercises.mathematics.polynomials import derivative, derivative_latex, exponents, map_latex, value

given = dict(E="N K D", c="N K", x0="D 1")
exercise = Exercise(number=26, topic="derivatives", section="Generalizing the derivative", given=given)


@exercise.instance
def draw(rng, level):
    D, N = (2, 3) if rng.random() < 0.5 else (3, 2)
    x0 = distinct(rng, level, D, 3) if level == "hand" else decimals(rng, -2, 2, D, 1, gap=0.4)
    return dict(E=exponents(rng, 2, N, 2, D), c=numbers(rng, level, N, 2, largest=3), x0=x0)


exercise.stratum(lambda x0: "2 inputs" if len(x0) == 2 else "3 inputs")
exercise.texts(formula=lambda E, c: map_latex(E, c), partials=lambda E, c: derivative_latex(E, c))


@exercise.part("N D", oriented=True)
def answer(E, c, x0):
    r"""$\mathbf J = \left.\frac{df}{d\mathbf x}\right|_{\mathbf x_0}$"""
    return derivative(E, c, x0)


@answer.oracle
def by_differences(E, c, x0):
    f = lambda x: [sum(a * np.prod(x[:, 0] ** e) for a, e in zip(*component)) for component in zip(c, E)]
    return jacobian(f, x0)


answer.wrong("transposed", lambda reference: reference.T, r"$\mathbf J^\top$")
answer.wrong(
    "exponent-factor-lost",
    lambda E, c, x0: derivative(E, c, x0, factor=False),
    r"$\mathbf J$ without the factors that come down from the exponents",
)
answer.wrong(
    "other-variables-dropped",
    lambda E, c, x0: derivative(E, c, x0, others=False),
    r"$\mathbf J$ with a 1 in the place of the other variables",
)
answer.wrong("rows-summed", lambda reference: reference.sum(axis=1, keepdims=True), "the sums of the rows")
answer.wrong("gradients-added", lambda reference: reference.sum(axis=0)[:, None], "the sum of all gradients")
answer.wrong("value-instead", lambda E, c, x0: value(E, c, x0), r"$f(\mathbf x_0)$")
answer.feedback("""
    transposed: You put the gradient of each component in a column. Each output gets a row.
    exponent-factor-lost: Exponents come down as factors.
    other-variables-dropped: Other variables are constants, not ones.
    rows-summed: Keep one column per input.
    gradients-added: Different outputs are not added together.
    value-instead: The value of the map is not its derivative.
""")
answer.hints(
    r"Entry $(n, d)$ is $\frac{\partial f_n}{\partial x_d}(\mathbf x_0)$.",
    r"Row $n$ is $\nabla f_n(\mathbf x_0)^\top$.",
    "Insert the whole point in every entry.",
)
answer.explained(
    r"""Row $n$ holds the partial derivatives of output $n$:

$$\frac{df}{d\mathbf x} = {{ partials }}$$

At $\mathbf x_0 = {{ x0 }}$ this is $\mathbf J = {{ reference }}$."""
)
