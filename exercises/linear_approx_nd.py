r"""# Predict a change

At $\mathbf x_0$ the map $f$ has the Jacobian $\mathbf J$ and the value $f(\mathbf x_0)$; from there one takes the step
$\mathbf h$:

$$\mathbf J = {{ J }} \qquad f(\mathbf x_0) = {{ start }} \qquad \mathbf h = {{ h }}$$

What does the derivative predict for the change of $f$, and for its new value? {{ both }}
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import ints, numbers

given = dict(J="N D", f0="N 1", h="D 1")
exercise = Exercise(number=27, topic="derivatives", section="Generalizing the derivative", given=given)
exercise.stratum(lambda J: "one output" if len(J) == 1 else "several outputs")
exercise.texts(
    start=lambda f0: f0.item() if f0.size == 1 else f0,
    both=lambda f0: "Both are numbers." if f0.size == 1 else "Both are columns.",
)

exercise.in_symbols(texts=dict(start=r"\mathbf f_0", both="Both are columns."))


@exercise.instance
def draw(rng, level):
    N, D = [(1, 2), (1, 3), (2, 3), (3, 2)][rng.integers(4)]
    J, f0 = numbers(rng, level, N, D, largest=6), numbers(rng, level, N, 1, largest=8)
    h = ints(rng, -3, 3, D, 1) / 10
    near_zero = np.minimum(np.abs(J @ h), np.abs(f0 + J @ h)).min() < 0.01
    return None if near_zero else dict(J=J, f0=f0, h=h)


@exercise.part("N 1", formula="J h")
def variation(J, h):
    r"""The predicted change of $f$"""
    return J @ h


@exercise.part("N 1", formula="f0 + J h")
def new_value(f0, variation):
    r"""The predicted new value of $f$"""
    return f0 + variation


def along(J, h):
    """How any map with this Jacobian, here at (1, …, 1), changes along h: by differences."""
    return jacobian(lambda t: J @ (t * h) + 5 * np.sum((t * h) ** 2), [[0.0]])


variation.oracle(lambda J, h: along(J, h))
new_value.oracle(lambda J, f0, h: [[start + slope] for start, slope in zip(f0[:, 0], along(J, h)[:, 0])])
variation.wrong("new-value-or-variation", lambda J, f0, h: f0 + J @ h, r"$f(\mathbf x_0) + \mathbf J\mathbf h$")
new_value.wrong("new-value-or-variation", lambda variation: variation, r"$\mathbf J\mathbf h$")
for part, s, plus in ((variation, 0, ""), (new_value, 1, r"f(\mathbf x_0) + ")):
    ones = rf"{plus}\mathbf J\,(1, \dots, 1)^\top"
    part.wrong("step-ignored", lambda J, f0, h, s=s: s * f0 + J @ np.ones_like(h), f"${ones}$")
    part.wrong("entrywise-not-summed", lambda J, f0, h, s=s: s * f0 + J * h.T, rf"made of the ${plus}J_{{nd}}h_d$")
    part.wrong(
        "step-added",
        lambda J, f0, h, s=s: s * f0 + (J + h.T).sum(axis=1, keepdims=True),
        rf"made of the ${plus}\sum_d (J_{{nd}} + h_d)$",
    )
    part.wrong(
        "length-of-step",
        lambda J, f0, h, s=s: s * f0 + J @ np.full_like(h, np.linalg.norm(h)),
        rf"${ones}\,\lVert\mathbf h\rVert_2$",
    )
    part.feedback(r"""
        new-value-or-variation: Is the change asked, or the value after the change?
        step-ignored: You applied the derivative to $(1,\dots,1)$. Which step is taken?
        entrywise-not-summed: Each output feels all input steps together.
        step-added: The derivative multiplies the step.
        length-of-step: Direction matters, not only length.
    """)
variation.hints(
    r"Outputs × inputs: $\mathbf J$ takes a step of the input to one of the output.", "Matrix times column."
)
new_value.hints("Where does the new value start?", "Add the predicted change.")
variation.explained(r"$\mathbf J\mathbf h = {{ J }}{{ h }} = {{ reference }}$.")
new_value.explained(
    r"Add the predicted change ${{ variation }}$ to the value $f(\mathbf x_0) = {{ start }}$: ${{ reference }}$."
)
