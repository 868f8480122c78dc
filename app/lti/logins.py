"""Launches under way: begun by a platform, and finished once, by the same browser.

The state is good for one launch: whoever sends it first uses it up, in one statement, be there one server or many.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from app.auth import hashed
from app.lti.refusals import BROWSER, LaunchRefused
from app.models import logins
from app.platforms.registry import Platform

LASTS: Final = timedelta(minutes=15)  # somebody may have to sign in to the platform in between
REMEMBERED: Final = timedelta(hours=1)  # so that what is sent again is told from what is unknown
COOKIE: Final = "nabla_lti_"
COOKIE_DIGITS: Final = 16  # of the state's hash: launches side by side have cookies of their own


@dataclass(frozen=True)
class Begun:
    """What a login is: each of its three secrets is shown once, to the platform or to the browser."""

    state: str
    nonce: str
    browser: str

    @classmethod
    def new(cls) -> "Begun":
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


@dataclass(frozen=True)
class Login:
    """A login as it is kept: in hashes."""

    state: str
    nonce: str
    browser: str
    platform: str
    request: Mapping[str, str]

    @property
    def target(self) -> str:
        """Where the platform wants to lead somebody."""
        return self.request["target_link_uri"]

    @property
    def cookie(self) -> str:
        """The name of the cookie that binds it to a browser."""
        return cookie_of(self.state)


def cookie_of(state_hash: str) -> str:
    return f"{COOKIE}{state_hash[:COOKIE_DIGITS]}"


def begin(connection: Connection, begun: Begun, platform: Platform, request: Mapping[str, str], now: datetime) -> None:
    """Keep a login until the platform answers, or time is over."""
    connection.execute(delete(logins).where(logins.c.expires_at < now - REMEMBERED))
    connection.execute(
        insert(logins).values(
            state=hashed(begun.state),
            nonce=hashed(begun.nonce),
            browser=hashed(begun.browser),
            platform=platform.id,
            request=dict(request),
            created_at=now,
            expires_at=now + LASTS,
        )
    )


def find(connection: Connection, state: str, now: datetime) -> Login:
    """The login that a state belongs to, and that is not used up. Raises `LaunchRefused`."""
    row = connection.execute(select(logins).where(logins.c.state == hashed(state))).one_or_none()
    if row is None or row.expires_at <= now:
        detail = "This launch was begun too long ago, or not here."
        raise LaunchRefused(
            "expired-state", detail, f"{BROWSER} Do not open it from a bookmark, or by going back.", 401
        )
    if row.consumed_at is not None:
        raise _used()
    values: dict[str, Any] = {name: row._mapping[name] for name in Login.__dataclass_fields__}
    return Login(**values)


def consume(connection: Connection, login: Login, now: datetime) -> None:
    """Use a login up. Raises `LaunchRefused` for all who come later, or too late."""
    unused = (logins.c.state == login.state) & logins.c.consumed_at.is_(None) & (logins.c.expires_at > now)
    if not connection.execute(update(logins).where(unused).values(consumed_at=now, request={})).rowcount:
        raise _used()


def _used() -> LaunchRefused:
    detail = "This launch was used already. Each is good once."
    return LaunchRefused("used-state", detail, f"{BROWSER} Do not reload this page, or go back to it.", 401)
