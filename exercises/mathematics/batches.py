"""Derivatives with more than two ways: by whole matrices, and of whole batches. Output ways first, input ways last."""

import numpy as np

from app.exercise import diag, shape_latex
from exercises.mathematics import perceptron
from exercises.mathematics.differences import jacobian
from exercises.mathematics.drawing import decimals, ints, numbers, sizes
from exercises.mathematics.perceptron import activate, sigmoid, slope


def tensor_derivative(f, x0):
    """The derivative of `f` at an array of any shape, by finite differences: the ways of f(x0), then those of x0."""
    x0 = np.asarray(x0, dtype=float)
    flat = jacobian(lambda column: f(column.reshape(x0.shape)), x0.reshape(-1, 1))
    return flat.reshape(*np.shape(f(x0)), *x0.shape)


def derivative_of_ones(Y, X):
    """The derivative of a map from arrays of the shape X to arrays of the shape Y, by finite differences at ones."""
    return tensor_derivative(lambda x: np.full(Y, x.sum()), np.ones(X))


def a_by_weights(W, x0, b):
    """The derivative of a = Wx + b by all weights, N×N×D, by finite differences."""
    return tensor_derivative(lambda weights: weights @ x0[:, 0] + b[:, 0], W)


def y_by_weights(W, x0, a0, activation):
    """The derivative of the output of a layer by all its weights, N×N×D, by finite differences."""
    return tensor_derivative(lambda weights: activate(activation, (weights - W) @ x0 + a0)[:, 0], W)


def variable(shape):
    """A variable in words: its kind and its shape."""
    if len(shape) < 2:
        return f"a vector with {shape[0]} entries (one way)" if shape else "a real number"
    kind = "a matrix" if len(shape) == 2 else f"a tensor with {len(shape)} ways"
    return f"{kind} of shape ${shape_latex(tuple(shape))}$"


def kinds(*shapes):
    """Variables by the number of their ways only, as in `matrix by vector`."""
    return " by ".join(("number", "vector", "matrix", "tensor")[len(shape)] for shape in shapes)


def by_weights(slopes, x0):
    """Entry (i, n, d) is slope i times entry d of x0 where n = i, else 0: N×N×D."""
    return np.einsum("in,d->ind", diag(slopes), x0[:, 0])


def own_row(W, i):
    """The column with 1 at output i (1-based), else 0: only row i of W belongs to it."""
    return (np.arange(1, len(W) + 1) == i).astype(float).reshape(-1, 1)


PLACE = r"\in \{1, \dots, N\}^2 \times \{1, \dots, D\}"
OWN_WEIGHT = "Only the weights of row $i$ stand in $a_i$, each once, in a term $W_{id}x_d$"


def draw_weight(rng, level):
    """An affine map, an output i and a weight (n, d), 1-based: one of its own, or of another neuron."""
    drawn = perceptron.draw(rng, level, ("relu",))
    if drawn is None:
        return None
    N = len(drawn["W"])
    return {name: drawn[name] for name in ("W", "x0", "b", "d")} | _output_and_neuron(rng, range(1, N + 1), N, own=0.5)


def draw_weight_of_layer(rng, level):
    """A layer, an output i that is not switched off, and a weight (n, d) likewise."""
    drawn = perceptron.draw(rng, level)
    if drawn is None:
        return None
    active = np.flatnonzero(slope(drawn["activation"], drawn["a0"])) + 1
    return drawn | _output_and_neuron(rng, active, len(drawn["W"]), own=0.7)


def _output_and_neuron(rng, outputs, N, own):
    """The output is one of `outputs`, the neuron its own with probability `own`."""
    i = int(rng.choice(outputs))
    n = i if rng.random() < own else int(rng.choice([k for k in range(1, N + 1) if k != i]))
    return dict(i=i, n=n)


def whose_weight(i, n, d):
    """Whether output i feels the weight (n, d), as a sentence of a worked solution."""
    if i == n:
        return rf"$W_{{{n}{d}}}$ stands in $a_{i}$ once, in the term $W_{{{n}{d}}}x_{d}$"
    return rf"$a_{i}$ uses row {i} of $\mathbf W$ only, and $W_{{{n}{d}}}$ stands in row {n}"


def whose_weight_of_layer(i, n, d, activation, a0, b, y0):
    """The same of the output of a layer, to be followed by the derivative."""
    if i != n:
        return f"{whose_weight(i, n, d)}: the derivative is"
    known = perceptron.slopes(activation, a0, b, y0)
    return rf"{whose_weight(i, n, d)}: the chain rule gives $\sigma'(a_{i})\,x_{d}$. With ${known}$ that is"


def layer_on_batch(X, W, b, rows):
    """The outputs of a layer with the sigmoid for examples that are rows of X, else its columns; b has one way."""
    return sigmoid(X @ W.T + b) if rows else sigmoid(W @ X + b[:, None])


def ones_for_batch(N, D, B, rows):
    """X, W and b full of ones."""
    return dict(X=np.ones((B, D) if rows else (D, B)), W=np.ones((N, D)), b=np.ones(N), rows=rows)


def batch_of_ones(N, D, B, rows):
    """The outputs for them."""
    return layer_on_batch(**ones_for_batch(N, D, B, rows))


def batch_derivative(variable, N, D, B, rows):
    """Their derivative by X, W or b, by finite differences."""
    at = ones_for_batch(N, D, B, rows)
    return tensor_derivative(lambda moved: layer_on_batch(**at | {variable: moved}), at[variable])


def draw_targets(rng, level):
    """Least squares with K targets for each of 4 rows: W, the parameters T and the targets Y, with D ≠ K."""
    D, K = sizes(rng, 2, 3, 2)
    if level == "hand":
        W, T = ints(rng, -2, 2, 4, D), ints(rng, -2, 2, D, K)
    else:
        W, T = decimals(rng, -1.5, 1.5, 4, D), decimals(rng, -1.5, 1.5, D, K)
    return dict(W=W, T=T, Y=numbers(rng, level, 4, K))
