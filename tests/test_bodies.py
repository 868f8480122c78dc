"""Hostile requests: every one is refused with a 4xx problem, none is a fault of the server, nothing is stored."""

import gzip
import json
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bodies import MAX_BYTES, MAX_DEPTH, MAX_DIGITS, parse_json
from app.problems import InvalidRequest
from tests.conftest import Server

MARKER = "s3cret-m4rker"  # sent in many places, to be found in no error
JSON = {"Content-Type": "application/json"}

# Values that no JSON reader should take, as bytes in the place of a value ---------------------------

VALUES: list[tuple[str, bytes]] = [
    ("NaN", b"NaN"),
    ("Infinity", b"Infinity"),
    ("minus Infinity", b"-Infinity"),
    ("a float beyond all floats", b"1e400"),
    ("a float below all floats", b"-1e400"),
    ("a float of 500 digits", b"9" * 500 + b".0"),
    ("an int of 500 digits", b"9" * 500),
    ("an int of 500 digits in a list", b"[" + b"9" * 500 + b"]"),
    ("an int of 5000 digits", b"-" + b"1" * 5000),
    ("NaN in a list", b"[1, NaN]"),
    ("a leading zero", b"01"),
    ("a leading plus", b"+1"),
    ("a leading point", b".5"),
    ("a trailing point", b"5."),
    ("an exponent without digits", b"1e"),
    ("an underscore", b"1_000"),
    ("hexadecimal", b"0x10"),
    ("digits of another script", "١٢".encode()),
    ("a bare word", b"undefined"),
    ("single quotes", b"'1'"),
    ("a comment", b"/* one */ 1"),
    ("a trailing comma", b"[1,]"),
    ("a missing entry", b"[1,,2]"),
    ("a key twice", b'{"a": 1, "a": 2}'),
    ("a key twice, once escaped", rb'{"a": 1, "\u0061": 2}'),
    ("a key twice, deeper", b'[{"a": {"b": 1, "c": 2, "b": 3}}]'),
    ("a key without quotes", b"{a: 1}"),
    ("a number as key", b"{1: 1}"),
    ("half a surrogate pair", rb'"\ud800"'),
    ("the other half", rb'"\udc00"'),
    ("a surrogate pair in the wrong order", rb'"\ude00\ud83d"'),
    ("half a surrogate pair in a list", rb'["1", "\udfff"]'),
    ("half a surrogate pair in a key", rb'{"\ud800": 1}'),
    ("an escaped NUL", rb'"1\u0000"'),
    ("an escaped NUL in a key", rb'{"\u0000": 1}'),
    ("a NUL in a text", b'"1\x00"'),
    ("a line break in a text", b'"1\n"'),
    ("an unknown escape", rb'"\x41"'),
    ("an unfinished escape", rb'"\u12"'),
    ("bytes that are not UTF-8", b'"\xff\xfe"'),
    ("an unfinished character", b'"\xe2\x82"'),
    ("overlong UTF-8", b'"\xc0\xaf"'),
    ("an overlong NUL", b'"\xc0\x80"'),
    ("a surrogate in UTF-8", b'"\xed\xa0\x80"'),
    ("a character beyond Unicode", b'"\xf4\x90\x80\x80"'),
    ("Latin-1", '"é"'.encode("latin-1")),
    ("lists nested too deep", b"[" * MAX_DEPTH + b"1" + b"]" * MAX_DEPTH),
    ("objects nested too deep", b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH),
    ("lists nested 10000 deep", b"[" * 10_000 + b"]" * 10_000),
    ("objects nested 10000 deep", b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    ("10000 brackets that never close", b"[" * 10_000),
]

# Values that are JSON, and that no address takes ---------------------------------------------------

WRONG_VALUES: list[tuple[str, bytes]] = [
    ("true", b"true"),
    ("an object", b'{"answer": 1}'),
    ("an empty object", b"{}"),
    ("an empty list", b"[]"),
    ("lists of empty lists", b"[[], []]"),
    ("10000 entries", b"[" + b",".join([b"1"] * 10_000) + b"]"),
    ("a ragged matrix", b"[[1, 2], [3]]"),
    ("an int beyond all floats", b"1" + b"0" * (MAX_DIGITS - 1)),
    ("null in a list", b"[1, null]"),
    ("false in a list", b"[1, false]"),
]

# Bodies: what is made of a good one, with which further headers, and the status --------------------

UTF_16 = {"Content-Type": "application/json; charset=utf-16"}
Change = Callable[[bytes], bytes]
BODIES: list[tuple[str, Change, dict[str, str], int]] = [
    ("an end that is missing", lambda good: good[:-1], {}, 422),
    ("half a body", lambda good: good[: len(good) // 2], {}, 422),
    ("only its first character", lambda good: good[:1], {}, 422),
    ("something behind it", lambda good: good + b"x", {}, 422),
    ("a second document", lambda good: good + b" {}", {}, 422),
    ("a NUL behind it", lambda good: good + b"\x00", {}, 422),
    ("a comma at the end", lambda good: good[:-1] + b",}", {}, 422),
    ("each key twice", lambda good: good[:-1] + b"," + good[1:], {}, 422),
    ("a byte order mark", lambda good: b"\xef\xbb\xbf" + good, {}, 422),
    ("UTF-16", lambda good: good.decode().encode("utf-16"), {}, 422),
    ("UTF-16 without a mark", lambda good: good.decode().encode("utf-16-be"), {}, 422),
    ("UTF-16 by its name", lambda good: good.decode().encode("utf-16"), UTF_16, 422),
    ("UTF-32", lambda good: good.decode().encode("utf-32"), {}, 422),
    ("an array", lambda good: b"[" + good + b"]", {}, 422),
    ("an empty array", lambda _: b"[]", {}, 422),
    ("a number", lambda _: b"7", {}, 422),
    ("a text", lambda _: b'"text"', {}, 422),
    ("a body within a text", lambda good: json.dumps(good.decode()).encode(), {}, 422),
    ("null", lambda _: b"null", {}, 422),
    ("true", lambda _: b"true", {}, 422),
    ("XML", lambda _: b'<?xml version="1.0"?><answers/>', {}, 422),
    ("64 KiB of brackets", lambda _: b"[" * MAX_BYTES, {}, 422),
    ("64 KiB of quotes", lambda _: b'"' * MAX_BYTES, {}, 422),
    ("64 KiB of NULs", lambda _: b"\x00" * MAX_BYTES, {}, 422),
    ("one byte too many", lambda good: good.ljust(MAX_BYTES + 1), {}, 413),
    ("1 MiB", lambda good: good.ljust(2**20), {}, 413),
    ("gzip", gzip.compress, {"Content-Encoding": "gzip"}, 415),
    ("gzip without a header", gzip.compress, {}, 422),
    ("no gzip, but the header", lambda good: good, {"Content-Encoding": "gzip"}, 415),
    ("two encodings", lambda good: good, {"Content-Encoding": "identity, br"}, 415),
    ("plain text", lambda good: good, {"Content-Type": "text/plain"}, 415),
    ("no content type", lambda good: good, {"Content-Type": ""}, 415),
    ("a content type of nonsense", lambda good: good, {"Content-Type": ";;/,"}, 415),
    ("a relative of JSON", lambda good: good, {"Content-Type": "application/json-seq"}, 415),
    ("a form", lambda _: b"level=hand&answers=1", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ("parts of a form", lambda _: b"--x\r\n\r\n1\r\n--x--", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
]

FIELDS: dict[str, Any] = {  # that a request would like to have, and never has
    "score": 1,
    "correct": True,
    "solved": True,
    "closed": False,
    "counted": False,
    "user_id": 1,
    "owner": "somebody",
    "attempt_no": 1,
    "submitted_at": "2020-01-01T00:00:00Z",
    "is_admin": True,
    "operator": True,
    "id": "mine",
    "instance": "mine",
    "version": "1",
    "seed": -1,  # an instance may be asked for by its seed, though by no such one
    "__class__": "x",
    "": 1,
    MARKER: 1,
}

# The addresses that take a body: a good one, with a hole where the hostile value goes ---------------

ROUTES: dict[str, tuple[str, str, str]] = {  # address, body with a hole, a good filling
    "draw": ("/exercises/ls-gradient/instances", '{"level": %s}', '"hand"'),
    "submit": ("/instances/{instance}/attempts", '{"answers": {"answer": %s}}', "[1, 2, 3]"),
    "preview": ("/instances/{instance}/preview", '{"answers": {"answer": %s}}', "[1, 2, 3]"),
    "hint": ("/instances/{instance}/hints", '{"part": %s, "number": 1}', '"answer"'),
    "flag": ("/attempts/{attempt}/flag", '{"comment": %s}', '"Why?"'),
}


class Target:
    """An address to attack: its place on the server, and the bodies it takes."""

    def __init__(self, client: httpx.Client, name: str):
        address, self._template, self._filling = ROUTES[name]
        instance = client.post("/exercises/ls-gradient/instances", json={"seed": 7}).json()["id"]
        attempt = client.post(f"/instances/{instance}/attempts", json={"answers": {"answer": 7}}).json()["id"]
        self._client = client
        self._address = address.format(instance=instance, attempt=attempt)

    @property
    def good(self) -> bytes:
        return self.with_value(self._filling.encode())

    def with_value(self, value: bytes) -> bytes:
        before, after = self._template.encode().split(b"%s")
        return before + value + after

    def post(self, body: bytes | Iterator[bytes], headers: dict[str, str] | None = None) -> httpx.Response:
        return self._client.post(self._address, content=body, headers=JSON | (headers or {}))


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    """One guest for the whole file: to make a client takes longer than a request."""
    with server.client() as guest:
        yield guest


@pytest.fixture(scope="module")
def targets(client: httpx.Client) -> dict[str, Target]:
    return {name: Target(client, name) for name in ROUTES}


@pytest.fixture(params=ROUTES)
def target(request: pytest.FixtureRequest, targets: dict[str, Target]) -> Target:
    return targets[request.param]


@pytest.fixture
def nothing_stored(server: Server) -> Iterator[None]:
    """Fails a test during which anything was committed to the database."""
    with closing(sqlite3.connect(f"file:{server.data / 'nabla.db'}?mode=ro", uri=True)) as database:
        before = data_version(database)
        yield
        assert data_version(database) == before


def data_version(database: sqlite3.Connection) -> int:
    """A number that SQLite changes whenever another connection commits something."""
    return int(database.execute("PRAGMA data_version").fetchone()[0])


def assert_refused(reply: httpx.Response, *statuses: int):
    """A 4xx problem of RFC 9457 that keeps what was sent to itself."""
    assert reply.status_code in (statuses or range(400, 500)), reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["status"] == reply.status_code
    assert MARKER not in reply.text


def names(table: list[Any]) -> list[str]:
    return [row[0] for row in table]


# Over HTTP -----------------------------------------------------------------------------------------


def test_the_bodies_that_the_hostile_ones_are_made_of_are_taken(target: Target):
    # Otherwise they might be refused for something else.
    assert target.post(target.good).is_success


def test_the_watch_over_the_database_sees_what_is_stored(server: Server, client: httpx.Client):
    with closing(sqlite3.connect(server.data / "nabla.db")) as database:
        before = data_version(database)
        client.post("/exercises/ls-gradient/instances")
        assert data_version(database) != before


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("value", [value for _, value in VALUES], ids=names(VALUES))
def test_a_value_that_is_no_json_is_refused(target: Target, value: bytes):
    assert_refused(target.post(target.with_value(value)), 422)


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("value", [value for _, value in WRONG_VALUES], ids=names(WRONG_VALUES))
def test_a_value_of_the_wrong_form_is_refused(target: Target, value: bytes):
    assert_refused(target.post(target.with_value(value)), 422)


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize(("change", "headers", "status"), [row[1:] for row in BODIES], ids=names(BODIES))
def test_a_hostile_body_is_refused(target: Target, change: Change, headers: dict[str, str], status: int):
    assert_refused(target.post(change(target.good), headers), status)


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_nobody_asked_for_is_refused(target: Target, field: str):
    with_field = json.dumps({**json.loads(target.good), field: FIELDS[field]}).encode()
    assert_refused(target.post(with_field), 422)


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("name", ["submit", "preview", "hint", "flag"])
@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"{}"], ids=["nothing", "blanks", "an empty object"])
def test_an_empty_body_is_refused_where_one_is_needed(targets: dict[str, Target], name: str, body: bytes):
    assert_refused(targets[name].post(body), 422)


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("kib", [65, 1024])
def test_a_body_that_comes_in_chunks_has_the_same_bound(target: Target, kib: int):
    assert_refused(target.post(iter([b" " * 1024] * kib)), 413)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b'{"score": 1}', 422), (b'{"score": NaN}', 422), (b"\xff", 422), (b"[" * 10_000, 422), (b" " * 2**17, 413)],
    ids=["a field", "NaN", "no UTF-8", "brackets", "128 KiB"],
)
def test_giving_up_refuses_a_hostile_body_too(client: httpx.Client, body: bytes, status: int):
    instance = client.post("/exercises/ls-gradient/instances").json()["id"]
    assert_refused(client.post(f"/instances/{instance}/close", content=body, headers=JSON), status)
    assert not client.get(f"/instances/{instance}").json()["closed"]


HOSTILE_IDS = {
    "NUL": "%00",
    "a NUL behind an id": "x%00",
    "a line break": "x%0d%0aX-Injected:%201",
    "a way up": "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "bytes that are not UTF-8": "%ff%fe",
    "overlong UTF-8": "%c0%af",
    "a surrogate": "%ed%a0%80",
    "letters, ideographs and emoji": "é漢😀",
    "right to left": "%e2%80%ae",
    "SQL": "'%20OR%20'1'='1",
    "a pattern": "%25",
    "a template": "{instance}",
    "an int beyond 63 bits": str(2**63),
    "a negative int": "-1",
    "a fragment": "%23",
    "a query": "%3flimit=1",
    "5000 characters": "x" * 5_000,
    MARKER: MARKER,
}


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("id", HOSTILE_IDS.values(), ids=HOSTILE_IDS)
def test_a_hostile_id_names_nothing(client: httpx.Client, id: str):
    for address in (f"/exercises/{id}", f"/instances/{id}", f"/instances/{id}/attempts", f"/attempts/{id}/flag"):
        assert_refused(client.get(address), 404)
    for address in (f"/exercises/{id}/instances", f"/instances/{id}/attempts", f"/attempts/{id}/flag"):
        assert_refused(client.post(address, json={}, headers={"Idempotency-Key": "1"}), 404)


LIMITS = ["0", "-1", "201", str(2**63), "1" + "0" * 5_000, "1.5", "1e1", "", "ten", "NaN", "\0", "\ud7ff", "0x10"]
CURSORS = ["-1", "+1", str(2**63), "1" * 21, "1.0", "", "first", "NaN", "\0", "٣", "1 OR 1=1", MARKER]


@pytest.mark.parametrize(
    ("name", "value"),
    [*(("limit", limit) for limit in LIMITS), *(("cursor", cursor) for cursor in CURSORS)],
    ids=lambda value: repr(value)[:24],
)
def test_a_hostile_parameter_is_refused(client: httpx.Client, name: str, value: str):
    instance = client.post("/exercises/ls-gradient/instances").json()["id"]
    refused = client.get(f"/instances/{instance}/attempts", params={name: value})
    assert_refused(refused, 422)
    assert [error["pointer"] for error in refused.json()["errors"]] == [f"/{name}"]


POST = b"POST /api/v1/exercises/ls-gradient/instances HTTP/1.1\r\nHost: x\r\n"
NO_HTTP = {
    "noise": b"\x00\x01\x02\xff\r\n\r\n",
    "a greeting of TLS": bytes.fromhex("16030100a5010000a10303") + b"\x00" * 32,
    "bytes in the address": b"GET /api/v1/exercises/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "a negative length": POST + b"Content-Length: -1\r\n\r\n",
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}}",
    "a length and chunks": POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk of nonsense": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
}


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("sent", NO_HTTP.values(), ids=NO_HTTP)
def test_what_is_no_http_is_a_bad_request(server: Server, sent: bytes):
    # Answered before the service sees it, and so in plain text.
    address = httpx.URL(server.url)
    with socket.create_connection((address.host, address.port), timeout=10) as connection:
        connection.sendall(sent)
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("host", ["[", "x y", "a@b", "::1", "x" * 1000], ids=lambda host: host[:8])
def test_a_hostile_host_changes_nothing(targets: dict[str, Target], host: str):
    target = targets["submit"]
    assert target.post(target.good, {"Host": host, "Idempotency-Key": host[:200]}).status_code == 201


# The reader itself ---------------------------------------------------------------------------------

ACCEPTED: list[tuple[bytes, Any]] = [
    (b"{}", {}),
    (b" [1, 2.5, -3e2, true, null] ", [1, 2.5, -300.0, True, None]),
    (rb'"\ud83d\ude00"', "😀"),
    ('"é漢😀"'.encode(), "é漢😀"),
    (rb'"\u0001\u007f\ufeff"', "\x01\x7f\ufeff"),
    (b"-0.0", -0.0),
    (b"1e-400", 0.0),
    (b"5e-324", 5e-324),
    (b"1.7976931348623157e308", 1.7976931348623157e308),
    (b"9" * MAX_DIGITS, int("9" * MAX_DIGITS)),
    (b'[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
    (b'{"a": 1, "A": 2}', {"a": 1, "A": 2}),
]


@pytest.mark.parametrize(("raw", "value"), ACCEPTED, ids=lambda value: repr(value)[:24])
def test_json_is_read_as_its_value(raw: bytes, value: Any):
    assert repr(parse_json(raw)) == repr(value)  # repr tells 1 from 1.0 and from true


@pytest.mark.parametrize("value", [value for _, value in VALUES], ids=names(VALUES))
def test_what_is_no_json_is_refused_at_any_depth(value: bytes):
    for before, after in ((b'{"answers": {"answer": ', b"}}"), (b"[[", b"]]")):
        with pytest.raises(InvalidRequest):
            parse_json(before + value + after)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'], ids=["lists", "objects"])
def test_eight_levels_are_read_and_nine_are_not(opening: bytes):
    closing = {b"[": b"]", b'{"a":': b"}"}[opening]
    parse_json(opening * MAX_DEPTH + b"1" + closing * MAX_DEPTH)
    with pytest.raises(InvalidRequest):
        parse_json(opening * (MAX_DEPTH + 1) + b"1" + closing * (MAX_DEPTH + 1))


@pytest.mark.parametrize(
    ("raw", "position"), [(b'{"a": }', 6), (b"", 0), (b"[1, 2", 5), (b'"\xff"', 1), (b'"a\xc0\xaf"', 2)], ids=repr
)
def test_a_fault_of_syntax_has_its_position(raw: bytes, position: int):
    with pytest.raises(InvalidRequest) as refused:
        parse_json(raw)
    assert [error.position for error in refused.value.errors] == [position]


# Depth stays below the bound: a leaf is at most six levels deep.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
numbers = st.integers(-(10**60), 10**60) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda below: st.lists(below, max_size=5) | st.dictionaries(texts, below, max_size=5),
    max_leaves=20,
)
documents = st.builds(json.dumps, values, ensure_ascii=st.booleans()).map(str.encode)
likely = st.text('[]{}",:0123456789eE+-.\\u \n\0naftruls\ufeffé', max_size=60).map(str.encode)


@st.composite
def spoiled(choose: st.DrawFn) -> bytes:
    """A document of which some bytes were replaced."""
    raw = choose(documents)
    start, end = sorted(choose(st.tuples(*[st.integers(0, len(raw))] * 2)))
    return raw[:start] + choose(st.binary(max_size=4)) + raw[end:]


@given(values, st.booleans())
@settings(max_examples=200, deadline=None)
def test_every_json_value_is_read_back(value: Any, escaped: bool):
    assert repr(parse_json(json.dumps(value, ensure_ascii=escaped).encode())) == repr(value)


@given(st.binary(max_size=200) | likely | spoiled())
@settings(max_examples=600, deadline=None)
def test_any_bytes_are_read_or_refused_and_what_is_read_can_be_written(raw: bytes):
    with suppress(InvalidRequest):
        value = parse_json(raw)
        assert repr(parse_json(json.dumps(value, allow_nan=False).encode())) == repr(value)
