"""What a platform's answer to a score means, as specified and as products give it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.platforms.outgoing import Reply
from app.platforms.services import is_at_limit, pause_asked

COMPARES: Final = rb"\b(older|newer|later|earlier|before last|already)\b"
SAYS_OLDER: Final = re.compile(
    rb"timestamp.{0,200}?" + COMPARES + rb"|" + COMPARES + rb".{0,200}?timestamp|\bstale\b", re.IGNORECASE | re.DOTALL
)
"""What Canvas, Open edX and others say of a score that is no newer than the one they have, with the status 400.

That a timestamp is missing, cannot be read or lies in the future is said with the same status.
"""

SAYS_AHEAD: Final = re.compile(rb"timestamp.{0,200}?in the future", re.IGNORECASE | re.DOTALL)
"""What Canvas says of an attempt more than a minute after its own clock: it takes it once that minute is over."""

NO_PLACE: Final = "The platform knows no such student in this course, or its gradebook has no such column any more."


@dataclass(frozen=True)
class Taken:
    """The platform has it."""


@dataclass(frozen=True)
class Busy:
    """The platform cannot take grades now: why, for people, and for how long, where it says so."""

    trouble: str
    asked: timedelta | None = None


@dataclass(frozen=True)
class Older:
    """It has a newer one; `surely`, or for all that can be told."""

    surely: bool
    trouble: str


@dataclass(frozen=True)
class Gone:
    """There is no such column, or no such student in it."""


@dataclass(frozen=True)
class Refused:
    """It takes this grade neither now nor later: why, for people."""

    trouble: str


Answer = Taken | Busy | Older | Gone | Refused


def answer_of(reply: Reply, now: datetime) -> Answer:
    """What a reply to a score means."""
    match reply.status:
        case status if reply.is_good:
            return Taken()
        case 401:
            return Busy("It does not take its own access tokens from us (status 401). Is this tool still registered?")
        case status if is_at_limit(reply):
            return Busy(f"It takes fewer grades at once (status {status}).", pause_asked(reply.headers, now))
        case 409:
            return Older(surely=True, trouble="")
        case 400 if SAYS_AHEAD.search(reply.body):
            return Busy("It finds our clock ahead of its own (status 400): is the clock of this server right?")
        case 400:
            return Older(bool(SAYS_OLDER.search(reply.body)), _refusal(reply))
        case 404 | 410:
            return Gone()
        case status if status >= 500 or status == 408 or 300 <= status < 400:
            return Busy(f"It answers with the status {status}.", pause_asked(reply.headers, now))
        case _:
            return Refused(_refusal(reply))


def _refusal(reply: Reply) -> str:
    match reply.status:
        case 400 | 422:
            return f"Refused (status {reply.status}): is this a student of the course there, and is it published?"
        case 403:
            return "Not allowed (status 403): may this tool send grades to this course?"
        case _:
            return f"Refused (status {reply.status})."
