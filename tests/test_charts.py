"""Charts say their numbers in words, too, stay within their frame, and tell things apart without colours."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.figures import charts
from app.figures.charts import Scale
from tests.test_figures import FORBIDDEN, NAMESPACE, words

EDGES = [f"{10 * tenth}" for tenth in range(11)]
FACILITY = Scale("facility", (0.0, 1.0), (0.2, 0.9), percent=True)
DISCRIMINATION = Scale("discrimination", (-1.0, 1.0), (0.2, 1.0))
DIGIT = 7.3  # the width of a character of 13 units, about


def columns(counts: list[int]) -> ElementTree.Element:
    return ElementTree.fromstring(charts.columns(counts, EDGES, "points", across="per cent", up="students"))


def boxes(root: ElementTree.Element, look: str = "mark") -> list[tuple[float, float, float, float]]:
    """The rectangles of a class: left, top, width, height."""
    return [
        tuple(float(rect.get(name, "nan")) for name in ("x", "y", "width", "height"))  # type: ignore[misc]
        for rect in root.iter(f"{NAMESPACE}rect")
        if rect.get("class") == look
    ]


def every_chart() -> list[str]:
    return [
        charts.columns([0, 3, 5, 0, 0, 2000, 1, 1, 1, 14], EDGES, "points", across="per cent", up="students"),
        charts.by_day([3, 0, 7], ["5 Oct", "6 Oct", "7 Oct"], "a misconception", highest=20),
        charts.by_day([4], ["5 Oct"], "a misconception", highest=4),
        charts.shares((3, 2, 1), "an item"),
        charts.dots({"1": (0.1, None), "25": (1.0, -0.4)}, [FACILITY, DISCRIMINATION], "items"),
        charts.curves({"begun": [0, 0.5, 1], "solved": [0, 0, 0.4]}, [0, 0.5, 1], "way", ticks={0: "5 Oct"}, marks={}),
    ]


@pytest.mark.parametrize("svg", every_chart())
def test_a_chart_is_one_picture_that_a_strict_page_shows(svg: str):
    root = ElementTree.fromstring(svg)
    assert (root.tag, root.get("role")) == (f"{NAMESPACE}svg", "img")
    assert root[0].tag == f"{NAMESPACE}title"
    assert root[0].text
    assert not FORBIDDEN.search(svg)


@pytest.mark.parametrize("svg", every_chart())
def test_words_stay_within_the_picture(svg: str):
    root = ElementTree.fromstring(svg)
    _, _, width, height = map(float, root.get("viewBox", "").split())
    assert width == 320
    for text in root.iter(f"{NAMESPACE}text"):
        long = DIGIT * len(text.text or "")
        left = float(text.get("x", 0)) - {"start": 0, "middle": long / 2, "end": long}[text.get("text-anchor", "")]
        assert left >= -1
        assert left + long <= width + 1
        assert 0 < float(text.get("y", 0)) <= height


def test_words_are_no_markup():
    svg = charts.columns([1], ["<b>", "&"], "<script>", across="<i>", up='"')
    assert words(svg) == ['"', "1", "<b>", "&", "<i>"]
    assert "<script>" not in svg


@given(st.lists(st.integers(0, 3000), min_size=10, max_size=10))
def test_columns_are_as_tall_as_their_counts(counts: list[int]):
    root = columns(counts)
    drawn = boxes(root)
    tallest = max(height for *_, height in drawn)
    for count, (_, top, _, height) in zip(counts, drawn, strict=True):
        assert height == pytest.approx(tallest * count / max(1, *counts), abs=0.1)
        assert top >= 30


def test_a_histogram_says_its_counts_beside_columns_and_in_its_description():
    root = columns([0, 3, 0, 0, 0, 0, 0, 0, 0, 12])
    said = root.findtext(f"{NAMESPACE}desc") or ""
    assert "10–20: 3" in said
    assert "90–100: 12" in said
    assert {"3", "12"} <= {text.text for text in root.iter(f"{NAMESPACE}text")}
    assert "0" not in [text.text for text in root.iter(f"{NAMESPACE}text")][1:3]  # an empty bin has no label


def test_charts_that_are_compared_have_one_scale():
    heights = [
        boxes(ElementTree.fromstring(charts.by_day([count], ["5 Oct"], "m", highest=10)))[0][3] for count in (10, 5)
    ]
    assert heights[0] == pytest.approx(2 * heights[1])


def test_what_is_unusual_has_a_hollow_dot():
    rows = {"1": (0.5, 0.4), "2": (0.1, 0.4), "3": (0.5, -0.3), "4": (None, None)}
    root = ElementTree.fromstring(charts.dots(rows, [FACILITY, DISCRIMINATION], "items"))
    looks = [dot.get("class") for dot in root.iter(f"{NAMESPACE}circle")]
    assert looks == ["mark", "line", "mark", "mark", "mark", "line"]  # by scale, then by row
    said = root.findtext(f"{NAMESPACE}desc") or ""
    assert said.startswith("1: facility 50 %, discrimination 0.40; 2: facility 10 %, discrimination 0.40;")
    assert said.endswith("4: facility –, discrimination –")
    assert "−0.30" in said


def test_curves_differ_in_pattern_and_in_the_shape_at_their_end():
    series = {"begun": [0.0, 0.9], "solved": [0.0, 0.5], "finished": [0.0, 0.1]}
    root = ElementTree.fromstring(charts.curves(series, [0, 1], "way", ticks={}, marks={0.5: "due"}))
    lines = list(root.iter(f"{NAMESPACE}polyline"))
    assert len({line.get("stroke-dasharray") for line in lines}) == 3
    marks = [element.tag.removeprefix(NAMESPACE) for element in root.iter() if element.get("class") == "mark"]
    assert marks == ["circle", "circle", "rect", "rect", "path", "path"]  # in the legend and at the end
    assert {"begun: 90 %", "solved: 50 %", "finished: 10 %", "due"} <= {t.text for t in root.iter(f"{NAMESPACE}text")}


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40).map(sorted))
def test_a_curve_rises_in_steps_and_never_leaves_its_window(shares: list[float]):
    places = [number / max(1, len(shares) - 1) for number in range(len(shares))]
    svg = charts.curves({"solved": shares}, places, "way", ticks={}, marks={})
    path = re.findall(r'<polyline points="([^"]+)"', svg)[-1]
    corners = [tuple(map(float, point.split(","))) for point in path.split()]
    steps = list(pairwise(corners))
    assert all(before[0] <= after[0] and before[1] >= after[1] for before, after in steps)
    assert all(before[0] == after[0] or before[1] == after[1] for before, after in steps)
    assert all(0 <= x <= 320 for x, _ in corners)


def test_a_bar_has_pieces_as_long_as_their_counts():
    root = ElementTree.fromstring(charts.shares((1, 2, 1), "item"))
    widths = [float(rect.get("width", "nan")) for rect in root.iter(f"{NAMESPACE}rect")]
    assert widths[:3] == pytest.approx([79.5, 159, 79.5], abs=0.1)
    nobody = ElementTree.fromstring(charts.shares((0, 0, 0), "nobody"))
    assert [rect.get("width") for rect in nobody.iter(f"{NAMESPACE}rect")] == ["0.0", "0.0", "0.0", "318"]
