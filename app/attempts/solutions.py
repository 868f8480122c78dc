"""The worked solution of an instance, with the student's own numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.attempts.held import Held
from app.exercise import Part
from app.grading import arises
from app.models import attempts, verdicts


@dataclass(frozen=True)
class Solution:
    """The solution of one part: the right answer as JSON and LaTeX, and the way to it in Markdown."""

    answer: Any
    latex: str
    explanation: str


def worked(connection: Connection, held: Held) -> dict[str, Solution]:
    """The solution of each part. Where an answer held a misconception, it ends with how that wrong value arises."""
    mistaken = _mistaken(connection, held)
    return {part.id: _of_part(held, part, mistaken.get(part.id, {})) for part in held.family.parts}


def _of_part(held: Held, part: Part, mistaken: dict[str, str]) -> Solution:
    paragraphs = [held.instance.explanation(part), *_endings(held, part, mistaken)]
    answer = part.kind.json(held.instance.truth(part))
    return Solution(answer, held.instance.latex(part), "\n\n".join(paragraphs))


def _endings(held: Held, part: Part, mistaken: dict[str, str]) -> Iterator[str]:
    for misconception, answer in mistaken.items():
        if made := arises(part, misconception):
            yield f"Your answer ${answer}$ is {held.instance.fill(made, part)}."


def _mistaken(connection: Connection, held: Held) -> dict[str, dict[str, str]]:
    """For each part the misconceptions of the answers to it, with the last such answer as LaTeX."""
    found = (
        select(verdicts.c.part, verdicts.c.misconception, verdicts.c.read_as)
        .join(attempts, attempts.c.id == verdicts.c.attempt)
        .where(verdicts.c.instance == held.id, attempts.c.staff.is_(held.staff and held.own))
        .order_by(attempts.c.number, verdicts.c.revision)
    )
    mistaken: dict[str, dict[str, str]] = {}
    for part, misconception, read_as in connection.execute(found):
        if misconception is not None:
            mistaken.setdefault(part, {})[misconception] = read_as["latex"]
    return mistaken
