"""A class at work, at random: what the tests of replay and regrade look back on."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, insert, select

from app.attempts import held, hints, keep, regrades, submissions
from app.attempts.assigned import own_instance
from app.attempts.regrades import Regrade
from app.auth import Caller, add_person
from app.courses import assignments, audit, course, exceptions
from app.courses.assignments import Assignment
from app.courses.course import Course
from app.courses.exceptions import Extension
from app.exercise import Catalogue, Family
from app.exercise.loading import load_file
from app.formula import Formula
from app.models import enrolments, metadata
from app.problems import Problem
from tests.conftest import HOME

NOW: Final = datetime(2026, 11, 22, 10, tzinfo=UTC)
SECRET: Final = b"what the numbers of students come from"
APART: Final = ("regrades", "regrade_changes", "regrade_scores", "audit")
"""Tables in which a regrade that changes nothing is noted, too."""


@dataclass
class Class:
    """An assignment of carol's, and those who work on it."""

    connection: Connection
    catalogue: Catalogue
    course: Course
    assignment: Assignment
    people: dict[str, Caller]
    now: datetime = NOW

    def instance(self, name: str, item: int = 1, new: bool = False) -> held.Held:
        """Somebody's own instance of an item, or a further one."""
        who, of = self.people[name], self.assignment.items[item - 1]
        mine = course.find(self.connection, who, self.course.id)
        whole = (self.connection, self.catalogue, SECRET, who, mine, self.assignment, of, new, self.now)
        return own_instance(*whole)[0]

    def submit(self, name: str, instance: str, answers: dict[str, Any]) -> submissions.Attempt:
        found = held.find(self.connection, self.catalogue, instance, self.people[name], self.now)
        decision = held.admit(found, self.now)
        return submissions.submit(self.connection, found, answers, decision, self.now)

    def regrade(self, catalogue: Catalogue | None = None) -> Regrade:
        """A regrade with these exercises, brought to its end."""
        exercises = catalogue or self.catalogue
        started = regrades.start(self.connection, exercises, audit.COMMAND, self.assignment, self.now)
        while piece := regrades.look(self.connection, exercises, started.id):
            assert regrades.store(self.connection, *piece)
        return regrades.by_id(self.connection, started.id)

    def keep(self, regrade: Regrade, catalogue: Catalogue | None = None, only_raise: bool = False) -> None:
        keep.require_fresh(self.connection, catalogue or self.catalogue, regrade, self.assignment)
        keep.begin(self.connection, audit.COMMAND, regrade, self.assignment, "a mistake", only_raise, self.now)
        while not keep.keep_some(self.connection, regrade.id):
            pass

    def tables(self, *without: str) -> dict[str, list[Any]]:
        """All that is stored, but for some tables."""
        return {
            name: sorted(map(repr, self.connection.execute(select(table))))
            for name, table in metadata.tables.items()
            if name not in without
        }


def class_of(
    connection: Connection, catalogue: Catalogue, *exercises: str, level: str = "hand", **columns: Any
) -> Class:
    """A class with an assignment of these exercises at one level, four points each."""
    people = {name: Caller(add_person(connection, name.title(), NOW)) for name in ("alice", "bob", "carol", "dave")}
    made = course.create(connection, people["carol"], "Mathematics", "UTC", NOW)
    for name, role in {"alice": "student", "bob": "student", "dave": "assistant"}.items():
        row = {"course": made.id, "person": people[name].id, "name": name.title(), "role": role, "created_at": NOW}
        connection.execute(insert(enrolments).values(row))
    policy = {"late_penalty": 0.2, "attempt_factors": [], "hint_cost": 0.0, "solutions": "when_done"}
    dates = {"opens_at": None, "due_at": None, "closes_at": None}
    item = {"level": level, "points": 4.0, "tries": None, "only": {}, "new_variants": True, "solutions": None}
    items = [{**item, "exercise": id} for id in exercises]
    values = {"title": "Sheet 1", **dates, **policy, **columns}
    assignment = assignments.create(connection, catalogue, people["carol"], made, values, items, NOW)
    return Class(connection, catalogue, made, assignment, people)


def at_work(whole: Class, rng: random.Random, actions: int = 40) -> None:
    """Students draw, open hints, answer, are late, get extensions; staff tries their instances.

    They draw further variants, or the clock goes back now and then: it alone orders attempts at different variants.
    """
    variants = rng.random() < 0.5
    for _ in range(actions):
        whole.now += timedelta(seconds=rng.choice((10, 60, 600) if variants else (-30, 10, 60, 600)))
        name, item = rng.choice(("alice", "bob")), rng.randint(1, len(whole.assignment.items))
        try:
            found = whole.instance(name, item, new=variants and rng.random() < 0.1)
            answers = slips(rng, found)
            action = rng.random()
            if action < 0.1:
                part = rng.choice(found.family.parts)
                hints.open_hint(whole.connection, found, part.id, found.parts[part.id].hints_open + 1)
            elif action < 0.15:
                due = whole.assignment.dates.due_at or NOW
                wanted = Extension(str(whole.people[name].id), due + timedelta(seconds=rng.randint(1, 9000)))
                exceptions.extend(whole.connection, whole.people["dave"], whole.assignment, [wanted], whole.now)
            elif action < 0.25:
                whole.submit("dave", found.id, answers)
            else:
                whole.submit(name, found.id, answers)
        except Problem:
            pass  # no tries left, past due, no further hint: that happens


def slips(rng: random.Random, found: held.Held) -> dict[str, Any]:
    """Answers to some parts: the truth, a misconception, or a distortion."""
    answers = {}
    for part in found.family.parts:
        truth = found.instance.truth(part)
        environment = found.instance.environment(part) | {"reference": found.instance.argument(part, truth)}
        wrong = [found.instance.wrong(part, m, environment) for m in part.misconceptions]
        values = [truth, truth, *(value for value in wrong if value is not None)]
        if isinstance(truth, Formula):
            values.append(part.kind.read(f"{rng.choice((3, 7, 11))} ({truth.text})").value)
        if isinstance(truth, np.ndarray):
            values.append(np.asarray(truth * rng.choice((3, 7, 11))))
        answers[part.id] = part.kind.json(rng.choice(values))
    return {id: answers[id] for id in rng.sample(list(answers), rng.randint(1, len(answers)))}


# Exercises that have changed ----------------------------------------------------------------------


def changed(folder: Path, file: str, *replacements: tuple[str, str]) -> Family:
    """An exercise of the project as it is after somebody changed its file."""
    text = (HOME / "exercises" / file).read_text()
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path = folder / file
    path.write_text(f"{text}\n# changed\n")
    return load_file(path)


def with_family(catalogue: Catalogue, *families: Family) -> Catalogue:
    return replace(catalogue, families={**catalogue.families, **{family.id: family for family in families}})


def without(catalogue: Catalogue, *ids: str) -> Catalogue:
    return replace(catalogue, families={id: f for id, f in catalogue.families.items() if id not in ids})
