r"""# A variable used twice

Let $u = at + b$, $v = cu^2$ and $r = uv + et$ with $(a, b, c, e) = {{ constants }}$. Draw the graph of who depends on
whom: three paths lead from $t$ to $r$. At $t = {{ t }}$, compute what each contributes to $\frac{dr}{dt}$, and
$\frac{dr}{dt}$ itself.
"""

from app.exercise import Exercise, values_latex
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import ints

given, hidden = dict(k="4 1", t=float), dict(a=float, c=float, e=float, u=float, v=float)
exercise = Exercise(given=given, hidden=hidden)
exercise.texts(constants=lambda k: values_latex(k[:, 0]))


@exercise.instance
def draw(rng):
    k, t = ints(rng, -3, 3, 4, 1), ints(rng, -3, 3)
    a, b, c, e = k[:, 0]
    u = a * t + b
    return dict(k=k, t=t, a=a, c=c, e=e, u=u, v=c * u**2) if abs(u) > 1 else None


@exercise.part("scalar", weight=0.1)
def direct(e):
    r"""The path $t \to r$"""
    return e


@exercise.part("scalar", weight=0.2)
def through_u(v, a):
    r"""The path $t \to u \to r$"""
    return v * a


@exercise.part("scalar", weight=0.3)
def through_u_and_v(u, c, a):
    r"""The path $t \to u \to v \to r$"""
    return u * 2 * c * u * a


@exercise.part("scalar", weight=0.4)
def answer(direct, through_u, through_u_and_v):
    r"""$\frac{dr}{dt}$"""
    return direct + through_u + through_u_and_v


direct.oracle(lambda t, u, v, e: jacobian(lambda t: u * v + e * t, [t]))
through_u.oracle(lambda t, k, v: jacobian(lambda t: (k[0, 0] * t + k[1, 0]) * v, [t]))
through_u_and_v.oracle(lambda t, k, u: jacobian(lambda t: u * k[2, 0] * (k[0, 0] * t + k[1, 0]) ** 2, [t]))
answer.oracle(lambda t, k: jacobian(lambda t: k[2, 0] * (k[0, 0] * t + k[1, 0]) ** 3 + k[3, 0] * t, [t]))

direct.wrong("term-instead", lambda e, t: e * t, "the term $et$")
direct.wrong("called-nothing", lambda: 0, "what a path without intermediate variables seems to give")
direct.feedback("""
    term-instead: That is a value. What is its slope?
    called-nothing: On this path $u$ and $v$ stay as they are. Does $r$?
""")
through_u.wrong("factor-missing", lambda v: v, r"$\frac{\partial r}{\partial u}$ alone")
through_u.wrong("value-instead", lambda u, v: u * v, "the term $uv$")
through_u.wrong("both-paths-at-once", lambda u, v, a, c: v * a + u * 2 * c * u * a, "the sum of both paths through $u$")
through_u.feedback("""
    factor-missing: This path has two steps.
    value-instead: The question is a rate of change.
    both-paths-at-once: On this path only the $u$ that stands in $r$ itself moves; $v$ stays as it is.
""")
through_u_and_v.wrong("factor-missing", lambda u, c: u * 2 * c * u, r"$\frac{\partial r}{\partial v}\frac{dv}{du}$")
through_u_and_v.wrong("middle-factor-missing", lambda u, a: u * a, r"$\frac{\partial r}{\partial v}\frac{du}{dt}$")
through_u_and_v.wrong(
    "middle-factor-at-wrong-point", lambda u, c, a, t: u * 2 * c * t * a, r"made with $\frac{dv}{du}$ at $t$"
)
through_u_and_v.feedback("""
    factor-missing: This path has three steps.
    middle-factor-missing: This path has three steps.
    middle-factor-at-wrong-point: Which number does the function that gives $v$ receive?
""")
answer.wrong("direct-path-forgotten", lambda reference, e: reference - e, "the sum without $t \\to r$", credit=0.3)
answer.wrong("used-once", lambda direct, through_u: direct + through_u, "the sum of the first two paths", credit=0.3)
answer.wrong(
    "second-use-only",
    lambda direct, through_u_and_v: direct + through_u_and_v,
    r"the sum without the path $t \to u \to r$",
    credit=0.3,
)
answer.wrong(
    "paths-multiplied",
    lambda direct, through_u, through_u_and_v: direct * through_u * through_u_and_v,
    "the product of the three paths",
)
answer.feedback("""
    direct-path-forgotten: $t$ stands in $r$ itself, too.
    used-once: $v$ moves with $u$: one path is missing.
    second-use-only: $u$ is used twice: one path is missing.
    paths-multiplied: Factors multiply along a path; paths add.
""")

exercise.hints(
    r"An arrow for each direct dependence: $t \to u$, $u \to v$, $u \to r$, $v \to r$ and $t \to r$.",
    "Write the partial derivative of its end with respect to its start at each arrow, and its value.",
    "Factors multiply along a path; paths add.",
)
direct.explained(r"In $r = uv + et$ the slope with respect to the last $t$ is $e = {{ reference }}$.")
through_u.explained(
    r"$u = {{ u }}$ and $v = {{ v }}$. $\frac{\partial r}{\partial u}\cdot\frac{du}{dt} = v \cdot a = {{ reference }}$."
)
through_u_and_v.explained(
    r"$\frac{\partial r}{\partial v}\cdot\frac{dv}{du}\cdot\frac{du}{dt} = u \cdot 2cu \cdot a = {{ reference }}$ with"
    r" $u = {{ u }}$."
)
answer.explained("The paths add: ${{ direct }}$, ${{ through_u }}$ and ${{ through_u_and_v }}$ make ${{ reference }}$.")
