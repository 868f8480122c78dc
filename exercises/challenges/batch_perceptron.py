r"""# A batch of two, by hand

A layer with ReLU, $\sigma(t) = \max(0, t)$, is applied to a batch of $B = 2$ inputs, the rows of
$\mathbf X \in \mathbb R^{B \times D}$: $\mathbf Y = \sigma(\mathbf X\mathbf W^\top + \mathbf 1\mathbf b^\top)$ with

$$\mathbf X = {{ X }} \qquad \mathbf W = {{ W }} \qquad \mathbf b = {{ b }}$$

Compute the batch. Then look at $\frac{\partial\mathbf Y}{\partial\mathbf X}$, which has $B \cdot N \cdot B \cdot D$
entries: many of them are zero whatever the numbers are.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.batches import tensor_derivative
from exercises.mathematics.drawing import ints, sizes
from exercises.mathematics.perceptron import activate, sigmoid

exercise = Exercise(given=dict(X="B D", W="N D", b="N 1"))


@exercise.instance
def draw(rng):
    N, D = sizes(rng, 3, 4, 2)
    drawn = dict(X=ints(rng, -3, 3, 2, D), W=ints(rng, -2, 2, N, D), b=ints(rng, -4, 4, N, 1))
    a = before(**drawn)
    return drawn if np.all(np.any(a > 0, axis=1) & np.any(a < 0, axis=1)) and np.all(a) else None


def before(X, W, b):
    """The pre-activations, B×N."""
    return X @ W.T + b.T


@exercise.part("B N", weight=0.6)
def Y(X, W, b):
    r"""The output $\mathbf Y$, $B \times N$"""
    return activate("relu", before(X, W, b))


@exercise.part("scalar", weight=0.4)
def nonzero(X, W):
    r"""How many entries of $\frac{\partial\mathbf Y}{\partial\mathbf X}$ can be other than zero"""
    return len(X) * W.size


exercise.texts(preactivations=before)


@Y.oracle
def example_by_example(X, W, b):
    return [[max(0.0, sum(w * x for w, x in zip(row, example)) + c) for row, c in zip(W, b[:, 0])] for example in X]


@nonzero.oracle
def counted_where_no_slope_is_zero(X, W, b):
    return np.count_nonzero(np.abs(tensor_derivative(lambda x: sigmoid(before(x, W, b) / 10), X)) > 1e-6)


Y.wrong("transposed", lambda reference: reference.T, r"the transposed array, $N \times B$")
Y.wrong("activation-forgotten", before, r"$\mathbf X\mathbf W^\top + \mathbf 1\mathbf b^\top$")
Y.wrong("bias-forgotten", lambda X, W: activate("relu", X @ W.T), r"$\sigma(\mathbf X\mathbf W^\top)$")
Y.wrong(
    "activation-applied-first",
    lambda X, W, b: activate("relu", X) @ W.T + b.T,
    r"$\sigma(\mathbf X)\mathbf W^\top + \mathbf 1\mathbf b^\top$",
)
Y.feedback("""
    transposed: Examples are rows here, of the outputs as of the inputs.
    activation-forgotten: The activation still follows.
    bias-forgotten: Every example gets the bias.
    activation-applied-first: The activation comes after the weights.
""")
nonzero.wrong("examples-interact", lambda X, W: len(X) * W.size * len(X), r"the number of all entries")
nonzero.wrong("batch-forgotten", lambda W: W.size, r"$N \cdot D$, right for a single example")
nonzero.wrong("one-input-per-output", lambda X, W: len(X) * len(W), r"$B \cdot N$, one for each output")
nonzero.feedback("""
    examples-interact: Does the output of one example feel the input of another?
    batch-forgotten: How many examples are processed at once?
    one-input-per-output: Which inputs of its own example does an output feel?
""")

Y.hints(
    r"One row at a time: the pre-activation of example $k$ is $\mathbf W\mathbf x_k + \mathbf b$, written as a row.",
    "The bias is the same for all rows. ReLU comes last.",
)
nonzero.hints(
    r"Which entries of $\mathbf X$ occur in the output $n$ of example $k$?",
    "Count these for one output, then multiply by the number of outputs.",
)

Y.explained(
    r"$\mathbf X\mathbf W^\top + \mathbf 1\mathbf b^\top = {{ preactivations }}$; ReLU replaces what is negative by 0:"
    " ${{ reference }}$."
)
nonzero.explained(
    r"Examples do not interact: each of the $B \cdot N$ outputs feels only the $D$ entries of its own example, so"
    r" $B \cdot N \cdot D = {{ reference }}$."
)
