r"""# The chain rule through a tensor

Let $\mathcal Y = f(\mathcal X)$ and $\mathcal Z = g(\mathcal Y)$, where $\mathcal X$ is {{ input }}, $\mathcal Y$ is
{{ middle }} and $\mathcal Z$ is {{ output }}.

The chain rule still multiplies $\frac{\partial\mathcal Z}{\partial\mathcal Y}$ by
$\frac{\partial\mathcal Y}{\partial\mathcal X}$, and sums. Output indices come first, and no two indices are merged into
one. Write a shape like `3x5` or `3x5x2`.
"""

import numpy as np

from app.exercise import Exercise, Shape
from exercises.mathematics.batches import kinds, variable
from exercises.mathematics.drawing import sizes

exercise = Exercise(given=dict(Z=list, Y=list, X=list))


@exercise.instance
def draw(rng):
    ways_of_z = int(rng.integers(0, 3))
    ways_of_x = int(rng.integers(1, 3)) if ways_of_z else 2  # a number by a vector: D here, 1×D as a total derivative
    drawn = sizes(rng, 2, 9, ways_of_z + 2 + ways_of_x)
    return dict(Z=drawn[:ways_of_z], Y=drawn[ways_of_z : ways_of_z + 2], X=drawn[ways_of_z + 2 :])


exercise.stratum(lambda Z, X: kinds(Z, X))
exercise.texts(input=lambda X: variable(X), middle=lambda Y: variable(Y), output=lambda Z: variable(Z))


@exercise.part(Shape(), weight=0.2)
def dz_dy(Z, Y):
    r"""The shape of $\frac{\partial\mathcal Z}{\partial\mathcal Y}$"""
    return (*Z, *Y)


@exercise.part(Shape(), weight=0.2)
def dy_dx(Y, X):
    r"""The shape of $\frac{\partial\mathcal Y}{\partial\mathcal X}$"""
    return (*Y, *X)


@exercise.part("scalar", weight=0.3)
def products(Y):
    r"""How many products are summed for one entry of $\frac{\partial\mathcal Z}{\partial\mathcal X}$"""
    return Y[0] * Y[1]


@exercise.part(Shape(), weight=0.3)
def dz_dx(Z, X):
    r"""The shape of $\frac{\partial\mathcal Z}{\partial\mathcal X}$"""
    return (*Z, *X)


dz_dy.oracle(lambda Z, Y: np.multiply.outer(np.ones(Z), np.ones(Y)).shape)
dy_dx.oracle(lambda Y, X: np.multiply.outer(np.ones(Y), np.ones(X)).shape)
products.oracle(lambda dz_dy, dy_dx: np.tensordot(np.ones(dz_dy), np.ones(dy_dx), axes=2).flat[0])
dz_dx.oracle(lambda dz_dy, dy_dx: np.tensordot(np.ones(dz_dy), np.ones(dy_dx), axes=2).shape)


def both_factors(dz_dy, dy_dx):
    """All ways of both; a shape that can be sent has at most six."""
    return (*dz_dy, *dy_dx) if len(dz_dy) + len(dy_dx) <= 6 else None


for part, inputs_first in ((dz_dy, lambda Z, Y: (*Y, *Z)), (dy_dx, lambda Y, X: (*X, *Y))):
    part.wrong("inputs-first", inputs_first, "made of the input's ways, then the output's", sometimes_right=True)
    part.feedback("inputs-first: In this course the output indices come first.")
products.wrong("one-way-summed", lambda Y: Y[1], r"the last size of $\mathcal Y$")
products.wrong("sizes-added", lambda Y: sum(Y), r"the sum of the sizes of $\mathcal Y$")
products.feedback(r"""
    one-way-summed: Which indices do the two factors share? All of them are summed.
    sizes-added: How many entries has $\mathcal Y$?
""")
dz_dx.wrong("nothing-summed", both_factors, "a list of all ways of both factors")
dz_dx.wrong("one-way-summed", lambda dz_dy, dy_dx: (*dz_dy[:-1], *dy_dx[1:]), "what a matrix product would leave")
dz_dx.wrong("inputs-first", lambda Z, X: (*X, *Z), "made of the input's ways, then the output's", sometimes_right=True)
dz_dx.feedback("""
    nothing-summed: An index that is summed does not survive.
    one-way-summed: Which indices do the two factors share? All of them are summed.
    inputs-first: In this course the output indices come first.
""")

for part in (dz_dy, dy_dx):
    part.hints("One index per way of the output, then one per way of the input.")
for part in (products, dz_dx):
    part.hints(
        r"The chain rule adds up the detours through every entry of $\mathcal Y$.",
        "Write both factors with their indices, and strike out those that both have.",
    )
dz_dy.explained(r"The ways of $\mathcal Z$, if any, then those of $\mathcal Y$: ${{ reference }}$.")
dy_dx.explained(r"The ways of $\mathcal Y$, then those of $\mathcal X$: ${{ reference }}$.")
products.explained(
    r"A change of $\mathcal X$ reaches $\mathcal Z$ through every entry of $\mathcal Y$: both its indices are summed,"
    " ${{ reference }}$ products."
)
dz_dx.explained(
    r"${{ dz_dy }}$ times ${{ dy_dx }}$ with the ways of $\mathcal Y$ summed: those of $\mathcal Z$, then those of"
    r" $\mathcal X$ remain, ${{ reference }}$."
)
