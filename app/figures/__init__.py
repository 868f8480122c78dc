"""Pictures as inline SVG. Pure.

`graphs.py`: what exercises show, graphs, circles and tensors as boxes. `charts.py`: what a class did, in numbers.
`drawing.py`: lines, words and the frame of both.

Every picture is one `<svg>` with its text alternative as title, drawn in the colour of the text around it,
so that it is right in the dark, too, and without styles, which a page may forbid.
"""

from app.figures.graphs import EMPHASIS, circle, graph, tensors

__all__ = ["EMPHASIS", "circle", "graph", "tensors"]
