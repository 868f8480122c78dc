"""Regrades: shown before they are kept, kept exactly as shown, and at nobody's cost unless that is wanted."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from app.answers import Unreadable
from app.attempts import keep, regrades, submissions, work
from app.attempts.held import weights_of
from app.courses import audit, exceptions
from app.courses.exceptions import Extension
from app.exercise import Catalogue, Family, Part, Value
from app.exercise.kinds import Numeric
from app.exercise.writing import Rule
from app.models import (
    attempts,
    instance_parts,
    instances,
    mistakes,
    regrade_changes,
    regrade_scores,
    revisions,
    scores,
    verdicts,
)
from app.models import audit as audit_table
from app.problems import Conflict, RegradeStale
from tests.histories import APART, NOW, Class, at_work, changed, class_of, with_family, without

SEVERAL = ("ls-steps", "ls-gradient", "tensor-op-shape")
SHOWN = (*submissions.VERDICT_COLUMNS, "entries")


@pytest.fixture
def halved(tmp_path: Path, catalogue: Catalogue) -> Catalogue:
    """The exercises after two factors 2 were lost: what was right is wrong now, and what was called lost is right."""
    gradient = changed(
        tmp_path, "ls_gradient.py", ("return 2 * W.T @ (W @ theta0 - y)", "return W.T @ (W @ theta0 - y)")
    )
    steps = changed(tmp_path, "ls_steps.py", ("    return 2 * a.T\n", "    return a.T\n"))
    return with_family(catalogue, gradient, steps)


def worked(connection: Connection, catalogue: Catalogue, seed: int) -> Class:
    """A class that has worked on three exercises, with tries that wear off and a due date that has passed."""
    policy = {"attempt_factors": [1.0, 0.8, 0.5], "hint_cost": 0.1}
    dates = {"due_at": NOW + timedelta(hours=1), "closes_at": NOW + timedelta(days=1)}
    whole = class_of(connection, catalogue, *SEVERAL, **policy, **dates)
    at_work(whole, random.Random(seed), 40)
    return whole


def alice_lost_a_factor(connection: Connection, catalogue: Catalogue) -> tuple[Class, str, str]:
    """A class in which alice halved the gradient, then sent the whole one; her instance, and her first attempt."""
    whole = class_of(connection, catalogue, "ls-gradient")
    instance = whole.instance("alice")
    data = instance.instance.values
    truth = 2 * data["W"].T @ (data["W"] @ data["theta0"] - data["y"])
    first = whole.submit("alice", instance.id, {"answer": (truth / 2).tolist()})
    whole.submit("alice", instance.id, {"answer": truth.tolist()})
    return whole, instance.id, first.id


def holding(connection: Connection) -> dict[tuple[str, str], Any]:
    """The verdicts that hold, by attempt and part."""
    return {(row.attempt, row.part): row for row in connection.execute(select(verdicts).order_by(verdicts.c.revision))}


def best(connection: Connection) -> dict[tuple[str, str], float]:
    return {(row.item, row.person): row.best for row in connection.execute(select(scores))}


# Counting again -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_counting_work_again_comes_to_what_was_counted_as_it_came(
    connection: Connection, catalogue: Catalogue, seed: int
):
    whole = worked(connection, catalogue, seed)
    found = [one for one in work.works(connection, whole.assignment.id, "", 100) if one.score]
    assert len(found) > 3
    for one in found:
        again = work.standing(one, one.score, weights_of(catalogue[one.exercise]), {})
        assert again.score == one.score
        assert again.reached == {t.id: t.score for all_of in one.tried.values() for t in all_of}
        assert work.best_of(one, again.reached) == one.score.best
        for row in one.instances:
            stored = connection.execute(select(instance_parts).where(instance_parts.c.instance == row.id))
            states = {part.part: (part.score, part.solved, part.tries_used, part.wrong) for part in stored}
            assert {p: (s.score, s.solved, s.tries_used, s.wrong) for p, s in again.states[row.id].items()} == states


def test_a_clock_that_goes_back_leaves_attempts_in_their_order(connection: Connection, catalogue: Catalogue):
    whole = class_of(connection, catalogue, "ls-gradient")
    first, second = whole.instance("alice"), whole.instance("alice", new=True)
    for minutes, instance in ((0, first), (9, first), (-5, first), (20, second)):
        whole.now = NOW + timedelta(minutes=minutes)
        whole.submit("alice", instance.id, {"answer": [minutes, 1, 1]})
    (one,) = work.works(connection, whole.assignment.id, "", 10)
    assert [(row.variant, tried.row.number) for row, tried in one.in_order()] == [(1, 1), (1, 2), (1, 3), (2, 1)]


@pytest.mark.parametrize("seed", range(3))
def test_a_regrade_with_unchanged_exercises_changes_nothing_in_any_table(
    connection: Connection, catalogue: Catalogue, seed: int
):
    whole = worked(connection, catalogue, seed)
    before = whole.tables(*APART)
    regrade = whole.regrade()
    assert (regrade.state, regrade.changed, regrade.unreplayable) == ("ready", 0, [])
    assert regrade.attempts == regrade.total > 20
    whole.keep(regrade)
    assert whole.tables(*APART) == before


def test_a_version_that_marks_alike_changes_nothing(connection: Connection, catalogue: Catalogue, tmp_path: Path):
    whole = worked(connection, catalogue, 1)
    before = whole.tables(*APART)
    commented = with_family(catalogue, changed(tmp_path, "ls_gradient.py"), changed(tmp_path, "ls_steps.py"))
    regrade = whole.regrade(commented)
    whole.keep(regrade, commented)
    assert regrade.changed == 0
    assert whole.tables(*APART) == before


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("only_raise", [False, True])
def test_exactly_what_was_shown_is_kept(
    connection: Connection, catalogue: Catalogue, halved: Catalogue, seed: int, only_raise: bool
):
    whole = worked(connection, catalogue, seed)
    before, points = holding(connection), best(connection)
    never_touched = untouched(connection)
    regrade = whole.regrade(halved)
    assert regrade.changed > 5
    whole.keep(regrade, halved, only_raise)
    wanted = {
        (row.attempt, row.part): row.after
        for row in connection.execute(select(regrade_changes).where(regrade_changes.c.regrade == regrade.id))
        if not (only_raise and row.lowers)
    }
    after = holding(connection)
    for key, row in after.items():
        if key in wanted:
            assert {name: row._mapping[name] for name in SHOWN} == {name: wanted[key][name] for name in SHOWN}
            assert row.revision == before[key].revision + 1
            assert row.version == halved[version_of(connection, row.instance)].version
        else:
            assert row == before[key]
    shown = {
        (row.item, row.person): row.only_raise if only_raise else row.after
        for row in connection.execute(select(regrade_scores).where(regrade_scores.c.regrade == regrade.id))
    }
    assert best(connection) == {**points, **shown}
    assert untouched(connection) == never_touched
    if only_raise:
        assert all(best(connection)[key] >= points[key] for key in points)


def version_of(connection: Connection, instance: str) -> str:
    return str(connection.scalar(select(instances.c.exercise).where(instances.c.id == instance)))


def untouched(connection: Connection) -> list[Any]:
    """What no regrade touches: attempts, first verdicts, tries, hints, factors, latest answers, counts."""
    state = ("instance", "part", "tries_used", "wrong", "was_close", "hints_open", "latest")
    count = ("item", "person", "submissions", "attempts", "last_attempt_at")
    return [
        sorted(map(repr, connection.execute(query)))
        for query in (
            select(attempts),
            select(verdicts).where(verdicts.c.revision == 0),
            select(*(instance_parts.c[name] for name in state)),
            select(*(scores.c[name] for name in count)),
            select(verdicts.c.attempt, verdicts.c.part, verdicts.c.factor, verdicts.c.counted).distinct(),
        )
    ]


@pytest.mark.parametrize("seed", range(3))
def test_there_and_back_again_gives_the_original_scores(
    connection: Connection, catalogue: Catalogue, halved: Catalogue, seed: int
):
    whole = worked(connection, catalogue, seed)
    apart = (*APART, "verdicts", "revisions")
    before, points, held = whole.tables(*apart), best(connection), holding(connection)
    there = whole.regrade(halved)
    whole.keep(there, halved)
    assert best(connection) != points
    back = whole.regrade()
    assert back.changed == there.changed
    whole.keep(back)
    assert whole.tables(*apart) == before
    now = holding(connection)
    for key, row in held.items():
        assert [now[key]._mapping[name] for name in SHOWN] == [row._mapping[name] for name in SHOWN]


def test_what_was_kept_does_not_differ_any_more(connection: Connection, catalogue: Catalogue, halved: Catalogue):
    whole = worked(connection, catalogue, 2)
    whole.keep(whole.regrade(halved), halved)
    before = whole.tables(*APART)
    again = whole.regrade(halved)
    assert again.changed == 0
    whole.keep(again, halved)
    assert whole.tables(*APART) == before


# What it does to a student ------------------------------------------------------------------------


def test_a_mistake_in_a_reference_is_made_good(connection: Connection, catalogue: Catalogue, halved: Catalogue):
    whole, instance, first = alice_lost_a_factor(connection, halved)
    assert [v.status for v in holding(connection).values()] == ["correct", "incorrect"]
    regrade = whole.regrade(catalogue)
    lowered, raised = regrades.changes_of(connection, regrade.id, 0, 10)
    assert (raised.before["status"], raised.after["status"], raised.lowers) == ("incorrect", "correct", False)
    assert (lowered.attempt, lowered.before["score"], lowered.after["score"], lowered.lowers) == (first, 1, 0.5, True)
    assert lowered.after["misconception"] == "factor-two-lost"
    whole.keep(regrade, catalogue)
    assert [v.status for v in holding(connection).values()] == ["partial", "correct"]
    row = connection.execute(select(scores)).one()
    assert (row.best, row.first_correct, row.first_score) == (1, 1, 0.5)  # the second attempt used no try
    seen = submissions.history(connection, instance, whole.people["alice"], 0, 10)
    assert [(a.score, a.parts["answer"].verdict.status) for a in seen] == [(0.5, "partial"), (1, "correct")]


def test_the_revision_says_who_when_and_why(connection: Connection, catalogue: Catalogue, halved: Catalogue):
    whole, _, first = alice_lost_a_factor(connection, catalogue)
    whole.now += timedelta(days=1)
    regrade = whole.regrade(halved)
    whole.now += timedelta(hours=1)
    keep.begin(connection, whole.people["carol"], regrade, whole.assignment, "no factor", False, whole.now)
    while not keep.keep_some(connection, regrade.id):
        pass
    row = connection.execute(select(revisions).where(revisions.c.attempt == first)).one()
    carol = whole.people["carol"].id
    assert (row.number, row.score, row.factor, row.regrade) == (1, 1, 1, regrade.id)
    assert (row.made_by, row.made_at, row.reason) == (carol, whole.now, "no factor")
    deeds = connection.execute(select(audit_table).where(audit_table.c.subject == whole.assignment.id)).all()
    assert [(deed.action, deed.actor) for deed in deeds][-2:] == [("regrade started", None), ("regrade kept", carol)]
    assert deeds[-1].details["reason"] == "no factor"


def test_hints_late_penalties_and_used_tries_stay_paid(connection: Connection, catalogue: Catalogue, halved: Catalogue):
    policy = {"attempt_factors": [1.0, 0.5], "hint_cost": 0.1, "late_penalty": 0.2}
    whole = class_of(connection, halved, "ls-gradient", due_at=NOW, closes_at=NOW + timedelta(days=1), **policy)
    instance = whole.instance("alice")
    truth = catalogue["ls-gradient"].instance("hand", 0, instance.instance.drawn).truth(instance.family.parts[0])
    whole.now += timedelta(hours=1)
    for value in (truth + 3, truth):
        whole.submit("alice", instance.id, {"answer": value.tolist()})
    assert connection.scalar(select(scores.c.best)) == 0
    whole.keep(whole.regrade(catalogue), catalogue)
    row = connection.execute(select(scores)).one()
    assert (row.best, row.late, row.attempts, row.first_correct) == (0.5 * 0.8, True, 2, 2)
    part = connection.execute(select(instance_parts)).one()
    assert (part.score, part.solved, part.tries_used, part.wrong) == (0.5, True, 2, 2)
    assert connection.scalar(select(instances.c.score)) == 0.5


def test_mistakes_are_counted_again(connection: Connection, catalogue: Catalogue, halved: Catalogue):
    whole, _, _ = alice_lost_a_factor(connection, halved)
    assert connection.execute(select(mistakes)).all() == []
    whole.keep(whole.regrade(catalogue), catalogue)
    (after,) = connection.execute(select(mistakes)).all()
    assert (after.misconception, after.pattern, after.count, after.day) == ("factor-two-lost", "", 1, NOW.date())


def test_an_attempt_after_a_regrade_begins_from_what_was_kept(
    connection: Connection, catalogue: Catalogue, halved: Catalogue
):
    whole, instance, _ = alice_lost_a_factor(connection, halved)
    whole.keep(whole.regrade(catalogue), catalogue)
    whole.catalogue = catalogue
    again = whole.submit("alice", instance, {"answer": [1000, 1, 1]})
    assert again.score == 1
    assert not again.parts["answer"].counted  # it is solved


def test_a_step_that_followed_from_own_values_is_graded_with_them_again(connection: Connection, catalogue: Catalogue):
    whole = class_of(connection, catalogue, "ls-steps")
    instance = whole.instance("alice")
    a = instance.instance.truth(instance.family.by_id["a"]) + 1
    whole.submit("alice", instance.id, {"a": a.tolist()})
    followed = whole.submit("alice", instance.id, {"dr_da": (2 * a.T).tolist()})
    assert followed.parts["dr_da"].verdict.follow_through
    steps = catalogue["ls-steps"]
    strict = replace(steps, version="strict", parts=tuple(replace(part, follow=False) for part in steps.parts))
    regrade = whole.regrade(with_family(catalogue, strict))
    (change,) = regrades.changes_of(connection, regrade.id, 0, 10)
    assert (change.part, change.before["follow_through"], change.after["status"]) == ("dr_da", True, "incorrect")


def test_other_weights_change_points_and_no_verdicts(connection: Connection, catalogue: Catalogue, tmp_path: Path):
    whole = class_of(connection, catalogue, "ls-steps")
    instance = whole.instance("alice")
    whole.submit("alice", instance.id, {"r": instance.instance.truth(instance.family.by_id["r"]).tolist()})
    heavier = with_family(catalogue, changed(tmp_path, "ls_steps.py", ('"scalar", weight=0.1', '"scalar", weight=1.1')))
    lighter = with_family(
        catalogue, changed(tmp_path, "ls_steps.py", ('"scalar", weight=0.1', '"scalar", weight=0.05'))
    )
    for exercises, only_raise, points in ((heavier, False, 0.55), (lighter, True, 0.55), (lighter, False, 1 / 19)):
        regrade = whole.regrade(exercises)
        assert regrade.changed == 0
        assert len(regrades.effects_of(connection, regrade.id, "", 10)) == 1
        whole.keep(regrade, exercises, only_raise)
        assert connection.scalar(select(scores.c.best)) == pytest.approx(points)
        assert connection.scalar(select(instances.c.score)) == pytest.approx(points)


def test_only_raise_leaves_out_what_earns_less(connection: Connection, catalogue: Catalogue, tmp_path: Path):
    whole, _, first = alice_lost_a_factor(connection, catalogue)
    half, fifth = (rf'\mathbf W^\top\mathbf a_0$", credit={credit}' for credit in (0.5, 0.2))
    exercises = with_family(catalogue, changed(tmp_path, "ls_gradient.py", (half, fifth)))
    regrade = whole.regrade(exercises)
    (change,) = regrades.changes_of(connection, regrade.id, 0, 10)
    assert (change.attempt, change.after["score"], change.lowers) == (first, 0.2, True)
    before = whole.tables(*APART)
    whole.keep(regrade, exercises, only_raise=True)
    assert whole.tables(*APART) == before


def test_attempts_of_staff_are_left_out(connection: Connection, catalogue: Catalogue, halved: Catalogue):
    whole, instance, _ = alice_lost_a_factor(connection, catalogue)
    whole.submit("dave", instance, {"answer": [1, 2, 3]})
    own = whole.instance("dave")
    whole.submit("dave", own.id, {"answer": own.instance.truth(own.family.parts[0]).tolist()})
    regrade = whole.regrade(halved)
    assert (regrade.attempts, regrade.changed) == (2, 2)


# What cannot be graded again ----------------------------------------------------------------------


def raising(*_: Any) -> Any:
    raise ZeroDivisionError


RAISING = Rule(raising, (), "raising")


class Picky(Numeric):
    def restored(self, stored: object) -> Value:
        raise Unreadable("Expected something else.")


def picky(part: Part) -> Part:
    return replace(part, kind=Picky(part.kind.symbols))


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("part-gone", lambda f: replace(f, parts=f.parts[:-1])),
        ("other-numbers", lambda f: replace(f, given={**f.given, "z": "N 1"})),
        ("unreadable", lambda f: replace(f, parts=(*f.parts[:-1], picky(f.parts[-1])))),
        (
            "fails",
            lambda f: replace(f, parts=(*f.parts[:-1], replace(f.parts[-1], reference=RAISING))),
        ),
    ],
)
def test_what_cannot_be_graded_again_is_counted_and_stays_as_it_is(
    connection: Connection, catalogue: Catalogue, reason: str, change: Any
):
    whole = class_of(connection, catalogue, "ls-steps", "ls-gradient")
    instance = whole.instance("alice")
    truths = {part.id: part.kind.json(instance.instance.truth(part)) for part in instance.family.parts}
    whole.submit("alice", instance.id, truths)
    whole.submit("alice", instance.id, {"a": truths["a"]})
    before = whole.tables(*APART)
    exercises = with_family(catalogue, replace(change(catalogue["ls-steps"]), version="new"))
    regrade = whole.regrade(exercises)
    assert regrade.unreplayable == [{"exercise": "ls-steps", "reason": reason, "attempts": 2}]
    assert (regrade.changed, regrade.attempts) == (0, 2)
    whole.keep(regrade, exercises)
    assert whole.tables(*APART) == before


def test_a_withdrawn_exercise_keeps_its_points_and_the_others_are_graded_again(
    connection: Connection, catalogue: Catalogue, halved: Catalogue
):
    whole = worked(connection, catalogue, 3)
    regrade = whole.regrade(without(halved, "ls-steps"))
    (left_out,) = regrade.unreplayable
    assert (left_out["exercise"], left_out["reason"]) == ("ls-steps", "withdrawn")
    assert regrade.versions == {id: None if id == "ls-steps" else halved[id].version for id in SEVERAL}
    steps = whole.assignment.items[0].id
    points = best(connection)
    whole.keep(regrade, without(halved, "ls-steps"))
    assert {key: now for key, now in best(connection).items() if key[0] == steps} == {
        key: before for key, before in points.items() if key[0] == steps
    }
    assert best(connection) != points


# Stale, and the same again ------------------------------------------------------------------------


def an_attempt(whole: Class, _: Catalogue) -> None:
    whole.submit("alice", whole.instance("alice").id, {"answer": [5, 5, 5]})


def an_extension(whole: Class, _: Catalogue) -> None:
    wanted = [Extension(str(whole.people["bob"].id), NOW + timedelta(days=9))]
    exceptions.extend(whole.connection, whole.people["dave"], whole.assignment, wanted, whole.now)


def another_regrade(whole: Class, exercises: Catalogue) -> None:
    connection, caller = whole.connection, audit.COMMAND
    lock = replace(exercises, families={**exercises.families, "ls-gradient": versioned(exercises["ls-gradient"], "x")})
    other = regrades.start(connection, lock, caller, whole.assignment, whole.now)
    while piece := regrades.look(connection, lock, other.id):
        regrades.store(connection, *piece)
    whole.keep(regrades.by_id(connection, other.id), lock)


def versioned(family: Family, version: str) -> Family:
    return replace(family, version=version)


@pytest.mark.parametrize("event", [an_attempt, an_extension, another_regrade])
def test_a_regrade_is_stale_after(connection: Connection, catalogue: Catalogue, halved: Catalogue, event: Any):
    whole = class_of(connection, catalogue, "ls-gradient", due_at=NOW + timedelta(days=1))
    an_attempt(whole, catalogue)
    whole.submit("alice", whole.instance("alice").id, {"answer": [6, 6, 6]})
    regrade = whole.regrade(halved)
    event(whole, halved)
    before = whole.tables()
    with pytest.raises(RegradeStale):
        whole.keep(regrade, halved)
    assert whole.tables() == before
    assert whole.regrade(halved).id != regrade.id


def test_a_regrade_is_stale_when_an_exercise_changes_again(
    connection: Connection, catalogue: Catalogue, halved: Catalogue
):
    whole, _, _ = alice_lost_a_factor(connection, catalogue)
    regrade = whole.regrade(halved)
    with pytest.raises(RegradeStale):
        whole.keep(regrade, catalogue)


def test_starting_twice_with_nothing_changed_is_starting_once(
    connection: Connection, catalogue: Catalogue, halved: Catalogue
):
    whole, _, _ = alice_lost_a_factor(connection, catalogue)
    first = whole.regrade(halved)
    assert whole.regrade(halved) == first
    assert whole.regrade(catalogue).id != first.id


def test_nobody_goes_on_with_a_regrade_that_began_with_other_exercises(
    connection: Connection, catalogue: Catalogue, halved: Catalogue
):
    whole, _, _ = alice_lost_a_factor(connection, catalogue)
    regrade = regrades.start(connection, halved, audit.COMMAND, whole.assignment, whole.now)
    assert regrades.look(connection, catalogue, regrade.id) is None
    assert regrades.unfinished(connection, catalogue) == []
    assert regrades.unfinished(connection, halved) == [regrade.id]


def test_a_regrade_that_runs_cannot_be_kept_yet(connection: Connection, catalogue: Catalogue, halved: Catalogue):
    whole, _, _ = alice_lost_a_factor(connection, catalogue)
    regrade = regrades.start(connection, halved, audit.COMMAND, whole.assignment, whole.now)
    with pytest.raises(Conflict):
        whole.keep(regrade, halved)


def test_while_a_regrade_is_being_kept_no_other_one_starts(
    connection: Connection, catalogue: Catalogue, halved: Catalogue
):
    whole, _, _ = alice_lost_a_factor(connection, catalogue)
    keep.begin(connection, audit.COMMAND, whole.regrade(halved), whole.assignment, "why", False, whole.now)
    with pytest.raises(Conflict):
        regrades.start(connection, halved, audit.COMMAND, whole.assignment, whole.now)


# Piece by piece -----------------------------------------------------------------------------------


def test_pieces_of_any_size_find_the_same(connection: Connection, catalogue: Catalogue, halved: Catalogue):
    whole = worked(connection, catalogue, 5)
    found = regrades.differences(connection, halved, whole.assignment.id, limit=1000)
    assert found.last is None
    for limit in (1, 2, 5):
        changes, effects, attempts, after = [], [], 0, ""
        while after is not None:
            piece = regrades.differences(connection, halved, whole.assignment.id, after, limit)
            changes, effects = [*changes, *piece.changes], [*effects, *piece.effects]
            attempts, after = attempts + piece.attempts, piece.last
        assert (changes, effects, attempts) == (found.changes, found.effects, found.attempts)


def test_two_who_make_the_same_regrade_note_each_piece_once(
    connection: Connection, catalogue: Catalogue, halved: Catalogue, monkeypatch: pytest.MonkeyPatch
):
    whole = worked(connection, catalogue, 4)
    regrade = regrades.start(connection, halved, audit.COMMAND, whole.assignment, whole.now)
    first = regrades.differences(connection, halved, whole.assignment.id, limit=2)
    assert regrades.store(connection, regrade, first)
    assert not regrades.store(connection, regrade, first)
    while piece := regrades.look(connection, halved, regrade.id):
        assert regrades.store(connection, *piece)
        assert not regrades.store(connection, *piece)
    numbers = connection.scalars(select(regrade_changes.c.number).order_by(regrade_changes.c.number)).all()
    made = regrades.by_id(connection, regrade.id)
    assert list(numbers) == list(range(1, made.changed + 1))
    assert made.attempts == connection.scalar(select(func.count()).where(attempts.c.staff.is_(False)))


def test_keeping_goes_on_from_where_it_stopped(
    connection: Connection, catalogue: Catalogue, halved: Catalogue, monkeypatch: pytest.MonkeyPatch
):
    whole = worked(connection, catalogue, 6)
    regrade = whole.regrade(halved)
    monkeypatch.setattr(keep, "UNITS", 1)
    keep.begin(connection, audit.COMMAND, regrade, whole.assignment, "why", False, whole.now)
    pieces = 1
    while not keep.keep_some(connection, regrade.id):
        pieces += 1
    assert pieces > 3
    kept = connection.scalar(select(func.count()).where(regrade_changes.c.kept))
    assert kept == connection.scalar(select(func.count()).where(verdicts.c.revision == 1)) == regrade.changed
    assert keep.keep_some(connection, regrade.id)
    assert connection.scalar(select(func.count()).where(verdicts.c.revision > 1)) == 0
