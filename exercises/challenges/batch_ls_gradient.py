r"""# A gradient step for several targets

Let $f(\boldsymbol\Theta) = \lVert\mathbf W\boldsymbol\Theta - \mathbf Y\rVert_F^2$, the sum of the squares of all
entries, and $\bar f = \frac1N f$, the mean over the $N$ rows of

$$\mathbf W = {{ W }} \qquad \mathbf Y = {{ Y }}$$

Take one step of gradient descent with learning rate $\eta = {{ eta }}$ from (`T` in the data)

$$\boldsymbol\Theta_0 = {{ T }}$$

once for $f$ and, again from $\boldsymbol\Theta_0$, for $\bar f$. Each answer has the shape of $\boldsymbol\Theta$.
"""

from app.exercise import Exercise
from exercises.mathematics.batches import draw_targets, tensor_derivative
from exercises.mathematics.least_squares import loss

exercise = Exercise(given=dict(W="N D", T="D K", Y="N K", eta=float))


@exercise.instance
def draw(rng):
    return draw_targets(rng, "hand") | dict(eta=float(rng.choice([0.1, 0.5])))


def gradient(W, T, Y):
    """Of the sum."""
    return 2 * W.T @ (W @ T - Y)


exercise.texts(slopes=gradient)


@exercise.part("D K", weight=0.6)
def step(W, T, Y, eta):
    r"""$\boldsymbol\Theta_1$ after the step for $f$"""
    return T - eta * gradient(W, T, Y)


@exercise.part("D K", weight=0.4)
def mean_step(step, W, T):
    r"""$\boldsymbol\Theta_1$ after the step for $\bar f$"""
    return T + (step - T) / len(W)


step.oracle(lambda W, T, Y, eta: T - eta * tensor_derivative(lambda theta: loss(W, theta, Y), T))
mean_step.oracle(lambda W, T, Y, eta: T - eta * tensor_derivative(lambda theta: loss(W, theta, Y) / len(W), T))
step.wrong("uphill", lambda reference, T: 2 * T - reference, "a step uphill")
step.wrong("step-only", lambda reference, T: reference - T, r"the step $-\eta\,\nabla f(\boldsymbol\Theta_0)$ itself")
step.wrong("learning-rate-forgotten", lambda W, T, Y: T - gradient(W, T, Y), r"made with $\eta = 1$")
step.wrong("factor-two-lost", lambda reference, T: (reference + T) / 2, "made with half the gradient", credit=0.5)
step.wrong("gradient-instead", gradient, r"$\nabla f(\boldsymbol\Theta_0)$")
step.feedback("""
    uphill: Does that step lower $f$?
    step-only: That is how far you go. Where do you arrive?
    learning-rate-forgotten: The learning rate scales the step.
    factor-two-lost: A factor comes down from the square.
    gradient-instead: That is the gradient. Take the step.
""")
mean_step.wrong("mean-ignored", lambda step: step, "the step for the sum")
mean_step.wrong("parameters-averaged", lambda step, W: step / len(W), r"$\frac1N$ of the first answer")
mean_step.wrong(
    "mean-over-all-entries",
    lambda step, T, Y: T + (step - T) / Y.size,
    r"made with $\frac1{NK}$ in place of $\frac1N$",
    credit=0.5,
)
mean_step.feedback(r"""
    mean-ignored: What does a factor in front of $f$ do to its gradient?
    parameters-averaged: The factor belongs to the gradient, not to $\boldsymbol\Theta_0$.
    mean-over-all-entries: The mean runs over the rows, not over all entries.
""")
step.hints(
    r"One column of $\boldsymbol\Theta$ is one ordinary least-squares problem.",
    r"$\boldsymbol\Theta_1 = \boldsymbol\Theta_0 - \eta\,\nabla f(\boldsymbol\Theta_0)$.",
)
mean_step.hints(
    r"A constant factor of $f$ is a factor of its gradient.", r"Only the step changes, not $\boldsymbol\Theta_0$."
)

step.explained(
    r"$\nabla f(\boldsymbol\Theta_0) = 2\mathbf W^\top(\mathbf W\boldsymbol\Theta_0 - \mathbf Y) = {{ slopes }}$, so"
    r" $\boldsymbol\Theta_1 = \boldsymbol\Theta_0 - {{ eta }}\,\nabla f(\boldsymbol\Theta_0) = {{ reference }}$."
)
mean_step.explained(
    r"$\nabla\bar f = \frac1N\nabla f$: the step is one $N$-th as long,"
    r" $\boldsymbol\Theta_0 - \frac{\eta}{N}\,\nabla f(\boldsymbol\Theta_0) = {{ reference }}$."
)
