"""Grades arrive on the platform: what marks them, what is told and when, what comes of answers, how columns are had."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import outbox
from app import scores as scores_here
from app.auth import Caller
from app.courses import assignments, contexts
from app.courses.assignments import Assignment
from app.courses.audit import COMMAND
from app.dates import LATEST, Dates
from app.exercise import Catalogue
from app.models import audit, enrolments, grades
from app.passback import answers, columns, delivery, errands, scores, standing
from app.platforms.outgoing import Reply
from app.platforms.services import next_of, pause_asked
from app.problems import InvalidRequest
from tests.gradebooks import Book, Sent, book_of, into, kept_by
from tests.histories import changed, with_family
from tests.lms import Lms
from tests.platform import User, words
from tests.platform.ags import item_url
from tests.teaching import MORNING, Classroom, fine, submit, wrong
from tests.test_regrading import HALVED, REASON, done, gradient, serve, started

PRODUCTS = ("standard", "moodle", "canvas", "openedx")


# What marks a grade -------------------------------------------------------------------------------


def attempted(book: Book) -> None:
    room = book.classroom
    instance = room.open(room.alice, book.assignment)
    submit(room.alice, instance, {"answer": wrong(instance)})


def overridden(book: Book) -> None:
    path = f"/assignments/{book.id}/items/1/overrides/{book.classroom.alice.id}"
    fine(book.classroom.carol.put(path, {"points": 1, "reason": "As told."}))


def restored(book: Book) -> None:
    path = f"/assignments/{book.id}/items/1/overrides/{book.classroom.alice.id}"
    assert book.classroom.carol.delete(path).status_code == 204


def extended(book: Book) -> None:
    path = f"/assignments/{book.id}/extensions/{book.classroom.alice.id}"
    fine(book.classroom.carol.put(path, {"due_at": book.classroom.clock.after(days=3)}))


def withdrawn(book: Book) -> None:
    path = f"/assignments/{book.id}/extensions/{book.classroom.alice.id}"
    assert book.classroom.carol.delete(path).status_code == 204


def change(book: Book, **values: Any) -> None:
    fine(book.classroom.carol.patch(f"/assignments/{book.id}", values))


def change_item(book: Book, **values: Any) -> None:
    change(book, items=[{"id": book.assignment["items"][0]["id"], **values}])


def removed(book: Book) -> None:
    change(book, items=[{"exercise": "ls-gradient", "level": "hand", "points": 2}])
    items = fine(book.classroom.carol.get(f"/assignments/{book.id}"))["items"]
    path = f"/assignments/{book.id}/items/{items[-1]['id']}"
    before = versions(book)
    assert book.classroom.carol.delete(path).status_code == 204
    assert all(versions(book)[person] > before[person] for person in before)


DEEDS: dict[str, Callable[[Book], None]] = {
    "an attempt": attempted,
    "an override": overridden,
    "an override withdrawn": restored,
    "an extension": extended,
    "an extension withdrawn": withdrawn,
    "other points": lambda book: change_item(book, points=8),
    "an item void": lambda book: change_item(book, void="drop", reason="It was wrong."),
    "a later due date": lambda book: change(book, due_at=book.classroom.clock.after(days=9)),
    "another title": lambda book: change(book, title="Sheet 2"),
    "an item removed": removed,
}


def versions(book: Book) -> dict[str, int]:
    """How often the grades of people were marked."""
    return {row.person: row.version for row in book.classroom.school.rows(select(grades))}


def prepared(lms: Lms) -> Sent:
    """An assignment in which alice has an attempt, an override and an extension."""
    book = book_of(lms, due_at=lms.classroom.clock.after(days=1))
    for deed in (attempted, overridden, extended):
        deed(book)
    return book


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_what_changes_a_students_points_marks_their_grade(lms: Lms, deed: Callable[[Book], None]):
    book = prepared(lms)
    alice = book.classroom.alice.id
    before = versions(book)[alice]
    deed(book)
    (row,) = book.classroom.school.rows(select(grades).where(grades.c.person == alice))
    assert (row.state, row.due_at, row.version > before) == ("pending", MORNING, True)


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_in_a_course_without_a_platform_nothing_is_written(classroom: Classroom, deed: Callable[[Book], None]):
    book = Book(classroom, classroom.assign(due_at=classroom.clock.after(days=1)))
    for first in (attempted, overridden, extended, deed):
        first(book)
    assert versions(book) == {}


def test_a_regrade_that_is_kept_marks_the_grades_of_its_students(lms: Lms, tmp_path: Path, catalogue: Catalogue):
    book, room = book_of(lms), lms.classroom
    instance = room.open(room.alice, book.assignment)
    submit(room.alice, instance, {"answer": gradient(instance)})
    before = versions(book)[room.alice.id]
    serve(room, with_family(catalogue, changed(tmp_path, "ls_gradient.py", HALVED)))
    regrade = done(room.carol, started(room.carol, book.assignment))
    kept = room.carol.post(f"/regrades/{regrade['id']}/keep", REASON)
    assert kept.status_code in (200, 202), kept.text
    done(room.carol, regrade)
    assert versions(book)[room.alice.id] > before


def test_lateness_that_is_decided_anew_marks_only_whose_points_it_changes(lms: Lms):
    book = book_of(lms, due_at=lms.classroom.clock.after(hours=1), closes_at=lms.classroom.clock.after(days=1))
    room = book.classroom
    change(book, late_penalty=0.5)
    in_time, late = room.open(room.bob, book.assignment), room.open(room.alice, book.assignment)
    submit(room.bob, in_time, room.solution(in_time))
    room.clock.forward(hours=2)
    submit(room.alice, late, room.solution(late))
    before = versions(book)
    path = f"/assignments/{book.id}/extensions"
    fine(room.carol.put(f"{path}/{room.alice.id}", {"due_at": room.clock.after(hours=1)}))
    after = versions(book)
    assert after[room.alice.id] > before[room.alice.id]
    assert after[room.bob.id] == before[room.bob.id]


def test_whoever_decides_anew_about_lateness_marks_the_grades_that_it_raises(lms: Lms):
    book = book_of(lms, due_at=lms.classroom.clock.after(hours=1), closes_at=lms.classroom.clock.after(days=1))
    room = book.classroom
    change(book, late_penalty=0.5)
    room.clock.forward(hours=2)
    for person in (room.alice, room.bob):
        instance = room.open(person, book.assignment)
        submit(person, instance, room.solution(instance))
    before, due = versions(book), room.clock()
    caller = Caller(room.carol.id)
    dates = {room.alice.id: Dates(due_at=due), room.bob.id: found(book).dates}
    said: dict[str, Any] = {"caller": caller, "reason": "She was ill.", "now": due}
    assert room.school.write(lambda tx: scores_here.redecide(tx, book.id, dates, 0.5, **said)) == 1
    assert versions(book) == {**before, room.alice.id: before[room.alice.id] + 1}


def test_an_item_with_all_points_for_all_sends_those_of_who_never_began(book: Sent):
    (ada,) = book.learners("Ada")
    change_item(book, void="full", reason="It was wrong.")
    book.send()
    assert book.there(ada) == 4


# What is told -------------------------------------------------------------------------------------


@pytest.mark.parametrize("personality", PRODUCTS)
def test_a_grade_arrives(classroom: Classroom, personality: str):
    with kept_by(classroom, personality) as book:
        ada, eve = book.learners("Ada", "Eve")
        book.give(ada, 3)
        book.give(eve, 0)
        book.send()
        assert (book.there(ada), book.there(eve)) == (3, 0)
        assert (book.state(ada), book.row(ada).sent, book.row(ada).due_at) == ("sent", 0.75, None)
        (post,) = book.posts(ada)
        assert (post.activity, post.grading, post.given, post.maximum) == ("Completed", "FullyGraded", 3, 4)
        assert post.timestamp == MORNING


def test_an_attempt_arrives_as_the_report_has_it(book: Sent):
    (ada,) = book.learners("Ada")
    person, room = book.signed_in(ada), book.classroom
    instance = room.open(person, book.assignment)
    submit(person, instance, {"answer": wrong(instance)})
    book.send()
    assert book.there(ada) == 0
    submit(person, instance, room.solution(instance))
    book.send()
    assert book.there(ada) == 4


def test_what_lateness_leaves_is_told(lms: Lms):
    dates = {"due_at": lms.classroom.clock.after(hours=1), "closes_at": lms.classroom.clock.after(days=1)}
    book = book_of(lms, **dates, late_penalty=0.25)
    (ada,) = book.learners("Ada")
    person, room = book.signed_in(ada), book.classroom
    instance = room.open(person, book.assignment)
    room.clock.forward(hours=2)
    submit(person, instance, room.solution(instance))
    book.send()
    assert book.there(ada) == 3


def test_the_share_of_what_a_student_can_have_is_told(lms: Lms):
    assignment = lms.classroom.assign({}, {"points": 6})
    into(lms, assignment["id"], "", MORNING)
    book = Sent(lms.classroom, assignment, lms)
    (ada,) = book.learners("Ada")
    book.give(ada, None)
    path = f"/assignments/{book.id}/items/2/overrides/{book.person(ada)}"
    fine(book.classroom.carol.put(path, {"points": 3, "reason": "As told."}))
    book.send()
    assert book.there(ada) == 5  # of ten, as three of six
    change(book, items=[{"id": assignment["items"][1]["id"], "void": "drop", "reason": "It was wrong."}])
    book.wait_and_send(seconds=1)
    assert len(book.posts(ada)) == 2
    assert book.posts(ada)[1].given is None  # she can have nothing any more: it is taken back


def test_who_has_nothing_yet_is_not_told_of(book: Sent):
    (ada,) = book.learners("Ada")
    path = f"/assignments/{book.id}/extensions/{book.person(ada)}"
    change(book, due_at=book.classroom.clock.after(days=1))
    fine(book.classroom.carol.put(path, {"tries": 9}))
    book.send()
    assert book.lms.platform.count("scores") == 0
    assert (book.state(ada), book.row(ada).sent) == ("sent", None)


@pytest.mark.parametrize("personality", ["standard", "moodle"])
def test_a_grade_that_does_not_hold_any_more_is_taken_back(classroom: Classroom, personality: str):
    with kept_by(classroom, personality) as book:
        (ada,) = book.learners("Ada")
        book.give(ada, 3)
        book.send()
        path = f"/assignments/{book.id}/items/1/overrides/{book.person(ada)}"
        assert classroom.carol.delete(path).status_code == 204
        book.send()
        assert book.there(ada) is None
        assert (book.state(ada), book.row(ada).sent) == ("sent", None)
        book.give(ada, 2)
        book.send()
        assert book.there(ada) == 2


def test_the_same_grade_is_not_told_again(book: Sent):
    (ada,) = book.learners("Ada")
    book.give(ada, 3)
    book.send()
    change(book, title="Sheet 2")  # an instructor may have changed the grade there by hand
    book.wait_and_send(seconds=5)
    assert (len(book.posts(ada)), book.state(ada)) == (1, "sent")


def test_grades_are_told_of_students_only(book: Sent):
    ada, max_, tia = book.lms.join("Ada"), book.lms.join("Max", words.INSTRUCTOR), book.lms.join("Tia")
    book.lms.fetch()
    preview = contexts.Who("preview", "Test student", None, preview=True)
    school = book.classroom.school
    tester = school.write(lambda tx: contexts.enter(tx, book.lms.context, preview, "student", MORNING))
    book.give_many({user.id: 2 for user in (ada, max_, tia)} | {"preview": 2})
    school.write(lambda tx: outbox.changed(tx, book.id, [book.classroom.alice.id], MORNING))
    overridden(book)  # alice, who did not come from the platform
    left = enrolments.update().where(enrolments.c.person == book.person(tia)).values(left_at=MORNING)
    school.write(lambda tx: tx.execute(left))
    book.send()
    troubles = {row.person: row.trouble for row in school.rows(select(grades))}
    assert troubles == {
        book.person(ada): None,
        book.person(max_): scores.NO_STUDENT,
        book.person(tia): scores.NO_STUDENT,
        tester: scores.PREVIEW,
        book.classroom.alice.id: scores.STRANGER,
    }
    assert {post.user for post in book.lms.platform.gradebook.posts} == {ada.id}
    states = {row.state for row in school.rows(select(grades).where(grades.c.trouble.is_not(None)))}
    assert states == {"failed"}


@pytest.mark.parametrize("personality", PRODUCTS)
def test_canvas_is_told_that_a_grade_is_no_further_attempt_and_of_when_the_last_one_is(
    classroom: Classroom, personality: str
):
    with kept_by(classroom, personality) as book:
        ada, eve = book.learners("Ada", "Eve")
        person = book.signed_in(ada)
        instance = classroom.open(person, book.assignment)
        submit(person, instance, {"answer": wrong(instance)})
        book.wait_and_send(hours=1)
        book.give(eve, 3)
        book.send()
        bodies = book.lms.platform.gradebook.bodies
        found = [body.get("https://canvas.instructure.com/lti/submission") for body in bodies]
        of_attempt = {"new_submission": False, "submitted_at": "2026-11-22T10:00:00.000Z"}
        assert found == ([of_attempt, {"new_submission": False}] if personality == "canvas" else [None, None])


# When it is told ----------------------------------------------------------------------------------


def release(book: Sent, when: str) -> None:
    room = book.classroom
    caller, now = Caller(book.classroom.carol.id), room.clock()
    room.school.write(lambda tx: standing.set_release(tx, caller, book.lms.context, when, now))


def test_grades_may_wait_until_the_assignment_has_closed_for_that_student(lms: Lms):
    book = book_of(lms, due_at=lms.classroom.clock.after(days=1))
    ada, eve = book.learners("Ada", "Eve")
    release(book, "after_close")
    path = f"/assignments/{book.id}/extensions/{book.person(eve)}"
    fine(book.classroom.carol.put(path, {"due_at": book.classroom.clock.after(days=3)}))
    book.give(ada, 3)
    book.give(eve, 2)
    book.send()
    book.wait_and_send(days=1)  # its last moment
    assert book.lms.platform.count("scores") == 0
    book.wait_and_send(seconds=1)
    assert (book.there(ada), book.state(eve)) == (3, "pending")
    book.wait_and_send(days=2)
    assert book.there(eve) == 2


def test_a_closing_time_that_is_moved_moves_the_grades(lms: Lms):
    book = book_of(lms, due_at=lms.classroom.clock.after(days=9))
    (ada,) = book.learners("Ada")
    release(book, "after_close")
    book.give(ada, 3)
    book.send()
    change(book, due_at=book.classroom.clock.after(hours=1))
    book.send()
    book.wait_and_send(hours=2)
    assert book.there(ada) == 3


def test_grades_of_an_assignment_that_never_closes_wait_for_another_choice(book: Sent):
    (ada,) = book.learners("Ada")
    release(book, "after_close")
    book.give(ada, 3)
    book.wait_and_send(days=1_000)
    assert (book.state(ada), book.row(ada).due_at) == ("pending", LATEST)
    release(book, "at_once")
    book.send()
    assert book.there(ada) == 3


def test_grades_that_are_never_sent_wait_and_go_when_that_is_changed(book: Sent):
    (ada,) = book.learners("Ada")
    release(book, "never")
    book.give(ada, 3)
    book.wait_and_send(days=100)
    assert (book.lms.platform.count("scores"), book.state(ada)) == (0, "pending")
    release(book, "at_once")
    book.send()
    assert book.there(ada) == 3


def test_grades_for_review_are_no_final_ones_until_that_is_changed(book: Sent):
    ada, eve = book.learners("Ada", "Eve")
    release(book, "for_review")
    book.give(ada, 3)
    book.send()
    assert [post.grading for post in book.posts(ada)] == ["PendingManual"]
    release(book, "at_once")
    book.give(eve, 2)
    book.send()
    assert [post.grading for post in book.posts(ada)] == ["PendingManual", "FullyGraded"]
    assert (book.there(ada), book.there(eve)) == (3, 2)
    release(book, "for_review")
    book.wait_and_send(hours=1)
    assert len(book.posts(ada)) == 2  # what is final stays so


def test_the_choice_is_in_the_audit_log_and_only_a_known_one_is_taken(book: Sent):
    release(book, "never")
    release(book, "never")
    entries = book.classroom.school.rows(select(audit).where(audit.c.action == "release chosen"))
    assert [entry.details for entry in entries] == [{"release": ["at_once", "never"]}]
    with pytest.raises(InvalidRequest):
        release(book, "sometimes")


# Timestamps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("personality", PRODUCTS)
def test_grades_within_one_second_are_told_one_after_the_other(classroom: Classroom, personality: str):
    with kept_by(classroom, personality) as book:
        (ada,) = book.learners("Ada")
        for points in (1, 2, 3, 4):
            book.give(ada, points)
            book.wait_and_send(milliseconds=10)
        history = [post.timestamp for post in book.lms.platform.history(book.column, ada)]
        assert len(history) == 4
        assert all(later - before >= errands.APART for before, later in pairwise(history))
        assert book.there(ada) == 4


@pytest.mark.parametrize("hours", [-10, -1, 1, 10])
def test_a_clock_that_is_put_right_loses_no_grade(book: Sent, hours: int):
    (ada,) = book.learners("Ada")
    book.give(ada, 1)
    book.wait_and_send(hours=hours)
    book.classroom.clock.set(MORNING)
    book.give(ada, 2)
    book.wait_and_send(minutes=1)
    assert (book.there(ada), book.state(ada)) == (2, "sent")


def test_a_timestamp_that_went_years_ahead_is_left_behind(book: Sent):
    assert errands.later_than(MORNING + timedelta(days=700), MORNING) == MORNING
    assert errands.later_than(MORNING + timedelta(hours=1), MORNING) == MORNING + timedelta(hours=1, seconds=1)
    assert errands.later_than(None, MORNING + timedelta(microseconds=1_999)) == MORNING + timedelta(milliseconds=1)


def test_a_platform_whose_clock_is_wrong_takes_grades(book: Sent):
    (ada,) = book.learners("Ada")
    for minutes in (0, -10, 10, 0):
        book.lms.platform.offset = timedelta(minutes=minutes)
        book.give(ada, 2 + minutes / 10)
        book.wait_and_send(minutes=3)
    assert (book.there(ada), len(book.posts(ada))) == (2, 4)


# Answers ------------------------------------------------------------------------------------------


def given(book: Sent, points: float = 3) -> User:
    (ada,) = book.learners("Ada")
    book.give(ada, points)
    return ada


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 301])
def test_a_platform_that_cannot_take_a_grade_gets_it_later(book: Sent, status: int):
    ada = given(book)
    book.lms.platform.fails("scores", status=status)
    book.send()
    assert book.state(ada) == "pending"
    assert book.registered.rests == 1
    assert str(status) in book.registered.trouble
    book.send()
    assert len(book.posts(ada)) == 0
    book.wait_and_send(minutes=3)
    assert (book.there(ada), book.state(ada)) == (3, "sent")
    assert (book.registered.rests, book.registered.trouble, book.registered.resting_until) == (0, None, None)


@pytest.mark.parametrize("personality", PRODUCTS)
def test_a_product_at_its_limit_is_left_alone_for_a_while(classroom: Classroom, personality: str):
    with kept_by(classroom, personality) as book:
        ada = given(book)
        book.lms.platform.limits()
        book.send()
        assert (book.state(ada), book.registered.rests) == ("pending", 1)
        book.wait_and_send(minutes=1)
        assert book.there(ada) == 3


@pytest.mark.parametrize("asked", ["90", format_datetime(MORNING + timedelta(seconds=90), usegmt=True)])
def test_a_platform_says_for_how_long_it_wants_to_be_left_alone(book: Sent, asked: str):
    given(book)
    book.lms.platform.fails("scores", status=503, headers={"retry-after": asked})
    book.send()
    assert book.registered.resting_until == MORNING + timedelta(seconds=90)
    book.wait_and_send(seconds=89)
    assert book.lms.platform.count("scores") == 1
    book.wait_and_send(seconds=1)
    assert book.lms.platform.count("scores") == 2


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7), ("", None), ("soon", None), ("-3", None), ("99999999999", 86_400), ("Thu, 01 Jan 2015 00:00:00 GMT", 0)],
)
def test_a_pause_is_read_leniently(text: str, seconds: int | None):
    wanted = None if seconds is None else timedelta(seconds=seconds)
    assert pause_asked({"retry-after": text}, MORNING) == wanted


LIMITS: list[dict[str, Any]] = [
    {"status": 429, "headers": {"retry-after": "300"}},
    {"status": 403, "headers": {"retry-after": "300", "x-rate-limit-remaining": "0.0"}},
    {"status": 503, "headers": {"retry-after": "300"}},
]


@pytest.mark.parametrize("fault", LIMITS, ids=["429", "403 at the limit", "503"])
@pytest.mark.parametrize("at", ["token", "line items", "scores"])
def test_wherever_a_platform_says_for_how_long_it_is_left_alone(book: Sent, at: str, fault: dict[str, Any]):
    ada = given(book)
    book.lms.platform.fails(at, **fault)
    book.send()
    assert (book.state(ada), book.line_item.trouble) == ("pending", None)
    assert str(fault["status"]) in book.registered.trouble
    assert "key set" not in book.registered.trouble
    assert book.registered.resting_until == MORNING + timedelta(minutes=5)
    book.wait_and_send(minutes=5)
    assert book.there(ada) == 3


@pytest.mark.parametrize("fault", LIMITS, ids=["429", "403 at the limit", "503"])
def test_a_column_whose_platform_was_at_its_limit_is_renamed_later(book: Sent, fault: dict[str, Any]):
    ada = given(book)
    book.send()
    change(book, title="Sheet 2")
    book.lms.platform.fails("line item", **fault)
    for points in (4, 2):
        book.give(ada, points)
        book.wait_and_send(minutes=6)
    assert book.column.label == "Sheet 2"


def test_a_roster_that_is_too_much_for_a_platform_is_no_refusal(book: Sent):
    book.lms.platform.fails("members", status=403, headers={"x-rate-limit-remaining": "0.0"})
    book.lms.fetch()
    assert "takes fewer calls at once" in book.lms.row.roster_trouble


def test_no_platform_is_left_alone_for_days(book: Sent):
    given(book)
    book.lms.platform.fails("scores", status=503, headers={"retry-after": "86400"})
    book.send()
    assert book.registered.resting_until == MORNING + errands.LONGEST_ASKED


@pytest.mark.parametrize(
    "fault",
    [{"way": "drop"}, {"way": "drop", "stored": True}, {"status": 500, "stored": True}],
    ids=["broken off", "stored and lost", "stored and denied"],
)
@pytest.mark.parametrize("personality", PRODUCTS)
def test_a_reply_that_is_lost_loses_no_grade(classroom: Classroom, personality: str, fault: dict[str, Any]):
    with kept_by(classroom, personality) as book:
        ada = given(book)
        book.lms.platform.fails("scores", **fault)
        book.send()
        assert book.state(ada) == "pending"
        book.wait_and_send(minutes=3)
        assert (book.there(ada), book.state(ada)) == (3, "sent")


def test_a_grade_that_was_stored_before_its_reply_was_lost_is_set_right(book: Sent):
    ada = given(book, 1)
    book.send()
    book.lms.platform.fails("scores", way="drop", stored=True)
    book.give(ada, 3)
    book.send()
    book.give(ada, 1)  # what the platform took last as far as is known here
    book.wait_and_send(minutes=3)
    assert book.there(ada) == 1


def test_a_platform_that_is_silent_is_given_up_after_a_while(book: Sent, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.platforms.outgoing.LONGEST_WAIT", 0.3)
    ada = given(book)
    book.lms.platform.fails("scores", way="silence", stored=True)
    book.send()
    assert "did not answer" in book.registered.trouble
    book.wait_and_send(minutes=3)
    assert book.there(ada) == 3


def test_a_token_that_is_no_longer_good_is_replaced_at_once(book: Sent):
    ada = given(book)
    book.send()
    book.lms.platform.tokens.revoke()
    book.give(ada, 4)
    book.send()
    assert (book.there(ada), book.registered.rests) == (4, 0)


def test_a_platform_that_takes_no_token_of_its_own_rests(book: Sent):
    ada = given(book)
    book.lms.platform.fails("scores", times=2, status=401)
    book.send()
    assert (book.state(ada), book.registered.rests) == ("pending", 1)
    assert "Is this tool still registered?" in book.registered.trouble


def test_a_platform_that_gives_no_token_says_what_to_do(book: Sent):
    ada = given(book)
    book.lms.platform.fails("token", status=400)
    book.send()
    assert (book.state(ada), book.registered.rests) == ("pending", 1)
    assert "is our key set known to it?" in book.registered.trouble
    book.wait_and_send(minutes=3)
    assert book.there(ada) == 3


def grants(book: Sent, lifetime: Any) -> None:
    """The next token says this of its life."""
    token = book.lms.platform.tokens.give(book.lms.tool, *book.lms.tool.scopes)
    granted = {"access_token": token.text, "token_type": "Bearer", "expires_in": lifetime}
    book.lms.platform.fails("token", status=200, body=json.dumps(granted).encode())


@pytest.mark.parametrize("lifetime", ["3600", 3600.5, "86400000000"])
def test_a_token_is_used_as_long_as_it_says_in_whatever_way(book: Sent, lifetime: Any):
    ada = given(book)
    before = book.lms.platform.count("token")
    grants(book, lifetime)
    for points in (1, 2, 3):
        book.give(ada, points)
        book.wait_and_send(minutes=1)
    assert (book.there(ada), book.lms.platform.count("token")) == (3, before + 1)


@pytest.mark.parametrize("lifetime", ["soon", None, [], "nan", "-5"])
def test_a_lifetime_that_cannot_be_read_costs_no_grade(book: Sent, lifetime: Any):
    ada = given(book)
    grants(book, lifetime)
    book.send()
    assert book.there(ada) == 3


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ("?page=2", "https://lms.test/items?page=2"),
        ("/items/2", "https://lms.test/items/2"),
        ("https://lms.test/other", "https://lms.test/other"),
    ],
)
def test_the_next_page_may_be_named_as_seen_from_this_one(link: str, following: str):
    assert next_of(Reply(200, {"link": f'<{link}>; rel="next"'}), "https://lms.test/items?page=1") == following


def test_an_address_of_the_next_page_that_is_none_is_said(book: Sent):
    ada = given(book)
    book.lms.platform.fails("line items", status=200, body=b"[]", headers={"link": '<http://[/2>; rel="next"'})
    book.send()
    assert book.state(ada) == "pending"
    assert "the next page" in book.registered.trouble


def test_a_hundred_grades_need_one_token(book: Sent):
    users = book.learners(*(f"User{n}" for n in range(100)))
    before = book.lms.platform.count("token")
    book.give_many({user.id: 1 for user in users})
    book.send()
    assert book.lms.platform.count("token") == before + 1
    assert book.lms.platform.count("scores") == 100


@pytest.mark.parametrize("personality", PRODUCTS)
def test_a_grade_that_is_taken_for_an_older_one_goes_once_more(classroom: Classroom, personality: str):
    with kept_by(classroom, personality) as book:
        ada = given(book)
        book.send()
        _move_last(book, ada, seconds=0.5)
        book.give(ada, 4)
        _forget_last(book)
        book.send()
        assert (book.there(ada), book.state(ada)) == (4, "sent")
        assert len(book.posts(ada)) == 3


def _move_last(book: Sent, user: User, **span: float) -> None:
    """The platform's grade is from so much later than it was sent."""
    posts = book.lms.platform.gradebook.accepted[book.column, user.id]
    posts[-1] = replace(posts[-1], timestamp=posts[-1].timestamp + timedelta(**span))


def _forget_last(book: Sent) -> None:
    """What a backup from before the last grade knows."""
    book.classroom.school.write(lambda tx: tx.execute(grades.update().values(sent_at=None)))


def test_where_the_platform_has_a_newer_grade_that_is_said(book: Sent):
    ada = given(book)
    book.send()
    _move_last(book, ada, hours=1)
    _forget_last(book)
    book.give(ada, 4)
    book.send()
    assert (book.state(ada), book.row(ada).trouble, book.row(ada).due_at) == ("superseded", delivery.NEWER, None)
    assert len(book.posts(ada)) == 3  # one, then twice this one
    book.wait_and_send(hours=1)
    assert len(book.posts(ada)) == 3
    book.give(ada, 2)
    book.wait_and_send(seconds=5)
    assert (book.there(ada), book.state(ada)) == (2, "sent")


@pytest.mark.parametrize(
    "text",
    [
        "Provided timestamp of 2026-09-01T08:00:00Z before last updated timestamp of 2026-09-01T09:00:00.000Z",
        "Score timestamp can only be updated to a later point in time",
        "Score already exists for the provided timestamp",
        "A newer score is known than that of this timestamp.",
        "This timestamp is older than that of the stored score.",
    ],
)
def test_a_platform_that_has_a_newer_grade_says_so_in_its_own_words(text: str):
    answer = answers.answer_of(Reply(400, {}, text.encode()), MORNING)
    assert isinstance(answer, answers.Older)
    assert answer.surely


@pytest.mark.parametrize(
    "text",
    [
        "Provided timestamp of 2026-09-01 not a valid timestamp",
        "timestamp: this field is required",
        "Use a newer version of this service.",
    ],
)
def test_a_platform_that_dislikes_a_timestamp_has_no_newer_grade(book: Sent, text: str):
    ada = given(book)
    book.lms.platform.fails("scores", times=2, status=400, body=text.encode())
    book.send()
    assert book.state(ada) == "failed"
    assert "status 400" in book.row(ada).trouble


def test_a_platform_whose_clock_is_behind_gets_a_grade_later(book: Sent):
    ada = given(book)
    text = b"Provided submitted_at timestamp of 2026-11-22T10:00:00.000Z in the future"
    book.lms.platform.fails("scores", status=400, body=text)
    book.send()
    assert (book.state(ada), book.registered.rests) == ("pending", 1)
    assert "clock" in book.registered.trouble
    book.wait_and_send(minutes=3)
    assert (book.there(ada), book.state(ada)) == (3, "sent")


@pytest.mark.parametrize(("status", "says"), [(422, "student of the course there"), (403, "Not allowed"), (415, "415")])
def test_a_grade_that_is_refused_is_not_sent_again_until_it_changes(book: Sent, status: int, says: str):
    ada = given(book)
    book.lms.platform.fails("scores", status=status)
    book.send()
    assert (book.state(ada), book.row(ada).due_at) == ("failed", None)
    assert says in book.row(ada).trouble
    book.wait_and_send(days=3)
    assert book.lms.platform.count("scores") == 1
    assert book.registered.rests == 0
    book.give(ada, 4)
    book.send()
    assert (book.there(ada), book.state(ada), book.row(ada).trouble) == (4, "sent", None)


@pytest.mark.parametrize("personality", ["standard", "moodle", "canvas"])
def test_who_is_no_student_there_any_more_is_named(classroom: Classroom, personality: str):
    with kept_by(classroom, personality) as book:
        ada, eve = book.learners("Ada", "Eve")
        book.lms.there.leave(ada)
        book.give_many({ada.id: 3, eve.id: 2})
        book.send()
        assert (book.state(ada), book.state(eve), book.there(eve)) == ("failed", "sent", 2)
        assert "student" in book.row(ada).trouble
        assert book.registered.rests == 0
        assert len(book.lms.platform.gradebook.items) == 1


# Columns ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("personality", PRODUCTS)
def test_a_column_is_made_once_for_the_link_and_named_as_the_assignment(classroom: Classroom, personality: str):
    with kept_by(classroom, personality) as book:
        ada = given(book)
        book.send()
        made = book.column
        assert (made.label, made.maximum) == ("Sheet 1", 4)
        assert made.details == {"resourceLinkId": book.linked.id, "resourceId": book.id, "tag": "nabla"}
        book.give(ada, 4)
        book.send()
        assert len(book.lms.platform.gradebook.items) == 1
        assert book.line_item.trouble is None


def there_is(book: Sent, **details: Any) -> Any:
    """A column that somebody else made on the platform."""
    body = {"label": "Theirs", "scoreMaximum": 10, **details}
    return book.lms.platform.gradebook.add(book.lms.there, "nabla", body)


def test_the_column_of_the_link_is_found(book: Sent):
    item = there_is(book, resourceLinkId=book.linked.id)
    ada = given(book)
    book.send()
    assert book.lms.platform.grade(item, ada) == 7.5
    assert len(book.lms.platform.gradebook.items) == 1
    assert item.label == "Theirs"


def test_a_column_that_a_launch_names_is_used_as_it_is(lms: Lms):
    book = book_of(lms)
    item = there_is(book)
    into(lms, book.id, book.linked.id, MORNING, item_url(lms.platform, item))
    ada = given(book)
    book.send()
    assert lms.platform.grade(item, ada) == 7.5
    assert lms.platform.count("line items") == 0
    change(book, title="Sheet 2")
    book.give(ada, 4)
    book.send()
    assert item.label == "Theirs"


def test_a_column_that_a_launch_names_is_used_where_the_platform_lists_none(lms: Lms):
    lms.put(line_items_url=None, scopes=[])
    book = book_of(lms)
    item = there_is(book)
    offered = (None, None, [words.SCORE_SCOPE], MORNING)
    lms.classroom.school.write(lambda tx: contexts.offer(tx, lms.context, *offered))
    into(lms, book.id, book.linked.id, MORNING, item_url(lms.platform, item))
    ada = given(book)
    book.send()
    assert (lms.platform.grade(item, ada), book.state(ada)) == (7.5, "sent")
    lms.classroom.school.write(lambda tx: contexts.offer(tx, lms.context, None, None, [], MORNING))
    assert lms.context.scopes == (words.SCORE_SCOPE,)  # a launch that speaks of no gradebook takes none away


def test_a_column_whose_address_was_right_is_kept_though_none_can_be_made(book: Sent):
    ada = given(book)
    book.send()
    url = book.line_item.url
    book.lms.put(scopes=[words.LINE_ITEM_READING_SCOPE, words.SCORE_SCOPE])
    book.give(ada, 4)
    book.lms.platform.fails("scores", status=404)
    book.lms.platform.fails("line items", status=403)
    book.send()
    assert (book.state(ada), book.line_item.url, book.line_item.trouble is None) == ("pending", url, False)
    calls = book.lms.platform.count("line items")
    book.wait_and_send(minutes=10)
    assert (book.there(ada), book.state(ada), book.line_item.trouble) == (4, "sent", None)
    assert book.lms.platform.count("line items") == calls


def test_each_link_has_its_own_column(lms: Lms):
    book = book_of(lms)
    other = lms.platform.add_link(lms.there, "https://nabla.test/launch")
    into(lms, book.id, other.id, MORNING)
    (ada,) = book.learners("Ada")
    book.give(ada, 3)
    book.send()
    found = {item.details["resourceLinkId"]: item for item in lms.platform.gradebook.items.values()}
    assert set(found) == {book.linked.id, other.id}
    assert {lms.platform.grade(item, ada) for item in found.values()} == {3}


def test_links_that_may_have_no_column_have_one_each_all_the_same(lms: Lms):
    book = book_of(lms)
    other = lms.platform.add_link(lms.there, "https://nabla.test/launch")
    book.linked.gradable = other.gradable = False
    into(lms, book.id, other.id, MORNING)
    (ada,) = book.learners("Ada")
    book.give(ada, 3)
    book.send()
    assert [lms.platform.grade(item, ada) for item in lms.platform.gradebook.items.values()] == [3, 3]


def test_a_column_is_made_without_the_link_where_that_may_have_none(book: Sent):
    book.linked.gradable = False
    ada = given(book)
    book.send()
    assert book.column.details == {"resourceId": book.id, "tag": "nabla"}
    assert book.there(ada) == 3


@pytest.mark.parametrize("fault", [{"way": "drop", "stored": True}, {"status": 500, "stored": True}])
def test_a_column_whose_making_was_not_acknowledged_is_found(book: Sent, fault: dict[str, Any]):
    ada = given(book)
    book.lms.platform.fails("line items", times=2, status=200, body=b"[]")  # by link, by assignment: none yet
    book.lms.platform.fails("line items", **fault)
    book.send()
    assert (len(book.lms.platform.gradebook.items), book.state(ada)) == (1, "pending")
    book.wait_and_send(minutes=5)
    assert len(book.lms.platform.gradebook.items) == 1
    assert book.there(ada) == 3


def test_who_looks_for_a_column_gives_up_before_somebody_else_may(book: Sent, monkeypatch: pytest.MonkeyPatch):
    ada = given(book)
    gate = book.lms.platform.holds("line items")
    with monkeypatch.context() as patched:
        patched.setattr(columns, "LONGEST", timedelta(seconds=0.2))
        book.send()
    gate.open()
    assert (book.state(ada), book.line_item.sought_until) == ("pending", None)
    assert "takes too long" in book.registered.trouble
    book.lms.platform.faults.clear()
    book.wait_and_send(minutes=3)
    assert (book.there(ada), len(book.lms.platform.gradebook.items)) == (3, 1)


def test_the_time_for_a_column_is_shorter_than_its_claim():
    assert columns.LONGEST + timedelta(seconds=30) < columns.SEEKING
    assert columns.LONGEST + errands.ENOUGH <= errands.LEASE


def test_a_column_that_was_deleted_there_is_made_anew(book: Sent):
    ada, eve, tia = book.learners("Ada", "Eve", "Tia")
    book.give_many({ada.id: 1, eve.id: 2, tia.id: 3})
    book.send()
    book.lms.platform.gradebook.remove(book.column)
    book.give_many({ada.id: 3, eve.id: 4})
    book.send()
    assert [book.there(user) for user in (ada, eve, tia)] == [3, 4, 3]  # those that had not changed, too
    assert len(book.lms.platform.gradebook.items) == 1


def test_a_link_that_gets_another_column_brings_all_grades_there(lms: Lms):
    book = book_of(lms)
    ada, eve = book.learners("Ada", "Eve")
    book.give_many({ada.id: 1, eve.id: 2})
    book.send()
    other = there_is(book)
    into(lms, book.id, book.linked.id, book.classroom.clock.moment, item_url(lms.platform, other))
    book.send()
    assert [lms.platform.grade(other, user) for user in (ada, eve)] == [2.5, 5]


def test_where_no_column_can_be_made_it_is_said_and_tried_again(book: Sent):
    book.lms.put(scopes=[words.LINE_ITEM_READING_SCOPE, words.SCORE_SCOPE])
    ada = given(book)
    book.send()
    assert (book.state(ada), book.line_item.trouble) == ("pending", columns.MAY_NOT_MAKE)
    calls = book.lms.platform.count("line items")
    book.wait_and_send(minutes=5)
    assert book.lms.platform.count("line items") == calls
    item = there_is(book, resourceLinkId=book.linked.id)
    book.wait_and_send(minutes=6)
    assert book.lms.platform.grade(item, ada) == 7.5
    assert book.line_item.trouble is None


@pytest.mark.parametrize(
    ("values", "trouble"),
    [({"scopes": [words.LINE_ITEM_SCOPE]}, columns.NOT_ALLOWED), ({"line_items_url": None}, columns.NO_GRADEBOOK)],
)
def test_a_course_without_a_gradebook_for_us_is_said(book: Sent, values: dict[str, Any], trouble: str):
    book.lms.put(**values)
    ada = given(book)
    book.send()
    assert (book.state(ada), book.line_item.trouble) == ("pending", trouble)


@pytest.mark.parametrize("personality", PRODUCTS)
def test_a_column_follows_the_title_and_the_points(classroom: Classroom, personality: str):
    with kept_by(classroom, personality) as book:
        ada = given(book)
        book.send()
        change(book, title="Sheet 2")
        change_item(book, points=8)
        book.give(ada, 6)
        book.wait_and_send(seconds=5)
        assert (book.column.label, book.column.maximum, book.there(ada)) == ("Sheet 2", 8, 6)
        assert book.column.details["resourceLinkId"] == book.linked.id


def test_a_column_that_staff_renamed_there_keeps_its_name(book: Sent):
    ada = given(book)
    book.send()
    book.column.label = "Homework 1"
    change(book, title="Sheet 2")
    book.give(ada, 4)
    book.send()
    assert book.column.label == "Homework 1"


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_platform_that_does_not_rename_columns_takes_grades(book: Sent, status: int):
    ada = given(book)
    book.send()
    change(book, title="Sheet 2")
    book.give(ada, 4)
    book.lms.platform.fails("line item", status=status)
    book.send()
    assert (book.there(ada), book.registered.rests) == (4, 0)


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("https://lms.test/items/1", "https://lms.test/items/1/scores"),
        ("https://lms.test/items/1/?type_id=2", "https://lms.test/items/1/scores?type_id=2"),
    ],
)
def test_scores_go_to_the_path_before_the_query(url: str, where: str):
    assert columns.at_path(url, "/scores") == where


# Standing -----------------------------------------------------------------------------------------


def test_a_teacher_sees_how_grades_stand(book: Sent):
    ada, eve, tia, max_ = book.learners("Ada", "Eve", "Tia", "Max")
    release(book, "never")
    book.give(max_, 1)
    book.send()
    book.lms.put(release="at_once")
    book.give_many({ada.id: 1, eve.id: 2})
    book.lms.there.leave(eve)
    path = f"/assignments/{book.id}/extensions/{book.person(tia)}"
    fine(book.classroom.carol.put(path, {"tries": 9}))
    book.send()
    school, course = book.classroom.school, book.classroom.course
    now = school.read(lambda tx: standing.standing(tx, course))
    (counts,) = now.assignments
    assert (counts.title, counts.sent, counts.pending, counts.superseded, counts.failed) == ("Sheet 1", 1, 1, 0, 1)
    assert counts.trouble == answers.NO_PLACE
    (failure,) = school.read(lambda tx: standing.refused(tx, book.id))
    assert (failure.person, failure.name, failure.trouble) == (book.person(eve), "Eve Example", answers.NO_PLACE)
    assert (now.trouble, now.resting_until) == (None, None)


def test_a_teacher_sees_why_nothing_goes(book: Sent):
    given(book)
    book.lms.platform.fails("scores", status=503)
    book.send()
    course = book.classroom.course
    now = book.classroom.school.read(lambda tx: standing.standing(tx, course))
    assert now.trouble == "It answers with the status 503."
    assert now.resting_until is not None


def resend(book: Sent, people: list[str] | None) -> None:
    caller, assignment, now = Caller(book.classroom.carol.id), found(book), book.classroom.clock()
    book.classroom.school.write(lambda tx: standing.resend(tx, caller, assignment, people, now))


def test_a_grade_is_sent_again_though_it_was_changed_there(book: Sent):
    ada, eve = book.learners("Ada", "Eve")
    book.give_many({ada.id: 3, eve.id: 2})
    book.send()
    for people in ([book.person(ada)], None):
        book.classroom.clock.forward(minutes=1)
        resend(book, people)
        book.send()
    assert (len(book.posts(ada)), len(book.posts(eve))) == (3, 2)
    entries = book.classroom.school.rows(select(audit).where(audit.c.action == "grades sent again"))
    assert [entry.details for entry in entries] == [{"people": [book.person(ada)]}, {"people": None}]


def found(book: Sent) -> Assignment:
    return book.classroom.school.read(lambda tx: assignments.find(tx, COMMAND, book.id))[0]
