"""What a class did, as charts: columns, columns by day, bars in pieces, dots beside what is usual, curves. Pure.

Numbers stand beside their marks, and what belongs together has a shape or a pattern, not only a colour. The page
brings all words, and the colours by class: `mark` (what is counted), `line`, `band` (the usual range). Every chart
is 320 wide, so that its words can be read on the narrowest phone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from app.figures.drawing import line, polyline, svg, words

WIDTH: Final = 320.0
LINE: Final = 17.0  # from one line of words to the next
FAINT: Final = 0.25
DASHES: Final = ("", "7 3", "2 3")  # of the first curve, the second, …: another one each, as have their ends
Interval = tuple[float, float]


def columns(counts: Sequence[int], edges: Sequence[str], text: str, *, across: str, up: str) -> str:
    """A histogram: a column for each bin with its count on top, the names of the edges below.

    `across` and `up` say what the axes are.
    """
    left, top, bottom = 10.0, 2.4 * LINE, 160.0
    wide = (WIDTH - 2 * left) / len(counts)
    drawn = [words(left, 13, up, anchor="start"), line(left, bottom, WIDTH - left, bottom)]
    for place, count in enumerate(counts):
        drawn += _column(left + place * wide, wide, bottom, (bottom - top) * count / max(1, *counts), str(count or ""))
    apart = -(-len(edges) // 6)  # edges with a name: at most seven fit
    for place, name in list(enumerate(edges))[::apart]:
        drawn.append(words(left + place * wide, bottom + LINE, name, anchor=_anchor(place / (len(edges) - 1))))
    drawn.append(words(WIDTH / 2, bottom + 2.2 * LINE, across))
    return svg(WIDTH, bottom + 2.6 * LINE, text, drawn, description=_listed(_bins(edges), counts))


def by_day(counts: Sequence[int], days: Sequence[str], text: str, *, highest: int) -> str:
    """A small chart of how often something happened day by day: the most, the first and the last day have words.

    `highest` is the count that fills its height, the same for charts that are compared.
    """
    left, top, bottom = 10.0, LINE, 62.0
    wide = min(40.0, (WIDTH - 2 * left) / len(counts))
    most = max(counts)
    drawn = [line(left, bottom, WIDTH - left, bottom)]
    for place, count in enumerate(counts):
        label = str(count) if count == most and place == counts.index(most) else ""
        drawn += _column(left + place * wide, wide, bottom, (bottom - top) * count / max(1, highest), label)
    end = left + len(counts) * wide
    drawn.append(words(left, bottom + LINE - 2, days[0], anchor="start"))
    if len(days) > 1 and end > 120:
        drawn.append(words(end, bottom + LINE - 2, days[-1], anchor="end"))
    return svg(WIDTH, bottom + LINE + 3, text, drawn, description=_listed(days, counts))


def _column(left: float, wide: float, bottom: float, tall: float, label: str) -> Iterator[str]:
    gap = min(2.0, wide / 5)
    yield (
        f'<rect class="mark" x="{left + gap / 2:.1f}" y="{bottom - tall:.1f}" width="{wide - gap:.1f}"'
        f' height="{tall:.1f}"/>'
    )
    if label:
        yield words(left + wide / 2, bottom - tall - 4, label)


def shares(counts: Sequence[int], text: str) -> str:
    """A bar in three pieces: full, half full and empty, as long as their counts."""
    high, whole = 14.0, max(1, sum(counts))
    drawn, left = [], 1.0
    for count, look in zip(counts, ('class="mark"', 'class="mark" fill-opacity="0.35"', 'fill="none"'), strict=True):
        wide = (WIDTH - 2) * count / whole
        drawn.append(f'<rect {look} x="{left:.1f}" y="1" width="{wide:.1f}" height="{high - 2:.1f}"/>')
        left += wide
    frame = f'<rect x="1" y="1" width="{WIDTH - 2:g}" height="{high - 2:g}" fill="none" stroke="currentColor"/>'
    return svg(WIDTH, high, text, [*drawn, frame])


# Dots ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """One of the axes on which rows have a dot: its name, its ends, its usual range; `percent`: how it is written."""

    name: str
    ends: Interval
    usual: Interval
    percent: bool = False

    def written(self, value: float) -> str:
        return f"{100 * value:.0f} %" if self.percent else f"{value:.2f}".replace("-", "−")

    def is_usual(self, value: float) -> bool:
        return self.usual[0] <= value <= self.usual[1]


def dots(rows: Mapping[str, Sequence[float | None]], scales: Sequence[Scale], text: str) -> str:
    """Rows with a dot on each scale: full where it is usual, hollow where it is not; no dot for None."""
    label, top, high = 26.0, 1.6 * LINE, 1.35 * LINE
    bottom = top + high * len(rows)
    wide = (WIDTH - label) / len(scales)
    drawn: list[str] = []
    for place, scale in enumerate(scales):
        panel = _Panel(label + place * wide + 14, label + (place + 1) * wide - 16, scale)
        drawn += panel.frame(top, bottom)
        for number, values in enumerate(rows.values()):
            drawn += panel.dot(top + (number + 0.5) * high, values[place])
    for number, name in enumerate(rows):
        drawn.append(words(label - 6, top + (number + 0.5) * high + 4.5, name, anchor="end", bold=True))
    said = (
        f"{name}: " + ", ".join(_said(scale, value) for scale, value in zip(scales, values, strict=True))
        for name, values in rows.items()
    )
    return svg(WIDTH, bottom + 1.4 * LINE, text, drawn, description="; ".join(said))


def _said(scale: Scale, value: float | None) -> str:
    return f"{scale.name} {'–' if value is None else scale.written(value)}"


@dataclass(frozen=True)
class _Panel:
    """The place of a scale on paper."""

    left: float
    right: float
    scale: Scale

    def at(self, value: float) -> float:
        low, high = self.scale.ends
        return self.left + (min(high, max(low, value)) - low) / (high - low) * (self.right - self.left)

    def frame(self, top: float, bottom: float) -> Iterator[str]:
        low, high = self.scale.ends
        begin, end = (self.at(edge) for edge in self.scale.usual)
        yield (
            f'<rect class="band" x="{begin:.1f}" y="{top:.1f}" width="{end - begin:.1f}" height="{bottom - top:.1f}"'
            ' fill="currentColor" fill-opacity="0.08"/>'
        )
        yield words((self.left + self.right) / 2, top - 9, self.scale.name)
        yield line(self.left, bottom, self.right, bottom, opacity=0.5)
        for value, anchor in ((low, "start"), (high, "end")):
            yield line(self.at(value), top, self.at(value), bottom, opacity=FAINT)
            name = f"{100 * value:.0f} %" if self.scale.percent else f"{value:g}".replace("-", "−")
            yield words(self.at(value), bottom + LINE - 2, name, anchor=anchor)

    def dot(self, y: float, value: float | None) -> Iterator[str]:
        yield line(self.left, y, self.right, y, opacity=FAINT / 2)
        if value is None:
            yield words((self.left + self.right) / 2, y + 4.5, "–")
            return
        x, usual = self.at(value), self.scale.is_usual(value)
        if usual:
            yield f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
        else:
            yield f'<circle class="line" cx="{x:.1f}" cy="{y:.1f}" r="5" fill="none" stroke="currentColor"/>'
        is_left = x > (self.left + self.right) / 2
        yield words(
            x - 9 if is_left else x + 9, y + 4.5, self.scale.written(value), anchor="end" if is_left else "start"
        )


# Curves -------------------------------------------------------------------------------------------


def curves(
    series: Mapping[str, Sequence[float]],
    places: Sequence[float],
    text: str,
    *,
    ticks: Mapping[float, str],
    marks: Mapping[float, str],
) -> str:
    """Shares that grow in steps: each holds from its place on, all places lie between 0 and 1.

    `ticks`: what stands below some places; `marks`: names of upright lines. The curves are named above,
    with what they end at.
    """
    top, tall, left, right = LINE * (len(series) + (1.6 if marks else 0.6)), 130.0, 46.0, WIDTH - 14
    bottom = top + tall

    def at(place: float, share: float) -> tuple[float, float]:
        return left + place * (right - left), bottom - share * tall

    drawn: list[str] = []
    for share in (0, 0.5, 1):
        drawn.append(line(*at(0, share), *at(1, share), opacity=FAINT if share else 1))
        drawn.append(words(left - 6, at(0, share)[1] + 4.5, f"{100 * share:.0f} %", anchor="end"))
    for place, name in ticks.items():
        drawn.append(line(*at(place, 0), at(place, 0)[0], bottom + 4))
        drawn.append(words(at(place, 0)[0], bottom + LINE, name, anchor=_anchor(place)))
    for place, name in marks.items():
        drawn.append(line(at(place, 0)[0], top - 4, at(place, 0)[0], bottom, dashes="1 3"))
        drawn.append(words(at(place, 0)[0], top - 8, name, anchor=_anchor(place)))
    for number, (name, shares) in enumerate(series.items()):
        y, end = LINE * (number + 0.7), f"{name}: {100 * shares[-1]:.0f} %" if shares else name
        drawn += _curve([(10, y), (38, y)], number)
        drawn.append(words(left, y + 4.5, end, anchor="start"))
        if shares:
            drawn += _curve([at(*step) for step in _steps(places, shares)], number)
    said = (f"{name}: " + ", ".join(f"{100 * share:.0f} %" for share in shares) for name, shares in series.items())
    return svg(WIDTH, bottom + 1.5 * LINE, text, drawn, description="; ".join(said))


def _steps(places: Sequence[float], shares: Sequence[float]) -> Iterator[tuple[float, float]]:
    """The corners of a staircase."""
    before = shares[0]
    for place, share in zip(places, shares, strict=True):
        yield place, before
        yield place, share
        before = share


def _curve(points: Sequence[tuple[float, float]], number: int) -> Iterator[str]:
    """A line with its own pattern, and its own shape at the end: a disc, a square, a triangle."""
    yield polyline(points, dashes=DASHES[number])
    x, y = points[-1]
    if number == 0:
        yield f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    elif number == 1:
        yield f'<rect class="mark" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
    else:
        yield f'<path class="mark" d="M{x - 5:.1f} {y + 4:.1f}h10l-5 -9z"/>'


def _anchor(place: float) -> str:
    """Words at the sides stay within the picture."""
    return "start" if place < 0.08 else "end" if place > 0.92 else "middle"


def _bins(edges: Sequence[str]) -> list[str]:
    return [f"{low}–{high}" for low, high in pairwise(edges)]


def _listed(names: Sequence[str], counts: Sequence[int]) -> str:
    return "; ".join(f"{name}: {count}" for name, count in zip(names, counts, strict=True))
