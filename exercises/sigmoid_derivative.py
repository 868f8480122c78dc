r"""# Derivative of the logistic sigmoid

Let $\sigma(x) = \frac{1}{1 + e^{-x}}$. {{ known }} Compute $\sigma'(x_0)$.
"""

import numpy as np

from app.exercise import Exercise, values_latex
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals
from exercises.mathematics.perceptron import sigmoid

exercise = Exercise(
    number=18,
    topic="derivatives",
    section="Exercises: Simple Derivatives",
    given=dict(s=float, x0=float),
    hidden=dict(sigma=float, x=float),
)


@exercise.instance
def draw(rng, level):
    """By hand the forward pass is given, never 1/2: there σ² = σ(1 − σ). With numpy the point."""
    if level == "hand":
        over, under = [(1, 3), (2, 3), (1, 4), (3, 4), (1, 5), (4, 5), (2, 5), (3, 5)][int(rng.integers(8))]
        return dict(s=over / under, x0=None, sigma=over / under, x=float(np.log(over / (under - over))))
    x0 = decimals(rng, -2.2, 2.2, gap=0.3)
    return dict(s=None, x0=x0, sigma=float(sigmoid(x0)), x=x0)


@exercise.text
def known(s, x0):
    if s is None:
        return f"The point is $x_0 = {values_latex(x0)}$."
    return rf"The forward pass gave $\sigma(x_0) = {values_latex(s, fractions=True)}$."


@exercise.part("scalar")
def answer(sigma):
    r"""$\sigma'(x_0)$"""
    return sigma * (1 - sigma)


@answer.oracle
def by_differences(x):
    return jacobian(sigmoid, [[x]])


@answer.misconception
def value_instead(sigma):
    r"""That is $\sigma(x_0)$ itself."""
    return sigma


@answer.misconception
def only_one_minus_sigma(sigma):
    """A factor is missing; with the exponential form, check the power of the denominator."""
    return 1 - sigma


@answer.misconception
def squared(sigma):
    r"""Check the second factor: differentiate $1/(1+e^{-x})$ step by step."""
    return sigma**2


@answer.misconception
def minus_sign(reference):
    """The sigmoid increases everywhere: what sign must its slope have? Two minus signs meet in the chain rule."""
    return -reference


@answer.misconception
def tanh_formula(sigma):
    r"""That pattern belongs to $\tanh$."""
    return 1 - sigma**2


@answer.misconception
def plus_instead_of_minus(sigma):
    r"""Check a sign: where the sigmoid flattens, at $\sigma$ near 1, your formula gives a slope near 2."""
    return sigma * (1 + sigma)


@answer.misconception
def x_inside_the_formula(x):
    """The formula uses the output of the sigmoid, not its input."""
    return x * (1 - x)


@answer.misconception
def half_substituted(sigma, x):
    """Use the same quantity in both factors."""
    return sigma * (1 - x)


answer.hints(
    r"Write $\sigma = u^{-1}$ with $u = 1 + e^{-x}$.",
    r"Chain rule: $-u^{-2}\,u'$.",
    r"Recognise $\sigma$ in the result.",
)
answer.explained(
    r"$\sigma'(x) = \frac{e^{-x}}{(1+e^{-x})^2} = \sigma(x)\,(1-\sigma(x))$. With $\sigma(x_0) = {{ sigma }}$:"
    r" $\sigma'(x_0) = {{ reference }}$."
)
