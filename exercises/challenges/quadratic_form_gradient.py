r"""# Hessian of a quadratic form

Let $f(\mathbf x) = \mathbf x^\top\mathbf A\mathbf x$ with

$$\mathbf A = {{ A }} \qquad \mathbf x_0 = {{ x0 }}$$

Entry $(i, j)$ of the Hessian is $\frac{\partial^2 f}{\partial x_i\,\partial x_j}(\mathbf x_0)$. Compute it, and the
symmetric matrix that gives the same function as $\mathbf A$.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import ints

exercise = Exercise(given=dict(A="D D", x0="D 1"))


@exercise.instance
def draw(rng):
    A = ints(rng, -4, 4, 3, 3)
    upper = np.triu_indices(3, 1)
    return dict(A=A, x0=ints(rng, -3, 3, 3, 1)) if np.all(A[upper] != A.T[upper]) else None


@exercise.part("D D", weight=0.6)
def hessian(A):
    r"""The Hessian of $f$ at $\mathbf x_0$"""
    return A + A.T


@exercise.part("D D", weight=0.4)
def symmetric(hessian):
    r"""The symmetric matrix $\mathbf S$ with $\mathbf x^\top\mathbf S\mathbf x = f(\mathbf x)$ for all $\mathbf x$"""
    return hessian / 2


hessian.oracle(lambda A, x0: jacobian(lambda at: jacobian(lambda x: x.T @ A @ x, at, h=0.1), x0, h=0.1))


@symmetric.oracle
def by_values(A):
    """Of a symmetric form: S_ij is (f(e_i + e_j) − f(e_i) − f(e_j)) / 2."""
    unit = np.eye(len(A))
    return [[((e + g) @ A @ (e + g) - e @ A @ e - g @ A @ g) / 2 for g in unit] for e in unit]


hessian.wrong("symmetric-formula", lambda A: 2 * A, r"$2\mathbf A$")
hessian.wrong("transposed-formula", lambda A: 2 * A.T, r"$2\mathbf A^\top$")
hessian.wrong("one-place-only", lambda A: A, r"$\mathbf A$")
hessian.wrong("gradient-instead", lambda A, x0: (A + A.T) @ x0, r"$(\mathbf A + \mathbf A^\top)\mathbf x_0$")
hessian.wrong("mixed-terms-dropped", lambda A: 2 * np.diag(np.diag(A)), "the diagonal alone, $i = j$")
hessian.feedback(r"""
    symmetric-formula: That formula assumes a symmetric matrix. In which order are mixed second derivatives taken?
    transposed-formula: That formula assumes a symmetric matrix. In which order are mixed second derivatives taken?
    one-place-only: $\mathbf x$ occurs twice.
    gradient-instead: That is the gradient. Differentiate once more.
    mixed-terms-dropped: What is the slope, with respect to $x_2$, of the slope with respect to $x_1$?
""")
symmetric.wrong("hessian-instead", lambda hessian: hessian, "the Hessian")
symmetric.wrong("mirrored", lambda A: np.triu(A) + np.triu(A, 1).T, r"the upper half of $\mathbf A$, mirrored")
symmetric.wrong("antisymmetric-part", lambda A: (A - A.T) / 2, r"$\frac12(\mathbf A - \mathbf A^\top)$")
symmetric.feedback("""
    hessian-instead: Compare the terms $x_1^2$ on both sides.
    mirrored: The entries below the diagonal contribute to $f$, too.
    antisymmetric-part: That part contributes nothing to $f$.
""")

hessian.hints(
    r"The Hessian is the Jacobian of the gradient $\nabla f$.",
    r"$\nabla f(\mathbf x) = (\mathbf A + \mathbf A^\top)\mathbf x$ is linear in $\mathbf x$.",
    r"Does the answer depend on $\mathbf x_0$?",
)
symmetric.hints(
    "$x_1x_2$ and $x_2x_1$ are the same: only the sum of their coefficients counts.",
    "Share that sum equally between the two places.",
)
hessian.explained(
    r"$\nabla f(\mathbf x) = (\mathbf A + \mathbf A^\top)\mathbf x$ is linear, so its Jacobian is the matrix itself,"
    r" at every point: $\mathbf A + \mathbf A^\top = {{ reference }}$."
)
symmetric.explained(
    r"$\mathbf S$ has the same Hessian, and being symmetric it has the Hessian $2\mathbf S$: half of ${{ hessian }}$ is"
    r" ${{ reference }}$."
)
