"""Who is asking, and what they may reach.

Secrets (tokens, sessions, one-time sign-in links) are shown once and kept as hashes. A missing token
is a guest, a bad one is nobody. Roles are those of a course; the operator may everything.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from cryptography.fernet import Fernet
from sqlalchemy import Connection, Row, delete, insert, select

from app.models import courses, enrolments, people, tokens
from app.problems import Conflict, Forbidden, NotFound, Unauthenticated

Role = Literal["student", "assistant", "instructor", "operator"]
Purpose = Literal["token", "session", "sign-in"]

PREFIX: Final = "nabla_"
LIFETIMES: Final[dict[Purpose, timedelta]] = {
    "token": timedelta(days=180),
    "session": timedelta(hours=12),
    "sign-in": timedelta(minutes=15),
}
NOBODY: Final = "Sign in for this: send the header Authorization: Bearer and your token."
MOST_TOKENS: Final = 100  # of one person
STAFF: Final[tuple[Role, ...]] = ("assistant", "instructor", "operator")
TEACHERS: Final[tuple[Role, ...]] = ("instructor", "operator")


@dataclass(frozen=True)
class Caller:
    """Who sent a request: a person, or a guest (`id` is None), perhaps in a `browser` that we know by a hash.

    A token made for one `course` opens nothing else, whatever its person may do elsewhere.
    """

    id: str | None = None
    operator: bool = False
    course: str | None = None
    browser: str | None = None

    def require_person(self) -> None:
        """Raises `Unauthenticated` for a guest. A command on the server's own machine acts without a person."""
        if self.id is None and not self.operator:
            raise Unauthenticated(NOBODY)

    @property
    def person(self) -> str:
        """The id of the person. Raises `Unauthenticated` for a guest."""
        if self.id is None:
            raise Unauthenticated(NOBODY)
        return self.id


GUEST: Final = Caller()


def new_id() -> str:
    """An opaque id of 144 random bits: whoever holds it may use what it names, nobody can guess it.

    None begins with a dash, which commands would take for an option.
    """
    while (id := secrets.token_urlsafe(18)).startswith("-"):
        pass
    return id


def server_secret(folder: Path, given: str) -> bytes:
    """The secret of this server: the one given in the settings, else one made on first use and kept in a file."""
    if given:
        return given.encode()
    path = folder / "secret"
    if not path.exists():
        new = folder / f"secret.{new_id()}"
        new.touch(0o600)
        with new.open("w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was quicker: its secret holds
            path.hardlink_to(new)
        new.unlink()
    return path.read_bytes()


def seal_of(secret: bytes, purpose: str) -> Fernet:
    """What seals and opens texts of one kind, from the server's secret."""
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret, purpose.encode(), "sha256")))


# People -------------------------------------------------------------------------------------------


def add_person(
    connection: Connection, name: str, now: datetime, *, email: str | None = None, operator: bool = False
) -> str:
    """A new person; their id."""
    id = new_id()
    connection.execute(insert(people).values(id=id, name=name, email=email, operator=operator, created_at=now))
    return id


def person(connection: Connection, id: str) -> Row[Any]:
    """Somebody's row. Raises `NotFound`."""
    row = connection.execute(select(people).where(people.c.id == id, people.c.erased_at.is_(None))).one_or_none()
    if row is None:
        raise NotFound("There is no such person.")
    return row


def the_operator(connection: Connection, now: datetime) -> tuple[str, bool]:
    """The id of the person who runs this server, and whether they are new here."""
    first = select(people.c.id).where(people.c.operator).order_by(people.c.created_at, people.c.id).limit(1)
    found = connection.scalar(first)
    return (found, False) if found else (add_person(connection, "Operator", now, operator=True), True)


# Secrets ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Secret:
    """A new token, session or sign-in link. `text` is shown once: only its hash is kept."""

    id: str
    text: str
    expires_at: datetime


def create_secret(
    connection: Connection,
    person: str,
    now: datetime,
    purpose: Purpose = "token",
    *,
    course: str | None = None,
    label: str = "",
    lifetime: timedelta | None = None,
) -> Secret:
    """A new secret of a person; with a `course` it opens that course only."""
    (made,) = create_secrets(connection, [person], now, purpose, course=course, label=label, lifetime=lifetime)
    return made


def create_secrets(
    connection: Connection,
    persons: Sequence[str],
    now: datetime,
    purpose: Purpose = "token",
    *,
    course: str | None = None,
    label: str = "",
    lifetime: timedelta | None = None,
) -> list[Secret]:
    """As `create_secret`, for each of some people."""
    expires_at = now + (LIFETIMES[purpose] if lifetime is None else lifetime)
    made = [Secret(new_id(), PREFIX + secrets.token_urlsafe(32), expires_at) for _ in persons]
    shared = {"purpose": purpose, "course": course, "label": label, "created_at": now, "expires_at": expires_at}
    rows = [
        {"id": secret.id, "hash": hashed(secret.text), "person": person, **shared}
        for person, secret in zip(persons, made, strict=True)
    ]
    if rows:
        connection.execute(insert(tokens), rows)
    return made


def require_room_for_a_token(connection: Connection, person: str, course: str | None) -> None:
    """Raises `Conflict` where somebody has as many tokens for a course, or for everything, as anybody may have.

    They are counted apart, so that no course's instructor uses up somebody's own.
    """
    if sum(token.course == course for token in tokens_of(connection, person, course)) >= MOST_TOKENS:
        raise Conflict(f"There are {MOST_TOKENS} such tokens of this person. Revoke some first.")


def bearer(authorization: str) -> str:
    """The token of an `Authorization` header. Raises `Unauthenticated`."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("Send the header Authorization: Bearer followed by your token.")
    return token.strip()


def caller_of(connection: Connection, secret: str, now: datetime, purpose: Purpose = "token") -> Caller:
    """Whose secret this is. Raises `Unauthenticated` for one that is unknown, expired or for something else."""
    row = connection.execute(
        select(tokens.c.person, tokens.c.course, tokens.c.expires_at, people.c.operator)
        .join(people, people.c.id == tokens.c.person)
        .where(tokens.c.hash == hashed(secret), tokens.c.purpose == purpose)
    ).one_or_none()
    if row is None or row.expires_at <= now:
        raise Unauthenticated("This token is unknown, expired or revoked. Ask for a new one.")
    return Caller(row.person, row.operator and row.course is None, row.course)


def sign_in(connection: Connection, link: str, now: datetime, lifetime: timedelta | None = None) -> Secret:
    """A session for whoever holds a sign-in link, which is used up. Raises `Unauthenticated`."""
    caller = caller_of(connection, link, now, "sign-in")
    connection.execute(delete(tokens).where(tokens.c.hash == hashed(link)))
    return create_secret(connection, caller.person, now, "session", course=caller.course, lifetime=lifetime)


def sign_in_with_token(connection: Connection, token: str, now: datetime, lifetime: timedelta | None = None) -> Secret:
    """A session for whoever has a token, which stays good. Raises `Unauthenticated`."""
    caller = caller_of(connection, token, now)
    return create_secret(connection, caller.person, now, "session", course=caller.course, lifetime=lifetime)


def sign_out(connection: Connection, session: str) -> None:
    """End a session."""
    connection.execute(delete(tokens).where(tokens.c.hash == hashed(session), tokens.c.purpose == "session"))


def tokens_of(connection: Connection, person: str, course: str | None = None) -> list[Row[Any]]:
    """The tokens of a person that are not revoked, newest first; with a `course` those for that course only."""
    found = select(tokens).where(tokens.c.person == person, tokens.c.purpose == "token")
    if course is not None:
        found = found.where(tokens.c.course == course)
    return list(connection.execute(found.order_by(tokens.c.created_at.desc(), tokens.c.id)))


def all_tokens(connection: Connection, person: str | None = None) -> list[Row[Any]]:
    """Everybody's tokens, or one person's, with names and e-mail addresses; newest first."""
    found = select(tokens, people.c.name, people.c.email).join(people, people.c.id == tokens.c.person)
    if person is not None:
        found = found.where(tokens.c.person == person)
    return list(connection.execute(found.where(tokens.c.purpose == "token").order_by(tokens.c.created_at.desc())))


def revoke(connection: Connection, token: str, caller: Caller) -> str:
    """Revoke a token of the caller's, or anybody's for the operator; whose it was. Raises `NotFound`."""
    here = tokens.c.id == token
    if not caller.operator:
        here &= tokens.c.person == caller.person
    if caller.course is not None:
        here &= tokens.c.course == caller.course
    owner = connection.scalar(select(tokens.c.person).where(here, tokens.c.purpose == "token"))
    if owner is None:
        raise NotFound("There is no such token.")
    connection.execute(delete(tokens).where(tokens.c.id == token))
    return str(owner)


def hashed(secret: str) -> str:
    """What a secret is kept as: nobody who reads the database can use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


# Roles --------------------------------------------------------------------------------------------


def role_in(connection: Connection, caller: Caller, course: str) -> Role | None:
    """The caller's role in a course; None where they are not in it, or their token is for another one."""
    if caller.operator:
        exists = connection.scalar(select(courses.c.id).where(courses.c.id == course))
        return "operator" if exists else None
    if caller.id is None or caller.course not in (None, course):
        return None
    role: Role | None = connection.scalar(
        select(enrolments.c.role).where(
            enrolments.c.course == course, enrolments.c.person == caller.id, enrolments.c.left_at.is_(None)
        )
    )
    return role


def require_role(connection: Connection, caller: Caller, course: str, roles: tuple[Role, ...]) -> Role:
    """The caller's role, one of these.

    Raises `Unauthenticated` for a guest, `NotFound` for who is not in the course, `Forbidden` for another role.
    """
    caller.require_person()
    role = role_in(connection, caller, course)
    if role is None:
        raise NotFound("There is no such course, or you are not in it.")
    if role not in roles:
        raise Forbidden(
            f"This is for {' and '.join(f'{role}s' for role in roles if role != 'operator')} of the course."
        )
    return role
