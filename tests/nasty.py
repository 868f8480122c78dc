"""Texts that try to break the readers: pieces of what people type, put together wrongly. One seed, the same texts."""

import random
from collections.abc import Iterator
from contextlib import suppress
from time import process_time
from typing import Any, Final

from tests.batteries import readable, unreadable

MAX_SECONDS: Final = 0.02  # of CPU, to read one text

VALID: Final = [text for text, _ in readable.ONE_NUMBER + readable.MATRICES + readable.SHAPES]
BROKEN: Final = [
    text for text, *_ in unreadable.NO_NUMBERS + unreadable.NO_MATRICES + unreadable.NO_SHAPES if len(text) < 300
]
PIECES: Final = [
    *"0123456789+-*/^.,;:&$%!|'\"_=<>()[]{}\\ \t\n\r",
    *"\u2212\u2013×·÷⁄½¾²³⁻⁵ˣπ√ℯℝ∞…\u00a0\u2009\u202f\ufeff\u200b\u202e\u00ad\x00\x1b\ud800٣５",
    *(
        "1e5",
        "1e-",
        "e",
        "pi",
        "sqrt(",
        "ln ",
        "exp(-1)",
        "log(",
        "np.",
        "array(",
        "tensor(",
        "nan",
        "-inf",
        "true",
        "1j",
    ),
    *(
        "000",
        ",5",
        "1,5",
        "1.234,5",
        "1'000",
        "...",
        "...\n",
        "[1, 2]",
        "(1, 2)",
        "; ",
        ", ",
        "x",
        " x ",
        "3x5",
        "R^{",
        "]]",
        "[[",
    ),
    *(
        r"\frac",
        r"\frac{1}{2}",
        r"\frac12",
        r"\sqrt{",
        r"\sqrt",
        r"\\",
        r"\left",
        r"\right",
        r"\left|",
        r"\right|",
        r"\cdot ",
    ),
    *(
        r"\begin{bmatrix}",
        r"\end{bmatrix}",
        r"\begin{array}{cc}",
        "^{",
        "{,}",
        ", dtype=",
        "grad_fn=<",
        "x = ",
        "undefined",
    ),
    *(
        "^T",
        "]'",
        ".T",
        "Sqrt[",
        "{1, 2}",
        ">>> x\n",
        "ans =\n",
        "1.0e+03 *\n",
        "Columns 1 through 2\n",
        "Column 3\n",
        "     [,1]\n",
        "[1,] ",
        "[1] ",
        "2×2 Matrix{Float64}:\n",
    ),
]


def texts(seed: int, count: int) -> Iterator[str]:
    """So many texts: mutated ones of the tables, pieces in any order, and long runs of a few pieces."""
    chance = random.Random(seed)
    for _ in range(count):
        kind = chance.random()
        if kind < 0.7:
            yield _mutated(chance, chance.choice(VALID if kind < 0.5 else BROKEN))
        elif kind < 0.995:
            yield "".join(chance.choices(PIECES, k=chance.randrange(1, 30)))
        else:
            run = "".join(chance.choices(PIECES, k=chance.randrange(1, 4)))
            yield (chance.choice(VALID) + run * 10_000)[: chance.choice((100, 1_000, 10_000))]


def _mutated(chance: random.Random, text: str) -> str:
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        begin = chance.randrange(len(text) + 1)
        end = min(len(text), begin + chance.choice((0, 0, 1, 1, 2, 5)))
        other = chance.choice(VALID)
        cut = chance.randrange(len(other) + 1)
        put = chance.choice((chance.choice(PIECES), "", text[begin:end] * 2, other[cut : cut + 5]))
        text = text[:begin] + put + text[end:]
    return text


def seconds(read: Any, typed: object) -> float:
    """The least CPU time of three readings, whatever comes of them; of one, where that is little."""
    best = float("inf")
    for _ in range(3):
        begin = process_time()
        with suppress(ValueError):
            read(typed)
        best = min(best, process_time() - begin)
        if best < MAX_SECONDS / 4:
            break
    return best
