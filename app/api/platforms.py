"""Learning platforms, for the operator: registered, changed, confirmed, disabled, removed; invitations for them."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from app import connecting
from app.api.wire import PREFIX, In, Nothing, Time, changing, creating, reply, takes
from app.asking import Person, frame_anew, reading, site_of
from app.auth import Caller
from app.bodies import Body
from app.models.lms import ADDRESS_LENGTH, CLAIM_LENGTH
from app.platforms import registry
from app.platforms.registry import MOST_ORIGINS, DeploymentState, Platform, State
from app.platforms.tool import Tool
from app.replies import Reply

AT: Final = f"{PREFIX}/platforms"

router = APIRouter(prefix="/platforms", tags=["Learning platforms"])

Product = Literal["", "moodle", "canvas", "blackboard", "brightspace", "openedx"]
Address = Annotated[str, Field(max_length=ADDRESS_LENGTH)]
Claim = Annotated[str, Field(max_length=CLAIM_LENGTH)]
Origins = Annotated[list[Address], Field(max_length=MOST_ORIGINS)]


class PlatformChangeIn(In):
    """Any of the fields of a platform, its state, and what is decided of its deployments."""

    name: str = Field("", max_length=200)
    product: Product = ""
    issuer: Address = ""
    client_id: Claim = ""
    auth_url: Address = ""
    token_url: Address = ""
    jwks_url: Address = ""
    token_audience: Address = Field("", description="For whom tokens are asked, where that is not `token_url`.")
    framed_by: Origins = Field(default=[], description="Origins whose pages show ours in a frame.")
    any_deployment: bool = Field(default=True, description="false: each new deployment waits for the operator.")
    anonymous: bool = Field(default=False, description="true: launches without a person are let in, as guests.")
    state: Literal["active", "disabled"] = "active"
    deployments: dict[str, Literal["active", "refused"]] = Field(default={}, max_length=connecting.MOST_DEPLOYMENTS)

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the platform itself that were sent."""
        return self.model_dump(exclude_unset=True, exclude={"state", "deployments"})


EXAMPLE: Final = {
    "product": "moodle",
    "address": "https://moodle.example.org",
    "client_id": "a1b2c3",
    "deployments": ["1"],
}


class PlatformIn(In, json_schema_extra={"example": EXAMPLE}):
    """A platform. With `product` and `address`, what is left out is filled in as that product has it."""

    name: str = Field("", max_length=200)
    product: Product = ""
    address: Address = ""
    issuer: Address = ""
    client_id: Claim
    auth_url: Address = ""
    token_url: Address = ""
    jwks_url: Address = ""
    token_audience: Address = ""
    framed_by: Origins = Field(default=[])
    any_deployment: bool | None = Field(
        default=None, description="Whether deployments are taken that are not named; null: where none is named."
    )
    anonymous: bool = False
    deployments: list[Claim] = Field(default=[], max_length=connecting.MOST_DEPLOYMENTS)


class DeploymentOut(BaseModel):
    id: str
    state: DeploymentState


class PlatformOut(BaseModel):
    id: str
    name: str
    product: str
    state: State = Field(description="`proposed`: it registered itself, and the operator has not confirmed it yet.")
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    token_audience: str
    framed_by: list[str]
    any_deployment: bool
    anonymous: bool
    self_registered: bool
    deployments: list[DeploymentOut]
    created_at: Time
    launched_at: Time | None
    trouble: str | None = Field(description="Why grades cannot be sent to it now.")


class PlatformsOut(BaseModel):
    items: list[PlatformOut]
    next: None = None


class InvitationOut(BaseModel):
    address: str = Field(description="Where one platform may register itself. Shown this once.")
    expires_at: Time


def platform_out(connection: Connection, platform: Platform) -> PlatformOut:
    names = PlatformOut.model_fields.keys() - {"framed_by", "deployments"}
    found = registry.deployments_of(connection, platform)
    return PlatformOut(
        **{name: getattr(platform, name) for name in names},
        framed_by=list(platform.framed_by),
        deployments=[DeploymentOut(id=row.deployment, state=row.state) for row in found],
    )


@router.get("")
async def list_platforms(request: Request, caller: Person) -> PlatformsOut:
    """All learning platforms, by name. For the operator, as all of these."""

    def look(tx: Connection) -> PlatformsOut:
        connecting.require_operator(caller)
        return PlatformsOut(items=[platform_out(tx, platform) for platform in registry.everyone(tx)])

    return await reading(request, look)


@router.post("", status_code=201, response_model=PlatformOut, openapi_extra=takes(PlatformIn, creates=True))
async def add_platform(request: Request, caller: Person) -> Response:
    """Register a platform."""

    def make(tx: Connection, _: None, body: Body, received: datetime) -> Reply:
        added = add(tx, caller, body.read(PlatformIn), received)
        return reply(platform_out(tx, added), f"{AT}/{added.id}")

    made = await creating(request, caller, lambda tx: connecting.require_operator(caller), make)
    await frame_anew(request)
    return made


def add(connection: Connection, caller: Caller, wanted: PlatformIn, now: datetime) -> Platform:
    """Register the platform that was described. Raises `InvalidRequest`, `Conflict`."""
    takes_any = not wanted.deployments if wanted.any_deployment is None else wanted.any_deployment
    new = connecting.completed({**wanted.model_dump(), "any_deployment": takes_any}, wanted.address)
    return connecting.add(connection, caller, new, wanted.deployments, now)


@router.post("/invitations", status_code=201, response_model=InvitationOut, openapi_extra=takes(Nothing, creates=True))
async def invite_platform(request: Request, caller: Person) -> Response:
    """An address at which one platform may register itself (LTI Dynamic Registration), once, within seven days."""
    tool = Tool(site_of(request))

    def make(tx: Connection, _: None, body: Body, received: datetime) -> Reply:
        body.read(Nothing)
        made = connecting.invite(tx, caller, received)
        return reply(InvitationOut(address=tool.invitation(made.secret), expires_at=made.expires_at), AT)

    return await creating(request, caller, lambda tx: connecting.require_operator(caller), make)


@router.get("/{platform}")
async def get_platform(request: Request, caller: Person, platform: str) -> PlatformOut:
    """One platform, with its deployments."""
    return await reading(request, lambda tx: platform_out(tx, connecting.find(tx, caller, platform)))


@router.patch("/{platform}", openapi_extra=takes(PlatformChangeIn))
async def change_platform(request: Request, caller: Person, platform: str) -> PlatformOut:
    """Change fields, confirm, disable or enable a platform, agree to deployments or refuse them."""

    def change(tx: Connection, found: Platform, body: Body, received: datetime) -> PlatformOut:
        wanted = body.read(PlatformChangeIn)
        changed = connecting.change(tx, caller, found, wanted.fields, received)
        for id, state in wanted.deployments.items():
            connecting.decide(tx, caller, changed, id, state, received)
        if "state" in wanted.model_fields_set:
            changed = connecting.put(tx, caller, changed, wanted.state, received)
        return platform_out(tx, changed)

    changed = await changing(request, lambda tx: connecting.find(tx, caller, platform), change)
    await frame_anew(request)
    return changed


@router.delete("/{platform}", status_code=204)
async def remove_platform(request: Request, caller: Person, platform: str) -> Response:
    """Forget a platform: nobody comes from it any more. Courses and what was done in them stay."""

    def remove(tx: Connection, found: Platform, body: Body, received: datetime) -> None:
        body.read(Nothing)
        connecting.remove(tx, caller, found, received)

    await changing(request, lambda tx: connecting.find(tx, caller, platform), remove)
    await frame_anew(request)
    return Response(status_code=204)
