r"""# Perceptron: how large is the layer?

Of a layer $\mathbf a = \mathbf W\mathbf x + \mathbf b$, $\mathbf y = \sigma(\mathbf a)$ with $\sigma$ applied to each
entry, only this is known: $\frac{\partial\mathbf y}{\partial\mathbf x}$ has {{ by_x }} entries and
$\frac{\partial\mathbf y}{\partial\mathbf b}$ has {{ by_b }} entries.
"""

import numpy as np

from app.exercise import Exercise, Shape
from exercises.mathematics.drawing import sizes

exercise = Exercise(given=dict(by_x=int, by_b=int), largest=1000)


@exercise.instance
def draw(rng):
    N, D = sizes(rng, 3, 20, 2)
    return dict(by_x=N * D, by_b=N * N)


@exercise.part(Shape())
def W(by_x, by_b):
    r"""The shape of $\mathbf W$, rows × columns"""
    N = round(by_b**0.5)
    return N, by_x // N


@exercise.part("scalar")
def parameters(W):
    r"""The number of parameters: weights and biases together"""
    N, D = W
    return N * D + N


@W.oracle
def by_trying(by_x, by_b):
    return next((N, D) for N in range(1, 100) for D in range(1, 100) if (by_x, by_b) == (N * D, N * N))


parameters.oracle(lambda by_x, by_b: by_x + np.sqrt(by_b))
W.wrong("inputs-as-rows", lambda reference: reference[::-1], "the shape with rows and columns exchanged")
W.wrong("root-forgotten", lambda by_x, by_b: (by_b, by_x), "made of the two numbers of entries")
W.wrong("square", lambda by_b: (round(by_b**0.5),) * 2, r"the shape of $\frac{\partial\mathbf y}{\partial\mathbf b}$")
W.feedback(r"""
    inputs-as-rows: Outputs are rows.
    root-forgotten: Those are numbers of entries: each is a product of two sizes.
    square: $\mathbf W$ has a column for each input. How many are there?
""")
parameters.wrong("biases-forgotten", lambda by_x: by_x, r"the number of weights")
parameters.wrong("bias-per-input", lambda by_x, by_b: by_x + by_x / round(by_b**0.5), "$ND + D$")
parameters.wrong("jacobians-counted", lambda by_x, by_b: by_x + by_b, "$ND + N^2$")
parameters.feedback(r"""
    biases-forgotten: Are there only weights?
    bias-per-input: One bias for each input, or for each output?
    jacobians-counted: That adds up entries of Jacobians. How many entries has $\mathbf b$ itself?
""")

W.hints("Write the two shapes with $N$ and $D$: outputs × inputs.", "Which of the two contains only $N$?")
parameters.hints(r"How many entries has $\mathbf W$?", r"And how many has $\mathbf b$?")
W.explained(
    r"$\frac{\partial\mathbf y}{\partial\mathbf b}$ is $N \times N$, so $N = \sqrt{ {{ by_b }} }$;"
    r" $\frac{\partial\mathbf y}{\partial\mathbf x}$ is $N \times D$, so $D = \frac{ {{ by_x }} }{N}$: $\mathbf W$ is"
    r" ${{ reference }}$."
)
parameters.explained(r"$\mathbf W$ has $ND$ entries and $\mathbf b$ has $N$: ${{ by_x }} + N = {{ reference }}$.")
