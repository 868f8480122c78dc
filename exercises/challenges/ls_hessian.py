r"""# Curvature and the learning rate

Let $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$ with some targets $\mathbf y$ and

$$\mathbf W = {{ W }}$$

Gradient descent with the rate $\eta > 0$ repeats
$\boldsymbol\theta \leftarrow \boldsymbol\theta - \eta\,\nabla f(\boldsymbol\theta)$. Whether it converges depends on
the Hessian $\mathbf H$ of $f$.
"""

import numpy as np

from app.exercise import Choice, Exercise, col
from exercises.mathematics.descent import largest_rate
from exercises.mathematics.drawing import ints

exercise = Exercise(given=dict(W="N D"))


@exercise.instance
def draw(rng):
    """One column is a multiple of the other, or the eigenvalues are whole: about as often, for few W have such."""
    if rng.random() < 0.3:
        column, factor = ints(rng, -2, 2, 3, 1), float(rng.choice([-2, -1, 2]))
        return dict(W=np.hstack([column, factor * column][:: int(rng.choice([1, -1]))]))
    W = ints(rng, -2, 2, 3, 2)
    centre, radius = circle(W)
    return dict(W=W) if radius == round(radius) and 0 < radius < centre else None


exercise.texts(hessian=lambda W: 2 * W.T @ W)
exercise.stratum(lambda W: "columns dependent" if np.linalg.matrix_rank(W) < 2 else "columns independent")


def circle(W):
    """Half the sum of the two eigenvalues of 2WᵀW and half their difference, without rounding."""
    H = 2 * W.T @ W
    return (H[0, 0] + H[1, 1]) / 2, np.sqrt(((H[0, 0] - H[1, 1]) / 2) ** 2 + H[0, 1] ** 2)


@exercise.part("D 1", weight=0.4)
def eigenvalues(W):
    r"""The eigenvalues $\lambda_1 \ge \lambda_2$ of $\mathbf H$, as a column"""
    centre, radius = circle(W)
    return col([centre + radius, centre - radius])


@exercise.part(
    Choice(
        definite="positive definite",
        semidefinite="positive semidefinite, but not positive definite",
        indefinite="indefinite",
    ),
    weight=0.2,
    follow=False,
)
def definite(eigenvalues):
    r"""$\mathbf H$ is …"""
    if eigenvalues.min() < 0:
        return "indefinite"
    return "definite" if eigenvalues.min() > 0 else "semidefinite"


@exercise.part("scalar", weight=0.4)
def rate(eigenvalues):
    r"""Below which $\eta$ does gradient descent converge from every start?"""
    return 2 / eigenvalues.max()


eigenvalues.oracle(lambda W: col(np.linalg.eigvalsh(2 * W.T @ W)[::-1]))
definite.oracle(lambda W: "definite" if np.linalg.matrix_rank(W) == W.shape[1] else "semidefinite")
rate.oracle(lambda W: largest_rate(lambda theta: np.sum((W @ theta) ** 2), W.shape[1]))

eigenvalues.wrong(
    "factor-two-lost", lambda reference: reference / 2, r"right for $\mathbf W^\top\mathbf W$", credit=0.5
)
eigenvalues.wrong("smaller-first", lambda reference: reference[::-1], "the right column in the other order", credit=0.5)
eigenvalues.wrong(
    "diagonal-instead", lambda W: col(sorted(2 * (W**2).sum(axis=0))[::-1]), r"the diagonal of $\mathbf H$"
)
eigenvalues.wrong(
    "singular-values", lambda reference: np.sqrt(reference / 2), r"made of the singular values of $\mathbf W$"
)
eigenvalues.feedback(r"""
    factor-two-lost: Start from the exact gradient.
    smaller-first: Read again which of the two comes first.
    diagonal-instead: The entries on the diagonal are the eigenvalues only where the others are zero.
    singular-values: Those belong to $\mathbf W$ itself. How often does $\mathbf W$ occur in $\mathbf H$?
""")
eigenvalues.hints(
    r"$\mathbf H$ does not depend on $\boldsymbol\theta$ or on $\mathbf y$. Write it down first.",
    "The eigenvalues add up to the trace and multiply to the determinant.",
)
eigenvalues.explained(
    r"$\mathbf H = 2\mathbf W^\top\mathbf W = {{ hessian }}$. Its eigenvalues add up to its trace and multiply to its"
    r" determinant: ${{ reference }}$."
)

definite.wrong(
    "definite-taken-for-granted",
    lambda reference: "definite" if reference == "semidefinite" else None,
    r"right only where the columns of $\mathbf W$ are linearly independent",
)
definite.wrong("judged-by-entries", lambda: "indefinite", "judged by entries, though only the eigenvalues count")
definite.wrong(
    "flat-direction-assumed",
    lambda reference: "semidefinite" if reference == "definite" else None,
    r"right only where some $\mathbf v \ne \mathbf 0$ has $\mathbf W\mathbf v = \mathbf 0$",
)
definite.feedback(r"""
    definite-taken-for-granted: Is there a direction in which $f$ does not change at all?
    judged-by-entries: Can $\mathbf v^\top\mathbf W^\top\mathbf W\mathbf v = \lVert\mathbf W\mathbf v\rVert^2$ be
        negative?
    flat-direction-assumed: Which $\mathbf v$ would have $\mathbf W\mathbf v = \mathbf 0$?
""")
definite.hints("Look at the smaller eigenvalue.", r"When is $\lVert\mathbf W\mathbf v\rVert^2 = 0$?")
definite.explained(
    r"$\mathbf v^\top\mathbf H\mathbf v = 2\lVert\mathbf W\mathbf v\rVert^2$ is never negative, and zero for some"
    r" $\mathbf v \ne \mathbf 0$ exactly if the columns of $\mathbf W$ are linearly dependent. The eigenvalues"
    r" ${{ eigenvalues }}$ say it, too: ${{ reference }}$."
)


def where_positive(wrong):
    """A wrong rate made of the eigenvalues, unless the smaller one is 0."""
    return lambda eigenvalues: wrong(eigenvalues) if eigenvalues.min() else None


rate.wrong("half", lambda reference: reference / 2, r"$1/\lambda_1$")
rate.wrong("factor-two-of-hessian-lost", lambda reference: 2 * reference, r"$4/\lambda_1$")
rate.wrong("smallest-curvature", where_positive(lambda found: 2 / found.min()), r"$2/\lambda_2$")
rate.wrong("sum-of-curvatures", where_positive(lambda found: 2 / found.sum()), r"$2/(\lambda_1 + \lambda_2)$")
rate.wrong("curvature-itself", lambda eigenvalues: eigenvalues.max(), r"$\lambda_1$")
rate.feedback(r"""
    half: That rate is the fastest for the steepest direction, not the limit.
    factor-two-of-hessian-lost: Whose eigenvalue belongs here: that of $\mathbf H$ or that of $\mathbf W^\top\mathbf W$?
    smallest-curvature: Which direction explodes first?
    sum-of-curvatures: Along the eigenvectors, the directions do not interact.
    curvature-itself: Steep functions need small steps.
""")
rate.hints(
    r"A step is affine in $\boldsymbol\theta$. Which matrix stands in front of $\boldsymbol\theta$?",
    r"Along an eigenvector the error is multiplied by $1 - \eta\lambda$. When does it not grow?",
)
rate.explained(
    r"A step multiplies the error along an eigenvector of $\mathbf H$ by $1 - \eta\lambda$. It does not explode as long"
    r" as $\eta\lambda_1 < 2$ for the largest eigenvalue: $\eta < 2/\lambda_1 = {{ reference }}$."
)
