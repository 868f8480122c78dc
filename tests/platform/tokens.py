"""Access tokens: a tool proves who it is by a signed assertion, which is checked in full, and gets a bearer token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.platform import words
from tests.platform.courses import Tool
from tests.platform.faults import Refusal
from tests.platform.keys import unverified, verified

if TYPE_CHECKING:
    from tests.platform.platform import Platform


@dataclass(frozen=True)
class Token:
    """A bearer token: whose it is, for what, and how long."""

    text: str
    tool: Tool
    scopes: frozenset[str]
    expires_at: datetime


class Tokens:
    """The tokens that a platform gave away, and the assertions that it saw."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform
        self.lifetime = 3600  # seconds, as expires_in says
        self.given: dict[str, Token] = {}
        self.assertions: set[tuple[str, str]] = set()  # client ids and jti

    def routes(self, platform: "Platform") -> list[Route]:
        return [platform.guarded("/token", "token", self.grant, "POST")]

    def revoke(self) -> None:
        """No token that was given away is good any longer."""
        self.given.clear()

    def bearer(self, request: Request, *scopes: str) -> Tool:
        """Whose request it is. A token is needed that is good for one of the scopes."""
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        token = self.given.get(text) if scheme.lower() == "bearer" else None
        if token is None or token.expires_at <= self.platform.now():
            raise Refusal(401, "invalid_token", "the request has no token, or one that is unknown or expired")
        if not token.scopes.intersection(scopes):
            raise Refusal(403, "insufficient_scope", f"the token is for none of {scopes}")
        return token.tool

    async def grant(self, request: Request) -> Response:
        asked = await request.form()
        if asked.get("grant_type") != "client_credentials":
            raise Refusal(400, "unsupported_grant_type", "grant_type is not client_credentials")
        if asked.get("client_assertion_type") != words.ASSERTION_TYPE:
            raise Refusal(400, "invalid_request", f"client_assertion_type is not {words.ASSERTION_TYPE}")
        tool = await self._authenticated(str(asked.get("client_assertion", "")))
        scopes = str(asked.get("scope", "")).split()
        if not scopes or not set(scopes) <= set(tool.scopes):
            raise Refusal(400, "invalid_scope", f"scope is empty or goes beyond {list(tool.scopes)}")
        token = self.give(tool, *scopes)
        answer = {"access_token": token.text, "token_type": "Bearer", "expires_in": self.lifetime}
        return JSONResponse({**answer, "scope": " ".join(scopes)}, headers={"cache-control": "no-store"})

    def give(self, tool: Tool, *scopes: str) -> Token:
        """A new token."""
        expires_at = self.platform.now() + timedelta(seconds=self.lifetime)
        token = Token(token_urlsafe(), tool, frozenset(scopes), expires_at)
        self.given[token.text] = token
        return token

    async def _authenticated(self, assertion: str) -> Tool:
        """The tool that signed an assertion for this end point, which it never sent before."""
        tool = self.platform.tools.get(str(unverified(assertion).get("iss")))
        if tool is None:
            raise Refusal(400, "invalid_client", "the assertion's iss is no client id")
        claims = verified(assertion, await self.key_set(tool), self.platform.now().timestamp(), "assertion")
        self._require(claims, tool)
        return tool

    def _require(self, claims: dict[str, Any], tool: Tool) -> None:
        if claims.get("sub") != tool.client_id:
            raise Refusal(400, "invalid_client", "the assertion's sub is not its iss")
        audience, wanted = claims.get("aud"), tool.token_audience or self.platform.token_url
        if wanted not in (audience if isinstance(audience, list) else [audience]):
            raise Refusal(400, "invalid_client", f"the assertion's aud is not {wanted}")
        jti = claims.get("jti")
        if not isinstance(jti, str) or not jti:
            raise Refusal(400, "invalid_client", "the assertion's jti is no text")
        if (tool.client_id, jti) in self.assertions:
            raise Refusal(400, "invalid_client", "the assertion's jti was used before")
        self.assertions.add((tool.client_id, jti))

    async def key_set(self, tool: Tool) -> dict[str, Any]:
        """The tool's keys, as it publishes them now."""
        try:
            reply = await self.platform.fetch(tool.jwks_url)
            keys: dict[str, Any] = reply.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise Refusal(400, "invalid_client", f"the tool's keys cannot be had: {error!r}") from error
        return keys
