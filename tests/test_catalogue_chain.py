"""The chain rule on numbers one can follow by head."""

import pytest

from app.answers import Unreadable
from app.exercise import Catalogue, Instance
from tests.marking import ids, mark, named

# Scalars ------------------------------------------------------------------------------------------

SQUARED = {"g": "square", "a": 3, "b": -1, "n": 2, "x0": 2, "y0": 11, "df": 12}  # f(x) = 3x² − 1, g(y) = y²


def test_the_outer_slope_is_taken_at_the_inner_value(instance):
    composed = instance("chain-scalar", SQUARED)
    assert "$f(x) = 3x^2 - 1$ and $g(y) = y^2$" in composed.statement
    assert mark(composed, "answer", 264).status == "correct"
    assert mark(composed, "answer", 22).score == mark(composed, "answer", 48).score == 0.3
    assert named(composed, "answer", 22) == "inner-derivative-forgotten"
    assert named(composed, "answer", 48) == "outer-derivative-at-x"
    assert named(composed, "answer", 24) == "outer-derivative-of-inner-derivative"
    assert named(composed, "answer", 12 * 4 + 11 * 4) == "product-rule-instead"
    assert named(composed, "answer", 121) == "value-of-composition"
    assert named(composed, "answer", 34) == "added-instead-of-multiplied"
    assert named(composed, "answer", 96) == "composed-in-the-other-order"  # of 3x⁴ − 1


def test_where_relu_is_flat_the_composition_is(instance):
    flat = instance("chain-scalar", {"g": "relu", "a": -2, "b": 1, "n": 1, "x0": 3, "y0": -5, "df": -2})
    assert mark(flat, "answer", 0).status == "correct"
    assert named(flat, "answer", -2) == "added-instead-of-multiplied"


def test_the_scalar_misconceptions_are_those_of_the_catalogue(catalogue: Catalogue):
    assert ids(catalogue, "chain-scalar", "answer") == [
        "inner-derivative-forgotten",
        "outer-derivative-at-x",
        "outer-derivative-of-inner-derivative",
        "product-rule-instead",
        "value-of-composition",
        "added-instead-of-multiplied",
        "composed-in-the-other-order",
    ]


def test_three_nested_functions_have_three_factors(instance):
    # 2 − x, squared and 5 less, inverted: −2, −1 and then −1/(−1)² · 2·(−2)·(−1)
    nested = {"a": -1, "b": 2, "c": -5, "h": "reciprocal", "x0": 4, "y0": -2, "z0": -1}
    composed = instance("chain-scalar", nested, "challenge")
    assert mark(composed, "answer", -4).status == "correct"
    assert named(composed, "answer", 4) == "inner-derivative-forgotten"


# Points -------------------------------------------------------------------------------------------


def test_the_last_jacobian_is_evaluated_at_the_last_but_one_variable(instance):
    chain = instance("chain-evaluation-point", {"x0": [1, 2, -1], "al": 2, "be": -3})  # y = 6
    assert mark(chain, "answer", [72, -18]).status == "correct"
    assert named(chain, "answer", [1, 2, -1]) == "at-the-input"
    assert named(chain, "answer", 6) == "one-step-short"
    assert named(chain, "answer", [24, -3]) == "derivative-of-the-middle-map"
    assert named(chain, "answer", [12, "-7.348469"]) == "norm-not-squared"
    assert named(chain, "answer", [2, -3]) == "first-coordinate-only"


def test_a_point_follows_from_ones_own_point_before_it(instance):
    chain = instance("chain-evaluation-point", {"x0": [1, 2, -1], "al": 2, "be": -3}, "challenge")
    for part, point in {"y0": 6, "z0": [12, 3], "t0": 36}.items():
        assert mark(chain, part, point).status == "correct"
    assert mark(chain, "z0", [10, 2], y0=5).follow_through
    assert mark(chain, "t0", 20, z0=[10, 2]).follow_through


# Shapes -------------------------------------------------------------------------------------------


def test_a_factor_and_the_whole_are_outputs_by_inputs(instance):
    chain = instance("chain-shapes", {"n": [5, 1, 4, 3], "k": 3})
    assert mark(chain, "factor", "3x4").status == mark(chain, "whole", "(3, 5)").status == "correct"
    assert named(chain, "factor", "4x3") == named(chain, "whole", "5x3") == "inputs-as-rows"
    assert named(chain, "factor", "3x5") == named(chain, "whole", "3x4") == "factor-and-whole-mixed"
    assert named(chain, "factor", "1x5") == "counted-from-the-other-end"
    assert named(chain, "factor", "3x1") == named(chain, "whole", "3") == "shape-of-the-value"
    assert named(chain, "whole", "scalar") == "collapsed-to-scalar"
    assert named(chain, "whole", "undefined") == "not-composable"


def test_a_row_and_a_column_are_two_shapes(instance):
    first = instance("chain-shapes", {"n": [5, 1, 4, 3], "k": 1})
    assert mark(first, "factor", "1x5").status == "correct"
    assert named(first, "factor", "5") == "inputs-as-rows"
    second = instance("chain-shapes", {"n": [5, 1, 4, 3], "k": 2})
    assert mark(second, "factor", "4x1").status == mark(second, "factor", "4").status == "correct"
    assert named(second, "factor", "1x4") == "inputs-as-rows"


def test_the_last_step_stands_on_the_left(instance):
    chain = instance("chain-shapes", {"n": [5, 1, 4, 3], "k": 3})
    options = chain.kind(chain.family.by_id["order"]).options
    assert options["last_left"].startswith(r"$\mathbf J_3 \, \mathbf J_2 \, \mathbf J_1$")
    assert mark(chain, "order", "last_left").status == "correct"
    assert named(chain, "order", "first_left") == "first-step-on-the-left"


def test_the_narrowest_place_bounds_the_rank(instance):
    chain = instance("chain-shapes", {"n": [6, 9, 2, 5]}, "challenge")
    assert mark(chain, "rank", 2).status == mark(chain, "still", 4).status == "correct"
    assert named(chain, "rank", 5) == "only-the-ends"
    assert named(chain, "still", 3) == "counted-in-the-outputs"
    assert mark(chain, "still", 1, rank=5).follow_through


# Values -------------------------------------------------------------------------------------------

# y = ‖x‖² = 5, z = (2y², −y, 3y), w = Az
CHAIN = {"x0": [1, 2], "q": True, "c": None, "al": [2, -1, 3], "A": [[1, 0, 1], [0, 1, 1], [1, 1, 0], [2, 0, 0]]}
FACTORS = {"dy_dx": [[2, 4]], "dz_dy": [[20], [-1], [3]], "dw_dz": CHAIN["A"]}
WHOLE = [[46, 92], [4, 8], [38, 76], [80, 160]]


@pytest.fixture
def chain(instance) -> Instance:
    return instance("chain-values", {**CHAIN, "y0": 5})


def test_the_three_factors_and_their_product(chain: Instance):
    for part, factor in FACTORS.items():
        assert mark(chain, part, factor).status == "correct"
    assert mark(chain, "dw_dx", WHOLE).status == "correct"
    assert [part.weight for part in chain.family.parts] == [0.2, 0.2, 0.2, 0.4]
    assert "c" not in chain.data


def test_the_product_of_ones_own_factors_is_right(chain: Instance):
    # with ∂z/∂y = (2, −1, 2) the column is (4, 1, 1, 4)
    assert mark(chain, "dw_dx", [[8, 16], [2, 4], [2, 4], [8, 16]], dz_dy=[[2], [-1], [2]]).follow_through
    assert mark(chain, "dw_dx", [[8, 16], [2, 4], [4, 2], [8, 16]], dz_dy=[[2], [-1], [2]]).score < 1


def test_a_row_of_slopes_says_that_it_is_one(chain: Instance):
    with pytest.raises(Unreadable, match="Row or column"):
        mark(chain, "dy_dx", [2, 4])
    assert (named(chain, "dy_dx", [[2], [4]]), mark(chain, "dy_dx", [[2], [4]]).score) == ("transposed", 0.6)


def test_a_factor_that_is_missing_or_not_differentiated_is_named(chain: Instance):
    column = [[23], [2], [19], [40]]
    assert named(chain, "dw_dx", column) == "first-factor-forgotten"
    assert named(chain, "dw_dx", [[23, 46], [2, 4], [19, 38], [40, 80]]) == "first-map-not-differentiated"
    assert named(chain, "dw_dx", [[40, 80], [-2, -4], [6, 12]]) == "last-factor-forgotten"
    assert named(chain, "dz_dy", [[50], [-5], [15]]) == "middle-map-not-differentiated"
    assert named(chain, "dz_dy", [[4], [-1], [3]]) == "middle-factor-at-wrong-point"
    assert named(chain, "dw_dx", (23 + 2 + 19 + 40) * 6) == "collapsed-to-scalar"


def test_the_value_misconceptions_are_those_of_the_catalogue(catalogue: Catalogue):
    assert ids(catalogue, "chain-values", "dw_dx") == [
        "transposed",
        "middle-factor-at-wrong-point",
        "middle-map-not-differentiated",
        "first-factor-forgotten",
        "first-map-not-differentiated",
        "last-factor-forgotten",
        "collapsed-to-scalar",
    ]


def test_a_finite_difference_with_step_one_is_off_by_its_square(instance):
    # w₁ = 2y² + y with y = ‖x‖²: at (1, 1, 2) it is 78; at (2, 1, 2) 171, at (0, 1, 2) 55; the entry is 25 · 2
    drawn = {"x0": [1, 1, 2], "al": [2, 1], "A": [[1, 1], [1, -1]], "m": 1, "d": 1, "y0": 6}
    checked = instance("chain-values", drawn, "challenge")
    assert mark(checked, "entry", 50).status == mark(checked, "quotient", 58).status == "correct"
    assert named(checked, "quotient", 116) == "divided-by-h"
    assert named(checked, "quotient", 171 - 78) == "one-sided"
    assert named(checked, "quotient", 50) == "entry-instead"
    assert mark(checked, "halved", "quarter").status == "correct"
    assert named(checked, "halved", "half") == "first-order"


# Paths --------------------------------------------------------------------------------------------


def test_paths_add(instance):
    # u = 2t + 1 = 7, v = −t² = −9, r = uv: −9 · 2 + 7 · (−6)
    product = instance("chain-two-paths", {"k": [2, 1, -1, 5], "t": 3, "q": True, "dr": [[-9, 7]], "duv": [[2], [-6]]})
    assert mark(product, "answer", -60).status == "correct"
    assert named(product, "answer", -18) == "first-path-only"
    assert named(product, "answer", -42) == "second-path-only"
    assert named(product, "answer", -2) == "inner-derivatives-forgotten"
    assert named(product, "answer", 756) == "paths-multiplied"
    assert named(product, "answer", -63) == "value-instead"
    assert r"with $(a, b, c) = \left(2, 1, -1\right)$" in product.statement  # r = uv needs no e


def test_a_variable_used_twice_counts_twice(instance):
    # u = t + 1 = 3, v = 2u² = 18, r = uv − t: −1, 18 · 1 and 3 · 12 · 1
    drawn = {"k": [1, 1, 2, -1], "t": 2, "a": 1, "c": 2, "e": -1, "u": 3, "v": 18}
    thrice = instance("chain-two-paths", drawn, "challenge")
    for part, contribution in {"direct": -1, "through_u": 18, "through_u_and_v": 36, "answer": 53}.items():
        assert mark(thrice, part, contribution).status == "correct"
    assert (named(thrice, "answer", 17), mark(thrice, "answer", 17).score) == ("used-once", 0.3)
    assert mark(thrice, "answer", -1 + 18 + 12, through_u_and_v=12).follow_through
