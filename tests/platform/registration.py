"""Dynamic Registration 1.0: what the platform says of itself, and tools that register themselves."""

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.platform import words
from tests.platform.ags import read_object, require_type
from tests.platform.courses import Tool
from tests.platform.faults import Refusal

if TYPE_CHECKING:
    from tests.platform.platform import Platform

REQUIRED: Final = {
    "application_type": "web",
    "token_endpoint_auth_method": "private_key_jwt",
}
REQUIRED_LISTS: Final = {"response_types": {"id_token"}, "grant_types": {"implicit", "client_credentials"}}
CLAIMS: Final = ("sub", "iss", "name", "given_name", "family_name", "email")


def configuration(platform: "Platform") -> dict[str, Any]:
    """The document that describes the platform to tools; a test may change parts by `platform.configuration`."""
    kinds = [{"type": words.RESOURCE_LINK}, {"type": words.DEEP_LINK, "placements": ["ContentArea"]}]
    return {
        "issuer": platform.issuer,
        "authorization_endpoint": platform.auth_url,
        "token_endpoint": platform.token_url,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": platform.jwks_url,
        "registration_endpoint": f"{platform.base}/register",
        "scopes_supported": ["openid", *words.SCOPES],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": list(CLAIMS),
        words.PLATFORM_CONFIGURATION: {
            "product_family_code": platform.personality.product,
            "version": "1",
            "messages_supported": kinds,
            "variables": ["ResourceLink.title"],
        },
        **platform.configuration,
    }


def registration_address(platform: "Platform", tool_url: str, token: str | None = None) -> str:
    """Where the administrator's browser goes to let a tool register itself."""
    asked = {"openid_configuration": f"{platform.base}/.well-known/openid-configuration"}
    asked |= {"registration_token": token} if token else {}
    return f"{tool_url}{'&' if '?' in tool_url else '?'}{urlencode(asked)}"


def require_registration(asked: dict[str, Any]) -> None:
    """What a tool must say of itself."""
    refused = lambda why: Refusal(400, "invalid_client_metadata", why)  # noqa: E731
    for name, value in REQUIRED.items():
        if asked.get(name) != value:
            raise refused(f"{name} is not {value}")
    for name, values in REQUIRED_LISTS.items():
        if not values <= set(asked.get(name) or []):
            raise refused(f"{name} lacks one of {sorted(values)}")
    uris = asked.get("redirect_uris")
    if not isinstance(uris, list) or not uris:
        raise refused("redirect_uris is no list of addresses")
    for url in (asked.get("initiate_login_uri"), asked.get("jwks_uri"), *uris):
        if not isinstance(url, str) or not urlsplit(url).hostname:
            raise refused("initiate_login_uri, jwks_uri and redirect_uris are not all addresses")
    if not asked.get("client_name"):
        raise refused("client_name is missing")
    if not set(str(asked.get("scope", "")).split()) <= set(words.SCOPES):
        raise refused("scope names a scope that is not supported")
    require_tool_configuration(asked.get(words.TOOL_CONFIGURATION) or {})


def require_tool_configuration(tool: dict[str, Any]) -> None:
    refused = lambda why: Refusal(400, "invalid_client_metadata", f"tool configuration: {why}")  # noqa: E731
    target, domain = urlsplit(str(tool.get("target_link_uri"))), tool.get("domain")
    if domain not in (target.netloc, target.hostname) or not domain:
        raise refused("domain is not that of target_link_uri")
    if not isinstance(tool.get("claims"), list) or not isinstance(tool.get("messages"), list):
        raise refused("claims and messages are not both lists")
    for message in tool["messages"]:
        if message.get("type") not in (words.RESOURCE_LINK, words.DEEP_LINK):
            raise refused("messages has a type that is not supported")


def register(platform: "Platform", asked: dict[str, Any]) -> dict[str, Any]:
    """A new tool, deployed once; the answer is what it said with its client id."""
    about = asked[words.TOOL_CONFIGURATION]
    deep = [message for message in about["messages"] if message["type"] == words.DEEP_LINK]
    tool = Tool(
        client_id=f"client-{len(platform.tools) + 1}-of-{platform.name}",
        login_url=asked["initiate_login_uri"],
        redirect_uris=asked["redirect_uris"],
        jwks_url=asked["jwks_uri"],
        deep_link_url=deep[0].get("target_link_uri", about["target_link_uri"]) if deep else "",
        scopes=str(asked.get("scope", "")).split(),
    )
    deployment_id = next(iter(platform.add_tool(tool).deployments))
    answer = {**asked, "client_id": tool.client_id}
    return {**answer, words.TOOL_CONFIGURATION: {**about, "deployment_id": deployment_id}}


def routes(platform: "Platform") -> list[Route]:
    async def describe(request: Request) -> Response:
        return JSONResponse(configuration(platform))

    async def take(request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token not in platform.invitations:
            raise Refusal(401, "invalid_token", "the registration token is missing, unknown or used")
        require_type(request, "application/json")
        asked = await read_object(request)
        require_registration(asked)
        platform.invitations.remove(token)
        return JSONResponse(register(platform, asked))

    return [
        platform.guarded("/.well-known/openid-configuration", "configuration", describe, "GET"),
        platform.guarded("/register", "registration", take, "POST"),
    ]
