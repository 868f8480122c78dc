"""Who is asking. Tokens are shown once and kept as hashes; a missing one is a guest, a bad one is nobody."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, insert, select

from app.models import tokens
from app.problems import Unauthenticated

PREFIX: Final = "nabla_"
TOKEN_DAYS: Final = 180


@dataclass(frozen=True)
class Caller:
    """Who sent a request. `id` None is a guest."""

    id: str | None = None
    operator: bool = False


GUEST: Final = Caller()


def new_id() -> str:
    """An opaque id of 144 random bits: whoever holds it may use what it names, nobody can guess it."""
    return secrets.token_urlsafe(18)


def create_token(connection: Connection, *, operator: bool, now: datetime, days: int = TOKEN_DAYS) -> str:
    """A new token, which is not kept: only its hash is."""
    token = PREFIX + secrets.token_urlsafe(32)
    connection.execute(
        insert(tokens).values(
            id=new_id(),
            hash=_hash(token),
            operator=operator,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    return token


def bearer(authorization: str) -> str:
    """The token of an `Authorization` header. Raises `Unauthenticated`."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("Send the header Authorization: Bearer followed by your token.")
    return token.strip()


def caller_of(connection: Connection, token: str, now: datetime) -> Caller:
    """Whose token this is. Raises `Unauthenticated` for one that is unknown or expired."""
    row = connection.execute(select(tokens).where(tokens.c.hash == _hash(token))).one_or_none()
    if row is None or row.expires_at <= now:
        raise Unauthenticated("This token is unknown, expired or revoked. Ask for a new one.")
    return Caller(row.id, row.operator)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
