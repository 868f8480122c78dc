r"""# Derivative by all weights at once

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ where $\mathbf W$ has $N$ rows and $D$ columns, and

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }} \qquad \mathbf b = {{ b }}$$

At $\mathbf x_0$ let all weights vary. The derivative $\frac{\partial\mathbf a}{\partial\mathbf W}$ is a tensor with the
output index first: its entry $(i, n, d)$ is $\frac{\partial a_i}{\partial W_{nd}}$, counting from 1. Here
$(i, n, d) = {{ place }}$.
"""

from app.exercise import Exercise, Shape
from exercises.mathematics.batches import OWN_WEIGHT, PLACE, a_by_weights, draw_weight, own_row, whose_weight
from exercises.mathematics.perceptron import neighbour

given = dict(W="N D", x0="D 1", b="N 1", i=int, n=int, d=int)
exercise = Exercise(number=47, topic="batches", section="Matrix and tensor variables", given=given)
exercise.instance(draw_weight)
exercise.stratum(lambda i, n: "own weight" if i == n else "weight of another neuron")
exercise.texts(case=whose_weight, place=lambda i, n, d: f"({i}, {n}, {d})")
exercise.in_symbols(indices=dict(i="N", n="N", d="D"), texts=dict(case=OWN_WEIGHT, place=PLACE))


@exercise.part(Shape())
def shape(W):
    r"""The shape of $\frac{\partial\mathbf a}{\partial\mathbf W}$"""
    return (len(W), *W.shape)


@exercise.part("scalar", formula="delta_{in} x_d")
def entry(x0, i, n, d):
    r"""The entry $(i, n, d)$"""
    return x0[d - 1, 0] if i == n else 0


@exercise.part("scalar", formula="N D")
def count(W):
    r"""The number of entries of $\frac{\partial\mathbf a}{\partial\mathbf W}$ that are not zero"""
    return W.size


@exercise.part("N D", formula="e_i x0^T")
def slice(W, x0, i):
    r"""The slice of output $i$: the $N \times D$ matrix of all $\frac{\partial a_i}{\partial W_{nd}}$"""
    return own_row(W, i) @ x0.T


shape.oracle(lambda W, x0, b: a_by_weights(W, x0, b).shape)
shape.wrong("shape-of-the-weights", lambda W: W.shape, r"the shape of $\mathbf W$")
shape.wrong("flattened-to-matrix", lambda W: (len(W), W.size), r"$N \times ND$")
shape.wrong("inputs-first", lambda W: (*W.shape, len(W)), r"$N \times D \times N$")
shape.feedback(r"""
    shape-of-the-weights: Each of the outputs has its own table of derivatives.
    flattened-to-matrix: Keep the two indices of $\mathbf W$ separate.
    inputs-first: Output index first, then the two indices of $\mathbf W$.
""")
shape.hints("One index per way of the output.", r"One index per way of $\mathbf W$.", "Put the two lists together.")
shape.explained(r"The way of $\mathbf a$, then the two ways of $\mathbf W$, $N \times N \times D$: ${{ reference }}$.")

entry.oracle(lambda W, x0, b, i, n, d: a_by_weights(W, x0, b)[i - 1, n - 1, d - 1])
entry.wrong("other-neurons-contribute", lambda x0, i, n, d: None if i == n else x0[d - 1, 0], "$x_d$")
entry.wrong("zero-because-of-indices", lambda i, n: 0 if i == n else None, "what weights of other neurons give")
entry.wrong("index-slip", lambda x0, i, n, d: neighbour(x0, d) if i == n else None, r"the entry beside $x_d$")
entry.wrong("one-instead-of-input", lambda i, n: 1 if i == n else None, "the slope without its factor $x_d$")
entry.wrong("weights-instead", lambda W, n, d: W[n - 1, d - 1], r"$W_{nd}$ itself, $\frac{\partial a_n}{\partial x_d}$")
entry.feedback(r"""
    zero-because-of-indices: Here the weight does belong to this neuron.
    index-slip: Which entry of $\mathbf x$ does this weight multiply?
    weights-instead: Differentiate with respect to the weight: it disappears.
""")
entry.explained("{{ case }}: the derivative is ${{ reference }}$.")

count.oracle(lambda W, x0, b: (abs(a_by_weights(W, x0, b)) > 1e-6).sum())
count.wrong("other-neurons-contribute", lambda W: len(W) * W.size, "the number of all entries, $NND$")
count.wrong("count-of-the-diagonal", lambda W: len(W), "$N$, one for each neuron")
count.feedback("count-of-the-diagonal: Every neuron has one non-zero entry per input.")
count.explained(r"Each $a_i$ feels the $D$ weights of its row; no $x_d$ is zero: $N \cdot D = {{ reference }}$.")

slice.oracle(lambda W, x0, b, i: a_by_weights(W, x0, b)[i - 1])
slice.wrong("other-neurons-contribute", lambda W, x0: 0 * W + x0.T, r"$\mathbf x_0^\top$ in every row")
slice.wrong("one-instead-of-input", lambda W, i: 0 * W + own_row(W, i), "1 for each weight of neuron $i$")
slice.wrong("row-only", lambda x0: x0.T, r"the row $\mathbf x_0^\top$ alone")
slice.feedback("row-only: Every weight of the matrix needs an entry, also those of other neurons.")
slice.explained(r"$a_i$ feels its own row of $\mathbf W$ only, with the slopes $\mathbf x_0^\top$: ${{ reference }}$.")

for part in (entry, count, slice):
    part.feedback("other-neurons-contribute: Does neuron $i$ use the weights of another row?")
    part.hints(r"$a_i = \sum_d W_{id} x_d + b_i$.", "Which weights occur in it?", "Everything else is zero.")
for part in (entry, slice):
    part.feedback("one-instead-of-input: The weight multiplies something.")
