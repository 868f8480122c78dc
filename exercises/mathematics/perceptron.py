r"""The simple perceptron $\mathbf a = \mathbf W\mathbf x + \mathbf b$, $\mathbf y = \sigma(\mathbf a)$.

$\mathbf W$ is N×D, $\mathbf x$ is D×1, $\mathbf b$, $\mathbf a$ and $\mathbf y$ are N×1.
"""

import numpy as np

from app.exercise import values_latex
from exercises.mathematics.drawing import decimals, distinct, ints, sizes

ACTIVATIONS = ("sigmoid", "relu", "tanh")
NAMES = {
    "sigmoid": r"the logistic sigmoid, $\sigma(t) = \frac{1}{1 + e^{-t}}$",
    "relu": r"ReLU, $\sigma(t) = \max(0, t)$",
    "tanh": r"the hyperbolic tangent, $\sigma(t) = \tanh t$",
}
SLOPES = {
    "sigmoid": r"\sigma' = \sigma(1 - \sigma)",
    "relu": r"\sigma'(t) = 1 \text{ for } t > 0, \text{ else } 0",
    "tanh": r"\sigma' = 1 - \sigma^2",
}
GIVEN = dict(W="N D", x0="D 1", b="N 1", y0="N 1", d=int, activation=str)
IN_SYMBOLS = dict(
    functions=dict(sigma="activation"),
    indices=dict(d="D"),
    computed=dict(a0="W x0 + b", y0="sigma(a0)"),
    texts=dict(
        setting=(
            r"where $\sigma$ is any smooth function with the derivative $\sigma'$, applied to each entry. The bias is"
            r" $\mathbf b \in \mathbb{R}^{N \times 1}$, and $\mathbf a_0 = \mathbf W\mathbf x_0 + \mathbf b$."
        ),
        slopes=r"\mathbf a_0 = \mathbf W\mathbf x_0 + \mathbf b",
    ),
)
LAYER = {name: declared for name, declared in GIVEN.items() if name != "d"}
HIDDEN = dict(a0="N 1")  # the pre-activation at x0; the student finds it, or y0 says enough


def sigmoid(t):
    return 1 / (1 + np.exp(-np.asarray(t, dtype=float)))


# softplus and the wave only where any function may stand for the activation
FUNCTIONS = {
    "sigmoid": sigmoid,
    "relu": lambda t: np.maximum(t, 0.0),
    "tanh": np.tanh,
    "softplus": lambda t: np.logaddexp(0, t),
    "wave": lambda t: 2 * np.sin(t),
}
DERIVATIVES = {
    "sigmoid": lambda t: sigmoid(t) * sigmoid(-t),
    "relu": lambda t: (t > 0).astype(float),
    "tanh": lambda t: 1 - np.tanh(t) ** 2,
    "softplus": sigmoid,
    "wave": lambda t: 2 * np.cos(t),
}


def activate(activation, a):
    """The activation, entry by entry."""
    return FUNCTIONS[activation](a)


def slope(activation, a):
    """Its derivative, entry by entry; for ReLU away from 0."""
    return DERIVATIVES[activation](a)


def draw(rng, level, activations=ACTIVATIONS):
    """N ≠ D; entries of x0, slopes and pre-activations that tell every slip apart.

    By hand with sigmoid or tanh the forward pass y0 is shown in small fractions, so that slopes are
    exact, and b is not; else b is shown.
    """
    activation = str(rng.choice(activations))
    hand = level == "hand"
    N, D = sizes(rng, 2, 3 if hand else 4, 2)
    W = ints(rng, -3, 3, N, D) if hand else decimals(rng, -1.5, 1.5, N, D)
    x0 = distinct(rng, level, D, 4)
    shown = dict(W=W, x0=x0, activation=activation, d=int(rng.integers(1, D + 1)), b=None, y0=None)
    if hand and activation != "relu":
        y0 = _fractions(rng, activation, N)
        a0 = np.log(y0 / (1 - y0)) if activation == "sigmoid" else np.arctanh(y0)
        return shown | dict(y0=y0, a0=a0)
    if hand:
        a0 = ints(rng, -5, 5, N, 1)
        b = a0 - W @ x0
    else:
        b = decimals(rng, -1, 1, N, 1)
        a0 = W @ x0 + b
    return shown | dict(b=b, a0=a0) if _telling(activation, a0, b) else None


def draw_forward(rng, level):
    """What `draw` draws; by hand only ReLU, whose forward pass is easy."""
    return draw(rng, level, ("relu",) if level == "hand" else ACTIVATIONS)


def draw_layer(rng):
    """What `draw` draws by hand, without d."""
    drawn = draw(rng, "hand")
    return drawn and {name: drawn[name] for name in (*LAYER, *HIDDEN)}


def _fractions(rng, activation, N):
    if activation == "tanh":
        return (rng.permutation([1 / 2, 1 / 3, 3 / 5])[:N] * rng.choice([-1.0, 1.0], N)).reshape(-1, 1)
    y0 = rng.permutation([1 / 5, 1 / 4, 1 / 3])[:N]
    return np.where(rng.random(N) < 0.5, y0, 1 - y0).reshape(-1, 1)


def _telling(activation, a0, b):
    """Whether no slope is saturated and no two are alike; for ReLU, whether both sides occur, far from 0."""
    if activation == "relu":
        return a0.min() <= -0.3 and a0.max() >= 0.3 and np.abs(a0).min() >= 0.3 and np.abs(b).max() < 20
    distances = np.sort(np.abs(a0[:, 0]))
    steepest, flattest = 0.25, 2.2 if activation == "sigmoid" else 1.6
    return distances[0] >= steepest and distances[-1] <= flattest and np.diff(distances).min() >= 0.15


def setting(activation, b, y0):
    """The activation, and b or the forward pass, in words and LaTeX."""
    if b is None:
        known = (
            r"The forward pass gave $\mathbf y_0 = \sigma(\mathbf W\mathbf x_0 + \mathbf b)"
            rf" = {values_latex(y0, fractions=True)}$; $\mathbf b$ is not needed."
        )
    else:
        known = rf"The bias is $\mathbf b = {values_latex(b)}$."
    return f"where $\\sigma$, applied to each entry, is {NAMES[activation]}. {known}"


def slopes(activation, a0, b, y0):
    """How the slopes follow from what is known, in LaTeX."""
    if b is None:
        start = rf"\mathbf y_0 = {values_latex(y0, fractions=True)}"
    else:
        start = rf"\mathbf a_0 = \mathbf W\mathbf x_0 + \mathbf b = {values_latex(a0)}"
    return rf"{SLOPES[activation]},\quad {start}"


def of_layer(wrong):
    """A wrong way to an answer about a layer, made of the columns of inputs, of slopes and of outputs."""
    return lambda x0, a0, activation: wrong(x0, slope(activation, a0), activate(activation, a0))


def with_column(W, d, column):
    """W with another column d (1-based)."""
    changed = W.copy()
    changed[:, [d - 1]] = column
    return changed


def in_row(n, entries, W):
    """Zeros of the shape of W, but for these entries in row n (1-based)."""
    matrix = np.zeros_like(W)
    matrix[n - 1] = entries
    return matrix


def neighbour(x0, d):
    """The entry beside x_d (d 1-based): what an index slip picks."""
    return x0[d - 2, 0] if d > 1 else x0[1, 0]
