r"""# Derivative of the logistic sigmoid

Let $\sigma(x) = \frac{1}{1 + e^{-x}}$ (the logistic sigmoid). {{ known }} Compute $\sigma'(x_0)$.
"""

from math import gcd, log

from app.exercise import Exercise, values_latex
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals
from exercises.mathematics.perceptron import sigmoid
from exercises.mathematics.pictures import tangent

exercise = Exercise(
    number=18,
    topic="derivatives",
    section="Exercises: Simple Derivatives",
    given=dict(s=float, x0=float),
    hidden=dict(sigma=float, x=float),
)
FRACTIONS = [(p, q) for q in range(3, 13) for p in range(1, q) if gcd(p, q) == 1 and abs(p / q - 0.5) > 0.05]


@exercise.instance
def draw(rng, level):
    """By hand the forward pass is given, not near 1/2: there σ² is near σ(1 − σ). With numpy the point."""
    if level == "hand":
        p, q = FRACTIONS[rng.integers(len(FRACTIONS))]
        return dict(s=p / q, x0=None, sigma=p / q, x=log(p / (q - p)))
    x0 = decimals(rng, -2.2, 2.2, gap=0.3)
    return dict(s=None, x0=x0, sigma=float(sigmoid(x0)), x=x0)


@exercise.figure
def graph(s, x0):
    return tangent(sigmoid, log(s / (1 - s)) if x0 is None else x0, "the logistic sigmoid", least=4)


@exercise.text
def known(s, x0):
    if s is None:
        return f"The point is $x_0 = {values_latex(x0)}$."
    return rf"The forward pass gave $\sigma(x_0) = {values_latex(s, fractions=True)}$."


@exercise.part("scalar")
def answer(sigma):
    r"""$\sigma'(x_0)$"""
    return sigma * (1 - sigma)


answer.oracle(lambda x: jacobian(sigmoid, [[x]]))
answer.wrong("value-instead", lambda sigma: sigma, r"$\sigma(x_0)$")
answer.wrong("only-one-minus-sigma", lambda sigma: 1 - sigma, r"$1 - \sigma(x_0)$")
answer.wrong("squared", lambda sigma: sigma**2, r"$\sigma(x_0)^2$")
answer.wrong("minus-sign", lambda reference: -reference, r"$-\sigma'(x_0)$")
answer.wrong("tanh-formula", lambda sigma: 1 - sigma**2, r"$1 - \sigma(x_0)^2$")
answer.wrong("plus-instead-of-minus", lambda sigma: sigma * (1 + sigma), r"$\sigma(x_0)\,(1 + \sigma(x_0))$")
answer.wrong("x-inside-the-formula", lambda x: x * (1 - x), "$x_0\\,(1 - x_0)$")
answer.wrong("half-substituted", lambda sigma, x: sigma * (1 - x), r"$\sigma(x_0)\,(1 - x_0)$")
answer.feedback(r"""
    value-instead: That is $\sigma(x_0)$ itself.
    only-one-minus-sigma: A factor is missing; with the exponential form, check the power of the denominator.
    squared: Check the second factor: differentiate $1/(1+e^{-x})$ step by step.
    minus-sign: The sigmoid increases everywhere: what sign must its slope have? Two minus signs meet in the chain rule.
    tanh-formula: That pattern belongs to $\tanh$.
    plus-instead-of-minus: Check a sign: where the sigmoid flattens, at $\sigma$ near 1, your formula gives a slope near
        2.
    x-inside-the-formula: The formula uses the output of the sigmoid, not its input.
    half-substituted: Use the same quantity in both factors.
""")
answer.hints(
    r"Write $\sigma = u^{-1}$ with $u = 1 + e^{-x}$.",
    r"Chain rule: $-u^{-2}\,u'$.",
    r"Recognise $\sigma$ in the result.",
)
answer.explained(
    r"$\sigma'(x) = \frac{e^{-x}}{(1+e^{-x})^2} = \sigma(x)\,(1-\sigma(x))$. With $\sigma(x_0) = {{ sigma }}$:"
    r" $\sigma'(x_0) = {{ reference }}$."
)
