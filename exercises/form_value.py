r"""# Value of a linear or affine form

Let $f : \mathbb R^D \to \mathbb R$, $f(\mathbf x) = \mathbf w^\top \mathbf x{{ plus_b }}$ with

$$\mathbf w = {{ w }}{{ constant }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute $f(\mathbf x_0)$.
"""

from app.exercise import Exercise, values_latex
from exercises.mathematics.drawing import numbers
from exercises.mathematics.terms import inserted

given = dict(w="D 1", x0="D 1", b=float)
exercise = Exercise(number=2, topic="functions", section="Multivariate functions", given=given)


@exercise.instance
def draw(rng, level):
    """In a third of the instances a linear form: b = 0."""
    D = int(rng.integers(2, 5) if level == "hand" else rng.integers(3, 6))
    b = 0.0 if rng.random() < 1 / 3 else numbers(rng, level)
    return dict(w=numbers(rng, level, D, 1, largest=5), x0=numbers(rng, level, D, 1), b=b)


exercise.stratum(lambda b: "affine" if b else "linear")
exercise.texts(
    plus_b=lambda b: " + b" if b else "",
    constant=lambda b: rf" \qquad b = {values_latex(b)}" if b else "",
    inserted=lambda w, x0, b: inserted(w, x0, b),
)

exercise.in_symbols(
    texts=dict(plus_b=" + b", constant=r" \qquad b \in \mathbb{R}", inserted=r"\mathbf w^\top\mathbf x_0 + b")
)


@exercise.part("scalar", formula="w^T x0 + b")
def answer(w, x0, b):
    r"""$f(\mathbf x_0)$"""
    return w.T @ x0 + b


answer.oracle(lambda w, x0, b: sum(w[d, 0] * x0[d, 0] for d in range(len(w))) + b)
answer.wrong("constant-forgotten", lambda w, x0, b: w.T @ x0 if b else None, r"$\mathbf w^\top\mathbf x_0$", credit=0.5)
answer.wrong("entrywise-vector", lambda w, x0, b: w * x0 + b, "the column of the $w_d x_{0,d}{{ plus_b }}$")
answer.wrong("outer-product", lambda w, x0, b: w @ x0.T + b, r"$\mathbf w\,\mathbf x_0^\top{{ plus_b }}$")
answer.wrong("product-of-sums", lambda w, x0, b: w.sum() * x0.sum() + b, r"$(\sum_d w_d)(\sum_d x_{0,d}){{ plus_b }}$")
answer.wrong("constant-each-term", lambda w, x0, b: (w * x0 + b).sum() if b else None, r"$\sum_d (w_d x_{0,d} + b)$")
answer.wrong("sign-slip", lambda w, x0, b: abs(w * x0).sum() + b, r"$\sum_d \lvert w_d x_{0,d}\rvert{{ plus_b }}$")
answer.feedback("""
    constant-forgotten: You evaluated the linear part. This form has one more term.
    entrywise-vector: You multiplied matching entries; one more operation turns them into a single real number.
    outer-product: A column times a row gives a table. Here it is a row times a column.
    product-of-sums: The sum of products is not the product of the sums.
    constant-each-term: The constant is added once, not once per coordinate.
    sign-slip: Check the signs of the individual products.
""")
answer.hints("A vector or a number?", r"$\mathbf w^\top\mathbf x = \sum_d w_d x_d$.", "What stands outside the sum?")
answer.explained(
    r"Multiply entries with the same index and add: $\sum_d w_d x_{0,d}{{ plus_b }} = {{ inserted }}"
    r" = {{ reference }}$."
)
