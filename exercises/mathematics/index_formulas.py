"""Index formulas as answers: what is to be computed, what a formula computes, and which one computes it."""

import numpy as np

from app.exercise import shape_latex
from exercises.mathematics.drawing import sizes
from exercises.mathematics.tensor_operations import index_formula, indices

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
PLAIN = {2: "ij,jk->ik", 0: "ij,ji->", 3: "bij,bjk->bik"}  # without a transpose, by the ways of the result


def right_formula(task):
    return TASKS[task][0]


def draw_task(rng, ways):
    """A task whose result has so many ways, and shapes of its operands, with pairwise different sizes."""
    task = str(rng.choice([task for task in TASKS if len(indices(right_formula(task))[1]) == ways]))
    size = dict(zip("bijk", sizes(rng, 2, 6, 4)))
    operands = [[size[letter] for letter in factor] for factor in indices(right_formula(task))[0]]
    return dict(task=task, operands=operands)


def wanted(task, operands):
    """What is to be computed, in Markdown."""
    one, two = (rf"\mathbb R^{{{shape_latex(tuple(shape))}}}" for shape in operands)
    latex = TASKS[task][1]
    if len(operands[0]) == 2:
        return rf"${latex}$ of $\mathbf A \in {one}$ and $\mathbf B \in {two}$."
    return (
        rf"${latex}$ for every $b$, of $\mathcal T \in {one}$ and $\mathcal S \in {two}$. The first way of both and of"
        r" the result counts the matrices $\mathbf T_b$, $\mathbf S_b$ and their products."
    )


def entry(task):
    """The formula of one entry of the result, in LaTeX."""
    return index_formula("TS" if "T_b" in task else "AB", right_formula(task))


def computed(task, operands):
    """Random operands of these shapes, and what numpy makes of them."""
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(shape) for shape in operands]
    return arrays, TASKS[task][2](*arrays)


def by_evaluation(answer, task, operands):
    """Whether a formula computes what is wanted; else a sentence about what it computes."""
    return judged(answer, *computed(task, operands))


def by_trying(task, operands):
    """The formula once more: among all there are, one that computes what is wanted."""
    return formula_found(*computed(task, operands))


def without_transpose(task):
    plain = PLAIN[len(indices(right_formula(task))[1])]
    return None if right_formula(task) == plain else plain


def rewritten(ways, change):
    """A wrong way for results of so many ways: what `change` makes of the two sides of the right formula."""

    def formula(task):
        left, right = right_formula(task).split("->")
        return change(left, right) if len(right) in ways else None

    return formula


def judged(formula, arrays, result):
    """True where a formula makes `result` of these arrays; else a sentence about what it makes of them."""
    factors, _ = indices(formula)
    if len(factors) != len(arrays):
        return f"There are {len(arrays)} operands. Separate their letters by commas."
    if any(len(letters) != array.ndim for letters, array in zip(factors, arrays)):
        return "An operand needs one letter for each of its ways."
    try:
        made = np.einsum(formula, *arrays)
    except ValueError:
        return "One letter stands for two different sizes. Write each size above its letter."
    if made.shape != np.shape(result):
        shape = shape_latex(made.shape)
        return f"This formula makes the shape ${shape}$. Which ways should the result have, and in which order?"
    return bool(np.allclose(made, result)) or "The shape is right, the numbers are not. Which ways are summed together?"


def formula_found(arrays, result):
    """The formula that makes `result` of these arrays, found by trying all there are."""
    sizes = [size for array in arrays for size in array.shape]
    ends = np.cumsum([array.ndim for array in arrays])
    words = [""]  # all ways to give letters to the ways, up to renaming
    for _ in sizes:
        words = [word + letter for word in words for letter in "ijklmnop"[: len(set(word)) + 1]]
    for word in words:
        size = dict(zip(word, sizes))
        if [size[letter] for letter in word] != sizes:
            continue
        factors = [word[end - array.ndim : end] for array, end in zip(arrays, ends)]
        left = [""]  # all selections of letters for the ways of the result
        for _ in range(np.ndim(result)):
            left = [letters + letter for letters in left for letter in size if letter not in letters]
        for letters in left:
            formula = f"{','.join(factors)}->{letters}"
            if judged(formula, arrays, result) is True:
                return formula
    return None
