"""Plain characters → tokens: the longest declared name first, each with its place in the text as typed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.answers import Unreadable
from app.formula.characters import (
    CLOSE_MATRIX,
    CLOSE_MODULUS,
    CLOSE_NORM,
    FRACTION,
    OPEN_MATRIX,
    OPEN_MODULUS,
    OPEN_NORM,
    ROOT,
    Characters,
)
from app.formula.symbols import Role, Symbols, Word
from app.formula.unknown import LETTERS, NO_INDEX, WRITE_TRANSPOSE, about_unknown, check_no_relation


class Is(StrEnum):
    """What a token is."""

    NUMBER = "number"
    SYMBOL = "symbol"
    FUNCTION = "function"  # its text ends with a prime for each derivative
    SIZE = "size"
    CONSTANT = "constant"
    BUILT_IN = "built-in"
    DELTA = "delta"  # its text: two indices
    BASIS = "basis"  # its text: an index
    SERIES = "series"  # its text: indices, and behind a colon how far they go
    SIGN = "sign"  # + - * / @ .* ./ ⊙ ⊗ ^ .^
    OPEN = "open"
    CLOSE = "close"
    BAR = "bar"
    COMMA = "comma"
    ROW = "row"
    PRIME = "prime"
    TRANSPOSE = "transpose"
    LOWER = "lower"  # its text: indices with commas
    FRACTION = "fraction"
    END = "end"


@dataclass(frozen=True)
class Token:
    """A token from `start` to `stop` in the text as typed; `spaced`: a blank stands before it."""

    what: Is
    text: str
    start: int
    stop: int
    spaced: bool = False


NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
SCIENTIFIC: Final = re.compile(rf"(?:{NUMBER.pattern})[eE][+-]?[0-9]")
DIGITS: Final = re.compile(r"[0-9]+")
TRANSPOSED: Final = re.compile(r"\^ *(?:\{ *(?:T|⊤) *\}|T|⊤)|⊤|\.T(?![A-Za-z])|\.'|\.transpose\(\)")
INVERSE_TRANSPOSED: Final = re.compile(r"\^ *\{ *- *(?:T|⊤) *\}")
PRIMES: Final = re.compile(r"\^ *\{? *('+) *\}?|'+")
DELTA_INDICES: Final = re.compile(r"_([a-z])([a-z])(?!\w)")
DELTA: Final = re.compile(r"(δ|delta)(?=_)")
PRIMES_BEHIND: Final = re.compile(f" *(?:{PRIMES.pattern})")
PRIME_SPELLED: Final = re.compile(r"_prime(?![^\W_])")
OTHER_TRANSPOSE: Final = re.compile(r"\^ *(?:\{ *(t|H|tr|h) *\}|([tH])(?!\w))")
DOT_CALL: Final = ".dot("
LIBRARY: Final = re.compile(
    r"(?:np|numpy|torch|jnp|math)\.(?:linalg\.)?(?:(?:array|matrix|tensor) *(?=\(\[)|(?=[A-Za-z]))"
)
BRACED: Final = re.compile(r"_ *\{([^{}]*)\}")
BRACKETED: Final = re.compile(r"\[ *([^\W_]|[0-9]+|:) *(?:, *([^\W_]|[0-9]+|:) *)?\]")
PLACES: Final = re.compile(r"[0-9]+|[^\W\d_]|:|∞")  # of entries; infinity names a norm
INDEXED: Final = re.compile(r" *_ *")
INDEXED_BRACED: Final = re.compile(r" *_ *\{([^{}]*)\}")
RANGE: Final = re.compile(r"(?P<index>[^\W\d_]) *= *(?P<first>[0-9]+)")
SUMMED: Final = re.compile(r"(?: *\^ *(?:\{[^{}]*\}|\w))? *_")
UP_TO: Final = re.compile(r" *\^ *(?:\{ *([A-Za-z]|[0-9]+) *\}|([A-Za-z]|[0-9]+))")
SIGNS: Final = (".*", "./", ".^", "**", "||", "+", "-", "*", "/", "@", "⊙", "⊘", "⊗", "^")
SAME_SIGN: Final = {"**": "^", ".*": "⊙", "⊘": "./", "@": "*"}
OPENING: Final = {
    "(": ")",
    "[": "]",
    "{": "}",
    "⟨": "⟩",
    OPEN_MATRIX: CLOSE_MATRIX,
    OPEN_NORM: CLOSE_NORM,
    OPEN_MODULUS: CLOSE_MODULUS,
}
DIGIT_OF_ENTRY: Final = "Write an entry with an underscore, as in x_1."
NOT_AN_INDEX: Final = "An index is a letter or a number, as in W_{n,d}. A size stands alone, as in I_N."


def tokens(characters: Characters, symbols: Symbols) -> list[Token]:
    """The tokens of a formula, END last. Raises `Unreadable` for a character or a name that is not known."""
    check_no_relation(characters)
    return list(_Lexer(characters, symbols).tokens())


class _Lexer:
    """Goes through the characters once."""

    def __init__(self, characters: Characters, symbols: Symbols):
        self.text = characters.text
        self.places = characters.places
        self.symbols = symbols
        self.indices = set(symbols.indices)  # those of sums join when their sum is met
        self.at = 0

    def tokens(self) -> Iterator[Token]:
        spaced, before = False, Is.END
        while self.at < len(self.text):
            if self.text[self.at] == " ":
                self.at += 1
                spaced = True
                continue
            if self.text.startswith(DOT_CALL, self.at) and before not in (Is.END, Is.FUNCTION, Is.BUILT_IN, Is.SIGN):
                self.at += len(DOT_CALL) - 1  # a product without a sign
            begin = self.at
            what, text = self._next()
            yield Token(what, text, self.places[begin], self.places[self.at - 1] + 1, spaced)
            spaced, before = False, what
        yield Token(Is.END, "", self.places[-1], self.places[-1], spaced)

    def _next(self) -> tuple[Is, str]:
        """The token that begins here; moves behind it."""
        for look in (self._number, self._raised, self._delta, self._word, self._lower, self._mark):
            found = look()
            if found is not None:
                return found
        raise self._unknown()

    def _unknown(self) -> Unreadable:
        message, place = about_unknown(self.text, self.at, self.symbols, self.indices)
        return self._error(message, place)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
        return match

    def _error(self, message: str, at: int | None = None) -> Unreadable:
        return Unreadable(message, self.places[self.at if at is None else at])

    # Numbers, exponents and marks

    def _number(self) -> tuple[Is, str] | None:
        if SCIENTIFIC.match(self.text, self.at):
            raise self._error("Write this number in full, as in 0.001, or with a power, as in 10^(-3).")
        match = self._take(NUMBER)
        return (Is.NUMBER, match[0]) if match else None

    def _raised(self) -> tuple[Is, str] | None:
        if self._take(INVERSE_TRANSPOSED):
            return Is.TRANSPOSE, "-"
        if self._take(TRANSPOSED):
            return Is.TRANSPOSE, ""
        other = OTHER_TRANSPOSE.match(self.text, self.at)
        if other and not self._is_symbol(other[1] or other[2]):
            raise self._error(WRITE_TRANSPOSE)
        if match := self._take(PRIMES):
            return Is.PRIME, "'" * match[0].count("'")
        return None

    def _is_symbol(self, spelling: str) -> bool:
        word = self.symbols.words.get(spelling)
        return word is not None and word.role == Role.SYMBOL

    def _mark(self) -> tuple[Is, str] | None:
        for sign in SIGNS:
            if self.text.startswith(sign, self.at):
                self.at += len(sign)
                return (Is.BAR, "‖") if sign == "||" else (Is.SIGN, SAME_SIGN.get(sign, sign))
        c = self.text[self.at]
        for characters, what in (
            ("".join(OPENING), Is.OPEN),
            ("".join(OPENING.values()), Is.CLOSE),
            ("|‖", Is.BAR),
            (",", Is.COMMA),
            (";", Is.ROW),
            (FRACTION, Is.FRACTION),
        ):
            if c in characters:
                self.at += 1
                return what, c
        return None

    # Words

    def _known(self) -> tuple[str, Word] | None:
        """The longest known spelling that begins here."""
        match = self.symbols.spelling.match(self.text, self.at)
        return (match[0], self.symbols.words[match[0]]) if match else None

    def _word(self) -> tuple[Is, str] | None:
        self._take(LIBRARY)
        if self.text.startswith(ROOT, self.at) and ROOT not in self.symbols.without:
            self.at += 1
            return Is.FUNCTION, "sqrt"
        known = self._known()
        if known is None:
            return None
        spelling, word = known
        begin = self.at
        self.at += len(spelling)
        if spelling[-1:].isalpha() and DIGITS.match(self.text, self.at):
            if word.role == Role.SYMBOL and any(map(str.isdigit, self.symbols.shape[word.name].letters)):
                raise self._error(DIGIT_OF_ENTRY, begin)
            self.at = begin
            raise self._unknown()
        if word.role == Role.SERIES:
            return self._series(begin) if SUMMED.match(self.text, self.at) else self._total(begin)
        if word.role == Role.WITHHELD:
            raise self._error("This quantity may not be used here. Write it out in the given symbols.", begin)
        if word.role == Role.FUNCTION:
            spelled, primes = self._take(PRIME_SPELLED), self._take(PRIMES_BEHIND)
            return Is.FUNCTION, word.name + "'" * (bool(spelled) + (primes[0].count("'") if primes else 0))
        if word.role == Role.SYMBOL:
            return Is.SYMBOL, self._with_digits(spelling) or word.name
        if word.name == "e" and (basis := self._basis()):
            return Is.BASIS, basis
        return Is(word.role.value), word.name

    def _with_digits(self, spelling: str) -> str | None:
        """The symbol that digits among its indices name: `x_{0,d}` is entry d of `x_0`. The index is yet to come."""
        match = BRACED.match(self.text, self.at)
        for digits in DIGITS.findall(match[1]) if match else ():
            if self._is_symbol(spelling + digits):
                return self.symbols.words[spelling + digits].name
        return None

    def _total(self, begin: int) -> tuple[Is, str]:
        if self.text[begin] != "s":
            raise self._error("Name the index of this sum, as in sum_d w_d x_d.", begin)
        return Is.BUILT_IN, "total"

    # Indices

    def _lower(self) -> tuple[Is, str] | None:
        begin = self.at
        match = self._take(BRACED)
        if match is not None:
            content = match[1]
            if PLACES.sub("", content).replace(",", "").strip():
                raise self._error(NOT_AN_INDEX, begin)
            return Is.LOWER, self._indices(content, begin)
        if self.text[begin] == "_":
            self.at += 1
            return Is.LOWER, self._indices(self._unbraced(), begin)
        if self.text[begin] == "[" and self._behind_a_symbol() and (match := BRACKETED.match(self.text, begin)):
            indices = [index for index in match.groups() if index]
            if all(index in self.indices or index.isdigit() or index == ":" for index in indices):
                self.at = match.end()
                return Is.LOWER, ",".join(indices)
        return None

    def _behind_a_symbol(self) -> bool:
        return self.at > 0 and (self.text[self.at - 1].isalnum())

    def _unbraced(self) -> str:
        """Digits, or a letter and what can only be further indices: `W_nd`, but `w_dx_d` is `w_d x_d`."""
        while self.text[self.at : self.at + 1] == " ":
            self.at += 1
        if digits := self._take(DIGITS):
            return digits[0]
        letters = self.text[self.at : self.at + 1]
        if not LETTERS.match(letters) and letters != "∞":
            raise self._error(NO_INDEX)
        self.at += 1
        while self._is_index(more := self.text[self.at : self.at + 1], letters[0]):
            letters += more
            self.at += 1
        return letters

    def _is_index(self, letter: str, first: str) -> bool:
        """Whether a letter right behind an index is one: both are known, or it is the beginning of nothing else."""
        if letter in self.indices and first in self.indices:
            return True
        return letter.isascii() and letter.islower() and self._known() is None

    def _indices(self, content: str, begin: int) -> str:
        """Indices with commas. A digit that is part of the name, as in `x_{0,d}`, is left out."""
        indices: list[str] = PLACES.findall(content)
        if not indices:
            raise self._error(NO_INDEX, begin)
        letters = [index for index in indices if not index.isdigit()]
        if letters and len(letters) < len(indices) and self._part_of_the_name(begin, indices):
            indices = letters
        return ",".join(indices)

    def _part_of_the_name(self, begin: int, indices: list[str]) -> bool:
        """Whether the digits among these indices make the name before them another symbol."""
        digits = next(index for index in indices if index.isdigit())
        return any(
            self._is_symbol(self.text[start:begin] + digits)
            for start in range(max(0, begin - self.symbols.longest), begin)
        )

    def _delta(self) -> tuple[Is, str] | None:
        """Kronecker's δ with two indices, where δ is no symbol of the exercise."""
        match = DELTA.match(self.text, self.at)
        if match is None or ((known := self._known()) and len(known[0]) >= len(match[1])):
            return None
        begin = self.at
        self.at += len(match[1])
        if pair := self._take(DELTA_INDICES):
            return Is.DELTA, f"{pair[1]},{pair[2]}"
        lower = self._lower()
        if lower is None or lower[1].count(",") != 1:
            raise self._error("Kronecker's delta has two indices, as in δ_{ij}.", begin)
        return Is.DELTA, lower[1]

    def _basis(self) -> str | None:
        """The index of a basis vector: `e_d`."""
        if self.text[self.at : self.at + 1] != "_":
            return None
        lower = self._lower()
        return lower[1] if lower else None

    def _series(self, begin: int) -> tuple[Is, str]:
        """The head of a sum over indices: `sum_d`, `sum_{n,d}`, `∑_{d=1}^D`, `∑^D_{d=1}`."""
        upper = self._take(UP_TO)
        braced = self._take(INDEXED_BRACED)
        if braced:
            ranged = RANGE.fullmatch(braced[1].strip())
            content = ranged["index"] if ranged else braced[1]
            if ranged and ranged["first"] != "1":
                raise self._error("Entries are counted from 1: write the index with =1, or alone.", begin)
        else:
            self._take(INDEXED)
            content = self.text[self.at : self.at + 1]
            self.at += 1
        letters: list[str] = LETTERS.findall(content.replace(",", " "))
        if not letters or not LETTERS.fullmatch("".join(content.replace(",", " ").split())):
            raise self._error("Name the index of this sum, as in sum_d w_d x_d.", begin)
        letters = list("".join(letters))
        for letter in letters:
            if letter in self.symbols.indices or letter in self.symbols.words:
                raise self._error("This letter has a meaning already. Take another one as the index of the sum.", begin)
        self.indices.update(letters)
        upper = upper or self._take(UP_TO)
        if upper and len(letters) > 1:
            raise self._error("A sum that says how far it goes has one index: write one sum behind another.", begin)
        return Is.SERIES, ",".join(letters) + (f":{upper[1] or upper[2]}" if upper else "")
