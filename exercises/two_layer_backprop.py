r"""# Backpropagation through two layers

A network with one hidden layer and its loss are

$$\mathbf a_1 = \mathbf W_1\mathbf x_0 + \mathbf b_1 \qquad \mathbf z = \sigma(\mathbf a_1) \qquad
\hat{\mathbf y} = \mathbf W_2\mathbf z + \mathbf b_2 \qquad r = \lVert\hat{\mathbf y} - \mathbf t\rVert_2^2$$

where $\sigma$, applied to each entry, is {{ name }}. The input, the parameters and the targets are

$$\mathbf x_0 = {{ x0 }} \qquad \mathbf W_1 = {{ W1 }} \qquad \mathbf b_1 = {{ b1 }}$$

$$\mathbf W_2 = {{ W2 }} \qquad \mathbf b_2 = {{ b2 }} \qquad \mathbf t = {{ t }}$$

Go forward, then back: first the errors $\boldsymbol\delta_2 = \nabla_{\hat{\mathbf y}}r$ and
$\boldsymbol\delta_1 = \nabla_{\mathbf a_1}r$, columns, then the five gradients, each with the shape of the parameter or
input that it belongs to.
"""

from app.exercise import Exercise
from exercises.mathematics import two_layers
from exercises.mathematics.perceptron import activate, slope
from exercises.mathematics.two_layers import by_differences, error_slips, residual_slips, transposed

given = dict(activation=str, x0="D 1", W1="H D", b1="H 1", W2="K H", b2="K 1", t="K 1")
exercise = Exercise(
    number=58, topic="beyond", section="Beyond the slides", given=given, beyond_lecture=True, largest=150
)
exercise.instance(two_layers.draw)
exercise.texts(
    name=lambda activation: two_layers.NAMES[activation], slopes=lambda activation: two_layers.SLOPES[activation]
)

exercise.in_symbols(
    functions=dict(sigma="activation"),
    texts=dict(name=r"any smooth function with the derivative $\sigma'$", slopes=r"\sigma'(\mathbf a_1)"),
)


@exercise.part("H 1", weight=0.05, formula="W1 x0 + b1")
def a1(W1, x0, b1):
    r"""The pre-activation $\mathbf a_1$"""
    return W1 @ x0 + b1


@exercise.part("H 1", weight=0.05, formula="sigma(a1)")
def z(a1, activation):
    r"""The hidden layer $\mathbf z$"""
    return activate(activation, a1)


@exercise.part("K 1", weight=0.1, formula="W2 z + b2")
def yhat(W2, z, b2):
    r"""The prediction $\hat{\mathbf y}$"""
    return W2 @ z + b2


@exercise.part("K 1", weight=0.1, formula="2 (yhat - t)")
def delta2(yhat, t):
    r"""The error $\boldsymbol\delta_2$ at the output"""
    return 2 * (yhat - t)


@exercise.part("H 1", weight=0.2, formula="(W2^T delta2) ⊙ sigma'(a1)")
def delta1(W2, delta2, a1, activation):
    r"""The error $\boldsymbol\delta_1$ at the pre-activation"""
    return W2.T @ delta2 * slope(activation, a1)


@exercise.part("K H", weight=0.1, formula="delta2 z^T")
def dr_dW2(delta2, z):
    r"""$\nabla_{\mathbf W_2}r$"""
    return delta2 @ z.T


@exercise.part("K 1", weight=0.1, formula="delta2")
def dr_db2(delta2):
    r"""$\nabla_{\mathbf b_2}r$"""
    return delta2


@exercise.part("H D", weight=0.1, formula="delta1 x0^T")
def dr_dW1(delta1, x0):
    r"""$\nabla_{\mathbf W_1}r$"""
    return delta1 @ x0.T


@exercise.part("H 1", weight=0.1, formula="delta1")
def dr_db1(delta1):
    r"""$\nabla_{\mathbf b_1}r$"""
    return delta1


@exercise.part("D 1", weight=0.1, formula="W1^T delta1")
def dr_dx(W1, delta1):
    r"""$\nabla_{\mathbf x}r$"""
    return W1.T @ delta1


# By other ways, and wrong ways --------------------------------------------------------------------

a1.oracle(lambda W1, x0, b1: sum((W1[:, [d]] * x0[d] for d in range(len(x0))), b1))
z.oracle(two_layers.hidden_by_other_formulas)
yhat.oracle(lambda W2, z, b2: sum((W2[:, [h]] * z[h] for h in range(len(z))), b2))
delta2.oracle(by_differences("b2"))
delta1.oracle(by_differences("b1"))
dr_dW2.oracle(by_differences("W2"))
dr_db2.oracle(by_differences("b2"))
dr_dW1.oracle(by_differences("W1"))
dr_db1.oracle(by_differences("b1"))
dr_dx.oracle(by_differences("x0"))

a1.wrong("bias-forgotten", lambda W1, x0: W1 @ x0, r"$\mathbf W_1\mathbf x_0$")
a1.feedback("bias-forgotten: The layer is affine.")
z.wrong("activation-forgotten", lambda a1: a1, r"$\mathbf a_1$")
z.feedback("activation-forgotten: That is what goes into the activation.")
yhat.wrong("bias-forgotten", lambda W2, z: W2 @ z, r"$\mathbf W_2\mathbf z$")
yhat.wrong("activation-skipped", lambda W2, a1, b2: W2 @ a1 + b2, r"$\mathbf W_2\mathbf a_1 + \mathbf b_2$")
yhat.feedback("""
    bias-forgotten: The layer is affine.
    activation-skipped: What enters the second layer: before or after the activation?
""")
for part in (dr_dW2, dr_dW1):
    transposed(part, "the transpose of the gradient")
for part in (dr_db2, dr_db1, dr_dx):
    transposed(part, "the gradient as a row")
error_slips(delta1, lambda delta1, W1, x0: delta1)
error_slips(dr_db1, lambda delta1, W1, x0: delta1)
error_slips(dr_dW1, lambda delta1, W1, x0: delta1 @ x0.T)
error_slips(dr_dx, lambda delta1, W1, x0: W1.T @ delta1)
for part in (delta2, delta1, dr_dW2, dr_db2, dr_dW1, dr_db1, dr_dx):
    residual_slips(part)
dr_dW2.wrong("wrong-input-in-outer-product", lambda delta2, a1: delta2 @ a1.T, r"$\boldsymbol\delta_2\mathbf a_1^\top$")
dr_dW2.feedback("wrong-input-in-outer-product: What enters the second layer: before or after the activation?")

# Hints and worked solutions -----------------------------------------------------------------------

for part in (a1, z, yhat):
    part.hints("From left to right, in the order of the formulas.", "The activation acts on each entry by itself.")
delta2.hints(r"Forward pass first: it gives $\hat{\mathbf y}$.", "What is the gradient of a squared norm?")
delta1.hints(r"Begin with $\boldsymbol\delta_2$.", r"Back through $\mathbf W_2$, then through the activation.")
for part in (dr_dW2, dr_dW1):
    part.hints("Which delta belongs to this layer?", "Delta times the transposed input of the layer.")
for part in (dr_db2, dr_db1):
    part.hints("Which delta belongs to this layer?", "A bias is like a weight whose input is constant: which input?")
dr_dx.hints(r"Begin with $\boldsymbol\delta_1$.", r"Back through $\mathbf W_1$.")
a1.explained(r"$\mathbf a_1 = \mathbf W_1\mathbf x_0 + \mathbf b_1 = {{ reference }}$.")
z.explained(r"Entry by entry, $\mathbf z = \sigma(\mathbf a_1) = {{ reference }}$.")
yhat.explained(r"$\hat{\mathbf y} = \mathbf W_2\mathbf z + \mathbf b_2 = {{ reference }}$.")
delta2.explained(r"The gradient of a squared norm: $2(\hat{\mathbf y} - \mathbf t) = {{ reference }}$.")
delta1.explained(
    r"Back through the second layer and the activation:"
    r" $\boldsymbol\delta_1 = (\mathbf W_2^\top\boldsymbol\delta_2)\odot\sigma'(\mathbf a_1) = {{ reference }}$ with"
    r" $\sigma'(\mathbf a_1) = {{ slopes }}$ and $\boldsymbol\delta_2 = {{ delta2 }}$."
)
TIMES_INPUT = "Delta times the transposed input of the layer: "
dr_dW2.explained(TIMES_INPUT + r"$\boldsymbol\delta_2\mathbf z^\top = {{ delta2 }}{{ z }}^\top = {{ reference }}$.")
dr_dW1.explained(TIMES_INPUT + r"$\boldsymbol\delta_1\mathbf x_0^\top = {{ delta1 }}{{ x0 }}^\top = {{ reference }}$.")
dr_db2.explained(
    r"$\hat{\mathbf y}$ moves as $\mathbf b_2$ does: the gradient is $\boldsymbol\delta_2 = {{ reference }}$."
)
dr_db1.explained(r"$\mathbf a_1$ moves as $\mathbf b_1$ does: the gradient is $\boldsymbol\delta_1 = {{ reference }}$.")
dr_dx.explained(r"Back once more: $\mathbf W_1^\top\boldsymbol\delta_1 = {{ W1 }}^\top{{ delta1 }} = {{ reference }}$.")
