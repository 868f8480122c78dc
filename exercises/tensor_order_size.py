r"""# Ways and elements of a tensor

{{ tensor }} How many ways does it have, and how many numbers does it contain?
"""

import numpy as np

from app.exercise import Exercise, shape_latex

STORIES = {
    "images": "A batch of {} RGB images, each {} pixels high and {} pixels wide, is one tensor: its indices choose the"
    " image, the row, the column and the colour (red, green or blue).",
    "recordings": "A tensor holds {} mono recordings of {} samples each: its indices choose the recording and the"
    " sample.",
    "grey image": r"A grey image of {1} by {2} pixels is a tensor in $\mathbb R^{{{0} \times {1} \times {2}}}$;"
    " its first index chooses the colour channel.",
}

exercise = Exercise(
    number=8, topic="tensors", section="Tensors", given=dict(shape=list), hidden=dict(story=str), largest=5000
)


@exercise.instance
def draw(rng, level):
    """Two to five ways, in one shape of four a way of size 1; one tensor in four comes with a story."""
    low, high = (2, 6) if level == "hand" else (12, 64)
    story = str(rng.choice([*STORIES, *["space"] * 9]))
    if story == "space":
        shape = rng.integers(2, high, rng.integers(2, 6)).tolist()
        if rng.random() < 0.25:
            shape[int(rng.integers(len(shape)))] = 1
        return dict(shape=shape, story=story)
    many, height, width = rng.integers(low, high, 3).tolist()
    samples = 100 * int(rng.integers(2, 10)) if level == "hand" else 8000 * int(rng.integers(1, 7))
    shapes = {"images": [many, 2 * height, 2 * width, 3], "recordings": [many, samples]}
    return dict(shape=shapes.get(story, [1, 4 * height, 4 * width]), story=story)


@exercise.stratum
def kind(shape, story):
    return story if story in STORIES else "with a way of size 1" if 1 in shape else "no way of size 1"


@exercise.text
def tensor(shape, story):
    space = rf"\mathbb R^{{{shape_latex(tuple(shape))}}}"
    return STORIES[story].format(*shape) if story in STORIES else rf"A tensor lives in ${space}$."


exercise.texts(sizes=lambda shape: ", ".join(map(str, shape)), factors=lambda shape: r" \cdot ".join(map(str, shape)))


@exercise.part("scalar", weight=0.5)
def ways(shape):
    """Number of ways"""
    return len(shape)


@exercise.part("scalar", weight=0.5)
def elements(shape):
    """Number of elements"""
    return np.prod(shape)


ways.oracle(lambda shape: np.broadcast_to(0, shape).ndim)

elements.oracle(lambda shape: np.broadcast_to(0, shape).size)


MIXED = "You answered the other question: counting indices is not counting entries."
ways.wrong("order-and-size-mixed", lambda shape: np.prod(shape), r"${{ factors }}$, the number of elements").says(MIXED)
elements.wrong("order-and-size-mixed", lambda ways: ways, "the number of ways").says(MIXED)


@ways.misconception("the number of sizes above 1")
def size_one_ways_dropped(shape):
    """A way of size 1 still needs its own index."""
    return sum(size > 1 for size in shape) if 1 in shape else None


for part in (ways, elements):
    part.wrong("sizes-added", lambda shape: sum(shape), "the sum of the sizes")
    part.wrong("largest-size", lambda shape: max(shape), "the largest size")
    part.feedback(r"""
        sizes-added: How many entries does a $2 \times 3$ matrix have? Generalise that.
        largest-size: Every way matters, not only the longest.
    """)


@elements.misconception("the number of ways times the largest size")
def sizes_times_ways(shape):
    """Fix all indices but one: how many entries? Now let the next one vary too."""
    return len(shape) * max(shape)


exercise.hints(
    "How many indices are needed to point at one number?", "Try the matrix case.", "Each new way multiplies the count."
)
ways.explained("One index for each of the sizes {{ sizes }}, a size of 1 included: ${{ reference }}$ ways.")
elements.explained("Each way multiplies the count by its size: ${{ factors }} = {{ reference }}$.")
