r"""# To length 1

$$\mathbf x = {{ x }}$$

Find a number $\alpha$ for which $\lVert\alpha\mathbf x\rVert_2 = 1$. There are two; either is right.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.norms import pythagorean

exercise = Exercise(given=dict(x="D 1"))
exercise.instance(lambda rng: dict(x=pythagorean(rng)))
exercise.stratum(lambda x: f"{len(x)} entries")


@exercise.part("scalar")
def answer(x):
    r"""$\alpha$"""
    return 1 / np.linalg.norm(x)


@answer.accepts
def of_either_sign(answer, x):
    if np.size(answer) > 1:
        return False
    if abs(np.linalg.norm(answer * x) - 1) <= 1e-3:
        return True
    return r"With your number $\lVert\alpha\mathbf x\rVert_2$ is not $1$. How does $\alpha$ come out of the bars?"


@answer.oracle
def by_bisection(x):
    low, high = 0.0, 1.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if np.linalg.norm(middle * x) < 1 else (low, middle)
    return low


answer.wrong("norm-instead", lambda x: np.linalg.norm(x), r"$\lVert\mathbf x\rVert_2$")
answer.wrong("divided-by-the-square", lambda x: 1 / (x.T @ x), r"$1 / \lVert\mathbf x\rVert_2^2$")
answer.wrong("sum-of-absolute-values", lambda x: 1 / abs(x).sum(), r"$1 / \sum_d\lvert x_d\rvert$")
answer.wrong("vector-instead", lambda x: x / np.linalg.norm(x), r"$\alpha\mathbf x$ for the right $\alpha$")
answer.feedback(r"""
    norm-instead: That is the length before. Multiplying by it makes the vector even longer.
    divided-by-the-square: $\alpha$ comes out of the norm once, not squared. Did you take the root?
    sum-of-absolute-values: That suits another norm (index 1). Here each entry is squared first.
    vector-instead: That is the vector of length 1. Which number did you multiply $\mathbf x$ by?
""")
answer.hints(
    r"$\lVert\alpha\mathbf x\rVert_2 = \lvert\alpha\rvert\,\lVert\mathbf x\rVert_2$; solve for $\lvert\alpha\rvert$.",
    "Which two numbers have this size?",
)
answer.explained(
    r"$\lvert\alpha\rvert\,\lVert\mathbf x\rVert_2 = 1$ says $\alpha = \pm\frac{1}{\lVert\mathbf x\rVert_2}$, for"
    r" instance ${{ reference }}$."
)
