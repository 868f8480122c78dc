"""Dates as people type them, on the clock of a course."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.pages.teach.clock import days_later, from_input, to_input
from app.problems import InvalidRequest

VIENNA = ZoneInfo("Europe/Vienna")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-12-01T22:59", "2026-12-01T23:59"),
        ("2026-07-01T21:59:59", "2026-07-01T23:59:59"),
        ("2026-12-01T22:59:59.999", "2026-12-01T23:59:59.999"),
    ],
)
def test_a_moment_comes_back_from_its_field_to_the_millisecond(moment: str, shown: str):
    assert to_input(utc(moment), VIENNA) == shown
    assert from_input(shown, VIENNA) == utc(moment)


def test_an_empty_field_is_no_moment():
    assert to_input(None, VIENNA) == ""
    assert from_input("  ", VIENNA) is None
    assert from_input("", VIENNA, kept=utc("2026-12-01T22:59")) is None


def test_a_date_may_be_typed_with_a_blank_in_the_middle():
    assert from_input(" 2026-12-01 23:59 ", VIENNA) == utc("2026-12-01T22:59")


def test_an_hour_that_the_clock_repeats_is_its_first_occurrence():
    assert from_input("2026-10-25T02:30", VIENNA) == utc("2026-10-25T00:30")


def test_an_hour_that_the_clock_skips_is_moved_forward():
    found = from_input("2026-03-29T02:30", VIENNA)
    assert found == utc("2026-03-29T01:30")
    assert to_input(found, VIENNA) == "2026-03-29T03:30"


def test_who_leaves_a_field_as_it_was_changes_nothing():
    second = utc("2026-10-25T01:30")  # the second half past two of that night
    assert from_input(to_input(second, VIENNA), VIENNA, kept=second) == second


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow",
        "2026-13-01T10:00",
        "2026-11-30",
        "2026-12-01T24:30",
        "2026-12-01T10:00Z",
        "20261201T1000",
        "0001-01-01T00:00",
        "1999-12-31T10:00",
        "3000-01-02T10:00",
        "٢٠٢٦-١٢-٠١T10:00",
    ],
)
def test_what_is_no_date_of_an_assignment_is_refused_at_its_field(text: str):
    with pytest.raises(InvalidRequest) as refusal:
        from_input(text, VIENNA, "/due_at")
    (error,) = refusal.value.errors
    assert error.pointer == "/due_at"
    assert text not in error.detail


def test_days_later_is_the_same_time_on_the_clock():
    assert days_later(utc("2026-10-24T21:59"), 3, VIENNA) == utc("2026-10-27T22:59")
