r"""# Shape of the total derivative

Let $f: {{ domain }} \to {{ codomain }}$ be differentiable and $\mathbf x_0, \mathbf h \in {{ domain }}$. Give
the four shapes, rows × columns: `2x3`; `3x1` for a column of 3 numbers, `1x3` for a row, `scalar` for a single number,
`undefined` for what does not exist.
"""

import numpy as np

from app.exercise import UNDEFINED, Exercise, Shape
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import sizes

section = "Summary (for y = f(x))"
exercise = Exercise(number=25, topic="derivatives", section=section, given=dict(D=int, N=int))


@exercise.instance
def draw(rng, level):
    D, N = sizes(rng, 2, 9 if level == "hand" else 99, 2)
    case = rng.choice(["1-1", "1-N", "D-1", "D-N", "D-N"])
    return dict(D=D if case[0] == "D" else 1, N=N if case[-1] == "N" else 1)


exercise.stratum(lambda D, N: f"{'D' if D > 1 else 1} to {'N' if N > 1 else 1}")
exercise.texts(
    domain=lambda D: rf"\mathbb{{R}}^{{{D}}}" if D > 1 else r"\mathbb{R}",
    codomain=lambda N: rf"\mathbb{{R}}^{{{N}}}" if N > 1 else r"\mathbb{R}",
    output_shape=lambda N: f"${N} \\times 1$" if N > 1 else "a scalar",
)


@exercise.text
def input_shape(D):
    return f"${D} \\times 1$" if D > 1 else "a scalar"


@exercise.text
def existence(D, N):
    if N > 1:
        return f"Undefined: only a function with one real output has a gradient, and $f$ has {N}"
    return f"One real output, so there is a gradient: the derivative transposed, {input_shape(D)}"


@exercise.part(Shape())
def derivative(D, N):
    r"""The total derivative $\left.\frac{df}{d\mathbf x}\right|_{\mathbf x_0}$"""
    return N, D


@exercise.part(Shape())
def gradient(D, N):
    r"""The gradient $\nabla f(\mathbf x_0)$"""
    return (D, 1) if N == 1 else UNDEFINED


@exercise.part(Shape())
def value(N):
    r"""The value $f(\mathbf x_0)$"""
    return N, 1


@exercise.part(Shape())
def step(D):
    r"""The step $\mathbf h$"""
    return D, 1


def example(x, N):
    """A map to N numbers."""
    return np.ones((N, len(x))) @ x


@derivative.oracle
def by_differences(D, N):
    return jacobian(lambda x: example(x, N), np.ones((D, 1))).shape


@gradient.oracle
def like_what_is_multiplied(D, N):
    """For one output only: the column whose transpose multiplies a step."""
    outputs = example(np.ones((D, 1)), N).size
    return by_differences(D, N)[::-1] if outputs == 1 else UNDEFINED


value.oracle(lambda D, N: example(np.ones((D, 1)), N).shape)

step.oracle(lambda D: (np.ones((D, 1)) + np.zeros((D, 1))).shape)


def wrong(part, id, shape, made):
    """A wrong shape; on instances where it is right, as for sizes of 1, it is no mistake."""
    return part.wrong(id, shape, made, sometimes_right=True)


wrong(derivative, "inputs-as-rows", lambda D, N: (D, N), "inputs × outputs").says(
    "The derivative is the matrix of a linear map from input steps to output steps: what must it multiply?"
)
wrong(derivative, "shape-of-the-value", lambda N: (N, 1), r"the shape of $f(\mathbf x_0)$").says(
    r"You gave the shape of $f(\mathbf x)$."
)
wrong(derivative, "shape-of-the-input", lambda D: (D, 1), r"the shape of $\mathbf x_0$").says(
    "You gave the shape of the input (which is that of the gradient when there is one output)."
)
gradient.wrong("jacobian-called-gradient", lambda D, N: (N, D) if N > 1 else None, "the shape of the derivative")
gradient.feedback("""
    jacobian-called-gradient: The word gradient is reserved for functions with one real output.
""")
wrong(
    gradient, "derivative-row-as-gradient", lambda D, N: (1, D) if N == 1 else None, "the shape of the derivative"
).says("The gradient lives in the input space, as a column.")
wrong(
    derivative, "flattened", lambda D, N: (N * D, 1) if N > 1 and D > 1 else None, "one column of all the entries"
).says("Keep outputs and inputs on separate ways.")
wrong(derivative, "square", lambda D: (D, D), "inputs × inputs").says("How many outputs are there?")
wrong(value, "shape-of-the-input", lambda D: (D, 1), r"the shape of $\mathbf x_0$").says(
    "You gave the shape of the input."
)
wrong(value, "row-layout", lambda N: (1, N), "a row").says("Vectors are columns.")
wrong(step, "shape-of-the-value", lambda N: (N, 1), r"the shape of $f(\mathbf x_0)$").says(
    r"You gave the shape of $f(\mathbf x)$. To what is $\mathbf h$ added?"
)
wrong(step, "row-layout", lambda D: (1, D), "a row").says("Vectors are columns.")

exercise.hints(
    "The derivative eats a step of the input space.",
    "It returns a step of the output space.",
    "outputs × inputs. A gradient has the shape of the input, if there is one output.",
)
derivative.explained(
    r"It takes steps of the input space to steps of the output space, outputs × inputs: ${{ N }} \times {{ D }}$."
)
gradient.explained("{{ existence }}.")
value.explained(r"$f(\mathbf x_0)$ lies in ${{ codomain }}$: {{ output_shape }}.")
step.explained(r"$\mathbf h$ is added to $\mathbf x_0$, in ${{ domain }}$: {{ input_shape }}.")
