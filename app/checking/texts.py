"""Whether everything that a student reads is there, and renders."""

import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

from app.checking.findings import Complaint, Findings
from app.exercise import Instance, Part
from app.markup import MarkupError, html

NOT_PROSE: Final = re.compile(r"<math.*?</math>|<code>.*?</code>", re.DOTALL)
ILLEGIBLE: Final = re.compile(r"[$\\\x00-\x08\x0b-\x1f]|\{\{")  # a lone $, a backslash, what "\frac" becomes unless raw


def problems(instance: Instance, findings: Findings) -> Iterator[Complaint]:
    """What is wrong with the texts and the figure of an instance."""
    yield from _unrenderable(instance, findings)
    yield from _bad_figure(instance)
    for part in instance.family.parts:
        yield from _missing(part)


def _unrenderable(instance: Instance, findings: Findings) -> Iterator[Complaint]:
    for where, text in instance.shown():
        if text in findings.rendered:
            continue
        findings.rendered.add(text)
        try:
            rendered = html(text)
        except MarkupError as error:
            yield f"{where} does not render: {error}", "correct its LaTeX"
            continue
        if ILLEGIBLE.search(NOT_PROSE.sub("", rendered)):
            yield f"{where} shows raw LaTeX", 'put it between two $, in a raw string: r"…"'


def _bad_figure(instance: Instance) -> Iterator[Complaint]:
    if instance.figure is None:
        return
    try:
        title = ElementTree.fromstring(instance.figure)[0]  # noqa: S314 - made by the exercise, a program itself
    except (ElementTree.ParseError, IndexError) as error:
        yield f"the figure is no well-formed SVG: {error}", "make it with `figures` from app.exercise"
        return
    if not title.tag.endswith("title") or not title.text:
        yield "the figure has no text alternative", "make it with `figures` from app.exercise"


def _missing(part: Part) -> Iterator[Complaint]:
    if part.oracle is None:
        yield f"{part.id} has no oracle", f"decorate an independent computation with `@{part.reference.name}.oracle`"
    if not part.hints:
        yield f"{part.id} has no hints", f"add {part.reference.name}.hints(…) or exercise.hints(…)"
    if not part.misconceptions:
        yield f"{part.id} has no misconceptions", f"decorate a wrong way with `@{part.reference.name}.misconception`"
    for misconception in part.misconceptions:
        if not misconception.made:
            yield f"{part.id}: {misconception.id} does not say how it arises", "describe the wrong way in a few words"
    if not part.explanation:
        yield f"{part.id} has no worked solution", f"add {part.reference.name}.explained(…)"
