r"""# One gradient descent step

Let $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$ with the data matrix $\mathbf W$
and the targets $\mathbf y$:

$$\mathbf W = {{ W }} \qquad \mathbf y = {{ y }} \qquad \boldsymbol\theta_0 = {{ theta0 }}$$

Take one step $\boldsymbol\theta_1 = \boldsymbol\theta_0 - \eta\,\nabla f(\boldsymbol\theta_0)$ with $\eta = {{ eta }}$.
"""

from app.exercise import Choice, Exercise
from exercises.mathematics import jacobian, least_squares
from exercises.mathematics.least_squares import gradient, loss, step

given = dict(W="N D", theta0="D 1", y="N 1", eta=float)
exercise = Exercise(number=44, topic="least-squares", section="Exercise: Least Squares", given=given)
exercise.texts(g=gradient, before=loss, after=lambda W, theta0, y, eta: loss(W, step(W, theta0, y, eta), y))

exercise.in_symbols(texts=dict(g=r"2\mathbf W^\top(\mathbf W\boldsymbol\theta_0 - \mathbf y)"))


@exercise.instance
def draw(rng, level):
    drawn = least_squares.draw(rng, level)
    if drawn is None:
        return None
    eta = float(rng.choice([0.05, 0.1, 0.5] if level == "hand" else [0.02, 0.05, 0.08, 0.3, 0.4]))
    before, after = loss(**drawn), loss(drawn["W"], step(**drawn, eta=eta), drawn["y"])
    return drawn | dict(eta=eta) if abs(after - before) > 0.05 * before else None


@exercise.part("D 1", weight=0.8, formula="theta0 - 2 eta W^T (W theta0 - y)")
def answer(W, theta0, y, eta):
    r"""$\boldsymbol\theta_1$, a column"""
    return theta0 - eta * gradient(W, theta0, y)


@exercise.part(Choice(yes="yes", no="no"), weight=0.2)
def decreased(answer, W, theta0, y):
    r"""Is $f(\boldsymbol\theta_1) < f(\boldsymbol\theta_0)$: did $f$ decrease?"""
    return "yes" if loss(W, answer, y) < loss(W, theta0, y) else "no"


answer.oracle(lambda W, theta0, y, eta: theta0 - eta * jacobian(lambda theta: loss(W, theta, y), theta0).T)


@decreased.oracle
def along_the_parabola(W, theta0, y, eta):
    """Along the step f changes by −η‖g‖² + η²‖Wg‖²."""
    g = jacobian(lambda theta: loss(W, theta, y), theta0).T
    return "yes" if eta * ((W @ g) ** 2).sum() < (g**2).sum() else "no"


answer.wrong("uphill", lambda W, theta0, y, eta: step(W, theta0, y, -eta), r"$\boldsymbol\theta_0 + \eta\,\mathbf g$")
answer.wrong("step-only", lambda reference, theta0: reference - theta0, r"$-\eta\,\mathbf g$")
answer.wrong("learning-rate-forgotten", lambda W, theta0, y: step(W, theta0, y, 1), r"where $\eta = 1$ leads")
answer.wrong("factor-two-lost", lambda W, theta0, y, eta: step(W, theta0, y, eta / 2), r"where $\eta / 2$ leads")
answer.wrong(
    "targets-forgotten", lambda W, theta0, eta: step(W, theta0, 0, eta), r"where $\mathbf y = \mathbf 0$ leads"
)
answer.wrong("averaged", lambda W, theta0, y, eta: step(W, theta0, y, eta / len(y)), r"where $\eta / N$ leads")
answer.wrong("gradient-instead", gradient, r"the gradient $\mathbf g$")
answer.feedback(r"""
    uphill: The gradient points to fastest *increase*.
    step-only: Add the step to the starting point.
    learning-rate-forgotten: The step is scaled by $\eta$.
    factor-two-lost: Check the gradient: a factor is missing.
    targets-forgotten: Check the residual in the gradient.
    averaged: This $f$ is a sum, not a mean.
    gradient-instead: That is the gradient; now take the step.
""")
answer.hints(
    r"Residual: $\mathbf a_0 = \mathbf W\boldsymbol\theta_0 - \mathbf y$.",
    r"Gradient: $2\mathbf W^\top\mathbf a_0$.",
    r"Step: go from $\boldsymbol\theta_0$ against the gradient, $\eta$ times as far.",
)
answer.explained(
    r"$\mathbf g = \nabla f(\boldsymbol\theta_0) = 2\mathbf W^\top(\mathbf W\boldsymbol\theta_0 - \mathbf y) = {{ g }}$"
    r" and $\boldsymbol\theta_1 = \boldsymbol\theta_0 - {{ eta }}\,\mathbf g = {{ reference }}$."
)
decreased.wrong("always-downhill", lambda: "yes", "true of a short step", sometimes_right=True)
decreased.wrong("overshoot-suspected", lambda: "no", "true of a step that is too long", sometimes_right=True)
decreased.feedback(r"""
    always-downhill: Against the gradient $f$ decreases at first. Does it still, at the end of a step as long as this?
    overshoot-suspected: Compute $f(\boldsymbol\theta_0)$ and $f(\boldsymbol\theta_1)$ and compare.
""")
decreased.hints(r"Compute the residual at $\boldsymbol\theta_1$, too.", "Compare the sums of the squared entries.")
decreased.explained(
    r"$f(\boldsymbol\theta_0) = {{ before }}$ and $f(\boldsymbol\theta_1) = {{ after }}$. A short step against the"
    r" gradient makes $f$ smaller; a long one may end higher up, on the other side of the valley."
)
