"""Characters: which ones mean the same, and what to say about one that means nothing here."""

import unicodedata
from typing import Final

from app.answers.unreadable import A_NUMBER

MINUS_SIGNS: Final = "\u2212\u2013\u2014\u2010\u2011\u2012\ufe63\uff0d"  # minus, dashes and hyphens of all lengths
TIMES_SIGNS: Final = "\u00d7\u00b7\u22c5\u2217\u2219\u2022\u2715\u2716\u2a2f"  # crosses and raised dots
DIVISION_SIGNS: Final = "\u00f7\u2044\u2215"
NARROW_BLANKS: Final = "\u00a0\u2007\u2009\u202f"  # as they stand between the thousands of a printed number
BLANKS: Final = NARROW_BLANKS + "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u200a\u205f\u3000\ufeff"
LINE_ENDS: Final = "\r\v\f\x85\u2028\u2029"
FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # of East Asian keyboards

# One character for one: a position in what comes out is a position in what was typed.
ALIKE: Final = FULL_WIDTH | str.maketrans(
    MINUS_SIGNS + TIMES_SIGNS + DIVISION_SIGNS + BLANKS + LINE_ENDS + "\u02c6\u212f\U0001d452\U0001d70b",
    "-" * len(MINUS_SIGNS)
    + "*" * len(TIMES_SIGNS)
    + "/" * len(DIVISION_SIGNS)
    + " " * len(BLANKS)
    + "\n" * len(LINE_ENDS)
    + "^eeπ",
)
RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
FRACTIONS: Final = {
    sign: unicodedata.normalize("NFKD", sign).replace("\u2044", "/") for sign in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
}  # ½: 1/2

ALL_OF_IT: Final = "Dots stand for entries that are missing. Send all of them; from numpy, print x.tolist()."
REPEATING: Final = "Do these digits repeat? Write a fraction such as 1/3, or * for a product."
THOUSANDS: Final = "Is this one number? Write thousands without a separator, as 1000; a list as [1, 2]."

REMEDIES: Final = {
    "'": "Leave this mark out. Write 1000 without it, and a transposed matrix by its rows: [[1, 2], [3, 4]].",
    '"': "Leave quotation marks out.",
    "_": "Write numbers with digits alone: 1000.",
    "{": "Write lists with square brackets: [1, 2].",
    "%": "Write 0.5 for 50 percent.",
    "=": "Send the value alone, without the equals sign.",
    "|": "Write abs(-3) for an absolute value.",
    "!": "Write a factorial as the number it is.",
}
SAME_REMEDY: Final = {"\u2019": "'", "`": "'", "\u00b4": "'", "\u2018": "'", "}": "{", "\u201c": '"', "\u201d": '"'}


def remedy(character: str) -> str:
    """What to do about a character that no answer has."""
    if character.isdigit():
        return "Write numbers with the digits 0 to 9."
    if unicodedata.category(character).startswith("C"):  # controls, marks of direction, blanks of no width
        return "An invisible character stands here. Delete it, or type the answer anew."
    return REMEDIES.get(SAME_REMEDY.get(character, character), A_NUMBER)
