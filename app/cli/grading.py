"""`nabla regrade` and `nabla replay`: stored attempts, graded again."""

import argparse
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from app.cli.base import Commands, Refusal, in_words, load, opened
from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.attempts.regrades import Regrade
    from app.courses.assignments import Assignment
    from app.exercise import Catalogue

SHOWN: Final = 20  # differences that are printed
TIMES: Final = 5  # that a regrade begins anew, because attempts came in before it was kept


def add(commands: Commands) -> None:
    regrade = commands.add_parser("regrade", help="grade an assignment again, show what differs, and perhaps keep it")
    regrade.add_argument("assignment", help="its id")
    regrade.add_argument("--keep", action="store_true", help="keep what differs")
    regrade.add_argument("--reason", help="why; students' grades carry it")
    regrade.add_argument("--only-raise", action="store_true", help="keep only what lowers nobody's points")
    regrade.set_defaults(run=_regrade)

    replay = commands.add_parser("replay", help="prove that stored verdicts come out the same again")
    replay.add_argument("--exercise", metavar="ID", help="(default: all)")
    replay.set_defaults(run=_replay)


# Regrade ------------------------------------------------------------------------------------------


def _regrade(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.problems import RegradeStale

    reason = (arguments.reason or "").strip()
    if arguments.keep and not reason:
        raise Refusal("say --reason, for those who wonder later.")
    if arguments.only_raise and not arguments.keep:
        raise Refusal("--only-raise says what to keep: add --keep and --reason.")
    catalogue = load(settings).drawable()
    with in_words(), opened(settings) as writes, opened(settings, writes=False) as reads:
        for more in reversed(range(TIMES)):
            assignment, regrade = _made(reads, writes, catalogue, arguments.assignment)
            found = _show(reads, assignment, regrade)
            try:
                if found and arguments.keep:
                    _keep(writes, catalogue, regrade, reason, arguments.only_raise)
                elif found:
                    print("Nothing is kept so far: --keep --reason TEXT keeps this.")
                return 0
            except RegradeStale:
                if not more:
                    raise
                print("Attempts came in meanwhile. Once more:")
    return 0


def _made(reads: "Engine", writes: "Engine", catalogue: "Catalogue", id: str) -> "tuple[Assignment, Regrade]":
    """A regrade of an assignment, brought to its end; perhaps a server beside works on it, too."""
    from tqdm import tqdm

    from app.attempts import regrades
    from app.courses import assignments, audit

    with writes.begin() as connection:
        assignment, _ = assignments.find(connection, audit.COMMAND, id)
        regrade = regrades.start(connection, catalogue, audit.COMMAND, assignment, datetime.now(UTC))
    with tqdm(total=regrade.total, initial=regrade.attempts, disable=None, leave=False, unit=" attempts") as bar:
        while True:
            with reads.begin() as connection:
                piece = regrades.look(connection, catalogue, regrade.id)
            if piece is None:
                break
            with writes.begin() as connection:
                regrades.store(connection, *piece)
            bar.update(piece[0].attempts + piece[1].attempts - bar.n)
    with reads.begin() as connection:
        regrade = regrades.by_id(connection, regrade.id)
    if regrade.state == "running":
        raise Refusal(
            "a server with other exercises makes this regrade. Restart it, so that it loads the present ones."
        )
    return assignment, regrade


def _show(reads: "Engine", assignment: "Assignment", regrade: "Regrade") -> bool:
    """Print what a regrade has found; whether there is anything to keep."""
    from app.attempts import regrades
    from app.attempts.replay import REASONS

    with reads.begin() as connection:
        summary = regrades.summary(connection, regrade.id)
        first = regrades.changes_of(connection, regrade.id, 0, SHOWN)
    print(f"{assignment.title}: {regrade.attempts} attempts, {regrade.changed} verdicts differ")
    for left_out in regrade.unreplayable:
        reason = REASONS[left_out["reason"]]
        print(f"  {left_out['attempts']} attempts at {left_out['exercise']} stay as they are: {reason}")
    if not summary:
        return False
    print(f"{'item':<6}{'exercise':<32}{'verdicts':>9}{'points up for':>15}{'down for':>10}")
    for item in assignment.items:
        if item.id in summary:
            verdicts, up, down = summary[item.id]
            print(f"{item.n:<6}{item.exercise:<32}{verdicts:>9}{up:>15}{down:>10}")
    for row in first:
        before, after = (f"{one['status']} {one['score']:g}" for one in (row.before, row.after))
        print(f"  {row.attempt}  {row.part}: {before} → {after}  {row.after['misconception'] or ''}".rstrip())
    if regrade.changed > len(first):
        print(f"  … and {regrade.changed - len(first)} more")
    return True


def _keep(writes: "Engine", catalogue: "Catalogue", regrade: "Regrade", reason: str, only_raise: bool) -> None:
    from tqdm import tqdm

    from app.attempts import keep, regrades
    from app.courses import audit

    with writes.begin() as connection:
        found, assignment = regrades.find(connection, audit.COMMAND, regrade.id)
        if not keep.is_decided(found):
            keep.require_fresh(connection, catalogue, found, assignment)
            keep.begin(connection, audit.COMMAND, found, assignment, reason, only_raise, datetime.now(UTC))
    done = False
    with tqdm(disable=None, leave=False, unit=" students × items", unit_scale=keep.UNITS) as bar:
        while not done:
            with writes.begin() as connection:
                done = keep.keep_some(connection, regrade.id)
            bar.update()
    print("Kept.")


# Replay -------------------------------------------------------------------------------------------


def _replay(arguments: argparse.Namespace, settings: Settings) -> int:
    from tqdm import tqdm

    from app.attempts import replay

    catalogue = load(settings)
    if arguments.exercise is not None and arguments.exercise not in catalogue:
        raise Refusal(f"there is no exercise {arguments.exercise}. There are: {', '.join(catalogue)}.")
    same, differ, left_out = 0, 0, Counter[str]()
    with in_words(), opened(settings, writes=False) as engine:
        with engine.begin() as connection:
            total = replay.how_many(connection, arguments.exercise)
        with tqdm(total=total, disable=None, leave=False, unit=" instances") as bar:
            after: str | None = ""
            while after is not None:
                with engine.begin() as connection:
                    done = replay.replay(connection, catalogue, arguments.exercise, after)
                for difference in done.differences:
                    bar.write(f"{difference}", file=sys.stderr)
                same, differ, after = same + done.same, differ + len(done.differences), done.last
                left_out += done.left_out
                bar.update(done.instances)
    print(f"{same + differ} verdicts graded again: {same} are the same, {differ} differ")
    for reason, number in left_out.most_common():
        print(f"{number} not graded again: {replay.REASONS[reason]}")
    return 1 if differ else 0
