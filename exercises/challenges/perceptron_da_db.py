r"""# Perceptron: shared biases

In $\mathbf a = \mathbf W\mathbf x + \mathbf b$, $\mathbf y = \sigma(\mathbf a)$ with
$\mathbf W \in \mathbb{R}^{ {{ N }} \times {{ D }} }$ every neuron has a bias of its own. To save parameters, let the
{{ N }} neurons share the {{ K }} biases in $\mathbf c \in \mathbb{R}^{ {{ K }} }$ instead:

$$\mathbf a = \mathbf W\mathbf x + \begin{pmatrix} {{ biases }} \end{pmatrix}$$
"""

import numpy as np

from app.exercise import Choice, Exercise, diag, row
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import sizes
from exercises.mathematics.perceptron_jacobians import which

exercise = Exercise(given=dict(N=int, D=int, K=int, group=list))  # neuron n uses the bias number group[n]


@exercise.instance
def draw(rng):
    K, N, D = sorted(sizes(rng, 2, 5, 3))
    group = rng.permutation([*range(1, K + 1), *rng.integers(1, K + 1, N - K)])
    return dict(N=N, D=D, K=K, group=group) if np.ptp(np.bincount(group)[1:]) else None


exercise.texts(biases=lambda group: r" \\ ".join(f"c_{k}" for k in group))


@exercise.part(
    Choice(
        ones=r"a column of {{ N }} ones",
        full=r"the {{ N }}×{{ N }} matrix of ones",
        inputs=r"$\mathbf I_{ {{ D }} }$",
        outputs=r"$\mathbf I_{ {{ N }} }$",
        bias=r"$\operatorname{diag}[\mathbf b]$",
        slopes=r"$\operatorname{diag}[\sigma'(\mathbf a)]$",
    ),
    weight=0.3,
)
def own():
    r"""$\frac{\partial\mathbf a}{\partial\mathbf b}$, where every neuron has a bias of its own"""
    return "outputs"


@exercise.part("N K", weight=0.7)
def shared(group, K):
    r"""$\frac{\partial\mathbf a}{\partial\mathbf c}$, where they share

    In numerator layout: outputs are rows, inputs are columns.
    """
    return np.eye(K)[np.array(group) - 1]


@own.oracle
def identity_by_differences(N, D):
    b = np.linspace(2, 3, N).reshape(-1, 1)
    found = jacobian(lambda b: 5 + b, b)
    ones, full = np.ones((N, 1)), np.ones((N, N))
    return which(found, ones=ones, full=full, inputs=np.eye(D), outputs=np.eye(N), bias=diag(b))


shared.oracle(lambda group, K: jacobian(lambda c: np.array([c[k - 1] for k in group]), np.ones((K, 1))))

own.wrong("vector-of-ones", lambda: "ones", "what a single shared bias would give")
own.wrong("all-ones", lambda: "full", "right only if every output felt every bias")
own.wrong("size-of-input", lambda: "inputs", "the identity of the wrong size")
own.wrong("bias-on-diagonal", lambda: "bias", "made of the biases themselves")
own.wrong("activation-included", lambda: "slopes", r"$\frac{\partial\mathbf y}{\partial\mathbf b}$")
own.feedback(r"""
    vector-of-ones: $N$ outputs and $N$ inputs: the answer has two ways. Does $a_1$ feel $b_2$?
    all-ones: Does $a_1$ feel $b_2$?
    size-of-input: Which variable is differentiated, and how many entries has it?
    bias-on-diagonal: Differentiate $b_n$ with respect to itself.
    activation-included: The activation comes after $\mathbf a$.
""")
shared.wrong("transposed", lambda reference: reference.T, "the transpose")
shared.wrong("own-bias-each", lambda N: np.eye(N), r"$\mathbf I_N$, as if nobody shared")
shared.wrong("all-ones", lambda N, K: np.ones((N, K)), "a matrix of ones")
shared.wrong("outputs-added", lambda reference: row(reference.sum(axis=0)), "how many neurons use each bias")
shared.wrong("shared-out", lambda reference: reference / reference.sum(axis=0), "1 divided by the number that share")
shared.feedback(r"""
    transposed: Outputs of $\mathbf a$ are rows.
    own-bias-each: How many entries has $\mathbf c$?
    all-ones: Does $a_1$ feel every entry of $\mathbf c$?
    outputs-added: Keep the outputs apart: one row per neuron.
    shared-out: Each of the neurons that share a bias feels all of it.
""")

exercise.hints("Shape first: outputs × inputs.", r"Which biases does $a_1$ contain, and with which factor?")
own.explained(r"$a_n$ contains $b_n$, with slope 1, and no other entry of $\mathbf b$: $\mathbf I_{ {{ N }} }$.")
shared.explained(
    r"Row $n$ has a 1 where $a_n$ has its bias, and zeros elsewhere: ${{ reference }}$. Neurons that share a bias"
    " have equal rows."
)
