"""The `nabla` command. Heavy imports wait until a command needs them, so that `nabla --help` is quick.

Each module adds its commands to the parser: `service.py` (serve, health), `check.py`, `new.py`,
`teaching.py` (course, roster, extend), `access.py` (token, sign-in), `reports.py` (report, audit),
`grading.py` (regrade, replay), `keeping.py` (export, erase, purge, backup, restore), `lti.py` (lti).
"""

import argparse
import os
import sys

from pydantic import ValidationError

from app.cli import access, check, grading, keeping, lti, new, reports, service, teaching
from app.cli.base import Refusal
from app.settings import Settings


def main() -> int:
    """Run the command that the arguments name; return the exit status."""
    arguments = parser().parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # for matrices this small, threads cost time and gain none
    try:
        settings = Settings()
        status: int = arguments.run(arguments, settings)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # as with `nabla report … | head`: whoever reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            name = "_".join(["NABLA", *(str(part).upper() for part in fault["loc"])])
            print(f"nabla: the setting {name}: {fault['msg']}", file=sys.stderr)
    except Refusal as refusal:
        print(f"nabla: {refusal}", file=sys.stderr)
    return 1


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    whole = argparse.ArgumentParser(prog="nabla", description="Exercises that grade themselves.")
    commands = whole.add_subparsers(required=True, metavar="command")
    for room in (service, check, new, access, teaching, reports, grading, keeping, lti):
        room.add(commands)
    return whole
