r"""# A chain with numbers

{{ setting }}

$$\mathbf z = g(y) = {{ g_written }} \qquad \mathbf w = h(\mathbf z) = \mathbf A\mathbf z$$

with

$$\boldsymbol\alpha = {{ al }} \qquad \mathbf A = {{ A }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the three factors of the chain rule, each at its own point, and their product. Outputs are rows, inputs are
columns{{ layout }}.
"""

from app.exercise import Exercise
from exercises.mathematics import chains, jacobian
from exercises.mathematics.chains import dg, f, g

given = dict(x0="D 1", q=bool, c="D 1", al="N 1", A="M N")
exercise = Exercise(number=31, topic="chain-rule", section="The Chain Rule", given=given, hidden=dict(y0=float))
exercise.instance(chains.draw)
exercise.stratum(lambda q: "squared norm" if q else "linear form")
exercise.texts(
    setting=chains.setting,
    g_written=chains.g_latex,
    slope_of_f=lambda q: "2x_d" if q else "c_d",
    layout=lambda: ": `[[1, 2, 3]]` is a row, `[[1], [2], [3]]` is a column",
)
exercise.in_symbols(
    fixed=dict(q=True, c=None),
    computed=dict(alpha="al", y0="x0^T x0"),
    latex=dict(al=r"\boldsymbol\alpha", alpha=r"\boldsymbol\alpha"),
    texts=dict(
        setting=chains.setting(True, None),
        g_written=r"\begin{bmatrix} \alpha_1 y^2 \\ \alpha_2 y \\ \vdots \\ \alpha_N y \end{bmatrix}",
        slope_of_f="2x_d",
        layout=r". The first unit vector is $\mathbf e_1$",
    ),
)


@exercise.part("1 D", weight=0.2, oriented=True, formula="2 x0^T")
def dy_dx(x0, q, c):
    r"""$\left.\frac{dy}{d\mathbf x}\right|_{\mathbf x_0}$"""
    return 2 * x0.T if q else c.T


@exercise.part("N 1", weight=0.2, oriented=True, formula="al + (2 y0 - 1) al_1 e_1")
def dz_dy(al, y0):
    r"""$\left.\frac{d\mathbf z}{dy}\right|_{y_0}$"""
    return dg(y0, al)


@exercise.part("M N", weight=0.2, formula="A")
def dw_dz(A):
    r"""$\left.\frac{d\mathbf w}{d\mathbf z}\right|_{\mathbf z_0}$"""
    return A


@exercise.part("M D", weight=0.4, formula="2 A (al + (2 y0 - 1) al_1 e_1) x0^T")
def dw_dx(dw_dz, dz_dy, dy_dx):
    r"""$\left.\frac{d\mathbf w}{d\mathbf x}\right|_{\mathbf x_0}$"""
    return dw_dz @ dz_dy @ dy_dx


dy_dx.oracle(lambda x0, q, c: jacobian(lambda x: f(x, q, c), x0))
dz_dy.oracle(lambda x0, q, c, al: jacobian(lambda y: g(y[0, 0], al), [[f(x0, q, c)]]))
dw_dz.oracle(lambda A, al, y0: jacobian(lambda z: A @ z, g(y0, al)))
dw_dx.oracle(lambda x0, q, c, al, A: jacobian(lambda x: A @ g(f(x, q, c), al), x0))

for part in (dy_dx, dz_dy, dw_dz, dw_dx):
    part.wrong("transposed", lambda reference: reference.T, "the right value, transposed").says(
        "Rows belong to the outputs, columns to the inputs."
    )
dy_dx.wrong("first-map-not-differentiated", lambda q, x0: x0.T if q else None, r"$\mathbf x_0^\top$")
dy_dx.wrong("value-instead", lambda y0: y0, "the value $y_0$").says("One entry per input is expected.")
dz_dy.wrong("middle-factor-at-wrong-point", lambda al, x0: dg(x0[0, 0], al), "the derivative at $x_{0,1}$")
dz_dy.wrong("middle-map-not-differentiated", lambda al, y0: g(y0, al), r"the value $\mathbf z_0$")
dw_dz.wrong("value-instead", lambda A, al, y0: A @ g(y0, al), r"$\mathbf w_0$").says("That is a value, not a slope.")
dw_dx.wrong(
    "middle-factor-at-wrong-point",
    lambda dw_dz, al, x0, dy_dx: dw_dz @ dg(x0[0, 0], al) @ dy_dx,
    r"the product with $\frac{d\mathbf z}{dy}$ at $x_{0,1}$",
)
dw_dx.wrong(
    "middle-map-not-differentiated",
    lambda dw_dz, al, y0, dy_dx: dw_dz @ g(y0, al) @ dy_dx,
    r"the product with $\mathbf z_0$ in the middle",
)
dw_dx.wrong("first-factor-forgotten", lambda dw_dz, dz_dy: dw_dz @ dz_dy, r"$\frac{d\mathbf w}{dy}$")
dw_dx.wrong(
    "first-map-not-differentiated",
    lambda q, dw_dz, dz_dy, x0: dw_dz @ dz_dy @ x0.T if q else None,
    r"the product with $\mathbf x_0^\top$ on the right",
)
dw_dx.wrong("last-factor-forgotten", lambda dz_dy, dy_dx: dz_dy @ dy_dx, r"$\frac{d\mathbf z}{d\mathbf x}$")
dw_dx.wrong("collapsed-to-scalar", lambda reference: reference.sum(), "the sum of all entries of the right value")
for part in (dy_dx, dw_dx):
    part.feedback("""
        first-map-not-differentiated: What is the derivative of the squared norm?
    """)
for part in (dz_dy, dw_dx):
    part.feedback("""
        middle-factor-at-wrong-point: First compute the number that enters the second function.
        middle-map-not-differentiated: The middle factor is a derivative, not the value of the middle variable.
    """)
dw_dx.feedback(r"""
    first-factor-forgotten: The chain starts at $\mathbf x$: one factor is missing on the right.
    last-factor-forgotten: The chain ends at $\mathbf w$: one factor is missing on the left.
    collapsed-to-scalar: Column times row is a table.
""")

dy_dx.hints(
    r"One output and as many inputs as $\mathbf x$ has entries: a row.", "Differentiate with respect to $x_1$ only."
)
dz_dy.hints(
    r"At which $y$? Let $\mathbf x_0$ flow: compute $y_0$.",
    r"One input and as many outputs as $\mathbf z$ has entries: a column.",
    "Differentiate each entry with respect to $y$, then put $y_0$ in.",
)
dw_dz.hints("Outputs × inputs.", r"Which slope has each $w_m$ with respect to $z_n$? Does $\mathbf z_0$ matter?")
dw_dx.hints("Multiply the three factors. Which one stands on the left?", "A column times a row is a table.")
dy_dx.explained("The slope with respect to $x_d$ is ${{ slope_of_f }}$. One output: the row ${{ reference }}$.")
dz_dy.explained(
    r"$y_0 = f(\mathbf x_0) = {{ y0 }}$. The first entry $\alpha_1 y^2$ has the slope $2\alpha_1 y_0$, the others"
    r" $\alpha_n y$ have $\alpha_n$. One input: the column ${{ reference }}$."
)
dw_dz.explained(r"The derivative of the linear map $\mathbf A\mathbf z$ is $\mathbf A$, wherever $\mathbf z_0$ is.")
dw_dx.explained(r"Chain rule, last function on the left: ${{ dw_dz }}{{ dz_dy }}{{ dy_dx }} = {{ reference }}$.")
