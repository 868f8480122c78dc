"""Dates of an assignment, and what they make of the moment in which something was received. Pure."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from app.problems import NotOpen, PastDue

RULE: Final = "dates-1"
"""The name of the rule below, stored with each decision: give it another one when the rule changes."""


EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(3000, 1, 1, tzinfo=UTC)
RFC_3339: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,30})?([Zz]|[+-]([01]\d|2[0-3]):\d\d)", re.ASCII
)


def moment(text: str) -> datetime:
    """A point in time as RFC 3339 writes it, in UTC and whole milliseconds. Raises `ValueError`."""
    if not RFC_3339.fullmatch(text):
        raise ValueError("send a time such as 2026-11-22T10:00:00Z, with its offset from UTC")
    try:
        parsed = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("there is no such time") from None
    if not EARLIEST <= parsed < LATEST:
        raise ValueError("send a time between the years 2000 and 3000")
    return parsed.replace(microsecond=parsed.microsecond // 1000 * 1000)


@dataclass(frozen=True)
class Dates:
    """When an assignment opens, is due and closes; None is never. It closes when it is due unless it says otherwise."""

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None

    @property
    def end(self) -> datetime | None:
        """The last moment in which an attempt is taken."""
        return self.closes_at or self.due_at

    def extended(self, due_at: datetime | None, closes_at: datetime | None) -> "Dates":
        """The dates of a student with an extension, which moves dates later and never earlier.

        Without a closing time of its own it moves the end by the same span as the due date.
        """
        due, end = self.due_at, self.end
        if due is None or end is None:  # then there is no due date to move
            return replace(self, closes_at=end and max(end, closes_at or end))
        later = max(due, due_at or due)
        moved = end + (later - due) if closes_at is None else max(end, closes_at, later)
        return replace(self, due_at=later, closes_at=moved)

    def fault(self) -> tuple[str, str] | None:
        """Which date comes too early, and what to do; None where they are in order."""
        if self.opens_at and self.due_at and self.due_at <= self.opens_at:
            return "due_at", "The due date must come after the opening."
        if self.due_at and self.closes_at and self.closes_at < self.due_at:
            return "closes_at", "The closing time must not come before the due date. Send both to move them together."
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            return "closes_at", "The closing time must come after the opening."
        return None


@dataclass(frozen=True)
class Decision:
    """What dates make of an attempt: whether it is late, and the factor that lateness leaves of its points."""

    late: bool
    factor: float
    dates: Dates
    late_penalty: float

    def json(self) -> dict[str, Any]:
        """All that it takes to decide again, and the decision."""
        return {
            "rule": RULE,
            "late": self.late,
            "factor": self.factor,
            "late_penalty": self.late_penalty,
            **{name: None if date is None else date.isoformat() for name, date in vars(self.dates).items()},
        }


def require_begun(received: datetime, dates: Dates) -> None:
    """Raises `NotOpen` before the opening."""
    if dates.opens_at is not None and received < dates.opens_at:
        raise NotOpen(f"This assignment opens at {_utc(dates.opens_at)}.")


def judge(received: datetime, dates: Dates, late_penalty: float) -> Decision:
    """What dates make of an attempt that was taken: the due date itself is in time."""
    late = dates.due_at is not None and received > dates.due_at
    return Decision(late, 1 - late_penalty if late else 1.0, dates, late_penalty)


def decide(received: datetime, dates: Dates, late_penalty: float) -> Decision:
    """The decision on something received at that moment; the end itself is not too late.

    Raises `NotOpen` and `PastDue`.
    """
    require_begun(received, dates)
    if dates.end is not None and received > dates.end:
        raise PastDue(f"This assignment closed at {_utc(dates.end)}. What you sent before counts; this was not stored.")
    return judge(received, dates, late_penalty)


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
