"""The catalogue and the pages of exercises: what there is, how far one is, numbers of one's own."""

import re

import pytest

from app.attempts.progress import MASTERED_AFTER, Progress, Worked
from app.exercise import Catalogue
from tests.teaching import MORNING, Classroom, fine, made
from tests.test_pages_solve import begin, id_of, right
from tests.visiting import Browser, Page


@pytest.fixture
def guest(classroom: Classroom) -> Browser:
    return Browser(classroom.school)


def listed(page: Page) -> list[str]:
    return [e["href"].removeprefix("/exercises/") for e in page.all("a") if e["href"].startswith("/exercises/")]


def test_the_catalogue_lists_every_exercise_in_lecture_order(guest: Browser, catalogue: Catalogue):
    page = guest.visit("/")
    sections: dict[str, list[str]] = {}
    for family in catalogue.values():
        sections.setdefault(family.section, []).append(family.id)
    assert listed(page) == [id for ids in sections.values() for id in ids]
    assert [e.text for e in page.all("h2")] == list(sections)


def test_who_shortens_the_address_of_an_exercise_gets_to_the_catalogue(guest: Browser):
    assert guest.visit("/exercises").path == "/"


def test_a_search_needs_every_word_and_no_script(guest: Browser):
    assert "ls-gradient" in listed(guest.visit("/?q=squared+residual"))
    assert listed(guest.visit("/?q=SOFTMAX+jacobian")) == ["softmax-jacobian"]
    assert set(listed(guest.visit("/?topic=least-squares"))) == {
        "ls-steps",
        "ls-gradient",
        "ls-gd-step",
        "ls-linear-check",
    }
    nothing = guest.visit("/?q=<b>nothing")
    assert listed(nothing) == []
    assert "No exercise is called that." in nothing.text
    assert nothing.field("q") == "<b>nothing"


def test_every_exercise_has_a_page_with_example_numbers(guest: Browser, catalogue: Catalogue):
    for family in catalogue.values():
        for level in family.levels:
            page = guest.visit(f"/exercises/{family.id}?level={level}&seed=3")
            assert page.status == 200
            assert "{{" not in page.html
            assert ("The numbers are an example." in page.text) == (level != "formula")
            assert [e.text.split()[0] for e in page.all("a", aria_current="page")]


def test_an_example_is_not_what_one_gets(classroom: Classroom, guest: Browser):
    page = begin(guest, "ls-gradient")
    shown = fine(classroom.guest.get(f"/instances/{id_of(page)}"))
    assert shown["seed"] >= 1_000  # examples are drawn from small seeds


def test_an_unknown_exercise_or_level_is_answered_in_words(guest: Browser):
    assert guest.visit("/exercises/nothing").status == 404
    assert guest.visit("/exercises/ls-gradient?level=nothing").status == 200
    assert guest.visit("/exercises/ls-gradient?seed=-1").status == 422
    guest.visit("/exercises/ls-gradient")
    assert guest.send("/exercises/ls-gradient/instances", {"level": "nothing"}).status == 422


def test_every_page_of_an_instance_shows_its_mathematics(guest: Browser, catalogue: Catalogue):
    for family in catalogue.values():
        page = begin(guest, family.id)
        assert page.status == 200
        assert "{{" not in page.html
        assert len(page.all("fieldset")) == len(family.parts)
        assert "<merror" not in page.html


def test_progress_belongs_to_the_browser_of_a_guest(classroom: Classroom, guest: Browser):
    page = begin(guest, "form-value")
    assert "Secure" not in page.reply.history[0].headers["set-cookie"]  # served without TLS here
    assert "HttpOnly" in page.reply.history[0].headers["set-cookie"]
    guest.send(f"/instances/{id_of(page)}", {"do": "check", "text.answer": str(right(classroom, page)["answer"])})
    assert "1 solved" in guest.visit("/").text
    assert "solved" in guest.visit("/exercises/form-value").text
    stranger = Browser(classroom.school).visit("/")
    assert "solved" not in stranger.one("main").text.replace("✓ solved", "").replace("solved twice", "")


def test_progress_belongs_to_a_person_in_every_browser(classroom: Classroom):
    page = begin(Browser(classroom.school, classroom.alice), "form-value")
    other = Browser(classroom.school, classroom.alice).visit("/exercises/form-value")
    assert other.all("a", href=f"/instances/{id_of(page)}")
    assert (
        not Browser(classroom.school, classroom.bob)
        .visit("/exercises/form-value")
        .all("a", href=f"/instances/{id_of(page)}")
    )


def test_beginning_again_goes_on_where_one_was(guest: Browser):
    page = begin(guest, "form-value")
    guest.visit("/")
    assert guest.send("/exercises/form-value/instances", {"level": "hand"}).path == page.path
    assert guest.send("/exercises/form-value/instances", {"level": "hand", "fresh": "yes"}).path != page.path
    assert guest.send("/exercises/form-value/instances", {"level": "numpy"}).path != page.path


def test_practice_that_a_program_draws_is_in_nobodys_browser(classroom: Classroom, guest: Browser):
    made(classroom.guest.post("/exercises/form-value/instances", {}))
    assert "Yours so far" not in guest.visit("/exercises/form-value").text


def worked(*said: str) -> Progress:
    """Progress from words, oldest first: alone, hinted, given-up, open."""
    some = [
        Worked(
            id=str(n),
            exercise="x",
            level="hand",
            item=None,
            drawn_at=MORNING,
            score=1.0,
            closed=word == "given-up",
            solved=word in ("alone", "hinted"),
            alone=word != "hinted",
        )
        for n, word in enumerate(said)
    ]
    return Progress(tuple(reversed(some)))


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (["open"], "begun"),
        (["given-up"], "begun"),
        (["alone"], "solved"),
        (["hinted", "hinted"], "solved"),
        (["alone", "alone"], "mastered"),
        (["alone", "hinted", "alone"], "solved"),
        (["alone", "given-up", "alone"], "solved"),
        (["alone", "open", "alone"], "mastered"),
        (["alone", "alone", "given-up"], "mastered"),
    ],
)
def test_mastered_is_solved_twice_in_a_row_without_a_hint(said: list[str], state: str):
    assert MASTERED_AFTER == 2
    assert worked(*said).state == state


def test_pages_need_nothing_from_elsewhere(classroom: Classroom, guest: Browser):
    for page in (guest.visit("/"), guest.visit("/exercises/ls-steps"), begin(guest, "ls-steps")):
        links = re.findall(r'(?:src|href)="([^"]+)"', page.html)
        assert links
        assert all(link.startswith(("/", "#", "?")) and not link.startswith("//") for link in links)
        assert " style=" not in page.html
        assert "<style" not in page.html
        assert not re.search(r"<script(?![^>]*src=)", page.html)
        assert not re.search(r"\son\w+=", page.html)


def test_a_page_may_use_its_own_files_only(classroom: Classroom, guest: Browser):
    policy = guest.visit("/").reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_files_of_pages_are_kept_by_browsers_and_move_when_they_change(guest: Browser):
    page = guest.visit("/exercises/ls-gradient")
    (sheet,) = [e["href"] for e in page.all("link", rel="stylesheet")]
    folder = sheet.removesuffix("nabla.css")
    assert re.fullmatch("/static/[0-9a-f]{10}/", folder)
    for name in ("nabla.css", "solve.js", "grid.js", "fonts/nabla-math.woff2"):  # those that others name, too
        assert "immutable" in guest.visit(folder + name).reply.headers["cache-control"]
    assert guest.visit("/static/0123456789/nabla.css").status == 404
    assert "immutable" not in guest.visit("/static/nabla.css").reply.headers["cache-control"]
    assert page.reply.headers["cache-control"] == "no-store"


def without_guests(classroom: Classroom) -> None:
    state = classroom.school.app.state
    state.settings = state.settings.model_copy(update={"guests": "off"})


def test_where_there_are_no_guests_one_can_still_sign_in(classroom: Classroom):
    before = classroom.school.app.state.settings
    without_guests(classroom)
    try:
        browser = Browser(classroom.school)
        for path in ("/", "/exercises/ls-gradient"):
            page = browser.visit(path)
            assert page.status == 401
            assert page.all("a", href=f"/sign-in?next={path}")
        assert browser.visit("/sign-in?next=/").status == 200
        page = browser.send("/sign-in", {"token": classroom.alice.token or "", "next": "/"})
        assert page.status == 200
        assert page.path == "/"
        assert listed(page)
    finally:
        classroom.school.app.state.settings = before


def test_programs_get_problems_and_people_get_pages(classroom: Classroom, guest: Browser):
    assert guest.visit("/nothing").reply.headers["content-type"].startswith("text/html")
    assert "There is nothing at this address" in guest.visit("/nothing").text
    program = guest.visit("/nothing", headers={"Accept": "*/*"})
    assert program.reply.headers["content-type"] == "application/problem+json"
    api = guest.visit("/api/v1/nothing")
    assert api.reply.headers["content-type"] == "application/problem+json"
