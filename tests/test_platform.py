"""The learning platform of the tests judges what tools send, and says no where a real one would."""

import asyncio
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.platform import BAD, GOOD, PERSONALITIES, Case, Launch, launch, words
from tests.platform.ags import item_url
from tests.platform.deep_linking import return_url
from tests.platform.keys import rsa_key
from tests.platform.launches import encode
from tests.platform.nrps import members_url
from tests.platform.oidc import Visit
from tests.platform.scene import Scene
from tests.platform.small_tool import tool_app
from tests.platform.travel import follow

every_personality = pytest.mark.parametrize("personality", PERSONALITIES)


@pytest.fixture
def scene() -> Scene:
    return Scene.on("standard")


# Access tokens.


def test_a_right_assertion_gets_a_token_for_the_scopes_asked(scene: Scene):
    reply = scene.tool.ask_token(scene.tool.sign(scene.tool.claims()), words.SCORE_SCOPE)
    assert reply.status_code == 200
    assert (reply.json()["token_type"], reply.json()["expires_in"]) == ("Bearer", 3600)
    assert reply.json()["scope"] == words.SCORE_SCOPE
    assert scene.platform.count("token") == 1


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "another"}, "iss"),
        ({"sub": "another"}, "sub"),
        ({"sub": None}, "sub"),
        ({"aud": "https://platform.test"}, "aud"),
        ({"aud": None}, "aud"),
        ({"exp": None}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"exp": 1}, "expired"),
        ({"iat": None}, "iat"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_060}, "future"),
        ({"jti": None}, "jti"),
    ],
)
def test_an_assertion_with_a_wrong_claim_is_refused(scene: Scene, changed: dict[str, Any], why: str):
    reply = scene.tool.ask_token(scene.tool.sign(scene.tool.claims(**changed)), words.SCORE_SCOPE)
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_client")
    assert why in reply.json()["error_description"]
    assert not scene.platform.tokens.given


def test_an_assertion_is_good_once(scene: Scene):
    assertion = scene.tool.sign(scene.tool.claims())
    assert scene.tool.ask_token(assertion, words.SCORE_SCOPE).status_code == 200
    assert scene.tool.ask_token(assertion, words.SCORE_SCOPE).status_code == 400


def test_an_assertion_by_another_key_is_refused(scene: Scene):
    scene.tool.key = rsa_key("stranger")
    for kid in ("stranger", "tool"):
        assert scene.tool.ask_token(scene.tool.sign(scene.tool.claims(), kid=kid), words.SCORE_SCOPE).is_error


def test_an_assertion_must_name_its_key(scene: Scene):
    assertion = jwt.encode({"alg": "RS256"}, scene.tool.claims(), rsa_key("tool"))
    assert scene.tool.ask_token(assertion, words.SCORE_SCOPE).status_code == 400


def test_an_assertion_without_signature_is_refused(scene: Scene):
    signed = scene.tool.sign(scene.tool.claims()).split(".")
    head = encode(b'{"alg": "none", "kid": "tool"}')
    assertion = f"{head}.{signed[1]}."
    assert scene.tool.ask_token(assertion, words.SCORE_SCOPE).status_code == 400


def test_a_registered_audience_replaces_the_address_of_tokens(scene: Scene):
    scene.tool.tool.token_audience = "https://sso.example/audience"
    assert scene.tool.ask_token(scene.tool.sign(scene.tool.claims()), words.SCORE_SCOPE).is_error
    right = scene.tool.claims(aud="https://sso.example/audience")
    assert scene.tool.ask_token(scene.tool.sign(right), words.SCORE_SCOPE).status_code == 200


def test_a_scope_that_was_not_granted_is_refused(scene: Scene):
    scene.tool.tool.scopes = [words.SCORE_SCOPE]
    for scopes in ([words.MEMBERS_SCOPE], [words.SCORE_SCOPE, words.LINE_ITEM_SCOPE], []):
        reply = scene.tool.ask_token(scene.tool.sign(scene.tool.claims()), *scopes)
        assert reply.json()["error"] == "invalid_scope"


def test_services_want_a_token_that_lives_and_has_their_scope(scene: Scene):
    url, ask = members_url(scene.platform, scene.context), scene.tool.request
    assert ask("GET", url).status_code == 401
    assert ask("GET", url, headers=scene.tool.bearer(words.SCORE_SCOPE)).status_code == 403
    bearer = scene.tool.bearer(words.MEMBERS_SCOPE)
    assert ask("GET", url, headers=bearer).status_code == 200
    scene.clock.forward(seconds=3600)
    assert ask("GET", url, headers=bearer).status_code == 401
    bearer = scene.tool.bearer(words.MEMBERS_SCOPE)
    scene.platform.tokens.revoke()
    assert ask("GET", url, headers=bearer).status_code == 401


# Launches.


def asked(scene: Scene, **changed: str | None) -> dict[str, str]:
    """A right authentication request of the tool, but for what is changed; None takes one away."""
    visit = scene.platform.visit(scene.alice, scene.context, scene.link)
    right = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": scene.tool.tool.client_id,
        "redirect_uri": scene.tool.tool.redirect_uris[0],
        "login_hint": visit.login["login_hint"],
        "lti_message_hint": visit.login["lti_message_hint"],
        "state": "a state",
        "nonce": "a nonce",
    }
    return {name: value for name, value in {**right, **changed}.items() if value is not None}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_authentication_request_gets_a_page_that_posts_the_launch(scene: Scene, method: str):
    sent = {"params" if method == "GET" else "data": asked(scene)}
    reply = scene.tool.request(method, scene.platform.auth_url, **sent)
    assert reply.status_code == 200
    assert 'action="https://tool.test/launch"' in reply.text
    assert 'name="state" value="a state"' in reply.text


@pytest.mark.parametrize(
    "name", sorted({"redirect_uri", "state", "nonce", "client_id", "login_hint", "prompt", "scope"})
)
def test_an_authentication_request_that_lacks_something_is_refused(scene: Scene, name: str):
    assert scene.tool.request("GET", scene.platform.auth_url, params=asked(scene, **{name: None})).status_code == 400
    assert len(scene.platform.refusals) == 1


def test_launches_go_to_registered_addresses_only(scene: Scene):
    elsewhere = asked(scene, redirect_uri="https://tool.test/launch/elsewhere")
    assert scene.tool.request("GET", scene.platform.auth_url, params=elsewhere).status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_visit_travels_through_login_and_authentication_to_the_launch(scene: Scene, method: str):
    visit = scene.platform.visit(scene.alice, scene.context, scene.link)
    reply = asyncio.run(travelled(visit, method))
    claims = jwt.decode(reply.json()["id_token"], scene.platform.keys.signing).claims
    assert reply.json()["knows"]
    assert (claims["sub"], claims["nonce"]) == (scene.alice.id, "a nonce")
    assert claims[words.LTI + "resource_link"]["id"] == scene.link.id


def test_another_browser_does_not_know_the_state(scene: Scene):
    (case,) = [case for case in BAD if case.name == "another browser"]
    visit = scene.platform.visit(scene.alice, scene.context, scene.link, change=case.change)
    assert not asyncio.run(travelled(visit, "GET")).json()["knows"]


async def travelled(visit: Visit, method: str) -> httpx.Response:
    transport = httpx.ASGITransport(tool_app)
    async with httpx.AsyncClient(transport=transport) as browser, httpx.AsyncClient(transport=transport) as other:
        return await follow(browser, visit, other, method)


def minted(scene: Scene, case: Case | None = None) -> Launch:
    made = launch(scene.platform.visit(scene.alice, scene.context, scene.link), "a state", "a nonce")
    if case:
        case.change(made)
    return made


@every_personality
@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_a_good_launch_is_signed_by_a_published_key(personality: str, case: Case):
    scene = Scene.on(personality)
    made = minted(scene, case)
    keys = KeySet.import_key_set(scene.tool.request("GET", scene.platform.jwks_url).json())
    read = jwt.decode(made.token(), keys, algorithms=["RS256"])
    assert read.claims == made.claims
    assert read.header["kid"] == scene.platform.keys.signing.kid
    assert (made.sent_by, made.times, made.form) == ("same browser", 1, {"state": "a state"})


@pytest.mark.parametrize("case", GOOD + BAD, ids=lambda case: case.name)
def test_each_launch_differs_from_the_usual_one(scene: Scene, case: Case):
    usual, made = minted(scene), minted(scene, case)
    parts = [(one.fields(), one.sent_by, one.times) for one in (usual, made)]
    assert parts[0] != parts[1]


def test_sixty_launches_are_bad_and_twenty_good():
    assert (len(BAD), len(GOOD)) == (60, 20)
    assert len({case.name for case in BAD + GOOD}) == 80


def test_keys_rotate_and_old_ones_may_be_withdrawn(scene: Scene):
    kids = lambda: [key["kid"] for key in scene.tool.request("GET", scene.platform.jwks_url).json()["keys"]]  # noqa: E731
    assert kids() == ["platform-1"]
    scene.platform.keys.rotate()
    assert kids() == ["platform-1", "platform-2"]
    scene.platform.keys.rotate(withdraw=True)
    assert kids() == ["platform-3"]
    assert scene.platform.count("jwks") == 3


def test_an_only_line_item_of_a_link_is_in_its_launch(scene: Scene):
    assert "lineitem" not in minted(scene).claims[words.AGS_ENDPOINT]
    item = scene.column(resourceLinkId=scene.link.id)
    assert minted(scene).claims[words.AGS_ENDPOINT]["lineitem"] == item_url(scene.platform, item)
    scene.column(resourceLinkId=scene.link.id)
    assert "lineitem" not in minted(scene).claims[words.AGS_ENDPOINT]


# Deep linking.


def choose(scene: Scene, visit: Visit | None = None, **changed: Any) -> httpx.Response:
    """The tool's answer to a visit in which carol chooses an exercise, but for what is changed."""
    visit = visit or scene.platform.visit(scene.carol, scene.context, None)
    items = [{"type": "ltiResourceLink", "title": "Sheet 1", "url": visit.target, "lineItem": {"scoreMaximum": 5}}]
    claims = {
        **scene.tool.claims(aud=scene.platform.issuer, nonce="fresh", jti=None, sub=None),
        words.LTI + "message_type": words.DEEP_LINK_ANSWER,
        words.LTI + "version": words.VERSION,
        words.LTI + "deployment_id": visit.deployment.id,
        words.DEEP_LINKING + "data": visit.data,
        words.DEEP_LINKING + "content_items": items,
        **changed,
    }
    return scene.tool.request("POST", return_url(visit), data={"JWT": scene.tool.sign(claims)})


def test_what_is_chosen_becomes_a_link_with_a_line_item(scene: Scene):
    assert choose(scene).status_code == 200
    assert [item["title"] for item in scene.platform.content_items] == ["Sheet 1"]
    (link,) = [link for link in scene.context.links.values() if link.title == "Sheet 1"]
    assert scene.platform.line_item(resourceLinkId=link.id).maximum == 5


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "tool-1"},
        {"iss": "another"},
        {"nonce": None},
        {"exp": 1},
        {words.DEEP_LINKING + "data": "other data"},
        {words.LTI + "deployment_id": "nowhere"},
        {words.LTI + "message_type": words.DEEP_LINK},
        {words.LTI + "version": "1.0"},
        {words.DEEP_LINKING + "content_items": [{"type": "html", "html": "<b>"}]},
        {words.DEEP_LINKING + "content_items": [{"type": "ltiResourceLink", "custom": {"level": 1}}]},
    ],
    ids=str,
)
def test_a_wrong_choice_is_refused(scene: Scene, changed: dict[str, Any]):
    assert choose(scene, **changed).status_code == 400
    assert not scene.platform.content_items


def test_one_choice_is_one(scene: Scene):
    two = {words.DEEP_LINKING + "content_items": [{"type": "ltiResourceLink"}] * 2}
    visit = scene.platform.visit(scene.carol, scene.context, None, accept_multiple=False)
    assert choose(scene, visit, **two).status_code == 400
    assert choose(scene, **two).status_code == 200
    assert choose(scene, visit, **{**two, "nonce": "another"}).status_code == 400


def test_nobody_chooses_where_a_link_was_followed(scene: Scene):
    visit = scene.platform.visit(scene.carol, scene.context, scene.link)
    assert choose(scene, visit).status_code == 404


def test_a_choice_cannot_be_sent_twice(scene: Scene):
    assert choose(scene).status_code == 200
    assert choose(scene).status_code == 400


# Members.


@every_personality
def test_members_come_by_pages_with_the_roles_of_the_product(personality: str):
    scene = Scene.on(personality)
    for number in range(250):
        scene.context.join(scene.platform.add_user(), words.LEARNER, status="Inactive" if number % 2 else "Active")
    bearer, found, url = scene.tool.bearer(words.MEMBERS_SCOPE), [], members_url(scene.platform, scene.context)
    while url:
        reply = scene.tool.request("GET", url, headers={**bearer, "accept": words.MEMBERS_TYPE})
        assert reply.headers["content-type"].startswith(words.MEMBERS_TYPE)
        found += reply.json()["members"]
        url = reply.links.get("next", {}).get("url", "")
    assert len(found) == len({member["user_id"] for member in found}) == 253  # not the preview user
    assert scene.platform.count("members") == (6 if personality == "canvas" else 3)
    learner = "Learner" if personality == "moodle" else words.LEARNER
    assert found[0]["roles"] == [learner]
    assert (found[0]["name"], "name" in found[-1]) == ("Alice Example", False)


def test_members_may_be_of_one_role_and_differences_show_who_left(scene: Scene):
    bearer, url = scene.tool.bearer(words.MEMBERS_SCOPE), members_url(scene.platform, scene.context)
    teachers = scene.tool.request("GET", url, params={"role": "Instructor"}, headers=bearer)
    assert [member["user_id"] for member in teachers.json()["members"]] == [scene.carol.id]
    since = teachers.links["differences"]["url"]
    scene.context.leave(scene.bob)
    changed = scene.tool.request("GET", since, headers=bearer).json()["members"]
    assert [(member["user_id"], member["status"]) for member in changed] == [(scene.bob.id, "Deleted")]
    assert len(scene.tool.request("GET", url, headers=bearer).json()["members"]) == 2


# Registration.


ABOUT = {
    "domain": "tool.test",
    "target_link_uri": "https://tool.test/launch",
    "claims": ["iss", "sub"],
    "messages": [{"type": words.DEEP_LINK}],
}


def metadata(**changed: Any) -> dict[str, Any]:
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": "https://tool.test/login",
        "redirect_uris": ["https://tool.test/launch"],
        "client_name": "Small tool",
        "jwks_uri": "https://tool.test/jwks.json",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": words.SCORE_SCOPE,
        words.TOOL_CONFIGURATION: ABOUT,
        **changed,
    }


def register(scene: Scene, token: str, **changed: Any) -> httpx.Response:
    document = scene.tool.request("GET", f"{scene.platform.base}/.well-known/openid-configuration").json()
    assert document["issuer"] == scene.platform.issuer
    headers = {"authorization": f"Bearer {token}"}
    return scene.tool.request("POST", document["registration_endpoint"], json=metadata(**changed), headers=headers)


def test_a_tool_registers_itself_once_by_invitation(scene: Scene):
    assert register(scene, "a guess").status_code == 401
    token = scene.platform.invite()
    reply = register(scene, token).json()
    tool = scene.platform.tools[reply["client_id"]]
    assert reply[words.TOOL_CONFIGURATION]["deployment_id"] in tool.deployments
    assert (tool.login_url, list(tool.scopes)) == ("https://tool.test/login", [words.SCORE_SCOPE])
    assert register(scene, token).status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"application_type": "native"},
        {"grant_types": ["implicit"]},
        {"redirect_uris": []},
        {"jwks_uri": "jwks.json"},
        {"client_name": ""},
        {"scope": "everything"},
        {"token_endpoint_auth_method": "client_secret_basic"},
        {words.TOOL_CONFIGURATION: {**ABOUT, "domain": "other.test"}},
        {words.TOOL_CONFIGURATION: {**ABOUT, "messages": [{"type": "LtiTellMeAll"}]}},
    ],
    ids=str,
)
def test_a_registration_that_lacks_something_is_refused(scene: Scene, changed: dict[str, Any]):
    assert register(scene, scene.platform.invite(), **changed).status_code == 400
    assert list(scene.platform.tools) == ["tool-1"]
