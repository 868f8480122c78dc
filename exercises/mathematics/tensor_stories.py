"""Tensors as they are met: as batches of images, as recordings, as a grey image, or as nothing but a space."""

from app.exercise import shape_latex

STORIES = {
    "images": "A batch of {} RGB images, each {} pixels high and {} pixels wide, is one tensor: its indices choose the"
    " image, the row, the column and the colour (red, green or blue).",
    "recordings": "A tensor holds {} mono recordings of {} samples each: its indices choose the recording and the"
    " sample.",
    "grey image": r"A grey image of {1} by {2} pixels is a tensor in $\mathbb R^{{{0} \times {1} \times {2}}}$;"
    " its first index chooses the colour channel.",
}


def draw_shape(rng, level):
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


def kind(shape, story):
    """The story; without one, whether there is a way of size 1."""
    return story if story in STORIES else "with a way of size 1" if 1 in shape else "no way of size 1"


def told(shape, story):
    """What the tensor is, as a sentence in Markdown."""
    space = rf"\mathbb R^{{{shape_latex(tuple(shape))}}}"
    return STORIES[story].format(*shape) if story in STORIES else rf"A tensor lives in ${space}$."


def factors(shape):
    """The number of elements as a product in LaTeX."""
    return r" \cdot ".join(map(str, shape))
