r"""# The fastest learning rate

Let $f(\theta_1, \theta_2) = \lambda_1\theta_1^2 + \lambda_2\theta_2^2$ with the coefficients (`l` in the data)

$$\begin{bmatrix}\lambda_1 \\ \lambda_2\end{bmatrix} = {{ l }}$$

A step of gradient descent, $\boldsymbol\theta \leftarrow \boldsymbol\theta - \eta\,\nabla f(\boldsymbol\theta)$,
multiplies $\theta_1$ by $q_1$ and $\theta_2$ by $q_2$. The slower coordinate decides: the **rate of convergence** is
$\max(|q_1|, |q_2|)$, the smaller the better.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.descent import least

exercise = Exercise(given=dict(l="2 1"))


@exercise.instance
def draw(rng):
    return dict(l=rng.permutation([1, 2, 3, 4, 5, 6, 8, 9, 10])[:2])


@exercise.part("scalar", weight=0.6)
def eta(l):
    r"""The $\eta$ with the smallest rate of convergence"""
    return 1 / l.sum()


@exercise.part("scalar", weight=0.4)
def rate(eta, l):
    r"""The rate of convergence with this $\eta$"""
    return np.abs(1 - 2 * eta * l).max()


eta.oracle(lambda l: least(lambda step: rate(step, l), 0.0, 2.0))
rate.oracle(lambda eta, l: np.abs(1 - eta * jacobian(lambda theta: l.T @ theta**2, np.ones((2, 1)))).max())
eta.wrong("limit-instead", lambda l: 1 / l.max(), r"$1/\max(\lambda_1, \lambda_2)$")
eta.wrong("steep-direction-only", lambda l: 0.5 / l.max(), r"$1/(2\max(\lambda_1, \lambda_2))$")
eta.wrong("flat-direction-only", lambda l: 0.5 / l.min(), r"$1/(2\min(\lambda_1, \lambda_2))$")
eta.wrong("factor-two-of-hessian-lost", lambda l: 2 / l.sum(), r"$2/(\lambda_1 + \lambda_2)$")
eta.feedback(r"""
    limit-instead: At that rate one coordinate does not shrink at all: $|q_i| = 1$.
    steep-direction-only: The steep direction is done in one step. How slow is the flat one?
    flat-direction-only: The flat direction is done in one step. What happens to the steep one?
    factor-two-of-hessian-lost: Differentiate $\lambda\theta^2$ first.
""")
rate.wrong("sign-kept", lambda eta, l: 1 - 2 * eta * l.max(), r"$1 - 2\eta\max(\lambda_1, \lambda_2)$")
rate.wrong("factor-two-of-hessian-lost", lambda eta, l: np.abs(1 - eta * l).max(), r"$\max|1 - \eta\lambda_i|$")
rate.wrong("ratio-of-curvatures", lambda l: l.min() / l.max(), r"$\lambda_{\min}/\lambda_{\max}$")
rate.feedback(r"""
    sign-kept: A rate is the size of a factor, without its sign.
    factor-two-of-hessian-lost: Differentiate $\lambda\theta^2$ first.
    ratio-of-curvatures: That ratio matters, but it is not the rate. Put $\eta$ into $|q_1|$ and $|q_2|$.
""")

eta.hints(
    r"$q_i = 1 - 2\eta\lambda_i$. Draw $|q_1|$ and $|q_2|$ against $\eta$.",
    "The larger of the two is smallest where the two lines cross: what holds there?",
)
rate.hints(r"Put your $\eta$ into $q_1$ and $q_2$.", "Take the larger size.")
eta.explained(
    r"$q_i = 1 - 2\eta\lambda_i$. A larger $\eta$ helps the flat direction and, once $q_i$ is negative, hurts the steep"
    r" one. The best is where both are equally slow, $1 - 2\eta\lambda_{\min} = -(1 - 2\eta\lambda_{\max})$:"
    r" $\eta = 1/(\lambda_1 + \lambda_2) = {{ reference }}$."
)
rate.explained(
    r"With $\eta = {{ eta }}$ both factors have the size"
    r" $\frac{|\lambda_1 - \lambda_2|}{\lambda_1 + \lambda_2} = {{ reference }}$. The more the curvatures differ, the"
    r" slower is even the best rate."
)
