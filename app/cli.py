"""The `nabla` command. Heavy imports wait until a command needs them, so that `nabla --help` is quick."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from app.settings import Settings

if TYPE_CHECKING:
    from app.exercise import Catalogue


FAULTS_SHOWN = 3  # of an exercise and level: one mistake usually shows on every seed


class Refusal(Exception):
    """A command cannot do what was asked: the message says why and what to do."""


def main() -> int:
    """Run the command that the arguments name; return the exit status."""
    arguments = _parser().parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # for matrices this small, threads cost time and gain none
    try:
        settings = Settings()
        status: int = arguments.run(arguments, settings)
        return status
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            name = "_".join(["NABLA", *(str(part).upper() for part in fault["loc"])])
            print(f"nabla: the setting {name}: {fault['msg']}", file=sys.stderr)
    except Refusal as refusal:
        print(f"nabla: {refusal}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nabla", description="Exercises that grade themselves.")
    commands = parser.add_subparsers(required=True, metavar="command")

    serve = commands.add_parser("serve", help="serve the exercises")
    serve.add_argument("--host", help="the address to listen on (default: NABLA_HOST, else 127.0.0.1)")
    serve.add_argument("--port", type=_port, help="the port; 0: any free one (default: NABLA_PORT, else 8000)")
    serve.set_defaults(run=_serve)

    check = commands.add_parser("check", help="prove exercises")
    check.add_argument("exercises", nargs="*", metavar="exercise", help="ids (default: all)")
    check.add_argument("--seeds", type=_positive, default=20, help="instances a level (default: 20)")
    check.set_defaults(run=_check)

    token = commands.add_parser("token", help="access tokens")
    token_commands = token.add_subparsers(required=True, metavar="command")
    create = token_commands.add_parser("create", help="print a new token, once")
    create.add_argument("--operator", action="store_true", required=True, help="a token that may do everything")
    create.set_defaults(run=_create_token)

    health = commands.add_parser("health", help="exit 0 if the server on this machine can serve")
    health.set_defaults(run=_health)
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("must be from 0 to 65535")
    return number


def _serve(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.db import CannotOpen
    from app.serving import CannotServe, serve

    given = {name: getattr(arguments, name) for name in ("host", "port") if getattr(arguments, name) is not None}
    try:
        serve(settings.model_copy(update=given), _load(settings).drawable())
        return 0
    except (CannotServe, CannotOpen) as error:
        raise Refusal(f"{error}.") from None


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    from tqdm import tqdm

    from app.checking import check, never_seen
    from app.exercise.loading import id_of

    catalogue = _load(settings)
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


def _load(settings: Settings) -> "Catalogue":
    from app.exercise import load_folders

    for folder in settings.exercise_folders:
        if not Path(folder).is_dir():
            raise Refusal(f"NABLA_EXERCISES names {folder}, which is no folder.")
    return load_folders(settings.exercise_folders)


def _create_token(arguments: argparse.Namespace, settings: Settings) -> int:
    from datetime import UTC, datetime

    from app.auth import create_token
    from app.db import CannotOpen, make_private, migrate, open_engine

    try:
        make_private(settings.data_dir)
        migrate(settings.database)
    except CannotOpen as error:
        raise Refusal(f"{error}.") from None
    engine = open_engine(settings.database, writes=True, checkpoints=False)
    with engine.begin() as connection:
        token = create_token(connection, operator=arguments.operator, now=datetime.now(UTC))
    print(token)
    return 0


def _health(arguments: argparse.Namespace, settings: Settings) -> int:
    import httpx

    try:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared only
        bracketed = f"[{host}]" if ":" in host else host
        reply = httpx.get(f"http://{bracketed}:{settings.port}/readyz", timeout=5)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Refusal(f"no server answers on port {settings.port}: {type(error).__name__}.") from None
    if reply.status_code != 200:
        raise Refusal(f"the server on port {settings.port} cannot serve now: it answers {reply.status_code}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
