"""Formulas typed in a real browser: with the symbols above a phone's keyboard, shown back while one types."""

import pytest
from playwright.sync_api import expect

from app.exercise import Catalogue
from tests.browser import LOOKS, PHONE, Browse, in_every_look, no_horizontal_scrolling
from tests.teaching import Classroom, made


def begun(classroom: Classroom, exercise: str) -> str:
    """The page of a formula's instance."""
    return str(made(classroom.guest.post(f"/exercises/{exercise}/instances", {"level": "formula"}))["page"])


@pytest.fixture
def phone() -> dict[str, object]:
    return {"has_touch": True, "is_mobile": True, "viewport": {"width": 390, "height": 700}}


def test_a_formula_is_typed_with_the_symbols_of_a_phone(browse: Browse, classroom: Classroom, phone: dict[str, object]):
    page = browse(**phone)
    page.goto(begun(classroom, "perceptron-dy-dx"))
    field = page.get_by_role("textbox")
    field.focus()
    bar = page.get_by_role("toolbar", name="Symbols")
    expect(bar).to_be_visible()
    for key in ("diag(", "σ′"):
        bar.get_by_role("button", name=key, exact=True).dispatch_event("mousedown")
    page.keyboard.type("(a)) ")
    bar.get_by_role("button", name="W", exact=True).dispatch_event("mousedown")
    expect(field).to_have_value("diag(σ′(a)) W")
    expect(page.locator(".read-as math")).to_be_visible()
    expect(page.locator(".read-as")).to_contain_text("N × D")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="Result: 100 %")).to_be_focused()


def test_what_does_not_fit_is_said_while_one_types(browse: Browse, classroom: Classroom):
    page = browse()
    page.goto(begun(classroom, "perceptron-dy-dx"))
    page.get_by_role("textbox").fill("σ'(a) W")
    expect(page.locator(".read-as")).to_contain_text("Did you mean diag(…) of the column?")
    expect(page.locator(".read-as mark")).to_have_text("W")


def test_formulas_are_accessible(browse: Browse, classroom: Classroom):
    page = browse(**LOOKS[PHONE])
    page.goto(begun(classroom, "ls-steps"))
    page.get_by_role("textbox").nth(0).fill("W θ + y")
    page.get_by_role("textbox").nth(1).fill("W")
    page.get_by_role("button", name="Check all answers").click()
    expect(page.get_by_role("heading", name="Result")).to_be_visible()
    assert in_every_look(page) == []


def test_no_formula_is_wider_than_a_phone(browse: Browse, classroom: Classroom, catalogue: Catalogue):
    page = browse(**LOOKS[PHONE])
    wide = []
    for family in catalogue.values():
        if "formula" in family.levels:
            page.goto(begun(classroom, family.id), wait_until="domcontentloaded")
            if not no_horizontal_scrolling(page):
                wide.append(family.id)
    assert wide == []
