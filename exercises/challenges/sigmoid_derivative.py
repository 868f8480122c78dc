r"""# Slopes of the sigmoid and of tanh

Let $\sigma(x) = \frac{1}{1 + e^{-x}}$ (the logistic sigmoid).

- For $f(x) = \sigma({{ inside }})$: at which $x$ is the slope $f'(x)$ largest, and how large is it there?
- At some $x_0$ the forward pass gave $\sigma(x_0) = {{ s }}$: what is $\sigma'(-x_0)$?
- At some $x_1$ it gave $\tanh(x_1) = {{ s }}$: what is $\tanh'(x_1)$?
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import ints
from exercises.mathematics.logistic import logit
from exercises.mathematics.perceptron import sigmoid
from exercises.mathematics.terms import total

exercise = Exercise(given=dict(a=float, b=float, s=float))
exercise.texts(inside=lambda a, b: total([a], ["x"], b))


@exercise.instance
def draw(rng):
    q = rng.integers(3, 10)
    return dict(a=rng.integers(2, 7), b=ints(rng, -6, 6), s=rng.integers(1, q) / q)


@exercise.part("scalar")
def place(a, b):
    r"""The $x$ at which $f'(x)$ is largest"""
    return -b / a


@exercise.part("scalar")
def largest(a):
    """The largest slope of $f$"""
    return a / 4


@exercise.part("scalar")
def mirrored(s):
    r"""$\sigma'(-x_0)$"""
    return s * (1 - s)


@exercise.part("scalar")
def tanh(s):
    r"""$\tanh'(x_1)$"""
    return 1 - s**2


@place.oracle
def centre_of_mass_of_the_slopes(a, b):
    """They are the same to the left and to the right of the largest one."""
    x = np.linspace(-60, 60, 12001)
    slopes = np.gradient(sigmoid(a * x + b))
    return (x * slopes).sum() / slopes.sum()


largest.oracle(lambda a, b, place: jacobian(lambda x: sigmoid(a * x + b), [[place]]))
mirrored.oracle(lambda s: jacobian(sigmoid, [[-logit(s)]]))
tanh.oracle(lambda s: jacobian(np.tanh, [[np.arctanh(s)]]))

place.wrong("place-of-the-plain-sigmoid", lambda: 0.0, r"where $\sigma$ itself is steepest")
place.wrong("sign-slip", lambda reference: -reference, "minus the right place")
place.wrong("coefficient-forgotten", lambda b: -b, "the zero without the coefficient of $x$")
place.feedback(r"""
    place-of-the-plain-sigmoid: $\sigma$ itself is steepest there. Which $x$ makes its argument so?
    sign-slip: Insert it into the argument: what comes out?
    coefficient-forgotten: Insert it into the whole argument, with the coefficient of $x$.
""")
largest.wrong("inner-factor-forgotten", lambda: 0.25, r"$\sigma'(0)$").says("How fast does the argument change?")
largest.wrong("value-instead", lambda: 0.5, r"$\sigma(0)$").says("That is the height there, not the slope.")
mirrored.wrong("odd-symmetry", lambda reference: -reference, r"$-\sigma'(x_0)$")
mirrored.wrong("value-instead", lambda s: 1 - s, r"$\sigma(-x_0)$")
mirrored.wrong("sigmoid-taken-for-odd", lambda s: -s * (1 + s), r"what follows from $\sigma(-x_0) = -\sigma(x_0)$")
mirrored.feedback(r"""
    odd-symmetry: Can the slope of an increasing function be negative?
    value-instead: That is the value at the mirror image.
    sigmoid-taken-for-odd: $\sigma(-x)$ lies between 0 and 1: what is it in terms of $\sigma(x)$?
""")
tanh.wrong("sigmoid-formula", lambda s: s * (1 - s), r"$\tanh(x_1)\,(1 - \tanh(x_1))$")
tanh.wrong("square-forgotten", lambda s: 1 - s, r"$1 - \tanh(x_1)$")
tanh.feedback("""
    sigmoid-formula: That pattern belongs to the logistic sigmoid.
    square-forgotten: Use the quotient rule again: the term that is subtracted is a square.
""")
place.hints(r"$\sigma' = \sigma(1 - \sigma)$: for which $\sigma$ is this largest?", "For which $x$ is it reached?")
largest.hints("Chain rule: the outer slope times the inner one.", r"How large is $\sigma(1 - \sigma)$ at its largest?")
mirrored.hints(r"Show that $\sigma(-x) = 1 - \sigma(x)$.", r"Insert it into $\sigma' = \sigma(1 - \sigma)$.")
tanh.hints(r"Write $\tanh = \frac{\sinh}{\cosh}$ and use the quotient rule.", r"$\cosh^2 x - \sinh^2 x = 1$.")
place.explained(r"$\sigma(1 - \sigma)$ is largest for $\sigma = \frac12$: ${{ inside }} = 0$ at $x = {{ reference }}$.")
largest.explained(r"$\sigma'(0) = \frac12\cdot\frac12 = \frac14$, times the inner slope ${{ a }}$: ${{ reference }}$.")
mirrored.explained(
    r"$\sigma(-x_0) = 1 - \sigma(x_0)$: the factors of $\sigma(1 - \sigma)$ only change places, so $\sigma'$ is even:"
    r" $\sigma'(-x_0) = \sigma'(x_0) = {{ reference }}$."
)
tanh.explained(r"$\tanh' = 1 - \tanh^2$, so $\tanh'(x_1) = 1 - ({{ s }})^2 = {{ reference }}$.")
