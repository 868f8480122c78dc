r"""# Shape of the total derivative

Let $f: {{ domain }} \to {{ codomain }}$ be differentiable and $\mathbf x_0, \mathbf h \in {{ domain }}$. Give
the four shapes, rows × columns: `2x3`; `3x1` for a column of 3 numbers, `1x3` for a row, `scalar` for a single number,
`undefined` for what does not exist.
"""

import numpy as np

from app.exercise import UNDEFINED, Exercise, Shape, shape_latex
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import sizes
from exercises.mathematics.spaces import column, space

exercise = Exercise(number=25, topic="derivatives", section="Summary (for y = f(x))", given=dict(D=int, N=int))
exercise.stratum(lambda D, N: f"{'D' if D > 1 else 1} to {'N' if N > 1 else 1}")
exercise.texts(domain=lambda D: space(D), codomain=lambda N: space(N))
exercise.texts(input_shape=lambda D: column(D), output_shape=lambda N: column(N))
exercise.texts(gradient_shape=lambda D, N: column(D) if N == 1 else shape_latex(UNDEFINED))


@exercise.instance
def draw(rng, level):
    D, N = sizes(rng, 2, 9 if level == "hand" else 99, 2)
    case = rng.choice(["1-1", "1-N", "D-1", "D-N", "D-N"])
    return dict(D=D if case[0] == "D" else 1, N=N if case[-1] == "N" else 1)


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


@derivative.oracle
def by_differences(D, N):
    return jacobian(lambda x: np.ones((N, D)) @ x, np.ones((D, 1))).shape


gradient.oracle(lambda D, N: by_differences(D, N)[::-1] if by_differences(D, N)[0] == 1 else UNDEFINED)
value.oracle(lambda D, N: (np.ones((N, D)) @ np.ones((D, 1))).shape)
step.oracle(lambda D: (np.ones((D, 1)) + np.zeros((D, 1))).shape)


def wrong(part, id, shape, made):
    """A wrong shape; on instances where it is right, as for sizes of 1, it is no mistake."""
    return part.wrong(id, shape, made, sometimes_right=True)


wrong(derivative, "inputs-as-rows", lambda D, N: (D, N), "inputs × outputs")
wrong(derivative, "shape-of-the-value", lambda N: (N, 1), r"the shape of $f(\mathbf x_0)$")
wrong(derivative, "shape-of-the-input", lambda D: (D, 1), r"the shape of $\mathbf x_0$")
wrong(derivative, "flattened", lambda D, N: (N * D, 1) if N > 1 and D > 1 else None, "one column of all the entries")
wrong(derivative, "square", lambda D: (D, D), "inputs × inputs").says("How many outputs are there?")
derivative.feedback(r"""
    inputs-as-rows: The derivative is the matrix of a linear map from input to output steps: what must it multiply?
    shape-of-the-value: You gave the shape of $f(\mathbf x)$.
    shape-of-the-input: You gave the shape of the input (which is that of the gradient when there is one output).
    flattened: Keep outputs and inputs on separate ways.
""")
gradient.wrong("jacobian-called-gradient", lambda D, N: (N, D) if N > 1 else None, "the shape of the derivative")
wrong(gradient, "derivative-row-as-gradient", lambda D, N: (1, D) if N == 1 else None, "the shape of the derivative")
gradient.feedback("""
    jacobian-called-gradient: The word gradient is reserved for functions with one real output.
    derivative-row-as-gradient: The gradient lives in the input space, as a column.
""")
wrong(value, "shape-of-the-input", lambda D: (D, 1), r"the shape of $\mathbf x_0$").says("You gave the input's shape.")
wrong(value, "row-layout", lambda N: (1, N), "a row").says("Vectors are columns.")
wrong(step, "shape-of-the-value", lambda N: (N, 1), "that of the value").says(r"To what is $\mathbf h$ added?")
wrong(step, "row-layout", lambda D: (1, D), "a row").says("Vectors are columns.")
derivative.hints("It eats a step of the input.", "It returns a step of the output.", "Outputs × inputs.")
value.hints("In which space does $f$ return its values?", "Vectors are columns.")
step.hints(r"It is added to $\mathbf x_0$.", "Vectors are columns.")
gradient.hints("How many outputs are there?", "If one, the gradient has the shape of the input.")
derivative.explained(r"It takes input steps to output steps, outputs × inputs: ${{ N }} \times {{ D }}$.")
gradient.explained(r"A gradient needs one output; it is like $\mathbf x$. Here $N = {{ N }}$: ${{ gradient_shape }}$.")
value.explained(r"$f(\mathbf x_0)$ lies in ${{ codomain }}$: ${{ output_shape }}$.")
step.explained(r"$\mathbf h$ is added to $\mathbf x_0$, in ${{ domain }}$: ${{ input_shape }}$.")
