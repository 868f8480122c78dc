"""The keys that we sign with: generated here, published for platforms, rotated with overlap.

A key is published (`next`) before it signs (`active`), and stays published (`retired`) for as long as a platform may
remember a key set that lacks its successor, or look at what it signed.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import Connection, delete, insert, select, update

from app.auth import new_id
from app.models import tool_keys
from app.problems import Conflict

ALGORITHM: Final = "RS256"
BITS: Final = 2048
OVERLAP: Final = timedelta(days=7)
KNOWN_AFTER: Final = timedelta(hours=1)  # for so long platforms may remember a key set: we say so with it
SEALED: Final = "tool keys"  # what `auth.seal_of` seals them as


def published(connection: Connection) -> dict[str, Any]:
    """Our key set (JWKS, RFC 7517); without keys before the first use."""
    found = select(tool_keys.c.public).order_by(tool_keys.c.created_at, tool_keys.c.kid)
    return {"keys": list(connection.scalars(found))}


def ensure(connection: Connection, seal: Fernet, now: datetime) -> RSAKey:
    """The key that signs, made where there is none, or where the server's secret is not the one that sealed it."""
    found = select(tool_keys).where(tool_keys.c.state == "active")
    row = connection.execute(found).one_or_none()
    if row is not None:
        try:
            return _loaded(seal.decrypt(row.private), row.kid)
        except InvalidToken:
            connection.execute(delete(tool_keys).where(tool_keys.c.state.in_(("active", "next"))))
    key = _make(connection, seal, now, "active")
    _make(connection, seal, now, "next")
    return key


@lru_cache(maxsize=2)
def _loaded(pem: bytes, kid: str) -> RSAKey:
    """A key that was kept. Kept loaded, too: to prove that it is one takes a twentieth of a second, for which nobody
    could write."""
    return RSAKey.import_key(pem, {"kid": kid})


def rotate(connection: Connection, seal: Fernet, now: datetime, *, at_once: bool = False) -> None:
    """Sign with the next key from now on, and publish the one after it. Keys retired long ago go.

    Raises `Conflict` where the last rotation was a moment ago, so that platforms may not know the next key yet;
    not with `at_once`.
    """
    ensure(connection, seal, now)
    state = tool_keys.c.state
    just_now = select(tool_keys.c.kid).where(state == "retired", tool_keys.c.retired_at > now - KNOWN_AFTER)
    if not at_once and connection.execute(just_now).first():
        raise Conflict("The next key was published less than an hour ago: platforms may not know it yet. Wait a while.")
    connection.execute(delete(tool_keys).where(state == "retired", tool_keys.c.retired_at <= now - OVERLAP))
    connection.execute(update(tool_keys).where(state == "active").values(state="retired", retired_at=now))
    connection.execute(update(tool_keys).where(state == "next").values(state="active"))
    _make(connection, seal, now, "next")


def _make(connection: Connection, seal: Fernet, now: datetime, state: str) -> RSAKey:
    kid = new_id()
    key = RSAKey.generate_key(BITS, {"kid": kid, "use": "sig", "alg": ALGORITHM})
    connection.execute(
        insert(tool_keys).values(
            kid=kid,
            private=seal.encrypt(key.as_pem(private=True)),
            public=key.as_dict(private=False),
            state=state,
            created_at=now,
        )
    )
    return key


def signed(key: RSAKey, claims: dict[str, Any]) -> str:
    """A signed token (JWT) that names its key."""
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": "JWT"}, claims, key, algorithms=[ALGORITHM])
