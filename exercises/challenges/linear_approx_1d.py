r"""# How fast does the error shrink?

Let $f$ be a polynomial of degree 2. At some $x_0$ and for some step $h$ its variation and the linear approximation are

$$\delta_{x_0}(h) = f(x_0 + h) - f(x_0) = {{ delta }} \qquad f'(x_0)\,h = {{ linear }}$$

Now the step is divided by ${{ m }}$. (Neither $f$ nor $x_0$ nor $h$ is needed.)
"""

from app.exercise import Choice, Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import ints

exercise = Exercise(given=dict(delta=float, linear=float, m=int))
MAPS = Choice(
    variation=r"$h \mapsto \delta_{x_0}(h)$",
    approximation=r"$h \mapsto f'(x_0)\,h$",
    error=r"$h \mapsto \delta_{x_0}(h) - f'(x_0)\,h$",
)


@exercise.instance
def draw(rng):
    m = rng.choice([2, 3, 5, 10])
    linear = m * ints(rng, -6, 6)
    return dict(delta=linear + ints(rng, -6, 6), linear=linear, m=m)


@exercise.part("scalar")
def error(delta, linear, m):
    r"""Error for the smaller step

    Exact minus approximation: $\delta_{x_0}(h/{{ m }}) - f'(x_0)\,h/{{ m }}$
    """
    return (delta - linear) / m**2


@exercise.part("scalar")
def variation(linear, m, error):
    r"""Variation for the smaller step

    $\delta_{x_0}(h/{{ m }})$
    """
    return linear / m + error


@exercise.part(MAPS)
def which():
    """Which of these is linear in $h$?"""
    return "approximation"


def f(t, delta, linear):
    """A polynomial with this variation and approximation at 0, for the step 1."""
    return linear * t + (delta - linear) * t**2


@which.oracle
def by_doubling_the_step(delta, linear):
    slope = jacobian(lambda t: f(t, delta, linear), [[0.0]]).item()
    exact = {h: f(h, delta, linear) for h in (1, 2)}
    values = {h: dict(variation=exact[h], approximation=slope * h, error=exact[h] - slope * h) for h in (1, 2)}
    return min(values[1], key=lambda name: abs(values[2][name] - 2 * values[1][name]))


error.oracle(lambda delta, linear, m: f(1 / m, delta, linear) - jacobian(lambda t: f(t, delta, linear), [[0.0]]) / m)
error.wrong("divided-once", lambda delta, linear, m: (delta - linear) / m, "the old error divided by ${{ m }}$")
error.wrong("error-unchanged", lambda delta, linear: delta - linear, "the error of the old step")
error.wrong("error-sign", lambda reference: -reference, "approximation minus exact").says("Exact minus approximation.")
error.feedback("""
    divided-once: That would be so if the error were linear in $h$. Which power of $h$ does it contain?
    error-unchanged: The step is smaller now: what does it do to the term with $h^2$?
""")
variation.oracle(lambda delta, linear, m: f(1 / m, delta, linear))
variation.wrong("taken-for-linear", lambda delta, m: delta / m, r"$\delta_{x_0}(h)$ divided by ${{ m }}$")
variation.wrong("error-left-out", lambda linear, m: linear / m, "the linear approximation for the new step")
variation.wrong("all-divided-twice", lambda delta, m: delta / m**2, r"$\delta_{x_0}(h)$ divided by ${{ m }}^2$")
variation.feedback("""
    taken-for-linear: Only one of its two parts is divided like the step.
    error-left-out: That is the approximation. The variation is exact.
    all-divided-twice: Only one of its two parts contains $h^2$.
""")
which.wrong("variation-linear", lambda: "variation", "not linear: it contains $h^2$")
which.wrong("error-linear", lambda: "error", "the part that is not linear")
which.feedback("""
    variation-linear: Double the step: does the variation of a parabola double?
    error-linear: Double the step in a term with $h^2$: what happens to it?
""")
variation.hints(
    "Only the linear part shrinks like the step. How does the error shrink?", "Put the two parts together again."
)
exercise.hints(
    "Write $f$ as a polynomial in $h$ around $x_0$: which powers of $h$ are in the variation?",
    "The approximation takes the part with $h$. What is left for the error?",
)
error.explained(
    r"The error was ${{ delta }}$ minus ${{ linear }}$ and is a multiple of $h^2$: divide it by ${{ m }}^2$."
    " This gives ${{ reference }}$."
)
variation.explained("The linear part, divided by ${{ m }}$, and the error just found: together ${{ reference }}$.")
which.explained(r"Only $f'(x_0)\,h$ doubles with the step. In the other two the term with $h^2$ grows fourfold.")
