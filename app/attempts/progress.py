"""How far somebody has come with each exercise: a person wherever they practise, a guest in one browser."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Connection, Integer, cast, func, select

from app.auth import Caller
from app.models import instance_parts, instances

State = Literal["begun", "solved", "mastered"]

MASTERED_AFTER: Final = 2  # instances in a row, solved without a hint
MOST: Final = 2_000  # instances, the newest ones


@dataclass(frozen=True)
class Worked:
    """An instance that somebody has, and how it went. `alone`: without a hint."""

    id: str
    exercise: str
    level: str
    item: str | None
    drawn_at: datetime
    score: float
    closed: bool
    solved: bool
    alone: bool

    @property
    def open(self) -> bool:
        """Whether there is something left to do."""
        return not (self.closed or self.solved)


@dataclass(frozen=True)
class Progress:
    """The instances of one exercise at one level, newest first."""

    worked: tuple[Worked, ...]

    @property
    def state(self) -> State:
        """Mastered once two instances in a row were solved without a hint; what comes later takes nothing away."""
        in_a_row = 0
        for one in reversed(self.worked):
            if one.solved and one.alone:
                in_a_row += 1
            elif not one.open:  # what is still open may yet be solved
                in_a_row = 0
            if in_a_row == MASTERED_AFTER:
                return "mastered"
        return "solved" if any(one.solved for one in self.worked) else "begun"

    @property
    def unfinished(self) -> Worked | None:
        """The practice that is still open, to go on with."""
        return next((one for one in self.worked if one.open and one.item is None), None)


def of_caller(connection: Connection, caller: Caller, exercise: str | None = None) -> dict[tuple[str, str], Progress]:
    """The caller's progress by exercise and level; of one exercise where it is named."""
    if caller.id is None and caller.browser is None:
        return {}
    mine = instances.c.owner == caller.id if caller.id else instances.c.browser == caller.browser
    if caller.course is not None:
        mine &= instances.c.course == caller.course
    if exercise is not None:
        mine &= instances.c.exercise == exercise
    told = ("id", "exercise", "level", "item", "created_at", "score", "closed_at")
    found = (
        select(
            *(instances.c[name] for name in told),
            func.min(cast(instance_parts.c.solved, Integer)).label("solved"),
            func.max(instance_parts.c.hints_open).label("hints"),
        )
        .join(instance_parts, instance_parts.c.instance == instances.c.id)
        .where(mine)
        .group_by(instances.c.id)
        .order_by(instances.c.created_at.desc(), instances.c.id.desc())
        .limit(MOST)
    )
    return _by_level(
        Worked(
            row.id,
            row.exercise,
            row.level,
            row.item,
            row.created_at,
            row.score,
            row.closed_at is not None,
            bool(row.solved),
            not row.hints,
        )
        for row in connection.execute(found)
    )


def _by_level(worked: Iterable[Worked]) -> dict[tuple[str, str], Progress]:
    by_level: dict[tuple[str, str], list[Worked]] = {}
    for one in worked:
        by_level.setdefault((one.exercise, one.level), []).append(one)
    return {key: Progress(tuple(some)) for key, some in by_level.items()}
