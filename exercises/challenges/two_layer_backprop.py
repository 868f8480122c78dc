r"""# A third layer

Now three layers: $\mathbf a_1 = \mathbf W_1\mathbf x_0 + \mathbf b_1$,
$\mathbf a_2 = \mathbf W_2\,\sigma(\mathbf a_1) + \mathbf b_2$,
$\hat{\mathbf y} = \mathbf W_3\,\sigma(\mathbf a_2) + \mathbf b_3$ and
$r = \lVert\hat{\mathbf y} - \mathbf t\rVert_2^2$, where $\sigma$ is ReLU, applied to each entry. The forward pass is
done, with the residual $\mathbf e = \hat{\mathbf y} - \mathbf t$:

$$\mathbf x_0 = {{ x0 }} \qquad \mathbf a_1 = {{ a1 }} \qquad \mathbf a_2 = {{ a2 }} \qquad \mathbf e = {{ e }}$$

$$\mathbf W_2 = {{ W2 }} \qquad \mathbf W_3 = {{ W3 }}$$

Go back, with the errors $\boldsymbol\delta_3 = \nabla_{\hat{\mathbf y}}r$,
$\boldsymbol\delta_2 = \nabla_{\mathbf a_2}r$ and $\boldsymbol\delta_1 = \nabla_{\mathbf a_1}r$ (columns), as far as
$\mathbf W_1$.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.batches import tensor_derivative
from exercises.mathematics.drawing import ints
from exercises.mathematics.perceptron import activate, slope
from exercises.mathematics.two_layers import residual_slips, transposed

exercise = Exercise(given=dict(x0="D 1", a1="H 1", a2="L 1", e="K 1", W2="L H", W3="K L"))


@exercise.instance
def draw(rng):
    K, L, H, D = (2, 3, 2, 3) if rng.random() < 0.5 else (3, 2, 3, 2)
    a1, a2 = ints(rng, -3, 3, H, 1), ints(rng, -3, 3, L, 1)
    if not (a1.min() < 0 < a1.max() and a2.min() < 0 < a2.max()):
        return None
    W2, W3 = ints(rng, -2, 2, L, H), ints(rng, -2, 2, K, L)
    return dict(x0=ints(rng, -3, 3, D, 1), a1=a1, a2=a2, e=ints(rng, -3, 3, K, 1), W2=W2, W3=W3)


@exercise.part("K 1", weight=0.1)
def delta3(e):
    r"""$\boldsymbol\delta_3$"""
    return 2 * e


@exercise.part("L 1", weight=0.3)
def delta2(W3, delta3, a2):
    r"""$\boldsymbol\delta_2$"""
    return W3.T @ delta3 * slope("relu", a2)


@exercise.part("H 1", weight=0.3)
def delta1(W2, delta2, a1):
    r"""$\boldsymbol\delta_1$"""
    return W2.T @ delta2 * slope("relu", a1)


@exercise.part("H D", weight=0.3)
def dr_dW1(delta1, x0):
    r"""$\nabla_{\mathbf W_1}r$, with the shape of $\mathbf W_1$"""
    return delta1 @ x0.T


def loss(e, W3, a2, W2, a1, step1=0.0, step2=0.0):
    """r after steps away from a1 and a2. The biases, which are not known, stay what they are."""
    step2 = step2 + W2 @ (activate("relu", a1 + step1) - activate("relu", a1))
    return np.sum((e + W3 @ (activate("relu", a2 + step2) - activate("relu", a2))) ** 2)


delta3.oracle(lambda e: jacobian(lambda v: np.sum(v**2), e).T)
delta2.oracle(lambda e, W3, a2, W2, a1: jacobian(lambda step: loss(e, W3, a2, W2, a1, step2=step), 0 * a2).T)
delta1.oracle(lambda e, W3, a2, W2, a1: jacobian(lambda step: loss(e, W3, a2, W2, a1, step), 0 * a1).T)


@dr_dW1.oracle
def differences_in_the_weights(e, W3, a2, W2, a1, x0):
    return tensor_derivative(lambda step: loss(e, W3, a2, W2, a1, step @ x0), np.zeros((len(a1), len(x0))))


residual_slips(delta3)
delta2.wrong("activation-slope-forgotten", lambda W3, delta3: W3.T @ delta3, r"$\mathbf W_3^\top\boldsymbol\delta_3$")
delta2.wrong(
    "value-instead-of-slope",
    lambda W3, delta3, a2: W3.T @ delta3 * np.maximum(a2, 0),
    r"$(\mathbf W_3^\top\boldsymbol\delta_3)\odot\sigma(\mathbf a_2)$",
)
delta1.wrong("activation-slope-forgotten", lambda W2, delta2: W2.T @ delta2, r"$\mathbf W_2^\top\boldsymbol\delta_2$")
delta1.wrong(
    "value-instead-of-slope",
    lambda W2, delta2, a1: W2.T @ delta2 * np.maximum(a1, 0),
    r"$(\mathbf W_2^\top\boldsymbol\delta_2)\odot\sigma(\mathbf a_1)$",
)
transposed(dr_dW1, "the transpose of the gradient")
dr_dW1.wrong(
    "wrong-input-in-outer-product",
    lambda delta1, a1: delta1 @ np.maximum(a1, 0).T,
    r"$\boldsymbol\delta_1\,\sigma(\mathbf a_1)^\top$",
)
dr_dW1.feedback("wrong-input-in-outer-product: Which vector enters the first layer?")

delta3.hints(r"$r$ is the squared norm of $\mathbf e$.", "The gradient of a squared norm has a factor.")
for part in (delta2, delta1):
    part.feedback("""
        activation-slope-forgotten: The error passes back through the activation: one entrywise factor is missing.
        value-instead-of-slope: The entrywise factor is a slope, not the stored output.
    """)
    part.hints(
        "Back through the weights of the layer behind, then through the activation.",
        "The slope of ReLU is 1 or 0. Which entries of the pre-activation are positive?",
    )
dr_dW1.hints("The error of a layer times the transposed input of the layer.", "What enters the first layer?")
delta3.explained(r"The gradient of a squared norm: $\boldsymbol\delta_3 = 2\mathbf e = {{ reference }}$.")
delta2.explained(
    r"Back through $\mathbf W_3$, then through the activation:"
    r" $\boldsymbol\delta_2 = (\mathbf W_3^\top\boldsymbol\delta_3)\odot\sigma'(\mathbf a_2) = {{ reference }}$."
)
delta1.explained(
    r"The same once more: $\boldsymbol\delta_1 = (\mathbf W_2^\top\boldsymbol\delta_2)\odot\sigma'(\mathbf a_1)"
    r" = {{ reference }}$."
)
dr_dW1.explained(
    r"$\boldsymbol\delta_1\mathbf x_0^\top = {{ delta1 }}{{ x0 }}^\top = {{ reference }}$. Any number of layers goes on"
    r" like this: one product with $\mathbf W^\top$, one entrywise product with the slopes."
)
