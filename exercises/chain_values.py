r"""# A chain with numbers

{{ setting }}

$$\mathbf z = g(y) = {{ g_written }} \qquad \mathbf w = h(\mathbf z) = \mathbf A\mathbf z$$

with

$$\boldsymbol\alpha = {{ al }} \qquad \mathbf A = {{ A }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the three factors of the chain rule, each at its own point, and their product. Outputs are rows, inputs are
columns: `[[1, 2, 3]]` is a row, `[[1], [2], [3]]` is a column.
"""

from app.exercise import Exercise, col, values_latex
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals, ints, numbers, sizes

given = dict(x0="D 1", q=bool, c="D 1", al="N 1", A="M N")
exercise = Exercise(number=31, topic="chain-rule", section="The Chain Rule", given=given, hidden=dict(y0=float))


@exercise.instance
def draw(rng, level):
    hand, quadratic = level == "hand", bool(rng.random() < 0.6)
    D, N, M = sizes(rng, 2, 4, 3)
    x0 = ints(rng, -2, 2, D, 1) if hand else decimals(rng, -1.2, 1.2, D, 1)
    c = None if quadratic else numbers(rng, level, D, 1, largest=3)
    al = ints(rng, -3, 3, N, 1) if hand else decimals(rng, -1.5, 1.5, N, 1)
    y0 = f(x0, quadratic, c)
    if abs(y0) <= 0.3 or abs(y0 - 1) <= 0.2 or abs(y0 - x0[0, 0]) <= 0.2:
        return None
    return dict(x0=x0, q=quadratic, c=c, al=al, A=numbers(rng, level, M, N, largest=3), y0=y0)


def f(x, q, c):
    return float(((x if q else c).T @ x).item())


def g(y, al):
    return col([al[0, 0] * y**2, *(al[1:, 0] * y)])


def dg(y, al):
    return col([2 * al[0, 0] * y, *al[1:, 0]])


exercise.stratum(lambda q: "squared norm" if q else "linear form")


@exercise.text
def g_written(al):
    entries = [r"\alpha_1 y^2", *(rf"\alpha_{n} y" for n in range(2, len(al) + 1))]
    return r"\begin{bmatrix} " + r" \\ ".join(entries) + r" \end{bmatrix}"


@exercise.text
def setting(q, c):
    if q:
        return r"Let $y = f(\mathbf x) = \lVert\mathbf x\rVert_2^2$ and"
    return rf"Let $y = f(\mathbf x) = \mathbf c^\top\mathbf x$ with $\mathbf c = {values_latex(c)}$ and"


@exercise.part("1 D", weight=0.2, oriented=True)
def dy_dx(x0, q, c):
    r"""$\left.\frac{dy}{d\mathbf x}\right|_{\mathbf x_0}$"""
    return 2 * x0.T if q else c.T


@exercise.part("N 1", weight=0.2, oriented=True)
def dz_dy(al, y0):
    r"""$\left.\frac{d\mathbf z}{dy}\right|_{y_0}$"""
    return dg(y0, al)


@exercise.part("M N", weight=0.2)
def dw_dz(A):
    r"""$\left.\frac{d\mathbf w}{d\mathbf z}\right|_{\mathbf z_0}$"""
    return A


@exercise.part("M D", weight=0.4)
def dw_dx(dw_dz, dz_dy, dy_dx):
    r"""$\left.\frac{d\mathbf w}{d\mathbf x}\right|_{\mathbf x_0}$"""
    return dw_dz @ dz_dy @ dy_dx


dy_dx.oracle(lambda x0, q, c: jacobian(lambda x: f(x, q, c), x0))

dz_dy.oracle(lambda x0, q, c, al: jacobian(lambda y: g(y[0, 0], al), [[f(x0, q, c)]]))

dw_dz.oracle(lambda A, al, y0: jacobian(lambda z: A @ z, g(y0, al)))

dw_dx.oracle(lambda x0, q, c, al, A: jacobian(lambda x: A @ g(f(x, q, c), al), x0))


for part in (dy_dx, dz_dy, dw_dz, dw_dx):
    part.wrong("transposed", lambda reference: reference.T, "the right value with rows and columns exchanged")
    part.feedback("""
        transposed: Rows belong to the outputs, columns to the inputs.
    """)
dz_dy.wrong("middle-factor-at-wrong-point", lambda al, x0: dg(x0[0, 0], al), r"$\frac{d\mathbf z}{dy}$ at $x_{0,1}$")
dz_dy.wrong("middle-map-not-differentiated", lambda al, y0: g(y0, al), r"the value $\mathbf z_0$")
dz_dy.feedback("""
    middle-factor-at-wrong-point: First compute the number that enters the second function.
    middle-map-not-differentiated: The middle factor is a derivative, not the value of the middle variable.
""")
dy_dx.wrong("first-map-not-differentiated", lambda q, x0: x0.T if q else None, r"$\mathbf x_0^\top$")
dy_dx.wrong("value-instead", lambda y0: y0, "the value $y_0$")
dy_dx.feedback("""
    first-map-not-differentiated: What is the derivative of the squared norm?
    value-instead: One entry per input is expected.
""")
dw_dz.wrong("value-instead", lambda A, al, y0: A @ g(y0, al), r"the value $\mathbf w_0$")
dw_dz.feedback("""
    value-instead: What is the derivative of a linear map?
""")
dw_dx.wrong(
    "middle-factor-at-wrong-point",
    lambda dw_dz, al, x0, dy_dx: dw_dz @ dg(x0[0, 0], al) @ dy_dx,
    r"the product with $\frac{d\mathbf z}{dy}$ at $x_{0,1}$",
)
dw_dx.wrong(
    "middle-map-not-differentiated",
    lambda dw_dz, al, y0, dy_dx: dw_dz @ g(y0, al) @ dy_dx,
    r"$\mathbf A\,\mathbf z_0\,\frac{dy}{d\mathbf x}$",
)
dw_dx.wrong(
    "first-factor-forgotten",
    lambda dw_dz, dz_dy: dw_dz @ dz_dy,
    r"$\frac{d\mathbf w}{d\mathbf z}\,\frac{d\mathbf z}{dy}$",
)
dw_dx.wrong(
    "first-map-not-differentiated",
    lambda q, dw_dz, dz_dy, x0: dw_dz @ dz_dy @ x0.T if q else None,
    r"$\frac{d\mathbf w}{d\mathbf z}\,\frac{d\mathbf z}{dy}\,\mathbf x_0^\top$",
)
dw_dx.wrong(
    "last-factor-forgotten", lambda dz_dy, dy_dx: dz_dy @ dy_dx, r"$\frac{d\mathbf z}{dy}\,\frac{dy}{d\mathbf x}$"
)
dw_dx.wrong(
    "collapsed-to-scalar",
    lambda dw_dz, dz_dy, dy_dx: (dw_dz @ dz_dy).sum() * dy_dx.sum(),
    "the sum of all entries of the right value",
)
dw_dx.feedback(r"""
    middle-factor-at-wrong-point: First compute the number that enters the second function.
    middle-map-not-differentiated: The middle factor is a derivative, not the value of the middle variable.
    first-factor-forgotten: The chain starts at $\mathbf x$: one factor is missing on the right.
    first-map-not-differentiated: What is the derivative of the squared norm?
    last-factor-forgotten: The chain ends at $\mathbf w$: one factor is missing on the left.
    collapsed-to-scalar: Column times row is a table.
""")

exercise.hints(
    r"Shapes: $M\times N$, $N\times1$, $1\times D$.",
    r"Let $\mathbf x_0$ flow: compute $y_0$, then $\mathbf z_0$.",
    "Multiply right to left.",
)


@exercise.text
def slope_of_f(q):
    if q:
        return r"The slope of $\sum_d x_d^2$ with respect to $x_d$ is $2x_d$"
    return r"The slope of $\sum_d c_d x_d$ with respect to $x_d$ is $c_d$"


dy_dx.explained("{{ slope_of_f }}. One output: the row ${{ reference }}$.")
dz_dy.explained(
    r"$y_0 = f(\mathbf x_0) = {{ y0 }}$. The first entry $\alpha_1 y^2$ has the slope $2\alpha_1 y_0$, the others"
    r" $\alpha_n y$ have $\alpha_n$. One input: the column ${{ reference }}$."
)
dw_dz.explained(r"The derivative of the linear map $\mathbf A\mathbf z$ is $\mathbf A$, wherever $\mathbf z_0$ is.")
dw_dx.explained(r"Chain rule, last function on the left: ${{ dw_dz }}{{ dz_dy }}{{ dy_dx }} = {{ reference }}$.")
