"""The keys that platforms sign with, remembered, and fetched anew for a key that is not known yet."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from app.platforms.outgoing import Outgoing, Reply, Unreachable
from app.platforms.registry import Platform

REMEMBERED: Final = timedelta(hours=1)  # where the platform does not say
LONGEST: Final = timedelta(hours=24)
PAUSE: Final = timedelta(seconds=5)  # after a platform did not answer: those who wait would else ask one by one
FLOOR: Final = timedelta(seconds=60)  # between two fetches from one platform, whatever launches name
MAX_AGE: Final = re.compile(r"max-age=(\d{1,8})\b")
MOST_KEYS: Final = 100


class NoSuchKey(Exception):
    """A platform's key set was read, and does not hold the key."""


@dataclass(frozen=True)
class _Known:
    keys: dict[str, RSAKey]
    read_at: datetime
    asked_at: datetime  # later than that, where the platform did not answer since
    until: datetime


class Keysets:
    """Key sets by their address, so that the same name of a key at two platforms never means the same key."""

    def __init__(self, outgoing: Outgoing, clock: Callable[[], datetime]):
        self._outgoing = outgoing
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._away: dict[str, tuple[datetime, str]] = {}  # until when not to ask, and why
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def key(self, platform: Platform, kid: str) -> RSAKey:
        """A platform's key. Raises `NoSuchKey`, `Unreachable`."""
        url = platform.jwks_url
        known = self._known.get(url)
        if known and kid in known.keys and self._clock() < known.until:
            return known.keys[kid]  # nobody waits for a fetch that another one's launch needs
        async with self._locks[url]:
            known, now = self._known.get(url), self._clock()
            if known is None or now >= known.until or (kid not in known.keys and now >= known.asked_at + FLOOR):
                known = await self._fetched(platform, known, now)
        if kid not in known.keys:
            raise NoSuchKey
        return known.keys[kid]

    async def _fetched(self, platform: Platform, known: _Known | None, now: datetime) -> _Known:
        """The key set as it is now; what is known already where the platform does not answer. Raises `Unreachable`."""
        url = platform.jwks_url
        until, why = self._away.get(url, (now, ""))
        if now < until:
            raise Unreachable(why)
        try:
            reply = await self._outgoing.send("GET", url, trusted=platform.trusted)
            if not reply.is_good:
                raise Unreachable(f"it answered with the status {reply.status}")
            known = _Known(_keys(reply.json()), now, now, now + _lifetime(reply))
        except Unreachable as error:
            if known is None or now >= known.read_at + LONGEST:
                self._away[url] = (self._clock() + PAUSE, str(error))
                raise
            known = replace(known, asked_at=now, until=now + FLOOR)
        self._known[url] = known
        return known


def _keys(keyset: Any) -> dict[str, RSAKey]:
    """The RSA keys for signatures that name themselves. Raises `Unreachable`."""
    listed = keyset.get("keys") if isinstance(keyset, dict) else None
    if not isinstance(listed, list):
        raise Unreachable("its reply is not a set of keys")
    keys = {}
    for one in listed[:MOST_KEYS]:
        kid = one.get("kid") if isinstance(one, dict) else None
        if isinstance(kid, str) and kid and one.get("kty") == "RSA" and one.get("use", "sig") == "sig":
            try:
                keys[kid] = RSAKey.import_key({name: one[name] for name in ("kty", "n", "e")}, {"kid": kid})
            except (JoseError, KeyError, ValueError, TypeError):
                continue
    return keys


def _lifetime(reply: Reply) -> timedelta:
    """How long a key set may be remembered, as the platform says (RFC 9111, section 5.2.2.1), within bounds."""
    found = MAX_AGE.search(reply.headers.get("cache-control", ""))
    return min(max(timedelta(seconds=int(found[1])), FLOOR), LONGEST) if found else REMEMBERED
