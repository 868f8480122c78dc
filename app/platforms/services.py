"""Calls to a platform's services, with access tokens that are asked for seldom, and lists page by page.

Tokens come by the client credentials grant with a signed assertion (1EdTech Security Framework 1.0, section 4.1).
"""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, Protocol
from urllib.parse import urljoin

from joserfc.jwk import RSAKey

from app.auth import new_id
from app.platforms import keys
from app.platforms.outgoing import Outgoing, Reply, Unreachable, origin_of
from app.platforms.registry import Platform

SCORE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
LINE_ITEM: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
LINE_ITEM_READ: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
MEMBERSHIPS: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCOPES: Final = (LINE_ITEM, SCORE, MEMBERSHIPS)
"""All that we ask for."""

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LASTS: Final = timedelta(minutes=5)
SHORTEST_LIFE: Final = timedelta(seconds=30)  # of a token that is still used
LONGEST_LIFE: Final = timedelta(hours=24)
MOST_PAGES: Final = 1_000
NEXT: Final = re.compile(r"""<([^<>]{1,2000})>\s*;[^,]*?\brel\s*=\s*"?next"?""", re.IGNORECASE)


class Refused(Exception):
    """The platform gives no access token: the message says why, for people."""


class Unavailable(Unreachable):
    """The platform takes no calls now; `asked`: for how long it wants to be left alone, where it says so."""

    def __init__(self, why: str, asked: timedelta | None = None):
        super().__init__(why)
        self.asked = asked


class Signing(Protocol):
    """Where the key that signs comes from."""

    async def __call__(self) -> RSAKey: ...


@dataclass(frozen=True)
class _Token:
    text: str
    until: datetime


class Services:
    """Calls in the name of this tool. Tokens are kept by platform and scopes: tenants share issuers, never tokens."""

    def __init__(self, outgoing: Outgoing, signing: Signing, clock: Callable[[], datetime]):
        self._outgoing = outgoing
        self.signing = signing
        self.clock = clock
        self._tokens: dict[tuple[str, str, str], _Token] = {}
        self._locks: defaultdict[tuple[str, str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def call(
        self,
        platform: Platform,
        scopes: Collection[str],
        method: str,
        url: str,
        *,
        accept: str = "*/*",
        media_type: str = "",
        value: Any = None,
    ) -> Reply:
        """The reply to a call, whatever its status; after a 401 it is made once more with a new token.

        Raises `Unreachable`, `Refused`.
        """
        headers = {"Accept": accept}
        content = None
        if value is not None:
            headers["Content-Type"] = media_type
            content = json.dumps(value).encode()
        for is_last in (False, True):
            token = await self._token(platform, scopes)
            sent = {**headers, "Authorization": f"Bearer {token}"}
            reply = await self._outgoing.send(method, url, trusted=platform.trusted, headers=sent, content=content)
            if reply.status != 401 or is_last:
                break
            self._tokens.pop(_key(platform, scopes), None)
        return reply

    async def pages(
        self, platform: Platform, scopes: Collection[str], url: str, *, accept: str
    ) -> AsyncIterator[Reply]:
        """The pages of a list, each with a good status; the links between them stay with the origin of the first.

        Raises `Unreachable`, `Refused`.
        """
        origin, seen = origin_of(url), {url}
        for _ in range(MOST_PAGES):
            reply = await self.call(platform, scopes, "GET", url, accept=accept)
            yield reply
            following = next_of(reply, url)
            if not reply.is_good or following is None:
                return
            if origin_of(following) != origin:
                raise Unreachable("the next page of its list is on another site, which gets no token of ours")
            if following in seen:
                raise Unreachable("the pages of its list have no end")
            seen.add(following)
            url = following
        raise Unreachable(f"its list has more than {MOST_PAGES} pages")

    async def _token(self, platform: Platform, scopes: Collection[str]) -> str:
        key = _key(platform, scopes)
        async with self._locks[key]:
            kept = self._tokens.get(key)
            if kept is None or kept.until <= self.clock():
                kept = self._tokens[key] = await self._asked(platform, scopes)
        return kept.text

    async def _asked(self, platform: Platform, scopes: Collection[str]) -> _Token:
        now = self.clock()
        reply = await self._outgoing.send(
            "POST", platform.token_url, trusted=platform.trusted, form=await self._request(platform, scopes, now)
        )
        if is_at_limit(reply) or reply.status == 408 or reply.status >= 500:
            why = f"its tokens cannot be had: it answered with the status {reply.status}"
            raise Unavailable(why, pause_asked(reply.headers, now))
        if not reply.is_good:
            raise Refused(f"it gives no access token (status {reply.status}): is our key set known to it?")
        granted = reply.json()
        text = granted.get("access_token") if isinstance(granted, dict) else None
        if not isinstance(text, str) or not text.isascii() or not text.isprintable() or not text:
            raise Unreachable("its reply holds no access token")
        return _Token(text, now + max(_lifetime(granted) - SHORTEST_LIFE, timedelta(0)))

    async def _request(self, platform: Platform, scopes: Collection[str], now: datetime) -> Mapping[str, str]:
        claims = {
            "iss": platform.client_id,
            "sub": platform.client_id,
            "aud": platform.audience,
            "iat": int(now.timestamp()),
            "exp": int((now + ASSERTION_LASTS).timestamp()),
            "jti": new_id(),
        }
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": keys.signed(await self.signing(), claims),
            "scope": " ".join(sorted(scopes)),
        }


def next_of(reply: Reply, page: str = "") -> str | None:
    """The address of the next page, where the reply names one, be it as seen from its own page (RFC 8288)."""
    found = NEXT.search(reply.headers.get("link", ""))
    try:
        return urljoin(page, found[1]) if found else None
    except ValueError:
        raise Unreachable("the address of the next page of its list cannot be read") from None


def is_at_limit(reply: Reply) -> bool:
    """Whether a platform has had too many calls: Canvas says so with a status of its own."""
    try:
        return reply.status == 429 or (
            reply.status == 403 and float(reply.headers.get("x-rate-limit-remaining", "")) <= 0
        )
    except ValueError:
        return False


def pause_asked(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """For how long a platform wants to be left alone (Retry-After, RFC 9110): in seconds, or until a moment."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 86_400))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((until if until.tzinfo else until.replace(tzinfo=UTC)) - now, timedelta(0))


def _key(platform: Platform, scopes: Collection[str]) -> tuple[str, str, str]:
    return platform.id, platform.token_url, " ".join(sorted(scopes))


def _lifetime(granted: Mapping[str, Any]) -> timedelta:
    """How long a token lives; some platforms say it as text."""
    try:
        seconds = float(granted.get("expires_in", 3600))
    except (TypeError, ValueError, OverflowError):
        return SHORTEST_LIFE
    return timedelta(seconds=min(max(0.0, seconds), LONGEST_LIFE.total_seconds()))
