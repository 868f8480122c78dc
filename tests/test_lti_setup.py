"""Platforms registered by command, JSON and API; what they read of us; our keys, and how they follow each other."""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from sqlalchemy import select, update

from app.api.platforms import Product
from app.auth import seal_of
from app.models import audit, deployments, identities, people, platforms, tool_keys
from app.platforms import framing, keys, registry
from app.platforms.framing import Framers
from app.platforms.products import PRODUCTS
from app.problems import Conflict
from tests.commands import Nabla, printed
from tests.conftest import Server
from tests.launching import SITE, a_campus
from tests.teaching import Classroom, Person, School, fine, made, refused

MOODLE = {"product": "moodle", "address": "https://moodle.example.org/school/", "client_id": "a1b2"}
BY_HAND = {
    "issuer": "https://lms.example.org",
    "client_id": "42",
    "auth_url": "https://lms.example.org/auth",
    "token_url": "https://lms.example.org/token",
    "jwks_url": "https://lms.example.org/jwks",
}


# What platforms read of us ------------------------------------------------------------------------


def key_ids(school: School) -> list[str]:
    reply = school.request("GET", f"{SITE}/lti/jwks.json")
    assert reply.headers["cache-control"] == "public, max-age=3600"
    return [key["kid"] for key in fine(reply)["keys"]]


def test_our_keys_are_public_and_made_before_they_are_asked_for(school: School):
    reply = fine(school.request("GET", f"{SITE}/lti/jwks.json"))
    assert len(reply["keys"]) == 2
    for key in reply["keys"]:
        assert key.keys() == {"kty", "n", "e", "kid", "use", "alg"}
        assert (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")
    assert key_ids(school) == [key["kid"] for key in reply["keys"]]


def test_private_keys_are_sealed_in_the_database(school: School):
    key_ids(school)
    for row in school.rows(select(tool_keys)):
        assert b"PRIVATE" not in row.private


def test_canvas_reads_a_configuration_with_our_addresses(school: School):
    config = fine(school.request("GET", f"{SITE}/lti/config.json"))
    assert config["oidc_initiation_url"] == f"{SITE}/lti/login"
    assert config["target_link_uri"] == f"{SITE}/lti/launch"
    assert config["public_jwk_url"] == f"{SITE}/lti/jwks.json"
    (extension,) = config["extensions"]
    assert (extension["privacy_level"], extension["domain"]) == ("public", "nabla.test")
    kinds = {place["placement"]: place["message_type"] for place in extension["settings"]["placements"]}
    assert kinds == {
        "course_navigation": "LtiResourceLinkRequest",
        "link_selection": "LtiDeepLinkingRequest",
        "assignment_selection": "LtiDeepLinkingRequest",
    }
    assert config["custom_fields"]["context_history"] == "$Context.id.history"
    assert any(scope.endswith("/scope/score") for scope in config["scopes"])


def test_a_browser_that_looks_at_them_gets_no_page_for_a_problem(school: School):
    reply = school.request("POST", f"{SITE}/lti/jwks.json", headers={"Accept": "text/html"})
    refused(reply, 405, "method-not-allowed")


# Keys that follow each other ----------------------------------------------------------------------


def rotated(school: School) -> None:
    seal = seal_of(school.app.state.secret, keys.SEALED)
    school.write(lambda tx: keys.rotate(tx, seal, school.clock()))


def signing(school: School) -> str:
    return school.portal.call(school.app.state.services.signing).kid


def test_a_key_is_published_before_it_signs_and_stays_a_week_after(school: School):
    first = key_ids(school)
    before = signing(school)
    (following,) = set(first) - {before}
    rotated(school)
    assert signing(school) == following
    assert set(first) < set(key_ids(school))
    with pytest.raises(Conflict, match="less than an hour ago"):
        rotated(school)
    school.clock.forward(days=6)
    rotated(school)
    assert before in key_ids(school)
    school.clock.forward(days=2)
    rotated(school)
    assert before not in key_ids(school)
    assert following in key_ids(school)


def test_where_the_servers_secret_is_another_one_new_keys_are_made(school: School):
    lost = key_ids(school)
    school.write(lambda tx: tx.execute(update(tool_keys).values(private=b"sealed by another secret")))
    assert signing(school) not in lost
    assert not set(lost) & set(key_ids(school))


# The API ------------------------------------------------------------------------------------------


def test_a_product_and_its_address_are_enough(classroom: Classroom):
    platform = made(classroom.operator.post("/platforms", MOODLE))
    assert platform["issuer"] == "https://moodle.example.org/school"
    assert platform["auth_url"] == "https://moodle.example.org/school/mod/lti/auth.php"
    assert platform["token_url"] == "https://moodle.example.org/school/mod/lti/token.php"
    assert platform["jwks_url"] == "https://moodle.example.org/school/mod/lti/certs.php"
    assert platform["framed_by"] == ["https://moodle.example.org"]
    assert platform["state"] == "active"
    assert fine(classroom.operator.get(f"/platforms/{platform['id']}")) == platform
    assert fine(classroom.operator.get("/platforms"))["items"] == [platform]


@pytest.mark.parametrize(
    ("product", "address", "expected"),
    [
        ("canvas", "https://school.instructure.com", ("https://canvas.instructure.com", "https://sso.canvaslms.com/")),
        (
            "canvas",
            "https://school.beta.instructure.com",
            ("https://canvas.beta.instructure.com", "https://sso.beta.canvaslms.com/"),
        ),
        ("canvas", "https://canvas.school.edu", ("https://canvas.instructure.com", "https://sso.canvaslms.com/")),
        ("blackboard", "https://bb.school.edu", ("https://blackboard.com", "https://developer.blackboard.com/")),
        ("brightspace", "https://school.brightspace.com/", ("https://school.brightspace.com",) * 2),
    ],
)
def test_products_are_filled_in(classroom: Classroom, product: str, address: str, expected: tuple[str, str]):
    new = {"product": product, "address": address, "client_id": "7"}
    platform = made(classroom.operator.post("/platforms", new))
    assert platform["issuer"] == expected[0]
    for name in ("auth_url", "jwks_url"):
        assert platform[name].startswith(expected[1])
    assert platform["framed_by"] == [address.rstrip("/")]


def test_what_a_product_cannot_know_has_to_be_said(classroom: Classroom):
    edx = {"product": "openedx", "address": "https://courses.example.org", "client_id": "7"}
    problem = refused(classroom.operator.post("/platforms", edx), 422, "invalid-request")
    assert [error["pointer"] for error in problem["errors"]] == ["/token_url", "/jwks_url"]
    uuid = "4d4faae2-65e4-400f-91d7-9cc22d0489a9"
    at = "https://courses.example.org/api/lti_consumer/v1"
    said = {**edx, "token_url": f"{at}/token/{uuid}", "jwks_url": f"{at}/public_keysets/{uuid}"}
    platform = made(classroom.operator.post("/platforms", said))
    assert platform["auth_url"] == f"{at}/launch/"
    assert platform["framed_by"] == ["https://courses.example.org", "https://apps.courses.example.org"]


def test_a_platform_of_any_kind_is_registered_once(classroom: Classroom):
    made(classroom.operator.post("/platforms", {**BY_HAND, "deployments": ["1", "2", "1"]}))
    problem = refused(classroom.operator.post("/platforms", BY_HAND), 409, "conflict")
    assert "already" in problem["detail"]
    assert [row.deployment for row in classroom.school.rows(select(deployments))] == ["1", "2"]
    made(classroom.operator.post("/platforms", {**BY_HAND, "client_id": "43"}))  # another tenant of the same issuer


def test_the_same_request_again_registers_nothing_new(classroom: Classroom):
    first = classroom.operator.post("/platforms", BY_HAND, key="once")
    again = classroom.operator.post("/platforms", BY_HAND, key="once")
    assert first.content == again.content
    assert len(fine(classroom.operator.get("/platforms"))["items"]) == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"issuer": " "}, "/issuer"),
        ({"auth_url": "ftp://lms.example.org"}, "/auth_url"),
        ({"auth_url": "https://lms.example.org\n.evil.example/"}, "/auth_url"),
        ({"token_url": "https://a;script-src *"}, "/token_url"),
        ({"jwks_url": "x" * 1001}, "/jwks_url"),
        ({"framed_by": ["https://a; script-src *"]}, "/framed_by"),
        ({"framed_by": ["https://lms.example.org/path"]}, "/framed_by"),
        ({"deployments": [""]}, "/deployments"),
        ({"deployments": ["ä"]}, "/deployments"),
        ({"product": "blackbird"}, "/product"),
        ({"address": "moodle.example.org", "product": "moodle"}, "/address"),
        ({"address": "https://moodle.example.org?x=1", "product": "moodle"}, "/address"),
        ({"colour": "red"}, ""),
    ],
)
def test_what_is_wrong_with_a_platform_is_said_field_by_field(
    classroom: Classroom, change: dict[str, Any], pointer: str
):
    reply = classroom.operator.post("/platforms", {**BY_HAND, **change})
    problem = refused(reply, 422, "invalid-request")
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert fine(classroom.operator.get("/platforms"))["items"] == []


def everyone_else(classroom: Classroom) -> list[Person]:
    return [classroom.carol, classroom.alice, classroom.mallory]


def test_platforms_are_for_the_operator(classroom: Classroom):
    id = made(classroom.operator.post("/platforms", BY_HAND))["id"]
    for person in everyone_else(classroom):
        refused(person.get("/platforms"), 404, "not-found")
        refused(person.post("/platforms", MOODLE), 404, "not-found")
        refused(person.post("/platforms/invitations"), 404, "not-found")
        refused(person.get(f"/platforms/{id}"), 404, "not-found")
        refused(person.patch(f"/platforms/{id}", {"state": "disabled"}), 404, "not-found")
        refused(person.delete(f"/platforms/{id}"), 404, "not-found")
    refused(classroom.guest.get("/platforms"), 401, "unauthenticated")
    assert fine(classroom.operator.get(f"/platforms/{id}"))["state"] == "active"


def test_changes_are_in_the_audit_log(classroom: Classroom):
    at = f"/platforms/{made(classroom.operator.post('/platforms', BY_HAND))['id']}"
    fine(classroom.operator.patch(at, {"name": "The university"}))
    fine(classroom.operator.patch(at, {"state": "disabled", "deployments": {"1": "active", "2": "refused"}}))
    fine(classroom.operator.patch(at, {"state": "disabled"}))  # as it is: no deed
    fine(classroom.operator.patch(at, {"state": "active"}))
    assert classroom.operator.delete(at).status_code == 204
    rows = classroom.school.rows(select(audit).where(audit.c.course.is_(None)).order_by(audit.c.number))
    deeds = [(row.action, row.actor == classroom.operator.id) for row in rows if row.subject == at.rpartition("/")[2]]
    assert deeds == [
        ("platform added", True),
        ("platform changed", True),
        ("deployment agreed to", True),
        ("deployment refused", True),
        ("platform disabled", True),
        ("platform enabled", True),
        ("platform removed", True),
    ]


def test_a_change_that_meets_another_platform_is_refused(classroom: Classroom):
    made(classroom.operator.post("/platforms", BY_HAND))
    other = made(classroom.operator.post("/platforms", {**BY_HAND, "client_id": "43"}))
    at = f"/platforms/{other['id']}"
    refused(classroom.operator.patch(at, {"client_id": "42"}), 409, "conflict")
    refused(classroom.operator.patch(at, {"jwks_url": "none"}), 422, "invalid-request")
    refused(classroom.operator.patch(at, {"state": "proposed"}), 422, "invalid-request")
    assert fine(classroom.operator.get(at)) == other


def test_with_a_platform_that_is_disabled_or_removed_its_sessions_end(school: School, classroom: Classroom):
    for campus in a_campus(school):
        frame = campus.open(campus.alice, campus.link())
        assert frame.go("/me").all("h1")[0].text == "Alice Example"
        fine(classroom.operator.patch(f"/platforms/{campus.id}", {"state": "disabled"}))
        assert frame.go("/me").status == 401
        fine(classroom.operator.patch(f"/platforms/{campus.id}", {"state": "active"}))
        frame.launch(campus.visit(campus.alice, campus.link()))
        assert frame.go("/me").status == 200
        assert fine(classroom.operator.get(f"/platforms/{campus.id}"))["launched_at"] is not None
        assert classroom.operator.delete(f"/platforms/{campus.id}").status_code == 204
        assert frame.go("/me").status == 401
        assert campus.school.rows(select(identities)) == []
        assert len(campus.school.rows(select(people).where(people.c.name == "Alice Example"))) == 1
        assert fine(classroom.operator.get("/platforms"))["items"] == []


def test_an_invitation_is_kept_as_a_hash_and_shown_once(classroom: Classroom):
    invited = made(classroom.operator.post("/platforms/invitations", key="one"))
    assert invited == made(classroom.operator.post("/platforms/invitations", key="one"))
    start, _, secret = invited["address"].partition("=")
    assert start == f"{SITE}/lti/register?invitation"
    assert len(secret) == 43
    assert secret.encode() not in classroom.school.database.read_bytes()


# Who may frame us ---------------------------------------------------------------------------------


def framers(school: School) -> set[str]:
    policy = school.request("GET", f"{SITE}/", headers={"Accept": "text/html"}).headers["content-security-policy"]
    return set(policy.partition("frame-ancestors ")[2].split())


def test_active_platforms_frame_our_pages_at_once(classroom: Classroom):
    school = classroom.school
    assert framers(school) == {"'none'"}
    new = {**BY_HAND, "framed_by": ["https://*.example.org"]}
    at = f"/platforms/{made(classroom.operator.post('/platforms', new))['id']}"
    assert framers(school) == {"https://*.example.org", "https://lms.example.org"}
    fine(classroom.operator.patch(at, {"framed_by": ["https://other.example.org"]}))
    assert framers(school) == {"https://other.example.org", "https://lms.example.org"}
    fine(classroom.operator.patch(at, {"state": "disabled"}))
    assert framers(school) == {"'none'"}
    fine(classroom.operator.patch(at, {"state": "active"}))
    assert classroom.operator.delete(at).status_code == 204
    assert framers(school) == {"'none'"}


def test_what_a_command_changes_is_seen_within_seconds(classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    school = classroom.school
    framing_us = Framers(["https://ours.example"])
    school.write(lambda tx: registry.add(tx, registry.New(**BY_HAND), classroom.clock()))
    monkeypatch.setattr(framing, "PAUSE", 0.01)

    async def look_on() -> None:
        failing = asyncio.create_task(framing_us.keep_reading(None))  # type: ignore[arg-type]  # no way to read
        await asyncio.sleep(0.05)
        assert not failing.done()
        failing.cancel()
        task = asyncio.create_task(framing_us.keep_reading(school.app.state.reader))
        async with asyncio.timeout(5):
            while framing_us.origins == "https://ours.example":
                await asyncio.sleep(0.01)
        task.cancel()

    school.portal.call(look_on)
    assert framing_us.origins == "https://ours.example https://lms.example.org"


# Commands -----------------------------------------------------------------------------------------


@pytest.fixture
def listed(server: Server, operator: httpx.Client) -> Any:
    def find(id: str) -> dict[str, Any]:
        return fine(operator.get(f"/platforms/{id}"))

    return find


def test_a_command_registers_a_platform_beside_a_running_server(beside: Nabla, listed: Any):
    options = [word for name, value in BY_HAND.items() for word in (f"--{name.replace('_', '-')}", value)]
    more = ["--deployment", "1", "--deployment", "2", "--framed-by", "https://a.example", "--name", "Ours"]
    id = printed(beside("lti", "add", *options, *more))
    found = listed(id)
    assert {name: found[name] for name in BY_HAND} == BY_HAND
    assert found["deployments"] == [{"id": "1", "state": "active"}, {"id": "2", "state": "active"}]
    assert (found["name"], found["framed_by"]) == ("Ours", ["https://a.example"])
    assert f"{id}  active    https://lms.example.org  42  Ours\n  active    1\n" in beside("lti", "list").stdout
    again = beside("lti", "add", *options)
    assert (again.returncode, again.stdout) == (1, "")
    assert "registered already" in again.stderr
    beside("lti", "disable", id)
    assert listed(id)["state"] == "disabled"
    beside("lti", "enable", id)
    assert listed(id)["state"] == "active"
    assert "--yes" in beside("lti", "remove", id).stderr
    assert beside("lti", "remove", id, "--yes").returncode == 0
    assert id not in beside("lti", "list").stdout
    assert beside("lti", "enable", id).stderr == "nabla: There is no such platform.\n"


def test_a_command_takes_json_and_presets(beside: Nabla, listed: Any, tmp_path: Path):
    file = tmp_path / "platform.json"
    file.write_text(json.dumps({**MOODLE, "client_id": "from json"}))
    by_file = listed(printed(beside("lti", "add", "--json", str(file))))
    said = ("--product", "moodle", "--address", MOODLE["address"], "--client-id", "by options")
    by_options = listed(printed(beside("lti", "add", *said)))
    differ = {"id", "client_id", "created_at"}
    assert {k: v for k, v in by_file.items() if k not in differ} == {
        k: v for k, v in by_options.items() if k not in differ
    }
    assert "not both" in beside("lti", "add", "--json", str(file), "--name", "x").stderr
    assert "cannot be read" in beside("lti", "add", "--json", str(tmp_path / "none")).stderr
    file.write_text('{"client_id": "1", "client_id": "2"}')
    assert "same key twice" in beside("lti", "add", "--json", str(file)).stderr
    assert "/client_id" in beside("lti", "add").stderr


def test_a_command_rotates_the_keys_of_a_running_server(beside: Nabla, server: Server):
    def published() -> list[str]:
        return [key["kid"] for key in fine(httpx.get(f"{server.url}/lti/jwks.json"))["keys"]]

    before = published()
    assert beside("lti", "rotate-keys").returncode == 0
    after = published()
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1


def test_a_command_invites(beside: Nabla):
    link = printed(beside("lti", "invite", NABLA_PUBLIC_URL="https://nabla.example/"))
    assert link.startswith("https://nabla.example/lti/register?invitation=")


def test_the_api_knows_every_product():
    assert set(get_args(Product)) == set(PRODUCTS)


def test_a_platform_that_registered_itself_vouches_for_no_private_address(school: School):
    def add(tx: Any, **options: Any) -> Any:
        return registry.add(tx, registry.New(**BY_HAND), school.clock(), **options)

    proposed = school.write(partial(add, self_registered=True))
    assert (proposed.state, proposed.trusted) == ("proposed", frozenset())
    school.write(lambda tx: tx.execute(platforms.delete()))
    assert school.write(add).trusted == {"https://lms.example.org"}
