"""Platforms and their deployments: added, found, changed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.auth import new_id
from app.models import contexts, deployments, identities, platforms, tokens
from app.models.lms import ADDRESS_LENGTH, CLAIM_LENGTH
from app.platforms.outgoing import origin_of
from app.problems import Conflict, ErrorOut, InvalidRequest, NotFound
from app.settings import ORIGIN

State = Literal["proposed", "active", "disabled"]
DeploymentState = Literal["pending", "active", "refused"]

ADDRESSES: Final = ("auth_url", "token_url", "jwks_url")
MOST_ORIGINS: Final = 20  # whose pages show us in a frame


@dataclass(frozen=True)
class Platform:
    """A learning platform: what its issuer and one of its client ids stand for."""

    id: str
    name: str
    product: str
    state: State
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    token_audience: str
    jwks_url: str
    framed_by: tuple[str, ...]
    any_deployment: bool
    anonymous: bool
    self_registered: bool
    created_at: datetime
    launched_at: datetime | None
    trouble: str | None

    @cached_property
    def trusted(self) -> frozenset[str]:
        """The origins that the operator named by registering it: they may be in a private network."""
        if self.self_registered:
            return frozenset()
        return frozenset(map(origin_of, (self.auth_url, self.token_url, self.jwks_url))) - {""}

    @property
    def audience(self) -> str:
        """Whom what we sign for its tokens is for."""
        return self.token_audience or self.token_url


@dataclass(frozen=True)
class New:
    """What the operator says of a platform."""

    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    name: str = ""
    product: str = ""
    token_audience: str = ""
    framed_by: tuple[str, ...] = ()
    any_deployment: bool = True
    anonymous: bool = False

    def faults(self) -> list[ErrorOut]:
        """What is wrong with it, field by field."""
        faults = [
            ErrorOut(pointer=f"/{name}", detail="This must be an address that begins with https:// or http://.")
            for name in ADDRESSES
            if not origin_of(getattr(self, name)) or not getattr(self, name).isprintable()
        ]
        faults += [
            ErrorOut(pointer=f"/{name}", detail="This field is missing.")
            for name in ("issuer", "client_id")
            if not getattr(self, name).strip()
        ]
        longest = {"name": 200, "client_id": CLAIM_LENGTH}
        faults += [
            ErrorOut(pointer=f"/{name}", detail=f"At most {longest.get(name, ADDRESS_LENGTH)} characters fit here.")
            for name in ("name", "issuer", "client_id", "token_audience", *ADDRESSES)
            if len(getattr(self, name)) > longest.get(name, ADDRESS_LENGTH)
        ]
        if not all(ORIGIN.fullmatch(one) for one in self.framed_by):
            detail = "These must be origins such as https://lms.example.org, separated by blanks."
            faults.append(ErrorOut(pointer="/framed_by", detail=detail))
        if len(self.framed_by) > MOST_ORIGINS:
            faults.append(ErrorOut(pointer="/framed_by", detail=f"At most {MOST_ORIGINS} origins fit here."))
        return faults


def add(connection: Connection, new: New, now: datetime, *, self_registered: bool = False) -> Platform:
    """A new platform; one that registered itself is only proposed.

    Raises `InvalidRequest`, `Conflict` where its issuer and client id are known already.
    """
    if faults := new.faults():
        raise InvalidRequest("This platform cannot be registered so.", faults)
    values = {**vars(new), "name": new.name.strip() or origin_of(new.auth_url), "framed_by": list(new.framed_by)}
    id = new_id()
    state: State = "proposed" if self_registered else "active"
    fresh = {"id": id, "state": state, "self_registered": self_registered, "created_at": now}
    with _alone(connection):
        connection.execute(insert(platforms).values(**fresh, **values))
    return find(connection, id)


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Raises `Conflict` where there is another platform with this issuer and client id."""
    try:
        with connection.begin_nested():
            yield
    except IntegrityError:
        detail = "A platform with this issuer and client id is registered already. Change that one, or remove it first."
        raise Conflict(detail) from None


def find(connection: Connection, id: str) -> Platform:
    """A platform. Raises `NotFound`."""
    row = connection.execute(select(platforms).where(platforms.c.id == id)).one_or_none()
    if row is None:
        raise NotFound("There is no such platform.")
    return _of(row)


def everyone(connection: Connection) -> list[Platform]:
    """All platforms, by name."""
    return [_of(row) for row in connection.execute(select(platforms).order_by(platforms.c.name, platforms.c.id))]


def by_issuer(connection: Connection, issuer: str, client_id: str | None) -> list[Platform]:
    """The platforms of an issuer; with a `client_id` at most one."""
    found = select(platforms).where(platforms.c.issuer == issuer)
    if client_id is not None:
        found = found.where(platforms.c.client_id == client_id)
    return [_of(row) for row in connection.execute(found.order_by(platforms.c.id))]


def change(connection: Connection, platform: Platform, values: Mapping[str, Any]) -> Platform:
    """Change fields of a platform. Raises `InvalidRequest`, and `Conflict` as `add` does."""
    fields = {name: getattr(platform, name) for name in New.__dataclass_fields__}
    kept = {name: value for name, value in values.items() if name in fields}
    if faults := New(**{**fields, **kept}).faults():
        raise InvalidRequest("This platform cannot be changed so.", faults)
    written = {name: list(value) if name == "framed_by" else value for name, value in kept.items()}
    if written:
        with _alone(connection):
            connection.execute(update(platforms).where(platforms.c.id == platform.id).values(**written))
    return find(connection, platform.id)


def put(connection: Connection, platform: Platform, state: State) -> None:
    """Activate or disable a platform; with one that is disabled the sessions of its people end."""
    connection.execute(update(platforms).where(platforms.c.id == platform.id).values(state=state))
    if state != "active":
        end_sessions(connection, platform)


def launched(connection: Connection, platform: Platform, now: datetime) -> None:
    """Somebody came from a platform."""
    connection.execute(update(platforms).where(platforms.c.id == platform.id).values(launched_at=now))


def end_sessions(connection: Connection, platform: Platform) -> None:
    """Sign out everybody who came from a platform, and revoke their tokens."""
    theirs = select(identities.c.person).where(identities.c.platform == platform.id)
    connection.execute(delete(tokens).where(tokens.c.person.in_(theirs)))


def remove(connection: Connection, platform: Platform) -> None:
    """Forget a platform, and who came from it; courses and what was done in them stay."""
    end_sessions(connection, platform)
    connection.execute(delete(platforms).where(platforms.c.id == platform.id))


def deployment(connection: Connection, platform: Platform, id: str, now: datetime) -> DeploymentState:
    """What was decided of a deployment; one that is new is taken where the platform's are, else it waits."""
    here = (deployments.c.platform == platform.id) & (deployments.c.deployment == id)
    state: DeploymentState | None = connection.scalar(select(deployments.c.state).where(here))
    if state is None:
        state = "active" if platform.any_deployment else "pending"
        connection.execute(insert(deployments).values(platform=platform.id, deployment=id, state=state, created_at=now))
    return state


def deployments_of(connection: Connection, platform: Platform) -> list[Row[Any]]:
    """The deployments of a platform, oldest first."""
    found = select(deployments).where(deployments.c.platform == platform.id)
    return list(connection.execute(found.order_by(deployments.c.created_at, deployments.c.deployment)))


def people_of(connection: Connection, platform: Platform) -> int:
    """How many people came from a platform."""
    return connection.scalar(select(func.count()).where(identities.c.platform == platform.id)) or 0


def courses_of(connection: Connection, platform: Platform) -> int:
    """How many courses belong to ones of a platform."""
    return connection.scalar(select(func.count()).where(contexts.c.platform == platform.id)) or 0


def decide(connection: Connection, platform: Platform, id: str, state: DeploymentState, now: datetime) -> None:
    """Agree to a deployment, or refuse it."""
    deployment(connection, platform, id, now)
    here = (deployments.c.platform == platform.id) & (deployments.c.deployment == id)
    connection.execute(update(deployments).where(here).values(state=state))


def _of(row: Row[Any]) -> Platform:
    values = {name: row._mapping[name] for name in Platform.__dataclass_fields__}
    return Platform(**{**values, "framed_by": tuple(row.framed_by)})
