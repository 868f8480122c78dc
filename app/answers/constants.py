"""Constant expressions: the pieces of one entry as a number, with what was typed as LaTeX and as plain text.

Two stacks, of terms and of what waits for its right side, and one look at each piece: no recursion, nothing
is evaluated but sums, products, powers and the functions of `app.answers.words`.
"""

import math
import re
from typing import Final, NamedTuple

from app.answers.characters import FRACTIONS, RAISED, REPEATING
from app.answers.latex import number_latex
from app.answers.pieces import few_steps
from app.answers.tokens import FRACTION, NAME, NUMBER, OPERATOR, POWER, Token
from app.answers.typeset import FRACTION_BEGINS, FRACTION_ENDS
from app.answers.unreadable import A_NUMBER, NOT_FINITE, ONE_NUMBER, Unreadable
from app.answers.words import CONSTANTS, EULER, FUNCTIONS, ROOT

PARENTHESES: Final = "Put what the function is taken of in parentheses, as in ln(2)/3."
POWER_OF_TEN: Final = "Is the point a product? Write 3*10^-4, or (3.1)^-4 for a power of 3.1."
POWERS: Final = "Put parentheses where powers follow each other, as in 2^(3^2)."
POWER_OF_FUNCTION: Final = "Write sin(1)^2 for a power of a function, arcsin(1) for its inverse."
SIGN: Final = "A sign stands directly before its number, as in -3."
MIXED: Final = "Is this a sum or a product? Write 2+1/2 or 2*(1/2)."
PRODUCT_WITH_TEN: Final = re.compile(r"[0-9]+\.10")  # 3.10^-4, as some write 3·10^-4
HOLDS_TOGETHER: Final = re.compile(r"[0-9.]+|pi|e|[a-z0-9]+\([^()]*\)")  # text that needs no parentheses
NEGATIVE: Final = re.compile(r"-[0-9.]+")
PLAIN_FRACTION: Final = re.compile(r"(-?)\(([0-9.]+/[0-9.]+)\)")
ATOM: Final = re.compile(r"[0-9.]+|e|\\pi|\\sqrt\{.*")  # LaTeX that takes an exponent without parentheses


class Term(NamedTuple):
    """A number as it was typed: its value, its LaTeX, its plain text, and where it begins.

    `fence` is `(` for what was typed in parentheses, and `{` for a fraction that holds together by itself;
    LaTeX and text are those inside.
    """

    value: float
    latex: str
    text: str
    position: int
    fence: str = ""

    @property
    def shown(self) -> str:
        """Its LaTeX within other LaTeX."""
        return rf"\left({self.latex}\right)" if self.fence == "(" else self.latex

    @property
    def base(self) -> str:
        """Its LaTeX below an exponent."""
        return self.latex if not self.fence and ATOM.fullmatch(self.latex) else rf"\left({self.latex}\right)"

    @property
    def enclosed(self) -> str:
        """Its text within other text."""
        return f"({self.text})" if self.fence else self.text

    @property
    def entry(self) -> str:
        """Its text as an entry of its own."""
        return PLAIN_FRACTION.sub(r"\1\2", self.text) if PLAIN_FRACTION.fullmatch(self.text) else self.text


class _Waiting(NamedTuple):
    """An operator without its right side, a sign or a function without its argument, an open parenthesis."""

    symbol: str
    position: int


# What binds its left side more tightly comes first.
PRECEDENCE: Final = {"+": 1, "-": 1, "*": 2, "/": 2, "": 2, "±": 3, "∓": 3, "^": 4}
PLUS, MINUS, BESIDE, POWER_OF = "±", "∓", "", "^"  # signs; a product without a sign
OPENING: Final = {"(": ")", "{": "}", FRACTION_BEGINS: FRACTION_ENDS}
FACTORS: Final = (NAME, FRACTION, *OPENING)  # what may stand behind a number without a sign between


def constant(tokens: list[Token]) -> Term:
    """The number that these pieces (without blanks) are. Raises `Unreadable` where they are none."""
    if len(tokens) == 1 and tokens[0].kind == NUMBER:
        return _number(tokens[0])
    few_steps(tokens)
    return _Expression(tokens).read()


def _number(token: Token) -> Term:
    value = _finite(float(token.text), token.start)
    return Term(value, number_latex(value, digits=15), token.text, token.start)


def _finite(value: float, position: int) -> float:
    if not math.isfinite(value):
        raise Unreadable(NOT_FINITE, position)
    return value


class _Expression:
    """What has been read of an expression."""

    def __init__(self, tokens: list[Token]):
        self.tokens = tokens
        self.terms: list[Term] = []
        self.waiting: list[_Waiting] = []
        self.bare = ""  # the function whose argument, just read, had no parentheses

    def read(self) -> Term:
        complete = False
        for place, token in enumerate(self.tokens):
            complete = self._behind_term(token, place) if complete else self._term(token)
        if not complete:
            raise Unreadable("A number is missing behind this.", self.tokens[-1].start)
        while self.waiting:
            self._reduce()
        return self.terms[0]

    # Where a term is due. All these say whether one is complete afterwards.

    def _term(self, token: Token) -> bool:
        if token.kind == NUMBER:
            return self._complete(_number(token))
        if token.kind == FRACTION:
            text = FRACTIONS[token.text]
            over, under = text.split("/")
            return self._complete(Term(int(over) / int(under), rf"\frac{{{over}}}{{{under}}}", text, token.start, "{"))
        if token.kind == NAME:
            return self._name(token)
        if token.kind in OPENING:
            self.waiting.append(_Waiting(token.kind, token.start))
            return False
        if token.kind == OPERATOR and token.text in "+-":
            return self._sign(token)
        if self.waiting and self.waiting[-1].symbol in FUNCTIONS and (token.kind == POWER or token.text == POWER_OF):
            raise Unreadable(POWER_OF_FUNCTION, token.start)
        raise Unreadable("A number is missing before this." if token.kind != POWER else A_NUMBER, token.start)

    def _name(self, token: Token) -> bool:
        if token.text in CONSTANTS:
            value, latex = CONSTANTS[token.text]
            return self._complete(Term(value, latex, token.text, token.start))
        if token.text not in FUNCTIONS:
            raise Unreadable(A_NUMBER, token.start)
        self.waiting.append(_Waiting(token.text, token.start))
        return False

    def _sign(self, token: Token) -> bool:
        last = self.waiting[-1].symbol if self.waiting else ""
        if last in (PLUS, MINUS):
            raise Unreadable(SIGN, self.waiting[-1].position)
        if last in FUNCTIONS:
            raise Unreadable(PARENTHESES, token.start)
        self.waiting.append(_Waiting(PLUS if token.text == "+" else MINUS, token.start))
        return False

    def _complete(self, term: Term) -> bool:
        """Take a term, and apply the functions that wait for it."""
        self.bare = ""
        while self.waiting and self.waiting[-1].symbol in FUNCTIONS:
            name, position = self.waiting.pop()
            if term.fence != "(":
                self.bare = name
            term = _applied(name, term, position)
        self.terms.append(term)
        return True

    # Behind a term.

    def _behind_term(self, token: Token, place: int) -> bool:
        if (token.kind == POWER or token.text == POWER_OF) and PRODUCT_WITH_TEN.fullmatch(self.tokens[place - 1].text):
            raise Unreadable(POWER_OF_TEN, token.start)
        if self.tokens[place - 1].kind == POWER and (token.kind == POWER or token.text == POWER_OF):
            raise Unreadable(POWERS, token.start)
        if token.kind == OPERATOR:
            self._argument_ends(token.text, token.start)
            return self._operator(token.text, token.start)
        if token.kind == POWER:
            return self._raised(token)
        if token.kind in OPENING.values():
            return self._close()
        if token.kind not in FACTORS:
            raise Unreadable(ONE_NUMBER, token.start)
        if token.kind in (FRACTION, FRACTION_BEGINS) and self.tokens[place - 1].kind in (NUMBER, FRACTION):
            raise Unreadable(MIXED, token.start)
        self._beside(token, place)
        return self._term(token)

    def _argument_ends(self, symbol: str, position: int) -> None:
        """Refuse `ln 2/3`, which may be the logarithm of the whole; √2/3 is clear."""
        if self.bare and symbol not in (("+", "-", "*", "/") if self.bare == ROOT else ("+", "-")):
            raise Unreadable(PARENTHESES, position)

    def _operator(self, symbol: str, position: int) -> bool:
        if symbol == POWER_OF and self._is_exponent():
            raise Unreadable(POWERS, position)
        while self.waiting and PRECEDENCE.get(self.waiting[-1].symbol, 0) >= PRECEDENCE[symbol]:
            self._reduce()
        self.waiting.append(_Waiting(symbol, position))
        self.bare = ""
        return False

    def _behind(self) -> str:
        """The operator that the last term, perhaps with a sign, is the right side of."""
        symbols = [waiting.symbol for waiting in self.waiting[-2:]]
        if symbols and symbols[-1] in (PLUS, MINUS):
            symbols.pop()
        return symbols[-1] if symbols else "("

    def _is_exponent(self) -> bool:
        return self._behind() == POWER_OF

    def _beside(self, token: Token, place: int) -> None:
        """A product without a sign: 2π, 2 sqrt(3)."""
        if token.text == "e" and self._could_be_exponent(place):
            raise Unreadable(EULER, token.start)
        if self._could_repeat(place):
            raise Unreadable(REPEATING, token.start)
        self._argument_ends(BESIDE, token.start)
        if self._behind() in ("/", POWER_OF):
            raise Unreadable(
                "Does this belong to what stands before it? Write * or parentheses: (1/2)*pi.", token.start
            )
        self._operator(BESIDE, token.start)

    def _could_be_exponent(self, place: int) -> bool:
        """Whether the e at this place touches a number, as in 2e, and is not raised itself, as in 2e^3."""
        before, e = self.tokens[place - 1 : place + 1]
        raised = any(token.kind == POWER or token.text == POWER_OF for token in self.tokens[place + 1 : place + 2])
        return before.kind == NUMBER and before.end == e.start and not raised

    def _could_repeat(self, place: int) -> bool:
        """Whether digits in parentheses touch the decimals before them, as in 0.(3), which is 1/3 to many."""
        before, *inside = self.tokens[place - 1 : place + 3]
        return (
            before.end == inside[0].start
            and before.kind == NUMBER
            and "." in before.text
            and [token.kind for token in inside] == ["(", NUMBER, ")"]
            and inside[1].text.isdigit()
        )

    def _raised(self, token: Token) -> bool:
        self._argument_ends(POWER_OF, token.start)
        if self._is_exponent():
            raise Unreadable(POWERS, token.start)
        digits = token.text.translate(RAISED).lstrip("+")
        exponent = Term(float(digits), digits, digits, token.start)
        self.terms.append(_power(self.terms.pop(), exponent))
        return True

    def _close(self) -> bool:
        while self.waiting[-1].symbol not in OPENING:
            self._reduce()
        symbol, position = self.waiting.pop()
        term = self.terms.pop()._replace(position=position, fence="{" if symbol == FRACTION_BEGINS else "(")
        self._complete(term)
        if symbol == "{" and HOLDS_TOGETHER.fullmatch(term.text):  # braces that need not become parentheses
            self.terms[-1] = self.terms[-1]._replace(fence="")
        return True

    def _reduce(self) -> None:
        symbol, position = self.waiting.pop()
        right = self.terms.pop()
        if symbol == PLUS:
            self.terms.append(right._replace(position=position))
        elif symbol == MINUS:
            self.terms.append(Term(-right.value, f"-{right.shown}", f"-{right.enclosed}", position))
        else:
            self.terms.append(BINARY[symbol](self.terms.pop(), right))


def _applied(name: str, argument: Term, position: int) -> Term:
    function = FUNCTIONS[name]
    try:
        value = _finite(function.compute(argument.value), position)
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(function.domain or NOT_FINITE, position) from None
    except OverflowError:
        raise Unreadable(NOT_FINITE, position) from None
    before, behind = function.latex
    return Term(
        value, f"{before}{argument.latex}{behind}", f"{'sqrt' if name == ROOT else name}({argument.text})", position
    )


def _sum(left: Term, right: Term) -> Term:
    value = _finite(left.value + right.value, left.position)
    return Term(value, f"{left.shown} + {right.shown}", f"{left.enclosed}+{right.enclosed}", left.position)


def _difference(left: Term, right: Term) -> Term:
    value = _finite(left.value - right.value, left.position)
    return Term(value, f"{left.shown} - {right.shown}", f"{left.enclosed}-{right.enclosed}", left.position)


def _product(left: Term, right: Term, sign: str = r" \cdot ") -> Term:
    value = _finite(left.value * right.value, left.position)
    return Term(value, f"{left.shown}{sign}{right.shown}", f"{left.enclosed}*{right.enclosed}", left.position)


def _beside(left: Term, right: Term) -> Term:
    return _product(left, right, "" if right.shown.startswith("\\") else " ")


def _quotient(left: Term, right: Term) -> Term:
    if right.value == 0:
        raise Unreadable("The denominator of this fraction is zero.", right.position)
    value = _finite(left.value / right.value, left.position)
    sign, over = ("-", left.latex[1:]) if left.latex.startswith("-") and not left.fence else ("", left.latex)
    latex = rf"{sign}\frac{{{over}}}{{{right.latex}}}"
    return Term(value, latex, f"{left.enclosed}/{right.enclosed}", left.position)


def _power(left: Term, right: Term) -> Term:
    try:
        value = math.pow(left.value, right.value)
    except ValueError:
        value = math.nan
    except OverflowError:
        value = math.inf
    if left.value == 0 >= right.value:
        raise Unreadable("Zero has positive powers only.", left.position)
    if math.isnan(value):
        raise Unreadable("A negative number has whole powers only.", left.position)
    exponent = right.text if NEGATIVE.fullmatch(right.text) else right.enclosed
    latex = f"{left.base}^{{{right.latex}}}"
    return Term(_finite(value, left.position), latex, f"{left.enclosed}^{exponent}", left.position)


BINARY: Final = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    BESIDE: _beside,
    POWER_OF: _power,
}
