"""Stored attempts come out the same again, and what cannot be graded again is counted."""

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update

from app.attempts import held, replay, submissions
from app.attempts.replay import Replayed
from app.auth import GUEST
from app.db import migrate, open_engine
from app.exercise import Catalogue, load_folders
from app.models import verdicts
from tests.commands import Nabla
from tests.conftest import HOME
from tests.histories import NOW, Class, at_work, changed, class_of, slips, with_family, without


def whole_replay(connection: Connection, catalogue: Catalogue, exercise: str | None = None, limit: int = 3) -> Replayed:
    """A replay of everything, in small pieces."""
    instances, same, differences, left_out, after = 0, 0, [], Counter[str](), ""
    while after is not None:
        piece = replay.replay(connection, catalogue, exercise, after, limit)
        instances, same, after = instances + piece.instances, same + piece.same, piece.last
        differences += piece.differences
        left_out += piece.left_out
    assert instances == replay.how_many(connection, exercise)
    return Replayed(instances, same, differences, left_out, None)


def practised(connection: Connection, catalogue: Catalogue) -> None:
    """A guest's practice with every exercise at every level."""
    rng = random.Random(3)
    for family in catalogue.values():
        for level in family.levels:
            found = held.draw(connection, family, level, rng.randrange(1000), GUEST, NOW)
            for _ in range(4):
                found = held.find(connection, catalogue, found.id, GUEST, NOW)
                submissions.submit(connection, found, slips(rng, found), None, NOW)


def how_many(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(verdicts)) or 0


def test_practice_comes_out_the_same_again(connection: Connection, catalogue: Catalogue):
    practised(connection, catalogue)
    found = whole_replay(connection, catalogue)
    assert (found.same, found.differences, found.left_out) == (how_many(connection), [], {})
    assert found.same > 100


@pytest.mark.parametrize("seed", range(3))
def test_a_class_comes_out_the_same_again(connection: Connection, catalogue: Catalogue, seed: int):
    whole = class_of(connection, catalogue, "ls-steps", "perceptron-jacobians", hint_cost=0.1)
    at_work(whole, random.Random(seed))
    found = whole_replay(connection, catalogue)
    assert (found.same, found.differences, found.left_out) == (how_many(connection), [], {})
    marked = connection.scalars(select(verdicts.c.entries).where(verdicts.c.entries.is_not(None))).all()
    assert marked, "entries were never shown: the replay of marks proves nothing"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "partial"),
        ("score", 0.123),
        ("feedback", "Well done."),
        ("misconception", "made-up"),
        ("follow_through", True),
        ("close", True),
        ("entries", [[True], [True], [True]]),
        ("read_as", {"shape": None, "latex": "x"}),
        ("value", [[1], [1], [1]]),
    ],
)
def test_a_verdict_that_would_not_come_out_the_same_is_named(
    connection: Connection, catalogue: Catalogue, name: str, value: object
):
    whole = class_of(connection, catalogue, "ls-gradient")
    instance = whole.instance("alice").id
    for number in (5, 6):
        attempt = whole.submit("alice", instance, {"answer": [number, number, 1000]})
    connection.execute(update(verdicts).where(verdicts.c.attempt == attempt.id).values({name: value}))
    (difference,) = whole_replay(connection, catalogue).differences
    assert (difference.attempt, difference.part) == (attempt.id, "answer")
    assert name in difference.fields
    assert attempt.id in str(difference)


def test_what_was_stored_of_an_answer_is_the_value_that_was_read(catalogue: Catalogue):
    for family in catalogue.values():
        instance = family.draw(family.levels[0], 7)
        for part in family.parts:
            stored = part.kind.json(instance.truth(part))
            read, restored = part.kind.read(stored).value, part.kind.restored(stored)
            assert part.kind.distance(read, restored) == 0
            assert type(read) is type(restored)


def test_first_verdicts_and_those_that_hold_are_replayed(connection: Connection, catalogue: Catalogue, tmp_path: Path):
    whole = class_of(connection, catalogue, "ls-gradient")
    instance = whole.instance("alice")
    truth = instance.instance.truth(instance.family.parts[0])
    whole.submit("alice", instance.id, {"answer": (truth / 2).tolist()})
    whole.submit("alice", instance.id, {"answer": [1000, 1, 1]})
    halved = with_family(catalogue, changed(tmp_path, "ls_gradient.py", ("return 2 * W.T @ (W @", "return W.T @ (W @")))
    whole.keep(whole.regrade(halved), halved)
    now, before = whole_replay(connection, halved), whole_replay(connection, catalogue)
    assert (now.same, now.differences, now.left_out) == (1, [], {"other-version": 2})
    assert (before.same, before.differences, before.left_out) == (2, [], {"other-version": 1})


def test_what_is_not_graded_again_is_counted_by_reason(connection: Connection, catalogue: Catalogue):
    whole = class_of(connection, catalogue, "ls-steps", "ls-gradient")
    at_work(whole, random.Random(5))
    steps = catalogue["ls-steps"]
    last, total = steps.parts[-1].id, how_many(connection)
    of_last = connection.scalar(select(func.count()).where(verdicts.c.part == last))
    of_steps = connection.scalar(select(func.count()).where(verdicts.c.part != "answer"))
    assert of_last and of_steps and of_steps < total
    for exercises, left_out in (
        (without(catalogue, "ls-steps"), {"withdrawn": of_steps}),
        (with_family(catalogue, replace(steps, version="new")), {"other-version": of_steps}),
        (
            with_family(catalogue, replace(steps, version="new", parts=steps.parts[:-1])),
            {"other-version": of_steps - of_last, "part-gone": of_last},
        ),
        (
            with_family(catalogue, replace(steps, version="new", given={**steps.given, "z": "N 1"})),
            {"other-numbers": of_steps},
        ),
    ):
        found = whole_replay(connection, exercises)
        assert (found.same, found.differences, found.left_out) == (total - of_steps, [], left_out)
    only = whole_replay(connection, catalogue, "ls-gradient")
    assert (only.same, only.left_out) == (total - of_steps, {})


def test_a_version_that_no_longer_reads_its_own_answers_differs(connection: Connection, catalogue: Catalogue):
    """Its version says that nothing changed: then nothing may be left out either."""
    whole = class_of(connection, catalogue, "ls-gradient")
    whole.submit("alice", whole.instance("alice").id, {"answer": [1, 2, 3]})
    family = catalogue["ls-gradient"]
    broken = with_family(catalogue, replace(family, given={**family.given, "z": "N 1"}))
    assert len(whole_replay(connection, broken).differences) == 1


# The command --------------------------------------------------------------------------------------


@pytest.fixture
def stored(tmp_path: Path) -> tuple[Path, Path, Class]:
    """A database with some attempts at an exercise of one's own, its folder and file."""
    file = tmp_path / "own" / "own_gradient.py"
    file.parent.mkdir()
    file.write_text((HOME / "exercises" / "ls_gradient.py").read_text())
    exercises = load_folders([HOME / "exercises", file.parent])
    data = tmp_path / "data"
    data.mkdir()
    engine = open_engine(f"sqlite:///{data / 'nabla.db'}", writes=True)
    migrate(str(engine.url))
    with engine.begin() as connection:
        whole = class_of(connection, exercises, "own-gradient", "ls-gradient")
        for item in (1, 2):
            instance = whole.instance("alice", item)
            truth = instance.instance.truth(instance.family.parts[0])
            whole.submit("alice", instance.id, {"answer": truth.tolist()})
            whole.submit("alice", instance.id, {"answer": (truth / 2).tolist()})
    engine.dispose()
    return data, file, whole


def test_the_command_counts_and_says_that_all_is_the_same(stored: tuple[Path, Path, Class], nabla: Nabla):
    data, file, _ = stored
    done = nabla("replay", data=data, NABLA_EXERCISES=str(file.parent))
    assert (done.returncode, done.stderr) == (0, "")
    assert "4 verdicts graded again: 4 are the same, 0 differ" in done.stdout
    file.write_text(file.read_text() + "\n# changed\n")
    done = nabla("replay", data=data, NABLA_EXERCISES=str(file.parent))
    assert "2 not graded again: given by another version of the exercise" in done.stdout
    done = nabla("replay", data=data)
    assert "2 not graded again: the exercise is no longer served" in done.stdout
    done = nabla("replay", "--exercise", "ls-gradient", data=data)
    assert done.stdout == "2 verdicts graded again: 2 are the same, 0 differ\n"
    done = nabla("replay", "--exercise", "nothing", data=data)
    assert done.returncode == 1
    assert "ls-gradient" in done.stderr


def test_the_command_fails_and_names_attempts_where_something_differs(stored: tuple[Path, Path, Class], nabla: Nabla):
    data, file, _ = stored
    engine = open_engine(f"sqlite:///{data / 'nabla.db'}", writes=True)
    with engine.begin() as connection:
        attempt = connection.scalar(select(verdicts.c.attempt).where(verdicts.c.status == "partial").limit(1))
        connection.execute(update(verdicts).where(verdicts.c.attempt == attempt).values(score=0.51))
    engine.dispose()
    done = nabla("replay", data=data, NABLA_EXERCISES=str(file.parent))
    assert done.returncode == 1
    assert done.stderr.strip() == f"attempt {attempt}, part answer: score"
    assert "3 are the same, 1 differ" in done.stdout


def test_the_regrade_command_shows_and_keeps(stored: tuple[Path, Path, Class], nabla: Nabla):
    data, file, whole = stored
    sheet, own = whole.assignment.id, {"NABLA_EXERCISES": str(file.parent)}
    file.write_text(file.read_text().replace("return 2 * W.T @ (W @", "return W.T @ (W @"))
    shown = nabla("regrade", sheet, data=data, **own)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Sheet 1: 4 attempts, 2 verdicts differ" in shown.stdout
    assert "1     own-gradient                            2              0         0" in shown.stdout
    assert "answer: partial 0.5 → correct 1" in shown.stdout
    assert "answer: correct 1 → incorrect 0" in shown.stdout
    assert "--keep" in shown.stdout
    assert points(data) == [1, 1]
    for wrong, words in (
        (["--keep"], "--reason"),
        (["--only-raise"], "--keep"),
        (["--keep", "--reason", " "], "--reason"),
    ):
        refused = nabla("regrade", sheet, *wrong, data=data, **own)
        assert refused.returncode == 1
        assert words in refused.stderr
    kept = nabla("regrade", sheet, "--keep", "--reason", "no factor", data=data, **own)
    assert (kept.returncode, kept.stderr) == (0, "")
    assert kept.stdout.endswith("Kept.\n")
    assert nabla("regrade", sheet, data=data, **own).stdout == "Sheet 1: 4 attempts, 0 verdicts differ\n"
    unknown = nabla("regrade", "nothing", data=data, **own)
    assert unknown.returncode == 1
    assert unknown.stderr == "nabla: There is no such assignment.\n"


def points(data: Path) -> list[float]:
    engine = open_engine(f"sqlite:///{data / 'nabla.db'}", writes=False)
    with engine.begin() as connection:
        found = [row[0] for row in connection.exec_driver_sql("SELECT best FROM scores ORDER BY item")]
    engine.dispose()
    return found
