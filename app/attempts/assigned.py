"""The instance of an item that a student has: drawn from the server's secret, the same on every device."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from app import dates
from app.attempts.held import LARGEST_SEED, Held, find, hash_of, store
from app.auth import STAFF, Caller
from app.courses.assignments import Assignment, Item
from app.courses.course import Course
from app.exercise import Family, Instance, NoInstance
from app.models import instances
from app.problems import Conflict, Forbidden, Withdrawn

DRAWS: Final = 20  # until another student's numbers are given a second time: some exercises have few
EXHAUSTED: Final = 1  # after so many seeds without an instance, the next ones will not have any, either
MOST_VARIANTS: Final = 200  # of an item for one student


def require_begun(course: Course, assignment: Assignment, now: datetime) -> None:
    """Raises `NotOpen` for a student before the assignment opens."""
    if course.role not in STAFF:
        dates.require_begun(now, assignment.dates)


def own_instance(
    connection: Connection,
    catalogue: Mapping[str, Family],
    secret: bytes,
    caller: Caller,
    course: Course,
    assignment: Assignment,
    item: Item,
    new_variant: bool,
    now: datetime,
) -> tuple[Held, bool]:
    """The caller's own instance of an item, and whether it was drawn now: the first time, or for a new variant.

    Raises `Forbidden`, `Conflict`, `Withdrawn`.
    """
    theirs = (instances.c.item == item.id) & (instances.c.owner == caller.person)
    newest = select(instances.c.id, instances.c.variant).where(theirs).order_by(instances.c.variant.desc()).limit(1)
    found = connection.execute(newest).one_or_none()
    if found is not None and not new_variant:
        return find(connection, catalogue, found.id, caller, now), False
    if found is not None and not item.new_variants:
        raise Forbidden("This item has no new variants: everyone works on one instance of it.")
    variant = found.variant + 1 if found is not None else 1
    if variant > MOST_VARIANTS:
        raise Conflict(f"You have had {MOST_VARIANTS} variants of this item. Work on the last one.")
    family = catalogue.get(item.exercise)
    if family is None or item.level not in family.levels:
        raise Withdrawn("This exercise is no longer served. Tell your instructor; what you did is kept.")
    instance = _draw(connection, family, item, f"{item.id}:{caller.person}:{variant}", secret)
    place = {"course": course.id, "assignment": assignment.id, "item": item.id, "variant": variant}
    return store(connection, instance, caller, now, **place, drawn_hash=hash_of(instance)), True


def _draw(connection: Connection, family: Family, item: Item, whose: str, secret: bytes) -> Instance:
    """An instance with numbers that nobody else has in this item, as far as the exercise has that many."""
    instance = None
    for draw in range(DRAWS):
        digest = hmac.digest(secret, f"{whose}:{draw}".encode(), "sha256")
        try:
            instance = family.draw(item.level, int.from_bytes(digest[:8]) & LARGEST_SEED, item.only)
        except NoInstance:
            if draw >= EXHAUSTED:
                break
            continue
        taken = select(instances.c.id).where(instances.c.item == item.id, instances.c.drawn_hash == hash_of(instance))
        if connection.execute(taken.limit(1)).first() is None:
            break
    if instance is None:
        raise Withdrawn("No numbers can be drawn for this exercise. Tell your instructor; nothing was charged to you.")
    return instance
