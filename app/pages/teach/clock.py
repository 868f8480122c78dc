"""Dates as people type them: on the clock of a course, without a zone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.dates import EARLIEST, LATEST
from app.problems import ErrorOut, InvalidRequest

TYPED: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?", re.ASCII)


def to_input(at: datetime | None, zone: ZoneInfo) -> str:
    """What a field of type `datetime-local` shows; seconds only where there are some."""
    if at is None:
        return ""
    local = at.astimezone(zone).replace(tzinfo=None)
    precision = "milliseconds" if local.microsecond else "seconds" if local.second else "minutes"
    return local.isoformat(timespec=precision)


def from_input(text: str, zone: ZoneInfo, pointer: str = "", kept: datetime | None = None) -> datetime | None:
    """The moment that somebody typed, in UTC; None where the field is empty. Raises `InvalidRequest`.

    An hour that the clock repeats is its first occurrence; one that it skips is moved forward. `kept` is the moment
    that the field showed before: who leaves the text as it was means that very moment.
    """
    text = text.strip()
    if kept is not None and text == to_input(kept, zone):
        return kept
    if not text:
        return None
    try:
        if not TYPED.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _refusal("This is no date with a time. Write it as 2026-12-01 23:59.", pointer) from None
    if not EARLIEST <= moment < LATEST:
        raise _refusal(f"Choose a date between the years {EARLIEST.year} and {LATEST.year}.", pointer)
    return moment


def days_later(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same time on the clock, days later, whatever daylight saving does in between; in UTC."""
    return (at.astimezone(zone) + timedelta(days=days)).astimezone(UTC)


def _refusal(detail: str, pointer: str) -> InvalidRequest:
    return InvalidRequest(detail, [ErrorOut(pointer=pointer, detail=detail)])
