r"""# Gradient of the mean squared error

For $N$ predictions $\hat{\mathbf y}$ and targets $\mathbf y$ let
$L(\hat{\mathbf y}) = \frac1N\lVert\hat{\mathbf y} - \mathbf y\rVert_2^2$. Compute the gradient
$\nabla_{\hat{\mathbf y}} L$, a column, at ($\hat{\mathbf y}$ is `h` in the data)

$$\hat{\mathbf y} = {{ h }} \qquad \mathbf y = {{ y }}$$
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import numbers

given = dict(h="N 1", y="N 1")
exercise = Exercise(number=53, topic="beyond", section="Beyond the slides", given=given, beyond_lecture=True)
exercise.texts(N=lambda y: len(y), residual=lambda h, y: h - y)

exercise.in_symbols(
    computed=dict(yhat="h"),
    latex=dict(h=r"\hat{\mathbf y}"),
    texts=dict(N="N", residual=r"(\hat{\mathbf y} - \mathbf y)"),
)


@exercise.instance
def draw(rng, level):
    N = int(rng.integers(3, 6))
    h, y = numbers(rng, level, N, 1), numbers(rng, level, N, 1)
    return dict(h=h, y=y) if np.abs(h - y).max() > 0.5 else None


@exercise.part("N 1", formula="2/N (h - y)")
def answer(h, y):
    r"""$\nabla_{\hat{\mathbf y}} L$"""
    return 2 / len(y) * (h - y)


answer.oracle(lambda h, y: jacobian(lambda predictions: np.mean((predictions - y) ** 2), h).T)
answer.wrong("mean-forgotten", lambda h, y: 2 * (h - y), r"$2(\hat{\mathbf y} - \mathbf y)$")
answer.wrong("factor-two-lost", lambda h, y: (h - y) / len(y), r"$\frac1N(\hat{\mathbf y} - \mathbf y)$")
answer.wrong("residual-sign", lambda reference: -reference, r"$\frac2N(\mathbf y - \hat{\mathbf y})$")
answer.wrong("value-instead", lambda h, y: np.mean((h - y) ** 2), r"$L(\hat{\mathbf y})$")
answer.wrong("row-layout", lambda reference: reference.T, "a row of the right numbers")
answer.wrong("both-factors-lost", lambda h, y: h - y, r"$\hat{\mathbf y} - \mathbf y$")
answer.feedback("""
    mean-forgotten: There is a mean in front.
    factor-two-lost: A factor comes down from the square.
    residual-sign: Prediction minus target.
    value-instead: One entry per prediction.
    row-layout: A gradient is a column.
    both-factors-lost: Two constants are missing; find both.
""")
answer.hints(
    r"Expand: $L = \frac1N\bigl((\hat y_1 - y_1)^2 + \dots + (\hat y_N - y_N)^2\bigr)$.",
    r"One term per entry: only one contains $\hat y_1$.",
    "Keep the constant.",
)
answer.explained(
    r"Only the term $\frac1N(\hat y_n - y_n)^2$ contains $\hat y_n$, with slope $\frac2N(\hat y_n - y_n)$."
    r" With $N = {{ N }}$: $\frac2{ {{ N }} }\,{{ residual }} = {{ reference }}$."
)
