"""`nabla check`."""

import argparse
import sys
from typing import Final

from app.cli.base import Commands, Refusal, load, positive
from app.settings import Settings

FAULTS_SHOWN: Final = 3  # of an exercise and level: one mistake usually shows on every seed


def add(commands: Commands) -> None:
    check = commands.add_parser("check", help="prove exercises")
    check.add_argument("exercises", nargs="*", metavar="exercise", help="ids (default: all)")
    check.add_argument("--seeds", type=positive, default=20, help="instances a level (default: 20)")
    check.set_defaults(run=_check)


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    from tqdm import tqdm

    from app.checking import check, never_seen
    from app.exercise.loading import id_of

    catalogue = load(settings)
    faults: list[str] = []
    for path, fault in catalogue.faults.items():
        if not arguments.exercises or id_of(path) in arguments.exercises:
            faults.append(fault)
    broken = {id_of(path) for path in catalogue.faults}
    if unknown := set(arguments.exercises) - set(catalogue) - broken:
        raise Refusal(f"there is no exercise {min(unknown)}. There are: {', '.join(catalogue)}.")
    chosen = [catalogue[id] for id in arguments.exercises or catalogue if id in catalogue]
    print("exercise                level   instances  accepted  worst error   nearest  as itself  faults")
    total = sum(len(family.levels) for family in chosen) * arguments.seeds
    with tqdm(total=total, disable=None, leave=False, unit=" instances") as bar:
        for family in chosen:
            findings = [check(family, level, arguments.seeds, bar.update) for level in family.levels]
            for found in findings:
                nearest = "" if found.nearest == float("inf") else f"{found.nearest:.3g}"
                bar.write(
                    f"{found.exercise:<24}{found.level:<8}{found.instances:>9}{found.acceptance:>10.0%}"
                    f"{found.worst_error:>13.1e}{nearest:>10}{found.as_itself:>11.1%}  {len(found.faults)}"
                )
                faults += map(str, found.faults[:FAULTS_SHOWN])
                if len(found.faults) > FAULTS_SHOWN:
                    faults.append(f"… and {len(found.faults) - FAULTS_SHOWN} more of {family.id}, level {found.level}.")
            faults += map(str, never_seen(family, findings, arguments.seeds))
    print(
        "worst error: of a reference against its oracle, relative. nearest: a misconception to the reference, in"
        " tolerances.\nas itself: diagnoses that name the misconception itself, the others an earlier one that"
        " gives the same answer."
    )
    for fault in faults:
        print(f"\n{fault}", file=sys.stderr)
    return 1 if faults else 0
