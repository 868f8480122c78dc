"""A browser of somebody in the classroom: it keeps cookies, follows redirects and fills in forms, without scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from typing import Any, Final

import httpx

from app.auth import create_secret
from tests.teaching import Person, School

VOID: Final = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Element:
    """An element of a page: its name, attributes and all text within it."""

    name: str
    attributes: dict[str, str | None]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute) or ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.all: list[Element] = []
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.all.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place].name == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words.append(data)


@dataclass(frozen=True)
class Page:
    """A page as it arrived."""

    reply: httpx.Response
    elements: tuple[Element, ...]

    @classmethod
    def of(cls, reply: httpx.Response) -> "Page":
        reader = _Reader()
        reader.feed(reply.text)
        return cls(reply, tuple(reader.all))

    @property
    def status(self) -> int:
        return self.reply.status_code

    @property
    def path(self) -> str:
        """Where one is, after all redirects."""
        return self.reply.request.url.raw_path.decode()

    @property
    def html(self) -> str:
        return self.reply.text

    @property
    def text(self) -> str:
        """Everything to read in the main part."""
        return self.one("main").text

    def all(self, name: str, /, **attributes: str) -> list[Element]:
        """The elements of this name with these attributes; `class_` for class, `_` for a dash."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.name == name and all(element[key] == value for key, value in wanted.items())
        ]

    def one(self, name: str, /, **attributes: str) -> Element:
        """The only such element."""
        (found,) = self.all(name, **attributes)
        return found

    def field(self, name: str) -> str:
        """What stands in the field of this name."""
        found = [e for e in self.elements if e["name"] == name and e.name in ("input", "textarea", "select")]
        assert found, f"there is no field {name}"
        return found[0].text if found[0].name == "textarea" else found[0]["value"]


class Browser:
    """Somebody's browser; a guest's without a person."""

    def __init__(self, school: School, person: Person | None = None):
        self.school = school
        transport = httpx.ASGITransport(school.app)
        self._client = httpx.AsyncClient(
            transport=transport,
            base_url="http://nabla.test",
            follow_redirects=True,
            headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"},
        )
        if person is not None:
            now = school.clock()
            session = school.write(lambda tx: create_secret(tx, person.id, now, "session"))
            self._client.cookies.set("nabla_session", session.text, domain="nabla.test")
        self.page: Page | None = None

    @property
    def cookies(self) -> httpx.Cookies:
        return self._client.cookies

    def visit(self, path: str, **options: Any) -> Page:
        """Open an address."""
        return self._go("GET", path, **options)

    def send(
        self,
        path: str,
        fields: Mapping[str, str | Sequence[str]] | None = None,
        *,
        proof: str | None = None,
        **options: Any,
    ) -> Page:
        """Send a form to an address, with the proof of the page that is open, or another one.

        A form of the page itself says what it was opened with.
        """
        if proof is None:
            proof = self.page.field("proof") if self.page and self.page.all("input", name="proof") else ""
        is_here = self.page is not None and bool(self.page.all("form", action=path))
        opened = [e["value"] for e in self.page.all("input", name="opened")] if self.page and is_here else []
        data = {"proof": proof, **({"opened": opened[0]} if opened else {}), **(fields or {})}
        return self._go("POST", path, data=data, **options)

    def _go(self, method: str, path: str, **options: Any) -> Page:
        reply = self.school.portal.call(partial(self._client.request, method, path, **options))
        page = Page.of(reply)
        if reply.headers.get("content-type", "").startswith("text/html"):
            self.page = page
        return page
