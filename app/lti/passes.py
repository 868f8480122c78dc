"""Passes: what lets somebody go on from a page of the door, in browsers that keep no cookies in frames, too.

A pass is sealed, good for two hours, for one person and one page; it stands in that page's form and nowhere else.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from fastapi import Request
from sqlalchemy import Connection

from app import auth
from app.auth import TEACHERS, Caller
from app.courses import contexts, course
from app.courses.contexts import Context
from app.courses.course import Course
from app.lti.refusals import BROWSER, LaunchRefused
from app.platforms import registry
from app.platforms.registry import Platform
from app.problems import Problem

LASTS: Final = timedelta(hours=2)


@dataclass(frozen=True)
class Pass:
    """Who may go on, from where: `until` is in seconds since 1970."""

    page: str
    platform: str
    course: str
    person: str
    until: float
    details: Mapping[str, Any] = field(default_factory=dict)


def seal_of(request: Request) -> Fernet:
    return auth.seal_of(request.app.state.secret, "passes of launches")


def issue(request: Request, page: str, context: Context, person: str, details: Mapping[str, Any], now: datetime) -> str:
    """A pass for a page."""
    until = (now + LASTS).timestamp()
    made = Pass(page, context.platform, context.course, person, until, details)
    return seal_of(request).encrypt(json.dumps(asdict(made)).encode()).decode()


def opened(request: Request, text: str, page: str, now: datetime) -> Pass:
    """What a pass says. Raises `LaunchRefused`."""
    try:
        found = Pass(**json.loads(seal_of(request).decrypt(text.encode("ascii", "replace"))))
    except InvalidToken:
        raise _over() from None
    if found.page != page or found.until <= now.timestamp():
        raise _over()
    return found


def _over() -> LaunchRefused:
    detail = "This page was opened too long ago, or sent by another site. Nothing was changed."
    return LaunchRefused("expired-state", detail, BROWSER, 401)


def teacher_of(connection: Connection, found: Pass) -> tuple[Platform, Context, Course]:
    """The course in which the holder of a pass teaches, still. Raises `LaunchRefused`."""
    try:
        platform = registry.find(connection, found.platform)
        taught = course.find(connection, Caller(found.person), found.course, TEACHERS)
    except Problem:
        raise _over() from None
    context = contexts.of_course(connection, found.course)
    if context is None or platform.state != "active":
        raise _over()
    return platform, context, taught
