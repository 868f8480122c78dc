"""The words of the pages: templates say them in English, `app/texts/<language>.po` says them in another language.

`app/texts/nabla.pot` lists them all, for translators; `make texts` writes it from the templates.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, negotiate_locale
from babel.dates import format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from fastapi import Request
from jinja2 import Environment
from markupsafe import Markup

from app.asking import now

FOLDER: Final = Path(__file__).parents[1] / "texts"
ENGLISH: Final = "en"
MOST_LANGUAGES: Final = 20  # of a request that are looked at
MOMENT: Final = "EEE d MMM y, HH:mm"


@cache
def translations() -> dict[str, NullTranslations]:
    """What there is to read, by language; English needs no translation."""
    found: dict[str, NullTranslations] = {ENGLISH: NullTranslations()}
    for path in sorted(FOLDER.glob("*.po")):
        compiled = BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=path.stem))
        compiled.seek(0)
        found[path.stem] = Translations(compiled)
    return found


def language_of(request: Request) -> str:
    """The language that a browser prefers of those there are; English where there is none of them."""
    wanted = []
    for entry in request.headers.get("accept-language", "").split(",")[:MOST_LANGUAGES]:
        name, _, quality = entry.partition(";q=")
        wanted.append((-_number(quality), name.strip().replace("-", "_")))
    preferred = [name for _, name in sorted(wanted, key=lambda pair: pair[0]) if name]
    return negotiate_locale(preferred, list(translations())) or ENGLISH


def _number(quality: str) -> float:
    try:
        return float(quality or 1)
    except ValueError:
        return 0.0


@dataclass(frozen=True)
class Reader:
    """For whom a page is written, and when: macros of templates do not see what the page was given."""

    language: str
    now: datetime

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.language)


_reader: ContextVar[Reader] = ContextVar("reader")


def write_for(request: Request) -> Reader:
    """Write what is rendered from here on in the language of who asks."""
    reader = Reader(language_of(request), now(request))
    _reader.set(reader)
    return reader


def speak(environment: Environment) -> None:
    """Give templates their words, moments and numbers in the reader's language."""
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    environment.filters.update(moment=_moment, ago=_ago, number=_number_text)


def _gettext(text: str) -> str:
    return str(translations()[_reader.get().language].gettext(text))


def _ngettext(one: str, many: str, n: int) -> str:
    return str(translations()[_reader.get().language].ngettext(one, many, n))


def _moment(at: datetime, zone: str = "UTC") -> Markup:
    """A moment on the clock of a time zone; outside of a course, which has one, the zone is named."""
    shown = format_datetime(at, MOMENT, tzinfo=ZoneInfo(zone), locale=_reader.get().locale)
    return _time(at, f"{shown} UTC" if zone == "UTC" else shown)


def _ago(at: datetime) -> Markup:
    """How long ago a moment is, or how far ahead."""
    span = (at - _reader.get().now) or -timedelta(seconds=1)  # this very moment is past, not ahead
    return _time(at, format_timedelta(span, threshold=2, add_direction=True, locale=_reader.get().locale))


def _time(at: datetime, shown: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(at.astimezone(UTC).isoformat(timespec="seconds"), shown)


def _number_text(value: float, decimals: int = 2) -> str:
    """A number, rounded to so many decimals, without zeros at its end."""
    pattern = f"#,##0.{'#' * decimals}" if decimals else "#,##0"
    return format_decimal(value, format=pattern, locale=_reader.get().locale)
