"""What all pages share: templates, and the headers that keep a page to itself."""

import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.asking import site_of
from app.markup import html
from app.pages import texts
from app.pages.forms import proof_for
from app.pages.visitors import Visitor

HERE: Final = Path(__file__).parents[1]
REMEMBERED: Final = 4_000  # pieces of Markdown, a few kilobytes each at most

LETTERS: Final = re.compile(
    r"\\(alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi|omega"
    r"|partial|nabla)(?![A-Za-z])",
    re.IGNORECASE,
)

WORTH_PACKING: Final = 1_000  # bytes
PACKING: Final = 5

templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
texts.speak(templates)


@lru_cache(REMEMBERED)
def _markdown(text: str) -> Markup:
    return Markup(html(text))  # noqa: S704 - html() escapes what is not Markdown


@lru_cache(REMEMBERED)
def _inline(text: str) -> Markup:
    """One paragraph of Markdown without its paragraph, for headings and labels."""
    return Markup(html(text).strip().removeprefix("<p>").removesuffix("</p>"))  # noqa: S704 - as above


def _formula(latex: str) -> Markup:
    return _inline(f"${latex}$")


def _spoken(latex: str) -> str:
    """Words for a formula that names something: its letters, without what only shapes them."""
    named = LETTERS.sub(r" \1 ", latex.replace(r"\left.", "").replace(r"\right|", " at "))
    return " ".join(re.sub(r"\\[A-Za-z]+|[\\${}_^]", " ", named).split())


def _digest() -> str:
    digest = hashlib.sha256()
    for path in sorted((HERE / "static").rglob("*.*")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:10]


STATIC: Final = f"/static/{_digest()}"
"""Where the files of pages are, and what they name among themselves: somewhere else once one of them changes."""


def _static(name: str) -> str:
    return f"{STATIC}/{name}"


templates.filters.update(markdown=_markdown, inline=_inline, formula=_formula, spoken=_spoken)
templates.filters["svg"] = Markup  # a figure, made by an exercise file
templates.globals["static"] = _static


def page(request: Request, name: str, visitor: Visitor, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from its template, which knows the visitor, the time, and the proof that its forms must carry."""
    reader = texts.write_for(request)
    shared = {
        "visitor": visitor,
        "proof": proof_for(request, visitor),
        "now": reader.now,
        "language": reader.language,
        "site": site_of(request),
    }
    html = templates.get_template(f"{name}.html").render({**shared, **values}).encode()
    headers = {"Content-Security-Policy": policy(request), "Vary": "Accept-Encoding, Accept-Language, Cookie"}
    if len(html) >= WORTH_PACKING and "gzip" in request.headers.get("accept-encoding", ""):
        html = gzip.compress(html, PACKING, mtime=0)  # no secret is in it twice the same: see `proof_for`
        headers["Content-Encoding"] = "gzip"
    return HTMLResponse(html, status, headers)


def policy(request: Request, *, form_action: str = "'self'", framed_by: str = "") -> str:
    """What a page may do: use its own files and addresses, nothing else; be framed by those who may."""
    framing = framed_by or request.app.state.framers.origins or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:;"
        f" connect-src 'self'; form-action {form_action}; base-uri 'none'; frame-ancestors {framing}"
    )
