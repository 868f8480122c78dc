r"""# The cost of a chain

The chain rule multiplies three Jacobians, $\mathbf J_3\mathbf J_2\mathbf J_1$, with

$${{ factors }}$$

How many multiplications of numbers does it take in either order? (Additions are not counted.)
"""

import numpy as np

from app.exercise import Choice, Exercise, shape_latex
from exercises.mathematics.drawing import sizes

given = dict(n=list)  # the number of inputs, then that of the outputs of each factor
exercise = Exercise(
    number=60, topic="beyond", section="Beyond the slides", given=given, beyond_lecture=True, largest=2000
)


@exercise.instance
def draw(rng, level):
    """One output in a quarter of the instances, one input in another: no order is cheaper more often."""
    n = sizes(rng, *(2, 9) if level == "hand" else (10, 90), 4)
    end = int(rng.integers(4))  # 0: the first size, 3: the last one
    return dict(n=[1 if k == end and k in (0, 3) else size for k, size in enumerate(n)])


@exercise.text
def factors(n):
    spaces = [rf"\mathbf J_{k} \in \mathbb R^{{{shape_latex((n[k], n[k - 1]))}}}" for k in (1, 2, 3)]
    return r" \qquad ".join(spaces)


exercise.stratum(lambda n: "one output" if n[3] == 1 else "one input" if n[0] == 1 else "several of both")
exercise.texts(
    costs_forward=lambda n: rf"{n[2]}\cdot{n[1]}\cdot{n[0]} + {n[3]}\cdot{n[2]}\cdot{n[0]}",
    costs_reverse=lambda n: rf"{n[3]}\cdot{n[2]}\cdot{n[1]} + {n[3]}\cdot{n[1]}\cdot{n[0]}",
)


@exercise.part("scalar", weight=0.4)
def forward(n):
    r"""From the input, $\mathbf J_3(\mathbf J_2\mathbf J_1)$ (forward)"""
    return n[2] * n[1] * n[0] + n[3] * n[2] * n[0]


@exercise.part("scalar", weight=0.4)
def reverse(n):
    r"""From the output, $(\mathbf J_3\mathbf J_2)\mathbf J_1$ (reverse)"""
    return n[3] * n[2] * n[1] + n[3] * n[1] * n[0]


@exercise.part(Choice(forward="forward", reverse="reverse", equal="neither, they cost the same"), weight=0.2)
def cheaper(forward, reverse):
    """Which order is cheaper here?"""
    return "equal" if forward == reverse else "forward" if forward < reverse else "reverse"


def cost(*shapes):
    """What a product of two matrices costs: each multiplication adds 1 where all entries are 1."""
    left, right = map(np.ones, shapes)
    return (left @ right).sum()


forward.oracle(lambda n: cost((n[2], n[1]), (n[1], n[0])) + cost((n[3], n[2]), (n[2], n[0])))
reverse.oracle(lambda n: cost((n[3], n[2]), (n[2], n[1])) + cost((n[3], n[1]), (n[1], n[0])))


@cheaper.oracle
def by_reciprocals(n):
    """Divided by the product of all four sizes, a product of matrices costs one over the size it leaves out."""
    of_forward, of_reverse = 1 / n[3] + 1 / n[1], 1 / n[0] + 1 / n[2]
    return "forward" if of_forward < of_reverse else "reverse"


forward.wrong("other-order", lambda n: reverse(n), r"the cost of $(\mathbf J_3\mathbf J_2)\mathbf J_1$")
reverse.wrong("other-order", lambda n: forward(n), r"the cost of $\mathbf J_3(\mathbf J_2\mathbf J_1)$")
for part in (forward, reverse):
    part.wrong("products-multiplied", lambda n: np.prod(n, dtype=float), "the product of all four sizes")
    part.wrong("result-size-only", lambda n: n[0] * n[3], "the number of entries of the result")
    part.wrong("sizes-of-factors-added", lambda n: np.dot(n[1:], n[:-1]), "the number of entries of the three factors")
    part.feedback("""
        other-order: Which product is computed first here?
        products-multiplied: Two products are done one after the other: costs add.
        result-size-only: Each entry of a product needs several multiplications.
        sizes-of-factors-added: Counting entries is not counting multiplications.
    """)
    part.hints(
        r"An $m \times n$ matrix times an $n \times k$ matrix costs $mnk$ multiplications.",
        "Which two are multiplied first, and what is the shape of their product?",
        "Add the costs of both products.",
    )
forward.explained(
    r"$m \times n$ times $n \times k$ costs $mnk$. First $\mathbf J_2\mathbf J_1$, then $\mathbf J_3$ times the result:"
    r" ${{ costs_forward }} = {{ reference }}$."
)
reverse.explained(
    r"$m \times n$ times $n \times k$ costs $mnk$. First $\mathbf J_3\mathbf J_2$, then the result times $\mathbf J_1$:"
    r" ${{ costs_reverse }} = {{ reference }}$."
)
cheaper.wrong("other-order", lambda reference: "forward" if reference == "reverse" else "reverse", "the dearer one")
cheaper.wrong("same-result-same-cost", lambda: "equal", "true of the result, not of the work")
cheaper.feedback("""
    other-order: Compare your two totals.
    same-result-same-cost: The result is the same in both orders. Is the work?
""")
cheaper.hints("Compare the two totals.", "Starting at the small end keeps the matrices on the way small.")
cheaper.explained(
    r"${{ forward }}$ against ${{ reverse }}$: ${{ reference }}$. Where there is a single output, such as a loss, and"
    r" several of everything else, reverse always wins: whatever is computed on the way is a row. That is why networks"
    r" are differentiated by backpropagation."
)
