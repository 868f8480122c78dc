"""What is worth a word about an assignment that was just saved: nothing of it is wrong, some of it may surprise."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query

from app.courses.assignments import Assignment

Names = Annotated[list[str], Query(default_factory=list, max_length=10)]
Places = Annotated[list[int], Query(default_factory=list, max_length=200)]


@dataclass(frozen=True)
class Remarks:
    """Of dates and lateness by name (`past`, `penalty`, `open`), and the places of items that changed under way."""

    names: tuple[str, ...] = ()
    items: tuple[int, ...] = ()

    @property
    def query(self) -> str:
        """What the address of the saved assignment says of them."""
        return urlencode([("saved", "yes"), *(("remark", n) for n in self.names), *(("item", n) for n in self.items)])


def of_saving(before: Assignment | None, after: Assignment, used: Collection[str], now: datetime) -> Remarks:
    """What saving changed that people may not have meant; `used` are the items that students have begun."""
    known = {item.id: item for item in before.items} if before else {}
    items = [
        item.n
        for item in after.items
        if item.id in used and (item.points, item.tries) != (known[item.id].points, known[item.id].tries)
    ]
    new = before is None or (before.dates, before.late_penalty) != (after.dates, after.late_penalty)
    return Remarks(tuple(_of_dates(before, after, now)) if new else (), tuple(items))


def _of_dates(before: Assignment | None, after: Assignment, now: datetime) -> list[str]:
    due, end = after.dates.due_at, after.dates.end
    found = []
    if due and due < now:
        found.append("past")
    if due and end == due and after.late_penalty:
        found.append("penalty")
    if after.dates.opens_at is None and (before is None or before.dates.opens_at) and not (end and end < now):
        found.append("open")
    return found
