r"""# Gradient of an affine form

Let $f(x) = b + w^\top x$ with

$$w = {{ w }} \qquad b = {{ b }} \qquad x_0 = {{ x0 }}$$

Compute the gradient $\nabla f(x_0)$, a column.
"""

from app.exercise import Exercise, col
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import numbers

exercise = Exercise(
    number=20,
    topic="gradients",
    section="Exercises: Gradients",
    given=dict(w="D 1", b=float, x0="D 1"),
)


@exercise.instance
def draw(rng, level):
    D = int(rng.integers(3, 5 if level == "hand" else 6))
    return dict(w=numbers(rng, level, D, 1, largest=6), b=numbers(rng, level), x0=numbers(rng, level, D, 1))


@exercise.part("D 1")
def answer(w):
    r"""$\nabla f(x_0)$"""
    return w


@answer.oracle
def by_differences(w, b, x0):
    return jacobian(lambda x: b + w.T @ x, x0).T


@answer.misconception
def row_layout(reference):
    """That is the total derivative, a row. The gradient is its transpose."""
    return reference.T


@answer.misconception
def point_instead(x0):
    """You differentiated with respect to the other vector."""
    return x0


@answer.misconception
def value_instead(w, b, x0):
    """The gradient has one entry per input."""
    return b + w.T @ x0


@answer.misconception
def still_contains_x(w, x0):
    """In $w_d x_d$, what remains after differentiating with respect to $x_d$?"""
    return w * x0


@answer.misconception
def constant_kept(w, b):
    """A constant does not change when $x$ moves."""
    return w + b


@answer.misconception
def constant_prepended(w, b):
    """One entry per input variable; $b$ is not an input here."""
    return col([b, *w[:, 0]])


@answer.misconception
def entries_summed(w):
    """Keep the partial derivatives apart."""
    return w.sum()


answer.hints(
    r"Write $f(x) = b + \sum_d w_d x_d$.",
    r"Differentiate with respect to $x_1$ only.",
    r"Does the answer depend on $x_0$?",
)
answer.explained(
    r"In $b + \sum_d w_d x_d$ only the term $w_d x_d$ depends on $x_d$, with slope $w_d$, wherever $x_0$ is:"
    r" $\nabla f(x_0) = w = {{ reference }}$."
)
