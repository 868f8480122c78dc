r"""# Linear, affine or neither?

For $\mathbf x \in \mathbb R^2$ let

$$f(\mathbf x) = {{ formula }}$$

Is $f$ linear, affine but not linear, or neither? If it is not linear, give inputs that prove it.
"""

import numpy as np

from app.exercise import UNDEFINED, Choice, Exercise
from exercises.mathematics import linearity
from exercises.mathematics.linearity import AFFINE, LINEAR, NEITHER, value

given, hidden = dict(f=list), dict(name=str, c=list)
exercise = Exercise(number=6, topic="functions", section="Linear maps", given=given, hidden=hidden)
exercise.stratum(lambda name: linearity.class_of(name))
exercise.texts(
    formula=lambda f: linearity.latex(f),
    at_zero=lambda name, c: linearity.shown(value(name, c, [0, 0])),
    proof=lambda name, c: linearity.proof(name, c),
    inputs=lambda name, c: linearity.witness_explained(name, c),
)


@exercise.instance
def draw(rng):
    """Each class is equally frequent."""
    name, c = linearity.draw(rng, linearity.names_of(rng.choice([LINEAR, AFFINE, NEITHER])))
    return dict(f=linearity.components(name, c), name=name, c=c)


@exercise.part(Choice(linear="linear", affine="affine but not linear", neither="neither"), weight=0.5)
def answer(name):
    """Linear, affine or neither"""
    return linearity.class_of(name)


@exercise.part("2 2 | undefined", weight=0.5)
def witness(name, c):
    r"""A proof that $f$ is not linear

    Either two vectors with $f(\mathbf u + \mathbf v) \ne f(\mathbf u) + f(\mathbf v)$, as the rows of a matrix:
    `[[u1, u2], [v1, v2]]`. Or a vector and a number with $f(\alpha\mathbf u) \ne \alpha f(\mathbf u)$, as a row:
    `[[u1, u2, alpha]]`. If $f$ is linear, there are none: send `undefined`.
    """
    return linearity.first_witness(name, c)


def called(chosen, right):
    """One class taken for another."""
    return lambda reference: chosen if reference == right else None


answer.oracle(lambda name, c: linearity.tested(name, c))
answer.wrong("straight-line-means-linear", called(LINEAR, AFFINE), r"ruled out by $f(\mathbf 0) = {{ at_zero }}$")
answer.wrong("nonlinear-called-affine", called(AFFINE, NEITHER), r"ruled out by these numbers, as no constant is left")
answer.wrong("nonlinear-called-linear", called(LINEAR, NEITHER), "ruled out by these numbers")
answer.wrong("linear-called-affine", called(AFFINE, LINEAR), r"ruled out by $f(\mathbf 0) = {{ at_zero }}$")
answer.wrong("linear-called-neither", called(NEITHER, LINEAR), "ruled out by this matrix")
answer.wrong("affine-called-neither", called(NEITHER, AFFINE), "ruled out by this matrix and this constant")
answer.feedback(r"""
    straight-line-means-linear: Its graph is flat, but what must a linear map return at the input $\mathbf 0$?
    nonlinear-called-affine: Subtract $f(\mathbf 0)$. Are values at $\mathbf u$ and $-\mathbf u$ then always opposite?
    nonlinear-called-linear: Compare $f(-\mathbf u)$ with $-f(\mathbf u)$ for a few concrete vectors.
    linear-called-affine: What is $f(\mathbf 0)$? A linear map is affine, too: choose the most precise class.
    linear-called-neither: Both tests are passed here. Which one failed for you? Recompute it.
    affine-called-neither: Subtract $f(\mathbf 0)$ and test again.
""")
answer.hints("Two conditions, not one.", r"$f(\mathbf 0) = \mathbf 0$ is necessary.", "Try a negative multiple, too.")
answer.explained("{{ proof }}")

witness.accepts(lambda answer, name, c: linearity.contradicts(name, c, answer))
witness.oracle(lambda name: linearity.simplest_witness(name))
witness.wrong("no-witness-seen", lambda: UNDEFINED, "right for linear functions only", sometimes_right=True)
witness.wrong("zeros-tested", lambda: np.zeros((2, 2)), r"no proof: both sides are $\mathbf 0$", sometimes_right=True)
witness.feedback(r"""
    no-witness-seen: That claims that both rules hold for all inputs. Did you try $\mathbf 0$, and opposite vectors?
    zeros-tested: At $\mathbf 0$ both sides are $\mathbf 0$ here, which proves nothing. What about other inputs?
""")
witness.hints(r"What is $f(\mathbf 0)$?", r"Try $\mathbf v = -\mathbf u$.", r"Try $\mathbf e_1$ and $\mathbf e_2$.")
witness.explained("{{ inputs }}")
