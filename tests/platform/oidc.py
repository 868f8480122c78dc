"""How a launch begins: the login that the platform starts, its authentication end point, and its key set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.platform import words
from tests.platform.courses import Context, Deployment, ResourceLink, Tool, User
from tests.platform.faults import Refusal
from tests.platform.launches import Launch, launch
from tests.platform.pages import form_page

if TYPE_CHECKING:
    from tests.platform.platform import Platform

FIXED: Final = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}


@dataclass(eq=False)
class Visit:
    """Somebody on the way to a tool: through a link, or to choose content where `link` is None."""

    id: str
    platform: "Platform"
    user: User
    context: Context
    link: ResourceLink | None
    tool: Tool
    deployment: Deployment
    change: Callable[[Launch], None] | None = None  # what is done to the launch, right or wrong
    storage_target: str = ""  # the frame in which the platform keeps data for tools
    data: str = "what the platform wants back"  # of deep linking
    accept_multiple: bool = True
    accept_types: tuple[str, ...] = ("ltiResourceLink",)

    @property
    def message_type(self) -> str:
        return words.RESOURCE_LINK if self.link else words.DEEP_LINK

    @property
    def target(self) -> str:
        return self.link.target if self.link else self.tool.deep_link_url

    @property
    def login(self) -> dict[str, str]:
        """The parameters with which the browser comes to the tool's login."""
        storage = {"lti_storage_target": self.storage_target} if self.storage_target else {}
        return {
            "iss": self.platform.issuer,
            "login_hint": self.user.id,
            "target_link_uri": self.target,
            "client_id": self.tool.client_id,
            "lti_deployment_id": self.deployment.id,
            "lti_message_hint": self.id,
            **storage,
        }


def authenticate(platform: "Platform", asked: Mapping[str, str]) -> Launch:
    """The launch that an authentication request of a tool gets."""
    visit = platform.visits.get(asked.get("lti_message_hint", ""))
    if visit is None or visit.user.id != asked.get("login_hint"):
        raise Refusal(400, "invalid_request", "login_hint and lti_message_hint are not those of the login")
    if asked.get("client_id") != visit.tool.client_id:
        raise Refusal(400, "unauthorized_client", "client_id is not that of the login")
    if asked.get("redirect_uri") not in visit.tool.redirect_uris:
        raise Refusal(400, "invalid_request", f"redirect_uri is none of {list(visit.tool.redirect_uris)}")
    for name, value in FIXED.items():
        if asked.get(name) != value:
            raise Refusal(400, "invalid_request", f"{name} is not {value}")
    for name in ("state", "nonce"):
        if not asked.get(name):
            raise Refusal(400, "invalid_request", f"{name} is missing")
    minted = launch(visit, asked["state"], asked["nonce"])
    if visit.change:
        visit.change(minted)
    return minted


def routes(platform: "Platform") -> list[Route]:
    async def authentication(request: Request) -> Response:
        asked = request.query_params if request.method == "GET" else await request.form()
        texts: dict[str, Any] = dict(asked)
        minted = authenticate(platform, texts)
        return HTMLResponse(form_page(texts["redirect_uri"], minted.fields()))

    async def jwks(request: Request) -> Response:
        headers = {"cache-control": platform.cache_control} if platform.cache_control else {}
        return JSONResponse(platform.keys.as_json(), headers=headers)

    return [
        platform.guarded("/auth", "auth", authentication, "GET", "POST"),
        platform.guarded("/jwks", "jwks", jwks, "GET"),
    ]
