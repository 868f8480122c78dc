r"""Formulas as answers: `diag(σ'(W x₀ + b)) W` is read, its shapes inferred in letters, and judged by evaluation.

Four names do it. An exercise declares its vocabulary once, and for each part the right formula:

    symbols = Symbols(
        {"W": "N D", "x0": "D 1", "b": "N 1", "a": "N 1"},
        functions={"sigma": "generic"},         # or "sigmoid", "tanh", "relu", …
        computed={"a": "W x0 + b"},             # an earlier part, here by a formula, else by a function
    )
    part = Reference(
        "diag(sigma'(a)) W",                    # or a function such as `lambda a, W, sigma: …`, then with shape="N D"
        symbols,
        wrong={"slope-forgotten": "W", "transposed": lambda reference: reference.T},
    )

What a student types is read, which costs no try, and judged:

    formula = read("diag(σ'(W x₀ + b)) W", symbols)     # raises Unreadable(message, position)
    formula.latex, str(formula.shape), formula.text     # read as: LaTeX, "N×D", and as one could type it
    restored(formula.text, symbols)                     # the same formula, from storage
    judgement = judge(formula, part)
    judgement.right                                     # equal on all instances
    judgement.fits, judgement.transposed                # of the right shape; right but for its orientation
    judgement.wrong, judgement.hint                     # the id of a wrong formula that it equals; else what its
                                                        # structure shows (`Hint.id`, `Hint.feedback`)

`Unreadable` is `app.answers.Unreadable`: it says what is wrong and what to write, with the place in the text as typed,
and quotes pieces of the tree, never the text. A product that does not fit is unreadable; a formula of another shape
than the part's is judged. `Symbols` and `Reference` raise `ValueError` where a declaration does not fit together, and
`Reference.coincidences()` has the wrong formulas that are right after all. Everything is drawn from fixed seeds, on
first use of a `Reference`, so a verdict can be had again.

What is accepted, beside what one expects (`parser.py`, `shapes.py` and `characters.py` have the rules):

- products `W x`, `W*x`, `W@x`, `W·x`; entry by entry `⊙`, `.*`, `./`, `.^`; `⊗`; powers; `A^{-1}`, `A^-1`, `inv(A)`
- transposes `^T`, `ᵀ`, `.T`, `'`, `^\top`; behind the name of a function `'` is its derivative: `σ'(a)`
- `diag(…)`, `I`, `I_N`, `eye(N)`, `ones`, `1_N`, `ones(N, D)`, `zeros(N)`, `e_d`, `δ_{ij}`, matrices `[a, b; c, d]`
- `||x||`, `||x||_1`, `||A||_F`, `|t|`, `⟨a, b⟩`, `tr`, `sum`, `mean`, `softmax`, `max(a, b)`
- entries `x_d`, `W_{n,d}`, `W[n, d]`, columns `W_{:,d}`, sums `sum_k w_k x_k`, `∑_{k=1}^D x_k`; an index that stands
  free makes an entry formula and must be declared
- the functions of `functions.py`, entry by entry, and sizes as numbers: `2/N`
- all of it as LaTeX, as Unicode or as numpy writes it

The rooms, in reading order: `tree`; `functions`, `sizes`, `symbols` (what an exercise declares); `characters`,
`unknown`, `lexer`, `pieces`, `brackets`, `signs`, `parser` (text to tree); `render` (tree to text and LaTeX);
`mismatch`, `inference`, `products`, `shape_rules`, `shapes` (what fits); `costs`; `reading`; `evaluate`, `instances`,
`equivalence` (why evaluation decides), `diagnosis`, `judging`. Nothing typed is ever run, nothing recurses over a tree,
and every size is known before an array is made.
"""

from app.formula.diagnosis import Hint
from app.formula.equivalence import Reference
from app.formula.judging import Judgement, judge
from app.formula.reading import MAX_FORMULA, Formula, read, restored
from app.formula.sizes import Shape
from app.formula.symbols import Domain, Symbols

__all__ = [
    "MAX_FORMULA",
    "Domain",
    "Formula",
    "Hint",
    "Judgement",
    "Reference",
    "Shape",
    "Symbols",
    "judge",
    "read",
    "restored",
]
