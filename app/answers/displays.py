"""What programs print around numbers: prompts, names, kinds and sizes, labels of rows, a factor before all of them.

It is taken for blanks, so that every number keeps its place.
"""

import re
from typing import Final, NamedTuple

from app.answers.unreadable import Unreadable

COLUMNS_MISSING: Final = "The columns before these are missing. Paste all columns of the matrix."
ANOTHER_MATRIX: Final = "Another matrix begins here. Send one, and a tensor as [[[1, 2], [3, 4]]]."

PROMPTED: Final = re.compile(  # what was asked; > may also quote an answer, but not one as R prints it
    r"\A\s*(?:(?:(?:>>>?|\.\.\.|julia>|In \[[0-9]+\]:) [^\n]*\n\s*)+(?=\S)|(?:> [^\n]*\n\s*)+(?=\[[1,]))"
)
PROMPT_BEHIND: Final = re.compile(r"\n(?:>{1,3}|julia>)\s*\Z")
RESULT: Final = re.compile(r"\A\s*Out\[[0-9]+\](?://[A-Za-z]+)?[:=]")  # IPython, Mathematica
LABEL_OF_R: Final = re.compile(r"^ *\[([0-9]{1,9})\](?= +[^ \[][^\[]*$)")  # of the first number in a line
KIND: Final = re.compile(
    r"""^[ ]*(?:
        [0-9]+(?:(?P<by>[x×])[0-9]+|-element)[ ](?![^\n]*Bool)[A-Za-z(][^\n]*:  # Julia
      | [0-9]+[x×][0-9]+[ ](?:single|double|u?int[0-9]+)[ ](?:matrix|row[ ]vector|column[ ]vector)  # MATLAB
      | Diagonal[ ]Matrix  # Octave
      | Parameter[ ]containing:  # torch
    )[ ]*$""",
    re.VERBOSE | re.MULTILINE,
)
NAMED_ABOVE: Final = re.compile(r"\s*[A-Za-z_][A-Za-z0-9_]* *= *\n")  # MATLAB, Octave
COLUMNS: Final = re.compile(
    r"""^[ ]*(?:
        Columns?[ ][0-9]{1,9}(?:[ ](?:through|and)[ ][0-9]{1,9})?:?  # MATLAB, Octave
      | \[,[0-9]{1,9}\](?:[ ]*\[,[0-9]{1,9}\])*  # R
    )[ ]*$""",
    re.VERBOSE | re.MULTILINE,
)
DIGITS: Final = re.compile("[0-9]+")
ROW_OF_R: Final = re.compile(r"^ *\[[0-9]+,\](?= )", re.MULTILINE)
FACTOR: Final = re.compile(  # MATLAB, before all numbers, which have none of their own
    r"\A\s*(?:[A-Za-z_][A-Za-z0-9_]* *= *\n\s*)?1\.0(?P<exponent>e[+-][0-9]{2,3}) +\* *\n(?=[-0-9.\s]*\Z)"
)


class Display(NamedTuple):
    """A text without what a program printed around its numbers.

    All numbers get the `exponent`, as in `e+03`. With `has_rows`, one line of them is a row rather than a list.
    `blocks` are the places where columns begin that stand below those before them for want of room.
    """

    text: str
    exponent: str = ""
    has_rows: bool = False
    blocks: tuple[int, ...] = ()


def displayed(text: str) -> Display:
    """A text as numbers and what a program said about them. Raises `Unreadable` where columns are missing."""
    text = text.replace("\r", "\n")
    for printed in (PROMPTED, PROMPT_BEHIND, RESULT):
        text = printed.sub(_blanks, text)
    lines = text.split("\n")
    if _are_list_of_r(lines):
        return Display(" ".join(LABEL_OF_R.sub(_blanks, line) for line in lines))
    return _matrix(text) if len(lines) > 1 else Display(text)


def _blanks(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _are_list_of_r(lines: list[str]) -> bool:
    """Whether every line begins with the number, in brackets, of its first entry."""
    entry = 1
    for line in lines:
        if line and not line.isspace():
            label = LABEL_OF_R.match(line)
            if label is None or int(label[1]) != entry:
                return False
            entry += len(line.split()) - 1
    return entry > 1


def _in_order(headers: list[re.Match[str]]) -> None:
    """Refuse columns without those before them, and those of a second matrix."""
    last = 0
    for header in headers:
        numbers = [int(digits) for digits in DIGITS.findall(header[0])]
        if numbers[0] != last + 1:
            raise Unreadable(ANOTHER_MATRIX if numbers[0] == 1 else COLUMNS_MISSING, header.start())
        last = numbers[-1]


def _matrix(text: str) -> Display:
    kind = KIND.search(text)
    named = NAMED_ABOVE.match(text) is not None
    text = KIND.sub(_blanks, text, count=1)
    headers = list(COLUMNS.finditer(text))
    if headers:
        _in_order(headers)
        text = ROW_OF_R.sub(_blanks, COLUMNS.sub(_blanks, text))
    factor = FACTOR.match(text)
    return Display(
        FACTOR.sub(_blanks, text),
        exponent=factor["exponent"] if factor else "",
        has_rows=named or bool(headers or factor or (kind and kind["by"])),
        blocks=tuple(header.start() for header in headers),
    )
