"""Markdown with LaTeX: fill in the numbers, turn it into HTML with MathML. Pure."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from itertools import zip_longest
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from math_core import LatexError, LatexToMathML
from mdit_py_plugins.dollarmath import dollarmath_plugin

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
SPECIAL = re.compile(r"[_&%#$]")
STYLE = re.compile(r' style="([^"]*)"')
NESTING = re.compile(r"\\[{}\\]|[{}]|\\(?:qquad|begin|end|left|right)(?![A-Za-z])")
OPENING: Final = ("{", r"\begin", r"\left")
CLOSING: Final = ("}", r"\end", r"\right")
CIRCLED = re.compile(r"<mo([^>]*)>([⊙⊗⊕])</mo>")

# What math-core writes into style attributes, which browsers disregard on our pages, and the classes instead of it.
CLASSES: Final = {
    "text-align: left": "to-left",
    "justify-items: start": "to-left",
    "text-align: right": "to-right",
    "justify-items: end": "to-right",
    "padding-left: 0": "close-left",
    "padding-right: 0": "close-right",
    "padding-left:1em": "condition",
    "padding-left: 0.1em": "between-lines",
    "padding-right: 0.1em": "between-lines",
    "border-left: 0.05em solid currentcolor": "line-left",
    "border-right: 0.05em solid currentcolor": "line-right",
    "border-top: 0.05em solid currentcolor": "line-above",
    "border-left: 0.05em dashed currentcolor": "dashes-left",
    "border-right: 0.05em dashed currentcolor": "dashes-right",
    "border-top: 0.05em dashed currentcolor": "dashes-above",
    "width: 100%": "numbered",
    "width: 50%": "margin",
    "width: 7.5%": "indent",
    "padding-left:0.1667em": "thin-before",
    "padding-left:0.2222em": "medium-before",
    "padding-left:0.2778em": "thick-before",
    "padding-right:0.1667em": "thin-after",
    "padding-right:0.2222em": "medium-after",
    "padding-right:0.2778em": "thick-after",
    "margin-left:-0.16666667em": "thin-back",
}


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
        mathml = _converter().convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        raise MarkupError(f"{error} in the formula {latex}") from error
    # Firefox would draw these as large as a sum.
    return STYLE.sub(_attributes, CIRCLED.sub(r'<mo\1 largeop="false">\2</mo>', mathml))


def side_by_side(latex: str) -> list[str]:
    """The formulas of a line that `\\qquad` keeps apart: where there is no room they stand one below the other."""
    pieces, begin, depth = [], 0, 0
    for found in NESTING.finditer(latex):
        if found[0] == r"\qquad":
            if depth == 0:
                pieces.append(latex[begin : found.start()])
                begin = found.end()
        elif found[0] in OPENING:
            depth += 1
        elif found[0] in CLOSING:
            depth -= 1
    return [*pieces, latex[begin:]]


def html(markdown: str) -> str:
    """Markdown with `$…$` and `$$…$$` as HTML with MathML; raw HTML is escaped.

    Raises `MarkupError` where a formula cannot be rendered.
    """
    rendered: str = _markdown().render(markdown)
    return rendered


def _attributes(style: re.Match[str]) -> str:
    """The same as classes and as a colour; what neither can say is only looks, and is left out."""
    declarations = style[1].removesuffix(";").split(";")
    classes = dict.fromkeys(CLASSES[declaration] for declaration in declarations if declaration in CLASSES)
    colours = [text.removeprefix("color:") for text in declarations if text.startswith("color:")]
    written = [("class", " ".join(classes)), ("mathcolor", "".join(colours))]
    return "".join(f' {name}="{value}"' for name, value in written if value)


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(fancy_error=False)


@cache
def _markdown() -> MarkdownIt:
    def render_math(latex: str, options: dict[str, bool]) -> str:
        if not options["display_mode"]:
            return math(latex)
        return "".join(math(piece, display=True) for piece in side_by_side(latex))

    def leave_room(state: StateCore) -> None:
        # The plugin takes the last character for the one before a formula at the very beginning, and no formula
        # for one after a digit.
        for token in state.tokens:
            if token.type == "inline" and token.content.startswith("$"):
                token.content += " "

    def align_by_class(state: StateCore) -> None:
        for token in state.tokens:
            if style := token.attrs.pop("style", None):
                token.attrSet("class", str(style).replace("text-align:", "to-"))

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.core.ruler.before("inline", "leave_room", leave_room)
    markdown.core.ruler.push("align_by_class", align_by_class)
    return markdown.use(dollarmath_plugin, renderer=render_math, allow_digits=False)
