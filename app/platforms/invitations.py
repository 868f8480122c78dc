"""Invitations: addresses at which one platform may register itself, once, within a week."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from app.auth import hashed
from app.models import invitations
from app.problems import NotFound

LASTS: Final = timedelta(days=7)


@dataclass(frozen=True)
class Invitation:
    """A new invitation. Its `secret` is shown once: only its hash is kept."""

    secret: str
    expires_at: datetime


@dataclass(frozen=True)
class Unused:
    """An invitation that nobody has used yet, named by the hash of its secret."""

    hash: str
    created_at: datetime
    expires_at: datetime


def unused(connection: Connection, now: datetime) -> list[Unused]:
    """Those that are good, the newest first."""
    good = select(invitations).where(invitations.c.expires_at > now).order_by(invitations.c.created_at.desc())
    return [Unused(**row._mapping) for row in connection.execute(good)]


def withdraw(connection: Connection, hash: str) -> bool:
    """Whether there was this invitation; nobody can use it now."""
    return connection.execute(delete(invitations).where(invitations.c.hash == hash)).rowcount > 0


def make(connection: Connection, now: datetime) -> Invitation:
    """A new invitation. Those that nobody used in time go."""
    made = Invitation(secrets.token_urlsafe(32), now + LASTS)
    connection.execute(delete(invitations).where(invitations.c.expires_at <= now))
    connection.execute(insert(invitations).values(hash=hashed(made.secret), created_at=now, expires_at=made.expires_at))
    return made


def require(connection: Connection, secret: str, now: datetime) -> None:
    """Raises `NotFound` for an invitation that is unknown, used or too old."""
    here = (invitations.c.hash == hashed(secret)) & (invitations.c.expires_at > now)
    if connection.scalar(select(invitations.c.hash).where(here)) is None:
        raise NotFound("This address for registering a platform is unknown, used, withdrawn or older than a week.")


def use_up(connection: Connection, secret: str, now: datetime) -> None:
    """Raises `NotFound` as `require` does."""
    require(connection, secret, now)
    connection.execute(delete(invitations).where(invitations.c.hash == hashed(secret)))
