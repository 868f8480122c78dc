"""Hints: one step of the way each, opened one after the other."""

from dataclasses import dataclass

from sqlalchemy import Connection

from app.attempts.held import Held, no_such_part, store_state
from app.exercise import Part
from app.problems import NoHint


@dataclass(frozen=True)
class OpenHint:
    """A hint that a student has opened."""

    part: str
    number: int
    text: str
    cost: float  # the share of the part's score that it takes


def open_hint(connection: Connection, held: Held, part_id: str, number: int) -> tuple[OpenHint, bool]:
    """Open a hint, or show one again; whether it is new. Raises `NoHint` out of order and past the last."""
    part = held.family.by_id.get(part_id)
    if part is None:
        raise no_such_part(held.family, "/part")
    already = min(held.parts[part_id].hints_open, len(part.hints))
    if number <= already:
        return _hint(held, part, number), False
    if number > already + 1:  # before the end is looked at: how many there are stays unsaid
        raise NoHint(f"Hints open one after the other. Ask for number {already + 1} first.")
    if number > len(part.hints):
        raise NoHint("There is no further hint for this part.")
    if held.own:  # staff looks at a student's hints without opening them
        store_state(connection, held, part_id, hints_open=number)
    return _hint(held, part, number), True


def open_hints(held: Held) -> list[OpenHint]:
    """The hints that are open, part by part."""
    return [
        _hint(held, part, number)
        for part in held.family.parts
        for number in range(1, min(held.parts[part.id].hints_open, len(part.hints)) + 1)
    ]


def _hint(held: Held, part: Part, number: int) -> OpenHint:
    return OpenHint(part.id, number, held.instance.fill(part.hints[number - 1], part), held.hint_cost)
