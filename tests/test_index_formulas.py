"""Index formulas as answers: how they are typed, which ones are the same, what is refused and where."""

from string import ascii_letters
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers import Unreadable
from app.exercise import IndexFormula
from app.exercise.kinds import INDEX_NAMES, MAX_FORMULA
from app.markup import html

FORMULA = IndexFormula()

SAME = {
    "as it is": "ij,ik->jk",
    "other letters": "ab,ac->bc",
    "capitals are letters of their own": "iI,ik->Ik",
    "blanks": " i j , i k\t->  j k\n",
    "the arrow of a phone": "ij,ik→jk",
}


@pytest.mark.parametrize("typed", SAME.values(), ids=SAME)
def test_a_formula_has_many_spellings(typed: str):
    assert FORMULA.read(typed).value == "ij,ik->jk"


OTHERS = ["ij,ik->kj", "ik,ij->jk", "ij,jk->ik", "ij,ik->ijk", "ij,ik->", "ij->ji", "ii->", "ij,kl->jk"]


@pytest.mark.parametrize("typed", OTHERS)
def test_other_formulas_are_other_values(typed: str):
    value = FORMULA.read(typed).value
    assert FORMULA.distance(value, "ij,ik->jk") == float("inf")
    assert FORMULA.distance(value, FORMULA.read(typed.upper()).value) == FORMULA.tolerance(value) == 0


def test_a_student_sees_the_letters_that_were_typed():
    reading = FORMULA.read("b n m , b m -> b n")
    assert (reading.shape, reading.value) == (None, "ijk,ik->ij")
    assert reading.latex == r"\text{bnm,bm->bn}"
    assert "bnm,bm-&gt;bn" in html(f"${reading.latex}$")


UNREADABLE = {
    "no text": (["ij->i"], None, "as a text"),
    "a number": (3, None, "as a text"),
    "nothing": ("", 0, "arrow -> is missing"),
    "no arrow": ("ij,jk", 5, "arrow -> is missing"),
    "half an arrow": ("ij,jk-ik", 5, "Only letters"),
    "two arrows": ("ij->i->", 5, "Only letters"),
    "quotes": ('"ij->i"', 0, "without quotes"),
    "the call": ("einsum(ij->i)", 6, "Only letters"),
    "a digit": ("i1->i", 1, "Only letters"),
    "dots": ("...i->i", 0, "Only letters"),
    "a Greek letter": ("ιj->j", 0, "Only letters"),
    "no operand": ("->", 0, "Letters are missing"),
    "no first operand": (",i->i", 0, "Letters are missing"),
    "an empty operand": ("ij, ,k->i", 4, "Letters are missing"),
    "no last operand": ("ij,->i", 3, "Letters are missing"),
    "two results": ("ij->i,j", 5, "one result"),
    "a letter from nowhere": ("ij->ik", 5, "No operand has this letter"),
    "a letter twice in the result": ("ij->i i", 6, "only once"),
    "too long": ("i" * MAX_FORMULA + "->", MAX_FORMULA, f"at most {MAX_FORMULA}"),
}


@pytest.mark.parametrize(("typed", "position", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_formula_is_refused_with_its_place(typed: Any, position: int | None, message: str):
    with pytest.raises(Unreadable, match=message) as refused:
        FORMULA.read(typed)
    assert refused.value.position == position


def test_a_reference_is_a_formula_too():
    assert FORMULA.name == "formula"
    assert FORMULA.value("bij,bjk->bik") == "ijk,ikl->ijl"
    assert FORMULA.latex("ij,jk->ik") == r"\text{ij,jk->ik}"
    with pytest.raises(TypeError):
        FORMULA.value(("i", "j"))
    with pytest.raises(Unreadable):
        FORMULA.value("i->j")


formulas = st.lists(st.text("abcXYZ", min_size=1, max_size=3), min_size=1, max_size=3).flatmap(
    lambda operands: st.lists(st.sampled_from("".join(operands)), unique=True, max_size=4).map(
        lambda result: f"{','.join(operands)}->{''.join(result)}"
    )
)


@given(formula=formulas, names=st.permutations(ascii_letters))
def test_renaming_letters_changes_nothing(formula: str, names: list[str]):
    value = FORMULA.read(formula).value
    assert FORMULA.read(formula.translate(str.maketrans(ascii_letters, "".join(names)))).value == value
    assert FORMULA.restored(FORMULA.json(value)) == FORMULA.value(value) == value


@given(formula=formulas)
def test_a_value_computes_what_the_formula_computes(formula: str):
    value = FORMULA.read(formula).value
    arrays = [
        np.arange(2.0 ** len(letters)).reshape((2,) * len(letters)) for letters in formula.split("->")[0].split(",")
    ]
    assert np.array_equal(np.einsum(str(value), *arrays), np.einsum(formula, *arrays))


@given(typed=st.text(max_size=MAX_FORMULA + 5) | st.text("ij,->→ ", max_size=12))
def test_any_text_is_read_or_refused(typed: str):
    try:
        value = FORMULA.read(typed).value
    except Unreadable as refused:
        assert refused.position is not None and 0 <= refused.position <= len(typed)
    else:
        assert (
            np.einsum(str(value), *[np.ones((1,) * len(word)) for word in str(value).split("->")[0].split(",")]).size
            == 1
        )


def test_there_are_names_for_all_letters():
    assert sorted(INDEX_NAMES) == sorted(ascii_letters)


# Over HTTP ----------------------------------------------------------------------------------------


def test_a_formula_is_sent_as_a_text(client: httpx.Client):
    drawn = client.post("/exercises/einsum-shape/instances", json={"level": "challenge", "seed": 0}).json()
    assert [part["answer"] for part in drawn["parts"]] == ["formula"] * 3
    answers = {"answers": {"product": "ab,bc->ac"}}
    marked = client.post(f"/instances/{drawn['id']}/attempts", json=answers).json()
    assert marked["parts"]["product"]["read_as"] == {"shape": None, "latex": r"\text{ab,bc->ac}"}
    assert marked["parts"]["product"]["entries"] is None
    refused = client.post(f"/instances/{drawn['id']}/attempts", json={"answers": {"product": "ab,bc"}})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["position"]) == ("/answers/product", 5)
