"""What a platform's signed message says, and whether it may be believed.

After LTI Core 1.3, sections 5.3 and 5.4, and the 1EdTech Security Framework 1.0, section 5.1.3. The header is judged
here before any library sees the token: one without a key's name would else be tried with whatever key there is.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from app.auth import hashed
from app.bodies import parse_json
from app.courses import contexts
from app.lti.refusals import LaunchRefused, untrusted
from app.models.lms import CLAIM_LENGTH
from app.platforms.keys import ALGORITHM
from app.platforms.keysets import Keysets, NoSuchKey
from app.platforms.outgoing import Unreachable
from app.platforms.registry import Platform
from app.problems import Problem

CLAIM: Final = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKS: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/"
GRADES: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
ROSTER: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"

VERSION: Final = "1.3.0"
RESOURCE_LINK: Final = "LtiResourceLinkRequest"
DEEP_LINKING: Final = "LtiDeepLinkingRequest"
LEEWAY: Final = timedelta(seconds=60)  # between the platform's clock and ours
LARGEST_TOKEN: Final = 48 * 1024  # characters
SEGMENT: Final = re.compile(r"[A-Za-z0-9_-]+")
SEGMENTS: Final = 3
CLOCKS: Final = "Set the clocks of both servers by the network (NTP)."
OF_REGISTRATION: Final = "Compare the registration on both sides: issuer, client id and the address of the key set."


def _text(value: Any) -> Any:
    return value.strip() if isinstance(value, str) and value.strip() else None


def _mapping(value: Any) -> Any:
    return value if isinstance(value, dict) else None


def _texts(value: Any) -> Any:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _parameters(value: Any) -> Any:
    return {k: v for k, v in value.items() if isinstance(v, str)} if isinstance(value, dict) else {}


def _plain_id(value: str) -> str:
    if not 0 < len(value) <= CLAIM_LENGTH or not value.isascii() or not value.isprintable():
        raise ValueError(f"must have 1 to {CLAIM_LENGTH} ASCII characters")
    return value


def _bounded(value: str) -> str:
    if not 0 < len(value) <= CLAIM_LENGTH:
        raise ValueError(f"must have 1 to {CLAIM_LENGTH} characters")
    return value


Said = Annotated[str | None, BeforeValidator(_text)]
"""What a platform may leave out, or write as it likes."""
Texts = Annotated[list[str], BeforeValidator(_texts)]
PlainId = Annotated[str, AfterValidator(_plain_id)]
Id = Annotated[str, AfterValidator(_bounded)]
Moment = Annotated[float, Field(strict=True, ge=0, le=1e11)]


class Claims(BaseModel):
    """Part of a message; claims that are not known are ignored (LTI Core, 5.4.7)."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ContextClaim(Claims):
    id: Id
    label: Said = None
    title: Said = None


class LinkClaim(Claims):
    id: Id
    title: Said = None


class GradesClaim(Claims):
    """Assignment and Grade Services 2.0, section 3.1."""

    scope: Texts = []
    lineitems: Said = None
    lineitem: Said = None


class RosterClaim(Claims):
    """Names and Role Provisioning Services 2.0, section 3.6.1."""

    context_memberships_url: Said = None


class DeepLinkingClaim(Claims):
    """Deep Linking 2.0, section 4.4.1."""

    deep_link_return_url: Said = None
    accept_types: Texts = []
    accept_multiple: bool | None = None
    accept_lineitem: bool | None = None
    data: Annotated[str | None, BeforeValidator(lambda value: value if isinstance(value, str) else None)] = None


NAMES: Final = {
    "grades": GRADES,
    "roster": ROSTER,
    "deep_linking": f"{DEEP_LINKS}deep_linking_settings",
    "presentation": f"{CLAIM}launch_presentation",
    **{
        name: f"{CLAIM}{name}"
        for name in (
            "message_type",
            "version",
            "deployment_id",
            "target_link_uri",
            "roles",
            "context",
            "resource_link",
            "custom",
        )
    },
}
"""The claims that have long names; the others are OpenID Connect's."""


class Message(Claims):
    """A launch or a deep linking request, as its claims have it."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=lambda name: NAMES.get(name, name))

    iss: str
    aud: str | list[str]
    azp: str | None = None
    sub: str | None = None
    exp: Moment
    iat: Moment
    nbf: Moment | None = None
    nonce: str
    message_type: str
    version: str
    deployment_id: PlainId
    target_link_uri: str | None = None
    roles: list[str]
    context: ContextClaim | None = None
    resource_link: LinkClaim | None = None
    custom: Annotated[dict[str, str], BeforeValidator(_parameters)] = {}
    presentation: Annotated[dict[str, Any] | None, BeforeValidator(_mapping)] = None
    grades: Annotated[GradesClaim | None, BeforeValidator(_mapping)] = None
    roster: Annotated[RosterClaim | None, BeforeValidator(_mapping)] = None
    deep_linking: DeepLinkingClaim | None = None
    name: Said = None
    given_name: Said = None
    family_name: Said = None
    email: Said = None

    @property
    def audience(self) -> list[str]:
        return [self.aud] if isinstance(self.aud, str) else self.aud

    @property
    def full_name(self) -> str | None:
        """What somebody is called; None where the platform keeps it to itself."""
        return contexts.presentable(self.name or " ".join(filter(None, (self.given_name, self.family_name))))


@dataclass(frozen=True)
class Expected:
    """What a message must say to be the answer to a login of ours."""

    nonce_hash: str
    target: str


async def read(token: str, platform: Platform, keysets: Keysets) -> Mapping[str, Any]:
    """The claims of a token that the platform signed. Raises `LaunchRefused`."""
    kid = _key_of(token)
    try:
        key = await keysets.key(platform, kid)
    except NoSuchKey:
        remedy = "The platform may have changed its keys: try again in a minute. " + OF_REGISTRATION
        raise untrusted(
            "unknown-key", "The message is signed with a key that is not in the platform's set.", remedy
        ) from None
    except Unreachable as error:
        remedy = "Check the address of the key set in the registration, and whether this server may reach it."
        raise LaunchRefused("no-keys", f"The platform's keys cannot be fetched: {error}.", remedy, 502) from None
    return _claims(token, key)


def _key_of(token: str) -> str:
    """The name of the key in a token's header. Raises `LaunchRefused`."""
    unreadable = untrusted("unreadable-token", "What the platform sent is not a signed message that can be read.")
    segments = token.split(".")
    if len(token) > LARGEST_TOKEN or len(segments) != SEGMENTS or not all(map(SEGMENT.fullmatch, segments)):
        raise unreadable
    try:
        header = parse_json(base64.urlsafe_b64decode(segments[0] + "=" * (-len(segments[0]) % 4)))
    except (Problem, binascii.Error, ValueError):
        raise unreadable from None
    if not isinstance(header, dict) or header.get("alg") != ALGORITHM or "crit" in header:
        raise untrusted("unsigned", f"The message is not signed with {ALGORITHM}.", OF_REGISTRATION)
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise untrusted("unknown-key", "The message does not name the key that it is signed with.", OF_REGISTRATION)
    return kid


def _claims(token: str, key: RSAKey) -> Mapping[str, Any]:
    try:
        payload = jws.deserialize_compact(token, key, algorithms=[ALGORITHM]).payload
    except (JoseError, ValueError):
        raise untrusted(
            "bad-signature", "The signature of the message is not the platform's.", OF_REGISTRATION
        ) from None
    try:
        claims = parse_json(payload)
    except Problem:
        claims = None
    if not isinstance(claims, dict):
        raise untrusted("unreadable-token", "What the platform sent is not a message that can be read.")
    return claims


def check(claims: Mapping[str, Any], platform: Platform, expected: Expected, now: datetime) -> Message:
    """The message that these claims make, where all of them are as they must be. Raises `LaunchRefused`."""
    _require_version(claims)
    try:
        message = Message.model_validate(claims)
    except ValidationError as error:
        raise LaunchRefused("missing-claims", _named(error), "The platform must send it as LTI 1.3 says.") from None
    _require_parties(message, platform)
    _require_times(message, now)
    if hashed(message.nonce) != expected.nonce_hash:
        raise untrusted("wrong-nonce", "The message answers another request than the one that was sent.")
    _require_target(message, expected.target)
    _require_person(message, platform)
    return message


def _require_version(claims: Mapping[str, Any]) -> None:
    if claims.get(f"{CLAIM}version") != VERSION:
        remedy = "Set the tool up as an LTI 1.3 tool in the platform, not as LTI 1.1."
        raise LaunchRefused("wrong-version", f"The message is not of LTI version {VERSION}.", remedy)
    if claims.get(f"{CLAIM}message_type") not in (RESOURCE_LINK, DEEP_LINKING):
        remedy = f"This tool opens resource links ({RESOURCE_LINK}) and answers {DEEP_LINKING}."
        raise LaunchRefused("unknown-message", "The message is of a type that this tool does not take.", remedy)


def _named(error: ValidationError) -> str:
    """Which claims are missing or not as they must be: their names, never their values."""
    names = sorted({".".join(str(part) for part in fault["loc"]).removeprefix(CLAIM) for fault in error.errors()})
    return f"Claims of the message are missing, or are not what they must be: {', '.join(names)[:300]}."


def _require_parties(message: Message, platform: Platform) -> None:
    if message.iss != platform.issuer:
        raise untrusted(
            "wrong-issuer", "The message comes from another issuer than the one registered.", OF_REGISTRATION
        )
    tool = platform.client_id
    if set(message.audience) != {tool} or (message.azp or tool) != tool:
        raise untrusted("wrong-audience", "The message is for another tool: its client id differs.", OF_REGISTRATION)


def _require_times(message: Message, now: datetime) -> None:
    moment, leeway = now.timestamp(), LEEWAY.total_seconds()
    if message.exp <= moment - leeway:
        raise untrusted(
            "expired", f"The message expired at {_clock(message.exp)}, and it is {_clock(moment)} here.", CLOCKS
        )
    begins = max(message.iat, message.nbf or 0)
    if begins > moment + leeway:
        said = f"The message is good from {_clock(begins)} on, and it is only {_clock(moment)} here."
        raise untrusted("from-the-future", said, CLOCKS)
    if message.exp <= message.iat:
        raise untrusted("expired", "The message expires before it was made.", CLOCKS)


def _clock(seconds: float) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return "no time of a calendar"


def _require_target(message: Message, target: str) -> None:
    is_link = message.message_type == RESOURCE_LINK
    if message.target_link_uri != target and (is_link or message.target_link_uri is not None):
        detail = "The message is for another address than the login before it."
        raise untrusted("foreign-target", detail, "Set the same tool address (target link URI) everywhere.")
    if is_link and message.resource_link is None:
        detail = "Claims of the message are missing: resource_link."
        raise LaunchRefused("missing-claims", detail, "The platform must send it as LTI 1.3 says.")
    if not is_link and (message.deep_linking is None or not message.deep_linking.deep_link_return_url):
        detail = "The platform does not say where to send what is chosen (deep_link_return_url)."
        raise LaunchRefused("no-return-address", detail)


def _require_person(message: Message, platform: Platform) -> None:
    if message.sub is None and platform.anonymous:
        return
    if message.sub is None or not 0 < len(message.sub) <= CLAIM_LENGTH:
        remedy = "Have the platform share who somebody is: an id is enough, names and addresses are not needed."
        raise LaunchRefused("no-person", "The message does not say who opens the link (sub).", remedy)
