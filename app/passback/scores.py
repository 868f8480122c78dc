"""What a platform is told of a student's work: worked out when it is sent, just as the report has it.

A score goes as points of the column's maximum, though some students can have fewer points: it is their share that is
told, which the platform puts on the scale of its own column.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from app.courses import assignments
from app.courses.assignments import Assignment
from app.courses.audit import COMMAND
from app.courses.exceptions import extension_of
from app.dates import EARLIEST, LATEST
from app.models import contexts, enrolments, identities, line_items
from app.passback.columns import maximum_of
from app.passback.errands import Errand
from app.reports import tables

log = logging.getLogger("nabla")

SUBMISSION: Final = "https://canvas.instructure.com/lti/submission"
MEDIA_TYPE: Final = "application/vnd.ims.lis.v1.score+json"
DECIMALS: Final = 6  # of points
SAME: Final = 1e-9  # shares that differ by no more are the same one
AFTERWARDS: Final = timedelta(seconds=1)  # an attempt of an assignment's last moment is stored by then
AGAIN: Final = timedelta(minutes=10)  # after a grade could not be worked out

STRANGER: Final = "Not known there: this person did not come from the platform."
PREVIEW: Final = "A preview user: somebody who looks at the course as a student has no place in its gradebook."
FAULT: Final = "This grade could not be worked out, by a fault of ours. It is tried again in ten minutes."
NO_STUDENT: Final = "Is not a student of this course now: grades are sent of students only."


@dataclass(frozen=True)
class Score:
    """What is told: the `share` of the points; None takes back what was told before.

    `subject` is the platform's id for the student. `is_final`: else staff of the platform is to look at it first.
    `attempted_at`: when the student sent the last attempt; None where all points were given by hand.
    """

    subject: str
    share: float | None
    attempted_at: datetime | None
    assignment: Assignment = field(repr=False)
    is_final: bool

    def json(self, at: datetime, product: str = "") -> dict[str, Any]:
        """The body of a message about it (AGS 2.0, section 3.4) to a platform of a product."""
        message: dict[str, Any] = {
            "userId": self.subject,
            "timestamp": _written(at),
            "activityProgress": "Initialized" if self.share is None else "Completed",
            "gradingProgress": "FullyGraded" if self.is_final else "PendingManual",
        }
        if self.share is not None:
            full = maximum_of(self.assignment)
            message |= {"scoreGiven": round(self.share * full, DECIMALS), "scoreMaximum": full}
        if product == "canvas":
            message[SUBMISSION] = self._submission()
        return message

    def _submission(self) -> dict[str, Any]:
        """What Canvas is told: that a grade is no further attempt, of which it may allow few, or none so late."""
        submitted = {} if self.attempted_at is None else {"submitted_at": _written(self.attempted_at)}
        return {"new_submission": False, **submitted}


def _written(moment: datetime) -> str:
    """A moment as ISO 8601 has it, in milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Unchanged:
    """There is nothing to tell, or nothing that the platform was not told before."""


@dataclass(frozen=True)
class Wait:
    """It is not to be told before then; why, for people, where something is wrong."""

    until: datetime
    trouble: str | None = None


@dataclass(frozen=True)
class Unsent:
    """It cannot be told: why, for people."""

    trouble: str


Told = Score | Unchanged | Wait | Unsent


def work_out(connection: Connection, errands: Sequence[Errand], now: datetime) -> list[Told]:
    """What is told of each grade, by what holds now. One that cannot be worked out waits alone."""
    of_column = cache(partial(_of_column, connection))

    def of_one(errand: Errand) -> Told:
        try:
            return _of_one(connection, errand, of_column(errand.line_item), now)
        except Exception:
            log.exception("A grade could not be worked out. It is tried again in some minutes.")
            return Wait(now + AGAIN, FAULT)

    return [of_one(errand) for errand in errands]


def _of_column(connection: Connection, line_item: str) -> tuple[Assignment, Row[Any]] | None:
    """What a column is for, and the platform's course that it is in; None where it was removed meanwhile."""
    of_context = select(contexts, line_items.c.assignment).join(line_items, line_items.c.context == contexts.c.id)
    context = connection.execute(of_context.where(line_items.c.id == line_item)).one_or_none()
    return context and (assignments.find(connection, COMMAND, context.assignment)[0], context)


def _of_one(connection: Connection, errand: Errand, column: tuple[Assignment, Row[Any]] | None, now: datetime) -> Told:
    if column is None:
        return Unchanged()
    assignment, context = column
    result = tables.of_person(connection, assignment, errand.person).result
    share = share_of(result)
    if is_told(errand, share):
        return Unchanged()
    until = _released_at(connection, assignment, context.release, errand.person)
    if until > now:
        return Wait(until)
    subject = _subject_of(connection, context, errand.person)
    if isinstance(subject, Unsent):
        return subject
    return Score(subject, share, result.last_attempt_at, assignment, context.release != "for_review")


def share_of(result: tables.Result) -> float | None:
    """The share that a student has of what they can have; None for who has nothing yet, or is excused from all."""
    if not result.begun or not result.maximum:
        return None
    return min(max(result.total / result.maximum, 0.0), 1.0)


def is_told(errand: Errand, share: float | None) -> bool:
    """Whether the platform has this share already, be it none."""
    if errand.tries:
        return False
    if share is None or errand.sent is None:
        return share is errand.sent
    return abs(share - errand.sent) <= SAME


def _released_at(connection: Connection, assignment: Assignment, release: str, person: str) -> datetime:
    """From when on a student's grade may go."""
    if release == "never":
        return LATEST
    if release != "after_close":
        return EARLIEST
    granted = extension_of(connection, assignment.id, person)
    end = assignment.dates.extended(granted.due_at, granted.closes_at).end
    return LATEST if end is None else end + AFTERWARDS


def _subject_of(connection: Connection, context: Row[Any], person: str) -> str | Unsent:
    """Who a student is on the platform."""
    here = (identities.c.platform == context.platform) & (identities.c.person == person)
    known = connection.execute(select(identities).where(here).order_by(identities.c.preview, identities.c.subject))
    identity = known.first()
    if identity is None:
        return Unsent(STRANGER)
    if identity.preview:
        return Unsent(PREVIEW)
    enrolled = (enrolments.c.course == context.course) & (enrolments.c.person == person)
    is_student = (enrolments.c.role == "student") & enrolments.c.left_at.is_(None)
    if connection.scalar(select(enrolments.c.person).where(enrolled, is_student)) is None:
        return Unsent(NO_STUDENT)
    return str(identity.subject)
