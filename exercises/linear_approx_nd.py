r"""# Predict a change

At $\mathbf x_0$ the map $f$ has the Jacobian $\mathbf J$ and the value $f(\mathbf x_0)$; from there one takes the step
$\mathbf h$:

$$\mathbf J = {{ J }} \qquad f(\mathbf x_0) = {{ start }} \qquad \mathbf h = {{ h }}$$

What does the derivative predict for the change of $f$, and for its new value?
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import ints, numbers

given = dict(J="N D", f0="N 1", h="D 1")
exercise = Exercise(number=27, topic="derivatives", section="Generalizing the derivative", given=given)


@exercise.instance
def draw(rng, level):
    N, D = [(1, 2), (1, 3), (2, 3), (3, 2)][rng.integers(4)]
    J, f0 = numbers(rng, level, N, D, largest=6), numbers(rng, level, N, 1, largest=8)
    h = ints(rng, -3, 3, D, 1) / 10
    near_zero = np.minimum(np.abs(J @ h), np.abs(f0 + J @ h)).min() < 0.01
    return None if near_zero else dict(J=J, f0=f0, h=h)


exercise.stratum(lambda J: "one output" if len(J) == 1 else "several outputs")


@exercise.text
def start(f0):
    return f0.item() if f0.size == 1 else f0


@exercise.part("N 1")
def variation(J, h):
    r"""The predicted change of $f$"""
    return J @ h


@exercise.part("N 1")
def new_value(f0, variation):
    r"""The predicted new value of $f$"""
    return f0 + variation


def along(J, f0, h):
    """How any map with this value and Jacobian, here at (1, …, 1), changes along h: by differences."""
    f = lambda x: f0 + J @ (x - 1) + 5 * np.sum((x - 1) ** 2)
    return jacobian(lambda t: f(1 + t * h), [[0.0]])


variation.oracle(lambda J, f0, h: along(J, f0, h))

new_value.oracle(lambda J, f0, h: [[start + slope] for start, slope in zip(f0[:, 0], along(J, f0, h)[:, 0])])


def mistakes(part, starts, plus):
    """Ways to miss J h, in each of the two questions; `starts` is 1 where f(x₀) is added, said by `plus`."""
    part.wrong(
        "step-ignored",
        lambda J, f0: starts * f0 + J.sum(axis=1, keepdims=True),
        rf"${plus}\mathbf J\,(1, \dots, 1)^\top$",
    )
    part.wrong(
        "entrywise-not-summed", lambda J, f0, h: starts * f0 + J * h.T, r"made of the products $J_{nd}h_d$, not summed"
    )
    part.wrong(
        "step-added",
        lambda J, f0, h: starts * f0 + J.sum(axis=1, keepdims=True) + h.sum(),
        r"made of the sums of $J_{nd} + h_d$",
    )
    part.wrong(
        "length-of-step",
        lambda J, f0, h: starts * f0 + J.sum(axis=1, keepdims=True) * np.linalg.norm(h),
        rf"${plus}\lVert\mathbf h\rVert_2\,\mathbf J\,(1, \dots, 1)^\top$",
    )
    part.feedback(r"""
        step-ignored: You applied the derivative to $(1,\dots,1)$. Which step is taken?
        entrywise-not-summed: Each output feels all input steps together.
        step-added: The derivative multiplies the step.
        length-of-step: Direction matters, not only length.
    """)


variation.wrong("new-value-or-variation", lambda J, f0, h: f0 + J @ h, r"$f(\mathbf x_0) + \mathbf J\mathbf h$")
variation.feedback("""
    new-value-or-variation: Is the change asked, or the value after the change?
""")
new_value.wrong("new-value-or-variation", lambda variation: variation, r"$\mathbf J\mathbf h$")
new_value.feedback("""
    new-value-or-variation: Is the change asked, or the value after the change?
""")
mistakes(variation, 0, "")
mistakes(new_value, 1, r"f(\mathbf x_0) + ")

exercise.hints(
    "Shape of the result = shape of the output.",
    "Matrix times step.",
    "Add the starting value only if the new value is asked.",
)
variation.explained(r"$\mathbf J\mathbf h = {{ J }}{{ h }} = {{ reference }}$.")
new_value.explained(
    r"Add the predicted change ${{ variation }}$ to the value $f(\mathbf x_0) = {{ start }}$: ${{ reference }}$."
)
