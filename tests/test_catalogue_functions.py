"""Functions and maps: values worked out by hand, and the distinctions that are easily lost."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.exercise import Catalogue, Instance
from app.grading import Verdict, grade
from app.patterns import stratum
from exercises.mathematics.linearity import FORMULAS, components, value

FAMILIES = {
    "curve-value": "sin-cos-swapped degrees radius-forgotten norm-instead sum-of-components row-layout",
    "form-value": "constant-forgotten entrywise-vector outer-product product-of-sums constant-each-term sign-slip",
    "form-row-vector": "column zeros-dropped written-order written-order-padded",
    "map-value": "constant-forgotten entrywise-broadcast row-layout constant-subtracted columns-unweighted",
    "map-matrix": "transposed constants-inside missing-variable-shifted",
    "is-linear": "straight-line-means-linear nonlinear-called-affine nonlinear-called-linear linear-called-affine"
    " linear-called-neither affine-called-neither",
    "norm-value": "square-root-mixed-up sum-of-absolute-values sum-then-square negative-squares largest-entry"
    " vector-of-squares",
}


def mark(instance: Instance, typed: object, part: str = "answer", **earlier: object) -> Verdict:
    """The verdict on what was typed for a part, after what was typed for earlier ones."""
    parts = instance.family.by_id
    own = {name: parts[name].kind.read(before).value for name, before in earlier.items()}
    return grade(parts[part], instance, parts[part].kind.read(typed).value, own)


@pytest.fixture
def make(catalogue: Catalogue) -> Callable[..., Instance]:
    """An instance on chosen numbers: `make("form-value", w=…, x0=…, b=…)`."""

    def instance(id: str, level: str = "hand", **drawn: Any) -> Instance:
        return catalogue[id].instance(level, 0, drawn)

    return instance


@pytest.mark.parametrize("id", FAMILIES)
def test_the_mistakes_that_are_named(catalogue: Catalogue, id: str):
    assert {known.id for known in catalogue[id].parts[0].misconceptions} == set(FAMILIES[id].split())
    assert [level for level in catalogue[id].levels if level != "formula"] == ["hand", "numpy", "challenge"]
    assert catalogue[id].topic == "functions"


# Curves -------------------------------------------------------------------------------------------

ROOT = math.sqrt(3)


def test_a_point_of_a_helix(make: Callable[..., Instance]):
    helix = make("curve-value", kind="helix", theta0=2 * math.pi / 3, r=4, k=[1, 2, -3, 4])
    curve = r"\begin{bmatrix} 4\cos\theta \\ 4\sin\theta \\ -3\theta \end{bmatrix}"
    assert rf"{curve} \qquad \theta_0 = \frac{{2\pi}}{{3}}" in helix.statement
    point = [-2, 2 * ROOT, -2 * math.pi]
    assert mark(helix, point).score == 1
    assert mark(helix, ["-2", "3.464", "-6.283"]).score == 1
    assert mark(helix, [2 * ROOT, -2, -2 * math.pi]).misconception == "sin-cos-swapped"
    assert mark(helix, [-1 / 2, ROOT / 2, -2 * math.pi]).misconception == "radius-forgotten"
    as_row = mark(helix, [point])
    assert (as_row.misconception, as_row.score) == ("row-layout", 0.6)


def test_a_point_of_a_cubic_knows_no_angle(make: Callable[..., Instance]):
    cubic = make("curve-value", kind="cubic", theta0=-2, r=None, k=[3, 1, -1, 2])
    assert "radians" not in cubic.statement
    assert cubic.data == {"kind": "cubic", "theta0": -2, "k": [3, 1, -1, 2]}
    assert mark(cubic, [-5, -4, -16]).score == 1
    assert mark(cubic, -25).misconception == "sum-of-components"


def test_a_circle_shows_no_coefficients(make: Callable[..., Instance]):
    circle = make("curve-value", kind="circle", theta0=7 * math.pi / 6, r=2, k=None)
    assert "k" not in circle.data
    assert mark(circle, [-ROOT, -1]).score == 1
    assert mark(circle, 2).misconception == "norm-instead"


def test_the_sign_of_the_sine_tells_two_angles_apart(make: Callable[..., Instance]):
    ellipse = make("curve-value", "challenge", r=[2, 6], p=[-1, -3 * ROOT], sixths=8)
    assert mark(ellipse, "8pi/6").score == 1
    assert mark(ellipse, "4pi/6").misconception == "sine-sign-lost"
    assert mark(ellipse, "2pi/6").misconception == "opposite-point"


# Forms --------------------------------------------------------------------------------------------


def test_the_value_of_a_form(make: Callable[..., Instance]):
    form = make("form-value", w=[2, -1, 3], x0=[1, 4, 2], b=-3)
    assert mark(form, 1).score == 1
    assert mark(form, [[1]]).score == 1
    forgotten = mark(form, 4)
    assert (forgotten.misconception, forgotten.score) == ("constant-forgotten", 0.5)
    assert mark(form, -5).misconception == "constant-each-term"
    linear = make("form-value", w=[2, -1, 3], x0=[1, 4, 2], b=0)
    assert "+ b" not in linear.statement
    assert mark(linear, 4).score == 1


@pytest.mark.parametrize("x", [[3, 2, 0], ["1/2", "1/3", 0], [0, 1, -1], [-3e6, -2e6, 0], [1, 1, "-1/3"]])
def test_every_orthogonal_vector_leaves_the_constant(make: Callable[..., Instance], x: list[object]):
    assert mark(make("form-value", "challenge", w=[2, -3, -3], b=4), x).score == 1


def test_other_vectors_do_not(make: Callable[..., Instance]):
    form = make("form-value", "challenge", w=[2, -3, -3], b=4)
    assert mark(form, [0, 0, 0]).misconception == "zero-vector"
    assert mark(form, [-2, 0, 0]).misconception == "zero-of-f"
    assert mark(form, [3, 2.001, 0]).score < 1
    assert mark(form, [1e308, 1e308, 1e308]).score == 0
    assert "is not $0$" in mark(form, [1, 1, 1]).feedback
    assert "column" in mark(form, [[3, 2, 0]]).feedback


def test_a_form_is_a_row_with_zeros_where_a_variable_is_absent(make: Callable[..., Instance]):
    form = make("form-row-vector", D=4, idx=[4, 1, 3], c=[3, -2, 5])
    assert "$$f(\\mathbf x) = 3x_4 - 2x_1 + 5x_3$$" in form.statement
    assert mark(form, [[-2, 0, 5, 3]]).score == 1
    column = mark(form, [[-2], [0], [5], [3]])
    assert (column.misconception, column.score) == ("column", 0.6)
    assert mark(form, [[-2, 5, 3]]).misconception == "zeros-dropped"
    assert mark(form, [[3, -2, 5, 0]]).misconception == "written-order-padded"
    with pytest.raises(ValueError, match="Row or column"):
        mark(form, [-2, 0, 5, 3])


def test_a_variable_inside_and_outside_a_bracket_is_collected(make: Callable[..., Instance]):
    form = make("form-row-vector", "challenge", D=4, g=-2, idx=[3, 1, 1, 4], c=[3, -1, 4, 1], p=[2, -5])
    assert r"-2\left(3x_3 - x_1 + 2\right) + 4x_1 + x_4 - 5" in form.statement
    assert mark(form, [[6, 0, -6, 1]], "matrix").score == 1
    assert mark(form, -9, "constant").score == 1
    assert mark(form, [[4, 0, -6, 1]], "matrix").misconception == "not-collected"
    assert mark(form, -3, "constant").misconception == "factor-forgotten"


# Maps ---------------------------------------------------------------------------------------------


def test_the_value_of_a_map(make: Callable[..., Instance]):
    affine = make("map-value", A=[[1, 2, 0], [-1, 1, 3]], x0=[2, -1, 1], b=[5, 1])
    assert mark(affine, [5, 1]).score == 1
    forgotten = mark(affine, [0, 0])
    assert (forgotten.misconception, forgotten.score) == ("constant-forgotten", 0.5)
    assert mark(affine, [[5, 1]]).misconception == "row-layout"
    assert mark(affine, [8, 4]).misconception == "columns-unweighted"


def test_a_known_value_replaces_the_constant(make: Callable[..., Instance]):
    known = make(
        "map-value", "challenge", A=[[1, 2], [0, 1], [3, -1]], x1=[1, 1], f1=[4, 2, 0], x0=[3, 0], b=[1, 1, -2]
    )
    assert mark(known, [2, -1], "weights").score == 1
    assert mark(known, [4, 1, 7], "value").score == 1
    assert mark(known, [3, 0], "weights").misconception == "point-instead"
    followed = mark(known, [4, 3, -7], "value", weights=[-2, 1])
    assert followed.follow_through
    assert mark(known, [3, 0, 9], "value").misconception == "constant-forgotten"


def test_rows_of_the_matrix_are_outputs(make: Callable[..., Instance]):
    A = [[2, 0, -1], [3, 1, 4]]
    formulas = ["2*x1 - x3", "3*x1 + x2 + 4*x3 - 5"]
    by_components = make("map-matrix", mode="components", components=formulas, images=None, A=A, b=[0, -5])
    assert r"f_1(\mathbf x) = 2x_1 - x_3 \qquad f_2(\mathbf x) = 3x_1 + x_2 + 4x_3 - 5" in by_components.statement
    images = make("map-matrix", mode="images", components=None, images=np.transpose(A).tolist(), A=A, b=[0, 0])
    assert "A" not in images.data
    for instance in (by_components, images):
        assert mark(instance, A).score == 1
        transposed = mark(instance, np.transpose(A).tolist())
        assert (transposed.misconception, transposed.score) == ("transposed", 0.5)
    assert mark(by_components, [[2, -1, 0], [3, 1, 4]]).misconception == "missing-variable-shifted"
    assert mark(by_components, [[2, 0, -1, 0], [3, 1, 4, -5]]).misconception == "constants-inside"


def test_the_inner_map_stands_on_the_right(make: Callable[..., Instance]):
    both = make("map-matrix", "challenge", A=[[1, 2], [0, 3]], p=[1, -1], B=[[2, 1], [1, -1]], q=[1, 3])
    assert mark(both, [[4, -1], [3, -3]], "matrix").score == 1
    assert mark(both, [[2, 7], [1, -1]], "matrix").misconception == "order-exchanged"
    assert mark(both, [8, 8], "constant").score == 1
    assert mark(both, [2, 2], "constant").misconception == "constants-added"


# Linear or not ------------------------------------------------------------------------------------


@pytest.fixture
def function(make: Callable[..., Instance]) -> Callable[..., Instance]:
    return lambda name, f: make("is-linear", f=f, name=name, c=[2, -3, 4])


def test_every_witness_against_linearity_is_accepted(function: Callable[..., Instance]):
    product = function("product", ["2*x1*x2"])
    for witness in ([[1, 0], [0, 1]], [[1, 1], [1, 1]], [[1, 2, 3]], [[1], [2], ["1/2"]], "[1 1; 2 5]"):
        assert mark(product, witness, "witness").score == 1, witness
    affine = function("affine-form", ["2*x1 - 3*x2 + 4"])
    for witness in ([[0, 0], [0, 0]], [[5, 1], [2, 2]], [[0, 0, 0]], [[1, 1, 2]]):
        assert mark(affine, witness, "witness").score == 1, witness


def test_what_proves_nothing_is_refused_with_the_reason(function: Callable[..., Instance]):
    absolute = function("absolute", ["2*abs(x1) - 3*x2"])
    assert "are the same" in mark(absolute, [[1, 2, 2]], "witness").feedback
    assert mark(absolute, [[1, 2, -1]], "witness").score == 1
    assert mark(absolute, [[0, 0], [0, 0]], "witness").misconception == "zeros-tested"
    assert mark(absolute, "undefined", "witness").misconception == "no-witness-seen"
    assert "Send two rows" in mark(absolute, [[1, 2, 3], [4, 5, 6]], "witness").feedback
    assert "too large" in mark(absolute, [[1e308, 0], [1e308, 0]], "witness").feedback


def test_against_a_linear_function_there_is_no_witness(function: Callable[..., Instance]):
    hidden = function("difference", ["2*(x1 - 3) + 6 + 4*x2"])
    assert mark(hidden, "undefined", "witness").score == 1
    for witness in ([[0.1, 0.2], [0.3, 0.7]], [[1e-9, 3, "1/3"]], [[12345.678, 1], [1e9, -0.1]]):
        assert mark(hidden, witness, "witness").score == 0
    zeros = mark(hidden, [[0, 0], [0, 0]], "witness")  # nobody is sent to look for what does not exist
    assert (zeros.misconception, "Try" in zeros.feedback) == ("zeros-tested", False)
    assert mark(hidden, "linear").score == 1
    assert mark(hidden, "affine").misconception == "linear-called-affine"


def test_the_kinds_of_functions_are_their_classes(catalogue: Catalogue):
    kinds = {stratum(catalogue["is-linear"].draw("hand", seed)) for seed in range(30)}
    assert kinds == {"linear", "affine", "neither"}


def test_each_class_has_its_own_confusions(function: Callable[..., Instance]):
    affine, bent = function("translation", ["x1 + 2", "x2 - 3"]), function("relu", ["max(x1, 0)", "2*x2"])
    assert mark(affine, "affine").score == mark(bent, "neither").score == 1
    assert mark(affine, "linear").misconception == "straight-line-means-linear"
    assert mark(bent, "affine").misconception == "nonlinear-called-affine"


def test_the_formulas_shown_are_those_computed_with():
    names = {"abs": abs, "max": max, "sqrt": math.sqrt}
    for name in FORMULAS:
        for numbers in ([1, -1, 3], [-2, 5, -4]):
            for x1, x2 in ((2.0, -3.0), (-1.5, 0.5)):
                shown = [eval(entry, names, {"x1": x1, "x2": x2}) for entry in components(name, numbers)]
                assert value(name, numbers, [x1, x2]) == pytest.approx(shown)


def test_a_corner_is_homogeneous_for_positive_multiples(make: Callable[..., Instance]):
    names = ["square", "form", "relu", "translation"]
    drawn = {"a": ["x1**2 + x2"], "b": ["x1 + x2"], "c": ["max(x1, 0)", "x2"], "d": ["x1 + 1", "x2 + 1"]}
    four = make("is-linear", "challenge", **drawn, names=names, numbers=[[1, 1, 1]] * 4)
    assert mark(four, "c").score == 1
    chosen = {id: mark(four, id).misconception for id in "abd"}
    assert chosen == {"a": "squares-grow-alike", "b": "linear-chosen", "d": "constant-overlooked"}


# Norms --------------------------------------------------------------------------------------------


def test_the_norm_and_its_square(make: Callable[..., Instance]):
    x = make("norm-value", x=[-2, 3, 6])
    assert mark(x, 49, "square").score == mark(x, 7, "norm").score == 1
    for part, other in (("square", 7), ("norm", 49)):
        mixed_up = mark(x, other, part)
        assert (mixed_up.misconception, mixed_up.score) == ("square-root-mixed-up", 0.4)
    assert mark(x, 41, "square").misconception == "negative-squares"
    assert mark(x, 8, "norm", square=64).follow_through
    assert mark(x, 7, "norm", square=-41).score == 1


def test_a_vector_reaches_length_1_in_both_directions(make: Callable[..., Instance]):
    x = make("norm-value", "challenge", x=[-2, 3, 6])
    for alpha in ("1/7", "-1/7", 0.14286):
        assert mark(x, alpha).score == 1
    assert mark(x, 7).misconception == "norm-instead"
    assert mark(x, "-1/49").score == 0
    assert mark(x, ["-2/7", "3/7", "6/7"]).misconception == "vector-instead"
