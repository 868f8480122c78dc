"""The worked solution of an instance, with the student's own numbers."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from app.answers import Unreadable
from app.attempts.held import Held
from app.exercise import Instance, Part
from app.grading import arises
from app.models import attempts, verdicts

TOLD: Final = ("attempt", "part", "status", "misconception", "value", "read_as")  # of a verdict


@dataclass(frozen=True)
class Solution:
    """The solution of one part: the right answer as JSON and LaTeX, and the way to it in Markdown."""

    answer: Any
    latex: str
    explanation: str


@dataclass(frozen=True)
class Mistake:
    """An answer that held a misconception: its value, and how the student was shown that it was read."""

    misconception: str
    value: Any
    latex: str


def worked(connection: Connection, held: Held) -> dict[str, Solution]:
    """The solution of each part. Where answers held misconceptions, it ends with how those wrong values arise."""
    mistakes = _mistakes(connection, held)
    return {part.id: _of_part(held, part, mistakes.get(part.id, [])) for part in held.family.parts}


def _of_part(held: Held, part: Part, mistakes: Sequence[Mistake]) -> Solution:
    endings = (_ending(held.instance, part, mistake) for mistake in mistakes)
    explanation = "\n\n".join([held.instance.explanation(part), *filter(None, endings)])
    return Solution(part.kind.json(held.instance.truth(part)), held.instance.latex(part), explanation)


def _ending(instance: Instance, part: Part, mistake: Mistake) -> str | None:
    """How a wrong value arises; None where the exercise, changed since, knows that misconception no more."""
    made = arises(part, mistake.misconception)
    if made is None:
        return None
    own = "" if _on_true_values(instance, part, mistake) else "With your own earlier values, "
    return f"{own}{'your' if own else 'Your'} answer ${mistake.latex}$ is {instance.fill(made, part)}."


def _on_true_values(instance: Instance, part: Part, mistake: Mistake) -> bool:
    """Whether a misconception gives this answer on the true values, not on the student's own earlier ones."""
    if not part.follow:
        return True
    known = {misconception.id: explained for misconception, explained in instance.mistakes(part)}
    if mistake.misconception not in {misconception.id for misconception in part.misconceptions}:
        return True  # a detector that fits every array compares with the right value
    with suppress(Unreadable):
        return mistake.misconception in known and part.kind.restored(mistake.value) in known[mistake.misconception]
    return False


def _mistakes(connection: Connection, held: Held) -> dict[str, list[Mistake]]:
    """For each part the last answer that held each misconception, by the verdicts that hold now."""
    found = (
        select(*(verdicts.c[name] for name in TOLD))
        .join(attempts, attempts.c.id == verdicts.c.attempt)
        .where(verdicts.c.instance == held.id, attempts.c.staff.is_(held.staff and held.own))
        .order_by(attempts.c.number, verdicts.c.revision)
    )
    holding = {(row.attempt, row.part): row for row in connection.execute(found)}  # a later revision takes the place
    last, solved = {}, set()
    for row in holding.values():
        if row.status == "correct":
            solved.add(row.part)  # what somebody tries out behind it is no mistake of theirs
        elif row.misconception is not None and row.part not in solved:
            last[row.part, row.misconception] = Mistake(row.misconception, row.value, row.read_as["latex"])
    mistakes: dict[str, list[Mistake]] = {}
    for (part, _), mistake in last.items():
        mistakes.setdefault(part, []).append(mistake)
    return mistakes
