r"""# Write the formula

Write the formula that makes `einsum` compute each of the following, such as `ij,j->i` for a matrix times a vector. The
operands come in the order in which they are named; the letters are yours to choose.
"""

import numpy as np

from app.exercise import Exercise, IndexFormula, shape_latex
from exercises.mathematics.drawing import sizes
from exercises.mathematics.tensor_operations import formula_found, index_formula, indices, judged

TASKS = {  # the formula, what it means, and how numpy does it otherwise
    "A^T B": ("ij,ik->jk", r"\mathbf A^\top\mathbf B", lambda A, B: A.T @ B),
    "A B^T": ("ij,kj->ik", r"\mathbf A\mathbf B^\top", lambda A, B: A @ B.T),
    "A^T B^T": ("ij,ki->jk", r"\mathbf A^\top\mathbf B^\top", lambda A, B: A.T @ B.T),
    "tr(A B)": ("ij,ji->", r"\operatorname{tr}(\mathbf A\mathbf B)", lambda A, B: np.trace(A @ B)),
    "tr(A^T B)": ("ij,ij->", r"\operatorname{tr}(\mathbf A^\top\mathbf B)", lambda A, B: np.trace(A.T @ B)),
    "T_b S_b": ("bij,bjk->bik", r"\mathbf T_b\mathbf S_b", lambda T, S: T @ S),
    "T_b^T S_b": ("bij,bik->bjk", r"\mathbf T_b^\top\mathbf S_b", lambda T, S: T.swapaxes(1, 2) @ S),
    "T_b S_b^T": ("bij,bkj->bik", r"\mathbf T_b\mathbf S_b^\top", lambda T, S: T @ S.swapaxes(1, 2)),
}
WAYS = {"product": 2, "trace": 0, "batch": 3}  # of the result
PLAIN = {2: "ij,jk->ik", 0: "ij,ji->", 3: "bij,bjk->bik"}  # without a transpose

exercise = Exercise(given=dict.fromkeys(WAYS, dict))


@exercise.instance
def draw(rng):
    drawn = {}
    for id, ways in WAYS.items():
        task = str(rng.choice([task for task, (formula, *_) in TASKS.items() if len(indices(formula)[1]) == ways]))
        size = dict(zip("bijk", sizes(rng, 2, 6, 4)))
        operands = [[size[letter] for letter in factor] for factor in indices(TASKS[task][0])[0]]
        drawn[id] = dict(task=task, operands=operands)
    return drawn


exercise.stratum(lambda product: product["task"])


@exercise.text
def wanted(task, operands):
    one, two = (rf"\mathbb R^{{{shape_latex(tuple(shape))}}}" for shape in operands)
    latex = TASKS[task][1]
    if len(operands[0]) == 2:
        return rf"${latex}$ of $\mathbf A \in {one}$ and $\mathbf B \in {two}$."
    return (
        rf"${latex}$ for every $b$, of $\mathcal T \in {one}$ and $\mathcal S \in {two}$. The first way of both and of"
        r" the result counts the matrices $\mathbf T_b$, $\mathbf S_b$ and their products."
    )


exercise.texts(
    entry=lambda task: index_formula("TS" if "T_b" in task else "AB", TASKS[task][0]),
    in_letters=lambda task: f"`{TASKS[task][0]}`",
)


@exercise.parts(" ".join(WAYS), IndexFormula(), each="task operands")
def answer(task):
    """Formula for the {{ id }}

    {{ wanted }}
    """
    return TASKS[task][0]


def computed(task, operands):
    """Random operands of these shapes, and what numpy makes of them."""
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(shape) for shape in operands]
    return arrays, TASKS[task][2](*arrays)


answer.oracle(lambda task, operands: formula_found(*computed(task, operands)))


@answer.accepts
def by_evaluation(answer, task, operands):
    return judged(answer, *computed(task, operands))


def written(ways, change):
    """A wrong way for results of so many ways: what `change` makes of the two sides of the right formula."""

    def formula(task):
        left, right = TASKS[task][0].split("->")
        return change(left, right) if len(right) in ways else None

    return formula


@answer.misconception("the formula without the transpose")
def transpose_forgotten(task):
    """Transposing exchanges the two letters of a matrix."""
    right, plain = TASKS[task][0], PLAIN[len(indices(TASKS[task][0])[1])]
    return None if right == plain else plain


answer.wrong(
    "result-transposed",
    written({2, 3}, lambda left, right: f"{left}->{right[:-2]}{right[-1]}{right[-2]}"),
    "the formula of the transposed result",
    credit=0.3,
)
answer.wrong(
    "nothing-summed",
    written({0, 2, 3}, lambda left, _: f"{left}->{''.join(dict.fromkeys(left.replace(',', '')))}"),
    "the formula of all products, before any sum",
)
answer.wrong(
    "diagonal-kept", written({0}, lambda left, _: f"{left}->{left[-1]}"), "the formula of the diagonal of the product"
)
answer.wrong(
    "sum-of-all-entries",
    written({0}, lambda left, _: f"{left[:-1]}k->"),
    "the formula of the sum over the whole product",
)
answer.wrong(
    "batch-summed", written({3}, lambda left, right: f"{left}->{right[1:]}"), "the formula of the sum of all products"
)
answer.wrong(
    "every-pair",
    written({3}, lambda left, right: f"a{left[1:]}->a{right}"),
    "the formula that multiplies every matrix of one batch with every matrix of the other",
)
answer.feedback("""
    result-transposed: Which of the two letters counts the rows of the result? It comes first.
    nothing-summed: A letter behind the arrow is kept. Which ones are to be summed?
    diagonal-kept: That is the diagonal. The trace adds its entries: is a letter left then?
    sum-of-all-entries: The trace only adds the diagonal: there, the row index equals the column index.
    batch-summed: Every $b$ has a product of its own. Where must its letter stand?
    every-pair: Matrices with the same number belong together: how does a formula say that two indices are equal?
""")
answer.hints(
    "Write the formula of one entry of the result, as a sum.",
    "An index that is summed together bears the same letter in both operands, and none behind the arrow.",
    "Behind the arrow: the letters of the left-hand side, in its order.",
)
answer.explained("With its indices: ${{ entry }}$. Read off operand by operand, the result last: {{ in_letters }}.")
