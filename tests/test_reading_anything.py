"""Whatever is typed is read or refused: no other exception, no long wait, no large memory.

`make prove-parsers` tries a million texts, where `make test` takes a few thousand.
"""

import os
import tracemalloc
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.answers import MAX_TEXT, UNDEFINED, Unreadable, cells, read_numbers, read_shape
from app.markup import math
from tests.nasty import MAX_SECONDS, PIECES, seconds, texts

READINGS: Final = int(os.environ.get("READINGS", "3000"))
MAX_BYTES: Final = 16 * 2**20

Read = Callable[[Any], Any]
READERS: Final[list[Read]] = [read_numbers, read_shape, cells]

TYPICAL = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)
TEXTS = st.one_of(TYPICAL, st.text(max_size=40), st.text(st.characters(codec=None), max_size=5))
JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda children: st.one_of(st.lists(children, max_size=4), st.dictionaries(st.text(max_size=3), children)),
    max_leaves=12,
)


def read_or_refused(read: Read, typed: object) -> None:
    """Read it, and check what comes of it; anything but `Unreadable` is a fault."""
    try:
        answer = read(typed)
    except Unreadable as refused:
        assert refused.message
        assert refused.position is None or 0 <= refused.position <= len(str(typed))
        return
    if read is read_numbers:
        assert np.all(np.isfinite(answer.values))
        assert len(answer.entries) == answer.values.size
    elif read is cells:
        again = [[read_numbers(entry).values.tolist() for entry in row] for row in answer]
        assert np.array_equal(np.ravel(again), read_numbers(typed).values.ravel())
    else:
        assert answer is UNDEFINED or all(size >= 1 for size in answer)


@pytest.mark.parametrize("read", READERS)
@settings(max_examples=150, deadline=None)
@given(typed=TEXTS)
def test_any_text_is_read_or_refused(read: Read, typed: str):
    read_or_refused(read, typed)


@pytest.mark.parametrize("read", [read_numbers, read_shape])
@settings(max_examples=150, deadline=None)
@given(typed=JSON_VALUES)
def test_any_json_is_read_or_refused(read: Read, typed: object):
    read_or_refused(read, typed)


def test_nasty_texts_are_read_or_refused_at_once():
    for number, text in enumerate(texts(seed=1, count=READINGS)):
        for read in READERS:
            try:
                read_or_refused(read, text)
            except Exception as fault:
                raise AssertionError(f"text {number}: {read.__name__}({text!a})") from fault
            assert seconds(read, text) < MAX_SECONDS, f"text {number}: {read.__name__}({text!a})"


@pytest.mark.parametrize("typed", [*texts(seed=2, count=200)], ids=ascii)
def test_the_latex_of_whatever_was_read_renders(typed: str):
    try:
        numbers = read_numbers(typed)
    except Unreadable:
        return
    assert math(numbers.latex).startswith("<math>")


TRAPS = [  # a beginning, what is repeated until the text is full, an end
    *[("", piece, "") for piece in PIECES],
    *[("", f"1{piece}", "") for piece in PIECES],
    *[("[", f"1{piece}", "]") for piece in PIECES],
    *[("1" + " " * 5000, piece, "") for piece in PIECES],
    ("", "(1+", ""),
    ("[", "[1, 2], ", "]"),
    ("[", "sqrt(2)/2 ", "]"),
    ("(" * 19, r"\frac12", ")" * 19),
    (r"\begin{bmatrix}", r"1 & 2 \\ ", r"\end{bmatrix}"),
    ("tensor([1], ", "dtype=float, ", ")"),
    ("R^{", "3x", "}"),
    (r"\mathbb{R}^{", r"3 \times ", "}"),
]


@pytest.mark.parametrize("read", READERS)
def test_no_long_text_is_a_trap(read: Read):
    for begin, piece, end in TRAPS:
        text = (begin + piece * MAX_TEXT)[: MAX_TEXT - len(end)] + end
        assert seconds(read, text) < MAX_SECONDS, f"{begin[:20]}{piece} …"


LARGE = [
    *[(begin + piece * MAX_TEXT)[: MAX_TEXT - len(end)] + end for begin, piece, end in TRAPS[::7]],
    "x" * 10**6,
    [0] * 10**6,
    [[0] * 1000] * 1000,
    ["1+" * 4000 + "1"] * 256,
    [[["9" * 10_000]]],
    10**30_000,
]


@pytest.mark.parametrize(
    "typed", LARGE, ids=lambda typed: ascii(typed)[:40] if isinstance(typed, str) else type(typed).__name__
)
@pytest.mark.parametrize("read", [read_numbers, read_shape])
def test_large_answers_take_little_time_and_memory(read: Read, typed: object):
    assert seconds(read, typed) < MAX_SECONDS
    tracemalloc.start()
    try:
        read_or_refused(read, typed)
        assert tracemalloc.get_traced_memory()[1] < MAX_BYTES
    finally:
        tracemalloc.stop()
