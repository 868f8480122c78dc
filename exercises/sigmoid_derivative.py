r"""# Derivative of the logistic sigmoid

Let $\sigma(x) = \frac{1}{1 + e^{-x}}$ (the logistic sigmoid). Given ${{ what }} = {{ known }}$, compute $\sigma'(x_0)$.
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals
from exercises.mathematics.logistic import PROPER_FRACTIONS, logit
from exercises.mathematics.perceptron import sigmoid
from exercises.mathematics.pictures import tangent

given, hidden = dict(s=float, x0=float), dict(sigma=float, x=float)
exercise = Exercise(number=18, topic="derivatives", section="Exercises: Simple Derivatives", given=given, hidden=hidden)
exercise.texts(what=lambda s: r"\sigma(x_0)" if s else "x_0", known=lambda s, x0: s or x0)
exercise.in_symbols(
    functions=dict(sigma="sigmoid"),
    computed=dict(s="sigma(x0)", sigma=lambda s: s, x=lambda x0: x0),
    texts=dict(what="s", known=r"\sigma(x_0)", sigma="s"),
    without="'",
)
exercise.figure(lambda s, x0: tangent(sigmoid, x0 or logit(s), "the logistic sigmoid", least=4))


@exercise.instance
def draw(rng, level):
    """By hand the forward pass is given, not near 1/2: there σ² is near σ(1 − σ). With numpy the point."""
    if level == "hand":
        s = rng.choice(PROPER_FRACTIONS)
        return dict(s=s, x0=None, sigma=s, x=float(logit(s)))
    x0 = decimals(rng, -2.2, 2.2, gap=0.3)
    return dict(s=None, x0=x0, sigma=float(sigmoid(x0)), x=x0)


@exercise.part("scalar", formula="s (1 - s)")
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
answer.wrong("x-inside-the-formula", lambda x: x * (1 - x), r"$x_0\,(1 - x_0)$")
answer.wrong("half-substituted", lambda sigma, x: sigma * (1 - x), r"$\sigma(x_0)\,(1 - x_0)$")
answer.feedback(r"""
    value-instead: That is $\sigma(x_0)$ itself.
    only-one-minus-sigma: A factor is missing; with the exponential form, check the power of the denominator.
    squared: Check the second factor: differentiate $1/(1+e^{-x})$ step by step.
    minus-sign: The sigmoid increases everywhere: what sign has its slope? Two minus signs meet in the chain rule.
    tanh-formula: That pattern belongs to $\tanh$.
    plus-instead-of-minus: The sigmoid flattens where $\sigma$ is near 1. Which slope does your formula give there?
    x-inside-the-formula: The formula uses the output of the sigmoid, not its input.
    half-substituted: Use the same quantity in both factors.
""")
answer.hints(r"Write $\sigma = u^{-1}$, $u = 1 + e^{-x}$.", r"Chain rule: $-u^{-2}\,u'$.", r"Recognise $\sigma$ in it.")
answer.explained(
    r"$\sigma'(x) = \frac{e^{-x}}{(1+e^{-x})^2} = \sigma(x)\,(1-\sigma(x))$. With $\sigma(x_0) = {{ sigma }}$:"
    r" $\sigma'(x_0) = {{ reference }}$."
)
