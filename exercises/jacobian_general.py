r"""# Jacobian of a nonlinear map

Let

$$f(\mathbf x) = {{ formula }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the Jacobian $\mathbf J$ of $f$ at $\mathbf x_0$, in numerator layout: outputs are rows, inputs are columns.
"""

from app.exercise import Exercise
from exercises.mathematics import polynomials
from exercises.mathematics.drawing import decimals, distinct, numbers

given = dict(E="N K D", c="N K", x0="D 1")
exercise = Exercise(number=26, topic="derivatives", section="Generalizing the derivative", given=given)
exercise.stratum(lambda x0: f"{len(x0)} inputs")
exercise.texts(formula=polynomials.map_latex, partials=polynomials.derivative_latex)


@exercise.instance
def draw(rng, level):
    D, N = (2, 3) if rng.random() < 0.5 else (3, 2)
    x0 = distinct(rng, level, D, 3) if level == "hand" else decimals(rng, -2, 2, D, 1, gap=0.4)
    return dict(E=polynomials.exponents(rng, 2, N, 2, D), c=numbers(rng, level, N, 2, largest=3), x0=x0)


@exercise.part("N D", oriented=True)
def answer(E, c, x0):
    r"""$\mathbf J = \left.\frac{df}{d\mathbf x}\right|_{\mathbf x_0}$"""
    return polynomials.derivative(E, c, x0)


answer.oracle(lambda E, c, x0: polynomials.by_differences(E, c, x0))
answer.wrong("transposed", lambda reference: reference.T, r"$\mathbf J^\top$")
answer.wrong("exponent-factor-lost", polynomials.factors_lost, "made without exponents as factors")
answer.wrong("other-variables-dropped", polynomials.others_dropped, "made with 1 in the place of the other variables")
answer.wrong("rows-summed", lambda reference: reference.sum(axis=1, keepdims=True), "the column of the row sums")
answer.wrong("gradients-added", lambda reference: reference.sum(axis=0)[:, None], "the sum of all gradients")
answer.wrong("value-instead", polynomials.value, r"$f(\mathbf x_0)$")
answer.feedback("""
    transposed: You put the gradient of each component in a column. Each output gets a row.
    exponent-factor-lost: Exponents come down as factors.
    other-variables-dropped: Other variables are constants, not ones.
    rows-summed: Keep one column per input.
    gradients-added: Different outputs are not added together.
    value-instead: The value of the map is not its derivative.
""")
answer.hints(
    r"Entry $(n, d)$ is $\frac{\partial f_n}{\partial x_d}(\mathbf x_0)$.",
    r"Row $n$ is $\nabla f_n(\mathbf x_0)^\top$.",
    "Insert the whole point in every entry.",
)
answer.explained(
    r"Row $n$ holds the partial derivatives of output $n$: $\frac{df}{d\mathbf x} = {{ partials }}$. At $\mathbf x_0$"
    r" this is $\mathbf J = {{ reference }}$."
)
