r"""# Mean squared error of a batch

Predictions $\hat{\mathbf Y}$ and targets $\mathbf Y$ of a batch are $B \times N$: one row for each of $B$ examples, $N$
outputs each. The loss is the mean over all of them,

$$L(\hat{\mathbf Y}) = \frac1{BN}\sum_{b,n}(\hat Y_{bn} - Y_{bn})^2$$

Compute the gradient, an array of the shape of $\hat{\mathbf Y}$, at ($\hat{\mathbf Y}$ is `H` in the data)

$$\hat{\mathbf Y} = {{ H }} \qquad \mathbf Y = {{ Y }}$$
"""

import numpy as np

from app.exercise import Exercise, row
from exercises.mathematics.batches import tensor_derivative
from exercises.mathematics.drawing import ints, sizes

exercise = Exercise(given=dict(H="B N", Y="B N"))
exercise.texts(residual=lambda H, Y: H - Y, count=lambda Y: Y.size)


@exercise.instance
def draw(rng):
    B, N = sizes(rng, 2, 4, 2)
    return dict(H=ints(rng, -4, 4, B, N), Y=ints(rng, -4, 4, B, N))


@exercise.part("B N")
def answer(H, Y):
    r"""$\frac{\partial L}{\partial\hat{\mathbf Y}}$"""
    return 2 / Y.size * (H - Y)


answer.oracle(lambda H, Y: tensor_derivative(lambda predictions: np.mean((predictions - Y) ** 2), H))
answer.wrong("transposed", lambda reference: reference.T, r"the transposed array, $N \times B$")
answer.wrong("mean-over-examples-only", lambda H, Y: 2 / len(Y) * (H - Y), r"made with $\frac2B$", credit=0.5)
answer.wrong("mean-over-outputs-only", lambda H, Y: 2 / Y.shape[1] * (H - Y), r"made with $\frac2N$", credit=0.5)
answer.wrong("mean-forgotten", lambda H, Y: 2 * (H - Y), r"$2(\hat{\mathbf Y} - \mathbf Y)$")
answer.wrong("factor-two-lost", lambda H, Y: (H - Y) / Y.size, r"$\frac1{BN}(\hat{\mathbf Y} - \mathbf Y)$", credit=0.5)
answer.wrong("residual-sign", lambda reference: -reference, r"$\frac2{BN}(\mathbf Y - \hat{\mathbf Y})$")
answer.wrong("batch-summed", lambda reference: row(reference.sum(axis=0)), "the sum of the rows of the gradient")
answer.feedback("""
    transposed: The gradient has the shape of the variable.
    mean-over-examples-only: Over how many squares is the mean taken?
    mean-over-outputs-only: Over how many squares is the mean taken?
    mean-forgotten: There is a mean in front.
    factor-two-lost: A factor comes down from the square.
    residual-sign: Prediction minus target.
    batch-summed: Every prediction has an entry of its own: examples stay apart.
""")
answer.hints(r"Only one of the squares contains $\hat Y_{11}$.", "Its slope, with the constant in front of the sum.")
answer.explained(
    r"Only one square contains $\hat Y_{bn}$; its slope is $\frac2{BN}(\hat Y_{bn} - Y_{bn})$. With $BN = {{ count }}$:"
    r" $\frac2{ {{ count }} }\,{{ residual }} = {{ reference }}$."
)
