r"""# Where is each Jacobian evaluated?

Consider the chain

$$\mathbf x \in \mathbb R^3 \;\mapsto\; y = \lVert\mathbf x\rVert_2^2 \in \mathbb R \;\mapsto\;
\mathbf z = \begin{bmatrix} \alpha y^2 \\ \beta y \end{bmatrix} \in \mathbb R^2 \;\mapsto\;
\mathbf w = h(\mathbf z) \in \mathbb R^M$$

with $\alpha = {{ al }}$, $\beta = {{ be }}$ and some function $h$. At $\mathbf x_0 = {{ x0 }}$ its derivative is

$$\left.\frac{d\mathbf w}{d\mathbf x}\right|_{\mathbf x_0} =
\frac{d\mathbf w}{d\mathbf z} \cdot \frac{d\mathbf z}{dy} \cdot \frac{dy}{d\mathbf x},$$

a product with each factor evaluated at a point of its own. At which point is $\frac{d\mathbf w}{d\mathbf z}$ evaluated?
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics.drawing import decimals, ints, numbers

given = dict(x0="3 1", al=float, be=float)
exercise = Exercise(number=29, topic="chain-rule", section="The Chain Rule", given=given)
exercise.texts(y0=lambda x0: float((x0**2).sum()))

exercise.in_symbols(
    computed=dict(alpha="al", beta="be"),
    latex=dict(al=r"\alpha", be=r"\beta"),
    texts=dict(y0=r"\lVert\mathbf x_0\rVert_2^2"),
)


@exercise.instance
def draw(rng, level):
    x0 = ints(rng, -2, 2, 3, 1) if level == "hand" else decimals(rng, -1.2, 1.2, 3, 1)
    return dict(x0=x0, al=numbers(rng, level), be=numbers(rng, level))


def z(y, al, be):
    return col([al * y**2, be * y])


@exercise.part("2 1", formula="[al ||x0||^4; be ||x0||^2]")
def answer(x0, al, be):
    r"""The point at which $\frac{d\mathbf w}{d\mathbf z}$ is evaluated, a column"""
    return z((x0.T @ x0).item(), al, be)


answer.oracle(lambda x0, al, be: [[al * np.linalg.norm(x0) ** 4], [be * np.linalg.norm(x0) ** 2]])
answer.wrong("at-the-input", lambda x0: x0, r"$\mathbf x_0$")
answer.wrong("one-step-short", lambda x0: x0.T @ x0, "$y_0$")
answer.wrong("derivative-of-the-middle-map", lambda x0, al, be: col([2 * al * (x0**2).sum(), be]), "the slope at $y_0$")
answer.wrong("norm-not-squared", lambda x0, al, be: z(np.linalg.norm(x0), al, be), "what the norm itself leads to")
answer.wrong("first-coordinate-only", lambda x0, al, be: z(x0[0, 0], al, be), "what $y = x_{0,1}$ leads to")
answer.feedback(r"""
    at-the-input: $h$ does not receive $\mathbf x$. What does it receive?
    one-step-short: Follow the point through one more function.
    derivative-of-the-middle-map: A point is a value, not a derivative.
    norm-not-squared: The first function is the squared norm.
    first-coordinate-only: All coordinates of $\mathbf x_0$ enter the first function.
""")
answer.hints("Compute $y_0$.", r"Compute $\mathbf z_0$.", r"$h$ lives on the space of $\mathbf z$.")
answer.explained(
    r"Let $\mathbf x_0$ flow: $y_0 = \lVert\mathbf x_0\rVert_2^2 = {{ y0 }}$, then $\mathbf z_0 = {{ reference }}$. $h$"
    r" receives $\mathbf z$, so its derivative is taken at $\mathbf z_0$, and $\frac{d\mathbf z}{dy}$ at $y_0$."
)
