r"""# Shapes along a chain

A vector runs through ${{ steps }}$ differentiable functions, one after the other:

$$\mathbf x_0 \in {{ spaces }}$$

Derivatives are in numerator layout: outputs are rows, inputs are columns. $\mathbf J_k$ is the derivative of step $k$;
here $k = {{ k }}$. Answer shapes like `3x5`, `3x1`, `1x5`.
"""

import numpy as np

from app.exercise import UNDEFINED, Choice, Exercise, Shape
from exercises.mathematics.chains import first_to_last, last_to_first, ones, spaces, with_sizes
from exercises.mathematics.drawing import sizes

exercise = Exercise(number=30, topic="chain-rule", section="The Chain Rule", given=dict(n=list, k=int))
exercise.stratum(lambda n: "through a single number" if 1 in n else "through vectors only")
exercise.texts(steps=lambda n: len(n) - 1, spaces=spaces, with_sizes=with_sizes)
exercise.texts(first_to_last=first_to_last, last_to_first=last_to_first)


@exercise.instance
def draw(rng, level):
    """Sizes n_0 to n_L, pairwise different; after the first step often a single number, as in the lecture."""
    L = 3 if rng.random() < 0.4 else int(rng.integers(2, 5))
    n = sizes(rng, 2, 9 if level == "hand" else 64, L + 1)
    if L == 3 or rng.random() < 0.5:
        n[1] = 1
    return dict(n=n, k=int(rng.integers(1, L + 1)))


@exercise.part(Shape())
def factor(n, k):
    r"""The shape of factor $k$, the derivative $\mathbf J_k$ of step $k$"""
    return n[k], n[k - 1]


@exercise.part(Shape())
def whole(n):
    r"""The shape of the whole derivative, of the last value with respect to $\mathbf x_0$"""
    return n[-1], n[0]


@exercise.part(
    Choice(first_left="${{ first_to_last }}$", last_left="${{ last_to_first }}$", either="either of the two")
)
def order():
    """Which product is defined and equals the whole derivative?"""
    return "last_left"


factor.oracle(lambda n, k: ones(n)[k - 1].shape)
whole.oracle(lambda n: np.linalg.multi_dot(ones(n)[::-1]).shape)


@order.oracle
def by_multiplying(n):
    """numpy multiplies in one of the two orders, and refuses the other."""
    try:
        np.linalg.multi_dot(ones(n))
    except ValueError:
        return "last_left" if np.linalg.multi_dot(ones(n)[::-1]).shape == (n[-1], n[0]) else "either"
    return "first_left"


factor.wrong("inputs-as-rows", lambda n, k: (n[k - 1], n[k]), "inputs × outputs")
factor.wrong("factor-and-whole-mixed", lambda n: (n[-1], n[0]), "the shape of the whole derivative")
factor.wrong(
    "counted-from-the-other-end", lambda n, k: (n[-k], n[-k - 1]), "right, counted from the end", sometimes_right=True
)
factor.wrong("shape-of-the-value", lambda n, k: (n[k], 1), "the shape of a value", sometimes_right=True)
factor.feedback("""
    inputs-as-rows: Outputs are rows: what does this factor multiply?
    factor-and-whole-mixed: One step of the chain, or from the very first variable to the very last?
    counted-from-the-other-end: Step 1 is the function applied first.
    shape-of-the-value: You gave the shape of a variable, not of a derivative.
""")
whole.wrong("inputs-as-rows", lambda n: (n[0], n[-1]), "inputs × outputs")
whole.wrong("factor-and-whole-mixed", lambda n: (n[-1], n[-2]), "the shape of the last factor")
whole.wrong("shape-of-the-value", lambda n: (n[-1], 1), "the shape of the last value")
whole.wrong("collapsed-to-scalar", lambda n: () if 1 in n[1:-1] else None, "the shape of the single number on the way")
whole.wrong("not-composable", lambda: UNDEFINED, "what the product in the wrong order is")
whole.feedback("""
    inputs-as-rows: Outputs are rows: what does this derivative multiply?
    factor-and-whole-mixed: One step of the chain, or from the very first variable to the very last?
    shape-of-the-value: You gave the shape of a variable, not of a derivative.
    collapsed-to-scalar: Passing through a single number does not make the result a number: column times row.
    not-composable: Write the factors with the last function on the left and compare neighbouring sizes.
""")
order.wrong("first-step-on-the-left", lambda: "first_left", "the order in which the functions are applied")
order.wrong("factors-commute", lambda: "either", "true for numbers")
order.feedback("""
    first-step-on-the-left: Write each factor as outputs × inputs. Do neighbouring sizes match in this order?
    factors-commute: Matrix products depend on the order; write the sizes under both.
""")
factor.hints("Which space does this step start from, and where does it lead?", "Outputs × inputs.")
exercise.hints(
    "Write each derivative as outputs × inputs.", "The last function stands on the left.", "Neighbouring sizes cancel."
)
factor.explained(r"Step ${{ k }}$ has as many rows as outputs and as many columns as inputs: ${{ reference }}$.")
whole.explained(
    "${{ with_sizes }}$: neighbouring sizes cancel. Outputs of the last step × inputs of the first are left,"
    " ${{ reference }}$."
)
order.explained(
    "The chain rule puts the last function on the left, ${{ last_to_first }}$ with the sizes ${{ with_sizes }}$:"
    " neighbours match. In the other order they do not."
)
