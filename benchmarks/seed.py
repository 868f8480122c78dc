"""Fill a database with a course whose students have worked: `python -m benchmarks.seed DATABASE`.

A few students, the models, really draw their instances and send their answers through
`app.attempts`, each with a skill of their own: right ones, those of misconceptions, distorted ones.
All others repeat, item by item, what a model of about their ability did, up to an hour later on the
same days. So every row is what the service itself wrote, and a million attempts take minutes.
"""

import argparse
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Table, insert, select
from tqdm import tqdm

from app.answers import UNDEFINED
from app.attempts import held, submissions
from app.attempts.assigned import own_instance
from app.auth import Caller, add_person, new_id
from app.courses import assignments, audit, course
from app.courses.assignments import Assignment, Item
from app.courses.course import Course
from app.db import migrate, open_engine
from app.exercise import Catalogue, Instance, Part, Value, load_folders
from app.formula import Formula
from app.models import attempts, enrolments, instance_parts, instances, mistakes, people, scores, verdicts
from app.models.base import MILLISECOND
from app.settings import HOME

OPENS: Final = datetime(2026, 10, 5, tzinfo=UTC)
DAYS: Final = 14  # of which the last two are late
MODELS: Final = 40
SECRET: Final = b"for benchmarks"
CACHE: Final = 1_000_000  # KiB
MOMENTS: Final = ("last_attempt_at", "begun_at", "solved_at")  # of scores

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description="Fill a database with a course whose students have worked.")
    parser.add_argument("database", type=Path, help="a new SQLite file")
    parser.add_argument("--students", type=int, default=2_000)
    parser.add_argument("--items", type=int, default=25)
    parser.add_argument("--attempts", type=int, default=1_000_000)
    wanted = parser.parse_args()
    if wanted.database.exists():
        parser.error(f"{wanted.database} is there already")
    each = wanted.attempts // (wanted.students * wanted.items)
    made = seed(wanted.database, wanted.students, wanted.items, each)
    print(f"assignment {made}: {wanted.students * wanted.items * each:,} attempts")


def seed(database: Path, students: int, items: int, each: int, models: int = MODELS) -> str:
    """Fill a new database; the id of its assignment. Everyone sends `each` attempts at every item."""
    url = f"sqlite:///{database}"
    migrate(url)
    catalogue = load_folders([HOME / "exercises"])
    rng = random.Random(1)
    engine = open_engine(url, writes=True)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE}")
        found, assignment = _assignment(connection, catalogue, students, items)
        everyone = _students(connection, found)
    working, others = everyone[:models], everyone[models:]
    for item in tqdm(assignment.items, unit="item"):
        with engine.begin() as connection:
            for number, model in enumerate(working):
                skill = (number + 0.5) / len(working)
                _work(connection, catalogue, Caller(model), found, assignment, item, each, skill, rng)
            _repeat(connection, item, working, others, rng)
    engine.dispose()
    return assignment.id


def _assignment(connection: Connection, catalogue: Catalogue, students: int, items: int) -> tuple[Course, Assignment]:
    """A course with its people, and an assignment of mostly single questions."""
    found = course.create(connection, audit.COMMAND, "A large course", "Europe/Vienna", OPENS)
    carol = add_person(connection, "Carol", OPENS, email="carol@example.org")
    here = {"course": found.id, "created_at": OPENS}
    connection.execute(insert(enrolments).values(person=carol, name="Carol", role="instructor", **here))
    for n in range(students):
        name, ids = f"Student {n}", {"group": f"G{n % 20}", "external_id": f"e{n:05}"}
        student = add_person(connection, name, OPENS, email=f"s{n}@example.org")
        connection.execute(insert(enrolments).values(person=student, name=name, role="student", **ids, **here))
    policy = {"late_penalty": 0.2, "attempt_factors": [], "hint_cost": 0.0, "solutions": "after_close"}
    dates = {"opens_at": OPENS, "due_at": OPENS + timedelta(days=DAYS - 2), "closes_at": OPENS + timedelta(days=DAYS)}
    chosen = [
        {
            "exercise": id,
            "level": level,
            "points": 1.0 + n % 4,
            "only": {},
            "tries": None,
            "new_variants": False,
            "solutions": None,
        }
        for n, (id, level) in enumerate(_exercises(catalogue, items))
    ]
    values = {"title": "Everything", **dates, **policy}
    return found, assignments.create(connection, catalogue, audit.COMMAND, found, values, chosen, OPENS)


def _exercises(catalogue: Catalogue, count: int) -> list[tuple[str, str]]:
    """Exercises with their levels: one in six has several parts."""
    every = [(family, level) for family in catalogue.values() for level in family.levels]
    single = [(family.id, level) for family, level in every if len(family.parts) == 1]
    several = [(family.id, level) for family, level in every if len(family.parts) > 1]
    return [several[n // 6 % len(several)] if n % 6 == 5 else single[n % len(single)] for n in range(count)]


def _students(connection: Connection, found: Course) -> list[str]:
    here = (enrolments.c.course == found.id) & (enrolments.c.role == "student")
    by_name = select(enrolments.c.person).join(people, people.c.id == enrolments.c.person).where(here)
    return list(connection.scalars(by_name.order_by(people.c.email)))


# Models -------------------------------------------------------------------------------------------


def _work(
    connection: Connection,
    catalogue: Catalogue,
    caller: Caller,
    of: Course,
    assignment: Assignment,
    item: Item,
    each: int,
    skill: float,
    rng: random.Random,
) -> None:
    """A model draws its instance of an item and sends that many attempts, in daytime."""
    drawn, _ = own_instance(connection, catalogue, SECRET, caller, of, assignment, item, False, OPENS)
    known = {part.id: list(_answers(part, drawn.instance)) for part in drawn.family.parts}
    for now in sorted(_daytime(rng) for _ in range(each)):
        at = held.find(connection, catalogue, drawn.id, caller, now)
        submissions.submit(connection, at, _answered(at, known, skill, rng), held.admit(at, now), now)


def _daytime(rng: random.Random) -> datetime:
    day, milliseconds = rng.randrange(DAYS), rng.randrange(8 * 3_600_000, 20 * 3_600_000)
    return OPENS + timedelta(days=day, milliseconds=milliseconds)


def _answered(at: held.Held, known: Mapping[str, list[Any]], skill: float, rng: random.Random) -> dict[str, Any]:
    """Answers to up to three parts, rather to such as are not solved; the first known answer is the right one."""
    left = [id for id, state in at.parts.items() if not state.solved] or list(at.parts)
    asked = rng.sample(left, min(len(left), rng.randint(1, 3)))
    right = 0.04 + 0.25 * skill
    return {id: known[id][0] if rng.random() < right else rng.choice(known[id]) for id in asked}


def _answers(part: Part, instance: Instance) -> Iterator[Any]:
    """Answers as students send them: the right one, those of the misconceptions, distorted ones."""
    truth = instance.truth(part)
    yield part.kind.json(truth)
    if isinstance(truth, Formula):
        yield from _formulas(truth)
        return
    environment = instance.environment(part) | {"reference": instance.argument(part, truth)}
    for misconception in part.misconceptions:
        wrong = instance.wrong(part, misconception, environment)
        if wrong is not None:
            yield part.kind.json(wrong)
    for distorted in _distorted(truth):
        yield part.kind.json(np.asarray(distorted) if isinstance(distorted, np.generic) else distorted)


def _formulas(right: Formula) -> Iterator[str]:
    """Another spelling of a formula, and wrong ones."""
    yield from (f"2 ({right.text}) - ({right.text})", f"3 ({right.text})", f"-({right.text})", f"({right.text})/2")
    if not right.shape.is_scalar:
        yield f"({right.text})^T"


def _distorted(truth: Value) -> Iterator[Value]:
    if isinstance(truth, tuple):
        yield from ((*truth, 7), truth[1:], (*truth[:-1], 99))
    elif isinstance(truth, np.ndarray):
        first = (np.arange(truth.size) == 0).reshape(truth.shape)
        yield from (3 * truth, truth + 1, truth + 5 * first, truth * np.pi + 1, truth.T, np.zeros_like(truth))
    elif truth is UNDEFINED:
        yield np.array(0.25)


# Everyone else ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """The rows of one student's work on an item."""

    instance: Row
    parts: list[Row]
    attempts: list[Row]
    verdicts: list[Row]
    scores: list[Row]
    mistakes: list[Row]

    def of_another(self, person: str, later: timedelta) -> "Work":
        """The same work of another student, a little later."""
        instance, milliseconds = new_id(), later // MILLISECOND
        id = {row["id"]: new_id() for row in self.attempts}
        return Work(
            {**self.instance, "id": instance, "owner": person},
            [{**row, "instance": instance} for row in self.parts],
            [
                {**row, "id": id[row["id"]], "instance": instance, "received_at": row["received_at"] + milliseconds}
                for row in self.attempts
            ],
            [{**row, "attempt": id[row["attempt"]], "instance": instance} for row in self.verdicts],
            [
                {**row, "person": person, **{name: row[name] and row[name] + milliseconds for name in MOMENTS}}
                for row in self.scores
            ],
            [{**row, "person": person, "attempt": id[row["attempt"]]} for row in self.mistakes],
        )


def _repeat(connection: Connection, item: Item, models: list[str], others: list[str], rng: random.Random) -> None:
    """Have all other students repeat what models did; the later in the list, the abler."""
    works = [_read(connection, item, model) for model in models]
    made = []
    for place, person in enumerate(others):
        ability = (place + 0.5) / len(others) + rng.gauss(0, 0.2)
        model = works[min(len(works) - 1, max(0, int(ability * len(works))))]
        made.append(model.of_another(person, timedelta(milliseconds=rng.randrange(3_600_000))))
    _store(connection, instances, [work.instance for work in made])
    _store(connection, instance_parts, [row for work in made for row in work.parts])
    _store(connection, attempts, [row for work in made for row in work.attempts])
    _store(connection, verdicts, [row for work in made for row in work.verdicts])
    _store(connection, scores, [row for work in made for row in work.scores])
    _store(connection, mistakes, [row for work in made for row in work.mistakes])


def _read(connection: Connection, item: Item, person: str) -> Work:
    """What one student's work on an item left in the tables, as the driver has it."""

    def rows(table: str, whose: str) -> list[Row]:
        found = connection.exec_driver_sql(f"SELECT * FROM {table} WHERE item = ? AND {whose} = ?", (item.id, person))
        return [dict(row) for row in found.mappings()]

    def of_instance(table: str) -> list[Row]:
        found = connection.exec_driver_sql(f"SELECT * FROM {table} WHERE instance = ?", (instance["id"],))
        return [dict(row) for row in found.mappings()]

    (instance,) = rows("instances", "owner")
    return Work(
        instance,
        of_instance("instance_parts"),
        of_instance("attempts"),
        of_instance("verdicts"),
        rows("scores", "person"),
        rows("mistakes", "person"),
    )


def _store(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Insert rows as the driver takes them, without converting what was never converted."""
    if rows:
        connection.exec_driver_sql(str(insert(table).compile()), rows)


if __name__ == "__main__":
    main()
