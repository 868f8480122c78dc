"""What exercises show: the graph of a function, points on a circle, tensors as boxes. Pure.

A figure shows what the statement says, never an answer: axes have no numbers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, sin
from typing import Final

from app.figures.drawing import line, polyline, svg, words

SAMPLES: Final = 96  # points of a graph
MARGIN: Final = 18.0
CROWDED: Final = 40.0  # names of points nearer than this would stand in one another
EMPHASIS: Final = "#c2410c"  # beside the text's colour: 4.5 to 1 on white, 3 to 1 on black


def graph(
    f: Callable[[float], float],
    low: float,
    high: float,
    text: str,
    *,
    tangents: Mapping[float, float] | None = None,
    marks: Mapping[float, str] | None = None,
) -> str:
    """The graph of `f` from `low` to `high`.

    `tangents`: slopes of the lines that touch it, by their point; `marks`: points of the graph with the
    name that stands below each on the axis; `text`: the text alternative.
    """
    xs = [low + (high - low) * k / (SAMPLES - 1) for k in range(SAMPLES)]
    ys = [f(x) for x in xs]
    plot = Plot.of(low, high, min(*ys, 0.0), max(*ys, 0.0))
    drawn = [*plot.axes(), plot.path(zip(xs, ys, strict=True))]
    for x, slope in (tangents or {}).items():
        drawn.append(plot.line_through(x, f(x), slope))
    points = sorted((marks or {}).items())
    across = [plot.at(x, 0)[0] for x, _ in points]
    for k, (x, name) in enumerate(points):
        crowded_left = k > 0 and across[k] - across[k - 1] < CROWDED
        crowded_right = k + 1 < len(points) and across[k + 1] - across[k] < CROWDED
        if crowded_left:
            drawn += plot.mark(x, f(x), name, "start", (across[k - 1] + across[k]) / 2 + 4)
        elif crowded_right:
            drawn += plot.mark(x, f(x), name, "end", (across[k] + across[k + 1]) / 2 - 4)
        else:
            drawn += plot.mark(x, f(x), name, "middle", across[k])
    return svg(plot.width, plot.height, text, drawn)


def circle(radius: str, angle: float, name: str, text: str) -> str:
    """A circle around the origin, the point at an angle (in radians) on it, and what radius and angle are called."""
    size, r = 220.0, 78.0
    centre = size / 2
    x, y = centre + r * cos(angle), centre - r * sin(angle)
    arc = [(centre + 26 * cos(angle * k / 40), centre - 26 * sin(angle * k / 40)) for k in range(41)]
    middle = angle / 2
    drawn = [
        line(6, centre, size - 6, centre, opacity=0.5),
        line(centre, 6, centre, size - 6, opacity=0.5),
        f'<circle cx="{centre:g}" cy="{centre:g}" r="{r:g}" fill="none" stroke="currentColor" stroke-width="1.5"/>',
        polyline(arc, EMPHASIS),
        line(centre, centre, x, y, EMPHASIS),
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{EMPHASIS}"/>',
        words(centre + 40 * cos(middle), centre - 40 * sin(middle) + 4, name, italic=True),
        words((centre + x) / 2 + 9 * sin(angle), (centre + y) / 2 + 9 * cos(angle) + 4, radius, italic=True),
    ]
    return svg(size, size, text, drawn)


def tensors(rows: Mapping[str, Sequence[Sequence[int]]], text: str) -> str:
    """Tensors of up to three ways as boxes with the lengths of their sides, several to a row, each row with a name."""
    per_line, wide, high = min(2, len(rows)), 230.0, 118.0
    drawn: list[str] = []
    for place, (name, shapes) in enumerate(rows.items()):
        left, top = (place % per_line) * wide, (place // per_line) * high
        drawn.append(words(left + 12, top + 18, name, anchor="start", bold=True))
        largest = max(size for shape in shapes for size in shape)
        for index, shape in enumerate(shapes):
            lengths = [max(14.0, 56.0 * size / largest) for size in shape]
            drawn += _box(left + 44 + 105 * index, top + 40, shape, lengths)
    lines = (len(rows) + per_line - 1) // per_line
    return svg(per_line * wide, lines * high, text, drawn)


def _box(left: float, top: float, shape: Sequence[int], lengths: Sequence[float]) -> Iterator[str]:
    """A column, a rectangle or a cuboid: the first way goes down, the second to the right, the third back."""
    tall = lengths[0]
    wide = lengths[1] if len(shape) > 1 else 12.0
    back = 0.45 * lengths[2] if len(shape) > 2 else 0.0
    yield (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{tall:.1f}"'
        ' fill="currentColor" fill-opacity="0.08" stroke="currentColor" stroke-width="1.5"/>'
    )
    if back:
        edges = [(left, top), (left + back, top - back), (left + wide + back, top - back)]
        edges += [(left + wide + back, top + tall - back), (left + wide, top + tall)]
        yield polyline(edges)
        yield line(left + wide, top, left + wide + back, top - back)
        yield words(left + wide + back / 2 + 5, top + tall - back / 2 + 10, str(shape[2]), anchor="start")
    yield words(left - 5, top + tall / 2 + 4, str(shape[0]), anchor="end")
    if len(shape) > 1:
        yield words(left + wide / 2, top + tall + 14, str(shape[1]))


@dataclass(frozen=True)
class Plot:
    """A window on the plane, and where its points lie on paper."""

    x: tuple[float, float]
    y: tuple[float, float]
    width: float = 320.0
    height: float = 200.0

    @classmethod
    def of(cls, left: float, right: float, bottom: float, top: float) -> "Plot":
        room = 0.08 * (top - bottom or 1.0)
        return cls((left, right), (bottom - room, top + room))

    def at(self, x: float, y: float) -> tuple[float, float]:
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return MARGIN + across * (self.width - 2 * MARGIN), self.height - MARGIN - up * (self.height - 2 * MARGIN)

    def axes(self) -> Iterator[str]:
        _, zero = self.at(self.x[0], 0)
        yield line(MARGIN, zero, self.width - MARGIN, zero, opacity=0.5)
        if self.x[0] <= 0 <= self.x[1]:
            origin, _ = self.at(0, 0)
            yield line(origin, MARGIN, origin, self.height - MARGIN, opacity=0.5)

    def path(self, points: Iterator[tuple[float, float]]) -> str:
        return polyline([self.at(x, y) for x, y in points])

    def line_through(self, x: float, y: float, slope: float) -> str:
        """The line of this slope through a point, as far as it lies in the window."""
        ends = [self.x[0], self.x[1]]
        if slope:
            crossing = sorted((level - y) / slope + x for level in self.y)
            ends = [max(ends[0], crossing[0]), min(ends[1], crossing[1])]
        (x1, y1), (x2, y2) = (self.at(end, y + slope * (end - x)) for end in ends)
        return line(x1, y1, x2, y2, EMPHASIS)

    def mark(self, x: float, y: float, name: str, anchor: str, place: float) -> Iterator[str]:
        """A point of the graph, and its name at the axis below or above, anchored at a place across."""
        px, py = self.at(x, y)
        _, zero = self.at(x, 0)
        yield line(px, py, px, zero, dashes="3 3")
        yield f'<circle cx="{px:.1f}" cy="{py:.1f}" r="4" fill="{EMPHASIS}"/>'
        yield words(place, zero + 14 if y >= 0 else zero - 6, name, anchor=anchor, italic=True)
