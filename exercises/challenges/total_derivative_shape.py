r"""# Back from the shape

The total derivative of $f:\mathbb{R}^D\to\mathbb{R}^N$ at $\mathbf x_0$ is a ${{ shown }}$ matrix ($\mathbb{R}^1$ is
$\mathbb{R}$). What are the dimensions of the domain and of the codomain, and which shape has the gradient? Write
shapes as `2x3`, `3x1` for a column of 3 numbers, `1x3` for a row, `undefined` for what does not exist.
"""

import numpy as np

from app.exercise import UNDEFINED, Exercise, Shape, shape_latex
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import sizes

exercise = Exercise(given=dict(shape=list))
exercise.texts(shown=lambda shape: shape_latex(tuple(shape)))
exercise.texts(gradient_shape=lambda shape: shape_latex((shape[1], 1) if shape[0] == 1 else UNDEFINED))
exercise.stratum(lambda shape: "column" if shape[1] == 1 else "row" if shape[0] == 1 else "matrix")


@exercise.instance
def draw(rng):
    N, D = sizes(rng, 2, 9, 2)
    return dict(shape=[[N, 1], [1, D], [N, D]][rng.integers(3)])


@exercise.part("scalar")
def domain(shape):
    r"""The dimension $D$ of the domain"""
    return shape[1]


@exercise.part("scalar")
def codomain(shape):
    r"""The dimension $N$ of the codomain"""
    return shape[0]


@exercise.part(Shape())
def gradient(domain, codomain):
    r"""The shape of the gradient $\nabla f(\mathbf x_0)$"""
    return (domain, 1) if codomain == 1 else UNDEFINED


@gradient.oracle
def by_differences(shape):
    J = jacobian(lambda x: np.ones(shape) @ x, np.ones((shape[1], 1)))
    return J.T.shape if len(J) == 1 else UNDEFINED


domain.oracle(lambda shape: (np.ones((1, shape[0])) @ np.ones(shape)).size)
domain.wrong("exchanged", lambda shape: shape[0], "the dimension of the codomain")
domain.feedback(r"""
    exchanged: In $\mathbf J\mathbf h$ the step $\mathbf h$ comes from the domain. Which size must it fit?
""")
codomain.oracle(lambda shape: (np.ones(shape) @ np.ones((shape[1], 1))).size)
codomain.wrong("exchanged", lambda shape: shape[1], "the dimension of the domain")
codomain.feedback(r"""
    exchanged: $\mathbf J\mathbf h$ is a change of the output. How many entries has this product?
""")
for part in (domain, codomain):
    part.wrong("size", lambda shape: shape[0] * shape[1] if min(shape) > 1 else None, "the number of entries").says(
        "Each entry belongs to one input and one output. Count these one by one."
    )
gradient.wrong("jacobian-called-gradient", lambda shape: shape if shape[0] > 1 else None, "the shape of the derivative")
gradient.wrong("derivative-row-as-gradient", lambda shape: shape if shape[0] == 1 else None, "that of the derivative")
gradient.wrong("called-undefined", lambda shape: UNDEFINED if shape[0] == 1 else None, "right for several outputs")
gradient.feedback("""
    jacobian-called-gradient: The word gradient is reserved for functions with one real output.
    derivative-row-as-gradient: The gradient lives in the input space, as a column.
    called-undefined: How many outputs are there?
""")
domain.hints(r"$\mathbf J$ multiplies a step of the domain: $\mathbf J\mathbf h$.", "Outputs × inputs.")
codomain.hints(r"$\mathbf J\mathbf h$ is a step of the codomain.", "Outputs × inputs.")
gradient.hints("The gradient belongs to functions with one real output.", r"If there is one, it is like $\mathbf x_0$.")
domain.explained("One column for each input: $D = {{ reference }}$.")
codomain.explained("One row for each output: $N = {{ reference }}$.")
gradient.explained("A gradient needs one output; it is the derivative transposed. Here: ${{ gradient_shape }}$.")
