r"""# Stability of gradient descent

Let $f(\theta_1, \theta_2) = \lambda_1\theta_1^2 + \lambda_2\theta_2^2$ with the coefficients (`l` in the data)

$$\begin{bmatrix}\lambda_1 \\ \lambda_2\end{bmatrix} = {{ l }}$$

Gradient descent with the rate $\eta > 0$ repeats
$\boldsymbol\theta \leftarrow \boldsymbol\theta - \eta\,\nabla f(\boldsymbol\theta)$. Below which value of $\eta$ does
it converge to the minimum from every start?
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.descent import largest_rate
from exercises.mathematics.drawing import distinct

exercise = Exercise(number=61, topic="beyond", section="Beyond the slides", given=dict(l="2 1"), beyond_lecture=True)

exercise.in_symbols(
    domains=dict(l="positive"), computed=dict(lambda0="l"), latex=dict(l=r"\lambda", lambda0=r"\lambda")
)


@exercise.instance
def draw(rng, level):
    if level == "hand":
        return dict(l=rng.permutation([2, 3, 4, 5, 8, 10])[:2])
    return dict(l=np.round(distinct(rng, "numpy", 2) ** 2 + 0.5, 2))


@exercise.part("scalar", formula="1/max(l_1, l_2)")
def answer(l):
    r"""The bound on $\eta$"""
    return 1 / l.max()


answer.oracle(lambda l: largest_rate(lambda theta: l.T @ theta**2, 2))
answer.wrong("smallest-curvature", lambda l: 1 / l.min(), r"$1/\min(\lambda_1, \lambda_2)$")
answer.wrong("factor-two-of-hessian-lost", lambda l: 2 / l.max(), r"$2/\max(\lambda_1, \lambda_2)$")
answer.wrong("half", lambda l: 0.5 / l.max(), r"$1/(2\max(\lambda_1, \lambda_2))$")
answer.wrong("sum-of-curvatures", lambda l: 1 / l.sum(), r"$1/(\lambda_1 + \lambda_2)$")
answer.wrong("curvature-itself", lambda l: l.max(), r"$\max(\lambda_1, \lambda_2)$")
answer.feedback(r"""
    smallest-curvature: Which coordinate explodes first?
    factor-two-of-hessian-lost: Differentiate $\lambda\theta^2$ first.
    half: That rate is the fastest for the steep direction, not the limit.
    sum-of-curvatures: The coordinates do not interact.
    curvature-itself: Steep functions need small steps.
""")
answer.hints(
    r"Write one step for $\theta_1$ alone: what is it multiplied by?",
    r"Each coordinate is multiplied by $1 - 2\eta\lambda_i$. When does it shrink?",
    "Both coordinates must shrink.",
)
answer.explained(
    r"A step turns $\theta_i$ into $\theta_i - 2\eta\lambda_i\theta_i = (1 - 2\eta\lambda_i)\,\theta_i$. It shrinks"
    r" if $|1 - 2\eta\lambda_i| < 1$, that is, if $\eta < 1/\lambda_i$. Both do below"
    r" $1/\max(\lambda_1, \lambda_2) = {{ reference }}$."
)
