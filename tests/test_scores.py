"""Scores and counts of mistakes are kept up attempt by attempt, and equal what all attempts together come to."""

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, insert, select

from app import scores
from app.attempts import held, hints, submissions
from app.attempts.assigned import own_instance
from app.auth import Caller, add_person
from app.courses import assignments, course, exceptions
from app.courses.assignments import Assignment, Item
from app.courses.exceptions import Extension
from app.exercise import Catalogue, Instance, Part
from app.models import attempts, enrolments, instances, mistakes, revisions, verdicts
from app.models import scores as scores_table
from app.problems import Closed, Forbidden, NoTries, PastDue
from app.scores import Submission
from tests.teaching import Classroom, answer, fine, made, wrong

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SECRET = b"a secret of the tests, long enough to be one"


# What all attempts come to, computed anew ----------------------------------------------------------


def counted_anew(connection: Connection, catalogue: Catalogue) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The rows of `scores` and of `mistakes` by key, from attempts and verdicts alone."""
    grades = {row.attempt: row for row in connection.execute(select(revisions).order_by(revisions.c.number))}
    given = defaultdict(list)
    for verdict in connection.execute(select(verdicts).where(verdicts.c.revision == 0)):
        given[verdict.attempt].append(verdict)
    of_item = defaultdict(list)
    rows = connection.execute(
        select(attempts, instances)
        .join(instances, instances.c.id == attempts.c.instance)
        .where(instances.c.item.is_not(None), attempts.c.staff.is_(False))
        .order_by(attempts.c.received_at, attempts.c.number)
    )
    for row in rows.mappings():
        of_item[row[instances.c.assignment], row[instances.c.owner], row[instances.c.item]].append(row)
    expected, wrong = {}, {}
    for (assignment, person, item), tried in of_item.items():
        expected[assignment, person, item] = _score(catalogue, tried, given, grades)
        for row in tried:
            for verdict in given[row[attempts.c.id]]:
                if verdict.counted and verdict.status != "correct":
                    kind = verdict.part, verdict.misconception or "", verdict.pattern or ""
                    key = (assignment, item, *kind, row[attempts.c.received_at].date(), person)
                    wrong[key] = (wrong.get(key, (0, ""))[0] + 1, row[attempts.c.id])
    return expected, wrong


def _score(catalogue: Catalogue, tried: list[Any], given: dict[str, Any], grades: dict[str, Any]) -> tuple[Any, ...]:
    reached, counted, first_correct, solved_at = [], 0, None, None
    right: dict[str, set[str]] = defaultdict(set)
    first: dict[str, float] = {}
    row = tried[0]
    family = catalogue[row[instances.c.exercise]].at(row[instances.c.level])
    for row in tried:
        mine = given[row[attempts.c.id]]
        grade = grades.get(row[attempts.c.id])
        names = ("score", "factor", "late")
        held = [getattr(grade, name) if grade else row[attempts.c[name]] for name in names]
        reached.append((round(held[0] * held[1], 12), not held[2]))
        counted += any(verdict.counted for verdict in mine)
        right[row[instances.c.id]] |= {verdict.part for verdict in mine if verdict.status == "correct"}
        if first_correct is None and right[row[instances.c.id]] == set(family.by_id):
            first_correct, solved_at = counted, row[attempts.c.received_at]
        for verdict in mine:
            first.setdefault(verdict.part, verdict.score)
    best, on_time = max(reached)
    share = sum(part.weight * first.get(part.id, 0) for part in family.parts) / sum(p.weight for p in family.parts)
    moments = [row[attempts.c.received_at] for row in tried]
    numbers = len(tried), counted, first_correct, pytest.approx(share, abs=1e-9)
    return best, not on_time, *numbers, max(moments), min(moments), solved_at


def kept(connection: Connection) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The rows of `scores` and of `mistakes` by key, as they were kept."""
    counts = ("best", "late", "submissions", "attempts", "first_correct", "first_score")
    columns = (*counts, "last_attempt_at", "begun_at", "solved_at")
    score_rows = {
        (row.assignment, row.person, row.item): tuple(getattr(row, name) for name in columns)
        for row in connection.execute(select(scores_table))
    }
    kinds = ("assignment", "item", "part", "misconception", "pattern", "day", "person")
    mistake_rows = {
        tuple(getattr(row, name) for name in kinds): (row.count, row.attempt)
        for row in connection.execute(select(mistakes))
    }
    return score_rows, mistake_rows


# Random histories ---------------------------------------------------------------------------------


@dataclass
class History:
    """A course in which students do at random what students do, and carol what teachers do."""

    connection: Connection
    catalogue: Catalogue
    rng: random.Random
    now: datetime = MONDAY

    def __post_init__(self) -> None:
        tx = self.connection
        self.carol, alice, bob = (Caller(add_person(tx, name, MONDAY)) for name in ("Carol", "Alice", "Bob"))
        self.course = course.create(tx, self.carol, "Mathematics", "UTC", MONDAY)
        self.students = [alice, bob]
        for student in self.students:
            enrolled = {"course": self.course.id, "person": student.id, "name": "A student", "role": "student"}
            tx.execute(insert(enrolments).values(**enrolled, created_at=MONDAY))
        self.as_students_see_it = replace(self.course, role="student")
        self.assignment = self._assign()

    def _assign(self) -> Assignment:
        """Three exercises under policies that meet in all combinations."""
        choose = self.rng.choice
        wanted = [
            {
                "exercise": id,
                "level": choose(self.catalogue[id].levels),
                "points": 4.0,
                "tries": choose([None, 2, 5]),
                "new_variants": choose([True, True, False]),
                "only": {},
                "solutions": None,
            }
            for id in self.rng.sample(sorted(self.catalogue), 3)
        ]
        values = {
            "title": "Sheet 1",
            "opens_at": None,
            "due_at": MONDAY + timedelta(days=2),
            "closes_at": MONDAY + timedelta(days=5),
            "late_penalty": choose([0.0, 0.2, 1.0]),
            "attempt_factors": choose([[], [1.0, 0.7, 0.5]]),
            "hint_cost": choose([0.0, 0.1]),
            "solutions": "after_close",
        }
        return assignments.create(self.connection, self.catalogue, self.carol, self.course, values, wanted, MONDAY)

    def step(self) -> None:
        """One of the things that happen."""
        what = self.rng.random()
        self.now += timedelta(minutes=self.rng.randrange(300))
        if what < 0.05:
            self._extend(self.rng.choice(self.students))
        elif what < 0.1:
            self._change_dates()
        else:
            with suppress(NoTries, Closed, PastDue, Forbidden):
                self._work(self.rng.choice(self.students), self.rng.choice(self.assignment.items))

    def _extend(self, student: Caller) -> None:
        later = Extension(student.person, due_at=self.assignment.dates.due_at + timedelta(days=self.rng.randrange(3)))
        exceptions.extend(self.connection, self.carol, self.assignment, [later], self.now)

    def _change_dates(self) -> None:
        changed = {"late_penalty": self.rng.choice([0.1, 0.2, 0.5])}
        if self.rng.random() < 0.5:
            changed["due_at"] = MONDAY + timedelta(days=self.rng.choice([1, 2, 3]))
        self.assignment = assignments.change(
            self.connection, self.catalogue, self.carol, self.assignment, changed, None, self.now
        )

    def _work(self, student: Caller, item: Item) -> None:
        """Draw, open a hint, close, or send answers: the truth, misconceptions, slips of rounding, repetitions."""
        where = self.connection, self.catalogue, SECRET, student, self.as_students_see_it, self.assignment, item
        own_instance(*where, self.rng.random() < 0.15, self.now)
        theirs = select(instances.c.id).where(instances.c.item == item.id, instances.c.owner == student.id)
        id = self.rng.choice(self.connection.scalars(theirs.order_by(instances.c.variant)).all())
        own = held.find(self.connection, self.catalogue, id, student, self.now)
        what = self.rng.random()
        if what < 0.03:
            held.close(self.connection, own, self.now)
        elif what < 0.1:
            part = self.rng.choice(own.family.parts)
            hints.open_hint(self.connection, own, part.id, min(len(part.hints), own.parts[part.id].hints_open + 1))
        else:
            seen = held.find(self.connection, self.catalogue, id, self.carol, self.now) if what < 0.2 else own
            decision = held.admit(seen, self.now)
            submissions.submit(self.connection, seen, self._answers(own), decision, self.now)

    def _answers(self, own: held.Held) -> dict[str, Any]:
        parts = self.rng.sample(own.family.parts, self.rng.randint(1, len(own.family.parts)))
        return {part.id: self.rng.choice(list(_known_answers(part, own.instance))) for part in parts}


def _known_answers(part: Part, instance: Instance) -> Iterator[Any]:
    truth = instance.truth(part)
    yield part.kind.json(truth)
    yield part.kind.json(truth)
    environment = instance.environment(part) | {"reference": instance.argument(part, truth)}
    for misconception in part.misconceptions[:3]:
        wrong = instance.wrong(part, misconception, environment)
        if wrong is not None:
            yield part.kind.json(wrong)
    if isinstance(truth, np.ndarray):
        yield part.kind.json(np.asarray(truth + 3 * part.tolerance(truth)))
        yield part.kind.json(np.asarray(3 * truth))


@pytest.mark.parametrize("seed", range(8))
def test_what_is_kept_up_equals_what_all_attempts_come_to(connection: Connection, catalogue: Catalogue, seed: int):
    history = History(connection, catalogue, random.Random(seed))
    for _ in range(60):
        history.step()
    for found, expected in zip(kept(connection), counted_anew(connection, catalogue), strict=True):
        assert found.keys() == expected.keys()
        assert [(key, found[key], expected[key]) for key in found if found[key] != expected[key]] == []
    assert connection.execute(select(scores_table)).first()


# Ties, and many -----------------------------------------------------------------------------------


def sent(score: float, factor: float) -> Submission:
    return Submission("an attempt", MONDAY, score, factor < 1, factor, counted=True, solved=False, first=0, mistakes=())


@pytest.mark.parametrize("late_first", [True, False])
def test_of_equally_good_attempts_the_one_in_time_counts(late_first: bool):
    both = [sent(1.0, 0.8), sent(0.8, 1.0)]
    score = scores.nothing("", MONDAY)
    for submission in both if late_first else reversed(both):
        score = scores.after(score, submission)
    assert (score.best, score.late) == (0.8, False)


@pytest.mark.parametrize("few", [0, 500])
def test_a_late_answer_worth_nothing_is_no_longer_late_with_an_extension(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch, few: int
):
    monkeypatch.setattr(scores, "FEW", few)
    due = classroom.clock.after(days=1)
    sheet = classroom.assign(due_at=due, closes_at=classroom.clock.after(days=9))
    classroom.clock.forward(days=2)
    for student in (classroom.alice, classroom.bob):
        own = classroom.open(student, sheet)
        answer(student, own, wrong(own))
        assert (classroom.score(student, sheet).best, classroom.score(student, sheet).late) == (0, True)
    later = {"due_at": classroom.clock.after(days=1)}
    fine(classroom.carol.put(f"/assignments/{sheet['id']}/extensions/{classroom.alice.id}", later))
    assert (classroom.score(classroom.alice, sheet).best, classroom.score(classroom.alice, sheet).late) == (0, False)
    assert classroom.score(classroom.bob, sheet).late


def test_the_first_verdicts_count_on_whichever_variant_they_are_given(classroom: Classroom):
    sheet = classroom.assign({"new_variants": True})
    skipped = classroom.open(classroom.alice, sheet)
    path = f"/assignments/{sheet['id']}/items/1/instances"
    second = made(classroom.alice.post(path, {"new_variant": True}))
    answer(classroom.alice, second, classroom.solution(second)["answer"])
    assert classroom.score(classroom.alice, sheet).first_score == 1
    answer(classroom.alice, skipped, classroom.solution(skipped)["answer"])
    assert classroom.score(classroom.alice, sheet).first_score == 1
    third = made(classroom.alice.post(path, {"new_variant": True}))
    answer(classroom.alice, third, wrong(third))
    assert classroom.score(classroom.alice, sheet).first_score == 1


def test_new_dates_for_more_people_than_a_query_names(
    connection: Connection, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(scores, "FEW", 1)
    history = History(connection, catalogue, random.Random(5))
    for _ in range(40):
        history.step()
    for found, expected in zip(kept(connection), counted_anew(connection, catalogue), strict=True):
        assert found == expected
    assert connection.execute(select(revisions)).first()
