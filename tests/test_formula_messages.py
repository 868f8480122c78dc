"""What cannot be read as a formula: exactly which message, and where. Each says what to do, none repeats the text."""

import pytest

from app.answers import Unreadable
from app.formula import Symbols, read

SYMBOLS = Symbols(
    {
        "W": "N D",
        "x0": "D 1",
        "b": "N 1",
        "theta0": "D 1",
        "y": "N 1",
        "A": "D D",
        "t": "scalar",
        "u": "3 1",
    },
    functions={"sigma": "generic"},
    indices={"d": "D"},
    withheld=("dr_da",),
)
NO_TRANSPOSE = "A number has no transpose. Write the product with *, the number alone."
DERIVATIVES = "Derivatives are what is asked for. Write them out in the symbols of the exercise."
NAMES = "Known names: W, x0, b, theta0, y, A, t, u, sigma."

COMPARED = (
    "Write H(x) for 1 where x > 0 and 0 elsewhere, ⟨a, b⟩ or inner(a, b) for an inner product, and a bound alone."
)
SIZES_ONLY = "Only sizes stand in these brackets, as in eye(N) and ones(N, D). Write * before a factor in brackets."

VECTORS = "Write [a; b] for a column, [[a, b]] for a row."
WRITE_TRANSPOSE = "Write ^T for a transpose, as in W^T."
EQUATION = "Write only what stands on the right of the equals sign."
BEHIND = "Is this the number 1 or a column of ones? Write * before the number; 1_N or ones(N) for the column."
SCIENTIFIC = "Write this number in full, as in 0.001, or with a power, as in 10^(-3)."
BEFORE = "Is this the number 1 or a column of ones? Leave the number out, or write 1_N or ones(N)."

UNREADABLE = [
    ("   ", 0, "This answer is empty. Type a formula."),
    ("diag(σ'(W x + b) W", 4, "This bracket is never closed."),
    ("diag(σ'(W x + b))) W", 17, "This closing bracket has no opening partner."),
    ("(W x + b]", 8, ("A bracket of another kind is open here. Close it as it was opened.")),
    ("([W x + b)]", 1, "This bracket is never closed."),
    ("W x + ", 6, ("The formula ends too early: something is missing at its end.")),
    ("W x + * b", 6, "Something is missing before this sign."),
    ("* W x", 0, "Something is missing before this sign."),
    ("()", 1, ("Something is missing before this bracket, comma or semicolon.")),
    ("diag()", 5, ("Something is missing before this bracket, comma or semicolon.")),
    ("diag W x", 5, "Write brackets behind this name, as in diag(…)."),
    ("sum x_k", 0, ("Write sum(…) for the sum of all entries, sum_k for a sum over an index.")),
    ("sigma", 5, ("Write what this function applies to in brackets, as in exp(x).")),
    ("sigma' W x", 0, ("Write brackets around everything this function applies to, as in exp(x) y or exp(x y).")),
    ("exp x y", 0, ("Write brackets around everything this function applies to, as in exp(x) y or exp(x y).")),
    ("exp -t", 4, ("Write what this function applies to in brackets, as in exp(x).")),
    ("tanh^t(b)", 5, ("Write a power of a function's values as tanh^2(x) or (tanh(x))^2.")),
    ("tanh^2 b", 7, ("Write what this function applies to in brackets, as in exp(x).")),
    (
        "W x W",
        4,
        (
            "`W x0` is N×1 and `W` is N×D: a column cannot be multiplied from the left of it. Did you mean "
            "diag(…) of the column?"
        ),
    ),
    ("x y", 2, ("`x0` is D×1 and `y` is N×1: two columns have no product. `x0 y^T` would be D×N.")),
    (
        "x x",
        2,
        (
            "`x0` and `x0` are both columns, D×1: they have no product. Write `x0^T x0` for a number, `x0 ⊙ "
            "x0` for one entry by entry."
        ),
    ),
    (
        "x^T x^T",
        4,
        (
            "`x0^T` and `x0^T` are both rows, 1×D: they have no product. Write `x0^T x0` for a number, `x0^T "
            "⊙ x0^T` for one entry by entry."
        ),
    ),
    (
        "(W x + b) (b - y)",
        11,
        (
            "`W x0 + b` and `b - y` are both columns, N×1: they have no product. Write `(W x0 + b)^T (b - y)`"
            " for a number, `(W x0 + b) ⊙ (b - y)` for one entry by entry."
        ),
    ),
    (
        "b y",
        2,
        (
            "`b` and `y` are both columns, N×1: they have no product. Write `b^T y` for a number, `b ⊙ y` for"
            " one entry by entry."
        ),
    ),
    (
        "W W",
        2,
        (
            "`W` is N×D and `W` is N×D: the D columns of the first do not meet the N rows of the second. The "
            "transpose of one would fit; ⊙ is the product entry by entry."
        ),
    ),
    (
        "W x^T",
        2,
        (
            "`W` is N×D and `x0^T` is 1×D: before a row stands a column or a number. The transpose of the "
            "second would fit."
        ),
    ),
    (
        "A W",
        2,
        (
            "`A` is D×D and `W` is N×D: the D columns of the first do not meet the N rows of the second. The "
            "transpose of the second would fit."
        ),
    ),
    (
        "W y^T x",
        2,
        ("`W` is N×D and `y^T` is 1×N: before a row stands a column or a number. In the other order they fit."),
    ),
    (
        "W A W",
        4,
        (
            "`W A` is N×D and `W` is N×D: the D columns of the first do not meet the N rows of the second. "
            "The transpose of one would fit; ⊙ is the product entry by entry."
        ),
    ),
    (
        "A W W",
        2,
        (
            "`A` is D×D and `W` is N×D: the D columns of the first do not meet the N rows of the second. The "
            "transpose of the second would fit."
        ),
    ),
    ("W x + x", 6, ("`W x0` is N×1 and `x0` is D×1: only what has the same shape can be added.")),
    (
        "W x + x^T x",
        6,
        (
            "`W x0` is N×1 and `x0^T x0` is a number: they cannot be added. For a number in every entry, "
            "multiply it with ones."
        ),
    ),
    ("b + b^T", 4, ("`b` is N×1 and `b^T` is 1×N: they cannot be added. Transpose one of them.")),
    ("1 - A", 0, ("A number plus a square matrix can be read in two ways. Write I or ones beside the number.")),
    ("I + 2", 4, ("A number plus a square matrix can be read in two ways. Write I or ones beside the number.")),
    ("b ⊙ x", 4, ("`b` is N×1 and `x0` is D×1: a product entry by entry wants equal shapes.")),
    (
        "b ⊙ W",
        4,
        (
            "`b` is N×1 and `W` is N×D: a product entry by entry wants equal shapes. To scale rows, write "
            "diag(…) of the column before the matrix."
        ),
    ),
    (
        "b ⊙ b^T",
        4,
        ("`b` is N×1 and `b^T` is 1×N: a product entry by entry wants equal shapes. Transpose one of them."),
    ),
    ("W^2", 0, ("`W` is N×D: only square matrices have powers. Write A.^2 entry by entry, A^T A for a product.")),
    (
        "x^2",
        0,
        (
            "`x0` is D×1: a power of a vector can be read in several ways. Write x.^2 entry by entry, ||x||^2"
            " or x^T x for a number."
        ),
    ),
    ("A^t", 2, "Powers of matrices are whole numbers from -8 to 8."),
    ("A^9", 2, "Powers of matrices are whole numbers from -8 to 8."),
    ("A^x", 2, ("An exponent is a number. For powers of e entry by entry, write exp(…).")),
    ("b / b", 4, ("Only a number can stand below a fraction line; `b` is N×1. Write ./ to divide entry by entry.")),
    ("b / A", 4, ("Only a number can stand below a fraction line; `A` is D×D. Write (…)^{-1} for an inverse.")),
    ("t/t t", 4, ("Does this stand below the fraction line? Write brackets: (a/b) c or a/(b c).")),
    ("1/2t", 3, ("Does this stand below the fraction line? Write brackets: (a/b) c or a/(b c).")),
    ("2/N x^T x/N t", 12, ("Does this stand below the fraction line? Write brackets: (a/b) c or a/(b c).")),
    ("b ⊙ b ./ b", 6, ("Which comes first here? Write brackets around one of these entrywise or Kronecker products.")),
    ("A ⊗ A ⊙ A", 6, ("Which comes first here? Write brackets around one of these entrywise or Kronecker products.")),
    ("e^-t^2", 4, "Powers of powers can be read in two ways. Write brackets: (a^b)^c or a^(b^c)."),
    ("e^t^2", 3, "Powers of powers can be read in two ways. Write brackets: (a^b)^c or a^(b^c)."),
    ("t^t^t", 3, ("Powers of powers can be read in two ways. Write brackets: (a^b)^c or a^(b^c).")),
    ("x^2_d", 3, "Write the index before the exponent, as in x_d^2."),
    ("t_d", 0, "`t` is a number and has no entries. Leave the index out."),
    ("W_d", 0, ("`W` is N×D: its entries have two indices, as in W_{n,d}; W_{:,d} is a column.")),
    ("x_{d,d}", 0, "`x0` is D×1: its entries have one index, as in x_d."),
    ("b_d", 0, "d runs from 1 to D, and not over these entries."),
    ("x_k", 0, ("The index k belongs to no sum here. Write sum_k, or the whole vector.")),
    ("sum_k b", 0, ("The index k of this sum does not occur in it. How far does it go?")),
    ("Σ x_k", 0, "Name the index of this sum, as in sum_d w_d x_d."),
    ("sum_d x_d", 0, ("This letter has a meaning already. Take another one as the index of the sum.")),
    ("sum_k W_{k,k}", 6, ("The index k runs over two different sizes. Take another letter for one.")),
    ("sum_{k=0}^D x_k", 0, ("Entries are counted from 1: write the index with =1, or alone.")),
    (
        "sum_k W e_k b_k",
        8,
        (
            "`W` is N×D and `e_{k}` is N×1: the D columns of the first do not meet the N rows of the second. The "
            "transpose of the first would fit."
        ),
    ),
    (
        "sum_k x_k e_k e_k^T W",
        20,
        (
            "`x0_k e_{k} e_{k}^T` is D×D and `W` is N×D: the D columns of the first do not meet the N rows of the "
            "second. The transpose of the second would fit."
        ),
    ),
    ("sum_{k=1}^N x_k", 0, ("The index k runs over two different sizes. Take another letter for one.")),
    ("sum_{k,l}^D A_kl", 0, ("A sum that says how far it goes has one index: write one sum behind another.")),
    ("x_", 2, ("An index is missing here. Write it in braces, as in W_{n,d}.")),
    ("x_{d+1}", 1, "An index is a letter or a number, as in W_{n,d}. A size stands alone, as in I_N."),
    (r"I_{N \times N}", 1, "An index is a letter or a number, as in W_{n,d}. A size stands alone, as in I_N."),
    ("x_2", 0, ("How many entries there are is open here: write an index letter, as in x_d.")),
    ("u_4", 0, "Entries are counted from 1 to 3."),
    ("u[0]", 0, "Entries are counted from 1 to 3."),
    ("d x", 0, ("An index is no factor. It stands below a symbol, as in x_d.")),
    ("I_M", 0, "This is no size here. Sizes are: D, N."),
    ("I_x", 1, "Below I and ones stands their size, as in I_N."),
    ("eye(N, D)", 7, "An identity matrix is square: write I_N."),
    ("eye(0)", 0, "A size is at least 1."),
    ("eye(99)", 0, "Sizes are letters, or numbers up to 12."),
    ("ones^T ones", 0, "The size of this is open: write it, as in I_N or ones(N)."),
    ("|b|", 0, ("`b` is N×1: write ||x|| for its norm, abs(x) entry by entry.")),
    ("||W||", 0, "Which norm of a matrix? `W` is N×D: write ||A||_F."),
    ("||b||_3", 5, ("Norms here are ||x||, ||x||_1, ||x||_∞ and, of matrices, ||A||_F.")),
    ("tr(W)", 3, "A trace is of a square matrix; `W` is N×D."),
    ("diag(W)", 5, "diag applies to a vector or a square matrix; `W` is N×D."),
    ("diag(t)", 5, ("diag applies to a vector or a square matrix; `t` is a number.")),
    ("softmax(W)", 8, "softmax applies to a vector; `W` is N×D."),
    ("⟨b, x⟩", 4, ("`b` is N×1 and `x0` is D×1: an inner product wants equal shapes.")),
    ("⟨b⟩", 0, ("Two things are due in these brackets, with a comma between them.")),
    ("norm(b, b)", 8, "One thing is due in these brackets."),
    ("norm(b, 2)", 8, "One thing is due in these brackets."),
    ("exp(0,5 t)", 6, "One thing is due in these brackets. Decimal numbers have a point: 0.5."),
    ("(t + 0,5) b", 7, "One thing is due in these brackets. Decimal numbers have a point: 0.5."),
    ("[t, t]", 0, ("Row or column? Write [[a, b]] for a row, [a; b] for a column.")),
    ("[1, 2; 3]", 7, "The rows of this matrix have different lengths."),
    ("[b; t]", 1, "Entries of a matrix are numbers; `b` is N×1."),
    ("(t, t)", 4, f"One thing is due in these brackets. {VECTORS}"),
    ("(t; t)", 4, f"One thing is due in these brackets. {VECTORS}"),
    ("0,5 t", 1, ("Decimal numbers have a point: 0.5. Otherwise write one formula only.")),
    ("t; t", 1, ("Decimal numbers have a point: 0.5. Otherwise write one formula only.")),
    ("(W x)2", 5, "Write a number before the other factors, or * before it."),
    ("e^{-T}", 1, "A number has no transpose or derivative. Leave this sign out."),
    ("N^T", 1, "A number has no transpose or derivative. Leave this sign out."),
    ("2'", 1, ("A number has no transpose or derivative. Leave this sign out.")),
    ("t'", 1, "`t` is a number: there is nothing to transpose."),
    ("σ(b)'", 4, "Write σ'(…) for a derivative, (…)^T for a transpose."),
    ("w x", 0, f"Capitals matter: did you mean W? {NAMES}"),
    ("Thetha0", 0, "This name is not known here. Did you mean theta0?"),
    ("theta1", 0, "This name is not known here. Did you mean theta?"),
    ("sgima(b)", 0, "This name is not known here. Did you mean sigma?"),
    ("q + 1", 0, f"This name is not known here. {NAMES}"),
    ("y = W x", 2, EQUATION),
    ("f(q) = W x", 5, EQUATION),
    (r"\nabla f(\boldsymbol\theta_0) = W^T b", 30, EQUATION),
    (r"\delta_1 := W x", 10, EQUATION),
    ("q", 0, f"This name is not known here. {NAMES}"),
    ("phi(b)", 0, f"This name is not known here. {NAMES}"),
    ("beta b", 0, f"This name is not known here. {NAMES}"),
    ("inverse(A)", 0, "This name is not known here. Did you mean inv?"),
    ("Diag(b)", 0, "This name is not known here. Did you mean diag?"),
    ("dsigma(b)", 0, "This name is not known here. Did you mean sigma?"),
    ("∂r/∂b", 0, DERIVATIVES),
    *((typed, 0, DERIVATIVES) for typed in ("dr/db W", "d r / d b", "d^2 r/dx^2", "dL_dW", "grad f", "dθ/dt")),
    (r"2 \frac{dr}{db}", 8, DERIVATIVES),
    ("outer(b, 2)", 9, NO_TRANSPOSE),
    ("outer(x, 1)", 9, NO_TRANSPOSE),
    ("transpose(N)", 10, NO_TRANSPOSE),
    ("W_ij x_j", 0, "The index i belongs to no sum here. Write sum_i, or the whole vector."),
    ("dr_da W", 0, ("This quantity may not be used here. Write it out in the given symbols.")),
    (r"\frac{1}", 8, "Write a fraction as \\frac{a}{b} or a/b."),
    (r"\frac1\theta", 6, "Write a fraction as \\frac{a}{b} or a/b."),
    (r"\sqrt[3]{t}", 0, "Write such a root as a power, as in x^(1/3)."),
    (r"\sqrt [2] {t}", 0, "Write such a root as a power, as in x^(1/3)."),
    (r"\begin{align} b \end{align}", 0, ("Of LaTeX environments only matrices can be read, as in \\begin{bmatrix}.")),
    (r"\hat{b", 4, "This brace is never closed."),
    ("x > 0", 2, COMPARED),
    ("1_{x>0}", 4, COMPARED),
    ("1 if t > 0 else 0", 7, COMPARED),
    (r"\phi < 1/t", 5, COMPARED),
    (r"1_{t \geq 0}", 5, COMPARED),
    ("<b, y>", 0, COMPARED),
    (r"\begin{cases} 1 & t > 0 \end{cases}", 0, "Write cases with H(x), which is 1 where x > 0 and 0 elsewhere."),
    ("(t^2)'", 5, "`t^2` is a number: there is nothing to transpose."),
    ("max(0, t)'", 9, "`max(0, t)` is a number: there is nothing to transpose."),
    ("b^2 3", 4, "Write a number before the other factors, or * before it."),
    ("2 3 t", 2, "Write a number before the other factors, or * before it."),
    ("W^H b", 1, "Write ^T for a transpose, as in W^T."),
    ("W^{tr} b", 1, "Write ^T for a transpose, as in W^T."),
    ("2/n b", 2, f"Capitals matter: did you mean N? {NAMES}"),
    ("δ_{ij} t", 0, "The index i belongs to no sum here. Write sum_i, or the whole matrix, with I for δ_{ij}."),
    ("δ_ij t", 0, "The index i belongs to no sum here. Write sum_i, or the whole matrix, with I for δ_{ij}."),
    (
        "diag(y)(I - 1 y^T)",
        12,
        "`I` is ?×? and `-1 y^T` is 1×N: only what has the same shape can be added. For ones, write 1_N or ones(N).",
    ),
    ("eye(N+0)", 3, SIZES_ONLY),
    ("eye(10^9) W", 3, SIZES_ONLY),
    ("ones(W)", 4, SIZES_ONLY),
    ("2 u1", 2, "Write an entry with an underscore, as in x_1."),
    (r"(W^T W)\ (W^T y)", 7, r"A backslash begins a LaTeX command here. Write `A^{-1} b` for `A\b`."),
    (r"A\x", 1, r"A backslash begins a LaTeX command here. Write `A^{-1} b` for `A\b`."),
    (r"(A)\(x)", 3, r"A backslash begins a LaTeX command here. Write `A^{-1} b` for `A\b`."),
    (r"\foo b", 0, ("This LaTeX command has no meaning in a formula here. Write names without it: diag, sigma.")),
    ("b < y", 2, COMPARED),
    ("t ≥ 0", 2, COMPARED),
    ("2½ t", 1, "Write such a number as 2.5 or 5/2."),
    ("t!", 1, "There are no factorials here."),
    ("t ∞", 2, ("Infinity is no number. Write a formula of the symbols of the exercise.")),
    ("x…", 1, "Write the whole formula, without dots."),
    ("u_1 + ... + u_3", 6, "Write the whole formula, without dots."),
    (r"u_1 + \dots + u_3", 6, "Write the whole formula, without dots."),
    ("W 1", 2, BEHIND),
    ("diag(b) 1 + y", 8, BEHIND),
    ("b y^T 1 x^T", 6, BEHIND),
    ("1 x^T", 0, BEFORE),
    ("b^T y 1^T + 2 (1 x^T)", 15, BEFORE),
    ("t^ + t", 3, "Something is missing before this sign."),
    ("W^+ b", 2, "Something is missing before this sign."),
    (
        "(A ⊗ I) (I ⊗ W)",
        9,
        (
            "`A ⊗ I` is ?D×?D and `I ⊗ W` is ?N×?D: the ?D columns of the first do not meet the ?N rows of the "
            "second. Write the sizes of I and ones, as in I_N and ones(N)."
        ),
    ),
    (
        "np.dot(W, x)",
        10,
        "`W` is N×D and `x0` is D×1: an inner product wants equal shapes. Write `W x0` for their product.",
    ),
    ("5. x", 1, ("A point stands within a number, as in 0.5, or in W.T, .* and ./.")),
    ("W x ; b", 4, ("Decimal numbers have a point: 0.5. Otherwise write one formula only.")),
    ("δ_{d}", 0, "Kronecker's delta has two indices, as in δ_{ij}."),
    ("e_2", 0, "The size of this is open: write an index letter, as in e_d, or the column itself, as in [0; 1]."),
    ("δ_{1d}", 0, "An index is a letter here, as in e_d and δ_{ij}."),
    ("1e-3 t", 0, SCIENTIFIC),
    ("t + 2.5E3", 4, SCIENTIFIC),
    ("σ'''(b)", 0, "This derivative is not known here. Write it out."),
    ("|t", 0, "This bracket is never closed."),
    ("W x ||", 6, ("The formula ends too early: something is missing at its end.")),
    ("x # y", 2, "This character has no meaning in a formula here."),
    ('x" or "1', 1, "This character has no meaning in a formula here."),
    ("{t", 0, "This bracket is never closed."),
    ("t}", 1, "This closing bracket has no opening partner."),
    (
        "1/(W x)",
        3,
        ("Only a number can stand below a fraction line; `W x0` is N×1. Write ./ to divide entry by entry."),
    ),
    ("max(t)", 3, ("Two things are due in these brackets, with a comma between them.")),
    ("exp()", 4, ("Something is missing before this bracket, comma or semicolon.")),
    ("2^W", 2, ("An exponent is a number. For powers of e entry by entry, write exp(…).")),
    ("(W x)_", 6, ("An index is missing here. Write it in braces, as in W_{n,d}.")),
    ("W^^T", 2, "Something is missing before this sign."),
    ("x @@ y", 3, "Something is missing before this sign."),
    ("(1/2", 0, "This bracket is never closed."),
]


def test_a_small_t_is_no_transpose_where_it_is_no_symbol():
    with pytest.raises(Unreadable, match=r"Write \^T for a transpose") as refused:
        read("W^t W", Symbols({"W": "N D"}))
    assert refused.value.position == 1
    assert read("2^t", SYMBOLS).text == "2^(t)"


@pytest.mark.parametrize(
    ("typed", "position", "message"), [pytest.param(*row, id=ascii(row[0])[:40]) for row in UNREADABLE]
)
def test_what_cannot_be_read_is_answered_with_the_place_and_the_remedy(typed: str, position: int, message: str):
    with pytest.raises(Unreadable) as refused:
        read(typed, SYMBOLS)
    assert (refused.value.position, refused.value.message) == (position, message)


def test_there_are_many_messages():
    assert len(UNREADABLE) >= 60
    assert len({message for _, _, message in UNREADABLE}) >= 60


def test_messages_quote_the_tree_and_never_the_text():
    with pytest.raises(Unreadable) as refused:
        read(r"\mathbf{W}\,\mathbf{x}_0 \, W", SYMBOLS)
    assert refused.value.message.startswith("`W x0` is N×1 and `W` is N×D")


def test_a_long_piece_is_quoted_by_its_beginning():
    with pytest.raises(Unreadable) as refused:
        read("(W x + b + y - W θ + 2 b - 3 y + W (x - θ)) W", SYMBOLS)
    assert refused.value.message.startswith("`W x0 + b + y - W theta0 + 2 b - 3 y + W…` is N×1 and")
