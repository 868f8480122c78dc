"""Pages in a real browser: no complaint in the console, accessible, whatever the light and the width."""

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser import LOOKS, PHONE, WINDOW, Browse, Windows, axe, in_every_look, no_horizontal_scrolling
from tests.teaching import Classroom

# Pages for everyone -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/sign-in"])
def test_pages_for_guests_are_accessible(browse: Browse, path: str):
    page = browse(path=path)
    assert in_every_look(page) == []


def test_what_is_wrong_in_one_look_only_is_seen(browse: Browse):
    page = browse(path="/sign-in")
    page.evaluate("document.querySelector('h1').style.minWidth = '600px'")
    assert [fault.partition(": ")[0] for fault in in_every_look(page)] == [PHONE]
    page.evaluate("document.querySelector('h1').style = 'color: #ddd'")
    assert {fault.partition(": ")[0] for fault in in_every_look(page)} == {PHONE, "light"}
    page.evaluate("document.querySelector('h1').style = 'color: black'")
    assert {fault.partition(": ")[0] for fault in in_every_look(page)} == {"dark"}


def test_the_page_about_oneself_is_accessible(browse: Browse, classroom: Classroom):
    page = browse(classroom.alice, "/me")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert in_every_look(page) == []


def test_formulas_have_a_font_of_their_own(page: Page):
    assert page.evaluate("document.fonts.load('1em \"Nabla Math\"', '∑').then(found => found.length)") == 1


# The judges: they see what they are there for -----------------------------------------------------


def test_an_error_of_a_script_is_a_fault(page: Page, faults: list[str]):
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('lost') })")
    assert faults.pop() == f"{page.url} raises: lost"
    with page.expect_console_message():
        page.evaluate("console.error('odd')")
    assert faults.pop() == f"{page.url} says: odd"


def test_what_a_tab_says_that_a_page_opens_is_a_fault(page: Page, faults: list[str]):
    with page.expect_popup() as opened:
        page.evaluate("void open('/sign-in')")
    tab = opened.value
    tab.wait_for_load_state()
    with tab.expect_console_message():
        tab.evaluate("console.error('odd')")
    assert faults.pop() == f"{tab.url} says: odd"


def test_a_style_beside_the_style_sheet_is_a_fault(page: Page, faults: list[str]):
    with page.expect_console_message():
        page.evaluate("document.body.setAttribute('style', 'color: red')")
    assert "Content Security Policy" in faults.pop()


def test_nobody_else_is_asked(page: Page, faults: list[str]):
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://elsewhere.example/")
    assert faults.pop().endswith("asks another server: http://elsewhere.example/")


def test_a_page_that_is_not_there_is_no_fault_but_what_a_page_lacks_is(page: Page, faults: list[str]):
    page.goto("/nothing")
    assert not faults
    with page.expect_console_message():
        page.evaluate("fetch('/static/nothing.js')")
    assert "404" in faults.pop()


def test_what_is_inaccessible_or_too_wide_is_found(page: Page):
    page.evaluate("document.querySelector('main').innerHTML = '<img src=\"/static/nabla.svg\" width=3000>'")
    assert any(found.startswith("image-alt") for found in axe(page))
    assert not no_horizontal_scrolling(page)


def test_a_window_keeps_nothing_of_the_test_before(windows: Windows, address: str):
    window = windows.open({})
    (page,) = window.pages
    page.goto(address)
    page.evaluate("localStorage.setItem('kept', document.cookie = 'kept=1')")
    page.set_viewport_size(LOOKS[PHONE]["viewport"])
    windows.take_back(window, {})
    assert windows.open({}) is window
    page.goto(address)
    assert page.evaluate("[localStorage.length, document.cookie, innerWidth]") == [0, "", WINDOW["width"]]
    windows.take_back(window, {})
