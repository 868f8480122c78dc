"""Markdown with LaTeX: fill in the numbers, turn it into HTML with MathML. Pure."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from itertools import zip_longest

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from math_core import LatexError, LatexToMathML
from mdit_py_plugins.dollarmath import dollarmath_plugin

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
SPECIAL = re.compile(r"[_&%#$]")


class MarkupError(ValueError):
    """LaTeX that cannot be rendered."""


def placeholders(template: str) -> list[str]:
    """The names that stand between double braces, in order."""
    return PLACEHOLDER.findall(template)


def fill(template: str, value: Callable[[str], str]) -> str:
    """Put `value(name)` in the place of every `{{ name }}`."""
    return PLACEHOLDER.sub(lambda match: value(match[1]), template)


def fill_known(template: str, values: Mapping[str, str]) -> str:
    """The same for the names that `values` has; other placeholders stay."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), template)


def text_latex(words: str) -> str:
    """Words, with formulas between `$` where there are some, within a formula."""
    pieces = words.replace("`", "").split("$")
    if len(pieces) % 2 == 0:  # a lone $ is just that
        pieces = [words]
    texts = ["\\text{" + SPECIAL.sub(r"\\\g<0>", text) + "}" if text else "" for text in pieces[::2]]
    return "".join(text + formula for text, formula in zip_longest(texts, pieces[1::2], fillvalue=""))


def math(latex: str, *, display: bool = False) -> str:
    """LaTeX as MathML. Raises `MarkupError` for what is not LaTeX that a browser can show."""
    try:
        return _converter().convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        raise MarkupError(f"{error} in the formula {latex}") from error


def html(markdown: str) -> str:
    """Markdown with `$…$` and `$$…$$` as HTML with MathML; raw HTML is escaped.

    Raises `MarkupError` where a formula cannot be rendered.
    """
    rendered: str = _markdown().render(markdown)
    return rendered


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(fancy_error=False)


@cache
def _markdown() -> MarkdownIt:
    def render_math(latex: str, options: dict[str, bool]) -> str:
        return math(latex, display=options["display_mode"])

    def leave_room(state: StateCore) -> None:
        # The plugin takes the last character for the one before a formula at the very beginning, and no formula
        # for one after a digit.
        for token in state.tokens:
            if token.type == "inline" and token.content.startswith("$"):
                token.content += " "

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.core.ruler.before("inline", "leave_room", leave_room)
    return markdown.use(dollarmath_plugin, renderer=render_math, allow_digits=False)
