"""Launches from a learning platform: who gets in, as whom, once, and where they come out."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import anyio
import httpx
import pytest
from sqlalchemy import func, select

from app.auth import Caller
from app.courses import assignments, course
from app.models import contexts, copies, enrolments, identities, line_items, logins, people, tokens
from app.platforms import registry
from tests.launching import LAUNCH, SITE, Campus, Frame, a_campus
from tests.platform import BAD, GOOD, Case, words
from tests.platform.oidc import authenticate
from tests.platform.travel import follow
from tests.teaching import School
from tests.visiting import Page


@pytest.fixture
def campus(school: School) -> Iterator[Campus]:
    yield from a_campus(school)


def code_of(page: Page) -> str:
    """The code of a refusal."""
    assert page.all("div", role="alert"), page.text
    return page.all("code")[0].text


# Who gets in --------------------------------------------------------------------------------------


def count(school: School, table: Any) -> int:
    return school.read(lambda tx: tx.scalar(select(func.count()).select_from(table))) or 0


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_a_launch_that_is_not_as_it_must_be_is_refused(campus: Campus, case: Case):
    link = campus.link(exercise="ls-gradient")
    visit = campus.visit(campus.alice, link, change=case.change)
    browser, other = Frame(campus.school), Frame(campus.school)
    before = count(campus.school, tokens)
    reply = campus.school.portal.call(follow, browser.client, visit, other.client)
    if case.name == "another browser":  # who keeps no cookies begins again in a tab of their own
        assert "Open in a new tab" in reply.text
    else:
        assert 400 <= reply.status_code < 500, reply.text
        assert code_of(Page.of(reply))
    assert "nabla_session" not in {*browser.client.cookies, *other.client.cookies} or case.name == "sent twice"
    assert count(campus.school, tokens) == before + (case.name == "sent twice")


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_a_launch_that_is_unusual_and_right_gets_in(campus: Campus, case: Case):
    link = campus.link(exercise="ls-gradient")
    frame = campus.open(campus.alice, link, change=case.change)
    assert frame.page.status == 200, frame.page.text
    assert frame.page.all("div", role="alert") == []
    assert "<script>alert(1)" not in frame.page.html
    me = frame.go("/me")
    assert me.status == 200
    assert "<script>alert(1)" not in me.html


def test_of_fifty_replays_in_parallel_one_gets_in(campus: Campus):
    visit = campus.visit(campus.alice, campus.link(exercise="ls-gradient"))
    frame = Frame(campus.school)
    launch = authenticate(campus.platform, frame.begin(visit)).fields()
    statuses: list[int] = []

    async def send() -> None:
        reply = await frame.client.post("/lti/launch", data=launch)
        statuses.append(reply.status_code)

    async def all_at_once() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(send)

    campus.school.portal.call(all_at_once)
    assert sorted(statuses) == [303] + 49 * [401]
    assert count(campus.school, identities) == 1


@pytest.mark.parametrize("later", [1, 11, 14 * 60, 59 * 60, 2 * 86_400])
def test_a_launch_is_never_good_again(campus: Campus, later: int):
    visit = campus.visit(campus.alice, campus.link())
    frame = Frame(campus.school)
    launch = authenticate(campus.platform, frame.begin(visit))
    assert frame.finish(launch).status == 200
    campus.school.clock.forward(seconds=later)
    assert code_of(frame.finish(launch)) in ("used-state", "expired-state")


def test_a_login_is_good_for_a_quarter_of_an_hour(campus: Campus):
    frame = Frame(campus.school)
    asked = frame.begin(campus.visit(campus.alice, campus.link()))
    campus.school.clock.forward(minutes=15)
    assert code_of(frame.finish(authenticate(campus.platform, asked))) == "expired-state"


def test_logins_are_kept_in_hashes_and_not_for_long(campus: Campus):
    frame = Frame(campus.school)
    asked = frame.begin(campus.visit(campus.alice, campus.link()))
    (row,) = campus.school.rows(select(logins))
    assert asked["state"] not in str(row)
    assert asked["nonce"] not in str(row)
    campus.school.clock.forward(days=2)
    frame.begin(campus.visit(campus.alice, campus.link()))
    assert count(campus.school, logins) == 1


def test_the_login_comes_by_form_too(campus: Campus):
    visit = campus.visit(campus.alice, campus.link())
    frame = Frame(campus.school)
    post = partial(frame.client.post, "/lti/login", data=visit.login, follow_redirects=False)
    reply = campus.school.portal.call(post)
    asked = dict(httpx.URL(reply.headers["location"]).params)
    assert asked.pop("state")
    assert asked.pop("nonce")
    assert asked == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": campus.tool.client_id,
        "redirect_uri": LAUNCH,
        "login_hint": campus.alice.id,
        "lti_message_hint": visit.id,
    }
    cookies = reply.headers.get_list("set-cookie")
    assert any("SameSite=None; Secure; Partitioned" in cookie and "HttpOnly" in cookie for cookie in cookies)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"iss": ""}, "bad-login-request"),
        ({"login_hint": ""}, "bad-login-request"),
        ({"target_link_uri": ""}, "bad-login-request"),
        ({"iss": "https://other.example"}, "unknown-platform"),
        ({"target_link_uri": "https://evil.example/lti/launch"}, "foreign-target"),
        ({"target_link_uri": f"{SITE}/sign-in"}, "foreign-target"),
        ({"target_link_uri": f"{SITE}@evil.example/lti/launch"}, "foreign-target"),
        ({"target_link_uri": "javascript:alert(1)//lti/launch"}, "foreign-target"),
    ],
)
def test_a_login_that_is_not_as_it_must_be_says_what_to_change(campus: Campus, change: dict[str, str], code: str):
    visit = campus.visit(campus.alice, campus.link())
    page = Frame(campus.school).send("/lti/login", {**visit.login, **change})
    assert code_of(page) == code
    assert 400 <= page.status < 500
    assert "evil" not in page.html
    assert page.reply.headers["content-security-policy"].endswith("frame-ancestors *")


def test_a_client_id_that_is_not_known_is_told_from_an_unknown_issuer(campus: Campus):
    login = campus.visit(campus.alice, campus.link()).login
    page = Frame(campus.school).send("/lti/login", {**login, "client_id": "another"})
    assert code_of(page) == "unknown-platform"
    assert "another client id" in page.text
    page = Frame(campus.school).send("/lti/login", {**login, "iss": "https://other.example"})
    assert "its issuer is not registered" in page.text


def test_a_parameter_twice_is_no_login(campus: Campus):
    visit = campus.visit(campus.alice, campus.link())
    assert (
        code_of(Frame(campus.school).send("/lti/login?iss=https://other.example", visit.login)) == "bad-login-request"
    )


def test_two_tools_of_one_issuer_are_told_apart_by_client_id(campus: Campus):
    other = registry.New(
        campus.platform.issuer, "another", "https://a.example", "https://a.example", "https://a.example"
    )
    campus.school.write(lambda tx: registry.add(tx, other, campus.school.clock()))
    visit = campus.visit(campus.alice, campus.link())
    assert campus.open(campus.alice, campus.link()).page.status == 200
    without = {name: value for name, value in visit.login.items() if name != "client_id"}
    assert code_of(Frame(campus.school).send("/lti/login", without)) == "ambiguous-issuer"


@pytest.mark.parametrize(("state", "code"), [("proposed", "not-confirmed"), ("disabled", "disabled-platform")])
def test_a_platform_that_is_not_active_lets_nobody_in(campus: Campus, state: Any, code: str):
    frame = campus.open(campus.alice, campus.link())
    under_way = Frame(campus.school)
    asked = under_way.begin(campus.visit(campus.bob, campus.link()))
    platform = campus.school.read(lambda tx: registry.find(tx, campus.id))
    campus.school.write(lambda tx: registry.put(tx, platform, state))
    assert code_of(Frame(campus.school).send("/lti/login", campus.visit(campus.alice, campus.link()).login)) == code
    assert code_of(under_way.finish(authenticate(campus.platform, asked))) == "disabled-platform"
    assert frame.go("/assignments").status == 401  # who was in is out


def test_a_deployment_that_is_new_waits_for_the_operator(campus: Campus):
    deployment = campus.platform.deploy(campus.tool)
    link = campus.link()
    page = campus.open(campus.alice, link, deployment=deployment).page
    assert code_of(page) == "pending-deployment"
    platform = campus.school.read(lambda tx: registry.find(tx, campus.id))
    assert (
        campus.school.read(lambda tx: registry.deployment(tx, platform, deployment.id, campus.school.clock()))
        == "pending"
    )
    campus.school.write(lambda tx: registry.decide(tx, platform, deployment.id, "active", campus.school.clock()))
    assert campus.open(campus.alice, link, deployment=deployment).page.status == 200
    campus.school.write(lambda tx: registry.decide(tx, platform, deployment.id, "refused", campus.school.clock()))
    assert code_of(campus.open(campus.alice, link, deployment=deployment).page) == "unknown-deployment"


def test_what_the_platform_cannot_do_is_said_in_words(campus: Campus):
    frame = Frame(campus.school)
    asked = frame.begin(campus.visit(campus.alice, campus.link()))
    page = frame.send("/lti/launch", {"state": asked["state"], "error": "login_required", "error_description": "<b>"})
    assert code_of(page) == "platform-error"
    assert "sign in there first" in page.text
    assert "<b>" not in page.html


def test_keys_that_cannot_be_fetched_are_said_to_be_that(campus: Campus):
    campus.platform.fails("jwks", status=500, times=5)
    assert code_of(campus.open(campus.alice, campus.link()).page) == "no-keys"


def test_a_nameless_launch_is_a_guests_where_the_operator_says_so(campus: Campus):
    platform = campus.school.read(lambda tx: registry.find(tx, campus.id))
    campus.school.write(lambda tx: registry.change(tx, platform, {"anonymous": True}))
    frame = campus.open(campus.alice, campus.link(), change=lambda launch: launch.claims.pop("sub"))
    assert frame.page.path == "/"
    assert count(campus.school, identities) == 0


# As whom ------------------------------------------------------------------------------------------


def roles(campus: Campus) -> dict[str, str]:
    found = select(enrolments.c.name, enrolments.c.role).join(contexts, contexts.c.course == enrolments.c.course)
    return {row.name: row.role for row in campus.school.rows(found)}


def test_people_come_with_the_role_that_they_have_on_the_platform(campus: Campus):
    for user in (campus.alice, campus.carol, campus.dave, campus.owl):
        campus.open(user, campus.link())
    assert roles(campus) == {"Alice Example": "student", "Carol Example": "instructor", "Dave Example": "assistant"}
    campus.context.join(campus.alice, words.INSTRUCTOR)
    campus.open(campus.alice, campus.link())
    assert roles(campus)["Alice Example"] == "instructor"


def test_an_address_makes_nobody_somebody_else(campus: Campus, school: School):
    """The roster's alice has the address that the platform's alice says is hers."""
    local = school.rows(select(people).where(people.c.email == "alice@example.org"))
    campus.open(campus.alice, campus.link())
    found = school.rows(select(identities.c.person))
    assert {row.person for row in found}.isdisjoint({row.id for row in local})
    named = school.rows(select(people).where(people.c.id.in_([row.person for row in found])))
    assert [row.email for row in named] == [None]


def test_one_subject_of_two_platforms_is_two_people(school: School):
    persons = set()
    for personality in ("standard", "moodle"):
        for campus in a_campus(school, personality):
            campus.alice.id = "7"
            campus.open(campus.alice, campus.link())
            persons |= {row.person for row in school.rows(select(identities.c.person))}
    assert len(persons) == 2


# What it opens ------------------------------------------------------------------------------------


def where(frame: Frame) -> str:
    return frame.page.path


def assignment_of(campus: Campus, title: str, **columns: Any) -> str:
    """A new assignment of the course that belongs to the platform's."""
    home = campus.school.rows(select(contexts.c.course))[0].course

    def make(tx: Any) -> str:
        found = course.find(tx, operator(), home)
        values = {
            "opens_at": None, "due_at": None, "closes_at": None, "late_penalty": 0.2, "attempt_factors": [],
            "hint_cost": 0.0, "solutions": "after_close", "title": title, **columns,
        }  # fmt: skip
        item = {"exercise": "ls-gradient", "level": "hand", "only": {}, "points": 4.0, **assignments.UNSTATED}
        return assignments.create(
            tx, campus.school.app.state.catalogue, operator(), found, values, [item], campus.school.clock()
        ).id

    return campus.school.write(make)


def operator() -> Caller:
    return Caller(operator=True)


def test_a_link_that_names_an_exercise_is_an_assignment_of_it_for_everybody(campus: Campus):
    link = campus.link(title="Warm-up", exercise="ls-gradient", level="numpy")
    alices, bobs = campus.open(campus.alice, link), campus.open(campus.bob, link)
    assert where(alices) == where(bobs)
    assert re.fullmatch(r"/assignments/[^/]+", where(alices))
    assert "Warm-up" in alices.page.text
    assert "Gradient of the squared residual" in alices.page.text
    other = campus.link(exercise="ls-gradient")
    assert where(campus.open(campus.alice, other)) != where(alices)


def test_a_link_that_names_a_sheet_is_an_assignment_of_all_its_exercises(campus: Campus):
    sheet = next(iter(campus.school.app.state.catalogue.sheets.values()))
    frame = campus.open(campus.alice, campus.link(sheet=sheet.id))
    assert len(frame.page.all("li")) >= len(sheet.items)


def test_an_unknown_exercise_is_named_to_the_instructor_with_a_remedy(campus: Campus):
    for parameters in ({"exercise": "no-such-thing"}, {"exercise": "ls-gradient", "level": "moon"}, {"sheet": "x"}):
        link = campus.link(**parameters)
        assert "Not set up yet" in campus.open(campus.alice, link).page.text
        assert "custom parameters" in campus.open(campus.carol, link).page.text
    assert campus.school.rows(select(line_items)) == []


def test_a_link_whose_parameters_change_opens_what_they_ask_for_now(campus: Campus):
    link = campus.link(exercise="ls-gradient")
    before = where(campus.open(campus.alice, link))
    link.custom["exercise"] = "ls-steps"
    after = campus.open(campus.alice, link)
    assert where(after) != before
    assert "step by step" in after.page.text
    link.custom["points"] = "3"
    assert where(campus.open(campus.bob, link)) == where(after)


def test_a_link_without_parameters_opens_the_list_of_the_course(campus: Campus):
    link = campus.link()
    assert where(campus.open(campus.alice, link)) == "/assignments"
    assert where(campus.open(campus.carol, link)).startswith("/teach/courses/")
    assert where(campus.open(campus.dave, link)).startswith("/teach/courses/")


def test_a_link_opens_the_assignment_that_it_names(campus: Campus):
    campus.open(campus.carol, campus.link())
    id = assignment_of(campus, "Sheet 1")
    link = campus.link(assignment=id)
    assert where(campus.open(campus.alice, link)) == f"/assignments/{id}"
    assert where(campus.open(campus.carol, link)) == f"/teach/assignments/{id}"
    (column,) = campus.school.rows(select(line_items))
    assert (column.assignment, column.link) == (id, link.id)


def test_who_has_no_role_may_practise_and_nothing_else(campus: Campus):
    campus.open(campus.carol, campus.link())
    id = assignment_of(campus, "Sheet 1")
    assert "Not for your role" in campus.open(campus.owl, campus.link(assignment=id)).page.text
    frame = campus.open(campus.owl, campus.link(exercise="ls-gradient"))
    assert where(frame) == "/exercises/ls-gradient"
    assert frame.go(f"/assignments/{id}").status == 404


def test_the_columns_address_is_the_one_that_the_platform_names(campus: Campus):
    link = campus.link(exercise="ls-gradient")
    campus.open(campus.alice, link)
    assert campus.school.rows(select(line_items.c.url)) == [(None,)]
    named = f"{campus.platform.base}/here"
    endpoint = {"scope": [words.SCORE_SCOPE], "lineitem": named}
    campus.open(campus.alice, link, change=lambda launch: launch.claims.update({words.AGS_ENDPOINT: endpoint}))
    assert campus.school.rows(select(line_items.c.url)) == [(named,)]


# Copied courses -----------------------------------------------------------------------------------


def copied(campus: Campus, *ids: str) -> tuple[Any, list[Any]]:
    """The platform's copy of the course, with its links and people."""
    context = campus.platform.add_context("The same, a year later")
    context.join(campus.bob, words.LEARNER)
    context.join(campus.carol, words.INSTRUCTOR)
    return context, [campus.link(context, f"Sheet {n}", assignment=id) for n, id in enumerate(ids, 1)]


def test_a_link_of_a_copied_course_never_opens_the_original(campus: Campus):
    campus.open(campus.carol, campus.link())
    id = assignment_of(campus, "Sheet 1")
    context, (link,) = copied(campus, id)
    assert "Not set up yet" in campus.open(campus.bob, link, context).page.text
    frame = campus.open(campus.carol, link, context)
    assert "Take over the assignments" in frame.page.text
    assert frame.page.status == 200
    assert campus.school.rows(select(copies)) == []


def test_an_instructor_takes_a_copied_course_over_once_with_its_dates_moved(campus: Campus):
    campus.open(campus.carol, campus.link())
    due = campus.school.clock() + timedelta(days=3)
    first, second = assignment_of(campus, "Sheet 1", due_at=due), assignment_of(campus, "Sheet 2")
    campus.school.clock.forward(days=365)
    context, links = copied(campus, first, second)
    frame = campus.open(campus.carol, links[0], context)
    assert frame.page.field("shift_days") == "364"
    ticket = frame.page.field("ticket")
    looked = frame.send("/lti/set-up", {"ticket": ticket, "do": "look", "shift_days": "371"})
    assert looked.field("shift_days") == "371"
    done = frame.send("/lti/set-up", {"ticket": ticket, "do": "copy", "shift_days": "371"})
    assert re.fullmatch(r"/teach/assignments/[^/]+", done.path)
    again = frame.send("/lti/set-up", {"ticket": ticket, "do": "copy", "shift_days": "371"})
    assert again.path == done.path
    bobs = campus.open(campus.bob, links[1], context)
    assert "Sheet 2" in bobs.page.text
    assert where(bobs) not in (f"/assignments/{first}", f"/assignments/{second}")
    copy = campus.school.rows(select(copies.c.assignment).where(copies.c.original == first))[0].assignment
    moved = campus.school.read(lambda tx: assignments.find(tx, operator(), copy))[0]
    assert moved.dates.due_at == due + timedelta(days=371)
    assert where(campus.open(campus.alice, campus.link(assignment=first))) == f"/assignments/{first}"


def test_an_instructor_has_a_lost_link_open_an_assignment_that_is_there(campus: Campus):
    campus.open(campus.carol, campus.link())
    id = assignment_of(campus, "Sheet 1")
    link = campus.link(assignment="gone-long-ago")
    assert "Not set up yet" in campus.open(campus.alice, link).page.text
    frame = campus.open(campus.carol, link)
    done = frame.send("/lti/set-up", {"ticket": frame.page.field("ticket"), "do": "bind", "assignment": id})
    assert done.path == f"/teach/assignments/{id}"
    assert where(campus.open(campus.alice, link)) == f"/assignments/{id}"


def test_who_is_not_of_the_staff_of_a_course_does_not_take_it_over(campus: Campus):
    """Bob learns there, and teaches a course of his own in which he writes that course's ids into links."""
    campus.open(campus.carol, campus.link())
    campus.open(campus.bob, campus.link())
    id = assignment_of(campus, "An exam")
    for parameters in ({"assignment": id}, {"context_history": campus.context.id}):
        sandbox = campus.platform.add_context("Sandbox")
        sandbox.join(campus.bob, words.INSTRUCTOR)
        link = campus.link(sandbox, **parameters)
        frame = campus.open(campus.bob, link, sandbox)
        assert "An exam" not in frame.page.text
        assert "taught by others" in frame.page.text
    campus.open(campus.bob, campus.link(sandbox, exercise="ls-gradient"), sandbox)
    frame = campus.open(campus.bob, campus.link(sandbox, assignment=id), sandbox)
    fields = {"ticket": frame.page.field("ticket"), "do": "copy", "shift_days": "-60"}
    assert code_of(frame.send("/lti/set-up", fields)) == "other-course"
    assert campus.school.rows(select(copies)) == []


def test_a_course_of_another_platform_is_not_taken_over(school: School):
    for campus in a_campus(school):
        campus.open(campus.carol, campus.link())
        id = assignment_of(campus, "Sheet 1")
        for other in a_campus(school, "moodle"):
            page = other.open(other.carol, other.link(assignment=id)).page
            assert "Take over" not in page.text
            assert "no former course is known" in page.text


def test_a_history_says_which_course_an_empty_one_was_copied_from(campus: Campus):
    campus.open(campus.carol, campus.link())
    assignment_of(campus, "Sheet 1")
    context, _ = copied(campus)
    link = campus.link(context, context_history=f"unknown, {campus.context.id}")
    frame = campus.open(campus.carol, link, context)
    assert "Take over the assignments" in frame.page.text
    done = frame.send("/lti/set-up", {"ticket": frame.page.field("ticket"), "do": "copy", "shift_days": "0"})
    assert "Sheet 1" in done.text
    assert "Take over" not in campus.open(campus.carol, link, context).page.text
    unresolved = campus.link(campus.platform.add_context(), context_history="$Context.id.history")
    assert unresolved.custom["context_history"].startswith("$")


def test_a_pass_is_for_its_page_and_for_two_hours_and_for_who_still_teaches(campus: Campus):
    campus.open(campus.carol, campus.link())
    assignment_of(campus, "Sheet 1")
    frame = campus.open(campus.carol, campus.link(assignment="gone"))
    ticket = frame.page.field("ticket")
    assert code_of(frame.send("/lti/deep-link", {"ticket": ticket, "do": "send"})) == "expired-state"
    assert code_of(frame.send("/lti/set-up", {"ticket": "forged", "do": "look"})) == "expired-state"
    campus.context.join(campus.carol, words.LEARNER)
    campus.open(campus.carol, campus.link())
    assert code_of(frame.send("/lti/set-up", {"ticket": ticket, "do": "look"})) == "expired-state"
    campus.context.join(campus.carol, words.INSTRUCTOR)
    campus.open(campus.carol, campus.link())
    assert frame.send("/lti/set-up", {"ticket": ticket, "do": "look"}).status == 200
    campus.school.clock.forward(hours=2)
    assert code_of(frame.send("/lti/set-up", {"ticket": ticket, "do": "look"})) == "expired-state"


# Without cookies ----------------------------------------------------------------------------------


def test_who_keeps_no_cookies_begins_again_in_a_tab_of_its_own(campus: Campus):
    visit = campus.visit(campus.alice, campus.link(exercise="ls-gradient"))
    frame = Frame(campus.school, forgetful=True)
    page = frame.launch(visit)
    assert "Open in a new tab" in page.text
    (again,) = page.all("a", target="_blank")
    assert dict(httpx.URL(again["href"]).params) == visit.login
    tab = Frame(campus.school)
    assert re.fullmatch(r"/assignments/[^/]+", tab.launch(visit).path)


def test_the_platforms_storage_stands_for_a_cookie(campus: Campus):
    visit = campus.visit(campus.alice, campus.link(exercise="ls-gradient"), storage_target="_parent")
    frame = Frame(campus.school)
    page = frame.send("/lti/login", visit.login)
    store = page.one("p", id="store")
    address = httpx.URL(page.one("a")["href"])
    assert store["data-origin"] == campus.platform.base
    frame.client.cookies.clear()
    launch = authenticate(campus.platform, address.params)
    unbound = frame.finish(launch)
    fetch = unbound.one("form", id="fetch")
    assert fetch["data-key"] == store["data-key"]
    assert code_of(frame.finish(launch, browser="another")) == "other-browser"
    frame.client.headers["Sec-Fetch-Site"] = "cross-site"  # a page that has somebody finish another one's launch
    assert "Open in a new tab" in frame.finish(launch, browser=store["data-value"]).text
    assert "signs you in" not in frame.page.text
    frame.client.headers["Sec-Fetch-Site"] = "same-origin"
    tab = frame.finish(launch, browser=store["data-value"])
    assert "signs you in there, once" in tab.text
    assert "nabla_session" not in frame.client.cookies
    action = next(e["action"] for e in tab.all("form"))
    fields = {e["name"]: e["value"] for e in tab.all("input")}
    assert re.fullmatch(r"/assignments/[^/]+", Frame(campus.school).send(action, fields).path)
    assert Frame(campus.school).send(action, fields).status == 401


# Deep linking -------------------------------------------------------------------------------------


def test_an_instructor_chooses_and_the_platform_gets_graded_links(campus: Campus):
    campus.open(campus.carol, campus.link())
    id = assignment_of(campus, "Sheet 1")
    frame = campus.open(campus.carol, None)
    ticket = frame.page.field("ticket")
    sheet = next(iter(campus.school.app.state.catalogue.sheets))
    fields = {
        "ticket": ticket, "do": "send", "assignment": id, "sheet": sheet, "due_at": "2026-12-24T18:00",
        "exercise": ["ls-gradient hand", "ls-steps numpy"], "points": "7",
    }  # fmt: skip
    page = frame.send("/lti/deep-link", fields)
    answer = {e["name"]: e["value"] for e in page.all("input")}
    reply = campus.school.portal.call(partial(httpx_post, page.one("form")["action"], answer))
    assert reply.status_code == 200, reply.text
    items = campus.platform.content_items
    assert [item["type"] for item in items] == 4 * ["ltiResourceLink"]
    assert items[0]["custom"]["assignment"] == id
    assert items[0]["lineItem"]["scoreMaximum"] == 4
    assert [item["lineItem"]["scoreMaximum"] for item in items[2:]] == [7, 7]
    assert items[2]["submission"]["endDateTime"] == "2026-12-24T18:00:00Z"
    again = frame.send("/lti/deep-link", fields)
    assert again.status == 200
    assert len(campus.school.rows(select(contexts))) == 1
    titles = (
        campus.school.read(
            lambda tx: [
                a.title for a in assignments.of_course(tx, campus.school.rows(select(contexts.c.course))[0].course)
            ]
        )
        if False
        else None
    )
    assert titles is None
    link = campus.link(**items[2]["custom"])
    assert where(campus.open(campus.alice, link)) == f"/assignments/{items[2]['custom']['assignment']}"


async def httpx_post(url: str, data: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.post(url, data=data)


def sent(campus: Campus, frame: Frame, **fields: Any) -> Page:
    return frame.send("/lti/deep-link", {"ticket": frame.page.field("ticket"), "do": "send", "points": "10", **fields})


def test_who_gives_up_sends_an_empty_choice_with_the_data_that_came(campus: Campus):
    frame = campus.open(campus.carol, None, data="what the platform wants back")
    page = sent(campus, frame, do="cancel")
    answer = {e["name"]: e["value"] for e in page.all("input")}
    reply = campus.school.portal.call(partial(httpx_post, page.one("form")["action"], answer))
    assert reply.status_code == 200, reply.text
    assert campus.platform.content_items == []
    assert len(campus.platform.deep_link_answers) == 1


def test_another_choice_after_going_back_is_another_one(campus: Campus):
    frame = campus.open(campus.carol, None)
    ticket = frame.page.field("ticket")
    for exercise in ("ls-gradient hand", "ls-steps hand"):
        fields = {"ticket": ticket, "do": "send", "points": "10", "exercise": exercise}
        assert frame.send("/lti/deep-link", fields).status == 200


def test_one_exercise_at_two_levels_is_two_assignments_of_different_names(campus: Campus):
    frame = campus.open(campus.carol, None)
    sent(campus, frame, exercise=["ls-gradient hand", "ls-gradient numpy", "ls-steps hand"])
    again = campus.open(campus.carol, None).page.text
    for title in ("squared residual, by hand", "squared residual, with numpy"):
        assert title in again
    assert again.count("nobody has opened it by a link yet") == 3


def test_one_link_at_a_time_where_the_platform_takes_one(campus: Campus):
    frame = campus.open(campus.carol, None, accept_multiple=False)
    assert frame.page.all("input", type="checkbox") == []
    page = sent(campus, frame, exercise=["ls-gradient hand", "ls-steps hand"])
    assert page.status == 422
    assert "one link at a time" in page.text


@pytest.mark.parametrize(
    ("fields", "words_of"),
    [
        ({}, "Choose something first"),
        ({"exercise": ["ls-gradient hand"], "points": "-1"}, "Points are a number above 0"),
        ({"exercise": ["ls-gradient hand"], "points": "nan"}, "Points are a number above 0"),
        ({"exercise": ["ls-gradient moon"]}, "This exercise has the levels"),
        ({"exercise": ["ls-gradient hand"], "due_at": "tomorrow"}, "no date with a time"),
    ],
)
def test_a_choice_that_cannot_be_keeps_what_was_chosen(campus: Campus, fields: dict[str, Any], words_of: str):
    page = sent(campus, campus.open(campus.carol, None), **fields)
    assert page.status == 422
    assert words_of in page.text
    chosen = [e["value"] for e in page.all("input", name="exercise") if "checked" in e.attributes]
    assert chosen == [one for one in fields.get("exercise", []) if "moon" not in one]


def test_students_choose_nothing(campus: Campus):
    assert code_of(campus.open(campus.alice, None).page) == "not-a-teacher"
    assert code_of(campus.open(campus.owl, None).page) in ("not-a-teacher", "missing-claims")


def test_a_platform_that_takes_no_links_gets_none(campus: Campus):
    page = campus.open(campus.carol, None, accept_types=("html",)).page
    assert code_of(page) == "no-return-address"
