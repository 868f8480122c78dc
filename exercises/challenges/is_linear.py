r"""# Homogeneous for positive multiples, not additive

Of these four functions of $\mathbf x \in \mathbb R^2$, one satisfies $f(\alpha\mathbf x) = \alpha f(\mathbf x)$ for all
$\mathbf x$ and all $\alpha > 0$, and yet $f(\mathbf u + \mathbf v) \ne f(\mathbf u) + f(\mathbf v)$ for some vectors.
Which one?
"""

import numpy as np

from app.exercise import Choice, Exercise
from exercises.mathematics import linearity
from exercises.mathematics.linearity import AFFINE, LINEAR, names_of, value

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


exercise.stratum(lambda names: next(name for name in names if name in BENT))


def option(id):
    """The text of one option."""

    def shown(names, numbers):
        k = IDS.index(id)
        return linearity.latex(linearity.components(names[k], numbers[k]))

    shown.__name__ = f"f_{id}"
    return shown


for id in IDS:
    exercise.text(option(id))


@exercise.text
def proof(names, numbers):
    k = next(k for k, name in enumerate(names) if name in BENT)
    return linearity.proof(names[k], numbers[k])


def the_one_of(group, names):
    return next(id for id, name in zip(IDS, names) if name in group)


@exercise.part(Choice(**{id: f"$f(\\mathbf x) = {{{{ f_{id} }}}}$" for id in IDS}))
def answer(names):
    """The function"""
    return the_one_of(BENT, names)


@answer.oracle
def at_random_points(names, numbers):
    """The one that passes the first test at all points and the second not at all."""
    rng = np.random.default_rng(1)
    points = [(rng.normal(size=2), rng.normal(size=2), rng.uniform(2, 3)) for _ in range(20)]
    for id, *f in zip(IDS, names, numbers):
        homogeneous = [np.allclose(value(*f, alpha * u), alpha * value(*f, u)) for u, v, alpha in points]
        additive = [np.allclose(value(*f, u + v), value(*f, u) + value(*f, v)) for u, v, alpha in points]
        if all(homogeneous) and not all(additive):
            return id
    return None


answer.wrong("squares-grow-alike", lambda names: the_one_of(CURVED, names), "not homogeneous")
answer.wrong(
    "linear-chosen", lambda names: the_one_of(GROUPS[2], names), "linear, so that the second rule holds as well"
)
answer.wrong(
    "constant-overlooked", lambda names: the_one_of(GROUPS[3], names), "not homogeneous: the constant stays as it is"
)
answer.feedback(r"""
    squares-grow-alike: Double the input: does every term double, or does one of them grow more?
    linear-chosen: The first rule holds for this one. Have you found $\mathbf u$ and $\mathbf v$ for which the second
        fails?
    constant-overlooked: Double the input: what happens to the constant?
""")
answer.hints(
    "Double the input in each function. In which does the value double?",
    r"Two are left. Try opposite vectors in the second rule.",
)
answer.explained(
    r"A factor $\alpha > 0$ comes out of $\lvert\cdot\rvert$, $\max$ and the norm, but not out of a product or a"
    r" square, and a constant does not grow with it. Only one of the other two is not additive. {{ proof }}"
)
