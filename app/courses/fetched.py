"""A course brought in line with the roster that its platform has: who is in it, as whom, and who has left.

People are known by the platform's id for them alone. Whoever did not come from that platform is for the course's own
staff to take out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.auth import Caller, Role, new_id
from app.courses import audit
from app.courses.contexts import Context, Who, nameless, send_again
from app.courses.course import instructors
from app.models import enrolments, identities, people, tokens

Members = Mapping[str, tuple[Who, Role | None]]
"""Everybody in a platform's course by its id for them, with their role here; None: none that we know."""
Enrolment = Mapping[str, Any]
"""What of an enrolment a roster decides: name, email, role, left_at."""

AT_ONCE: Final = 5_000  # ids that a query names
KEPT: Final = ("name", "email", "role", "left_at")


@dataclass(frozen=True)
class Brought:
    """Whom a roster let into a course (again), changed, and marked as left; and who has another role now."""

    added: Sequence[str] = ()
    changed: Sequence[str] = ()
    left: Sequence[str] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.changed or self.left)


@dataclass(frozen=True)
class _Known:
    """Somebody whom the platform has named before, and how they stand in the course; None: never in it."""

    person: str
    name: str
    preview: bool
    enrolment: Enrolment | None


def bring(
    connection: Connection,
    caller: Caller,
    context: Context,
    members: Members,
    now: datetime,
    *,
    leaving: bool,
    begun_at: datetime | None = None,
) -> Brought:
    """Bring a course in line with all members that its platform's course has.

    Who has no role that we know is not let in. With `leaving`, who came from the platform and is no member any longer
    is marked as left, unless the list is empty. Where only students are fetched, staff is not touched. The last who
    teach a course stay, and those who came since the list was `begun_at`, or now. What changes nothing leaves no trace.
    """
    wanted = {id: (who, role) for id, (who, role) in members.items() if role and _concerns(context, role)}
    known = _known(connection, context, wanted)
    new = {id: new_id() for id in wanted if id not in known}
    _introduce(connection, context, {new[id]: wanted[id][0] for id in new}, now)
    _rename(connection, context, known, {id: who for id, (who, _) in wanted.items()})
    before = {one.person: one.enrolment for one in known.values() if one.enrolment}
    after: dict[str, Enrolment] = {}
    for id, (who, role) in wanted.items():
        person = known[id].person if id in known else new[id]
        after[person] = _enrolment(before.get(person), who, role)
    gone = _gone(connection, context, members, after, begun_at or now) if leaving and wanted else set()
    _keep_teachers(connection, context, after, gone)
    brought = _compared(before, after, gone)
    _store(connection, context, before, after, brought, now)
    if not brought.is_nothing:
        details = {"platform": context.platform, **vars(brought)}
        audit.record(connection, caller, now, "roster fetched", course=context.course, details=details)
    return brought


def _concerns(context: Context, role: Role) -> bool:
    return role == "student" or context.roster != "students"


def _batches(ids: Collection[str]) -> Iterator[list[str]]:
    listed = list(ids)
    return (listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE))


# People -------------------------------------------------------------------------------------------


def _known(connection: Connection, context: Context, ids: Collection[str]) -> dict[str, _Known]:
    """Those of the members whom the platform has named before, by its ids for them."""
    here = (enrolments.c.person == identities.c.person) & (enrolments.c.course == context.course)
    columns = (enrolments.c[name].label(f"its_{name}") for name in KEPT)
    found = (
        select(identities, people.c.name, enrolments.c.course, *columns)
        .join(people, people.c.id == identities.c.person)
        .outerjoin(enrolments, here)
        .where(identities.c.platform == context.platform)
    )
    known = {}
    for some in _batches(ids):
        for row in connection.execute(found.where(identities.c.subject.in_(some))):
            enrolment = {name: row._mapping[f"its_{name}"] for name in KEPT} if row.course else None
            known[row.subject] = _Known(row.person, row.name, row.preview, enrolment)
    return known


def _introduce(connection: Connection, context: Context, new: Mapping[str, Who], now: datetime) -> None:
    """Make people of those whom the platform names for the first time."""
    if not new:
        return
    called = {id: who.name or nameless(who.subject) for id, who in new.items()}
    fresh = [{"id": id, "name": called[id], "operator": False, "created_at": now} for id in new]
    theirs = [
        {"platform": context.platform, "subject": who.subject, "person": id, "preview": who.preview}
        for id, who in new.items()
    ]
    connection.execute(insert(people), fresh)
    connection.execute(insert(identities), theirs)


def _rename(connection: Connection, context: Context, known: Mapping[str, _Known], wanted: Mapping[str, Who]) -> None:
    """Keep what the platform says of people otherwise than before."""
    called = [
        {"who": one.person, "called": wanted[id].name}
        for id, one in known.items()
        if wanted[id].name and wanted[id].name != one.name
    ]
    if called:
        here = people.c.id == bindparam("who")
        connection.execute(update(people).where(here).values(name=bindparam("called")), called)
    looks = [{"who": id, "looks": wanted[id].preview} for id, one in known.items() if wanted[id].preview != one.preview]
    if looks:
        theirs = (identities.c.platform == context.platform) & (identities.c.subject == bindparam("who"))
        connection.execute(update(identities).where(theirs).values(preview=bindparam("looks")), looks)


# Their places in the course -----------------------------------------------------------------------


def _enrolment(before: Enrolment | None, who: Who, role: Role) -> dict[str, Any]:
    """An enrolment as the roster has it: what that does not say stays."""
    kept = before or {"name": nameless(who.subject), "email": None}
    return {"name": who.name or kept["name"], "email": who.email or kept["email"], "role": role, "left_at": None}


def _gone(
    connection: Connection, context: Context, members: Members, after: Collection[str], begun_at: datetime
) -> set[str]:
    """Who came from the platform, is in the course, and is in no role of ours there any longer.

    Whoever was let in since the list was begun may have joined the platform's course after their page of it.
    """
    found = (
        select(identities.c.subject, enrolments.c.person, enrolments.c.role)
        .join(enrolments, enrolments.c.person == identities.c.person)
        .where(identities.c.platform == context.platform, identities.c.preview.is_(False))
        .where(enrolments.c.course == context.course, enrolments.c.left_at.is_(None))
    )
    just_came = set(connection.scalars(select(tokens.c.person).where(tokens.c.created_at >= begun_at)))
    stay = {*after, *just_came}
    listed = {id for id, (_, role) in members.items() if role}
    return {
        row.person
        for row in connection.execute(found)
        if row.subject not in listed and row.person not in stay and _concerns(context, row.role)
    }


def _keep_teachers(connection: Connection, context: Context, after: dict[str, Enrolment], gone: set[str]) -> None:
    """Leave those who teach a course as they are, where nobody would teach it otherwise."""
    teachers = set(instructors(connection, context.course))
    stay = {person for person in teachers - gone if person not in after or after[person]["role"] == "instructor"}
    if stay or any(one["role"] == "instructor" for one in after.values()):
        return
    gone -= teachers
    after |= {person: {**after[person], "role": "instructor"} for person in teachers if person in after}


def _compared(before: Mapping[str, Enrolment], after: Mapping[str, Enrolment], gone: Collection[str]) -> Brought:
    added = [person for person in after if person not in before or before[person]["left_at"] is not None]
    fresh = set(added)
    changed = [person for person, one in after.items() if person not in fresh and before[person] != one]
    was = {person: before[person]["role"] if person in before else "student" for person in after}
    roles = {person: one["role"] for person, one in after.items() if one["role"] != was[person]}
    return Brought(added, changed, sorted(gone), roles)


def _store(
    connection: Connection,
    context: Context,
    before: Mapping[str, Enrolment],
    after: Mapping[str, Enrolment],
    brought: Brought,
    now: datetime,
) -> None:
    rows = [
        {"course": context.course, "person": person, "created_at": now, **after[person]}
        for person in brought.added
        if person not in before
    ]
    if rows:
        connection.execute(insert(enrolments), rows)
    told = [person for person in (*brought.added, *brought.changed) if person in before]
    if told:
        here = (enrolments.c.course == context.course) & (enrolments.c.person == bindparam("who"))
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in KEPT}
        changes = [{"who": who, **{f"new_{name}": after[who][name] for name in KEPT}} for who in told]
        connection.execute(update(enrolments).where(here).values(values), changes)
    for some in _batches(brought.left):
        there = (enrolments.c.course == context.course) & enrolments.c.person.in_(some)
        connection.execute(update(enrolments).where(there).values(left_at=now))
        connection.execute(delete(tokens).where(tokens.c.course == context.course, tokens.c.person.in_(some)))
    back = [person for person in brought.added if person in before]
    send_again(connection, context, {*back, *brought.roles} & set(before), now)
