"""Formulas as students type them: read as a mathematician reads them, shown back, with their shape in letters."""

from typing import Any

import pytest

from app.answers import Unreadable
from app.formula import MAX_FORMULA, Formula, Symbols, read
from app.formula.reading import tree_of
from app.formula.tree import Kind, postorder
from app.markup import math

GIVEN = {
    "W": "N D",
    "x0": "D 1",
    "b": "N 1",
    "theta0": "D 1",
    "y": "N 1",
    "A": "D D",
    "B": "D D",
    "t": "scalar",
    "eta": "scalar",
}
SYMBOLS = Symbols(GIVEN, functions={"sigma": "generic"}, indices={"d": "D"})


def shown(typed: str, symbols: Symbols = SYMBOLS) -> str:
    """A formula with all the brackets that its tree has."""
    return read(typed, symbols).text


def labelled(rows: list[tuple[Any, ...]]) -> list[Any]:
    return [pytest.param(*row, id=ascii(row[0])[:50]) for row in rows]


# Spellings ----------------------------------------------------------------------------------------

SAME = [
    (
        "W x0",
        ['"W x"', "“W x”", r"\[W x\]", r"\(W x\).", "$W x$.", "W x;", "W\u200b x\ufeff", "W.dot(x)", "np.matmul(W, x)"],
    ),
    ("b x0^T", ["np.outer(b, x)", "b x^T ."]),
    (
        "(1/2) t",
        [r"\frac12 t", r"\frac 1 2 t", r"\tfrac{1}2t", r"\frac1{2}t", r"\dfrac12t", "½ t", "½t", r"\boxed{\frac12 t}"],
    ),
    ("t/2", ["t⁄2", "t÷2", "t∕2"]),
    ("t^(1/2)", ["t^½", r"t^\frac12", r"t^{\frac{1}{2}}"]),
    ("(2/N) b", [r"\frac2N b", r"\frac{2}N b", r"\tfrac 2{N}b"]),
    ("(t/norm(b)) b", [r"\frac t{\norm{b}} b", r"\frac t{\|b\|} b", r"\frac{t}{\|{\bf b}\|} b"]),
    (
        "W theta0 - y",
        [r"{\bf W}{\boldsymbol\theta}_0 - {\rm y}", r"\mathbb{W}{\theta}_{0} - {\mathbf y}_0", "Ｗθ₀－ｙ"],
    ),
    ("b ones^T", ["b 𝟏ᵀ", "b𝟙^T", r"b\mathbf 1^\top", "b 1^T"]),
    ("diag(b)", [r"\operatorname*{diag}(b)", r"\mathop{\rm diag}(b)"]),
    (
        "sum_{k=1}^{D} x0_k",
        ["∑_{k=1}^D x_k", r"\sum^{D}_{k=1} x_k", r"\sum\limits^D_{k=1}x_k"],
    ),
    (
        "[t; eta]",
        [
            r"\begin{bmatrix} t \\ [2pt] \eta \end{bmatrix}",
            r"\begin{pmatrix} t \\[ 0.5em] \eta \\ \end{pmatrix}",
            "np.array([[t], [eta]])",
            "torch.tensor([[t], [eta]])",
        ],
    ),
    ("exp(t)", ["math.exp(t)", "np.exp(t)"]),
    ("b ⊙ y", ["np.multiply(b, y)"]),
    ("sigma'(b)", ["sigma_prime(b)", "σ_prime(b)"]),
    ("eta * 2 b", ["η 2 b"]),
    ("(W x0) * 2", ["(W x) 2"]),
    ("[[t, 1, eta]]^T", ["[t, 1, η]^T", "[t, 1, η]'"]),
    (
        "x0",
        [
            "x_0",
            "x_{0}",
            "x₀",
            "x",
            r"\mathbf{x}_0",
            r"\mathbf{x_0}",
            r"\mathbf x",
            r"\boldsymbol{x}_{0}",
            "𝐱₀",
            " x0 ",
            "$x_0$",
        ],
    ),
    (
        "theta0",
        [
            "theta",
            "θ",
            "θ0",
            "θ₀",
            "θ_0",
            r"\theta",
            r"\theta_0",
            r"\boldsymbol\theta_0",
            r"\boldsymbol{\theta}",
            "ϑ",
            "𝛉",
        ],
    ),
    ("y", ["y0", "y_0", "y₀", r"\vec{y}"]),
    ("eta", ["η", r"\eta", "eta_0"]),
    (
        "W^T",
        [
            "Wᵀ",
            "W'",
            "W’",
            "W‘",
            "W′",
            "W´",
            "W.T",
            "W^⊤",
            "W.'",
            r"W^{\rm T}",
            "W^{T}",
            r"W^\top",
            r"W^{\top}",
            r"W^{\mathsf{T}}",
            "transpose(W)",
            r"W^\intercal",
            "W⊤",
        ],
    ),
    ("A^(-1)", ["A^-1", "A^{-1}", "A⁻¹", "inv(A)", "np.linalg.inv(A)", "(A)^(-1)", "A^−1"]),
    ("(A^(-1))^T", ["A^{-T}", "A^-T", "A⁻ᵀ", "inv(A)'", r"A^{-\top}"]),
    (
        "sigma'(b)",
        [
            "σ'(b)",
            "σ′(b)",
            "σ’[b]",
            r"\sigma'(b)",
            r"\sigma^\prime(b)",
            r"\sigma^{\prime}\left(b\right)",
            "σ'{b}",
            "σ' b",
            "sigma ' (b)",
        ],
    ),
    (
        "W x0",
        [
            "Wx",
            "W x",
            "W*x",
            "W@x",
            "W·x",
            "W × x",
            "W ⋅ x",
            r"W \cdot x",
            r"W\,x",
            "(W)(x)",
            r"\left(W\right)x",
            "W  x",
        ],
    ),
    ("b ⊙ y", ["b.*y", "b ∘ y", r"b \odot y", r"b\circ y"]),
    ("b ./ y", ["b ⊘ y", r"b \oslash y"]),
    ("A ⊗ B", [r"A \otimes B", "kron(A, B)", "np.kron(A, B)"]),
    (
        "diag(b)",
        [
            "diag[b]",
            r"\mathrm{diag}(b)",
            r"\operatorname{diag}\left[b\right]",
            r"\text{diag}(b)",
            r"\diag(b)",
            "np.diag(b)",
            "diag (b)",
            "diag{b}",
        ],
    ),
    ("I_N", ["eye(N)", "I_{N}", r"\mathbf{I}_N", "np.eye(N)", "eye(N, N)", "I(N)", r"\mathbf{I_N}", "identity(N)"]),
    (
        "ones_{N}",
        [
            "1_N",
            "ones(N)",
            "ones_N",
            "ones(N, 1)",
            "np.ones((N, 1))",
            r"\mathbf{1}_N",
            "𝟏_N",
            r"\mathbb{1}_{N}",
            r"\boldsymbol 1_N",
        ],
    ),
    ("b ones^T", ["b 1^T", "b 1ᵀ", r"b\mathbf{1}^\top", "b ones'"]),
    ("ones(N, D)", ["np.ones((N, D))", "ones[N, D]"]),
    (
        "norm(b)^2",
        [
            "||b||^2",
            "‖b‖²",
            r"\lVert b\rVert^2",
            r"\|b\|^2",
            r"\left\|b\right\|^{2}",
            "norm(b)²",
            r"\left\lVert b\right\rVert^2",
            "|| b ||**2",
        ],
    ),
    ("norm(b)_2^2", ["||b||_2^2", "||b||^2_2", r"\lVert b\rVert_2^2", "‖b‖₂²"]),
    ("norm(W)_F", ["||W||_F", r"\|W\|_F", "‖W‖_{F}"]),
    ("⟨b, y⟩", [r"\langle b, y\rangle", "inner(b, y)", "np.dot(b, y)", "〈b,y〉"]),
    (
        "x0_d",
        [
            "x_d",
            "x_{d}",
            "x_{0,d}",
            "x_{0d}",
            "x_{d,0}",
            "x0_d",
            "x₀_d",
            "x[d]",
            "x0[d]",
            "x_0[d]",
            r"\mathbf{x}_{0,d}",
        ],
    ),
    ("W_{:,d}", ["W[:, d]", "W[:,d]", "W_{:d}"]),
    ("sum_k W_{:,k} x0_k", ["∑_k W_{:,k} x_k", "Σ_k W[:,k] x[k]", r"\sum_{k} W_{:,k} x_k", "sum_kW_{:,k}x_k"]),
    ("sum_{k=1}^{D} x0_k", ["∑_{k=1}^D x_k", r"\sum_{k=1}^{D} x_k", "Σ_{k = 1}^D x_k", "sum_k^D x_k"]),
    ("exp(t)", ["e^t", "e^{t}", "np.exp(t)", r"\exp(t)", r"\exp\left(t\right)", "exp t", r"\exp t"]),
    ("exp(-t)", ["e^{-t}", "e^-t", "e^(-t)"]),
    ("(1/2) t", ["1/2 t", r"\frac{1}{2} t", r"\frac12 t", r"\tfrac{1}{2}t", "(1/2)t"]),
    ("sqrt(t)", [r"\sqrt{t}", r"\sqrt t", "√t", "√(t)", "np.sqrt(t)"]),
    ("tanh(b).^2", ["tanh^2(b)", "tanh²(b)", r"\tanh^{2}(b)", "(tanh(b)).^2"]),
    ("sigmoid(t)", ["logistic(t)"]),
    ("relu(t)", ["ReLU(t)", r"\mathrm{ReLU}(t)", "torch.relu(t)"]),
    ("ln(t)", ["log(t)", r"\ln t", r"\log(t)", "np.log(t)"]),
    ("H(t)", ["heaviside(t)", "step(t)"]),
    ("max(0, t)", ["np.maximum(0, t)", r"\max(0, t)"]),
    (
        "[t, 1; 0, eta]",
        [
            "[[t, 1], [0, η]]",
            r"\begin{bmatrix} t & 1 \\ 0 & \eta \end{bmatrix}",
            r"\begin{pmatrix}t&1\\0&\eta\\\end{pmatrix}",
        ],
    ),
    ("[[t, 1]]", ["[[t,1]]", r"\begin{bmatrix} t & 1 \end{bmatrix}"]),
    ("pi t", ["π t", r"\pi t", "pi*t"]),
    (
        "2 W^T (W theta0 - y)",
        [
            "2W'(Wθ−y)",
            "2*W.T@(W@theta-y)",
            r"2\mathbf{W}^\top(\mathbf{W}\boldsymbol{\theta}_0-\mathbf{y})",
            "+2 W^T (W θ + -y)",
        ],
    ),
]


@pytest.mark.parametrize(("expected", "spellings"), labelled(SAME))
def test_every_spelling_of_a_formula_is_the_same_formula(expected: str, spellings: list[str]):
    tree = read(expected, SYMBOLS).tree
    for spelling in spellings:
        assert tree_of(spelling, SYMBOLS) == tree, spelling


def test_v_and_v0_are_one_symbol_unless_both_are_declared():
    both = Symbols({"x": "D 1", "x0": "D 1", "y": "D 1"})
    assert [read(name, both).text for name in ("x", "x0", "x_0", "y", "y0")] == ["x", "x0", "x0", "y", "y"]


def test_symbols_come_before_what_else_a_letter_could_mean():
    own = Symbols({"I": "D D", "e": "scalar", "H": "scalar", "T": "D 1", "pi": "scalar"}, functions={"tanh": "relu"})
    assert [node.kind for node in postorder(read("I^T T e^2 H pi", own).tree)].count(Kind.SYMBOL) == 5
    assert read("T^T T", own).shape.is_scalar


def test_a_hat_belongs_to_the_name():
    hats = Symbols({"yhat": "N 1", "y": "N 1", "thetahat": "D 1"})
    for spelling in (
        "yhat",
        "y_hat",
        "ŷ",
        "y\u0302",
        r"\hat{y}",
        r"\hat y",
        r"\hat{\mathbf{y}}",
        r"\mathbf{\hat{y}}",
        r"\widehat{y}",
    ):
        assert read(f"{spelling} - y", hats).text == "yhat - y"
    assert read(r"\hat{\theta}", hats).text == read("θhat", hats).text == read(r"\hat\theta", hats).text == "thetahat"


# Precedence ---------------------------------------------------------------------------------------

READINGS = [
    ("-t^2", "-t^2"),
    ("(-t)^2", "(-t)^2"),
    ("2^-t", "2^(-t)"),
    ("-t eta", "-t eta"),
    ("t - -eta", "t - (-eta)"),
    ("t * -eta", "t (-eta)"),
    ("t eta^2", "t eta^2"),
    ("2t^3eta", "2 t^3 eta"),
    ("2^10t", "2^10 t"),
    ("A^-1'", "(A^(-1))^T"),
    ("inv(e) t", "exp(-1) t"),
    ("t/eta/2", "(t/eta)/2"),
    ("t eta/2", "(t eta)/2"),
    ("t/2*eta", "(t/2) eta"),
    ("t*3", "t * 3"),
    ("x^T A x", "x0^T A x0"),
    ("W'W", "W^T W"),
    ("W^TW", "W^T W"),
    ("(A^2)^T", "(A^2)^T"),
    ("A'^2", "(A^T)^2"),
    ("x_d^2", "x0_d^2"),
    ("W^T b ⊙ x", "(W^T b) ⊙ x0"),
    ("x ⊙ W^T b", "x0 ⊙ (W^T b)"),
    ("2 b ⊙ y", "(2 b) ⊙ y"),
    ("b ⊙ y ⊙ b", "b ⊙ y ⊙ b"),
    ("b ⊙ y + y", "b ⊙ y + y"),
    ("A ⊗ B + A ⊗ B", "A ⊗ B + A ⊗ B"),
    ("A B ⊗ A", "(A B) ⊗ A"),
    ("exp(t)^2", "exp(t)^2"),
    ("exp t + 1", "exp(t) + 1"),
    ("exp t^2", "exp(t^2)"),
    ("2 exp t", "2 exp(t)"),
    ("sum_k x_k + t", "sum_k x0_k + t"),
    ("2 sum_k x_k t", "2 (sum_k x0_k t)"),
    ("sum_k x_k ⊙ t", "sum_k x0_k ⊙ t"),
    ("sum_k sum_l A_{kl}", "sum_k sum_l A_{k,l}"),
    ("sum_{k,l} A_kl", "sum_k sum_l A_{k,l}"),
    ("sum_k x_k^2 - t", "sum_k x0_k^2 - t"),
    ("|t||eta|", "(|t|) (|eta|)"),
    ("|t + |eta||", "|t + |eta| |"),
    ("||x|| ||x||", "norm(x0) norm(x0)"),
    ("t (eta + 1)", "t (eta + 1)"),
    ("eta(t+1)", "eta (t + 1)"),
    ("W (x + x)", "W (x0 + x0)"),
    ("b x^T x", "b x0^T x0"),
    ("W x^T x", "W (x0^T x0)"),
    ("A x x^T A x", "A x0 x0^T A x0"),
    ("b t x^T x t", "b t x0^T x0 t"),
    ("W (x^T) x", "W (x0^T x0)"),
]


@pytest.mark.parametrize(("typed", "expected"), labelled(READINGS))
def test_a_formula_is_read_as_a_mathematician_reads_it(typed: str, expected: str):
    assert shown(typed) == expected
    assert read(expected, SYMBOLS).tree == read(typed, SYMBOLS).tree


# Shapes -------------------------------------------------------------------------------------------

SHAPES = [
    ("W", "N×D"),
    ("W x", "N×1"),
    ("x^T", "1×D"),
    ("x^T x", "scalar"),
    ("x x^T", "D×D"),
    ("t W", "N×D"),
    ("diag(b)", "N×N"),
    ("diag(b^T)", "N×N"),
    ("diag(A)", "D×1"),
    ("diag(b) W", "N×D"),
    ("I W", "N×D"),
    ("W I", "N×D"),
    ("I", "?×?"),
    ("2 I", "?×?"),
    ("ones", "?×1"),
    ("b ones^T", "N×?"),
    ("I - A", "D×D"),
    ("A - 2I", "D×D"),
    ("W + b ones^T", "N×D"),
    ("1 - b", "N×1"),
    ("b^T + 1/2", "1×N"),
    ("1 - W", "N×D"),
    ("1 - t", "scalar"),
    ("W ⊗ A", "DN×D²"),
    ("b ⊗ b ⊗ b", "N³×1"),
    ("A^-2", "D×D"),
    ("x_d", "scalar"),
    ("x_d I", "?×?"),
    ("W_{:,d}", "N×1"),
    ("sum_k W_{k,:}", "1×D"),
    ("sum_k x_k e_k", "D×1"),
    ("e_d", "D×1"),
    ("sum_k b_k (sum_l W_{kl} x_l)", "scalar"),
    ("sum_k b_k + sum_k x_k", "scalar"),
    ("[t; t; 1]", "3×1"),
    ("[[t, t]]", "1×2"),
    ("||W x||", "scalar"),
    ("⟨W, W⟩", "scalar"),
    ("tr(W^T W)", "scalar"),
    ("sum(W) + mean(b)", "scalar"),
    ("N t", "scalar"),
    ("softmax(b)", "N×1"),
    ("max(0, b)", "N×1"),
    ("t ./ b", "N×1"),
    ("σ(W A)", "N×D"),
]


@pytest.mark.parametrize(("typed", "expected"), labelled(SHAPES))
def test_the_shape_is_inferred_in_letters(typed: str, expected: str):
    assert str(read(typed, SYMBOLS).shape) == expected


def test_shapes_are_printed_as_latex():
    assert read("W ⊗ A", SYMBOLS).shape.latex == r"D N \times D^2"
    assert read("t", SYMBOLS).shape.latex == r"\text{scalar}"


@pytest.mark.parametrize("typed", ["b I", "I x^T", "x^T + ones", "t + ones", "I x + b^T b"])
def test_an_open_size_is_never_one(typed: str):
    with pytest.raises(Unreadable):
        read(typed, SYMBOLS)


def test_an_open_size_follows_from_the_shape_that_is_asked_for():
    formula = read("x_d I", SYMBOLS)
    assert formula.fitted(read("A", SYMBOLS).shape) is not None
    assert formula.fitted(read("W", SYMBOLS).shape) is None
    assert formula.is_open
    assert not read("I W", SYMBOLS).is_open


# Read as ------------------------------------------------------------------------------------------

LATEX = [
    (
        "diag(σ'(W x₀ + b)) W",
        r"\operatorname{diag}\left(\sigma'\left(\mathbf{W}\,\mathbf{x}_{0} + \mathbf{b}\right)\right)\,\mathbf{W}",
    ),
    ("2 W^T (W θ - y)", r"2\,\mathbf{W}^\top\,\left(\mathbf{W}\,\boldsymbol{\theta}_{0} - \mathbf{y}\right)"),
    ("x_d I_N", r"x_{0,d}\,\mathbf{I}_{N}"),
    ("W^T b ⊙ x", r"\left(\mathbf{W}^\top\,\mathbf{b}\right) \odot \mathbf{x}_{0}"),
    ("t * 2", r"t \cdot 2"),
    ("1/2 ||x||_2^2", r"\frac{1}{2}\,\left\lVert \mathbf{x}_{0}\right\rVert_{2}^{2}"),
    ("b.^2", r"\mathbf{b}^{\odot 2}"),
    ("1_N x^T", r"\mathbf{1}_{N}\,\mathbf{x}_{0}^\top"),
    ("sum_{k=1}^D x_k", r"\sum_{k=1}^{D} x_{0,k}"),
    ("sqrt(t)", r"\sqrt{t}"),
    ("[t; 1]", r"\begin{bmatrix} t \\ 1 \end{bmatrix}"),
]


@pytest.mark.parametrize(("typed", "expected"), labelled(LATEX))
def test_read_as_is_latex_made_from_the_tree(typed: str, expected: str):
    formula = read(typed, SYMBOLS)
    assert formula.latex == expected
    assert math(formula.latex).startswith("<math")
    assert tree_of(formula.latex, SYMBOLS) == formula.tree


def test_an_exercise_says_how_its_symbols_are_printed():
    own = Symbols({"w_d": "N 1", "a": "N 1"}, latex={"w_d": r"\mathbf{w}_d"})
    assert read("w_d - a", own).latex == r"\mathbf{w}_d - \mathbf{a}"


# Places and limits --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "where", "what"),
    [
        ("diag(b) W x W", 12, "W"),
        (r"\operatorname{diag}\left(\mathbf b\right)\,\mathbf W\mathbf x_0\,\mathbf q", 73, "q"),
        ("W x₀ + b + x₀", 11, "x₀"),
        ("2 Wᵀ (W θ₀ − x₀)", 13, "x₀"),
        ("σ′(W x₀) + θ₁", 11, "θ₁"),
        ("ŷ", 0, "ŷ"),
    ],
)
def test_a_message_has_the_place_in_the_text_as_typed(typed: str, where: int, what: str):
    with pytest.raises(Unreadable) as refused:
        read(typed, SYMBOLS)
    assert refused.value.position == typed.index(what, where) == where


def test_nodes_know_where_they_stand():
    typed = r"2 \mathbf{W}^\top (W θ₀ - y)"
    nodes = {node.label: node for node in postorder(read(typed, SYMBOLS).tree) if node.label}
    assert typed[nodes["theta0"].start : nodes["theta0"].stop] == "θ₀"
    assert typed[nodes["2"].start : nodes["2"].stop] == "2"


@pytest.mark.parametrize("raw", [3, None, ["x"], {"x": 1}, True, 2.5])
def test_a_formula_is_a_text(raw: object):
    with pytest.raises(Unreadable, match="Expected a formula as a text"):
        read(raw, SYMBOLS)


def test_a_formula_of_400_characters_is_read_and_a_longer_one_not():
    longest = " " * (MAX_FORMULA - 1) + "x"
    assert read(longest, SYMBOLS).text == "x0"
    with pytest.raises(Unreadable, match="at most 400 characters") as refused:
        read(longest + " ", SYMBOLS)
    assert refused.value.position == MAX_FORMULA


@pytest.mark.parametrize(
    "typed", ["(" * 41 + "t" + ")" * 41, "-" * 100 + "t", "A" + "'" * 60, "exp(" * 41 + "t" + ")" * 41]
)
def test_depth_is_bounded(typed: str):
    with pytest.raises(Unreadable, match="deep"):
        read(typed, SYMBOLS)


def test_the_number_of_pieces_is_bounded():
    assert isinstance(read("+".join(["t"] * 119), SYMBOLS), Formula)
    with pytest.raises(Unreadable, match="too deeply or too long"):
        read("+".join(["t"] * 121), SYMBOLS)


@pytest.mark.parametrize(
    "typed",
    [
        "A ⊗ A ⊗ A ⊗ A",
        "tr(eye(12) ⊗ eye(12) ⊗ eye(12))",
        "(x ⊗ x ⊗ x ⊗ x) (x ⊗ x ⊗ x ⊗ x)^T (x ⊗ x ⊗ x ⊗ x)",
        "sum_i sum_j sum_k sum_l sum_m sum_n x_i x_j x_k x_l x_m x_n",
        "+".join(["(A⊗A)(A⊗A)(A⊗A)"] * 10),
    ],
)
def test_what_would_cost_too_much_is_refused_before_it_is_allocated(typed: str):
    with pytest.raises(Unreadable, match="too large to be evaluated"):
        read(typed, SYMBOLS)


# Declarations -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"shapes": {"θ": "D 1"}}, "no name of a symbol"),
        ({"shapes": {"x": "D"}}, "no shape of a formula"),
        ({"shapes": {"x": "D 1 N"}}, "no shape of a formula"),
        ({"shapes": {"x": "D 1"}, "functions": {"f": "cubic"}}, "use 'generic' or one of"),
        ({"shapes": {"x": "D 1"}, "functions": {"x": "tanh"}}, "cannot be a symbol and a function"),
        ({"shapes": {"x": "D 1"}, "indices": {"dd": "D"}}, "an index is one letter"),
        ({"shapes": {"x": "D 1"}, "domains": {"x": "small"}}, "no domain"),
        ({"shapes": {"x": "D 1"}, "domains": {"z": "positive"}}, "is no symbol"),
        ({"shapes": {"x": "D 1"}, "computed": {"a": "2 x"}}, "declare it among the symbols"),
        ({"shapes": {"x": "D 1"}, "sizes": "D < M"}, "a size that no shape has"),
    ],
)
def test_a_vocabulary_that_does_not_fit_together_is_an_error_for_its_author(declared: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        Symbols(**declared)


def test_an_exercise_may_forbid_derivatives_functions_and_names():
    own = Symbols({"x": "scalar"}, functions={"sigma": "sigmoid"}, without=("'", "tanh"), withheld=("dy_dx",))
    for typed, message in (
        ("σ'(x)", "write this one out"),
        ("tanh(x)", "not known here"),
        ("dy_dx x", "may not be used here"),
    ):
        with pytest.raises(Unreadable, match=message):
            read(typed, own)
