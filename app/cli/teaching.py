"""`nabla course`, `nabla roster` and `nabla extend`: what an instructor does, from the server's own machine."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.cli.access import person_of
from app.cli.base import Commands, Refusal, in_words, opened, positive, transaction
from app.settings import Settings


def add(commands: Commands) -> None:
    course = commands.add_parser("course", help="courses")
    courses = course.add_subparsers(required=True, metavar="command")
    create = courses.add_parser("create", help="make a course and print its id")
    create.add_argument("title", type=title)
    create.add_argument("--timezone", default="UTC", help="such as Europe/Vienna (default: UTC)")
    create.set_defaults(run=_create)
    listing = courses.add_parser("list", help="list courses and their assignments")
    listing.set_defaults(run=_list)
    copy = courses.add_parser("copy", help="copy a course without its people and print the new id")
    copy.add_argument("course", help="its id")
    copy.add_argument("title", type=title)
    copy.add_argument("--shift-days", type=int, default=0, help="days by which all dates move")
    copy.set_defaults(run=_copy)

    roster = commands.add_parser("roster", help="take a CSV roster: name,email,role,external_id,group")
    roster.add_argument("course", help="its id")
    roster.add_argument("file", type=Path, help="the CSV file")
    roster.set_defaults(run=_roster)

    extend = commands.add_parser("extend", help="later dates or more tries for students")
    extend.add_argument("assignment", help="its id")
    extend.add_argument("emails", nargs="+", metavar="email", help="of the students")
    extend.add_argument("--due", type=moment, help="2026-12-04T23:59:59+01:00")
    extend.add_argument("--closes", type=moment, help="default: later by the same span as the due date")
    extend.add_argument("--tries", type=positive, help="of each part, where the item has fewer")
    extend.set_defaults(run=_extend)


def title(text: str) -> str:
    """A course's title, as the API takes it."""
    if not text.strip() or len(text) > 200:
        raise argparse.ArgumentTypeError("must have from 1 to 200 characters")
    return text


def moment(text: str) -> datetime:
    """A point in time, with its offset from UTC."""
    from app.dates import moment as parse

    try:
        return parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _create(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.courses import audit, course

    with transaction(settings) as connection:
        made = course.create(connection, audit.COMMAND, arguments.title, arguments.timezone, datetime.now(UTC))
    print(made.id)
    return 0


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.courses import assignments, audit, course

    with transaction(settings) as connection:
        for found in course.of_caller(connection, audit.COMMAND):
            print(f"{found.id}  {found.title}")
            for assignment in assignments.of_course(connection, found.id):
                print(f"  {assignment.id}  {assignment.title}")
    return 0


def _copy(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.courses import audit, course

    with transaction(settings) as connection:
        found = course.find(connection, audit.COMMAND, arguments.course)
        title, days = arguments.title, arguments.shift_days
        made = course.copy(connection, audit.COMMAND, found, title, days, datetime.now(UTC))
    print(made.id)
    return 0


def _roster(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.courses import audit, course, roster

    try:
        raw = arguments.file.read_bytes()
    except OSError as error:
        raise Refusal(f"{arguments.file} cannot be read: {error.strerror}.") from None
    with opened(settings) as engine, in_words():
        with engine.begin() as connection:
            found = course.find(connection, audit.COMMAND, arguments.course)
        read, batches = roster.check(roster.read_csv(raw)), []
        for lines, later in read.batches():
            with engine.begin() as connection:
                batches.append(roster.enrol(connection, audit.COMMAND, found, lines, datetime.now(UTC), later))
    done = roster.together(read, batches)
    print(f"{done.added} added, {done.updated} updated, {done.unchanged} unchanged, {len(done.errors)} lines left out")
    for fault in roster.listed(done.errors):
        print(f"line {fault.line}: {fault.detail}", file=sys.stderr)
    return 1 if done.errors else 0


def _extend(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.courses import assignments, audit, exceptions
    from app.courses.exceptions import Extension

    if arguments.due is None and arguments.closes is None and arguments.tries is None:
        raise Refusal("say --due, --closes or --tries.")
    with transaction(settings) as connection:
        found, _ = assignments.find(connection, audit.COMMAND, arguments.assignment)
        wanted = [
            Extension(person_of(connection, email), arguments.due, arguments.closes, arguments.tries)
            for email in arguments.emails
        ]
        exceptions.extend(connection, audit.COMMAND, found, wanted, datetime.now(UTC))
    print(f"{len(wanted)} extended")
    return 0
