"""`nabla report` and `nabla audit`: what was reached and what was done, as files."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.cli.base import Commands, Refusal, in_words, transaction
from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.gradebooks import Cell
    from app.reports.files import Report


def add(commands: Commands) -> None:
    report = commands.add_parser("report", help="print points by student")
    report.add_argument("id", help="of an assignment or of a course, as `nabla course list` prints it")
    form = report.add_mutually_exclusive_group()
    form.add_argument("--format", choices=("csv", "json", "canvas", "moodle"), default="csv", help="default: csv")
    form.add_argument("--fill-canvas", type=Path, metavar="EXPORT", help="print this export of Canvas with the points")
    report.add_argument("--group", help="only the students of this group")
    report.set_defaults(run=_report)

    audit = commands.add_parser("audit", help="print what staff, the operator and commands did, as CSV")
    audit.add_argument("--course", metavar="ID", help="only what was done in this course")
    audit.set_defaults(run=_audit)


def _report(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.reports import files

    with transaction(settings, writes=False) as connection:
        report = _find(connection, arguments.id, arguments.group)
    with in_words():
        if arguments.fill_canvas:
            _print_filled(report, arguments.fill_canvas)
        elif arguments.format == "json":
            from app.api.reports import report_out

            print(report_out(report).model_dump_json(indent=2))
        else:
            _print(row.encode() for row in files.write(report, arguments.format))
    return 0


def _audit(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.courses import audit, course
    from app.gradebooks import spreadsheet

    with transaction(settings, writes=False) as connection:
        if arguments.course is not None:
            course.find(connection, audit.COMMAND, arguments.course)
        _print(row.encode() for row in spreadsheet(_deeds(connection, arguments.course)))
    return 0


def _deeds(connection: "Connection", course: str | None) -> Iterator[Sequence["Cell"]]:
    """The rows of an audit log. Without an actor: what a command did, or the service itself."""
    from app.courses import audit
    from app.reports.files import on_the_clock

    yield ["number", "at (UTC)", "actor", "course", "action", "subject", "details"]
    for deed in audit.everything(connection, course):
        details = json.dumps(deed.details, ensure_ascii=False)
        at = on_the_clock(deed.at, ZoneInfo("UTC"))
        yield [deed.number, at, deed.actor, deed.course, deed.action, deed.subject, details]


def _find(connection: "Connection", id: str, group: str | None) -> "Report":
    """The report of the assignment or the course that has this id. Raises `Refusal`."""
    from app.courses import assignments, audit, course
    from app.problems import NotFound
    from app.reports import tables

    choice = tables.Choice(group)
    with suppress(NotFound):
        found, of = assignments.find(connection, audit.COMMAND, id)
        return tables.of_assignment(connection, of, found, choice)
    with suppress(NotFound):
        return tables.of_course(connection, course.find(connection, audit.COMMAND, id), choice)
    raise Refusal("there is no assignment and no course with this id. `nabla course list` prints them.")


def _print_filled(report: "Report", file: Path) -> None:
    from app.reports import files
    from app.reports.tables import CourseReport

    if isinstance(report, CourseReport):
        raise Refusal("an export is filled in for one assignment, and this is a course.")
    try:
        export = file.read_bytes()
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}.") from None
    filled = files.fill_canvas(report, export)
    _print([filled.content])
    print(f"{filled.matched} students filled in, {len(filled.unmatched)} not found in the file", file=sys.stderr)
    for whom in filled.unmatched:
        print(f"not found: {whom}", file=sys.stderr)


def _print(chunks: Iterable[bytes]) -> None:
    """Print a file as it is: UTF-8 with its own line ends, whatever the terminal would have."""
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()
