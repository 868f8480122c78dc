r"""# Matrix of a linear map

Let $f : \mathbb R^D \to \mathbb R^N$, $f(\mathbf x) = \mathbf A\mathbf x{{ plus_b }}$, with $D = {{ D }}$,
$N = {{ N }}$ and

$${{ listed }}$$

Give $\mathbf A$, in the right shape: `[[1, 2, 3], [4, 5, 6]]` has two rows.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian, maps

given, hidden = dict(mode=str, components=list, images="D N"), dict(A="N D", b="N 1")
exercise = Exercise(
    number=5, topic="functions", section="Multivalued multivariate functions", given=given, hidden=hidden
)
exercise.instance(maps.draw)
exercise.stratum(lambda mode, b: f"{mode} with constants" if b.any() else mode)
exercise.text(maps.listed)
exercise.texts(
    D=lambda A: A.shape[1],
    N=lambda A: A.shape[0],
    plus_b=lambda mode: r" + \mathbf b" if mode == "components" else "",
)


@exercise.part("N D", oriented=True)
def answer(A):
    r"""$\mathbf A$"""
    return A


@answer.oracle
def by_differences(A, b):
    def f(x):
        return [sum(a * entry for a, entry in zip(row, x[:, 0])) for row in A] + b[:, 0]

    return jacobian(f, np.zeros((A.shape[1], 1)))


answer.wrong("transposed", lambda A: A.T, r"$\mathbf A^\top$", credit=0.5)
answer.wrong("constants-inside", lambda A, b: np.c_[A, b] if b.any() else None, r"$(\mathbf A\ \ \mathbf b)$")
answer.wrong("missing-variable-shifted", maps.packed, r"$\mathbf A$ with the $0$ of an absent variable at the end")
answer.feedback(r"""
    transposed: Check the shape: the matrix must accept a column with $D$ entries and return $N$ of them.
    constants-inside: The constants do not multiply any input; they belong to $\mathbf b$.
    missing-variable-shifted: A variable that does not appear still occupies its column.
""")
answer.hints("Outputs are rows.", r"Column $d$: $f(\mathbf e_d)$ without constants.", r"Test it on $\mathbf e_1$.")
answer.explained(
    r"Column $d$ is $\mathbf A\mathbf e_d$, what $f$ makes of $\mathbf e_d$ without constants; row $n$ holds the"
    r" coefficients of $f_n$, $0$ for an absent variable: $\mathbf A = {{ reference }}$."
)
