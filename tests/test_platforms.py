"""Calls to platforms: never into a private network, bounded; their keys and our tokens, each for one platform only."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from ipaddress import ip_address
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from joserfc.jwk import RSAKey
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from app.platforms import outgoing, registry
from app.platforms.keysets import Keysets, NoSuchKey
from app.platforms.outgoing import LARGEST_REPLY, Outgoing, Reply, Unreachable, is_public, origin_of
from app.platforms.registry import New
from app.platforms.services import LINE_ITEM, MEMBERSHIPS, SCORE, Refused, Services, next_of
from tests.launching import Campus, a_campus
from tests.platform import Platform, Tool
from tests.platform.keys import Keys
from tests.platform.serving import listening
from tests.teaching import Clock, School

Answer = Callable[[Request], Awaitable[Response]]


@contextmanager
def answering(answer: Answer, host: str = "127.0.0.1") -> Iterator[str]:
    """The address of a server that gives this answer."""
    route = Route("/{path:path}", answer, methods=["GET", "POST"])
    with listening(Starlette(routes=[route]), host) as address:
        yield address


async def hello(request: Request) -> Response:
    return PlainTextResponse(request.headers["host"])


async def never(request: Request) -> Response:
    raise AssertionError("nobody may ask this")


@pytest.fixture
def send(portal: BlockingPortal) -> Iterator[Callable[..., Reply]]:
    """Sends a GET with a sender of its own."""
    made: list[Outgoing] = []

    def send(url: str, sender: Outgoing | None = None, **options: Any) -> Reply:
        made.append(sender or Outgoing(loopback=True))
        return portal.call(partial(made[-1].send, "GET", url, **options))

    yield send
    for one in made:
        portal.call(one.close)


@pytest.fixture
def named(portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Says what each name means from now on; gives the names that were looked up."""
    asked: list[str] = []

    def name(**addresses: list[str]) -> list[str]:
        async def lookup(host: str, port: int, **_: Any) -> list[Any]:
            asked.append(host)
            known = {name.replace("_", "."): found for name, found in addresses.items()}
            if host not in known:
                raise socket.gaierror(socket.EAI_NONAME, "unknown")
            return [(0, socket.SOCK_STREAM, 6, "", (address, port)) for address in known[host]]

        monkeypatch.setattr(portal.call(_loop), "getaddrinfo", lookup)
        return asked

    return name


async def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


# Where requests go --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("::ffff:93.184.216.34", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.0.0.192", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("::10.0.0.1", False),
        ("::ffff:0:10.0.0.1", False),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b::93.184.216.34", False),
        ("64:ff9b:1::10.0.0.1", False),
        ("2002:a00:1::1", False),
        ("2001:0:a00:1::1", False),
        ("fc00::1", False),
        ("fd12::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
    ],
)
def test_what_is_a_public_address(address: str, public: bool):
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize(
    "addresses",
    [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:192.168.0.1"], ["64:ff9b::7f00:1"], ["fe80::1%2"]],
)
def test_a_name_that_means_a_private_address_is_not_asked(
    send: Callable[..., Reply], named: Callable[..., Any], addresses: list[str]
):
    named(lms_example=addresses)
    with pytest.raises(Unreachable, match="private network"):
        send("https://lms.example/config")


def test_a_name_is_looked_up_once_and_what_was_judged_is_asked(send: Callable[..., Reply], named: Callable[..., Any]):
    with answering(hello) as address:
        port = address.rpartition(":")[2]
        asked = named(lms_example=["127.0.0.1"])
        origin = f"http://lms.example:{port}"
        reply = send(f"{origin}/x", trusted={origin})
    assert reply.body.decode() == f"lms.example:{port}"
    assert asked == ["lms.example"]


def test_a_machine_that_does_not_answer_stands_for_no_other(send: Callable[..., Reply], named: Callable[..., Any]):
    with answering(hello) as address:
        port = address.rpartition(":")[2]
        named(lms_example=["127.0.0.1", "127.0.0.2"], none_example=["127.0.0.2"])
        origins = {f"http://{name}:{port}" for name in ("lms.example", "none.example")}
        assert send(f"http://lms.example:{port}", trusted=origins).is_good
        with pytest.raises(Unreachable, match="cannot be connected to"):
            send(f"http://none.example:{port}", trusted=origins)


def test_who_is_trusted_is_trusted_at_that_origin_only(send: Callable[..., Reply], named: Callable[..., Any]):
    named(lms_example=["10.0.0.1"])
    trusted = {"https://lms.example"}
    for url in ("https://lms.example:8443/", "http://lms.example/", "https://www.lms.example/"):
        with pytest.raises(Unreachable, match=r"private network|https|not known"):
            send(url, trusted=trusted)


def test_loopback_is_asked_by_a_service_that_is_there_itself(send: Callable[..., Reply]):
    with answering(hello) as address:
        assert send(address).is_good
        with pytest.raises(Unreachable, match="https"):
            send(address, Outgoing())
        with pytest.raises(Unreachable, match="private network"):
            send(address.replace("http:", "https:"), Outgoing())


def test_settings_name_origins_in_a_private_network(send: Callable[..., Reply]):
    with answering(hello) as address:
        assert send(f"{address}/x", Outgoing([address])).is_good


@pytest.mark.parametrize(
    "url",
    [
        "",
        "lms.example",
        "ftp://lms.example/",
        "file:///etc/passwd",
        "http:///x",
        "https://user:word@lms.example/",
        "https://lms.example/\r\nX: y",
        "https://lms.example:port/",
        "https://lms.example:99999/",
        "https://[::1",
        "https://lms.example;x/",
        "https://lms example/",
        "https://" + "a" * 300,
        "https://127.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://localhost/",
        "https://[::]/",
    ],
)
def test_what_is_no_address_to_ask_is_not_asked(send: Callable[..., Reply], url: str):
    with pytest.raises(Unreachable) as refusal:
        send(url, Outgoing())
    assert not url or url not in str(refusal.value)


def test_redirects_are_not_followed(send: Callable[..., Reply]):
    with answering(never) as inside:

        async def lead(request: Request) -> Response:
            return RedirectResponse(inside, 302)

        with answering(lead) as address:
            reply = send(address)
    assert (reply.status, reply.is_good) == (302, False)


def test_a_reply_has_bounds(send: Callable[..., Reply]):
    async def endless(request: Request) -> Response:
        async def chunks() -> AsyncIterator[bytes]:
            while True:
                yield b"x" * 65_536
                await asyncio.sleep(0)

        return StreamingResponse(chunks())

    async def bomb(request: Request) -> Response:
        return Response(gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})

    async def full(request: Request) -> Response:
        return Response(b"x" * LARGEST_REPLY)

    for answer in (endless, bomb):
        with answering(answer) as address, pytest.raises(Unreachable, match="larger than 1024 KiB"):
            send(address)
    with answering(full) as address:
        assert len(send(address).body) == LARGEST_REPLY


def test_a_reply_that_trickles_in_is_given_up(send: Callable[..., Reply], monkeypatch: pytest.MonkeyPatch):
    async def slow(request: Request) -> Response:
        async def drops() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b"x"
                await asyncio.sleep(0.05)

        return StreamingResponse(drops())

    monkeypatch.setattr(outgoing, "LONGEST_WAIT", 0.4)
    with answering(slow) as address, pytest.raises(Unreachable, match="did not answer within"):
        send(address)


def test_proxies_of_the_environment_are_not_asked(send: Callable[..., Reply], monkeypatch: pytest.MonkeyPatch):
    with answering(never) as proxy, answering(hello) as address:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        assert send(address).is_good


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://LMS.example.org/a?b", "https://lms.example.org"),
        ("https://lms.example.org:443", "https://lms.example.org"),
        ("http://lms.example.org:8080/", "http://lms.example.org:8080"),
        ("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443"),
        ("https://müller.example/", "https://xn--mller-kva.example"),
        ("https://a;script-src *", ""),
        ("https://a b/", ""),
        ("https://a'b/", ""),
        ("ws://lms.example.org", ""),
        ("https://", ""),
        ("", ""),
    ],
)
def test_origins_are_as_browsers_write_them(url: str, origin: str):
    assert origin_of(url) == origin


# Their keys ---------------------------------------------------------------------------------------


def registered(school: School, platform: Platform, client_id: str = "42") -> registry.Platform:
    new = New(platform.issuer, client_id, platform.auth_url, platform.token_url, platform.jwks_url)
    return school.write(lambda tx: registry.add(tx, new, school.clock()))


@pytest.fixture
def platform(school: School) -> Iterator[Platform]:
    platform = Platform(clock=school.clock)
    with platform.served():
        yield platform


@pytest.fixture
def clock(school: School) -> Clock:
    return school.clock


@pytest.fixture
def keysets(school: School) -> Iterator[Keysets]:
    sender = Outgoing(loopback=True)
    yield Keysets(sender, school.clock)
    school.portal.call(sender.close)


def test_a_key_set_is_asked_for_once_an_hour(school: School, platform: Platform, keysets: Keysets, clock: Clock):
    known, kid = registered(school, platform), platform.keys.signing.kid
    for _ in range(3):
        found = school.portal.call(keysets.key, known, kid)
    assert found.as_dict(private=False)["n"] == platform.keys.signing.as_dict(private=False)["n"]
    assert platform.count("jwks") == 1
    clock.forward(minutes=59)
    school.portal.call(keysets.key, known, kid)
    assert platform.count("jwks") == 1
    clock.forward(minutes=1)
    school.portal.call(keysets.key, known, kid)
    assert platform.count("jwks") == 2


def test_many_launches_at_once_ask_once(school: School, platform: Platform, keysets: Keysets):
    known, kid = registered(school, platform), platform.keys.signing.kid

    async def all_at_once() -> list[RSAKey]:
        return await asyncio.gather(*(keysets.key(known, kid) for _ in range(20)))

    assert len(school.portal.call(all_at_once)) == 20
    assert platform.count("jwks") == 1


def test_a_new_key_is_found_and_invented_ones_are_not_asked_for_again_and_again(
    school: School, platform: Platform, keysets: Keysets, clock: Clock
):
    known = registered(school, platform)
    school.portal.call(keysets.key, known, platform.keys.signing.kid)
    fresh = platform.keys.rotate()
    clock.forward(seconds=61)
    school.portal.call(keysets.key, known, fresh.kid)
    assert platform.count("jwks") == 2
    for number in range(20):
        with pytest.raises(NoSuchKey):
            school.portal.call(keysets.key, known, f"invented {number}")
    assert platform.count("jwks") == 2
    clock.forward(seconds=60)
    for number in range(20):
        with pytest.raises(NoSuchKey):
            school.portal.call(keysets.key, known, f"invented {number}")
    assert platform.count("jwks") == 3


def test_a_key_that_is_withdrawn_is_soon_no_good(school: School, platform: Platform, keysets: Keysets, clock: Clock):
    known, old = registered(school, platform), platform.keys.signing.kid
    school.portal.call(keysets.key, known, old)
    platform.keys.rotate(withdraw=True)
    clock.forward(hours=1)
    with pytest.raises(NoSuchKey):
        school.portal.call(keysets.key, known, old)


@pytest.mark.parametrize(
    ("said", "lasts"),
    [
        ("max-age=600", timedelta(minutes=10)),
        ("public, max-age=0", timedelta(minutes=1)),
        ("max-age=99999999", timedelta(hours=24)),
        ("no-store", timedelta(hours=1)),
    ],
)
def test_key_sets_are_kept_as_the_platform_says_within_bounds(
    school: School, platform: Platform, keysets: Keysets, clock: Clock, said: str, lasts: timedelta
):
    platform.cache_control = said
    known, kid = registered(school, platform), platform.keys.signing.kid
    for span, count in ((timedelta(), 1), (lasts - timedelta(seconds=1), 1), (timedelta(seconds=1), 2)):
        clock.moment += span
        school.portal.call(keysets.key, known, kid)
        assert platform.count("jwks") == count


def test_known_keys_are_good_while_the_platform_is_away_for_a_day(
    school: School, platform: Platform, keysets: Keysets, clock: Clock
):
    known, kid = registered(school, platform), platform.keys.signing.kid
    school.portal.call(keysets.key, known, kid)
    platform.fails("jwks", times=1_000, status=503)
    for _ in range(23):
        clock.forward(hours=1)
        school.portal.call(keysets.key, known, kid)
    clock.forward(hours=1)
    with pytest.raises(Unreachable, match="status 503"):
        school.portal.call(keysets.key, known, kid)


def test_a_platform_that_is_away_is_not_asked_by_every_launch(
    school: School, platform: Platform, keysets: Keysets, clock: Clock
):
    known, kid = registered(school, platform), platform.keys.signing.kid
    school.portal.call(keysets.key, known, kid)
    platform.fails("jwks", times=1_000, status=503)
    clock.forward(hours=1)
    for _ in range(20):
        school.portal.call(keysets.key, known, kid)
    assert platform.count("jwks") == 2


def test_the_same_name_of_a_key_at_two_platforms_is_two_keys(school: School, platform: Platform, keysets: Keysets):
    other = Platform(name="other", clock=school.clock)
    platform.keys, other.keys = Keys("platform", "1"), Keys("other", "1")
    with other.served():
        first, second = registered(school, platform), registered(school, other)
        kid = platform.keys.signing.kid
        assert kid == other.keys.signing.kid
        found = [school.portal.call(keysets.key, one, kid).as_dict(private=False)["n"] for one in (first, second)]
    wanted = [one.keys.signing.as_dict(private=False)["n"] for one in (platform, other)]
    assert found == wanted
    assert found[0] != found[1]


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b'{"keys": {}}', b'{"keys": 1}', b'{"keys": [], "keys": []}', b'{"key": []}', b""]
)
def test_what_is_no_key_set_is_refused(school: School, platform: Platform, keysets: Keysets, body: bytes):
    platform.fails("jwks", status=200, body=body)
    with pytest.raises(Unreachable):
        school.portal.call(keysets.key, registered(school, platform), platform.keys.signing.kid)


def test_of_a_key_set_only_rsa_keys_for_signatures_are_taken(school: School, platform: Platform, keysets: Keysets):
    good = platform.keys.signing.as_dict(private=False)
    useless = [
        {"kty": "oct", "kid": "symmetric", "k": "c2VjcmV0"},
        {**good, "kid": "to encrypt", "use": "enc"},
        {**good, "kid": ""},
        {name: value for name, value in good.items() if name != "kid"},
        {"kty": "RSA", "kid": "without a modulus", "e": "AQAB"},
        {"kty": "RSA", "kid": "no numbers", "n": 5, "e": []},
        {"kty": "RSA", "kid": ["a list"]},
        "no object",
        None,
    ]

    async def publish(request: Request) -> Response:
        return JSONResponse({"keys": [*useless, good]})

    with answering(publish) as address:
        known = replace(registered(school, platform), jwks_url=f"{address}/jwks")
        assert school.portal.call(keysets.key, known, good["kid"])
        for kid in ("symmetric", "to encrypt", "", "without a modulus", "no numbers"):
            with pytest.raises(NoSuchKey):
                school.portal.call(keysets.key, known, kid)


# Our tokens ---------------------------------------------------------------------------------------


@pytest.fixture
def campus(school: School) -> Iterator[Campus]:
    yield from a_campus(school)


@pytest.fixture
def services(school: School) -> Iterator[Services]:
    """What calls platforms in our name, without tokens of other tests."""
    sender = Outgoing(loopback=True)
    yield Services(sender, school.app.state.services.signing, school.clock)
    school.portal.call(sender.close)


def found(campus: Campus) -> registry.Platform:
    return campus.school.read(lambda tx: registry.find(tx, campus.id))


def items_of(campus: Campus) -> str:
    return campus.platform.base + f"/contexts/{campus.context.id}/line_items"


def call(services: Services, campus: Campus, of: registry.Platform, scopes: Any, url: str) -> Reply:
    return campus.school.portal.call(services.call, of, scopes, "GET", url)


@contextmanager
def bearers(campus: Campus) -> Iterator[tuple[str, list[str]]]:
    """A service's address, and the tokens that came to it."""
    came: list[str] = []

    async def take(request: Request) -> Response:
        came.append(request.headers["authorization"].removeprefix("Bearer "))
        known = came[-1] in campus.platform.tokens.given
        return JSONResponse([], 200 if known else 401)

    with answering(take) as address:
        yield address, came


def test_a_token_is_used_again_until_it_expires(campus: Campus, services: Services):
    with bearers(campus) as (address, came):
        for _ in range(3):
            assert call(services, campus, found(campus), [SCORE], address).is_good
        assert (len(set(came)), campus.platform.count("token")) == (1, 1)
        campus.school.clock.forward(seconds=3_569)
        call(services, campus, found(campus), [SCORE], address)
        assert campus.platform.count("token") == 1
        campus.school.clock.forward(seconds=2)
        call(services, campus, found(campus), [SCORE], address)
        assert campus.platform.count("token") == 2


def test_many_calls_at_once_ask_for_one_token(campus: Campus, services: Services):
    of = found(campus)
    with bearers(campus) as (address, came):

        async def all_at_once() -> None:
            await asyncio.gather(*(services.call(of, [SCORE], "GET", address) for _ in range(10)))

        campus.school.portal.call(all_at_once)
    assert (len(came), len(set(came)), campus.platform.count("token")) == (10, 1, 1)


def test_each_choice_of_scopes_has_a_token_of_its_own(campus: Campus, services: Services):
    with bearers(campus) as (address, came):
        for scopes in ([SCORE], [SCORE, LINE_ITEM], [LINE_ITEM, SCORE], [MEMBERSHIPS]):
            call(services, campus, found(campus), scopes, address)
    given = [campus.platform.tokens.given[token].scopes for token in came]
    assert given == [{SCORE}, {SCORE, LINE_ITEM}, {SCORE, LINE_ITEM}, {MEMBERSHIPS}]


def test_tenants_that_share_issuer_and_addresses_never_share_tokens(campus: Campus, services: Services):
    first = found(campus)
    new = New(first.issuer, "another tenant", first.auth_url, first.token_url, first.jwks_url)
    second = campus.school.write(lambda tx: registry.add(tx, new, campus.school.clock()))
    tool = campus.tool
    campus.platform.add_tool(Tool("another tenant", tool.login_url, tool.redirect_uris, tool.jwks_url, tool.login_url))
    with bearers(campus) as (address, came):
        for of in (first, second, first):
            assert call(services, campus, of, [SCORE], address).is_good
    whose = [campus.platform.tokens.given[token].tool.client_id for token in came]
    assert whose == [first.client_id, "another tenant", first.client_id]


def test_after_a_401_there_is_one_more_try_with_a_new_token(campus: Campus, services: Services):
    with bearers(campus) as (address, came):
        call(services, campus, found(campus), [SCORE], address)
        campus.platform.tokens.revoke()
        assert call(services, campus, found(campus), [SCORE], address).is_good
        assert len(came) == 3

    async def refuse(request: Request) -> Response:
        return Response(status_code=401)

    with answering(refuse) as address:
        before = campus.platform.count("token")
        assert call(services, campus, found(campus), [SCORE], address).status == 401
        assert campus.platform.count("token") == before + 1


def test_the_audience_of_tokens_may_be_another_one_than_their_address(campus: Campus, services: Services):
    campus.tool.token_audience = "https://api.platform.example/token"
    with bearers(campus) as (address, _):
        with pytest.raises(Refused, match="status 400"):
            call(services, campus, found(campus), [SCORE], address)
        of = replace(found(campus), token_audience="https://api.platform.example/token")
        assert call(services, campus, of, [SCORE], address).is_good


def test_after_a_rotation_tokens_are_asked_for_with_the_next_key(campus: Campus, services: Services):
    from tests.test_lti_setup import rotated

    with bearers(campus) as (address, came):
        call(services, campus, found(campus), [SCORE], address)
        rotated(campus.school)
        assert call(services, campus, found(campus), [MEMBERSHIPS], address).is_good
    assert len(set(came)) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 500}, Unreachable),
        ({"status": 429}, Unreachable),
        ({"status": 400, "body": b'{"error": "invalid_client"}'}, Refused),
        ({"status": 302, "headers": {"location": "http://127.0.0.1/"}}, Refused),
        ({"status": 200, "body": b"<html>"}, Unreachable),
        ({"status": 200, "body": b"[]"}, Unreachable),
        ({"status": 200, "body": b"{}"}, Unreachable),
        ({"status": 200, "body": b'{"access_token": ""}'}, Unreachable),
        ({"status": 200, "body": b'{"access_token": "a\\r\\nX: y"}'}, Unreachable),
        ({"status": 200, "body": '{"access_token": "ä"}'.encode()}, Unreachable),
        ({"way": "drop"}, Unreachable),
    ],
)
def test_without_a_token_nothing_is_called(
    campus: Campus, services: Services, answer: dict[str, Any], error: type[Exception]
):
    campus.platform.fails("token", **answer)
    with answering(never) as address, pytest.raises(error):
        call(services, campus, found(campus), [SCORE], address)
    with bearers(campus) as (address, _):
        assert call(services, campus, found(campus), [SCORE], address).is_good


@pytest.mark.parametrize("lifetime", [0, -5, 20])
def test_a_token_that_says_that_it_is_over_is_used_once(campus: Campus, services: Services, lifetime: int):
    campus.platform.tokens.lifetime = lifetime
    with answering(hello) as address:
        for count in (1, 2):
            call(services, campus, found(campus), [SCORE], address)
            assert campus.platform.count("token") == count


# Lists page by page -------------------------------------------------------------------------------


def pages(services: Services, campus: Campus, url: str) -> list[Reply]:
    of = found(campus)

    async def read() -> list[Reply]:
        return [reply async for reply in services.pages(of, [MEMBERSHIPS], url, accept="*/*")]

    return campus.school.portal.call(read)


def paged(links: dict[str, str]) -> Answer:
    async def answer(request: Request) -> Response:
        number = request.query_params.get("page", "1")
        link = links.get(number)
        return JSONResponse([number], headers={"link": link.replace("HERE", str(request.base_url))} if link else {})

    return answer


def test_pages_are_followed_to_the_end(campus: Campus, services: Services):
    links = {"1": '<HERE?page=2>; rel="next", <HERE?page=9>; rel="last"', "2": "<HERE?page=3>;rel=next"}
    with answering(paged(links)) as address:
        assert [reply.json() for reply in pages(services, campus, address)] == [["1"], ["2"], ["3"]]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_next_page_on_another_site_gets_no_token(campus: Campus, services: Services, scheme: str):
    with answering(never) as elsewhere:
        links = {"1": f'<{elsewhere.replace("http", scheme)}/page>; rel="next"'}
        with answering(paged(links)) as address, pytest.raises(Unreachable, match="another site"):
            pages(services, campus, address)


def test_pages_that_go_round_in_circles_end(campus: Campus, services: Services):
    links = {"1": "<HERE?page=2>; rel=next", "2": "<HERE?page=2>; rel=next"}
    with answering(paged(links)) as address, pytest.raises(Unreachable, match="no end"):
        pages(services, campus, address)


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ('<https://a/2>; rel="next"', "https://a/2"),
        ('<https://a/1>; rel="prev", <https://a/2>; rel="next"', "https://a/2"),
        ("<https://a/2>; REL=Next", "https://a/2"),
        ('<https://a/1>; rel="prev"', None),
        ("", None),
        ("https://a/2; rel=next", None),
        ("<" * 10_000, None),
    ],
)
def test_how_a_platform_names_the_next_page(link: str, following: str | None):
    assert next_of(Reply(200, {"link": link})) == following


def test_what_is_signed_names_its_key_and_says_when_it_ends(campus: Campus, services: Services):
    with bearers(campus) as (address, _):
        call(services, campus, found(campus), [SCORE], address)
    assert len(campus.platform.tokens.assertions) == 1  # which the platform checked in full


def test_people_and_courses_of_a_platform_are_counted(campus: Campus):
    def counts(tx: Connection) -> tuple[int, int]:
        of = registry.find(tx, campus.id)
        return registry.people_of(tx, of), registry.courses_of(tx, of)

    assert campus.school.read(counts) == (0, 0)
    campus.open(campus.alice, campus.link())
    campus.open(campus.bob, campus.link())
    assert campus.school.read(counts) == (2, 1)
