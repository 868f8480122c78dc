"""The lecture's nine exercises over HTTP: right answers and known mistakes, worked out here from the data alone.

Nothing of the service or of the exercises is used to work them out. Derivatives are finite differences,
shapes are those that numpy returns, and every mistake has its formula a second time.
"""

from itertools import chain
from types import SimpleNamespace

import numpy as np
import pytest

LEVELS = ["hand", "numpy"]
UNDEFINED = "undefined"


def cases(seeds):
    """Exercise, level and seed for the parameters of a test; `seeds` says how many seeds each exercise gets."""
    every = [(name, level, seed) for name, count in seeds.items() for level in LEVELS for seed in range(count)]
    return pytest.mark.parametrize(("exercise", "level", "seed"), every)


# Over HTTP ----------------------------------------------------------------------------------------


def draw(client, exercise, level, seed):
    """A fresh instance."""
    drawn = client.post(f"/exercises/{exercise}/instances", json={"level": level, "seed": seed})
    assert drawn.status_code == 201, drawn.text
    return drawn.json()


def send(client, instance, answers):
    """The raw reply to an attempt."""
    body = {"answers": {part: as_json(value) for part, value in answers.items()}}
    return client.post(f"/instances/{instance['id']}/attempts", json=body)


def attempt(client, instance, answers):
    """An attempt that can be read."""
    reply = send(client, instance, answers)
    assert reply.status_code == 201, reply.text
    return reply.json()


def as_json(value):
    """An array as nested lists, a shape as a list; the shape of a scalar has no sizes to list."""
    if isinstance(value, tuple):
        return list(value) or "scalar"
    return np.asarray(value).tolist() if isinstance(value, np.ndarray) else value


# Mathematics --------------------------------------------------------------------------------------


def col(entries):
    return np.reshape(entries, (-1, 1))


def row(entries):
    return np.reshape(entries, (1, -1))


def arrays(data, *names):
    """The lists in the data as arrays; vectors are flat here, as they are there."""
    return [np.array(data[name], dtype=float) for name in names]


def jacobian(f, at, h=1e-4):
    """Outputs × inputs, by central differences. They are exact for squares, and no kink is as near as h."""
    steps = h * np.eye(len(at))
    return np.stack([(f(at + step) - f(at - step)) / (2 * h) for step in steps], axis=-1)


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def relu(t):
    return np.maximum(t, 0.0)


ACTIVATIONS = {"sigmoid": sigmoid, "relu": relu, "tanh": np.tanh}
SLOPES = {
    "sigmoid": lambda t: np.exp(-t) / (1 + np.exp(-t)) ** 2,
    "relu": lambda t: np.heaviside(t, 0.0),
    "tanh": lambda t: 1 / np.cosh(t) ** 2,
}
INVERSES = {"sigmoid": lambda y: -np.log(1 / y - 1), "tanh": lambda y: np.log((1 + y) / (1 - y)) / 2}


def perceptron(data):
    """The givens of a perceptron and what follows from them. Where y0 is shown, it tells a, and b is None."""
    (W, x), name = arrays(data, "W", "x0"), data["activation"]
    b = np.array(data["b"], dtype=float) if "b" in data else None
    a = INVERSES[name](np.array(data["y0"])) if b is None else W @ x + b
    sigma, slope = ACTIVATIONS[name], SLOPES[name]
    return SimpleNamespace(
        name=name, W=W, x=x, b=b, a=a, y=sigma(a), k=data["d"] - 1, n=len(W), sigma=sigma, slope=slope, slopes=slope(a)
    )


# Right answers ------------------------------------------------------------------------------------


def result_shape(operands, formula):
    """What numpy makes of arrays of these shapes; `optimize` keeps sums over 99⁴ terms quick."""
    ones = [np.ones(shape) for shape in operands]
    if formula == "kron":
        return np.kron(*ones).shape
    try:
        return np.einsum(formula, *ones, optimize=True).shape
    except ValueError:
        return UNDEFINED


def solve_puzzles(data):
    return {part: result_shape(**figure) for part, figure in data.items()}


def solve_op_shape(data):
    return {"answer": result_shape(**data)}


def solve_relu(data, h=1e-3):
    """Where the slopes from the left and from the right differ, the convention decides."""
    answers = {}
    for number, x in enumerate(data["x"], 1):
        left, right = (relu(x) - relu(x - h)) / h, (relu(x + h) - relu(x)) / h
        at_kink = UNDEFINED if data["convention"] == "math" else 0
        answers[f"at_{number}"] = round(left, 6) if abs(right - left) < 0.5 else at_kink
    return answers


def solve_sigmoid(data):
    x = data["x0"] if "x0" in data else INVERSES["sigmoid"](data["s"])
    return {"answer": jacobian(sigmoid, np.array([x])).item()}


def solve_affine_form(data):
    w, x0 = arrays(data, "w", "x0")
    return {"answer": jacobian(lambda x: data["b"] + w @ x, x0)}


def solve_squared_norm(data):
    m, x0 = arrays(data, "m", "x0")
    return {"answer": jacobian(lambda x: data["c"] * np.sum((x - m) ** 2), x0)}


def solve_perceptron(data):
    p = perceptron(data)
    b, w = p.a - p.W @ p.x, p.W[:, p.k]  # this b fits the forward pass, whether it is shown or not

    def a_by_column(column):
        rest = np.delete(p.W, p.k, axis=1) @ np.delete(p.x, p.k) + b
        return column * p.x[p.k] + rest

    return {
        "da_dx": jacobian(lambda x: p.W @ x + b, p.x),
        "da_db": jacobian(lambda bias: p.W @ p.x + bias, b),
        "da_dwd": jacobian(a_by_column, w),
        "dy_da": jacobian(p.sigma, p.a),
        "dy_dx": jacobian(lambda x: p.sigma(p.W @ x + b), p.x),
        "dy_db": jacobian(lambda bias: p.sigma(p.W @ p.x + bias), b),
        "dy_dwd": jacobian(lambda column: p.sigma(a_by_column(column)), w),
    }


def residual(data, theta):
    """Wθ − y, entry by entry."""
    products = [sum(w * t for w, t in zip(weights, theta, strict=True)) for weights in data["W"]]
    return np.array([product - target for product, target in zip(products, data["y"], strict=True)])


def loss(data, theta):
    return sum(entry**2 for entry in residual(data, theta))


def solve_ls_gradient(data):
    (theta0,) = arrays(data, "theta0")
    return {"answer": jacobian(lambda theta: loss(data, theta), theta0)}


def solve_ls_steps(data):
    """Parts whose orientation is graded say row or column."""
    (theta0,) = arrays(data, "theta0")
    a, slopes = residual(data, theta0), jacobian(lambda theta: loss(data, theta), theta0)
    return {
        "a": a,
        "r": loss(data, theta0),
        "dr_da": row(jacobian(lambda v: np.sum(v**2), a)),
        "da_dtheta": jacobian(lambda theta: residual(data, theta), theta0),
        "dr_dtheta": row(slopes),
        "gradient": col(slopes),
    }


SOLVERS = {
    "tensor-puzzles": solve_puzzles,
    "tensor-op-shape": solve_op_shape,
    "relu-derivative": solve_relu,
    "sigmoid-derivative": solve_sigmoid,
    "gradient-affine-form": solve_affine_form,
    "gradient-squared-norm": solve_squared_norm,
    "perceptron-jacobians": solve_perceptron,
    "ls-gradient": solve_ls_gradient,
    "ls-steps": solve_ls_steps,
}


@cases(dict.fromkeys(SOLVERS, 8))
def test_what_follows_from_the_data_is_correct(client, exercise, level, seed):
    instance = draw(client, exercise, level, seed)
    answers = SOLVERS[exercise](instance["data"])
    assert list(answers) == [part["id"] for part in instance["parts"]]
    marked = attempt(client, instance, answers)
    assert {part: verdict["status"] for part, verdict in marked["parts"].items()} == dict.fromkeys(answers, "correct")
    assert marked["score"] == 1.0


# Mistakes -----------------------------------------------------------------------------------------
#
# For each part what every misconception makes of the data, in the order in which they win ties. None
# where one does not apply: it needs something that is not shown, or it happens to give the truth.


def unlike(truth, value):
    """A value that on some instances is the right answer, and then no mistake."""
    return None if alike(value, truth) else value


def shape_mistakes(operands, formula):
    truth = result_shape(operands, formula)
    defined, kronecker = truth != UNDEFINED, formula == "kron"
    sizes = {} if kronecker else first_sizes(operands, formula)
    result = formula.split("->")[-1]
    return {
        "forced-to-fit": None if defined else tuple(sizes[letter] for letter in result),
        "called-undefined": UNDEFINED if defined else None,
        "nothing-summed": unlike(truth, tuple(size for shape in operands for size in shape)),
        "summed-way-kept": None if kronecker else unlike(truth, tuple(sizes.values())),
        "outer-taken-for-inner": () if formula in ("i,j->ij", "ij,k->ijk", "i,j,k->ijk") else None,
        "reversed": unlike(truth, truth[::-1]) if defined else None,
        "shape-of-first-operand": unlike(truth, tuple(operands[0])),
    }


def other_size(operands, formula):
    """Where two sizes do not fit, the shape made of those met last, if it is not the one made of the first."""
    if result_shape(operands, formula) != UNDEFINED:
        return None
    inputs, result = formula.split("->")
    first = first_sizes(operands, formula)
    last = dict(zip(inputs.replace(",", ""), chain(*operands), strict=True))
    return unlike(tuple(first[letter] for letter in result), tuple(last[letter] for letter in result))


def first_sizes(operands, formula):
    """The size of every index where it appears first, as if later ones could not differ."""
    letters = formula.split("->")[0].replace(",", "")
    sizes = {}
    for letter, size in zip(letters, chain(*operands), strict=True):
        sizes.setdefault(letter, size)
    return sizes


def kronecker_mistakes(operands, formula):
    if formula != "kron":
        return {"kronecker-sizes-added": None, "kronecker-taken-for-product": None}
    (m, n), (p, q) = operands
    return {"kronecker-sizes-added": (m + p, n + q), "kronecker-taken-for-product": (m, q)}


def puzzle_mistakes(data):
    return {part: shape_mistakes(**figure) for part, figure in data.items()}


def op_shape_mistakes(data):
    other = {"forced-to-the-other": other_size(**data)}
    return {"answer": shape_mistakes(**data) | other | kronecker_mistakes(**data)}


def relu_mistakes(data):
    return {f"at_{number}": relu_mistakes_at(x, data["convention"]) for number, x in enumerate(data["x"], 1)}


def relu_mistakes_at(x, convention):
    undefined_at_kink = convention == "math"
    return {
        "value-instead": x if x > 0 else None,
        "zero-at-kink": 0 if x == 0 and undefined_at_kink else None,
        "one-at-kink": 1 if x == 0 else None,
        "half-at-kink": 0.5 if x == 0 else None,
        "undefined-despite-convention": UNDEFINED if x == 0 and not undefined_at_kink else None,
        "sides-exchanged": None if x == 0 else int(x < 0),
        "minus-one-on-the-left": -1 if x < 0 else None,
        "undefined-on-the-left": UNDEFINED if x < 0 else None,
    }


def sigmoid_mistakes(data):
    x = data["x0"] if "x0" in data else INVERSES["sigmoid"](data["s"])
    s = sigmoid(x)
    mistakes = {
        "value-instead": s,
        "only-one-minus-sigma": 1 - s,
        "squared": s * s,
        "minus-sign": s * s - s,
        "tanh-formula": 1 - s * s,
        "plus-instead-of-minus": s + s * s,
        "x-inside-the-formula": x - x * x,
        "half-substituted": s - s * x,
    }
    return {"answer": mistakes}


def affine_form_mistakes(data):
    (w, x0), b = arrays(data, "w", "x0"), data["b"]
    mistakes = {
        "row-layout": row(w),
        "point-instead": col(x0),
        "value-instead": b + w @ x0,
        "still-contains-x": col(w * x0),
        "constant-kept": col(w + b),
        "constant-prepended": col([b, *w]),
        "entries-summed": sum(w),
    }
    return {"answer": mistakes}


def squared_norm_mistakes(data):
    (m, x0), c = arrays(data, "m", "x0"), data["c"]
    gap, moved = x0 - m, any(m)
    mistakes = {
        "row-layout": row(2 * c * gap),
        "factor-two-lost": col(c * gap),
        "squares-kept": col(c * gap**2),
        "two-times-squares": col(2 * c * gap**2),
        "value-instead": c * (gap @ gap),
        "entries-summed": 2 * c * sum(gap),
        "gradient-of-the-norm": col(c * gap / (gap @ gap) ** 0.5),
        "shift-forgotten": col(2 * c * x0) if moved else None,
        "shift-sign": col(2 * c * (x0 + m)) if moved else None,
        "scale-forgotten": col(2 * gap) if moved else None,
    }
    return {"answer": mistakes}


def da_dx_mistakes(p):
    return {
        "transposed": p.W.T,
        "value-instead": col(p.a),
        "still-contains-x": p.W * p.x,
        "activation-included": col(p.slopes) * p.W,
        "rows-summed": col(p.W.sum(axis=1)),
    }


def da_db_mistakes(p):
    return {
        "vector-of-ones": np.ones((p.n, 1)),
        "all-ones": np.ones((p.n, p.n)),
        "scalar-one": 1,
        "size-of-input": np.eye(len(p.x)),
        "bias-on-diagonal": None if p.b is None else np.diag(p.b),
        "zero": np.zeros((p.n, p.n)),
        "activation-included": np.diag(p.slopes),
    }


def da_dwd_mistakes(p):
    x_d = p.x[p.k]
    return {
        "scalar-only": x_d,
        "vector-instead": x_d * np.ones((p.n, 1)),
        "full-matrix": x_d * np.ones((p.n, p.n)),
        "input-forgotten": np.eye(p.n),
        "index-slip": neighbour(p) * np.eye(p.n),
        "size-of-input": x_d * np.eye(len(p.x)),
        "whole-input-row": row(p.x),
        "weights-instead": col(p.W[:, p.k]),
    }


def neighbour(p):
    """The entry before x_d; the second for the first."""
    return p.x[p.k - 1] if p.k else p.x[1]


def dy_da_mistakes(p):
    sigmoids = p.name == "sigmoid"
    return {
        "vector-not-matrix": col(p.slopes),
        "value-on-diagonal": np.diag(p.y),
        "formula-on-a": np.diag(p.a - p.a**2) if sigmoids and p.b is not None else None,
        "other-activation": np.diag(1 - p.y**2 if sigmoids else p.y - p.y**2),
        "rows-repeated": np.array([p.slopes] * p.n),
        "identity": np.eye(p.n),
        "diagonal-of-a": None if p.b is None else np.diag(p.a),
    }


def dy_dx_mistakes(p):
    truth = col(p.slopes) * p.W
    return {
        "transposed": truth.T,
        "activation-slope-forgotten": p.W,
        "weights-forgotten": np.diag(p.slopes),
        "sigma-not-differentiated": col(p.y) * p.W,
        "slope-at-x": p.W * p.slope(p.x),
        "bias-forgotten": None if p.b is None else unlike(truth, col(p.slope(p.W @ p.x)) * p.W),
        "rows-not-scaled-separately": sum(p.slopes) / p.n * p.W,
        "collapsed-to-row": row(truth.sum(axis=0)),
    }


def dy_db_mistakes(p):
    truth = np.diag(p.slopes)
    return {
        "vector-not-matrix": col(p.slopes),
        "activation-slope-forgotten": np.eye(p.n),
        "slope-at-b": None if p.b is None else unlike(truth, np.diag(p.slope(p.b))),
        "sigma-not-differentiated": np.diag(p.y),
        "multiplied-by-b": None if p.b is None else unlike(truth, np.diag(p.slopes * p.b)),
        "multiplied-by-weights": col(p.slopes) * p.W,
    }


def dy_dwd_mistakes(p):
    x_d, w_d = p.x[p.k], p.W[:, p.k]
    truth = np.diag(x_d * p.slopes)
    return {
        "vector-not-matrix": col(x_d * p.slopes),
        "input-forgotten": unlike(truth, np.diag(p.slopes)),
        "activation-slope-forgotten": x_d * np.eye(p.n),
        "index-slip": np.diag(neighbour(p) * p.slopes),
        "one-column-in-preactivation": (
            None if p.b is None else unlike(truth, np.diag(x_d * p.slope(w_d * x_d + p.b)))
        ),
        "whole-weight-matrix": np.outer(p.slopes, p.x),
        "sigma-not-differentiated": np.diag(x_d * p.y),
        "weights-instead": col(p.slopes * w_d),
    }


def perceptron_mistakes(data):
    p = perceptron(data)
    return {
        "da_dx": da_dx_mistakes(p),
        "da_db": da_db_mistakes(p),
        "da_dwd": da_dwd_mistakes(p),
        "dy_da": dy_da_mistakes(p),
        "dy_dx": dy_dx_mistakes(p),
        "dy_db": dy_db_mistakes(p),
        "dy_dwd": dy_dwd_mistakes(p),
    }


def ls_gradient_mistakes(data):
    W, theta0, y = arrays(data, "W", "theta0", "y")
    a = residual(data, theta0)
    half = a @ W  # half of the gradient
    mistakes = {
        "row-layout": row(2 * half),
        "factor-two-lost": col(half),
        "residual-sign": col(-2 * half),
        "targets-forgotten": col(2 * (a + y) @ W),
        "targets-added": col(2 * (a + 2 * y) @ W),
        "inner-derivative-forgotten": col(2 * a),
        "averaged": col(2 * half / len(y)),
        "halved-and-averaged": col(half / len(y)),
        "not-summed-over-rows": 2 * col(a) * W,
        "value-instead": loss(data, theta0),
    }
    return {"answer": mistakes}


def ls_steps_mistakes(data):
    W, theta0, y = arrays(data, "W", "theta0", "y")
    a = residual(data, theta0)
    half = a @ W
    return {
        "a": {"residual-sign": col(-a), "prediction-only": col(a + y)},
        "r": {"norm-not-squared": loss(data, theta0) ** 0.5, "residuals-summed": sum(a)},
        "dr_da": {
            "row-column-exchanged": col(2 * a),
            "factor-two-lost": row(a),
            "residual-sign": row(-2 * a),
            "squares-kept": row(a**2),
        },
        "da_dtheta": {"row-column-exchanged": W.T},
        "dr_dtheta": {
            "row-column-exchanged": col(2 * half),
            "factor-two-lost": row(half),
            "residual-sign": row(-2 * half),
            "stopped-at-a": row(2 * a),
        },
        "gradient": {
            "row-column-exchanged": row(2 * half),
            "factor-two-lost": col(half),
            "residual-sign": col(-2 * half),
            "stopped-at-a": col(2 * a),
        },
    }


MISTAKES = {
    "tensor-puzzles": puzzle_mistakes,
    "tensor-op-shape": op_shape_mistakes,
    "relu-derivative": relu_mistakes,
    "sigmoid-derivative": sigmoid_mistakes,
    "gradient-affine-form": affine_form_mistakes,
    "gradient-squared-norm": squared_norm_mistakes,
    "perceptron-jacobians": perceptron_mistakes,
    "ls-gradient": ls_gradient_mistakes,
    "ls-steps": ls_steps_mistakes,
}

# As many seeds as show every mistake at least once where it wins no tie and loses none; a puzzle has nine parts,
# a shape question has one of two dozen formulas.
SEEDS = dict.fromkeys(MISTAKES, 4) | {"tensor-puzzles": 2, "tensor-op-shape": 24, "perceptron-jacobians": 9}

# What a mistake earns: 0.6 for right values in the wrong orientation, else what is said of it. An id that
# earns different credits in different parts stands behind its part.
CREDITS = {
    "tensor-puzzles": {"reversed": 0.3},
    "tensor-op-shape": {"reversed": 0.3},
    "gradient-affine-form": {"row-layout": 0.6},
    "gradient-squared-norm": {"row-layout": 0.6, "factor-two-lost": 0.4},
    "perceptron-jacobians": {
        "transposed": 0.6,
        "dy_da vector-not-matrix": 0.5,
        "dy_dx activation-slope-forgotten": 0.3,
        "dy_dx weights-forgotten": 0.3,
        "dy_dwd input-forgotten": 0.3,
        "dy_dwd activation-slope-forgotten": 0.3,
    },
    "ls-gradient": {
        "row-layout": 0.6,
        "factor-two-lost": 0.5,
        "averaged": 0.5,
        "halved-and-averaged": 0.5,
        "inner-derivative-forgotten": 0.3,
    },
    "ls-steps": {"row-column-exchanged": 0.6, "factor-two-lost": 0.5},
}


def alike(value, other):
    """Whether a value passes for another one: the same shape, and no entry off by more than the tolerance."""
    if isinstance(value, (str, tuple)) or isinstance(other, (str, tuple)):
        return value == other
    value, other = np.asarray(value), np.asarray(other)
    return value.shape == other.shape and np.max(np.abs(value - other)) <= tolerance(other)


def tolerance(reference):
    """1e-6 for whole numbers, else a thousandth of the largest entry."""
    return 1e-6 if np.allclose(reference, np.round(reference), rtol=0, atol=1e-12) else 1e-3 * np.max(np.abs(reference))


def applying(mistakes):
    """The mistakes of a part that apply: the id, the wrong answer, and the id that it must be given."""
    some = {id: value for id, value in mistakes.items() if value is not None}
    for id, value in some.items():
        yield id, value, next(first for first, other in some.items() if alike(value, other))


@cases(SEEDS)
def test_every_misconception_is_named(client, exercise, level, seed):
    data = draw(client, exercise, level, seed)["data"]
    for part, mistakes in MISTAKES[exercise](data).items():
        for id, wrong, expected in applying(mistakes):
            # A fresh instance each: a value from an earlier attempt could be followed through.
            verdict = attempt(client, draw(client, exercise, level, seed), {part: wrong})["parts"][part]
            assert (verdict["misconception"], id) == (expected, id)
            assert_credit(verdict, exercise, part)


def assert_credit(verdict, exercise, part):
    """The credit and the status that its misconception implies, and a sentence about it."""
    id, credits = verdict["misconception"], CREDITS.get(exercise, {})
    credit = credits.get(f"{part} {id}", credits.get(id))
    assert credit is None or verdict["score"] == credit
    assert verdict["status"] == ("partial" if verdict["score"] else "incorrect")
    assert verdict["score"] < 1
    assert len(verdict["feedback"].split()) > 2
    assert verdict["feedback"][-1] in ".?"


@pytest.mark.parametrize("exercise", MISTAKES)
def test_the_seeds_show_every_misconception_of_the_exercise(client, catalogue, exercise):
    """Otherwise the test above could pass over one that never applies, or that has no formula here."""
    parts = {part.id: part for part in catalogue[exercise].parts}
    every, named = set(), set()
    for level in LEVELS:
        for seed in range(SEEDS[exercise]):
            for part, mistakes in MISTAKES[exercise](draw(client, exercise, level, seed)["data"]).items():
                assert set(mistakes) == {misconception.id for misconception in parts[part].misconceptions}
                question = parts[part].reference.name  # asked in several parts, one of them is enough
                every |= {(question, id) for id in mistakes}
                named |= {(question, expected) for _, _, expected in applying(mistakes)}
    assert every - named == set()


# The lecture's own puzzles ------------------------------------------------------------------------

PUZZLES = {
    "a": ([[8], [6]], "8x6"),
    "b": ([[5], [5]], "scalar"),
    "c": ([[3, 5], [5]], "3"),
    "d": ([[5, 4], [4, 3]], "5x3"),
    "e": ([[3, 4], [3, 6]], "4x6"),
    "f": ([[3, 4, 6], [6, 5]], "3x4x5"),
    "g": ([[2, 3, 6], [4, 3]], "2x4x6"),
    "e2": ([[3, 4], [3, 6]], UNDEFINED),
    "g2": ([[2, 3, 6], [4, 3]], UNDEFINED),
}


def test_seed_0_by_hand_shows_the_puzzles_of_the_lecture(client):
    instance = draw(client, "tensor-puzzles", "hand", 0)
    shown = {part: figure["operands"] for part, figure in instance["data"].items()}
    assert shown == {part: operands for part, (operands, _) in PUZZLES.items()}
    assert attempt(client, instance, {part: answer for part, (_, answer) in PUZZLES.items()})["score"] == 1.0


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("seed", range(1, 5))
def test_e_and_g_are_defined_and_as_written_they_are_not(client, level, seed):
    shapes = solve_puzzles(draw(client, "tensor-puzzles", level, seed)["data"])
    assert [part for part, shape in shapes.items() if shape == UNDEFINED] == ["e2", "g2"]


def test_a_vector_is_no_row_of_a_shape(client):
    """Three numbers are 3 or 3×1, never 1×3."""
    for answer, status in {"3": "correct", "3x1": "correct", "1x3": "incorrect"}.items():
        instance = draw(client, "tensor-puzzles", "hand", 0)
        assert attempt(client, instance, {"c": answer})["parts"]["c"]["status"] == status


# Follow-through -----------------------------------------------------------------------------------

BUILT_ON_DY_DA = ["dy_dx", "dy_db", "dy_dwd"]
BUILT_ON_A = ["r", "dr_da", "dr_dtheta", "gradient"]

some_instances = pytest.mark.parametrize(("level", "seed"), [(level, seed) for level in LEVELS for seed in range(3)])


def products_of(dy_da, data):
    """The last three Jacobians, as somebody computes them from this ∂y/∂a."""
    p = perceptron(data)
    return {"dy_dx": dy_da @ p.W, "dy_db": dy_da, "dy_dwd": p.x[p.k] * dy_da}


def steps_from(a, data):
    """The steps of least squares, as somebody computes them from this residual."""
    (W,) = arrays(data, "W")
    return {"r": a @ a, "dr_da": row(2 * a), "dr_dtheta": row(2 * a @ W), "gradient": col(2 * a @ W)}


def counting(*shape):
    """An array that is wrong in every entry on the seeds used, and in no way simpler than the truth."""
    return 1.5 + np.arange(np.prod(shape)).reshape(shape)


def is_followed(verdict):
    return (verdict["status"], verdict["score"], verdict["follow_through"]) == ("correct", 1.0, True)


@some_instances
def test_products_with_a_wrong_dy_da_are_followed(client, level, seed):
    instance = draw(client, "perceptron-jacobians", level, seed)
    n = len(instance["data"]["W"])
    wrong = counting(n, n)
    marked = attempt(client, instance, {"dy_da": wrong} | products_of(wrong, instance["data"]))
    assert marked["parts"]["dy_da"]["status"] == "incorrect"
    assert all(is_followed(marked["parts"][part]) for part in BUILT_ON_DY_DA)
    assert marked["score"] == pytest.approx(3 / 7)


@some_instances
def test_steps_from_a_wrong_residual_are_followed(client, level, seed):
    instance = draw(client, "ls-steps", level, seed)
    wrong = counting(len(instance["data"]["y"]))
    marked = attempt(client, instance, {"a": wrong} | steps_from(wrong, instance["data"]))
    assert marked["parts"]["a"]["status"] == "incorrect"
    assert all(is_followed(marked["parts"][part]) for part in BUILT_ON_A)
    assert marked["score"] == pytest.approx(0.1 + 0.2 + 0.2 + 0.2)


@some_instances
def test_steps_left_out_are_taken_from_the_wrong_residual(client, level, seed):
    instance = draw(client, "ls-steps", level, seed)
    wrong = counting(len(instance["data"]["y"]))
    gradient = steps_from(wrong, instance["data"])["gradient"]
    assert is_followed(attempt(client, instance, {"a": wrong, "gradient": gradient})["parts"]["gradient"])


@some_instances
def test_a_second_mistake_on_the_way_is_followed_instead_of_the_first(client, level, seed):
    instance = draw(client, "ls-steps", level, seed)
    (W,) = arrays(instance["data"], "W")
    a = counting(len(W))
    dr_da = row(a)  # without the factor two that follows from this residual
    marked = attempt(client, instance, {"a": a, "dr_da": dr_da, "dr_dtheta": dr_da @ W})
    assert marked["parts"]["dr_da"]["status"] == "partial"
    assert is_followed(marked["parts"]["dr_dtheta"])


@some_instances
def test_an_earlier_attempt_is_followed_like_the_same_one(client, level, seed):
    instance = draw(client, "perceptron-jacobians", level, seed)
    n = len(instance["data"]["W"])
    wrong = counting(n, n)
    attempt(client, instance, {"dy_da": wrong})
    for part, product in products_of(wrong, instance["data"]).items():
        assert is_followed(attempt(client, instance, {part: product})["parts"][part])

    instance = draw(client, "ls-steps", level, seed)
    wrong = counting(len(instance["data"]["y"]))
    attempt(client, instance, {"a": wrong})
    for part, step in steps_from(wrong, instance["data"]).items():
        assert is_followed(attempt(client, instance, {part: step})["parts"][part])


@some_instances
def test_a_truth_stays_right_after_a_mistake(client, level, seed):
    instance = draw(client, "perceptron-jacobians", level, seed)
    n = len(instance["data"]["W"])
    marked = attempt(client, instance, solve_perceptron(instance["data"]) | {"dy_da": counting(n, n)})
    for part in BUILT_ON_DY_DA:
        verdict = marked["parts"][part]
        assert (verdict["status"], verdict["follow_through"]) == ("correct", False)


@some_instances
@pytest.mark.parametrize(
    "easy", [lambda n: np.zeros((n, n)), np.eye, lambda n: 3 * np.eye(n)], ids=["zeros", "identity", "multiple"]
)
def test_a_degenerate_dy_da_is_not_followed(client, level, seed, easy):
    """It would make the next steps easier than they are."""
    instance = draw(client, "perceptron-jacobians", level, seed)
    degenerate = easy(len(instance["data"]["W"]))
    marked = attempt(client, instance, {"dy_da": degenerate} | products_of(degenerate, instance["data"]))
    for part in ["dy_da", *BUILT_ON_DY_DA]:
        verdict = marked["parts"][part]
        assert (verdict["status"] != "correct", verdict["follow_through"]) == (True, False)


@some_instances
def test_a_residual_of_zeros_is_not_followed(client, level, seed):
    instance = draw(client, "ls-steps", level, seed)
    zeros = np.zeros(len(instance["data"]["y"]))
    marked = attempt(client, instance, {"a": zeros} | steps_from(zeros, instance["data"]))
    for part in ["a", *BUILT_ON_A]:
        assert (marked["parts"][part]["score"], marked["parts"][part]["follow_through"]) == (0.0, False)


@some_instances
def test_an_own_value_of_the_wrong_shape_is_replaced_by_the_truth(client, level, seed):
    instance = draw(client, "perceptron-jacobians", level, seed)
    W, n = np.array(instance["data"]["W"]), len(instance["data"]["W"])
    wrong = counting(n, n)
    marked = attempt(client, instance, {"da_dx": W.T, "dy_da": wrong, "dy_dx": wrong @ W})
    assert marked["parts"]["da_dx"]["status"] != "correct"
    assert is_followed(marked["parts"]["dy_dx"])


@some_instances
def test_nothing_follows_from_a_residual_that_is_a_row(client, level, seed):
    instance = draw(client, "ls-steps", level, seed)
    wrong, truth = counting(len(instance["data"]["y"])), solve_ls_steps(instance["data"])
    marked = attempt(client, instance, {"a": row(wrong), "r": wrong @ wrong, "dr_da": truth["dr_da"]})
    assert marked["parts"]["r"]["status"] == "incorrect"
    verdict = marked["parts"]["dr_da"]
    assert (verdict["status"], verdict["follow_through"]) == ("correct", False)


# Orientation --------------------------------------------------------------------------------------

ORIENTED = ["dr_da", "dr_dtheta", "gradient"]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("part", ORIENTED)
def test_a_flat_list_is_neither_row_nor_column(client, level, part):
    """Nothing of such a request is stored, not even what could be read."""
    instance = draw(client, "ls-steps", level, 0)
    truth = solve_ls_steps(instance["data"])
    reply = send(client, instance, {"a": truth["a"], part: truth[part].ravel()})
    problem = reply.json()
    assert reply.status_code == 422
    assert problem["type"].endswith("unreadable")
    assert [error["pointer"] for error in problem["errors"]] == [f"/answers/{part}"]
    assert client.get(f"/instances/{instance['id']}/attempts").json()["items"] == []
    assert client.get(f"/instances/{instance['id']}").json() == instance


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("part", ORIENTED)
def test_right_numbers_in_the_wrong_orientation_earn_a_part(client, level, part):
    instance = draw(client, "ls-steps", level, 0)
    verdict = attempt(client, instance, {part: solve_ls_steps(instance["data"])[part].T})["parts"][part]
    assert (verdict["status"], verdict["score"], verdict["misconception"]) == ("partial", 0.6, "row-column-exchanged")


# What is shown ------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("seed", range(8))
def test_a_perceptron_shows_its_bias_or_the_forward_pass(client, level, seed):
    """By hand the slopes follow exactly from the forward pass; a bias beside it would give nothing more."""
    data = draw(client, "perceptron-jacobians", level, seed)["data"]
    stored = level == "hand" and data["activation"] != "relu"
    assert set(data) == {"W", "x0", "d", "activation", "y0" if stored else "b"}
