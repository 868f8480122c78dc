r"""Maps $\mathbb R^2\to\mathbb R$ and $\mathbb R^2\to\mathbb R^2$ that are linear, affine or neither.

A map is a name and three numbers; `FORMULAS` says its class, its components and how to compute them.
"""

import re

import numpy as np

from app.exercise import UNDEFINED, values_latex
from exercises.mathematics.drawing import ints
from exercises.mathematics.terms import column_latex

LINEAR, AFFINE, NEITHER = "linear", "affine", "neither"
FORMULAS = {
    "form": (LINEAR, ["{a}*x1 + {b}*x2"], lambda a, b, c, x, y: [a * x + b * y]),
    "rotation": (LINEAR, ["{a}*x2", "-{a}*x1"], lambda a, b, c, x, y: [a * y, -a * x]),
    "projection": (LINEAR, ["{b}*x1", "0"], lambda a, b, c, x, y: [b * x, 0 * y]),
    # The constant cancels.
    "difference": (
        LINEAR,
        ["{a}*(x1 + {b}) - {ab} + {c}*x2"],
        lambda a, b, c, x, y: [a * (x + b) - a * b + c * y],
    ),
    "affine-form": (AFFINE, ["{a}*x1 + {b}*x2 + {c}"], lambda a, b, c, x, y: [a * x + b * y + c]),
    "translation": (AFFINE, ["x1 + {a}", "x2 + {b}"], lambda a, b, c, x, y: [x + a, y + b]),
    "affine-map": (AFFINE, ["{a}*x2 + {c}", "x1 - x2"], lambda a, b, c, x, y: [a * y + c, x - y]),
    "product": (NEITHER, ["{a}*x1*x2"], lambda a, b, c, x, y: [a * x * y]),
    "square": (NEITHER, ["{a}*x1**2 + {b}*x2"], lambda a, b, c, x, y: [a * x**2 + b * y]),
    "absolute": (NEITHER, ["{a}*abs(x1) + {b}*x2"], lambda a, b, c, x, y: [a * abs(x) + b * y]),
    "relu": (NEITHER, ["max(x1, 0)", "{a}*x2"], lambda a, b, c, x, y: [max(x, 0), a * y]),
    "norm": (NEITHER, ["{a}*sqrt(x1**2 + x2**2)"], lambda a, b, c, x, y: [a * np.hypot(x, y)]),
    "maximum": (NEITHER, ["{a}*max(x1, x2)"], lambda a, b, c, x, y: [a * max(x, y)]),
}
LATEX = {
    "sqrt(x1**2 + x2**2)": r"\lVert\mathbf x\rVert_2",
    "abs(x1)": r"\lvert x_1\rvert",
    "max(": r"\max(",
    "**2": "^2",
    "x1": "x_1",
    "x2": "x_2",
    "*": "",
}


def names_of(wanted):
    """The maps of a class."""
    return [name for name, (its_class, *_) in FORMULAS.items() if its_class == wanted]


def draw(rng, names):
    """One of these maps and its numbers."""
    return str(rng.choice(names)), ints(rng, -5, 5, 3).tolist()


def value(name, numbers, x):
    """The value at a point with two entries, as an array of one or two."""
    return np.array(FORMULAS[name][2](*numbers, *np.ravel(x)), dtype=float)


def components(name, numbers):
    """The components as expressions in `x1` and `x2`, without two signs in a row and without factors 1."""
    a, b, c = map(int, numbers)
    filled = [formula.format(a=a, b=b, c=c, ab=a * b) for formula in FORMULAS[name][1]]
    tidy = [one.removeprefix("--").replace("+ -", "- ").replace("- -", "+ ") for one in filled]
    return [re.sub(r"\b1\*", "", one) for one in tidy]


def latex(components):
    """Expressions as LaTeX: a number, or a column of them."""
    for python, shown in LATEX.items():
        components = [component.replace(python, shown) for component in components]
    if len(components) == 1:
        return components[0]
    return column_latex(components)


def class_of(name):
    """Linear, affine or neither."""
    return FORMULAS[name][0]


def first_witness(name, numbers):
    """Two simple vectors, as rows, on which additivity fails; `UNDEFINED` for a linear map."""
    zero, one, other = np.eye(3, 2, -1)
    pairs = [np.array(pair) for pair in ((zero, zero), (one, [-1, 0]), (one, other))]
    return next((pair for pair in pairs if contradicts(name, numbers, pair) is True), UNDEFINED)


def contradicts(name, numbers, witness):
    """Whether f is not linear on these inputs, or a sentence that says why nothing follows from them.

    Two rows u and v are for additivity; three numbers, the entries of u and a factor, for homogeneity;
    `UNDEFINED` says that no inputs do it.
    """
    if witness is UNDEFINED:
        return class_of(name) == LINEAR
    if np.shape(witness) == (2, 2):
        u, v = witness
        left, right = value(name, numbers, u + v), value(name, numbers, u) + value(name, numbers, v)
        rule = r"f(\mathbf u + \mathbf v)", r"f(\mathbf u) + f(\mathbf v)"
    elif np.size(witness) == 3:
        *u, factor = np.ravel(witness)
        u = np.array(u)
        left, right = value(name, numbers, factor * u), factor * value(name, numbers, u)
        rule = r"f(\alpha\mathbf u)", r"\alpha f(\mathbf u)"
    else:
        return "Send two rows, $\\mathbf u$ and $\\mathbf v$, as in `[[1, 2], [3, 4]]`, or $u_1, u_2, \\alpha$."
    if not np.all(np.isfinite([left, right])):
        return "These numbers are too large to compute with. Small whole numbers are enough."
    if np.abs(left - right).max() > 1e-9 * max(1.0, np.abs([left, right]).max()):
        return True
    return f"For these inputs ${rule[0]}$ and ${rule[1]}$ are the same, so they prove nothing. Do others?"


def rules(name, numbers, start=0.0, factors=(-2, 2)):
    """Whether the map minus `start` is additive, and whether it is homogeneous for such factors: random tests."""
    rng = np.random.default_rng(1)

    def f(x):
        return value(name, numbers, x) - start

    pairs = rng.normal(size=(20, 2, 2))
    additive = all(np.allclose(f(u + v), f(u) + f(v)) for u, v in pairs)
    homogeneous = all(np.allclose(f(a * u), a * f(u)) for (u, _), a in zip(pairs, rng.uniform(*factors, 20)))
    return additive, homogeneous


def tested(name, numbers):
    """The class, found with random tests of the map minus its constant, for oracles."""
    start = value(name, numbers, [0, 0])
    if not all(rules(name, numbers, start)):
        return NEITHER
    return AFFINE if start.any() else LINEAR


def simplest_witness(name):
    """Zeros show a constant, opposite vectors a corner or a square, a product needs two directions."""
    bent = np.array([[1, 0], [0, 1] if name == "product" else [-1, 0]])
    return {LINEAR: UNDEFINED, AFFINE: np.zeros((2, 2)), NEITHER: bent}[class_of(name)]


def shown(values):
    """A value of f in LaTeX: a number, or a column."""
    return values_latex(values[0] if values.size == 1 else values[:, None])


def not_additive(name, numbers):
    """In Markdown two vectors on which additivity fails."""
    u, v = first_witness(name, numbers)
    sides = shown(value(name, numbers, u + v)), shown(value(name, numbers, u) + value(name, numbers, v))
    return (
        rf"Take $\mathbf u = {values_latex(u[:, None])}$ and $\mathbf v = {values_latex(v[:, None])}$:"
        rf" $f(\mathbf u + \mathbf v) = {sides[0]}$, but $f(\mathbf u) + f(\mathbf v) = {sides[1]}$."
    )


def witness_explained(name, numbers):
    """In Markdown which inputs break a rule, and that there are none for a linear map."""
    if class_of(name) == LINEAR:
        return r"A matrix represents $f$, so both rules hold for all inputs: there are none to send, `undefined`."
    return f"{not_additive(name, numbers)} As rows: ${values_latex(first_witness(name, numbers))}$."


def proof(name, numbers):
    """In Markdown why f is linear, affine or neither: its matrix and constant, or two sides that differ."""
    start = value(name, numbers, [0, 0])
    if class_of(name) == NEITHER:
        return (
            rf"{not_additive(name, numbers)} As $f(\mathbf 0) = {shown(start)}$, there is no constant to blame:"
            " $f$ is neither."
        )
    A = np.column_stack([value(name, numbers, x) - start for x in np.eye(2)])
    if class_of(name) == LINEAR:
        return (
            rf"$f(\mathbf x) = {values_latex(A)}\,\mathbf x$ for every $\mathbf x$: a matrix represents $f$, so it is"
            " linear, and no inputs break a rule."
        )
    affine = (
        rf"$f(\mathbf x) = {values_latex(A)}\,\mathbf x + {shown(start)}$ has a constant that is not"
        rf" $\mathbf 0$: affine, not linear. Already $\mathbf u = \mathbf v = \mathbf 0$ proves it, as"
        rf" $f(\mathbf 0) \ne f(\mathbf 0) + f(\mathbf 0)$."
    )
    return affine.replace("+ -", "- ")
