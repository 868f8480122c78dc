r"""# Two steps, as long as possible

Let $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$ with the data matrix $\mathbf W$
and the targets $\mathbf y$:

$$\mathbf W = {{ W }} \qquad \mathbf y = {{ y }} \qquad \boldsymbol\theta_0 = {{ theta0 }}$$

Gradient descent goes from $\boldsymbol\theta_k$ to
$\boldsymbol\theta_{k+1} = \boldsymbol\theta_k - \eta\,\nabla f(\boldsymbol\theta_k)$. The learning rate $\eta$ may be
one of {{ listed }}.
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian, least_squares
from exercises.mathematics.least_squares import gradient, loss, step

ETAS = [0.02, 0.05, 0.1, 0.2, 0.5]
exercise = Exercise(given=dict(W="N D", theta0="D 1", y="N 1", etas=list))


@exercise.instance
def draw(rng):
    """Neither the smallest nor the largest rate is right, and none of them leaves f nearly as it is."""
    drawn = least_squares.draw(rng, "hand")
    if drawn is None or drawn["W"].shape != (3, 2):
        return None
    longest = limit(**drawn)
    if not ETAS[1] < longest < ETAS[-1] or min(abs(rate / longest - 1) for rate in ETAS) < 0.1:
        return None
    return drawn | dict(etas=ETAS)


def limit(W, theta0, y):
    """How long a step may be: with it, f changes by −η‖g‖² + η²‖Wg‖² = 0."""
    g = gradient(W, theta0, y)
    return (g**2).sum() / ((W @ g) ** 2).sum()


def two_steps(W, theta0, y, eta):
    return step(W, step(W, theta0, y, eta), y, eta)


exercise.texts(
    listed=lambda etas: ", ".join(f"${rate}$" for rate in etas[:-1]) + f" and ${etas[-1]}$",
    g=gradient,
    limit=limit,
    theta1=lambda W, theta0, y, etas: step(W, theta0, y, eta(W, theta0, y, etas)),
)


@exercise.part("scalar", weight=0.5)
def eta(W, theta0, y, etas):
    r"""The largest of these $\eta$ with $f(\boldsymbol\theta_1) < f(\boldsymbol\theta_0)$"""
    return max(rate for rate in etas if rate < limit(W, theta0, y))


@exercise.part("D 1", weight=0.5)
def theta2(eta, W, theta0, y):
    r"""$\boldsymbol\theta_2$, after two steps with this $\eta$, a column"""
    return two_steps(W, theta0, y, eta)


@eta.oracle
def by_trying(W, theta0, y, etas):
    return max(rate for rate in etas if loss(W, step(W, theta0, y, rate), y) < loss(W, theta0, y))


@theta2.oracle
def by_differences(eta, W, theta0, y):
    theta = theta0
    for _ in range(2):
        theta = theta - eta * jacobian(lambda t: loss(W, t, y), theta).T
    return theta


eta.wrong("one-too-long", lambda reference, etas: etas[etas.index(reference) + 1], "the next larger one of the list")
eta.wrong("longest-of-all", lambda etas: max(etas), "the largest one of the list")
eta.wrong("shortest-of-all", lambda etas: min(etas), "the smallest one of the list")
eta.feedback(r"""
    one-too-long: Compute $f(\boldsymbol\theta_1)$ with this $\eta$: is it below $f(\boldsymbol\theta_0)$?
    longest-of-all: Downhill is the right direction, but a step that is too long ends higher up on the other side.
    shortest-of-all: This one is safe. Is it the largest that is?
""")
eta.hints(
    r"The first gradient is the same for every $\eta$: compute $\mathbf g = \nabla f(\boldsymbol\theta_0)$ once.",
    r"The residual at $\boldsymbol\theta_0 - \eta\,\mathbf g$ is $\mathbf a_0 - \eta\,\mathbf W\mathbf g$.",
    r"$f$ changes by $-\eta\lVert\mathbf g\rVert_2^2 + \eta^2\lVert\mathbf W\mathbf g\rVert_2^2$: when is it negative?",
)
eta.explained(
    r"With $\mathbf g = \nabla f(\boldsymbol\theta_0) = {{ g }}$ the residual moves by $-\eta\,\mathbf W\mathbf g$, and"
    r" $f$ changes by $2\mathbf a_0^\top(-\eta\,\mathbf W\mathbf g) + \eta^2\lVert\mathbf W\mathbf g\rVert_2^2"
    r" = -\eta\lVert\mathbf g\rVert_2^2 + \eta^2\lVert\mathbf W\mathbf g\rVert_2^2$. It decreases while"
    r" $\eta < \frac{\lVert\mathbf g\rVert_2^2}{\lVert\mathbf W\mathbf g\rVert_2^2} = {{ limit }}$: the largest"
    r" such $\eta$ of the list is ${{ reference }}$."
)

theta2.wrong(
    "first-gradient-twice",
    lambda eta, W, theta0, y: step(W, theta0, y, 2 * eta),
    r"$\boldsymbol\theta_0 - 2\eta\,\mathbf g$",
    credit=0.3,
)
theta2.wrong("one-step-only", lambda eta, W, theta0, y: step(W, theta0, y, eta), r"$\boldsymbol\theta_1$")
theta2.wrong(
    "uphill", lambda eta, W, theta0, y: two_steps(W, theta0, y, -eta), r"where two steps along $+\nabla f$ lead"
)
theta2.wrong(
    "factor-two-lost",
    lambda eta, W, theta0, y: two_steps(W, theta0, y, eta / 2),
    r"where two steps with $\eta / 2$ lead",
    credit=0.5,
)
theta2.feedback(r"""
    first-gradient-twice: The second step starts from $\boldsymbol\theta_1$: the gradient is another one there.
    one-step-only: That is the end of the first step. Take another one.
    uphill: The gradient points to fastest *increase*.
    factor-two-lost: Check the gradient: a factor is missing.
""")
theta2.hints(
    r"Compute $\boldsymbol\theta_1$.", r"Compute the gradient anew, at $\boldsymbol\theta_1$.", "Take the second step."
)
theta2.explained(
    r"$\boldsymbol\theta_1 = \boldsymbol\theta_0 - \eta\,{{ g }} = {{ theta1 }}$. From there, with the gradient"
    r" at $\boldsymbol\theta_1$, $\boldsymbol\theta_2 = {{ reference }}$."
)
