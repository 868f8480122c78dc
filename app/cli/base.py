"""What all commands share: refusals, kinds of arguments, the catalogue, the database beside a running server."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from app.exercise import Catalogue

Commands = argparse._SubParsersAction  # where a parser's commands are added; argparse has no public name for it


class Refusal(Exception):
    """A command cannot do what was asked: the message says why and what to do."""


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
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
    from app.db import CannotOpen, make_private, migrate, open_engine

    try:
        make_private(settings.data_dir)
        migrate(settings.database)
    except CannotOpen as error:
        raise Refusal(f"{error}.") from None
    engine = open_engine(settings.database, writes=writes, checkpoints=False)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def transaction(settings: Settings, *, writes: bool = True) -> Iterator["Connection"]:
    """One transaction on the database. What a request would be refused, a command is, in the same words."""
    from app.problems import Problem

    with opened(settings, writes=writes) as engine, engine.begin() as connection:
        try:
            yield connection
        except Problem as problem:
            lines = [problem.detail, *(f"{error.pointer}: {error.detail}" for error in problem.errors)]
            raise Refusal("\n".join(dict.fromkeys(lines))) from None
