"""What all commands share: refusals, kinds of arguments, the catalogue, the database beside a running server."""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from app.exercise import Catalogue

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""Where a parser's commands are added; argparse has no public name for it."""


class Refusal(Exception):
    """A command cannot do what was asked: the message says why and what to do."""


MOST = 100_000  # of whatever is counted on a command line


def positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST:
        raise argparse.ArgumentTypeError(f"must be from 1 to {MOST}")
    return number


def load(settings: Settings) -> "Catalogue":
    """The exercises of all folders. Raises `Refusal`."""
    from app.exercise import load_folders

    for folder in settings.exercise_folders:
        if not Path(folder).is_dir():
            raise Refusal(f"NABLA_EXERCISES names {folder}, which is no folder.")
    return load_folders(settings.exercise_folders)


@contextmanager
def opened(settings: Settings, *, writes: bool = True) -> Iterator["Engine"]:
    """An engine on the database, brought up to date; a server may run beside. Raises `Refusal`."""
    from app.db import CannotOpen, among_commands, make_private, migrate, open_engine

    with ExitStack() as stack:
        try:
            make_private(settings.data_dir)
            stack.enter_context(among_commands(settings.database_file))
            migrate(settings.database)
        except CannotOpen as error:
            raise Refusal(f"{error}.") from None
        engine = open_engine(settings.database, writes=writes, checkpoints=False)
        stack.callback(engine.dispose)
        yield engine


@contextmanager
def transaction(settings: Settings, *, writes: bool = True) -> Iterator["Connection"]:
    """One transaction on the database. Raises `Refusal`."""
    with in_words(), opened(settings, writes=writes) as engine, engine.begin() as connection:
        yield connection


@contextmanager
def in_words() -> Iterator[None]:
    """What a request would be refused, a command is, in the same words. Raises `Refusal`."""
    from sqlalchemy.exc import OperationalError

    from app.problems import Problem

    try:
        yield
    except Problem as problem:
        lines = [problem.detail, *(f"{error.pointer}: {error.detail}" for error in problem.errors)]
        raise Refusal("\n".join(dict.fromkeys(lines))) from None
    except OperationalError as error:
        raise Refusal(f"the database cannot take this now ({error.orig}). Nothing was changed; try again.") from None
