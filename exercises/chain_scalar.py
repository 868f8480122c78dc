r"""# Derivative of a composition

Let $f(x) = {{ f }}$ and {{ outer }}. Compute $(g\circ f)'(x_0)$ at $x_0 = {{ x0 }}$.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals, ints, numbers
from exercises.mathematics.perceptron import sigmoid
from exercises.mathematics.terms import total

exercise = Exercise(
    number=28,
    topic="chain-rule",
    section="The Chain Rule",
    given=dict(g=str, a=float, b=float, n=int, x0=float),
    hidden=dict(y0=float, df=float),  # f and its slope at x0
)

VALUE = {
    "square": lambda y: y**2,
    "cube": lambda y: y**3,
    "exp": np.exp,
    "sigmoid": sigmoid,
    "relu": lambda y: np.maximum(y, 0.0),
}
SLOPE = {
    "square": lambda y: 2 * y,
    "cube": lambda y: 3 * y**2,
    "exp": np.exp,
    "sigmoid": lambda y: sigmoid(y) * (1 - sigmoid(y)),
    "relu": lambda y: float(y > 0),
}
WRITTEN = {  # the function, its derivative
    "square": (r"$g(y) = y^2$", "g'(y) = 2y"),
    "cube": (r"$g(y) = y^3$", "g'(y) = 3y^2"),
    "exp": (r"$g(y) = e^y$", "g'(y) = e^y"),
    "sigmoid": (r"let $g(y) = \frac{1}{1 + e^{-y}}$ be the logistic sigmoid", r"g'(y) = g(y)\,(1 - g(y))"),
    "relu": (r"let $g(y) = \max(0, y)$ be ReLU", r"g'(y) = 1 \text{ for } y > 0 \text{ and } 0 \text{ for } y < 0"),
}


@exercise.instance
def draw(rng, level):
    hand = level == "hand"
    g = str(rng.choice(["square", "cube", "relu"] if hand else sorted(VALUE)))
    a, b, n = numbers(rng, level), numbers(rng, level), int(rng.integers(1, 3))
    x0 = ints(rng, -3, 3) if hand else decimals(rng, -1.5, 1.5)
    y0 = inner(x0, a, b, n)
    if not 0.25 < abs(y0) < (8 if hand else 2) or abs(y0 - x0) <= 0.2:
        return None
    if g == "relu" and y0 < 0 and rng.random() < 0.8:
        return None
    return dict(g=g, a=a, b=b, n=n, x0=x0, y0=y0, df=a * n * x0 ** (n - 1))


def inner(x, a, b, n):
    return a * x**n + b


exercise.texts(
    f=lambda a, b, n: total([a], ["x" if n == 1 else f"x^{n}"], b),
    outer=lambda g: WRITTEN[g][0],
    dg_written=lambda g: WRITTEN[g][1],
    dg=lambda g, y0: float(SLOPE[g](y0)),
)


@exercise.part("scalar")
def answer(g, y0, df):
    r"""$(g\circ f)'(x_0)$"""
    return SLOPE[g](y0) * df


answer.oracle(lambda g, a, b, n, x0: jacobian(lambda x: VALUE[g](inner(x, a, b, n)), [x0]))
answer.wrong(
    "inner-derivative-forgotten",
    lambda g, y0, reference: SLOPE[g](y0) if reference else None,
    "$g'(f(x_0))$ alone",
    credit=0.3,
)
answer.wrong(
    "outer-derivative-at-x",
    lambda g, x0, df: None if g == "relu" else SLOPE[g](x0) * df,
    "$g'(x_0)\\,f'(x_0)$",
    credit=0.3,
)
answer.wrong(
    "outer-derivative-of-inner-derivative", lambda g, df: None if g == "relu" else SLOPE[g](df), "$g'(f'(x_0))$"
)
answer.wrong(
    "product-rule-instead",
    lambda g, x0, y0, df: df * VALUE[g](x0) + y0 * SLOPE[g](x0),
    "$f'(x_0)\\,g(x_0) + f(x_0)\\,g'(x_0)$",
)
answer.wrong("value-of-composition", lambda g, y0, reference: VALUE[g](y0) if reference else None, "$g(f(x_0))$")
answer.wrong("added-instead-of-multiplied", lambda g, y0, df: SLOPE[g](y0) + df, "$g'(f(x_0)) + f'(x_0)$")
answer.wrong(
    "composed-in-the-other-order",
    lambda g, a, n, x0: a * n * VALUE[g](x0) ** (n - 1) * SLOPE[g](x0) if n > 1 and g != "relu" else None,
    r"$(f\circ g)'(x_0)$",
)
answer.feedback(r"""
    inner-derivative-forgotten: The inner function also moves when $x$ moves.
    outer-derivative-at-x: At which point is $g$ evaluated in $g(f(x))$? Its derivative is taken there too.
    outer-derivative-of-inner-derivative: Differentiate $g$ and evaluate at $f(x_0)$, then multiply; do not put $f'$
        inside.
    product-rule-instead: $g(f(x))$ is not $g(x)\cdot f(x)$.
    value-of-composition: That is the value, not the rate of change.
    added-instead-of-multiplied: Rates compose by multiplication.
    composed-in-the-other-order: Which function is applied to $x$ first?
""")
answer.hints(
    "Name $y = f(x)$ and $z = g(y)$.",
    r"$\frac{dz}{dx} = \frac{dz}{dy}\cdot\frac{dy}{dx}$.",
    "The constant $x_0$ flows through the variables: first compute $y_0 = f(x_0)$.",
)
answer.explained(
    "$y_0 = f(x_0) = {{ y0 }}$ and $f'(x_0) = {{ df }}$. With ${{ dg_written }}$ the outer slope is"
    " $g'(y_0) = {{ dg }}$. Chain rule: $(g\\circ f)'(x_0) = g'(y_0)\\,f'(x_0) = {{ reference }}$."
)
