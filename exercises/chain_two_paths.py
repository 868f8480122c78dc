r"""# Two paths

Let $u = at + b$, $v = ct^2$ and $r = {{ r }}$ with ${{ constants }}$. Compute $\frac{dr}{dt}$ at $t = {{ t }}$.
"""

from app.exercise import Exercise, col, row, values_latex
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals, ints, numbers

# k holds a, b, c and e; q says whether r is a product. dr is the row (∂r/∂u, ∂r/∂v), duv the column (du/dt, dv/dt).
given, hidden = dict(k="4 1", t=float, q=bool), dict(dr="1 2", duv="2 1")
exercise = Exercise(number=32, topic="chain-rule", section="The Chain Rule", given=given, hidden=hidden)
exercise.stratum(lambda q: "product" if q else "sum")
exercise.texts(
    r=lambda q: "uv" if q else "u^2 + ev",
    constants=lambda k, q: ("(a, b, c) = " if q else "(a, b, c, e) = ") + values_latex(k[: 3 if q else 4, 0]),
)

exercise.in_symbols(
    fixed=dict(q=True),
    computed=dict(
        **dict(a="k_1", b="k_2", c="k_3", u="a t + b", v="c t^2"),
        dr=lambda k, t: row([k[2, 0] * t**2, k[0, 0] * t + k[1, 0]]),
        duv=lambda k, t: col([k[0, 0], 2 * k[2, 0] * t]),
    ),
    texts=dict(r="uv", constants="(a, b, c) = (k_1, k_2, k_3)", dr="(ct^2, at + b)", duv=r"(a, 2ct)^\top"),
)


@exercise.instance
def draw(rng, level):
    k, q = numbers(rng, level, 4, 1, largest=3), bool(rng.random() < 0.5)
    t = ints(rng, -3, 3) if level == "hand" else decimals(rng, -2, 2, gap=0.4)
    a, b, c, e = k[:, 0]
    u, v = a * t + b, c * t**2
    return dict(k=k, t=t, q=q, dr=[[v, u]] if q else [[2 * u, e]], duv=[[a], [2 * c * t]]) if abs(u) >= 0.1 else None


def value(t, k, q):
    a, b, c, e = k[:, 0]
    u, v = a * t + b, c * t**2
    return u * v if q else u**2 + e * v


@exercise.part("scalar", formula="a v + 2 c t u")
def answer(dr, duv):
    r"""$\frac{dr}{dt}$"""
    return dr @ duv


answer.oracle(lambda t, k, q: jacobian(lambda t: value(t, k, q), [t]))
answer.wrong("first-path-only", lambda dr, duv: dr[0, 0] * duv[0, 0], r"$\frac{\partial r}{\partial u}\frac{du}{dt}$")
answer.wrong("second-path-only", lambda dr, duv: dr[0, 1] * duv[1, 0], r"$\frac{\partial r}{\partial v}\frac{dv}{dt}$")
answer.wrong("inner-derivatives-forgotten", lambda dr: dr.sum(), "the sum of both partial derivatives of $r$")
answer.wrong("paths-multiplied", lambda dr, duv: dr.prod() * duv.prod(), "the product of the two paths")
answer.wrong("value-instead", value, "the value of $r$")
answer.feedback("""
    first-path-only: $r$ also feels $t$ through the second intermediate variable.
    second-path-only: $r$ also feels $t$ through the first intermediate variable.
    inner-derivatives-forgotten: Each path needs two factors.
    paths-multiplied: Factors multiply along a path; paths add.
    value-instead: The question is a rate of change.
""")
answer.hints(r"A $1\times2$ row times a $2\times1$ column.", "One product for each path.", "Add the two products.")
answer.explained(
    r"The row $\left(\frac{\partial r}{\partial u},\ \frac{\partial r}{\partial v}\right) = {{ dr }}$ times the column"
    r" of $\frac{du}{dt}$ and $\frac{dv}{dt}$, ${{ duv }}$: factors multiply along each path, and the two paths add up"
    r" to ${{ reference }}$."
)
