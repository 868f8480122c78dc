"""What a launch leads to: the assignment that a link stands for, the course's list, or a page that settles which.

Custom parameters of the link choose: `assignment`, or `sheet`, or `exercise` with `level`. An assignment of another
course is never opened: courses are copied on platforms, and their links then name what belongs to the original.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy import Connection, select

from app.auth import TEACHERS, Caller, Role
from app.courses import assignments, contexts, course
from app.courses.assignments import UNSTATED, of_sheet
from app.courses.contexts import Column, Context
from app.exercise import Catalogue
from app.limits import LONGEST_TITLE
from app.lti.messages import DEEP_LINKING, Message
from app.lti.refusals import LaunchRefused
from app.models import assignments as assignments_table
from app.platforms.registry import Platform
from app.platforms.services import LINE_ITEM, LINE_ITEM_READ, SCORE
from app.problems import InvalidRequest

CHOOSING: Final = ("assignment", "sheet", "exercise", "level")
LONGEST: Final = 100  # characters of a parameter
POINTS: Final = 10.0  # of a link that names an exercise
MOST_POINTS: Final = 1_000.0
PLAIN: Final[Mapping[str, Any]] = {
    "opens_at": None,
    "due_at": None,
    "closes_at": None,
    "late_penalty": 0.2,
    "attempt_factors": [],
    "hint_cost": 0.0,
    "solutions": "when_done",
}
"""The rules of an assignment that a link makes."""
INSTRUCTORS: Final = "Only those who teach a course choose what its links open."


@dataclass(frozen=True)
class Launch:
    """Somebody who comes from a platform: with a course and a role in it, where the platform names them."""

    platform: Platform
    message: Message
    person: str
    context: Context | None = None
    role: Role | None = None

    @property
    def caller(self) -> Caller:
        return Caller(self.person)


@dataclass(frozen=True)
class Destination:
    """An address to go to, or else a page to show, with what stands in it."""

    address: str = ""
    template: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def destination(connection: Connection, catalogue: Catalogue, launch: Launch, now: datetime) -> Destination:
    """Where a launch leads. Raises `LaunchRefused`."""
    if launch.message.message_type == DEEP_LINKING:
        return _choosing(launch)
    if launch.context is None or launch.role is None:
        return _outside(catalogue, launch)
    link = launch.message.resource_link
    if link is None:  # `messages.check` admits none without one
        raise LaunchRefused("missing-claims", "Claims of the message are missing: resource_link.")
    original, wanted = launch.message.custom.get("assignment", ""), wanted_by(launch.message.custom)
    if original:
        found = _standing_for(connection, launch.context, original)
        if found is None:
            return _not_set_up(connection, launch, launch.context, original)
    else:
        try:
            known = contexts.linked(connection, launch.context, link.id, wanted)
            found = known or _made(connection, catalogue, launch, now)
        except InvalidRequest as problem:
            return _settling(launch, why=problem.detail)
        if found is None:
            return _whole_course(connection, launch, launch.context)
    contexts.bind(connection, launch.context, link.id, wanted, found)
    _grade(connection, launch, launch.context, link.id, found, now)
    return Destination(f"/assignments/{found}")


def wanted_by(custom: Mapping[str, str]) -> str:
    """What the parameters of a link ask for, so that others are told from it."""
    return urlencode({name: custom[name][:LONGEST] for name in CHOOSING if custom.get(name)})


def _choosing(launch: Launch) -> Destination:
    """The page on which an instructor chooses what links to add."""
    if launch.context is None:
        detail = "The platform does not say for which course links are chosen."
        raise LaunchRefused("missing-claims", detail, "Add links from within a course of the platform.")
    if launch.role not in TEACHERS:
        raise LaunchRefused("not-a-teacher", INSTRUCTORS, "Ask whoever teaches the course.", 403)
    return Destination(template="lti/pick")


def _outside(catalogue: Catalogue, launch: Launch) -> Destination:
    """What is there for whom the platform gives no course, or no role in it: practice."""
    wanted = launch.message.custom.get("exercise", "")
    if wanted in catalogue:
        return Destination(f"/exercises/{wanted}")
    if launch.context is not None or launch.message.custom.get("assignment"):
        return Destination(template="lti/no-role")
    return Destination("/")


def _standing_for(connection: Connection, context: Context, original: str) -> str | None:
    """The assignment of the context's course that a link means: the one it names, or the copy of that."""
    here = (assignments_table.c.id == original) & (assignments_table.c.course == context.course)
    found: str | None = connection.scalar(select(assignments_table.c.id).where(here))
    return found or contexts.stands_for(connection, context.course, original)


def _not_set_up(connection: Connection, launch: Launch, context: Context, original: str) -> Destination:
    """A link of another course's: an instructor may take that course over, students wait for that."""
    home = contexts.home_of(connection, original)
    if home is None or home.platform != context.platform:
        home = _past(connection, launch, context)
    return _settling(launch, home.course if home else None, original)


def _settling(launch: Launch, source: str | None = None, original: str = "", why: str = "") -> Destination:
    """The page on which an instructor chooses what a link opens; others wait for that."""
    if launch.role not in TEACHERS:
        return Destination(template="lti/not-set-up")
    return Destination(template="lti/set-up", values={"source": source, "original": original, "why": why})


def _whole_course(connection: Connection, launch: Launch, context: Context) -> Destination:
    """The list of what there is; an instructor of an empty copy is offered what the original has."""
    if launch.role not in (*TEACHERS, "assistant"):
        return Destination("/assignments")
    past = _past(connection, launch, context) if launch.role in TEACHERS else None
    if past is not None and not assignments.of_course(connection, context.course):
        return _settling(launch, past.course)
    return Destination(f"/teach/courses/{context.course}")


def _past(connection: Connection, launch: Launch, context: Context) -> Context | None:
    """The course that this one was copied from, as the platform says: the latest of those that we know.

    `$Context.id.history` lists them, the most recent first (LTI Core 1.3, appendix C).
    """
    ids = _listed(launch.message.custom.get("context_history", ""))
    known = {past.context: past for past in contexts.of_history(connection, context.platform, ids)}
    return next((known[id] for id in ids if id in known and id != context.context), None)


def _listed(history: str) -> Sequence[str]:
    """The ids of a history; a variable that the platform did not fill in is none."""
    return [] if history.startswith("$") else [id.strip() for id in history.split(",")[:50] if id.strip()]


# Links that name exercises ------------------------------------------------------------------------


def _made(connection: Connection, catalogue: Catalogue, launch: Launch, now: datetime) -> str | None:
    """A new assignment for a link that names an exercise or a sheet; None for one that names nothing.

    Raises `InvalidRequest` for an exercise, level or sheet that is not served.
    """
    context, custom = launch.context, launch.message.custom
    if context is None:
        return None
    if sheet := custom.get("sheet"):
        title, items = _title_of_sheet(catalogue, sheet), of_sheet(catalogue, sheet)
    elif exercise := custom.get("exercise"):
        title, items = _one(catalogue, exercise, custom)
    else:
        return None
    home = course.find(connection, launch.caller, context.course)
    named = launch.message.resource_link and launch.message.resource_link.title
    values = {**PLAIN, "title": (named or title)[:LONGEST_TITLE]}
    return assignments.create(connection, catalogue, launch.caller, home, values, items, now).id


def _title_of_sheet(catalogue: Catalogue, sheet: str) -> str:
    return catalogue.sheets[sheet].title if sheet in catalogue.sheets else ""


def _one(catalogue: Catalogue, exercise: str, custom: Mapping[str, str]) -> tuple[str, list[dict[str, Any]]]:
    """The title and the one item for an exercise. An unknown one is refused when the item is made."""
    family = catalogue.get(exercise)
    level = custom.get("level") or (family.levels[0] if family else "")
    item: dict[str, Any] = {
        "exercise": exercise,
        "level": level,
        "only": {},
        "points": _points(custom.get("points", "")),
        **UNSTATED,
    }
    return (family.title if family else exercise), [item]


def _points(text: str) -> float:
    try:
        points = float(text) if text.isascii() else POINTS
    except ValueError:
        return POINTS
    return points if 0 < points <= MOST_POINTS else POINTS


# Columns ------------------------------------------------------------------------------------------


def _grade(connection: Connection, launch: Launch, context: Context, link: str, assignment: str, now: datetime) -> None:
    """Have grades go to the platform, where it has a column for this link, or lets us make one."""
    grades = launch.message.grades
    if grades is None or SCORE not in grades.scope:
        return
    may_look = bool({LINE_ITEM, LINE_ITEM_READ} & set(grades.scope)) and grades.lineitems
    if grades.lineitem or may_look:
        column = Column(link, grades.lineitem, grades.lineitems)
        contexts.grade_into(connection, context, assignment, column, now)
