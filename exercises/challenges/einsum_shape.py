r"""# Write the formula

Write the formula that makes `einsum` compute each of the following, such as `ij,j->i` for a matrix times a vector. The
operands come in the order in which they are named; the letters are yours to choose.
"""

from app.exercise import Exercise, IndexFormula
from exercises.mathematics import index_formulas
from exercises.mathematics.index_formulas import draw_task, rewritten

WAYS = {"product": 2, "trace": 0, "batch": 3}  # of the result

exercise = Exercise(given=dict.fromkeys(WAYS, dict))
exercise.stratum(lambda product: product["task"])
exercise.texts(wanted=index_formulas.wanted, entry=index_formulas.entry, formula=index_formulas.right_formula)


@exercise.instance
def draw(rng):
    return {id: draw_task(rng, ways) for id, ways in WAYS.items()}


@exercise.parts(" ".join(WAYS), IndexFormula(), each="task operands")
def answer(task):
    """Formula for the {{ id }}

    {{ wanted }}
    """
    return index_formulas.right_formula(task)


answer.oracle(index_formulas.by_trying)
answer.accepts(index_formulas.by_evaluation)

answer.wrong("transpose-forgotten", index_formulas.without_transpose, "the formula without the transpose")
answer.wrong(
    "result-transposed",
    rewritten({2, 3}, lambda left, right: f"{left}->{right[:-2]}{right[-1]}{right[-2]}"),
    "the formula of the transposed result",
    credit=0.3,
)


@answer.misconception("the formula of all products, before any sum")
def nothing_summed(task):
    """A letter behind the arrow is kept. Which ones are to be summed?"""
    left, _ = index_formulas.right_formula(task).split("->")
    return f"{left}->{''.join(dict.fromkeys(left.replace(',', '')))}"


answer.wrong("diagonal-kept", rewritten({0}, lambda left, _: f"{left}->{left[-1]}"), "the formula of the diagonal")
answer.wrong("sum-of-all-entries", rewritten({0}, lambda left, _: f"{left[:-1]}k->"), "the sum over the whole product")
answer.wrong(
    "batch-summed", rewritten({3}, lambda left, right: f"{left}->{right[1:]}"), "the formula of the sum over $b$"
)
answer.wrong(
    "every-pair",
    rewritten({3}, lambda left, right: f"a{left[1:]}->a{right}"),
    "the formula that multiplies every matrix of one batch with every matrix of the other",
)
answer.feedback("""
    transpose-forgotten: Transposing exchanges the two letters of a matrix.
    result-transposed: Which of the two letters counts the rows of the result? It comes first.
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
answer.explained("With its indices: ${{ entry }}$. Read off operand by operand, the result last: `{{ formula }}`.")
