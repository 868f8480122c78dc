r"""# Three nested functions

Let $f(x) = {{ f }}$, $g(y) = {{ g }}$ and $h(z) = {{ outer }}$. Compute $(h\circ g\circ f)'(x_0)$ at $x_0 = {{ x0 }}$.
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.compositions import slope, value
from exercises.mathematics.drawing import ints
from exercises.mathematics.terms import total

given = dict(a=float, b=float, c=float, h=str, x0=float)  # f(x) = ax + b, g(y) = y² + c, h(z) = z² or 1/z
exercise = Exercise(given=given, hidden=dict(y0=float, z0=float))
OUTER = {"square": ("z^2", "2z_0"), "reciprocal": (r"\frac{1}{z}", r"-\frac{1}{z_0^2}")}
exercise.texts(outer=lambda h: OUTER[h][0], outer_slope=lambda h: OUTER[h][1])
exercise.texts(f=lambda a, b: total([a], ["x"], b), g=lambda c: total([1], ["y^2"], c))


@exercise.instance
def draw(rng):
    a, x0 = float(rng.choice([-3, -2, 2, 3])), ints(rng, -3, 3)
    y0, z0 = float(rng.choice([-4, -3, -2, 2, 3, 4])), float(rng.choice([-6, -5, -4, -3, -2, 2, 3, 4, 5, 6]))
    b, c = y0 - a * x0, z0 - y0**2
    if b == 0 or c == 0 or len({x0, y0, z0}) < 3:
        return None
    return dict(a=a, b=b, c=c, h=str(rng.choice(["square", "reciprocal"])), x0=x0, y0=y0, z0=z0)


@exercise.part("scalar")
def answer(a, h, y0, z0):
    r"""$(h\circ g\circ f)'(x_0)$"""
    return slope(h, z0) * 2 * y0 * a


answer.oracle(lambda a, b, c, h, x0: jacobian(lambda x: value(h, (a * x + b) ** 2 + c), [x0], h=1e-4))
answer.wrong("inner-derivative-forgotten", lambda h, y0, z0: slope(h, z0) * 2 * y0, "$h'(z_0)\\,g'(y_0)$", credit=0.3)
answer.wrong("middle-derivative-forgotten", lambda a, h, z0: slope(h, z0) * a, "$h'(z_0)\\,f'(x_0)$", credit=0.3)
answer.wrong("one-step-short", lambda a, h, y0: slope(h, y0) * 2 * y0 * a, "$h'(y_0)\\,g'(y_0)\\,f'(x_0)$", credit=0.3)
answer.wrong("all-at-x", lambda a, h, x0: slope(h, x0) * 2 * x0 * a, "$h'(x_0)\\,g'(x_0)\\,f'(x_0)$", credit=0.3)
answer.wrong("derivatives-nested", lambda a, h: slope(h, 2 * a), "$h'(g'(f'(x_0)))$")
answer.wrong("added-instead-of-multiplied", lambda a, h, y0, z0: slope(h, z0) + 2 * y0 + a, "the sum of the factors")
answer.wrong("value-of-composition", lambda h, z0: value(h, z0), "$h(g(f(x_0)))$")
answer.feedback("""
    inner-derivative-forgotten: The innermost function also moves when $x$ moves.
    middle-derivative-forgotten: Three functions, three factors.
    one-step-short: Which number does the outermost function receive?
    all-at-x: Only the innermost function receives $x_0$. Let it flow through the others.
    derivatives-nested: Multiply the derivatives; do not put one inside the other.
    added-instead-of-multiplied: Rates compose by multiplication.
    value-of-composition: That is the value, not the rate of change.
""")
answer.hints(
    "Name $y = f(x)$, $z = g(y)$ and $w = h(z)$.",
    "Let $x_0$ flow: compute $y_0$, then $z_0$.",
    r"$\frac{dw}{dx} = \frac{dw}{dz}\cdot\frac{dz}{dy}\cdot\frac{dy}{dx}$: which number belongs into each factor?",
)
answer.explained(
    "$y_0 = f(x_0) = {{ y0 }}$ and $z_0 = g(y_0) = {{ z0 }}$. The factors are $h'(z_0) = {{ outer_slope }}$,"
    " $g'(y_0) = 2y_0$ and $f'(x_0) = {{ a }}$. Their product is ${{ reference }}$."
)
