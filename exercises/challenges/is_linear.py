r"""# Homogeneous for positive multiples, not additive

Of these four functions of $\mathbf x \in \mathbb R^2$, one satisfies $f(\alpha\mathbf x) = \alpha f(\mathbf x)$ for all
$\mathbf x$ and all $\alpha > 0$, and yet $f(\mathbf u + \mathbf v) \ne f(\mathbf u) + f(\mathbf v)$ for some vectors.
Which one?
"""

from app.exercise import Choice, Exercise
from exercises.mathematics import linearity
from exercises.mathematics.linearity import AFFINE, LINEAR, names_of

BENT, CURVED = ["absolute", "relu", "norm", "maximum"], ["product", "square"]
GROUPS = [BENT, CURVED, names_of(LINEAR), names_of(AFFINE)]
IDS = "abcd"

exercise = Exercise(given=dict(a=list, b=list, c=list, d=list), hidden=dict(names=list, numbers=list))


@exercise.instance
def draw(rng):
    """One function of each group, in any order."""
    drawn = [linearity.draw(rng, group) for group in GROUPS]
    names, numbers = zip(*(drawn[k] for k in rng.permutation(4)))
    functions = dict(zip(IDS, map(linearity.components, names, numbers)))
    return dict(functions, names=list(names), numbers=list(numbers))


def the_one_of(group, names):
    return next(id for id, name in zip(IDS, names) if name in group)


exercise.stratum(lambda names: next(name for name in names if name in BENT))
exercise.texts(
    f_a=lambda a: linearity.latex(a),
    f_b=lambda b: linearity.latex(b),
    f_c=lambda c: linearity.latex(c),
    f_d=lambda d: linearity.latex(d),
    proof=lambda names, numbers: next(linearity.not_additive(*f) for f in zip(names, numbers) if f[0] in BENT),
)


@exercise.part(Choice(**{id: f"$f(\\mathbf x) = {{{{ f_{id} }}}}$" for id in IDS}))
def answer(names):
    """The function"""
    return the_one_of(BENT, names)


@answer.oracle
def at_random_points(names, numbers):
    """The only one that passes the first test at all points and not the second."""
    passed = [linearity.rules(*f, factors=(0, 3)) for f in zip(names, numbers)]
    return IDS[passed.index((False, True))]


answer.wrong("squares-grow-alike", lambda names: the_one_of(CURVED, names), "not homogeneous")
answer.wrong("linear-chosen", lambda names: the_one_of(GROUPS[2], names), "linear, so that the second rule holds, too")
answer.wrong("constant-overlooked", lambda names: the_one_of(GROUPS[3], names), "not homogeneous: the constant stays")
answer.feedback(r"""
    squares-grow-alike: Double the input: does every term double, or does one of them grow more?
    linear-chosen: The first rule holds. For which $\mathbf u$ and $\mathbf v$ did the second fail?
    constant-overlooked: Double the input: what happens to the constant?
""")
answer.hints("In which functions does the value double with the input?", "Try opposite vectors in the second rule.")
answer.explained(
    r"A factor $\alpha > 0$ comes out of $\lvert\cdot\rvert$, $\max$ and the norm, but not out of a product or a"
    r" square, and a constant does not grow with it. Only one of the other two is not additive. {{ proof }}"
)
