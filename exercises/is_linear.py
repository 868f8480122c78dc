r"""# Linear, affine or neither?

For $\mathbf x \in \mathbb R^2$ let

$$f(\mathbf x) = {{ formula }}$$

Is $f$ linear, affine but not linear, or neither? If it is not linear, give inputs that prove it.
"""

import numpy as np

from app.exercise import UNDEFINED, Choice, Exercise
from exercises.mathematics import linearity
from exercises.mathematics.linearity import AFFINE, LINEAR, NEITHER, value

exercise = Exercise(
    number=6, topic="functions", section="Linear maps", given=dict(f=list), hidden=dict(name=str, c=list)
)


@exercise.instance
def draw(rng):
    """Each class is equally frequent."""
    name, c = linearity.draw(rng, linearity.names_of(rng.choice([LINEAR, AFFINE, NEITHER])))
    return dict(f=linearity.components(name, c), name=name, c=c)


exercise.stratum(lambda name: name)
exercise.texts(formula=lambda f: linearity.latex(f), at_zero=lambda name, c: linearity.shown(value(name, c, [0, 0])))


@exercise.text
def proof(name, c):
    """Two sides that differ, or the matrix that represents f."""
    return linearity.proof(name, c)


@exercise.text
def found(name):
    return "No inputs break a rule" if name in linearity.names_of(LINEAR) else "The inputs found above, as rows"


@exercise.part(Choice(linear="linear", affine="affine but not linear", neither="neither"), weight=0.5)
def answer(name):
    """Linear, affine or neither"""
    return linearity.FORMULAS[name][0]


@exercise.part("2 2 | undefined", weight=0.5)
def witness(name, c):
    r"""A proof that $f$ is not linear

    Either two vectors with $f(\mathbf u + \mathbf v) \ne f(\mathbf u) + f(\mathbf v)$, as the rows of a matrix:
    `[[u1, u2], [v1, v2]]`. Or a vector and a number with $f(\alpha\mathbf u) \ne \alpha f(\mathbf u)$, as a row:
    `[[u1, u2, alpha]]`. If $f$ is linear, there are none: send `undefined`.
    """
    inputs = linearity.first_witness(name, c)
    return UNDEFINED if inputs is None else inputs


@witness.accepts
def contradiction(answer, name, c):
    if answer is UNDEFINED:
        return linearity.first_witness(name, c) is None
    return linearity.contradicts(name, c, answer)


@answer.oracle
def at_random_points(name, c):
    """Whether f − f(0) is additive and homogeneous at random points, and whether f(0) is 0."""
    rng, start = np.random.default_rng(1), value(name, c, [0, 0])
    for _ in range(20):
        u, v, factor = rng.normal(size=2), rng.normal(size=2), rng.normal()
        at_u, at_v, at_both, at_multiple = (value(name, c, x) - start for x in (u, v, u + v, factor * u))
        if not np.allclose(at_both, at_u + at_v) or not np.allclose(at_multiple, factor * at_u):
            return NEITHER
    return AFFINE if start.any() else LINEAR


@witness.oracle
def by_class(name):
    """Zeros show a constant, opposite vectors a corner or a square, a product needs two directions."""
    its_class = linearity.FORMULAS[name][0]
    if its_class == LINEAR:
        return UNDEFINED
    v = [0, 1] if name == "product" else [-1, 0]
    return np.zeros((2, 2)) if its_class == AFFINE else np.array([[1, 0], v])


def called(chosen, right):
    """One class taken for another."""
    return lambda reference: chosen if reference == right else None


answer.wrong("straight-line-means-linear", called(LINEAR, AFFINE), r"ruled out by $f(\mathbf 0) = {{ at_zero }}$")
answer.wrong("nonlinear-called-affine", called(AFFINE, NEITHER), r"ruled out by these numbers, as no constant is left")
answer.wrong("nonlinear-called-linear", called(LINEAR, NEITHER), "ruled out by these numbers")
answer.wrong("linear-called-affine", called(AFFINE, LINEAR), r"ruled out by $f(\mathbf 0) = {{ at_zero }}$")
answer.wrong("linear-called-neither", called(NEITHER, LINEAR), "ruled out by this matrix")
answer.wrong("affine-called-neither", called(NEITHER, AFFINE), "ruled out by this matrix and this constant")
answer.feedback(r"""
    straight-line-means-linear: Its graph is flat, but try the input $\mathbf 0$: what must a linear map return there?
    nonlinear-called-affine: Remove the constant term: does what is left double when the input doubles, for every input,
        also negative ones?
    nonlinear-called-linear: Test $f(\mathbf u + \mathbf v)$ against $f(\mathbf u) + f(\mathbf v)$ with one concrete
        pair, and $f(-\mathbf u)$ against $-f(\mathbf u)$.
    linear-called-affine: Simplify the expression, then look at its value at $\mathbf 0$. A linear map is affine with
        zero constant; choose the most precise class.
    linear-called-neither: Both tests are passed here. Which one failed for you? Recompute it.
    affine-called-neither: Subtract $f(\mathbf 0)$ and test again.
""")
witness.wrong(
    "no-witness-seen",
    lambda reference: None if reference is UNDEFINED else UNDEFINED,
    "right for linear functions only",
)
witness.wrong(
    "zeros-tested",
    lambda name, c: None if value(name, c, [0, 0]).any() else np.zeros((2, 2)),
    r"no proof: $f(\mathbf 0) = f(\mathbf 0) + f(\mathbf 0)$ holds here",
)
witness.feedback(r"""
    no-witness-seen: That claims that both rules hold for all inputs. Did you try $\mathbf 0$, and opposite vectors?
    zeros-tested: At $\mathbf 0$ both sides are $\mathbf 0$ here, which proves nothing. Try other inputs.
""")

answer.hints(
    "Two conditions, not one.",
    r"$f(\mathbf 0) = \mathbf 0$ is necessary.",
    "It is not sufficient: try a negative multiple.",
)
witness.hints(
    r"What is $f(\mathbf 0)$? Zeros are vectors, too.",
    r"Try opposite vectors: $\mathbf u$ and $\mathbf v = -\mathbf u$.",
    r"Try $\mathbf u = \mathbf e_1$ and $\mathbf v = \mathbf e_2$.",
)
answer.explained("{{ proof }}")
witness.explained("{{ found }}: ${{ reference }}$.")
