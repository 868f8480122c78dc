r"""Two layers: $a_1 = W_1x_0 + b_1$, $z = \sigma(a_1)$, $\hat y = W_2z + b_2$, $r = \lVert\hat y - t\rVert_2^2$.

W1 is H×D and W2 is K×H; x0 has D entries, b1, a1 and z have H, b2, ŷ and the targets t have K.
"""

import numpy as np

from exercises.mathematics.batches import tensor_derivative
from exercises.mathematics.drawing import decimals, ints, sizes
from exercises.mathematics.perceptron import ACTIVATIONS, activate, slope

# As for the perceptron, but of u: t are the targets here.
NAMES = {
    "sigmoid": r"the logistic sigmoid, $\sigma(u) = \frac{1}{1 + e^{-u}}$",
    "relu": r"ReLU, $\sigma(u) = \max(0, u)$",
    "tanh": r"the hyperbolic tangent, $\sigma(u) = \tanh u$",
}
SLOPES = {
    "sigmoid": r"\mathbf z\odot(\mathbf 1 - \mathbf z)",
    "relu": r"\begin{cases}1 & a_{1,h} > 0 \\ 0 & a_{1,h} < 0\end{cases}",
    "tanh": r"\mathbf 1 - \mathbf z\odot\mathbf z",
}


def draw(rng, level):
    """Sizes that differ, pre-activations away from 0 and from saturation; for ReLU, on both sides."""
    D, H, K = sizes(rng, 2, 4, 3)

    def some(*shape):
        return ints(rng, -2, 2, *shape) if level == "hand" else decimals(rng, -1.2, 1.2, *shape)

    activation = "relu" if level == "hand" else str(rng.choice(ACTIVATIONS))
    W1, b1, W2, b2, x0, t = some(H, D), some(H, 1), some(K, H), some(K, 1), some(D, 1), some(K, 1)
    a1 = W1 @ x0 + b1
    telling = a1.min() < 0 < a1.max() if activation == "relu" else np.abs(a1).max() < 2.2
    if not telling or np.abs(a1).min() <= 0.25:
        return None
    error = W2 @ activate(activation, a1) + b2 - t
    if np.abs(error).min() < 0.2:
        return None
    return dict(activation=activation, x0=x0, W1=W1, b1=b1, W2=W2, b2=b2, t=t)


def loss(activation, x0, W1, b1, W2, b2, t):
    """r, a number."""
    return float(np.sum((W2 @ activate(activation, W1 @ x0 + b1) + b2 - t) ** 2))


def by_differences(name):
    """An oracle: the gradient of r by the parameter or input of this name, with its shape."""

    def gradient(activation, x0, W1, b1, W2, b2, t):
        known = dict(activation=activation, x0=x0, W1=W1, b1=b1, W2=W2, b2=b2, t=t)
        return tensor_derivative(lambda value: loss(**known | {name: value}), known[name])

    return gradient


def hidden_by_other_formulas(W1, x0, b1, activation):
    """The output of the first layer."""
    a = np.einsum("hd,dk->hk", W1, x0) + b1
    if activation == "relu":
        return (a + abs(a)) / 2
    if activation == "softplus":
        return np.log1p(np.exp(a))
    if activation == "wave":
        return -2 * np.cos(a + np.pi / 2)
    return (1 + np.tanh(a / 2)) / 2 if activation == "sigmoid" else 1 - 2 / (1 + np.exp(2 * a))


def error_slips(part, onward):
    """The wrong ways from delta_2 to delta_1; `onward` makes the part's answer of a wrong delta_1.

    The part names delta2, a1 and z among the earlier ones.
    """
    part.wrong(
        "activation-slope-forgotten",
        lambda W1, x0, W2, delta2: onward(W2.T @ delta2, W1, x0),
        r"what comes of $\boldsymbol\delta_1 = \mathbf W_2^\top\boldsymbol\delta_2$",
    ).says("The error passes back through the activation: one entrywise factor is missing.")
    part.wrong(
        "slope-at-output-of-layer",
        lambda W1, x0, W2, delta2, z, activation: (
            None if activation == "relu" else onward(W2.T @ delta2 * slope(activation, z), W1, x0)
        ),
        r"what comes of $\boldsymbol\delta_1 = (\mathbf W_2^\top\boldsymbol\delta_2)\odot\sigma'(\mathbf z)$",
    ).says("The slope is taken at the pre-activation.")
    part.wrong(
        "value-instead-of-slope",
        lambda W1, x0, W2, delta2, z: onward(W2.T @ delta2 * z, W1, x0),
        r"what comes of $\boldsymbol\delta_1 = (\mathbf W_2^\top\boldsymbol\delta_2)\odot\mathbf z$",
    ).says("The entrywise factor is a slope, not the stored output.")
    part.wrong(
        "second-weights-forgotten",
        lambda W1, x0, delta2, a1, activation: onward(delta2.sum() * slope(activation, a1), W1, x0),
        r"what comes of $\boldsymbol\delta_1 = \bigl(\sum_k\delta_{2,k}\bigr)\,\sigma'(\mathbf a_1)$",
    ).says(r"The error travels back through $\mathbf W_2$.")


def residual_slips(part):
    """What goes wrong at the squared norm, the same in everything behind it."""
    part.wrong("factor-two-lost", lambda reference: reference / 2, "half the right value").says(
        "Check the derivative of the squared norm."
    )
    part.wrong("residual-sign", lambda reference: -reference, "minus the right value").says("Prediction minus target.")


def transposed(part, made):
    """The right numbers, rows and columns exchanged."""
    part.wrong("transposed", lambda reference: reference.T, made).says("The gradient has the shape of the parameter.")
