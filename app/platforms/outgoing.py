"""Requests to addresses that others chose: bounded in time and size, never redirected, never into a private network.

Whoever may name an address would else have this server fetch what only it can reach. A name is looked up once, judged,
and connected to by the very address that was judged: it cannot mean another machine a moment later.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from app.bodies import parse_json
from app.problems import Problem

LONGEST_WAIT: Final = 10  # seconds for a whole request
LARGEST_REPLY: Final = 1024 * 1024  # bytes
HEADERS: Final = {"Accept": "*/*", "Accept-Encoding": "identity"}  # what is packed may be any size
MOST_HOSTS: Final = 200  # to which connections are kept open
PROTOCOLS: Final = IPv4Network("192.0.0.0/24")  # some clouds tell their machines secrets there
UNICAST: Final = IPv6Network("2000::/3")  # all that is given out; IPv4 addresses hide in others, as in 64:ff9b::/96
TUNNELS: Final = IPv6Network("2002::/16")  # and in these (RFC 3056)

HOST: Final = re.compile(r"[a-z0-9_.-]{1,253}|[0-9a-f:.]{2,45}")  # a name or an address, and no word of a header

Address = IPv4Address | IPv6Address


class Unreachable(Exception):
    """No reply can be had: the message says why, and does not repeat the address."""


@dataclass(frozen=True)
class Reply:
    """What came back, whatever its status."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as strict JSON. Raises `Unreachable`."""
        try:
            return parse_json(self.body)
        except Problem:
            raise Unreachable("its reply is not JSON that can be read") from None


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers write an origin; "" where it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(host):
        return ""
    host = f"[{host}]" if ":" in host else host
    usual = 80 if parts.scheme == "http" else 443
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def is_loopback(url: str) -> bool:
    """Whether an address names the machine itself."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address not in UNICAST or address in TUNNELS:
            return False
    return address.is_global and not address.is_multicast and address not in PROTOCOLS


class Outgoing:
    """Sends requests. `trusted` origins may be private and without TLS, and with `loopback` this machine's own.

    Loopback is for a service that is itself reached from this machine only, with a platform beside it to try it out.
    """

    def __init__(self, trusted: Collection[str] = (), *, loopback: bool = False):
        self._trusted = frozenset(trusted)
        self._loopback = loopback
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def send(
        self,
        method: str,
        url: str,
        *,
        trusted: Collection[str] = (),
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Reply:
        """The reply to one request; `trusted` origins are those that the operator named for this platform.

        Raises `Unreachable`.
        """
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                return await self._send(method, url, {*self._trusted, *trusted}, headers or {}, form, content)
        except TimeoutError:
            raise Unreachable(f"it did not answer within {LONGEST_WAIT} seconds") from None
        except httpx.HTTPError as error:
            raise Unreachable(_words(error)) from None

    async def judge(self, url: str) -> None:
        """Whether an address may be asked at all; it is not asked. Raises `Unreachable`."""
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await self._judged(url, self._trusted)
        except TimeoutError:
            raise Unreachable(f"its name was not found within {LONGEST_WAIT} seconds") from None

    async def _send(
        self,
        method: str,
        url: str,
        trusted: Collection[str],
        headers: Mapping[str, str],
        form: Mapping[str, str] | None,
        content: bytes | None,
    ) -> Reply:
        addresses = await self._judged(url, trusted)
        parsed = httpx.URL(url)
        client = self._client(origin_of(url))
        failure: httpx.HTTPError | None = None
        for address in addresses:
            request = client.build_request(
                method,
                parsed.copy_with(host=str(address)),
                headers={**headers, "Host": parsed.netloc.decode("ascii")},
                data=form,
                content=content,
                extensions={"sni_hostname": parsed.host},
            )
            try:
                return await _received(await client.send(request, stream=True))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or Unreachable("its name is not known")

    async def _judged(self, url: str, trusted: Collection[str]) -> list[Address]:
        """The machines that an address means, each of which may be asked. Raises `Unreachable`."""
        origin = origin_of(url)
        if not origin or not url.isprintable() or "@" in urlsplit(url).netloc:
            raise Unreachable("its address is none that can be asked")
        may_be_private = origin in trusted or (self._loopback and is_loopback(url))
        if not may_be_private and not origin.startswith("https://"):
            raise Unreachable("its address does not begin with https://")
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL:
            raise Unreachable("its address is none that can be asked") from None
        addresses = await _addresses(parsed.host, parsed.port or (443 if parsed.scheme == "https" else 80))
        if not may_be_private and not all(map(is_public, addresses)):
            raise Unreachable("its address is in a private network")
        if not origin.startswith("https://") and any(map(is_public, addresses)):
            raise Unreachable("its address is a public one and does not begin with https://")
        return addresses

    def _client(self, origin: str) -> httpx.AsyncClient:
        """Connections for one origin only: none that was opened for another name is ever used for this one."""
        if origin not in self._clients:
            while len(self._clients) >= MOST_HOSTS:
                del self._clients[next(iter(self._clients))]
            self._clients[origin] = httpx.AsyncClient(
                verify=_authorities(), trust_env=False, timeout=LONGEST_WAIT, headers=HEADERS
            )
        return self._clients[origin]

    async def close(self) -> None:
        while self._clients:
            await self._clients.popitem()[1].aclose()


@cache
def _authorities() -> ssl.SSLContext:
    """Whose certificates are good: for all origins the same, and slow to read."""
    return httpx.create_ssl_context(trust_env=False)


async def _addresses(host: str, port: int) -> list[Address]:
    """What a name means now; IPv4 first. Raises `Unreachable`."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("its name is not known") from None
    addresses = {ip_address(str(of[4][0]).partition("%")[0]) for of in found}
    return sorted(addresses, key=lambda address: (address.version, int(address)))


async def _received(response: httpx.Response) -> Reply:
    """A reply, up to its bound. Raises `Unreachable`."""
    body = bytearray()
    try:
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LARGEST_REPLY:
                raise Unreachable(f"its reply is larger than {LARGEST_REPLY // 1024} KiB")
    finally:
        await response.aclose()
    return Reply(response.status_code, response.headers, bytes(body))


def _words(error: httpx.HTTPError) -> str:
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return "it cannot be connected to, or its certificate is not good"
        case httpx.TimeoutException():
            return f"it did not answer within {LONGEST_WAIT} seconds"
        case _:
            return "it broke off before its reply was complete"
