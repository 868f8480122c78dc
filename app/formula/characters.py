r"""A text as typed, in plain characters: LaTeX and Unicode resolved, each character with its place in the text.

`\mathbf{W}`, `𝐖` and `W` become `W`; `\theta` and `θ` become `θ`; `x₀` becomes `x_0` and `Wᵀ` becomes `W^T`;
`\left(` becomes `(`, `\begin{bmatrix} a & b \\ c & d \end{bmatrix}` becomes `⟦a, b; c, d⟧`. Nothing is thrown away that
could mean something: a command that is not known here is refused.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from app.answers import Unreadable
from app.formula.functions import FUNCTIONS, SPELLINGS
from app.formula.symbols import GREEK

FRACTION: Final = "⁄"  # a fraction's two groups in braces follow it
ROOT: Final = "√"
OPEN_MATRIX: Final = "⟦"
CLOSE_MATRIX: Final = "⟧"
OPEN_NORM: Final = "⟬"  # unlike ‖ and |, LaTeX's bars say which side they are
CLOSE_NORM: Final = "⟭"
OPEN_MODULUS: Final = "⦇"
CLOSE_MODULUS: Final = "⦈"
HADAMARD_POWER: Final = ("^{⊙", ".^{")

COMMAND: Final = re.compile(r"\\([A-Za-z]+|.)?", re.DOTALL)
SHORT_PART: Final = re.compile(r"\s*([^\W_])")  # of a fraction, where it has no braces
NUMERATOR: Final = re.compile(r"\s*\{")
ROOT_INDEX: Final = re.compile(r"\s*\[")
DECORATIONS: Final = {  # what may stand behind a command and means nothing
    "\\": re.compile(r"\[ *[0-9.]+ *(?:pt|em|ex|mm|cm) *\]"),
    "operatorname": re.compile(r"\*"),
}
STYLED: Final = re.compile(r"MATHEMATICAL|FULLWIDTH")  # names of characters that are others in another style
LONE: Final = re.compile(r"(?<![\^_⁄])\{ *([^\W\d_]+) *\}(?=_)")  # as in {\mathbf x}_0
ARGUMENT: Final = re.compile(r"\s*(?:(?P<brace>\{)|(?P<letter>[A-Za-z])|\\(?P<command>[A-Za-z]+))")
BOLD_ONE: Final = re.compile(r"\s*(\{\s*1\s*\}|1)")
ENVIRONMENT: Final = re.compile(r"\s*\{\s*([a-zA-Z]+)\*?\s*\}")

SIGNS: Final = {
    **dict.fromkeys("−–—‐‑﹣－", "-"),
    **dict.fromkeys("’‘′´ʹʼ", "'"),
    **dict.fromkeys("·⋅∙•‧∗×", "*"),  # one product, however it is written
    **dict.fromkeys("∘○⨀", "⊙"),
    **dict.fromkeys("⨂", "⊗"),
    **dict.fromkeys("∥║", "‖"),
    **dict.fromkeys("∣❘", "|"),
    **dict.fromkeys("〈⟨", "⟨"),
    **dict.fromkeys("〉⟩", "⟩"),
    **dict.fromkeys("÷∕⁄", "/"),
    "⊺": "⊤",
    **dict.fromkeys(" \t\r\n\u00a0\u2009\u200a\u202f\u2003\u2002\u2005", " "),
    "″": "''",
    "ϵ": "ε",
    "ϕ": "φ",
    "ϑ": "θ",
    "ϱ": "ρ",
    "µ": "μ",
    **dict.fromkeys("𝟏𝟙", "𝟏"),
}
INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
BLANKS: Final = " \t\r\n\u00a0" + INVISIBLE
WRAPPERS: Final = (('"', '"'), ("“", "”"), ("`", "`"), (r"\[", r"\]"), (r"\(", r"\)"))  # around a whole formula
RAISED: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵀᵗⁿ", "0123456789-+TTn", strict=True))
LOWERED: Final = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx", strict=True))
MARKS: Final = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde"}

FONTS: Final = frozenset(
    (
        "mathbf",
        "boldsymbol",
        "bm",
        "pmb",
        "mathrm",
        "mathit",
        "mathsf",
        "mathtt",
        "mathcal",
        "mathbb",
        "mathop",
        "boxed",
        "operatorname",
        "text",
        "textbf",
        "textrm",
        "vec",
        "underline",
    )
)
ONES: Final = frozenset(("mathbf", "boldsymbol", "bm", "pmb", "mathbb", "mathbbm", "mathds"))
ACCENTS: Final = {"hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde"}
IGNORED: Final = frozenset(
    (
        "left",
        "right",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "biggl",
        "biggr",
        "displaystyle",
        "textstyle",
        "limits",
        "nolimits",
        "middle",
        "bf",
        "rm",
        "it",
        "sf",
    )
)
MATRICES: Final = frozenset(("matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix"))
COMMANDS: Final = {
    **GREEK,
    **{name: name for name in (*FUNCTIONS, *SPELLINGS, "max", "min", "diag", "tr")},
    **dict.fromkeys((",", ";", ":", "!", "quad", "qquad", "thinspace", "nonumber"), " "),
    **dict.fromkeys(("cdot", "times", "ast", "bullet"), "*"),
    **dict.fromkeys(("odot", "circ"), "⊙"),
    **dict.fromkeys(("lt", "le", "leq", "gt", "ge", "geq"), "<"),
    **dict.fromkeys(("dots", "ldots", "cdots", "vdots", "ddots"), "…"),
    **dict.fromkeys(("top", "intercal", "transpose"), "⊤"),
    **dict.fromkeys(("Vert", "|", "parallel"), "‖"),
    **dict.fromkeys(("vert", "mid"), "|"),
    "lVert": OPEN_NORM,
    "rVert": CLOSE_NORM,
    "lvert": OPEN_MODULUS,
    "rvert": CLOSE_MODULUS,
    "varepsilon": "ε",
    "vartheta": "θ",
    "varphi": "φ",
    "otimes": "⊗",
    "oslash": "⊘",
    "div": "/",
    "langle": "⟨",
    "rangle": "⟩",
    "lbrack": "[",
    "rbrack": "]",
    "sum": "∑",
    "prime": "'",
    "partial": "∂",
    "nabla": "∇",
    "infty": "∞",
    "sqrt": ROOT,
    "\\": ";",
    "{": "(",
    "}": ")",
}
MIXED_NUMBER: Final = "Write such a number as 2.5 or 5/2."
OTHER_ROOT: Final = "Write such a root as a power, as in x^(1/3)."
UNKNOWN_COMMAND: Final = r"This LaTeX command has no meaning in a formula here. Write names without it: diag, sigma."
LEFT_DIVISION: Final = r"A backslash begins a LaTeX command here. Write `A^{-1} b` for `A\b`."


@dataclass(frozen=True)
class Characters:
    """Plain characters, and for each the index of its source in the text as typed; one index more for the end."""

    text: str
    places: tuple[int, ...]


def plain(typed: str) -> Characters:
    """The characters of a text. Raises `Unreadable` for LaTeX that has no meaning here."""
    return _Reader(typed).read()


def _content(typed: str) -> tuple[int, int]:
    """Where a formula begins and ends within quotes, signs for displayed mathematics, and before a full stop."""
    begin, end = 0, len(typed)
    if typed.rstrip(BLANKS)[-1:] in (";", "."):
        end = len(typed.rstrip(BLANKS)) - 1
    for opening, closing in WRAPPERS:
        inner = typed[begin:end].strip(BLANKS)
        if len(inner) > len(opening + closing) and inner.startswith(opening) and inner.endswith(closing):
            begin = typed.index(opening, begin) + len(opening)
            end = typed.rindex(closing, begin, end)
    return begin, end


class _Reader:
    """Goes through a text once."""

    def __init__(self, typed: str):
        self.at, end = _content(typed)
        self.typed = typed[:end]
        self.characters: list[str] = []
        self.places: list[int] = []
        self.braces: list[tuple[str, int]] = []  # for each open brace what its partner becomes, and its place
        self.numerators: list[int] = []  # of fractions, by how many braces are open around them

    def read(self) -> Characters:
        while self.at < len(self.typed):
            c = self.typed[self.at]
            if c == "\\":
                self._command()
            elif c in RAISED:
                self._run(RAISED, "^")
            elif c in LOWERED:
                self._run(LOWERED, "_")
            else:
                self._character(c)
        for closing, place in self.braces:
            if closing != "}":
                raise Unreadable("This brace is never closed.", place)
        self._unwrap()
        text = "".join(self.characters).replace(*HADAMARD_POWER)
        return Characters(text, (*self.places, len(self.typed)))

    def _unwrap(self) -> None:
        """A name in braces of its own loses them before an index, which may be part of it: `{\\mathbf x}_0`."""
        for lone in reversed(list(LONE.finditer("".join(self.characters)))):
            whole, name = slice(*lone.span()), slice(*lone.span(1))
            self.characters[whole] = self.characters[name]
            self.places[whole] = self.places[name]

    def _emit(self, characters: str, place: int) -> None:
        self.characters.extend(characters)
        self.places.extend([place] * len(characters))

    def _character(self, c: str) -> None:
        place = self.at
        self.at += 1
        if c == "{":
            self.braces.append(("}", place))
            self._emit("{", place)
        elif c == "}":
            self._emit(self.braces.pop()[0] if self.braces else "}", place)
            if self.numerators and self.numerators[-1] == len(self.braces):
                self.numerators.pop()
                self._short_part()
        elif c in INVISIBLE:
            return
        elif c in SIGNS or c in MARKS:
            self._emit(SIGNS.get(c) or MARKS[c], place)
        elif c == "&":
            self._emit(",", place)
        elif c in "~$":
            self._emit(" ", place)
        elif not c.isascii():
            self._letter(c, place)
        else:
            self._emit(c, place)

    def _letter(self, c: str, place: int) -> None:
        """Mathematical alphabets become plain letters, a letter with a hat the letter and the word, ½ a fraction."""
        over, bar, below = unicodedata.normalize("NFKC", c).partition(FRACTION)
        if bar and below:
            if self.characters and self.characters[-1].isdigit():
                raise Unreadable(MIXED_NUMBER, place)
            self._emit(f"{FRACTION}{{{over}}}{{{below}}}", place)
            return
        base, *marks = list(unicodedata.normalize("NFD", c))
        same = unicodedata.normalize("NFKC", base)
        self._emit(SIGNS.get(same, same) if len(same) == 1 and STYLED.match(unicodedata.name(c, "")) else base, place)
        for mark in marks:
            self._emit(MARKS.get(mark, mark), place)

    def _run(self, meaning: dict[str, str], sign: str) -> None:
        """Raised or lowered characters side by side are one exponent or one index."""
        begin = self.at
        while self.at < len(self.typed) and self.typed[self.at] in meaning:
            self.at += 1
        characters = "".join(meaning[c] for c in self.typed[begin : self.at])
        self._emit(sign if len(characters) == 1 else f"{sign}{{", begin)
        for place, c in enumerate(characters, begin):
            self._emit(c, place)
        if len(characters) > 1:
            self._emit("}", self.at - 1)

    # LaTeX

    def _command(self) -> None:
        place = self.at
        match = COMMAND.match(self.typed, place)
        name = match[1] if match and match[1] else ""
        self.at += 1 + len(name)
        if name == "sqrt" and ROOT_INDEX.match(self.typed, self.at):
            raise Unreadable(OTHER_ROOT, place)
        if name in DECORATIONS and (decoration := DECORATIONS[name].match(self.typed, self.at)):
            self.at = decoration.end()
        if name in ONES and (one := BOLD_ONE.match(self.typed, self.at)):
            self.at = one.end()
            self._emit("𝟏", place)
        elif name in FONTS:
            self._argument("")
        elif name in ACCENTS:
            self._argument(ACCENTS[name])
        elif name in IGNORED:
            if self.typed[self.at : self.at + 1] == ".":
                self.at += 1
        elif name in ("frac", "dfrac", "tfrac", "cfrac"):
            self._fraction(place)
        elif name in ("begin", "end"):
            self._environment(name, place)
        elif name in COMMANDS:
            self._emit(COMMANDS[name], place)
        else:
            raise Unreadable(UNKNOWN_COMMAND if len(name) > 1 else LEFT_DIVISION, place)

    def _argument(self, ending: str) -> None:
        """What a font or an accent applies to: without its braces, and with the accent as a word behind it."""
        match = ARGUMENT.match(self.typed, self.at)
        if match is None:
            return
        if match["brace"]:
            self.at = match.end()
            self.braces.append((ending, self.at - 1))
        elif ending:
            letter = match["letter"] or GREEK.get(match["command"])
            if letter is None:
                raise Unreadable("Write braces around what the accent stands on.", self.at)
            self._emit(letter + ending, match.end() - 1)
            self.at = match.end()

    def _fraction(self, place: int) -> None:
        """As in LaTeX, a part without braces is one letter or digit: `\\frac12`, `\\frac1N`, `\\frac{a}2`."""
        self._emit(FRACTION, place)
        if self._short_part():
            self._short_part()
        elif opened := NUMERATOR.match(self.typed, self.at):
            self.numerators.append(len(self.braces))
            self.at = opened.end() - 1

    def _short_part(self) -> bool:
        part = SHORT_PART.match(self.typed, self.at)
        if part is not None:
            self._emit(f"{{{part[1]}}}", part.start(1))
            self.at = part.end()
        return part is not None

    def _environment(self, name: str, place: int) -> None:
        match = ENVIRONMENT.match(self.typed, self.at)
        if match is not None and match[1] == "cases":
            raise Unreadable("Write cases with H(x), which is 1 where x > 0 and 0 elsewhere.", place)
        if match is None or match[1] not in MATRICES:
            raise Unreadable(r"Of LaTeX environments only matrices can be read, as in \begin{bmatrix}.", place)
        self.at = match.end()
        self._emit(OPEN_MATRIX if name == "begin" else CLOSE_MATRIX, place)
