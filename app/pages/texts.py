"""The words of the pages: templates say them in English, `app/texts/<language>.po` says them in another language.

`app/texts/nabla.pot` lists them all, for translators; `make texts` writes it from the templates.
"""

from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale, negotiate_locale
from babel.dates import format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from fastapi import Request
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

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


def speak(environment: Environment) -> None:
    """Give templates their words, moments and numbers in the language that a page is rendered in."""
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    environment.filters.update(moment=_moment, ago=_ago, number=_number_text)


def _language(context: Context) -> str:
    return str(context.get("language", ENGLISH))


@pass_context
def _gettext(context: Context, text: str) -> str:
    return str(translations()[_language(context)].gettext(text))


@pass_context
def _ngettext(context: Context, one: str, many: str, n: int) -> str:
    return str(translations()[_language(context)].ngettext(one, many, n))


@pass_context
def _moment(context: Context, at: datetime, zone: str = "UTC") -> Markup:
    """A moment on the clock of a time zone; outside of a course, which has one, the zone is named."""
    shown = format_datetime(at, MOMENT, tzinfo=ZoneInfo(zone), locale=Locale.parse(_language(context)))
    return _time(at, f"{shown} UTC" if zone == "UTC" else shown)


@pass_context
def _ago(context: Context, at: datetime) -> Markup:
    """How long ago a moment is, or how far ahead."""
    span = at - context["now"]
    return _time(at, format_timedelta(span, add_direction=True, locale=Locale.parse(_language(context))))


def _time(at: datetime, shown: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(at.astimezone(UTC).isoformat(timespec="seconds"), shown)


@pass_context
def _number_text(context: Context, value: Any, decimals: int = 2) -> str:
    """A number, rounded to so many decimals, without zeros at its end."""
    pattern = f"#,##0.{'#' * decimals}" if decimals else "#,##0"
    return format_decimal(value, format=pattern, locale=Locale.parse(_language(context)))
