"""Figures: well-formed, with a text alternative, and without a number that answers anything."""

import re
from math import pi
from xml.etree import ElementTree

import pytest

from app import figures
from app.exercise import Catalogue

NAMESPACE = "{http://www.w3.org/2000/svg}"
# What a page that forbids scripts and styles, or a request to another server, would trip over.
FORBIDDEN = re.compile(r"<script| style=|href=|url\(|on[a-z]+=")


def words(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{NAMESPACE}text")]


def parabola(x: float) -> float:
    return x**2


def test_a_figure_has_its_text_alternative_as_title():
    root = ElementTree.fromstring(figures.graph(parabola, -1, 1, "where x < 1 & rising"))
    assert (root.tag, root.get("role")) == (f"{NAMESPACE}svg", "img")
    assert root[0].tag == f"{NAMESPACE}title"
    assert root[0].text == "where x < 1 & rising"


def test_a_graph_names_its_points_and_no_numbers():
    svg = figures.graph(parabola, -2, 2, "a parabola", tangents={1.5: 3.0}, marks={1.5: "x₀", -1: "x₁"})
    assert words(svg) == ["x₁", "x₀"]


def ends(line: ElementTree.Element) -> tuple[float, ...]:
    return tuple(float(line.get(name, "nan")) for name in ("x1", "y1", "x2", "y2"))


@pytest.mark.parametrize("slope", [0.0, 3.0, -3.0])
def test_a_tangent_goes_through_its_point_and_stays_in_the_window(slope: float):
    svg = ElementTree.fromstring(figures.graph(parabola, -2, 2, "a parabola", tangents={1.5: slope}, marks={1.5: "x"}))
    (line,) = (line for line in svg.iter(f"{NAMESPACE}line") if line.get("stroke") == figures.EMPHASIS)
    (dot,) = svg.iter(f"{NAMESPACE}circle")
    x1, y1, x2, y2 = ends(line)
    x, y = float(dot.get("cx", 0)), float(dot.get("cy", 0))
    assert abs((x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)) / max(abs(x2 - x1), abs(y2 - y1)) < 0.3
    assert 0 <= min(x1, x2) < max(x1, x2) <= 320
    assert 0 <= min(y1, y2) <= max(y1, y2) <= 200
    assert (y2 - y1) * slope <= 0  # up is down on paper


@pytest.mark.parametrize("quarter", range(4))
def test_a_point_of_the_circle_lies_in_its_quarter(quarter: int):
    svg = ElementTree.fromstring(figures.circle("r", pi / 3 + quarter * pi / 2, "θ₀", "a circle"))
    dot = list(svg.iter(f"{NAMESPACE}circle"))[-1]
    right, above = float(dot.get("cx", 0)) > 110, float(dot.get("cy", 0)) < 110
    assert (right, above) == [(True, True), (False, True), (False, False), (True, False)][quarter]


def test_boxes_bear_the_lengths_of_their_sides_and_rows_their_names():
    svg = figures.tensors({"a": [[8], [6]], "f": [[3, 4, 6], [6, 5]]}, "boxes")
    assert words(svg) == ["a", "8", "6", "f", "6", "3", "4", "6", "5"]


def test_the_figures_of_the_exercises_are_well_formed_and_keep_to_themselves(catalogue: Catalogue):
    drawn = {}
    for family in catalogue.values():
        for level in family.levels:
            for seed in range(5):
                figure = family.draw(level, seed).figure
                if figure is not None:
                    drawn[family.id] = ElementTree.fromstring(figure)
                    assert not FORBIDDEN.search(figure), family.id
                    assert len(drawn[family.id][0].text or "") > 20, family.id
    assert set(drawn) >= {
        "curve-value",
        "derivative-at-point",
        "linear-approx-1d",
        "relu-derivative",
        "sigmoid-derivative",
        "tensor-puzzles",
    }
