"""Learning platforms that the operator connects, changes and lets go: each deed is in the audit log."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.auth import Caller
from app.courses import audit
from app.models.lms import CLAIM_LENGTH
from app.platforms import invitations, registry
from app.platforms.invitations import Invitation
from app.platforms.products import PRODUCTS
from app.platforms.registry import DeploymentState, New, Platform, State
from app.problems import ErrorOut, InvalidRequest, NotFound

DEEDS: Mapping[State, str] = {"active": "platform enabled", "disabled": "platform disabled"}
DECISIONS: Mapping[DeploymentState, str] = {"active": "deployment agreed to", "refused": "deployment refused"}
MOST_DEPLOYMENTS = 100  # named at once


def require_operator(caller: Caller) -> None:
    """Raises `Unauthenticated` for a guest, `NotFound` for who does not run the service."""
    caller.require_person()
    if not caller.operator:
        raise NotFound("There is nothing at this address, or you may not reach it.")


def find(connection: Connection, caller: Caller, id: str) -> Platform:
    """A platform, for the operator. Raises `NotFound`."""
    require_operator(caller)
    return registry.find(connection, id)


def completed(fields: Mapping[str, Any], address: str) -> New:
    """A platform as it was described; what was left out is as its product has it at that address.

    Raises `InvalidRequest`.
    """
    given = {name: value for name, value in fields.items() if name in New.__dataclass_fields__}
    if address:
        filled = PRODUCTS[given.get("product", "")].filled(address, given.get("client_id", ""))
        given = {**given, **{name: value for name, value in filled.items() if value and not given.get(name)}}
    empty = dict.fromkeys(("issuer", "client_id", "auth_url", "token_url", "jwks_url"), "")
    return New(**{**empty, **given, "framed_by": tuple(given.get("framed_by", ()))})


def add(
    connection: Connection, caller: Caller, new: New, named: Collection[str], now: datetime, *, invited: bool = False
) -> Platform:
    """A new platform, with the deployments that were named; one that was `invited` registered itself.

    Raises `InvalidRequest`, `Conflict`.
    """
    require_deployments(named)
    made = registry.add(connection, new, now, self_registered=invited)
    for id in dict.fromkeys(named):
        registry.decide(connection, made, id, "active", now)
    action = "platform registered itself" if invited else "platform added"
    details = {"issuer": made.issuer, "client_id": made.client_id, "deployments": list(named)}
    audit.record(connection, caller, now, action, subject=made.id, details=details)
    return made


def require_deployments(named: Collection[str]) -> None:
    """Raises `InvalidRequest` for what no platform calls a deployment (LTI Core 1.3, section 5.3.3)."""
    fit = all(0 < len(id) <= CLAIM_LENGTH and id.isascii() and id.isprintable() for id in named)
    if not fit or len(named) > MOST_DEPLOYMENTS:
        detail = f"A deployment id has 1 to {CLAIM_LENGTH} ASCII characters; at most {MOST_DEPLOYMENTS} at once."
        raise InvalidRequest(detail, [ErrorOut(pointer="/deployments", detail=detail)])


def change(
    connection: Connection, caller: Caller, platform: Platform, values: Mapping[str, Any], now: datetime
) -> Platform:
    """Change fields of a platform. Raises `InvalidRequest`, `Conflict`."""
    changed = registry.change(connection, platform, values)
    names = [name for name in values if getattr(platform, name) != getattr(changed, name)]
    if names:
        details = {name: [_plain(getattr(platform, name)), _plain(getattr(changed, name))] for name in names}
        audit.record(connection, caller, now, "platform changed", subject=platform.id, details=details)
    return changed


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def put(connection: Connection, caller: Caller, platform: Platform, state: State, now: datetime) -> Platform:
    """Confirm a platform that registered itself, enable one, or disable it."""
    if state != platform.state:
        registry.put(connection, platform, state)
        action = "platform confirmed" if platform.state == "proposed" and state == "active" else DEEDS[state]
        audit.record(connection, caller, now, action, subject=platform.id)
    return registry.find(connection, platform.id)


def decide(
    connection: Connection, caller: Caller, platform: Platform, deployment: str, state: DeploymentState, now: datetime
) -> None:
    """Agree to a deployment, or refuse it."""
    require_deployments([deployment])
    registry.decide(connection, platform, deployment, state, now)
    details = {"deployment": deployment}
    audit.record(connection, caller, now, DECISIONS[state], subject=platform.id, details=details)


def remove(connection: Connection, caller: Caller, platform: Platform, now: datetime) -> None:
    """Forget a platform, and who came from it; courses and what was done in them stay."""
    details = {"issuer": platform.issuer, "client_id": platform.client_id}
    registry.remove(connection, platform)
    audit.record(connection, caller, now, "platform removed", subject=platform.id, details=details)


def invite(connection: Connection, caller: Caller, now: datetime) -> Invitation:
    """A new address at which one platform may register itself."""
    made = invitations.make(connection, now)
    audit.record(connection, caller, now, "platform invited")
    return made


def withdraw(connection: Connection, caller: Caller, hash: str, now: datetime) -> None:
    """Make an address worthless that nobody has used; one that is used or withdrawn stays so."""
    require_operator(caller)
    if invitations.withdraw(connection, hash):
        audit.record(connection, caller, now, "invitation withdrawn")
