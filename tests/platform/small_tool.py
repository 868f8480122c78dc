"""The smallest tool there is: it signs what a platform wants signed and asks for what the services give."""

import asyncio
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.platform import Platform, Tool, words
from tests.platform.keys import rsa_key
from tests.platform.oidc import FIXED

HOME = "https://tool.test"


async def publish_keys(request: Request) -> Response:
    return JSONResponse({"keys": [rsa_key("tool").as_dict(private=False)]})


async def log_in(request: Request) -> Response:
    """Ask the platform who it is, as it was asked, with a state that only this browser knows."""
    came = request.query_params if request.method == "GET" else await request.form()
    asked = {name: came[name] for name in ("login_hint", "lti_message_hint", "client_id")}
    fresh = {"redirect_uri": f"{HOME}/launch", "state": "a state", "nonce": "a nonce"}
    reply = RedirectResponse(f"{came['iss']}/auth?{urlencode({**FIXED, **asked, **fresh})}", 302)
    reply.set_cookie("state", "a state")
    return reply


async def take_launch(request: Request) -> Response:
    """What came, unread."""
    form = await request.form()
    return JSONResponse({**form, "knows": request.cookies.get("state") == form.get("state")})


tool_app = Starlette(
    routes=[
        Route("/jwks.json", publish_keys),
        Route("/login", log_in, methods=["GET", "POST"]),
        Route("/launch", take_launch, methods=["POST"]),
    ]
)


@dataclass
class SmallTool:
    """A tool that is registered on a platform; each request it makes runs to its end."""

    platform: Platform
    tool: Tool
    key: RSAKey = field(default_factory=lambda: rsa_key("tool"))
    transport: httpx.AsyncBaseTransport | None = None
    numbers: Any = field(default_factory=count)

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """A request to the platform, in process unless there is a transport."""

        async def go() -> httpx.Response:
            transport = self.transport or httpx.ASGITransport(self.platform.app)
            async with httpx.AsyncClient(transport=transport, timeout=5) as client:
                return await client.request(method, url, **options)

        return asyncio.run(go())

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, **header}, claims, self.key)

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Those of a right assertion, but for what is changed; None takes one away."""
        now = int(self.platform.now().timestamp())
        client_id = self.tool.client_id
        right = {"iss": client_id, "sub": client_id, "aud": self.platform.token_url, "iat": now, "exp": now + 60}
        claims = {**right, "jti": f"assertion {next(self.numbers)}", **changed}
        return {name: value for name, value in claims.items() if value is not None}

    def ask_token(self, assertion: str, *scopes: str) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": words.ASSERTION_TYPE,
            "client_assertion": assertion,
            "scope": " ".join(scopes),
        }
        return self.request("POST", self.platform.token_url, data=form)

    def bearer(self, *scopes: str) -> dict[str, str]:
        """The header of a fresh token for these scopes, or for all."""
        reply = self.ask_token(self.sign(self.claims()), *(scopes or words.SCOPES))
        assert reply.status_code == 200, reply.text
        return {"authorization": f"Bearer {reply.json()['access_token']}"}
