"""The words of the pages stand in one place, and another language takes their place without touching a page."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from app.pages import texts
from tests.conftest import HOME
from tests.teaching import Classroom
from tests.visiting import Browser

POT = HOME / "app" / "texts" / "nabla.pot"
MARK = "¤"


def test_the_list_of_words_is_up_to_date(tmp_path: Path):
    """`make texts` writes it anew."""
    new = tmp_path / "nabla.pot"
    command = ["extract", "--mapping-file", "pyproject.toml", "--sort-by-file", "--no-location", "--omit-header"]
    done = subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "--quiet", *command, "--output-file", str(new), "app"],
        cwd=HOME,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert POT.read_text() == new.read_text(), "run `make texts`"


@pytest.fixture
def marked_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A language in which every text of the pages bears a mark."""
    with POT.open("rb") as file:
        catalog = read_po(file, locale="eo")
    for message in catalog:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            marked = [MARK + id.replace(">", f">{MARK}") for id in ids]
            message.string = tuple(marked) if len(marked) > 1 else marked[0]
    with (tmp_path / "eo.po").open("wb") as file:
        write_po(file, catalog)
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    texts.translations.cache_clear()
    yield "eo"
    texts.translations.cache_clear()


class Unmarked(HTMLParser):
    """The texts of a page that bear no mark."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        ours = not {"math", "code", "svg", "script", "option"} & set(self.open)
        if ours and MARK not in data and re.search(r"[A-Za-z]{3}", data):
            self.found.append(data.strip(" :,\n"))


def unmarked(html: str) -> list[str]:
    reader = Unmarked()
    reader.feed(html)
    return reader.found


def test_another_language_reaches_every_word_of_a_page(classroom: Classroom, marked_language: str):
    browser = Browser(classroom.school)
    words = {"headers": {"Accept-Language": f"{marked_language}, en;q=0.5"}}
    page = browser.visit("/sign-in", **words)
    assert page.one("html")["lang"] == "eo"
    assert set(unmarked(page.html)) <= {"Nabla"}
    content = [family.title for family in classroom.school.app.state.catalogue.values()]
    content += [family.section for family in classroom.school.app.state.catalogue.values()]
    assert set(unmarked(browser.visit("/", **words).html)) <= {"Nabla", *content}


def test_a_language_that_there_is_not_is_english(classroom: Classroom):
    for wanted in ("", "de-AT, de;q=0.9", "*", ";q=,,;", "x" * 5_000, "en;q=nan", "fr;q=1e999"):
        page = Browser(classroom.school).visit("/sign-in", headers={"Accept-Language": wanted})
        assert page.one("html")["lang"] == "en"
        assert page.one("h1").text == "Sign in"
