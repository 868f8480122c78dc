"""What is said of a character or a name that means nothing in a formula, and what may have been meant."""

import re
from collections.abc import Set
from difflib import get_close_matches
from typing import Final

from app.answers import Unreadable
from app.formula.characters import CLOSE_MATRIX, OPEN_MATRIX, Characters
from app.formula.symbols import GREEK, Role, Symbols

LETTERS: Final = re.compile(r"[^\W\d_]+")
WHOLE_WORD: Final = re.compile(r"\w*")
DIFFERENTIALS: Final = re.compile(r"d(\^?2)? *\w* *(/|} *{) *d *\w|d\w+_d\w|(grad(ient)?|nabla|jacobian)\b")
DOTS: Final = re.compile(r"\.\.+")
BARE_TRANSPOSE: Final = re.compile(r"(?<=[^\W\d_)\]}])T(?![a-z])")
OPENING: Final = f"([{{{OPEN_MATRIX}"
CLOSING: Final = f")]}}{CLOSE_MATRIX}"
NEAR: Final = 20  # characters of an unknown word that may still be a known one, mistyped

WRITE_TRANSPOSE: Final = "Write ^T for a transpose, as in W^T."
NO_INDEX: Final = "An index is missing here. Write it in braces, as in W_{n,d}."
COMPARED: Final = (
    "Write H(x) for 1 where x > 0 and 0 elsewhere, ⟨a, b⟩ or inner(a, b) for an inner product, and a bound alone."
)
COMPARISONS: Final = "<>≤≥"
DERIVATIVES: Final = "Derivatives are what is asked for. Write them out in the symbols of the exercise."
WITH_DOTS: Final = "Write the whole formula, without dots."
REMEDIES: Final = {
    "=": "Write only what stands on the right of the equals sign.",
    "∂": DERIVATIVES,
    "∇": DERIVATIVES,
    **dict.fromkeys(COMPARISONS, COMPARED),
    "…": WITH_DOTS,
    ".": "A point stands within a number, as in 0.5, or in W.T, .* and ./.",
    "!": "There are no factorials here.",
    "_": NO_INDEX,
    "∞": "Infinity is no number. Write a formula of the symbols of the exercise.",
}
UNKNOWN_CHARACTER: Final = "This character has no meaning in a formula here."
UNKNOWN_NAME: Final = "This name is not known here."


def check_no_relation(characters: Characters) -> None:
    """Refuse an equation or a comparison before the names in it, such as the f of `f(x) = 2 x` and the if of Python."""
    depth = 0
    for place, c in zip(characters.places, characters.text, strict=False):
        depth += (c in OPENING) - (c in CLOSING)
        if c in COMPARISONS or (c == "=" and depth == 0):
            raise Unreadable(REMEDIES[c], place)


def about_unknown(text: str, at: int, symbols: Symbols, indices: Set[str]) -> tuple[str, int]:
    """The message about what begins at a place in a text and means nothing, and the place that it is about.

    `indices`: the letters that are indices there.
    """
    c = text[at]
    if not LETTERS.match(c) and not c.isdigit():
        return WITH_DOTS if DOTS.match(text, at) else REMEDIES.get(c, UNKNOWN_CHARACTER), at
    if BARE_TRANSPOSE.match(text, at) and "t" not in symbols.shapes:
        return WRITE_TRANSPOSE, at
    begin = at
    while begin > 0 and LETTERS.match(text[begin - 1]):
        begin -= 1
    whole = WHOLE_WORD.match(text, begin)
    word = whole[0] if whole else ""
    if DIFFERENTIALS.match(text, begin):
        return DERIVATIVES, begin
    if c in indices and len(word) == 1:
        return "An index is no factor. It stands below a symbol, as in x_d.", at
    if near := _near(word, symbols):
        return f"{UNKNOWN_NAME} Did you mean {near}?", begin
    names = ", ".join((*symbols.names, *symbols.functions))
    other_case = symbols.words.get(c.swapcase())
    if word not in GREEK and other_case is not None and other_case.role in (Role.SYMBOL, Role.SIZE):
        return f"Capitals matter: did you mean {other_case.name}? Known names: {names}.", at
    return f"{UNKNOWN_NAME} Known names: {names}.", begin if word in GREEK else at


def _near(word: str, symbols: Symbols) -> str | None:
    """The known name that a word is like, if it is a part of that word or begins as it does."""
    if not 1 < len(word) <= NEAR:
        return None
    known = {spelling for spelling in symbols.words if len(spelling) > 2 and spelling.isascii()}
    like = get_close_matches(word, sorted(known), n=3, cutoff=0.6)
    like.sort(key=lambda name: name not in word)
    return next((name for name in like if name in word or name[0] == word[0].lower()), None)
