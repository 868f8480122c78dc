"""How a class comes along: against plain Python over a seeded course, and by hand around dates and regrades."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from app.attempts import keep, regrades
from app.courses import assignments, audit
from app.courses.assignments import Assignment
from app.db import open_engine
from app.exercise import Catalogue
from app.models import attempts, instances
from app.models import scores as scores_table
from app.reports.progress import Halves, Progress, halves, of_assignment
from app.reports.statistics import Day
from benchmarks.seed import DAYS, OPENS, seed
from tests.histories import changed, with_family
from tests.teaching import MORNING, Classroom, Person, fine, submit, wrong
from tests.test_regrading import HALVED, gradient
from tests.visiting import Browser

VIENNA = ZoneInfo("Europe/Vienna")
AFTER = OPENS + timedelta(days=DAYS)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of 20 students who sent 8 attempts at each of 6 items, one of them of several parts."""
    path = tmp_path_factory.mktemp("progress") / "seeded.db"
    seed(path, students=20, items=6, each=8, models=10)
    return path


@pytest.fixture
def seeded(database: Path) -> Iterator[tuple[Connection, Assignment]]:
    engine = open_engine(f"sqlite:///{database}", writes=False)
    with engine.connect() as connection:
        (id,) = connection.scalars(select(scores_table.c.assignment).distinct())
        yield connection, assignments.find(connection, audit.COMMAND, id)[0]
    engine.dispose()


def everyone(connection: Connection) -> set[str]:
    return set(connection.scalars(select(scores_table.c.person).distinct()))


def in_plain_python(connection: Connection, students: set[str], at: datetime) -> tuple[int, int, int]:
    """Who had begun at a moment, how many items were solved, who had solved all six: from all attempts."""
    found = select(attempts, instances.c.owner, instances.c.item)
    found = found.join(instances, instances.c.id == attempts.c.instance).where(attempts.c.received_at <= at)
    rows = [row for row in connection.execute(found) if row.owner in students]
    solved = {(row.owner, row.item) for row in rows if row.score == 1}
    by_student = [sum(owner == student for owner, _ in solved) for student in students]
    return len({row.owner for row in rows}), len(solved), by_student.count(6)


def test_the_counts_are_those_of_all_attempts(seeded: tuple[Connection, Assignment]):
    connection, assignment = seeded
    students = everyone(connection)
    found = of_assignment(connection, assignment, students, VIENNA, AFTER)
    assert found is not None
    assert (found.students, found.items, found.hourly) == (20, 6, False)
    assert found.steps[-1].solved > 30
    for step in found.steps:
        assert (step.begun, step.solved, step.finished) == in_plain_python(connection, students, step.at)


def test_a_group_is_counted_by_itself(seeded: tuple[Connection, Assignment]):
    connection, assignment = seeded
    some = set(sorted(everyone(connection))[:7])
    found = of_assignment(connection, assignment, some, VIENNA, AFTER)
    assert found is not None
    assert found.students == 7
    for step in found.steps:
        assert (step.begun, step.solved, step.finished) == in_plain_python(connection, some, step.at)
    assert of_assignment(connection, assignment, set(), VIENNA, AFTER) is None


def test_days_end_at_midnight_of_the_course_and_none_lies_ahead(seeded: tuple[Connection, Assignment]):
    connection, assignment = seeded
    now = OPENS + timedelta(days=5, hours=13)
    found = of_assignment(connection, assignment, everyone(connection), VIENNA, now)
    assert found is not None
    assert [step.at.astimezone(VIENNA).strftime("%d %H:%M") for step in found.steps[:-1]] == [
        "06 00:00", "07 00:00", "08 00:00", "09 00:00", "10 00:00",
    ]  # fmt: skip
    assert found.steps[-1].at == now
    assert (found.begin, found.end) == (OPENS, AFTER)


def test_midnight_is_right_when_the_clocks_change(seeded: tuple[Connection, Assignment]):
    connection, assignment = seeded
    end = datetime(2026, 10, 27, 12, tzinfo=UTC)
    longer = replace(assignment, dates=replace(assignment.dates, closes_at=end))
    found = of_assignment(connection, longer, everyone(connection), VIENNA, end)
    assert found is not None
    assert [step.at.hour for step in found.steps[-4:-1]] == [22, 23, 23]  # summer time ended on the 25th


def test_void_items_need_not_be_solved(seeded: tuple[Connection, Assignment]):
    connection, assignment = seeded
    students = everyone(connection)
    before = of_assignment(connection, assignment, students, VIENNA, AFTER)
    only = replace(assignment, items=tuple(replace(i, void=None if i.n == 1 else "drop") for i in assignment.items))
    after = of_assignment(connection, only, students, VIENNA, AFTER)
    assert before is not None
    assert after is not None
    assert after.items == 1
    assert after.steps[-1].solved == after.steps[-1].finished > before.steps[-1].finished


# By hand ------------------------------------------------------------------------------------------


def progress(classroom: Classroom, sheet: dict[str, Any], *who: Person) -> Progress | None:
    def look(tx: Connection) -> Progress | None:
        found, _ = assignments.find(tx, audit.COMMAND, sheet["id"])
        return of_assignment(tx, found, {person.id for person in who}, VIENNA, classroom.clock.moment)

    return classroom.school.read(look)


def test_a_short_session_is_shown_hour_by_hour(classroom: Classroom):
    sheet = classroom.assign({}, closes_at=classroom.clock.after(hours=4))
    mine = classroom.open(classroom.alice, sheet)
    classroom.clock.forward(minutes=30)
    submit(classroom.alice, mine, {"answer": wrong(mine)})
    assert progress(classroom, sheet, classroom.bob) is None
    classroom.clock.forward(hours=2)
    submit(classroom.alice, mine, classroom.solution(mine))
    found = progress(classroom, sheet, classroom.alice, classroom.bob)
    assert found is not None
    assert found.hourly
    assert [(step.at - MORNING, step.begun, step.finished) for step in found.steps] == [
        (timedelta(hours=1), 1, 0),
        (timedelta(hours=2), 1, 0),
        (timedelta(hours=2, minutes=30), 1, 1),
    ]


def test_who_is_excused_from_the_rest_is_finished(classroom: Classroom):
    sheet = classroom.assign({}, {}, closes_at=classroom.clock.after(hours=4))
    first, second = sheet["items"]
    mine = classroom.open(classroom.alice, sheet)
    classroom.clock.forward(minutes=10)
    submit(classroom.alice, mine, classroom.solution(mine))

    def excuse(person: Person, *items: dict[str, Any]) -> int:
        for item in items:
            body = {"excused": True, "reason": "ill"}
            fine(classroom.carol.put(f"/assignments/{sheet['id']}/items/{item['id']}/overrides/{person.id}", body))
        found = progress(classroom, sheet, classroom.alice, classroom.bob)
        assert found is not None
        return found.steps[-1].finished

    assert excuse(classroom.alice) == 0
    assert excuse(classroom.alice, first) == 0  # which is solved
    assert excuse(classroom.alice, second) == 1
    assert excuse(classroom.bob, first) == 1
    assert excuse(classroom.bob, second) == 2


def test_hours_end_on_the_clock_of_the_course(classroom: Classroom):
    fine(classroom.carol.patch(f"/courses/{classroom.course}", {"timezone": "Asia/Kathmandu"}))  # UTC+5:45
    sheet = classroom.assign({}, closes_at=classroom.clock.after(hours=4))
    mine = classroom.open(classroom.alice, sheet)
    submit(classroom.alice, mine, {"answer": wrong(mine)})
    classroom.clock.forward(hours=2)
    page = Browser(classroom.school, classroom.carol).visit(f"/teach/assignments/{sheet['id']}/statistics")
    assert "Sun 22 Nov 2026, 16:00 Sun 22 Nov 2026, 17:00" in " ".join(
        e.text for e in page.all("th", scope="row") if "2026" in e.text
    )
    assert "Days and hours are those of Asia/Kathmandu." in page.text


def test_trials_of_staff_are_no_progress(classroom: Classroom):
    sheet = classroom.assign({})
    mine = classroom.open(classroom.alice, sheet)
    submit(classroom.carol, mine, classroom.solution(mine))
    classroom.clock.forward(hours=1)
    submit(classroom.alice, mine, {"answer": wrong(mine)})
    found = progress(classroom, sheet, classroom.alice)
    assert found is not None
    assert found.begin == classroom.clock.moment
    assert (found.steps[-1].begun, found.steps[-1].solved) == (1, 0)


def test_what_is_right_at_a_later_try_is_solved_though_worth_less(classroom: Classroom):
    sheet = classroom.assign({}, attempt_factors=[1.0, 0.5])
    mine = classroom.open(classroom.alice, sheet)
    submit(classroom.alice, mine, {"answer": wrong(mine)})
    assert solved(classroom, sheet, classroom.alice) == 0
    submit(classroom.alice, mine, classroom.solution(mine))
    assert solved(classroom, sheet, classroom.alice) == 1


def test_a_regrade_that_is_kept_changes_what_is_solved(classroom: Classroom, catalogue: Catalogue, tmp_path: Path):
    halved = with_family(catalogue, changed(tmp_path, "ls_gradient.py", HALVED))
    sheet = classroom.assign({})
    alices, bobs = classroom.open(classroom.alice, sheet), classroom.open(classroom.bob, sheet)
    submit(classroom.alice, alices, {"answer": gradient(alices)})
    submit(classroom.bob, bobs, {"answer": gradient(bobs, 1)})
    assert [solved(classroom, sheet, who) for who in (classroom.alice, classroom.bob)] == [1, 0]

    def regrade(tx: Connection) -> None:
        found, _ = assignments.find(tx, audit.COMMAND, sheet["id"])
        started = regrades.start(tx, halved, audit.COMMAND, found, classroom.clock.moment)
        while piece := regrades.look(tx, halved, started.id):
            regrades.store(tx, *piece)
        keep.begin(tx, audit.COMMAND, started, found, "a mistake", False, classroom.clock.moment)
        while not keep.keep_some(tx, started.id):
            pass

    classroom.school.write(regrade)
    assert [solved(classroom, sheet, who) for who in (classroom.alice, classroom.bob)] == [0, 1]


def solved(classroom: Classroom, sheet: dict[str, Any], who: Person) -> int:
    found = progress(classroom, sheet, who)
    assert found is not None
    return found.steps[-1].solved


# Misconceptions -----------------------------------------------------------------------------------


def days(**counts: int) -> list[Day]:
    return [Day(date(2026, 10, int(day[1:])), count, 1) for day, count in counts.items()]


FIRST, LAST = date(2026, 10, 1), date(2026, 10, 9)


@pytest.mark.parametrize(
    ("counts", "trend"),
    [
        ({"d1": 8, "d4": 2, "d6": 5}, "fades"),
        ({"d1": 8, "d6": 5}, "stays"),
        ({"d4": 2, "d9": 4}, "grows"),
        ({"d1": 4}, None),
        ({"d1": 5}, "fades"),
    ],
)
def test_a_misconception_fades_where_it_is_met_half_as_often_later(counts: dict[str, int], trend: str | None):
    found = halves(days(**counts), FIRST, LAST)
    assert found is not None
    assert found.trend == trend


def test_what_is_met_evenly_stays_however_many_days_there_are():
    for last in range(2, 10):
        found = halves(days(**{f"d{day}": 4 for day in range(1, last + 1)}), FIRST, date(2026, 10, last))
        assert found is not None
        assert found.early == found.late
    assert halves(days(d1=3, d2=9, d3=2), FIRST, date(2026, 10, 3)) == Halves(3, 2)


def test_a_single_day_has_no_halves():
    assert halves(days(d1=30), FIRST, FIRST) is None
