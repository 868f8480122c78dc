r"""# The normal equations

Find the $\boldsymbol\theta^\star$ that minimises
$f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$ with the data matrix $\mathbf W$ and
the targets $\mathbf y$:

$$\mathbf W = {{ W }} \qquad \mathbf y = {{ y }}$$

Setting the gradient to zero gives a system of linear equations. Its two sides first, then its solution.
"""

import numpy as np

from app.exercise import Exercise, col, diag
from exercises.mathematics.normal_equations import draw, first_rows_solved, solution

given = dict(W="N D", y="N 1")
exercise = Exercise(number=56, topic="beyond", section="Beyond the slides", given=given, beyond_lecture=True)
exercise.instance(draw)
ZERO = r"At the minimum the gradient $2\mathbf W^\top(\mathbf W\boldsymbol\theta - \mathbf y)$ is zero."
exercise.texts(unknowns=lambda W: str(W.shape[1]), remainder=lambda W, y: np.round(W @ solution(W, y) - y, 9))

exercise.in_symbols(
    sizes="D < N", texts=dict(unknowns="$D$", remainder=r"\mathbf W\boldsymbol\theta^\star - \mathbf y")
)


@exercise.part("D D", weight=0.3, formula="W^T W")
def WtW(W):
    r"""The matrix $\mathbf W^\top\mathbf W$"""
    return W.T @ W


@exercise.part("D 1", weight=0.3, formula="W^T y")
def Wty(W, y):
    r"""The right-hand side $\mathbf W^\top\mathbf y$"""
    return W.T @ y


@exercise.part("D 1", weight=0.4, formula="(W^T W)^{-1} W^T y")
def theta(WtW, Wty):
    r"""The minimiser $\boldsymbol\theta^\star$"""
    return np.linalg.solve(WtW, Wty)


WtW.oracle(lambda W: [[sum(a * b for a, b in zip(left, right)) for right in W.T] for left in W.T])
WtW.wrong("wrong-order", lambda W: W @ W.T, r"$\mathbf W\mathbf W^\top$")
WtW.wrong("entries-squared", lambda W: W**2, r"made of the squared entries of $\mathbf W$")
WtW.wrong("diagonal-only", lambda reference: diag(np.diag(reference)), "only the diagonal")
WtW.feedback("""
    wrong-order: One row and one column per parameter: products of columns, not of rows.
    entries-squared: This is a matrix product.
    diagonal-only: The columns are not orthogonal: multiply different columns, too.
""")
WtW.hints(ZERO, r"The entries are inner products of columns of $\mathbf W$. What does that say about symmetry?")
WtW.explained(r"Entry $(i, j)$ is the inner product of the columns $i$ and $j$ of $\mathbf W$: ${{ reference }}$.")

Wty.oracle(lambda W, y: [[sum(w * target for w, target in zip(column, y[:, 0]))] for column in W.T])
Wty.wrong("row-layout", lambda reference: reference.T, r"the row $\mathbf y^\top\mathbf W$")
Wty.wrong("sign-flipped", lambda reference: -reference, r"$-\mathbf W^\top\mathbf y$")
Wty.feedback("""
    row-layout: One entry per equation, one below the other: a column.
    sign-flipped: Check the sign when moving the targets to the other side.
""")
Wty.hints(ZERO, r"One entry for each column of $\mathbf W$: its inner product with $\mathbf y$.")
Wty.explained(r"Entry $i$ is the inner product of column $i$ of $\mathbf W$ with the targets: ${{ reference }}$.")

theta.oracle(solution)
theta.wrong("first-rows-solved", first_rows_solved, r"what solves the first {{ unknowns }} rows alone")
theta.wrong("inverse-forgotten", lambda Wty: Wty, r"$\mathbf W^\top\mathbf y$")
theta.wrong("columns-treated-separately", lambda WtW, Wty: Wty / col(np.diag(WtW)), "made as if each was alone")
theta.wrong("sign-flipped", lambda reference: -reference, r"$-\boldsymbol\theta^\star$")
theta.wrong("factor-two-left", lambda reference: reference / 2, r"$\frac12\boldsymbol\theta^\star$")
theta.wrong("residual-instead", lambda W, y, reference: W @ reference - y, "the residual")
theta.feedback("""
    first-rows-solved: All rows must be used, not as many as there are unknowns.
    inverse-forgotten: That is the right-hand side of the system.
    columns-treated-separately: The columns are not orthogonal: solve them together.
    sign-flipped: Check the sign when moving the targets to the other side.
    factor-two-left: The factor 2 cancels on both sides.
    residual-instead: The unknown is the parameter vector.
""")
theta.hints(
    "At the minimum the gradient is zero.",
    r"That is a $D \times D$ system: $\mathbf W^\top\mathbf W\boldsymbol\theta = \mathbf W^\top\mathbf y$.",
    "Solve it, by elimination or with `np.linalg.solve`.",
)
theta.explained(
    r"The gradient $2\mathbf W^\top(\mathbf W\boldsymbol\theta - \mathbf y)$ vanishes where"
    r" ${{ WtW }}\,\boldsymbol\theta = {{ Wty }}$, that is, at $\boldsymbol\theta^\star = {{ reference }}$. A check:"
    r" the residual $\mathbf W\boldsymbol\theta^\star - \mathbf y = {{ remainder }}$ is orthogonal to every column of"
    r" $\mathbf W$."
)
