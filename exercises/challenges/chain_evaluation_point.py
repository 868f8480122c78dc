r"""# Four functions, four points

Consider the chain of four functions

$$\mathbf x \in \mathbb R^3 \;\mapsto\; y = \lVert\mathbf x\rVert_2^2 \;\mapsto\;
\mathbf z = \begin{bmatrix} \alpha y \\ y + \beta \end{bmatrix} \;\mapsto\; t = z_1 z_2 \;\mapsto\;
\mathbf w = h(t) \in \mathbb R^M$$

with $\alpha = {{ al }}$ and $\beta = {{ be }}$. At $\mathbf x_0 = {{ x0 }}$ its derivative is the product

$$\left.\frac{d\mathbf w}{d\mathbf x}\right|_{\mathbf x_0} =
\frac{d\mathbf w}{dt} \cdot \frac{dt}{d\mathbf z} \cdot \frac{d\mathbf z}{dy} \cdot \frac{dy}{d\mathbf x}.$$

At which point is each factor evaluated? The last one is evaluated at $\mathbf x_0$.
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics.drawing import ints

exercise = Exercise(given=dict(x0="3 1", al=float, be=float))


@exercise.instance
def draw(rng):
    return dict(x0=ints(rng, -2, 2, 3, 1), al=ints(rng, -3, 3), be=ints(rng, -4, 4))


@exercise.part("scalar", weight=0.3)
def y0(x0):
    r"""The point of $\frac{d\mathbf z}{dy}$"""
    return x0.T @ x0


@exercise.part("2 1", weight=0.4)
def z0(y0, al, be):
    r"""The point of $\frac{dt}{d\mathbf z}$, a column"""
    return col([al * y0, y0 + be])


@exercise.part("scalar", weight=0.3)
def t0(z0):
    r"""The point of $\frac{d\mathbf w}{dt}$"""
    return z0[0, 0] * z0[1, 0]


y0.oracle(lambda x0: np.linalg.norm(x0) ** 2)
z0.oracle(lambda x0, al, be: [[al * np.linalg.norm(x0) ** 2], [np.linalg.norm(x0) ** 2 + be]])
t0.oracle(lambda x0, al, be: al * np.linalg.norm(x0) ** 4 + al * be * np.linalg.norm(x0) ** 2)

y0.wrong("at-the-input", lambda x0: x0, r"$\mathbf x_0$").says("What does the second function receive?")
y0.wrong("norm-not-squared", lambda x0: np.linalg.norm(x0), r"$\sqrt{y_0}$").says("The norm is squared here.")
y0.wrong("derivative-instead", lambda x0: 2 * x0.T, r"the derivative $2\mathbf x_0^\top$")
z0.wrong("one-step-short", lambda y0: y0, "the point of the factor before")
z0.wrong("at-the-input", lambda x0: x0, r"$\mathbf x_0$").says("What does the third function receive?")
z0.wrong("derivative-instead", lambda al: col([al, 1]), r"the derivative $\frac{d\mathbf z}{dy}$")
t0.wrong("one-step-short", lambda z0: z0, "the point of the factor before")
t0.wrong("derivative-instead", lambda z0: z0[::-1].T, r"the derivative $\frac{dt}{d\mathbf z}$")
t0.wrong("entries-added", lambda z0: z0.sum(), "$z_1 + z_2$").says("The fourth function multiplies.")
for part in (z0, t0):
    part.feedback("""
        one-step-short: Follow the point through one more function.
    """)
for part in (y0, z0, t0):
    part.feedback("""
        derivative-instead: A point is a value, not a derivative.
    """)

exercise.hints(
    "A factor is evaluated at a value of the variable that stands below its fraction bar.",
    "Let $\\mathbf x_0$ flow through the chain and keep every value that you meet.",
)
y0.explained(r"The second function receives $y$: $y_0 = \lVert\mathbf x_0\rVert_2^2 = {{ reference }}$.")
z0.explained(r"The third function receives $\mathbf z$; from $y_0 = {{ y0 }}$ comes $\mathbf z_0 = {{ reference }}$.")
t0.explained(r"$h$ receives $t$; from $\mathbf z_0 = {{ z0 }}$ comes $t_0 = z_1 z_2 = {{ reference }}$.")
