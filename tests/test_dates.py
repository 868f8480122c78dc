"""Dates: how times are read, what an extension moves, what dates make of a moment. Pure rules, no clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dates import EARLIEST, LATEST, RULE, Dates, decide, judge, moment, require_begun
from app.problems import NotOpen, PastDue

MILLISECOND = timedelta(milliseconds=1)
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)

moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - bounds
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
spans = st.timedeltas(timedelta(), timedelta(days=400)).map(lambda span: span // MILLISECOND * MILLISECOND)
penalties = st.floats(0, 1)


@st.composite
def orderly(draw: st.DrawFn) -> Dates:
    """Dates as an assignment may have them."""
    start, due, end = draw(moments), draw(spans) + MILLISECOND, draw(spans)
    dates = Dates(start, start + due, start + due + end)
    without = draw(st.sets(st.sampled_from(list(vars(dates)))))
    return replace(dates, **dict.fromkeys(without))


# Reading ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11-22T10:00:00Z", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("2026-11-22t10:00:00.5z", datetime(2026, 11, 22, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-22 11:00:00+01:00", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("2026-11-21T23:30:00-10:30", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("2026-11-22T10:00:00.123999Z", datetime(2026, 11, 22, 10, 0, 0, 123_000, tzinfo=UTC)),
        ("2026-11-22T10:00:00.123456789Z", datetime(2026, 11, 22, 10, 0, 0, 123_000, tzinfo=UTC)),
        ("2028-02-29T00:00:00Z", datetime(2028, 2, 29, tzinfo=UTC)),
        ("2000-01-01T00:00:00Z", EARLIEST),
    ],
)
def test_a_time_is_read_in_utc_and_whole_milliseconds(text: str, read: datetime):
    assert moment(text) == read


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "2026-11-22", "2026-11-22T10:00Z", "20261122T100000Z", "2026-W47-7T10:00:00Z"),
        *("2026-11-22T10:00:00", "2026-11-22T10:00:00+0100", "2026-11-22T10:00:00 Europe/Vienna"),
        *("2026-02-30T10:00:00Z", "2026-02-29T10:00:00Z", "2026-13-01T10:00:00Z", "2026-00-10T10:00:00Z"),
        *("2026-11-22T24:00:00Z", "2026-11-22T25:00:00Z", "2026-11-22T10:60:00Z"),
        *("2016-12-31T23:59:60Z", "2026-11-22T10:00:61Z"),  # no clock of ours has the leap second
        *("1999-12-31T23:59:59Z", "3000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59"),
        *("0000-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "-2026-11-22T10:00:00Z", "12026-11-22T10:00:00Z"),
        *("2026-11-22T10:00:00+24:00", "2026-11-22T10:00:00.Z", "2026-11-22T10:00:00,5Z", "2026-11-22T10:00:00ZZ"),
        *("２０２６-11-22T10:00:00Z", "2026-11-22T10:00:00Z\n", " 2026-11-22T10:00:00Z", "2026-11-22T10:00:00\u00b1Z"),
        "2026-11-22T10:00:00." + "1" * 10_000 + "Z",
    ],
)
def test_any_other_time_is_refused(text: str):
    with pytest.raises(ValueError, match=r"^(send a time|there is no such time)"):
        moment(text)


@given(st.text())
def test_no_text_breaks_the_reader(text: str):
    try:
        assert EARLIEST <= moment(text) < LATEST
    except ValueError as error:
        assert "time" in str(error)


@given(moments, st.integers(-23 * 60 - 59, 23 * 60 + 59))
def test_the_offset_from_utc_changes_how_a_time_is_written_and_not_what_it_is(at: datetime, minutes: int):
    sign = "-" if minutes < 0 else "+"
    local = (at + timedelta(minutes=minutes)).replace(tzinfo=None).isoformat(timespec="milliseconds")
    assert moment(f"{local}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}") == at


# Order --------------------------------------------------------------------------------------------


def test_dates_in_order_have_no_fault():
    assert Dates().fault() is None
    assert Dates(MONDAY, MONDAY + MILLISECOND, MONDAY + MILLISECOND).fault() is None
    assert Dates(None, MONDAY).fault() is None


def test_the_date_that_comes_too_early_is_named():
    assert Dates(MONDAY, MONDAY).fault()[0] == "due_at"
    assert Dates(None, MONDAY, MONDAY - MILLISECOND).fault()[0] == "closes_at"
    assert Dates(MONDAY, None, MONDAY).fault()[0] == "closes_at"


# Lateness -----------------------------------------------------------------------------------------


def test_the_first_and_the_last_moment_belong_to_an_assignment():
    dates = Dates(MONDAY, MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    assert not decide(MONDAY, dates, 0.2).late
    assert not decide(MONDAY + timedelta(days=1), dates, 0.2).late
    assert decide(MONDAY + timedelta(days=1) + MILLISECOND, dates, 0.2).late
    assert decide(MONDAY + timedelta(days=2), dates, 0.2).late
    with pytest.raises(NotOpen):
        decide(MONDAY - MILLISECOND, dates, 0.2)
    with pytest.raises(PastDue):
        decide(MONDAY + timedelta(days=2) + MILLISECOND, dates, 0.2)


def test_without_a_closing_time_an_assignment_closes_when_it_is_due():
    dates = Dates(due_at=MONDAY)
    assert dates.end == MONDAY
    with pytest.raises(PastDue):
        decide(MONDAY + MILLISECOND, dates, 0.2)


def test_without_a_due_date_nothing_is_late():
    assert not decide(MONDAY, Dates(closes_at=MONDAY), 0.5).late
    assert not decide(MONDAY, Dates(), 0.5).late


def test_lateness_takes_the_same_share_however_late():
    dates = Dates(None, MONDAY, MONDAY + timedelta(days=9))
    for days in (1, 5, 9):
        assert decide(MONDAY + timedelta(days=days), dates, 0.25).factor == 0.75


@given(moments, orderly(), penalties)
def test_a_decision_follows_from_what_is_stored_of_it(received: datetime, dates: Dates, penalty: float):
    decision = judge(received, dates, penalty)
    stored = decision.json()
    assert stored["rule"] == RULE
    again = Dates(*(stored[name] and datetime.fromisoformat(stored[name]) for name in vars(dates)))
    assert again == dates
    assert judge(received, again, stored["late_penalty"]) == decision
    assert (stored["late"], stored["factor"]) == (decision.late, decision.factor)
    assert 0 <= decision.factor <= 1


@given(moments, orderly(), penalties)
def test_a_moment_is_before_the_opening_or_in_time_or_late_or_too_late(at: datetime, dates: Dates, penalty: float):
    try:
        late = decide(at, dates, penalty).late
    except NotOpen:
        assert dates.opens_at is not None
        assert at < dates.opens_at
    except PastDue:
        assert dates.end is not None
        assert at > dates.end
    else:
        require_begun(at, dates)
        assert late == (dates.due_at is not None and at > dates.due_at)


# Extensions ---------------------------------------------------------------------------------------


def test_an_extension_without_a_closing_time_moves_the_end_by_the_same_span():
    dates = Dates(None, MONDAY, MONDAY + timedelta(days=7)).extended(MONDAY + timedelta(days=3), None)
    assert (dates.due_at, dates.end) == (MONDAY + timedelta(days=3), MONDAY + timedelta(days=10))


def test_an_extension_with_a_closing_time_closes_then():
    whole = Dates(None, MONDAY, MONDAY + timedelta(days=7))
    dates = whole.extended(MONDAY + timedelta(days=3), MONDAY + timedelta(days=8))
    assert (dates.due_at, dates.end) == (MONDAY + timedelta(days=3), MONDAY + timedelta(days=8))
    later = whole.extended(None, MONDAY + timedelta(days=30))
    assert (later.due_at, later.end) == (MONDAY, MONDAY + timedelta(days=30))


def test_an_extension_says_nothing_of_the_opening_and_makes_no_dates_where_there_are_none():
    assert Dates(MONDAY).extended(MONDAY + timedelta(days=3), MONDAY + timedelta(days=9)) == Dates(MONDAY)
    closing = Dates(None, None, MONDAY).extended(MONDAY + timedelta(days=3), MONDAY + timedelta(days=9))
    assert closing == Dates(None, None, MONDAY + timedelta(days=9))


@given(orderly(), st.none() | moments, st.none() | moments)
def test_an_extension_never_takes_time_away(dates: Dates, due_at: datetime | None, closes_at: datetime | None):
    theirs = dates.extended(due_at, closes_at)
    assert theirs.opens_at == dates.opens_at
    assert (theirs.due_at is None) == (dates.due_at is None)
    assert (theirs.end is None) == (dates.end is None)
    if dates.due_at is not None:
        assert theirs.due_at >= dates.due_at
    if dates.end is not None:
        assert theirs.end >= dates.end
    assert theirs.fault() is None


@given(orderly(), st.none() | moments, st.none() | moments, moments, penalties)
def test_what_was_taken_before_an_extension_is_worth_no_less_after_it(
    dates: Dates, due_at: datetime | None, closes_at: datetime | None, received: datetime, penalty: float
):
    theirs = dates.extended(due_at, closes_at)
    try:
        before = decide(received, dates, penalty)
    except (NotOpen, PastDue):
        return
    assert decide(received, theirs, penalty).factor >= before.factor


def test_refusals_say_when_and_what_counts():
    with pytest.raises(NotOpen, match=r"opens at 2026-11-23 00:00:00 UTC"):
        require_begun(MONDAY - MILLISECOND, Dates(MONDAY))
    with pytest.raises(PastDue, match=r"closed at 2026-11-23 00:00:00 UTC\. What you sent before counts"):
        decide(MONDAY + MILLISECOND, Dates(due_at=MONDAY), 0)
