r"""# Derivative of a composition

Let $f(x) = {{ f }}$ and {{ outer }}. Compute $(g\circ f)'(x_0)$ at $x_0 = {{ x0 }}$.
"""

from app.exercise import Exercise
from exercises.mathematics import compositions, jacobian
from exercises.mathematics.compositions import OUTER, inner, slope, value

given, hidden = dict(g=str, a=float, b=float, n=int, x0=float), dict(y0=float, df=float)  # y0 = f(x0), df = f'(x0)
exercise = Exercise(number=28, topic="chain-rule", section="The Chain Rule", given=given, hidden=hidden)
exercise.instance(compositions.draw)
exercise.texts(
    f=compositions.inner_latex,
    outer=lambda g: OUTER[g][2],
    outer_slope=lambda g: OUTER[g][3],
    dg=lambda g, y0: float(slope(g, y0)),
)

exercise.in_symbols(
    functions=dict(g="g"),
    domains=dict(x0="positive"),
    computed=dict(y0="a x0^n + b", df=lambda a, n, x0: n * a * x0 ** (n - 1)),
    texts=dict(
        f="a x^n + b",
        outer="let $g$ be any smooth function with the derivative $g'$",
        df="n a x_0^{n - 1}",
        outer_slope="this point put into $g'$",
        dg="g'(a x_0^n + b)",
    ),
)


@exercise.part("scalar", formula="n a x0^(n - 1) g'(y0)")
def answer(g, y0, df):
    r"""$(g\circ f)'(x_0)$"""
    return slope(g, y0) * df


answer.oracle(lambda g, a, b, n, x0: jacobian(lambda x: value(g, inner(x, a, b, n)), [x0]))
# Where ReLU is flat, every factor 0 gives the right answer: `or None`.
answer.wrong("inner-derivative-forgotten", lambda g, y0: slope(g, y0) or None, "$g'(f(x_0))$ alone", credit=0.3)
answer.wrong("outer-derivative-at-x", compositions.slope_at_x, r"$g'(x_0)\,f'(x_0)$", credit=0.3)
answer.wrong("outer-derivative-of-inner-derivative", compositions.nested_slopes, "$g'(f'(x_0))$")
answer.wrong("product-rule-instead", lambda g, x0, y0, df: df * value(g, x0) + y0 * slope(g, x0), r"$(f\cdot g)'(x_0)$")
answer.wrong("value-of-composition", lambda g, y0: value(g, y0) or None, "$g(f(x_0))$")
answer.wrong("added-instead-of-multiplied", lambda g, y0, df: slope(g, y0) + df, "$g'(f(x_0)) + f'(x_0)$")
answer.wrong("composed-in-the-other-order", compositions.other_order, r"$(f\circ g)'(x_0)$")
answer.feedback(r"""
    inner-derivative-forgotten: The inner function also moves when $x$ moves.
    outer-derivative-at-x: At which point is $g$ evaluated in $g(f(x))$? Its derivative is taken there too.
    outer-derivative-of-inner-derivative: Multiply the derivatives; do not put one inside the other.
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
    r"$y_0 = f(x_0) = {{ y0 }}$ and $f'(x_0) = {{ df }}$. With {{ outer_slope }} the outer slope $g'(y_0)$ is"
    r" ${{ dg }}$. Chain rule: $(g\circ f)'(x_0) = g'(y_0)\,f'(x_0) = {{ reference }}$."
)
