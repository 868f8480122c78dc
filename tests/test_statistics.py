"""Statistics say what the attempts say: against plain Python over a whole course, and by hand through the API."""

import json
import math
import statistics as plain
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select

from app.auth import add_person
from app.courses import assignments, audit
from app.courses.assignments import Assignment
from app.db import open_engine
from app.exercise import Catalogue
from app.models import attempts, enrolments, instances, verdicts
from app.models import scores as scores_table
from app.reports.statistics import EDGES, Figures, Statistics, correlation, histogram, of_assignment
from benchmarks.seed import seed
from tests.teaching import MORNING, Classroom, Person, answer, fine, made, refused, submit
from tests.test_scores import counted_anew, kept

# Formulas -----------------------------------------------------------------------------------------

SHARES = st.lists(st.tuples(st.sampled_from([0.0, 0.3, 0.5, 1.0]), st.floats(0, 1)), min_size=10, max_size=60)


@given(SHARES)
def test_the_correlation_is_pearsons(pairs: list[tuple[float, float]]):
    item, rest = ([pair[side] for pair in pairs] for side in (0, 1))
    found = correlation(np.array(item), np.array(rest))
    if max(rest) - min(rest) > 1e-6 and len(set(item)) > 1:
        assert found == pytest.approx(plain.correlation(item, rest), abs=1e-3 if max(rest) - min(rest) < 1e-4 else 1e-6)
        assert -1 <= found <= 1
    elif len(set(item)) == 1 or len(set(rest)) == 1:
        assert found is None


def test_sides_that_differ_by_rounding_only_have_no_correlation():
    alternating = np.array([0.0, 1.0] * 15)
    same = np.full(30, 0.1)
    assert (same - same.mean()).any()  # rounding leaves something that looks like a difference
    assert correlation(alternating, same) is None
    assert correlation(same, alternating) is None
    assert correlation(alternating, alternating * 0.1 + 0.2 - alternating * 0.1) is None


def test_a_perfect_correlation_is_one():
    values = np.random.default_rng(0).random(1000)
    assert correlation(values, values / 3) == pytest.approx(1, abs=1e-9)
    assert correlation(values, -values) == pytest.approx(-1, abs=1e-9)
    assert abs(correlation(values, values * 0.7) or 0) <= 1


def test_a_share_on_an_edge_is_counted_above_it():
    for place, edge in enumerate(EDGES):
        counts = histogram(np.array([edge, 3 * 0.1 if place == 3 else edge]))
        assert counts[min(place, 9)] == 2
    assert histogram(np.array([1 - 0.9])) == (0, 1, 0, 0, 0, 0, 0, 0, 0, 0)  # a hair below 0.1
    assert histogram(np.array([0.05, 0.999999, 1.0])) == (1, 0, 0, 0, 0, 0, 0, 0, 0, 2)
    assert histogram(np.array([])) == (0,) * 10


# A whole course against plain Python --------------------------------------------------------------


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of 60 students who sent 12 attempts at each of 7 items, one of them of several parts."""
    path = tmp_path_factory.mktemp("statistics") / "seeded.db"
    seed(path, students=60, items=7, each=12, models=12)
    return path


@pytest.fixture
def seeded(database: Path) -> Iterator[tuple[Connection, Assignment]]:
    """A transaction on that course, whose changes are undone afterwards."""
    engine = open_engine(f"sqlite:///{database}", writes=True)
    with engine.connect() as connection, connection.begin() as transaction:
        (id,) = connection.scalars(select(scores_table.c.assignment).distinct())
        yield connection, assignments.find(connection, audit.COMMAND, id)[0]
        transaction.rollback()
    engine.dispose()


def pearsons(item: list[float], rest: list[float]) -> float | None:
    """None where one side is the same for everybody: chance may have it so in a small group."""
    return plain.correlation(item, rest) if len(set(item)) > 1 and len(set(rest)) > 1 else None


def in_plain_python(
    connection: Connection, catalogue: Catalogue, assignment: Assignment, people: set[str]
) -> dict[str, dict[str, Any]]:
    """The figures of each item from all attempts and verdicts, with the formulas of the standard library."""
    expected, _ = counted_anew(connection, catalogue)
    first: dict[str, dict[str, float]] = {item.id: {} for item in assignment.items}
    work: dict[str, list[Any]] = {item.id: [] for item in assignment.items}
    for (_, person, item), (best, _, _, _, first_correct, first_score, *_) in expected.items():
        if person in people:
            first[item][person] = first_score.expected
            work[item].append((best, first_correct))
    figures = {}
    for item in assignment.items:
        rest = [
            math.fsum(
                other.points * first[other.id].get(person, 0)
                for other in assignment.items
                if other.id != item.id and other.void is None
            )
            for person in first[item.id]
        ]
        own = list(first[item.id].values())
        solved = [number for _, number in work[item.id] if number is not None]
        figures[item.id] = {
            "attempted": len(own),
            "solved": len(solved),
            "mean": plain.fmean(best * item.points for best, _ in work[item.id]) if own else None,
            "facility": plain.fmean(own) if len(own) >= 10 else None,
            "discrimination": pearsons(own, rest) if len(own) >= 10 else None,
            "median_attempts_to_correct": plain.median(solved) if solved else None,
        }
    return figures


def close_to(figures: Figures, expected: dict[str, Any]) -> bool:
    return all(
        value is expected[name] if expected[name] is None else value == pytest.approx(expected[name], abs=1e-6)
        for name, value in vars(figures).items()
    )


def students(connection: Connection, group: str | None = None) -> set[str]:
    found = select(enrolments.c.person).where(enrolments.c.role == "student")
    return set(connection.scalars(found if group is None else found.where(enrolments.c.group == group)))


def test_seeded_scores_are_what_the_service_would_have_kept(
    seeded: tuple[Connection, Assignment], catalogue: Catalogue
):
    connection, _ = seeded
    for found, expected in zip(kept(connection), counted_anew(connection, catalogue), strict=True):
        assert found.keys() == expected.keys()
        assert [(key, found[key], expected[key]) for key in found if found[key] != expected[key]] == []
    assert connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None


def test_figures_equal_those_of_plain_python(seeded: tuple[Connection, Assignment], catalogue: Catalogue):
    connection, assignment = seeded
    expected = in_plain_python(connection, catalogue, assignment, students(connection))
    found = of_assignment(connection, assignment)
    assert found.students == 60
    for item in found.items:
        assert close_to(item.figures, expected[item.item.id]), (item.figures, expected[item.item.id])
        assert item.figures.facility is not None and item.figures.discrimination is not None
        assert sum(item.histogram) == 60


def test_a_group_has_figures_of_its_own(seeded: tuple[Connection, Assignment], catalogue: Catalogue):
    connection, assignment = seeded
    connection.execute(
        enrolments.update().where(enrolments.c.group.in_([f"G{n}" for n in range(0, 20, 3)])).values(group="A third")
    )
    expected = in_plain_python(connection, catalogue, assignment, students(connection, "A third"))
    found = of_assignment(connection, assignment, "A third")
    assert found.students == len(students(connection, "A third")) == 21
    assert all(close_to(item.figures, expected[item.item.id]) for item in found.items)
    assert of_assignment(connection, assignment, "no such group").students == 0


def test_void_items_stay_out_of_the_rest(seeded: tuple[Connection, Assignment], catalogue: Catalogue):
    connection, assignment = seeded
    voided = replace(
        assignment,
        items=tuple(replace(item, void={2: "drop", 4: "full"}.get(item.n)) for item in assignment.items),
    )
    expected = in_plain_python(connection, catalogue, voided, students(connection))
    found = of_assignment(connection, voided)
    before = of_assignment(connection, assignment)
    assert all(close_to(item.figures, expected[item.item.id]) for item in found.items)
    assert found.items[0].figures.discrimination != before.items[0].figures.discrimination


def test_what_students_left_out_counts_as_nothing_in_the_rest(
    seeded: tuple[Connection, Assignment], catalogue: Catalogue
):
    connection, assignment = seeded
    few = sorted(students(connection))[:25]
    for table, column in ((scores_table, scores_table.c.person), (instances, instances.c.owner)):
        gone = table.c.item.in_([item.id for item in assignment.items[3:]])
        if table is instances:
            ids = list(connection.scalars(select(instances.c.id).where(gone, column.in_(few))))
            of_these = select(attempts.c.id).where(attempts.c.instance.in_(ids))
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            connection.execute(verdicts.delete().where(verdicts.c.attempt.in_(of_these)))
            connection.execute(attempts.delete().where(attempts.c.instance.in_(ids)))
        else:
            connection.execute(table.delete().where(gone, column.in_(few)))
    expected = in_plain_python(connection, catalogue, assignment, students(connection))
    found = of_assignment(connection, assignment)
    assert [item.figures.attempted for item in found.items] == [60, 60, 60, 35, 35, 35, 35]
    assert all(close_to(item.figures, expected[item.item.id]) for item in found.items)


def test_strata_share_out_the_students_of_an_item(seeded: tuple[Connection, Assignment]):
    connection, assignment = seeded
    found = of_assignment(connection, assignment)
    for item in found.items:
        found_kinds = select(scores_table.c.stratum).where(scores_table.c.item == item.item.id)
        kinds = Counter(connection.scalars(found_kinds))
        assert {stratum.stratum: stratum.figures.attempted for stratum in item.strata} == kinds
        assert {stratum.level for stratum in item.strata} == {item.item.level}
        assert sum(stratum.figures.solved for stratum in item.strata) == item.figures.solved
        assert all(stratum.figures.facility is None for stratum in item.strata if stratum.figures.attempted < 10)
        means = [(stratum.figures.mean or 0) * stratum.figures.attempted for stratum in item.strata]
        assert math.fsum(means) == pytest.approx((item.figures.mean or 0) * 60)
    assert any(len(item.strata) > 1 for item in found.items)


def test_mistakes_are_counted_by_part_student_and_day(seeded: tuple[Connection, Assignment]):
    connection, assignment = seeded
    counts: dict[Any, Counter[Any]] = defaultdict(Counter)
    found = of_assignment(connection, assignment)
    wrong = connection.execute(
        select(verdicts, attempts.c.received_at, instances.c.item, instances.c.owner)
        .join(attempts, attempts.c.id == verdicts.c.attempt)
        .join(instances, instances.c.id == attempts.c.instance)
        .where(verdicts.c.counted, verdicts.c.status != "correct")
    ).all()
    for row in wrong:
        kind = (row.item, row.part, row.misconception, row.pattern)
        counts[kind][row.received_at.date(), row.owner] += 1
    shown = {}
    for item in found.items:
        assert [met.students for met in item.misconceptions] == sorted(
            (met.students for met in item.misconceptions), reverse=True
        )
        for met in item.misconceptions:
            shown[item.item.id, met.part, met.id, None] = met.count, met.students
            of_kind = counts[item.item.id, met.part, met.id, None]
            by_day = {
                day: (sum(n for (d, _), n in of_kind.items() if d == day), len({p for d, p in of_kind if d == day}))
                for day, _ in of_kind
            }
            assert [(day.day, (day.count, day.students)) for day in met.days] == sorted(by_day.items())
        for alike in item.unexplained:
            shown[item.item.id, alike.part, None, alike.pattern] = alike.count, alike.students
            example = [row for row in wrong if row.attempt == alike.attempt and row.part == alike.part]
            assert [row.pattern for row in example] == [alike.pattern]
    expected = {kind: (sum(found.values()), len({person for _, person in found})) for kind, found in counts.items()}
    assert shown == expected


def test_who_left_still_counts(seeded: tuple[Connection, Assignment]):
    connection, assignment = seeded
    before = of_assignment(connection, assignment)
    connection.execute(enrolments.update().where(enrolments.c.role == "student").values(left_at=MORNING))
    assert of_assignment(connection, assignment) == before
    assert of_assignment(connection, assignment, "G1").students == 3


def scored(connection: Connection, assignment: Assignment, first_scores: list[list[float | None]]) -> Statistics:
    """The statistics of an assignment where students have these first scores by item; None: not attempted."""
    connection.execute(scores_table.delete().where(scores_table.c.assignment == assignment.id))
    for first in first_scores:
        person = add_person(connection, "A student", MORNING)
        for item, score in zip(assignment.items, first, strict=False):
            if score is not None:
                counted = {"best": score, "late": False, "submissions": 1, "attempts": 1, "first_correct": None}
                about = {"first_score": score, "stratum": "", "last_attempt_at": MORNING}
                ids = {"assignment": assignment.id, "person": person, "item": item.id}
                connection.execute(insert(scores_table).values(**ids, **counted, **about))
    return of_assignment(connection, assignment)


def test_below_ten_students_nothing_is_said_of_facility_and_discrimination(seeded: tuple[Connection, Assignment]):
    connection, assignment = seeded
    nine = [[n / 9, n / 9] for n in range(9)]
    figures = scored(connection, assignment, nine).items[0].figures
    assert (figures.attempted, figures.facility, figures.discrimination) == (9, None, None)
    figures = scored(connection, assignment, [*nine, [1.0, 1.0]]).items[0].figures
    assert (figures.facility, figures.discrimination) == (pytest.approx(0.5), pytest.approx(1.0))


def test_without_variance_or_rest_there_is_no_discrimination(seeded: tuple[Connection, Assignment]):
    connection, assignment = seeded
    same = scored(connection, assignment, [[0.1, n / 12, 0.7] for n in range(12)])
    assert [item.figures.discrimination for item in same.items[:3]] == [None, None, None]
    assert [item.figures.facility for item in same.items[:3]] == [
        pytest.approx(0.1),
        pytest.approx(11 / 24),
        pytest.approx(0.7),
    ]
    for items in (assignment.items[:1], tuple(replace(item, points=0.0) for item in assignment.items)):
        alone = scored(connection, replace(assignment, items=items), [[n / 12] for n in range(12)])
        assert alone.items[0].figures.discrimination is None
        assert alone.items[0].figures.facility == pytest.approx(11 / 24)


def test_an_assignment_without_work_has_empty_statistics(seeded: tuple[Connection, Assignment]):
    connection, assignment = seeded
    empty = scored(connection, assignment, [])
    assert empty.students == 0
    for item in empty.items:
        assert item.figures == Figures(0, 0, None, None, None, None)
        assert (item.strata, sum(item.histogram)) == ((), 0)
    assert of_assignment(connection, replace(assignment, items=())).items == ()


# By hand, through the API -------------------------------------------------------------------------


def enrolled(classroom: Classroom, count: int) -> list[Person]:
    """More students of carol's course."""
    lines = [
        {"name": f"S{n}", "email": f"s{n}@example.org", "role": "student", "group": f"G{n % 2}"} for n in range(count)
    ]
    fine(classroom.carol.post(f"/courses/{classroom.course}/enrolments", {"items": lines}))
    members = fine(classroom.carol.get(f"/courses/{classroom.course}/enrolments", limit=100))["items"]
    found = []
    for member in members:
        if member["name"].startswith("S"):
            token = made(classroom.carol.post(f"/courses/{classroom.course}/enrolments/{member['id']}/token"))["token"]
            found.append(Person(classroom.school, token, member["id"], member["email"]))
    return sorted(found, key=lambda person: int(person.email[1:].split("@")[0]))


def statistics_of(classroom: Classroom, assignment: dict[str, Any], **query: Any) -> dict[str, Any]:
    reply = classroom.dave.get(f"/assignments/{assignment['id']}/statistics", **query)
    return json.loads(fine_text(reply), parse_constant=pytest.fail)


def fine_text(reply: Any) -> str:
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/json"
    return str(reply.text)


def test_statistics_replayed_by_hand(classroom: Classroom):
    sheet = classroom.assign({"points": 4}, {"exercise": "gradient-affine-form", "points": 2})
    people = enrolled(classroom, 12)
    for n, student in enumerate(people):
        gradient = classroom.open(student, sheet, 1)
        right = np.array(classroom.solution(gradient)["answer"])
        if n < 4:  # right at once
            answer(student, gradient, right.tolist())
        elif n < 8:  # a factor lost (worth a half), next day seven times too much, then right
            answer(student, gradient, (right / 2).tolist())
            classroom.clock.forward(days=1)
            answer(student, gradient, (7 * right).tolist())
            answer(student, gradient, right.tolist())
            classroom.clock.forward(days=-1)
        else:  # seven times too much, and no more
            answer(student, gradient, (7 * right).tolist())
        if n % 2 == 0:  # the second item: right at once for every other, left out by the others
            form = classroom.open(student, sheet, 2)
            answer(student, form, classroom.solution(form)["answer"])
    looked_at = classroom.open(people[0], sheet, 1)
    submit(classroom.dave, looked_at, {"answer": [[1], [2], [3]][: len(looked_at["data"]["theta0"])]})

    whole = statistics_of(classroom, sheet)
    assert (whole["assignment"], whole["title"], whole["students"]) == (sheet["id"], "Sheet 1", 12)
    first, second = whole["items"]
    assert (first["id"], first["n"], first["exercise"]) == (sheet["items"][0]["id"], 1, "ls-gradient")
    assert (first["attempted"], first["solved"], first["median_attempts_to_correct"]) == (12, 8, 2)
    assert first["mean"] == pytest.approx((8 * 4 + 4 * 0) / 12)
    own = [1.0] * 4 + [0.5] * 4 + [0.0] * 4
    assert first["facility"] == pytest.approx(0.5)
    assert first["discrimination"] == pytest.approx(plain.correlation(own, [1.0, 0.0] * 6), abs=1e-6)
    assert first["histogram"] == {"edges": [n / 10 for n in range(11)], "counts": [4, 0, 0, 0, 0, 0, 0, 0, 0, 8]}
    (lost,) = first["misconceptions"]
    day = {"day": "2026-11-22", "count": 4, "students": 4}
    assert lost == {"id": "factor-two-lost", "part": "answer", "count": 4, "students": 4, "days": [day]}
    (tripled,) = first["unexplained"]
    assert {name: tripled[name] for name in ("part", "pattern", "count", "students")} == {
        "part": "answer",
        "pattern": "7 × the reference",
        "count": 8,
        "students": 8,
    }
    verdict = fine(classroom.carol.get(f"/attempts/{tripled['attempt']}"))["parts"]["answer"]
    assert (verdict["status"], verdict["misconception"]) == ("incorrect", None)
    (stratum,) = first["strata"]
    assert (stratum["level"], stratum["stratum"], stratum["facility"]) == ("hand", "", pytest.approx(0.5))
    assert (second["attempted"], second["solved"], second["facility"], second["discrimination"]) == (6, 6, None, None)
    assert second["mean"] == 2

    half = statistics_of(classroom, sheet, group="G1")
    assert (half["students"], half["items"][0]["attempted"], half["items"][1]["attempted"]) == (6, 6, 0)
    assert half["items"][1]["mean"] is None


def test_misconceptions_are_counted_day_by_day(classroom: Classroom):
    sheet = classroom.assign({"exercise": "ls-steps"})
    for student, days in ((classroom.alice, 2), (classroom.bob, 1)):
        steps = classroom.open(student, sheet)
        right = classroom.solution(steps)
        submit(student, steps, {"a": (-np.array(right["a"])).tolist()})
        for _ in range(days):
            classroom.clock.forward(days=1)
            wrong = (np.array(right["dr_da"]) / 2).tolist()
            submit(student, steps, {"dr_da": wrong})  # the second time it is the same value, and not counted
        classroom.clock.forward(days=-days)
    met = statistics_of(classroom, sheet)["items"][0]["misconceptions"]
    assert [(one["part"], one["id"], one["count"], one["students"]) for one in met] == [
        ("a", "residual-sign", 2, 2),
        ("dr_da", "factor-two-lost", 2, 2),
    ]
    assert met[0]["days"] == [{"day": "2026-11-22", "count": 2, "students": 2}]
    assert met[1]["days"] == [{"day": "2026-11-23", "count": 2, "students": 2}]


def test_who_left_or_was_erased_still_counts(classroom: Classroom):
    sheet = classroom.assign()
    for student in (classroom.alice, classroom.bob):
        own = classroom.open(student, sheet)
        right = np.array(classroom.solution(own)["answer"])
        answer(student, own, (7 * right).tolist())
        answer(student, own, right.tolist())
    before = statistics_of(classroom, sheet)
    assert classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}").status_code == 204
    assert statistics_of(classroom, sheet) == before
    for student in (classroom.alice, classroom.bob):
        assert classroom.operator.delete(f"/people/{student.id}").status_code < 300
    after = statistics_of(classroom, sheet)
    assert (after["students"], after["items"][0]["solved"], after["items"][0]["mean"]) == (2, 2, 4)
    (alike,) = before["items"][0]["unexplained"]
    assert (alike["pattern"], alike["students"]) == ("7 × the reference", 2)
    assert after["items"][0].pop("unexplained") == [{**alike, "attempt": None}]
    before["items"][0].pop("unexplained")
    assert after == before


def test_statistics_are_for_staff(classroom: Classroom):
    sheet = classroom.assign()
    path = f"/assignments/{sheet['id']}/statistics"
    for staff in (classroom.carol, classroom.dave, classroom.operator):
        fine(staff.get(path))
    refused(classroom.alice.get(path), 403, "forbidden")
    refused(classroom.mallory.get(path), 404, "not-found")
    refused(classroom.guest.get(path), 401, "unauthenticated")
    refused(classroom.carol.get("/assignments/nothing/statistics"), 404, "not-found")
    refused(classroom.carol.get(path, group="x" * 101), 422, "invalid-request")
