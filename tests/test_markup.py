"""Texts of exercises: numbers filled in, formulas as MathML, and nothing that a browser would run."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exercise import Catalogue, Instance
from app.markup import CLASSES, MarkupError, fill, fill_known, html, math, placeholders, side_by_side, text_latex
from tests.conftest import HOME
from tests.test_exercise import EXERCISES_AND_LEVELS

# Placeholders -------------------------------------------------------------------------------------

PLACEHOLDERS = [
    ("nothing", []),
    ("{{ W }} and {{theta0}}, then {{  W  }}", ["W", "theta0", "W"]),
    (r"\frac{1}{2} \sqrt{ {x} }", []),
    ("{{ 2x }} {{ x-y }} {{}} { { x } } {x}", []),
    ("${{ a }}$\n{{\nb }}", ["a", "b"]),
]


@pytest.mark.parametrize(("template", "names"), PLACEHOLDERS)
def test_names_between_double_braces_are_placeholders(template: str, names: list[str]):
    assert placeholders(template) == names


def test_every_placeholder_is_filled_once():
    assert fill("{{ a }}+{{b}}+{{ a }}", lambda name: f"<{name}>") == "<a>+<b>+<a>"
    assert fill("{{ a }}", lambda _: "{{ b }}") == "{{ b }}"  # what is filled in is no template
    assert fill("{{ a }}", lambda _: r"\1 \g<0>") == r"\1 \g<0>"


def test_unknown_placeholders_can_be_left_for_later():
    assert fill_known("{{ id }}: {{ operation }}", {"id": "a"}) == "a: {{ operation }}"


# HTML ---------------------------------------------------------------------------------------------


def test_formulas_become_mathml_in_the_line_or_on_their_own():
    assert "<math><msup><mi>x</mi><mn>2</mn></msup></math>" in html("Let $x^2$ be.")
    assert '<math display="block"><mfrac>' in html("$$\\frac{1}{2}$$")
    assert html("It costs $5 and $6.") == "<p>It costs $5 and $6.</p>\n"


def test_markdown_becomes_html():
    assert "<strong>b</strong>" in html("a **b**")
    assert "<td>1</td>" in html("|a|b|\n|-|-|\n|1|2|")
    assert "<code>[[1, 2]]</code>" in html("Send `[[1, 2]]`.")


def test_words_in_a_formula_stay_words():
    assert math(text_latex("undefined")) == "<math><mtext>undefined</mtext></math>"
    assert "<mtext>neither_nor</mtext>" in math(text_latex("neither_nor"))  # the id of a choice, for one


# Styles: pages obey their style sheet alone ------------------------------------------------------

STYLED = [
    (r"\begin{cases} a & b \\ c & d \end{cases}", ["to-left close-right", "to-left close-right condition"]),
    (r"\begin{aligned} a &= b \end{aligned}", ["to-right close-right", "to-left close-left"]),
    (r"\begin{align} a &= b \end{align}", ["numbered", "margin", "margin to-right"]),
    (r"\begin{array}{|l:r|} a & b \\ \hline c & d \end{array}", ["line-left", "line-above to-left dashes-right"]),
    (r"\begin{array}{c||c} a & b \\ \hdashline c & d \end{array}", ["line-right between-lines", "dashes-above"]),
    (r"[1]^\top\left[1\right] \mathop{a}_x", ["thin-after"]),
    (r"a\!b", ["thin-back"]),
]


@pytest.mark.parametrize(("latex", "classes"), STYLED)
def test_the_styles_of_a_formula_are_classes(latex: str, classes: list[str]):
    rendered = math(latex)
    assert "style" not in rendered.replace("displaystyle", "")
    for names in classes:
        assert f'class="{names}"' in rendered


@pytest.mark.parametrize("name", sorted(set(CLASSES.values()) | {"to-center"}))
def test_the_style_sheet_knows_every_class_of_a_formula(name: str):
    sheet = (HOME / "app" / "static" / "nabla.css").read_text()
    assert re.search(rf"\.{name}\b(?!-)[^{{}}]*\{{", sheet), f"nabla.css has no rule for .{name}"


def test_a_colour_in_a_formula_is_an_attribute_of_its_own():
    assert math(r"\color{red} x") == '<math><mrow mathcolor="#FF0000"><mi>x</mi></mrow></math>'


@pytest.mark.parametrize("latex", [r"a\hspace{-1cm}b", r"\hspace{1cm}", r"\text{\tiny a}", r"\cramped{a}", r"\cfrac12"])
def test_styles_that_no_class_stands_for_are_left_out(latex: str):
    assert not re.search(r"\s(style|class|mathcolor)=", math(latex))


def test_columns_of_a_table_are_aligned_by_class():
    rendered = html("|a|b|c|\n|:-|:-:|-:|\n|1|2|3|")
    assert re.findall(r'<td class="(.*?)"', rendered) == ["to-left", "to-center", "to-right"]
    assert "style" not in rendered


@pytest.mark.parametrize(("command", "sign"), [("odot", "⊙"), ("otimes", "⊗"), ("oplus", "⊕")])
def test_circled_operators_stay_as_small_as_others(command: str, sign: str):
    assert re.search(rf'<mo [^>]*largeop="false">{sign}</mo>', math(rf"a \{command} b", display=True))


@pytest.mark.parametrize(
    ("latex", "pieces"),
    [
        ("a", ["a"]),
        (r"a \qquad b \qquad c", ["a ", " b ", " c"]),
        (r"{a \qquad b}", [r"{a \qquad b}"]),
        (r"\{ a \qquad b \}", [r"\{ a ", r" b \}"]),
        (r"\begin{cases} a \qquad b \\ c \end{cases} \qquad d", [r"\begin{cases} a \qquad b \\ c \end{cases} ", " d"]),
        (r"\left( a \qquad b \right)", [r"\left( a \qquad b \right)"]),
        (r"\leftarrow \qquad b", [r"\leftarrow ", " b"]),
    ],
)
def test_formulas_of_one_line_can_stand_below_each_other(latex: str, pieces: list[str]):
    assert side_by_side(latex) == pieces
    assert html(f"$${latex}$$").count("<math") == len(pieces)


# Hostile texts ------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a <b onclick=alert(1)>b</b>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "<javascript:alert(1)>",
    "![x](data:text/html;base64,PHNjcmlwdD4=)",
    '[x](https://a.example "\\" onmouseover=alert(1) \\"")',
    r"$\text{<script>alert(1)</script>}$",
    "$a <script> b$",
    "`<script>`",
    "$$x$$ (<script>)",
    '$$x$$ (" onclick=alert(1) ")',
]
HARMLESS = """
    p h1 h2 h3 h4 h5 h6 em strong code pre blockquote ul ol li hr br a img table thead tbody tr th td div span
    math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom menclose merror
    msub msup msubsup munder mover munderover mmultiscripts mprescripts mtable mtr mtd
"""


class Page(HTMLParser):
    """HTML as a browser takes it apart; `harmful` is what the texts of an exercise never need."""

    def __init__(self, source: str):
        super().__init__()
        self.harmful: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        runs = [f"{name}={value}" for name, value in attributes if name.startswith("on") or self.is_code(name, value)]
        self.harmful += runs if tag in HARMLESS.split() else [tag]

    def is_code(self, name: str, value: str | None) -> bool:
        return name in ("href", "src") and bool(re.match(r"\s*(javascript|vbscript|data|file):", value or "", re.I))

    def handle_comment(self, text: str) -> None:
        self.harmful.append(text)


def test_the_judge_of_html_sees_what_is_harmful():
    for source in ("<script>", "<b>", "<p onclick=x>", "<a href='javascript:x'>", "<img src=' DATA:x'>", "<!-- x -->"):
        assert Page(source).harmful
    assert not Page('<p><a href="https://a.example">x</a> &lt;script&gt; <math><mi>x</mi></math></p>').harmful


@pytest.mark.parametrize("text", HOSTILE)
def test_raw_html_and_scripts_are_escaped(text: str):
    assert Page(html(text)).harmful == []


PIECES = ["<", ">", "script", "img src=", "javascript:", " onclick=", *"/=!\"'&;#ab []()`*_$\\{}^|\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_text_becomes_anything_that_runs(text: str):
    try:
        rendered = html(text)
    except MarkupError:
        return
    assert Page(rendered).harmful == []


BROKEN = [r"\frac{1}", r"\nosuch", "{x", "x^", r"\left(1", r"\begin{bmatrix} 1", r"\href{javascript:x}{y}", "a & b"]


@pytest.mark.parametrize("latex", BROKEN)
def test_a_broken_formula_is_an_error_that_shows_it(latex: str):
    with pytest.raises(MarkupError, match=re.escape(latex)):
        math(latex)
    with pytest.raises(MarkupError, match=re.escape(latex)):
        html(f"Let ${latex}$ be.")


def test_the_message_about_a_formula_is_plain_text():
    with pytest.raises(MarkupError, match="Unknown command") as error:
        math(r"\nosuch")
    assert "\x1b" not in str(error.value)  # colours are for terminals, and this goes into logs and files, too


# The exercises ------------------------------------------------------------------------------------


def texts(instance: Instance) -> Iterator[str]:
    """All that a student may read of an instance."""
    yield instance.statement
    for part in instance.family.parts:
        for template in (part.title, part.prompt, part.explanation, *part.hints):
            yield instance.fill(template, part)
        yield from (misconception.feedback for misconception in part.misconceptions)
        yield f"${instance.latex(part)}$"


@pytest.mark.parametrize(("id", "level"), EXERCISES_AND_LEVELS)
def test_every_text_of_an_exercise_renders(catalogue: Catalogue, id: str, level: str):
    for seed in range(4):
        for text in texts(catalogue[id].draw(level, seed)):
            rendered = html(text)
            assert not re.search(r"[$\\]|\{\{", rendered), f"left as it was typed: {text}"
            assert " style=" not in rendered
