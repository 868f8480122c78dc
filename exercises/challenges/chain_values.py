r"""# One entry, checked by finite differences

Let $y = \lVert\mathbf x\rVert_2^2$, $\mathbf z = \left(\alpha_1 y^2,\ \alpha_2 y\right)^\top$ and
$\mathbf w = \mathbf A\mathbf z$ with

$$\boldsymbol\alpha = {{ al }} \qquad \mathbf A = {{ A }} \qquad \mathbf x_0 = {{ x0 }}$$

Look at the entry of $\left.\frac{d\mathbf w}{d\mathbf x}\right|_{\mathbf x_0}$ in row $m = {{ m }}$ and column
$d = {{ d }}$. $\mathbf e_d$ is the vector with a 1 in entry $d$ and zeros elsewhere.
"""

import numpy as np

from app.exercise import Choice, Exercise, row
from exercises.mathematics import jacobian
from exercises.mathematics.chains import dg, g
from exercises.mathematics.drawing import ints

exercise = Exercise(given=dict(x0="3 1", al="2 1", A="2 2", m=int, d=int), hidden=dict(y0=float))
exercise.texts(dz_dy=lambda al, y0: dg(y0, al))


@exercise.instance
def draw(rng):
    x0 = ints(rng, -2, 2, 3, 1)
    al, A = ints(rng, -2, 2, 2, 1), ints(rng, -2, 2, 2, 2)
    m, d = int(rng.integers(1, 3)), int(rng.integers(1, 4))
    return dict(x0=x0, al=al, A=A, m=m, d=d, y0=float((x0**2).sum()))


def value(x, al, A, m):
    """w_m at x."""
    return (A @ g((x**2).sum(), al))[m - 1, 0]


def moved(x0, d, step):
    return x0 + step * np.eye(3)[:, [d - 1]]


def symmetric(x0, al, A, m, d, h):
    return (value(moved(x0, d, h), al, A, m) - value(moved(x0, d, -h), al, A, m)) / (2 * h)


@exercise.part("scalar", weight=0.4)
def entry(x0, al, A, m, d, y0):
    r"""This entry, by the chain rule"""
    return A[[m - 1]] @ dg(y0, al) * 2 * x0[d - 1, 0]


@exercise.part("scalar", weight=0.4)
def quotient(x0, al, A, m, d):
    r"""$\frac{w_m(\mathbf x_0 + h\,\mathbf e_d) - w_m(\mathbf x_0 - h\,\mathbf e_d)}{2h}$ with $h = 1$"""
    return symmetric(x0, al, A, m, d, 1)


ERROR = Choice(same="It stays the same.", half="It halves.", quarter="It becomes a quarter.", zero="It vanishes.")


@exercise.part(ERROR, weight=0.2)
def halved():
    r"""Quotient minus entry is the error of the finite difference. What becomes of it with $h = \frac12$?"""
    return "quarter"


entry.oracle(lambda x0, al, A, m, d: jacobian(lambda x: value(x, al, A, m), x0)[0, d - 1])


@quotient.oracle
def two_values_of_y(x0, al, A, m, d):
    """The entries of z at the two points, and their weights in row m."""
    y = [sum(entry**2 for entry in moved(x0, d, step)[:, 0]) for step in (1, -1)]
    return (A[m - 1, 0] * al[0, 0] * (y[0] ** 2 - y[1] ** 2) + A[m - 1, 1] * al[1, 0] * (y[0] - y[1])) / 2


@halved.oracle
def by_trying(x0, al, A, m, d):
    true = jacobian(lambda x: value(x, al, A, m), x0)[0, d - 1]
    errors = [symmetric(x0, al, A, m, d, h) - true for h in (1, 1 / 2)]
    return {1.0: "same", 0.5: "half", 0.25: "quarter", 0.0: "zero"}[round(errors[1] / errors[0], 6)]


entry.wrong(
    "middle-factor-at-wrong-point",
    lambda x0, al, A, m, d: A[[m - 1]] @ dg(x0[d - 1, 0], al) * 2 * x0[d - 1, 0],
    r"the entry with $\frac{d\mathbf z}{dy}$ at $x_{0,d}$",
    credit=0.3,
)
entry.wrong("first-factor-forgotten", lambda al, A, m, y0: A[[m - 1]] @ dg(y0, al), r"$\frac{dw_m}{dy}$", credit=0.3)
entry.wrong(
    "column-of-a",
    lambda x0, al, A, m, d, y0: row(A[:, m - 1]) @ dg(y0, al) * 2 * x0[d - 1, 0],
    r"the entry with column $m$ of $\mathbf A$",
    sometimes_right=True,
)
entry.feedback(r"""
    middle-factor-at-wrong-point: First compute the number that enters the second function.
    first-factor-forgotten: The chain starts at $\mathbf x$: one factor is missing on the right.
    column-of-a: Rows of $\mathbf A$ belong to the entries of $\mathbf w$.
""")
quotient.wrong("divided-by-h", lambda reference: 2 * reference, "the difference of the two values, divided by $h$")
quotient.wrong(
    "one-sided",
    lambda x0, al, A, m, d: value(moved(x0, d, 1), al, A, m) - value(x0, al, A, m),
    r"the quotient of $\mathbf x_0 + h\,\mathbf e_d$ and $\mathbf x_0$",
    credit=0.3,
)
quotient.wrong("entry-instead", lambda entry: entry, "the entry itself")
quotient.feedback(r"""
    divided-by-h: How far are the two points apart?
    one-sided: This quotient looks to both sides of $\mathbf x_0$.
    entry-instead: With a step as long as this the quotient is not the derivative. Evaluate $w_m$ twice.
""")
halved.wrong("first-order", lambda: "half", "true for a quotient that looks to one side only")
halved.wrong("independent-of-h", lambda: "same", "what happens where $h$ does not matter")
halved.wrong("exact", lambda: "zero", "true only in the limit $h \\to 0$")
halved.feedback(r"""
    first-order: Compute the quotient with $h = \frac12$, too, and compare the two errors.
    independent-of-h: Finite differences approach the derivative as $h$ does what?
    exact: Compute the quotient with $h = \frac12$, too: is it the entry?
""")

entry.hints(
    r"Row $m$ of $\mathbf A$, times the column $\frac{d\mathbf z}{dy}$, times entry $d$ of $\frac{dy}{d\mathbf x}$.",
    r"$\frac{d\mathbf z}{dy}$ is taken at $y_0 = \lVert\mathbf x_0\rVert_2^2$.",
)
quotient.hints(r"Only entry $d$ of $\mathbf x_0$ moves: by 1 up and by 1 down.", "Compute $y$ at both points first.")
halved.hints(
    r"Only $y^2$ contributes to the error: $y$ is quadratic in $x_d$, and there the quotient is exact.",
    r"In $y^2$ look at $x_d^4$: what is $\frac{(x_d + h)^4 - (x_d - h)^4}{2h}$?",
)

entry.explained(
    r"$y_0 = {{ y0 }}$, so $\frac{d\mathbf z}{dy} = {{ dz_dy }}$. Row ${{ m }}$ of $\mathbf A$ times this, times"
    r" $2x_{0,{{ d }}}$, is ${{ reference }}$."
)
quotient.explained(
    r"Move entry ${{ d }}$ of $\mathbf x_0$ up and down by 1, compute $y$, $\mathbf z$ and $w_{{ m }}$ at both points;"
    r" half of the difference is ${{ reference }}$. The chain rule gave ${{ entry }}$."
)
halved.explained(
    r"As a function of $x_d$, $w_m$ is a polynomial of degree 4, and $\frac{(x_d + h)^4 - (x_d - h)^4}{2h} = 4x_d^3 +"
    r" 4x_d h^2$: the error is a multiple of $h^2$. Half the step, a quarter of the error."
)
