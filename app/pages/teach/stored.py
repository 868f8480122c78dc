"""What was stored long ago, on a page of today: an exercise may have changed since, and formulas may not render."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from markupsafe import Markup

from app.exercise import ExerciseError, Part
from app.markup import MarkupError
from app.pages.base import templates

Told = TypeVar("Told")

NOT_FOR_THESE: Final = (ExerciseError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What the functions of an exercise raise for numbers that they were not written for."""

log = logging.getLogger("nabla")


def formula(latex: str) -> Markup:
    """LaTeX as MathML, or as it is written."""
    return _rendered("formula", latex)


def words(markdown: str) -> Markup:
    """Markdown as HTML, or as it is written."""
    return _rendered("markdown", markdown)


def inline(markdown: str) -> Markup:
    """One paragraph of Markdown without its paragraph, or as it is written."""
    return _rendered("inline", markdown)


def _rendered(filter: str, text: str) -> Markup:
    try:
        return Markup(templates.filters[filter](text))  # noqa: S704 - these filters escape
    except MarkupError:
        return Markup("<code>{}</code>").format(text)


def title(parts: Mapping[str, Part], part: str) -> str:
    """The title of a part in Markdown; nothing for the only one, its id where the exercise has it no more."""
    return f"`{part}`" if part not in parts else parts[part].title if len(parts) > 1 else ""


def as_text(answer: Any) -> str:
    """An answer as it was typed, or as a program sent it."""
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)


def told(tell: Callable[[], Told], otherwise: Told) -> Told:
    """What an exercise says of stored numbers; something else, and a line in the log, where it no longer takes them."""
    try:
        return tell()
    except NOT_FOR_THESE:
        log.warning("An exercise has no words for numbers of an earlier version.", exc_info=True)
        return otherwise
