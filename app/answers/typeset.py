r"""LaTeX as the plain pieces it stands for: `\frac{1}{2}` as 1/2 in parentheses of its own."""

import re
from typing import Final

from app.answers.characters import ALL_OF_IT, REPEATING, remedy
from app.answers.tokens import BLANK, COMMAND, NAME, NUMBER, OPERATOR, Token
from app.answers.unreadable import Unreadable, few_enough_tokens
from app.answers.words import CONSTANTS, FUNCTIONS, UNKNOWN, known

BEGIN: Final = "begin"  # of a matrix
END: Final = "end"
FRACTION_BEGINS: Final = "fraction begins"
FRACTION_ENDS: Final = "fraction ends"
LIST_BEGINS: Final = "list begins"  # {1, 2}, as in Mathematica
LIST_ENDS: Final = "list ends"

SIGNS: Final = {r"\cdot": "*", r"\times": "*", r"\ast": "*", r"\div": "/"}
SIZES: Final = (r"\left", r"\right", r"\big", r"\Big", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr", r"\displaystyle")
BARS: Final = (r"\lvert", r"\rvert")
NOTHING: Final = frozenset((*SIZES, r"\(", r"\)", r"\[", r"\]"))
SPACES: Final = frozenset((r"\,", r"\;", r"\:", r"\!", r"\ ", r"\quad", r"\qquad"))
DOTS: Final = frozenset((r"\dots", r"\ldots", r"\cdots", r"\vdots", r"\ddots"))
OVER_DIGITS: Final = (r"\overline", r"\bar", r"\dot")  # that repeat
MATRICES: Final = frozenset(("matrix", "bmatrix", "pmatrix", "Bmatrix", "smallmatrix", "array"))
ENVIRONMENT: Final = re.compile(r"\\(begin|end)\{([A-Za-z]+)")
FRACTION: Final = re.compile(r"\\[dt]?frac(?![A-Za-z])")
ROOT: Final = re.compile(r"\\sqrt(?![A-Za-z])")
NAMED: Final = re.compile(r"\\(?:(?:mathrm|operatorname)\{)?([A-Za-z0-9]+)")

BRACES: Final = r"Braces belong to \frac{1}{2}, \sqrt{2} and e^{-2}. Write lists with square brackets: [1, 2]."
ARGUMENT: Final = r"Write \frac{1}{2} and \sqrt{2} with braces around each number."


def is_typeset(tokens: list[Token]) -> bool:
    """Whether a text has anything in it that is LaTeX's."""
    return any(token.kind in (COMMAND, "{", "}", "$") for token in tokens)


def plain(tokens: list[Token]) -> list[Token]:
    r"""The same without commands. Raises `Unreadable` for commands that no number has.

    What `\frac`, `\sqrt` and `^` take stands between braces; a fraction stands, as a whole, between
    `FRACTION_BEGINS` and `FRACTION_ENDS`; a matrix between `BEGIN` and `END`, its rows end with semicolons.
    """
    return _Source().read(tokens)


class _Source:
    """What has been read of LaTeX: what came out, and what the open braces are for."""

    def __init__(self) -> None:
        self.out: list[Token] = []
        self.braces: list[str] = []  # "over", "under", "argument", "bars" or "list"
        self.has_commands = False
        self.due = ""  # the same, of a brace that must come next

    def read(self, tokens: list[Token]) -> list[Token]:
        self.has_commands = any(token.kind == COMMAND for token in tokens)
        for token in tokens:
            few_enough_tokens(self.out, token.start)
            if self.due:
                self._argument(token)
            elif token.kind == COMMAND:
                self._command(token.text, token.start)
            elif token.kind == "{":
                self._brace(token)
            elif token.kind == "}":
                self._closing(token.start, ("over", "under", "argument", "list"))
            elif token.kind == "$":
                self.out.append(Token(BLANK, " ", token.start))
            else:
                self._exponent(token)
                self.out.append(token)
        if self.due:
            raise Unreadable(ARGUMENT, tokens[-1].start)
        return self.out

    def _emit(self, start: int, *pieces: tuple[str, str]) -> None:
        self.out += [Token(kind, text, start) for kind, text in pieces]

    def _argument(self, token: Token) -> None:
        if token.kind == BLANK:
            return
        if token.kind != "{":
            raise Unreadable(ARGUMENT, token.start)
        self._open(token, self.due)
        self.due = ""

    def _open(self, token: Token, role: str) -> None:
        self.braces.append(role)
        self.out.append(token)

    def _brace(self, token: Token) -> None:
        before = self.out[-1].text if self.out else ""
        if before == "^" or before in FUNCTIONS:
            self._open(token, "argument")
        elif self.has_commands:
            raise Unreadable(BRACES, token.start)
        else:
            self._open(Token(LIST_BEGINS, "{", token.start), "list")

    def _closing(self, start: int, roles: tuple[str, ...]) -> None:
        if not self.braces or self.braces[-1] not in roles:
            raise Unreadable("This closing bracket has no opening partner.", start)
        role = self.braces.pop()
        self._emit(start, (LIST_ENDS if role == "list" else "}", "}"))
        if role == "over":
            self._emit(start, (OPERATOR, "/"))
            self.due = "under"
        elif role == "under":
            self._emit(start, (FRACTION_ENDS, "}"))

    def _exponent(self, token: Token) -> None:
        """Refuse `2^10`, which LaTeX sets as a power with the 0 behind it."""
        if (
            self.out
            and self.out[-1].text == "^"
            and "list" not in self.braces
            and (token.text == "-" or (token.kind == NUMBER and len(token.text) > 1))
        ):
            raise Unreadable("LaTeX raises only the next character. Write braces: e^{-2}.", token.start)

    def _command(self, text: str, start: int) -> None:
        if text in SPACES:
            self._emit(start, (BLANK, " "))
        elif text in SIGNS:
            self._emit(start, (OPERATOR, SIGNS[text]))
        elif text.startswith("\\\\") or text == r"\cr":
            self._emit(start, (";", r"\\"))
        elif text in DOTS:
            raise Unreadable(ALL_OF_IT, start)
        elif text in OVER_DIGITS:
            raise Unreadable(REPEATING, start)
        elif environment := ENVIRONMENT.match(text):
            self._environment(environment[1], environment[2], start)
        elif FRACTION.match(text):
            self._fraction(text, start)
        elif ROOT.match(text):
            self._root(text, start)
        elif text.endswith("|") or text in BARS:
            self._bar(text, start)
        elif text not in NOTHING:
            self._emit(start, (NAME, _name(text, start)))

    def _environment(self, side: str, name: str, start: int) -> None:
        if name in ("vmatrix", "Vmatrix"):
            raise Unreadable("Bars make this a determinant or a norm. Write bmatrix for a matrix.", start)
        if name not in MATRICES:
            raise Unreadable("Write a matrix as bmatrix, pmatrix, matrix or array.", start)
        self._emit(start, (side, name))

    def _fraction(self, text: str, start: int) -> None:
        self._emit(start, (FRACTION_BEGINS, "{"))
        if text.endswith("frac"):
            self.due = "over"
        else:
            over, under = re.findall("[0-9]", text)
            self._emit(start, (NUMBER, over), (OPERATOR, "/"), (NUMBER, under), (FRACTION_ENDS, "}"))

    def _bar(self, text: str, start: int) -> None:
        if text.startswith((r"\left", r"\lvert")):
            self._emit(start, (NAME, "abs"))
            self._open(Token("{", "{", start), "bars")
        else:
            self._closing(start, ("bars",))

    def _root(self, text: str, start: int) -> None:
        self._emit(start, (NAME, "sqrt"))
        if text[-1].isdigit():
            self._emit(start, ("{", "{"), (NUMBER, text[-1]), ("}", "}"))
        else:
            self.due = "argument"


def _name(command: str, start: int) -> str:
    if not (match := NAMED.match(command.replace("_", "").replace("log{", "log"))):
        raise Unreadable(remedy(command[-1]), start)
    name = known(match[1], start)
    if name not in CONSTANTS and name not in FUNCTIONS:
        raise Unreadable(UNKNOWN, start)
    return name
