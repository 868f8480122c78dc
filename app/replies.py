"""First replies, kept for `Idempotency-Key`: a retry gets the same bytes and does nothing twice.

They are sealed with the server's secret: one may show a token, and tokens are nowhere in the database.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection, delete, insert, select

from app.models import replies
from app.problems import KeyReused

KEPT: Final = timedelta(hours=48)


@dataclass(frozen=True)
class Key:
    """An idempotency key: within a scope (path and caller) it stands for one request."""

    scope: str
    key: str
    request: bytes

    @property
    def request_hash(self) -> str:
        return hashlib.sha256(self.request).hexdigest()


@dataclass(frozen=True)
class Reply:
    """A JSON reply: with the location of what was created (201), or without one (200)."""

    body: bytes
    location: str | None = None


def once(connection: Connection, seal: Fernet, key: Key | None, now: datetime, make: Callable[[], Reply]) -> Reply:
    """The first reply to this key, or a new one, kept in the transaction that creates something.

    Raises `KeyReused` where the key came with another body.
    """
    if key is None:
        return make()
    found = connection.execute(select(replies).where(replies.c.scope == key.scope, replies.c.key == key.key))
    if kept := found.one_or_none():
        if kept.request_hash != key.request_hash:
            raise KeyReused("This Idempotency-Key came before with another body. Use a new key.")
        return Reply(_opened(seal, kept.body), kept.location)
    reply = make()
    if reply.location is None:
        return reply
    connection.execute(delete(replies).where(replies.c.created_at < now - KEPT))
    connection.execute(
        insert(replies).values(
            scope=key.scope,
            key=key.key,
            request_hash=key.request_hash,
            location=reply.location,
            body=seal.encrypt(reply.body),
            created_at=now,
        )
    )
    return reply


def _opened(seal: Fernet, body: bytes) -> bytes:
    try:
        return seal.decrypt(body)
    except InvalidToken:  # the server's secret is another one since
        raise KeyReused("What this Idempotency-Key created is kept, its reply is not. Look at what there is.") from None
