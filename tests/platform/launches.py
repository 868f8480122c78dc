"""A mint of launches: from a visit to claims, and from claims, right or wrong, to what the browser sends to a tool."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from joserfc import jws
from joserfc.jwk import OctKey, RSAKey

from tests.platform import ags, deep_linking, nrps, words

if TYPE_CHECKING:
    from tests.platform.oidc import Visit
    from tests.platform.platform import Platform


class Case(NamedTuple):
    """A launch that is not as others: its name, what is changed of it, and why that is right or wrong."""

    name: str
    change: "Callable[[Launch], object]"
    reason: str


@dataclass(eq=False)
class Launch:
    """A launch before it is signed. Change its parts, then let `fields()` sign it.

    `claims` and `header` become the token, signed by `key` (None: no signature); `encoded`, if set, are the claims as
    the bytes that are signed; `finish` changes the token after that. `form` goes beside the token. `sent_by` and
    `times` say which browser brings it to the tool, and how often: only the last time matters.
    """

    platform: "Platform"
    visit: "Visit"
    claims: dict[str, Any]
    header: dict[str, Any]
    key: RSAKey | OctKey | None
    form: dict[str, str]
    encoded: bytes | None = None
    finish: Callable[[str], str] = field(default=lambda token: token)
    with_token: bool = True
    sent_by: Literal["same browser", "other browser"] = "same browser"
    times: int = 1

    def token(self) -> str:
        """The id_token."""
        return self.finish(self._signed(self.payload() if self.encoded is None else self.encoded))

    def payload(self) -> bytes:
        """The claims as JSON."""
        return json.dumps(self.claims).encode()

    def fields(self) -> dict[str, str]:
        """What the form has that the browser sends to the tool."""
        return {**self.form, "id_token": self.token()} if self.with_token else self.form

    def _signed(self, payload: bytes) -> str:
        """A compact token; headers that no library would sign are taken as they are."""
        if self.key is None:
            return f"{encode(json.dumps(self.header).encode())}.{encode(payload)}."
        signed_part = f"{encode(json.dumps(self.header).encode())}.{encode(payload)}"
        algorithm = jws.JWSRegistry.algorithms[self.header["alg"]]
        return f"{signed_part}.{encode(algorithm.sign(signed_part.encode(), self.key))}"


def encode(raw: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def launch(visit: "Visit", state: str, nonce: str) -> Launch:
    """The right launch of a visit, in answer to a tool's state and nonce."""
    platform = visit.platform
    header = {"alg": "RS256", "typ": "JWT", "kid": platform.keys.signing.kid}
    claims = {**_standard_claims(visit, nonce), **_lti_claims(visit), **_services(visit)}
    return Launch(platform, visit, claims, header, platform.keys.signing, {"state": state})


def _standard_claims(visit: "Visit", nonce: str) -> dict[str, Any]:
    platform = visit.platform
    now = int(platform.now().timestamp())
    return {
        "iss": platform.issuer,
        "aud": visit.tool.client_id,
        "sub": visit.user.id,
        "iat": now,
        "exp": now + platform.personality.token_lifetime,
        "nonce": nonce,
        **visit.user.names(),
    }


def _lti_claims(visit: "Visit") -> dict[str, Any]:
    platform, context = visit.platform, visit.context
    member = context.members.get(visit.user.id)
    kinds = ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"]
    claims = {
        "version": words.VERSION,
        "message_type": visit.message_type,
        "deployment_id": visit.deployment.id,
        "target_link_uri": visit.target,
        "roles": [*(member.roles if member else []), *platform.personality.further_roles],
        "context": {"id": context.id, "label": context.label, "title": context.title, "type": kinds},
        "tool_platform": {"guid": platform.name, "product_family_code": platform.personality.product},
        "launch_presentation": {
            "document_target": "iframe",
            "return_url": f"{platform.base}/courses/{context.id}",
            "locale": "en",
        },
    }
    if visit.link:
        claims["resource_link"] = {"id": visit.link.id, "title": visit.link.title}
        claims["custom"] = dict(visit.link.custom)
    return {words.LTI + name: value for name, value in claims.items()}


def _services(visit: "Visit") -> dict[str, Any]:
    """Where the tool finds the course's gradebook and members, as far as its scopes go; or where to send choices."""
    platform, context, claims = visit.platform, visit.context, {}
    if scopes := [scope for scope in visit.tool.scopes if scope in words.AGS_SCOPES]:
        urls = {"lineitems": ags.items_url(platform, context), **_line_item(visit)}
        claims[words.AGS_ENDPOINT] = {"scope": scopes, **urls}
    if words.MEMBERS_SCOPE in visit.tool.scopes:
        url = nrps.members_url(platform, context)
        claims[words.NRPS_SERVICE] = {"context_memberships_url": url, "service_versions": ["2.0"]}
    if not visit.link:
        claims[words.DEEP_LINKING + "deep_linking_settings"] = deep_linking.settings(visit)
    return claims


def _line_item(visit: "Visit") -> dict[str, str]:
    """The address of the link's line item where there is exactly one."""
    if visit.link is None:
        return {}
    gradebook = visit.platform.gradebook
    found = gradebook.find(visit.context, visit.tool.client_id, resourceLinkId=visit.link.id)
    return {"lineitem": ags.item_url(visit.platform, found[0])} if len(found) == 1 else {}
