r"""# Two equal columns

Two columns of the data matrix are equal, so that $\mathbf W^\top\mathbf W$ has no inverse:

$$\mathbf W = {{ W }} \qquad \mathbf y = {{ y }}$$

Which $\boldsymbol\theta$ minimise $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$?
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics.drawing import ints
from exercises.mathematics.normal_equations import whole_targets

exercise = Exercise(given=dict(W="N D", y="N 1"), hidden=dict(first=int, second=int))  # the equal columns, from 0


@exercise.instance
def draw(rng):
    columns = ints(rng, -2, 2, 3, 2)
    y = whole_targets(rng, columns)
    if y is None:
        return None
    first, second, third = (int(index) for index in rng.permutation(3))
    W = np.empty((3, 3))
    W[:, [first, second]], W[:, third] = columns[:, [0]], columns[:, 1]
    return dict(W=W, y=y, first=min(first, second), second=max(first, second)) if np.abs(y).max() <= 9 else None


@exercise.part("D 1", weight=0.3)
def v(first, second):
    r"""A direction $\mathbf v \ne \mathbf 0$ along which $f$ never changes

    Any one of them.
    """
    return col([float(index == first) - float(index == second) for index in range(3)])


@exercise.part("D 1", weight=0.4)
def theta(W, y, second):
    r"""A minimiser of $f$

    Any one of them.
    """
    kept = np.delete(W, second, axis=1)
    return np.insert(np.linalg.solve(kept.T @ kept, kept.T @ y), second, 0.0, axis=0)


@exercise.part("D 1", weight=0.3)
def smallest(theta, v):
    r"""The minimiser of smallest norm"""
    return theta - v * (v.T @ theta) / (v.T @ v)


@v.accepts
def changes_nothing(answer, W):
    if not answer.any():
        return "The zero vector is no direction."
    still = np.abs(W @ answer).max() <= 1e-3 * np.abs(answer).max()
    return bool(still) or r"$\mathbf W\mathbf v$ is not zero for this vector, so $f$ changes along it."


@theta.accepts
def solves_the_equations(answer, W, y):
    apart = np.abs(W.T @ (W @ answer - y)).max()
    return bool(apart <= 1e-3 * np.abs(W.T @ y).max()) or "The gradient is not zero there. Put it in."


@v.oracle
def by_elimination(W):
    """The null space by singular values, scaled so that its first entry that is not 0 is 1."""
    direction = np.linalg.svd(W)[2][-1]
    return col(np.round(direction / direction[np.argmax(np.abs(direction) > 1e-6)], 9))


@theta.oracle
def one_column_dropped(W, y, second):
    """The shortest minimiser, moved along the null space until the entry of the second equal column is 0."""
    shortest, direction = np.linalg.pinv(W) @ y, np.linalg.svd(W)[2][[-1]].T
    return shortest - direction * shortest[second] / direction[second]


smallest.oracle(lambda W, y: np.linalg.pinv(W) @ y)

v.wrong("columns-added", lambda reference: np.abs(reference), "a 1 for each of the equal columns")
v.wrong("one-column-only", lambda reference: np.maximum(reference, 0), "a 1 for one of the equal columns")
v.feedback(r"""
    columns-added: Then $\mathbf W\mathbf v$ is twice that column. How do the two cancel?
    one-column-only: Then $\mathbf W\mathbf v$ is that column. What must the other one do?
""")
for part in (theta, smallest):
    part.wrong(
        "counted-twice",
        lambda W, y, first, second: np.linalg.pinv(W) @ y * col([1 + (i in (first, second)) for i in range(3)]),
        "the solution without the second equal column, its entry written for both",
    )
    part.feedback("counted-twice: Together, the two equal columns now count twice.")
theta.wrong("inverse-forgotten", lambda W, y: W.T @ y, r"$\mathbf W^\top\mathbf y$")
theta.wrong("columns-treated-separately", lambda W, y: W.T @ y / col((W**2).sum(axis=0)), "made as if each was alone")
theta.feedback("""
    inverse-forgotten: That is the right-hand side of the normal equations.
    columns-treated-separately: The columns are not orthogonal: solve them together.
""")
smallest.wrong("not-the-shortest", lambda theta: theta, "a minimiser, with another length", credit=0.3)
smallest.wrong("both-left-out", lambda theta, v: theta * (v == 0), "what is left without the two equal columns")
smallest.feedback(r"""
    not-the-shortest: That is a minimiser. Move along $\mathbf v$: is another one shorter?
    both-left-out: It is short, but it is no minimiser.
""")

v.hints(r"$f$ sees $\boldsymbol\theta$ only through $\mathbf W\boldsymbol\theta$.", "How can the equal columns cancel?")
theta.hints(
    "Only the sum of the two entries of the equal columns matters.",
    "Give one of the two the entry 0 and solve for the others.",
)
smallest.hints(
    r"All minimisers: one of them plus a multiple of $\mathbf v$.", r"The shortest one is orthogonal to $\mathbf v$."
)
v.explained(
    r"The equal columns cancel in $\mathbf W\mathbf v$ for $\mathbf v = {{ reference }}$ and its multiples, so"
    r" $\mathbf W(\boldsymbol\theta + s\mathbf v) = \mathbf W\boldsymbol\theta$ for every $s$."
)
theta.explained(
    r"Without the second of the equal columns, the normal equations have one solution. With the entry 0 for that column"
    r" it is ${{ reference }}$; adding any multiple of $\mathbf v$ gives the other minimisers."
)
smallest.explained(
    r"Among all $\boldsymbol\theta + s\mathbf v$ the shortest is orthogonal to $\mathbf v$: the two equal columns share"
    r" their entry equally, ${{ reference }}$."
)
