"""The house stays in order: who may import whom, what exercises may import, lint and types."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from tests.conftest import HOME

# Each room may import from rooms on later lines only; rooms of one line do not import each other.
ROOMS = """
cli
serving
web
lti
pages api
downloads
asking
keeping
passback
reports
attempts connecting
courses
scores
platforms outbox
dates replies auth bodies
writer
problems models
db
settings
proof
checking
patterns grading
exercise
formula
answers
markup figures gradebooks deadline limits
"""
LEVEL = {room: level for level, line in enumerate(ROOMS.strip().splitlines()) for room in line.split()}


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by full name"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "app" and len(parts) > 1 and parts[1] in LEVEL else None


def python_files(folder: str) -> list[Path]:
    return sorted((HOME / folder).rglob("*.py"))


def test_every_module_lives_in_a_known_room():
    modules = {path.relative_to(HOME / "app").parts[0].removesuffix(".py") for path in python_files("app")}
    assert modules - {"__init__"} == set(LEVEL)


@pytest.mark.parametrize("path", python_files("app"), ids=lambda path: str(path.relative_to(HOME)))
def test_imports_point_one_way(path: Path):
    room = path.relative_to(HOME / "app").parts[0].removesuffix(".py")
    for other in filter(None, map(room_of, imports_of(path))):
        assert other == room or LEVEL[other] > LEVEL[room], f"{room} must not import {other}"


@pytest.mark.parametrize("path", python_files("exercises"), ids=lambda path: str(path.relative_to(HOME)))
def test_exercises_import_only_their_words_and_mathematics(path: Path):
    pure = ("fractions", "functools", "itertools", "math", "re") if path.parent.name == "mathematics" else ()
    for module in imports_of(path):
        allowed = module.startswith(("app.exercise.", "exercises.mathematics", *(f"{name}." for name in pure)))
        allowed = allowed or module in ("app.exercise", "numpy", *pure)
        assert allowed, f"an exercise must not import {module}"
        assert not module.startswith("app.exercise.") or module.count(".") == 2, f"import {module} from app.exercise"


def test_the_map_names_every_room():
    drawn = (HOME / "app" / "__init__.py").read_text()
    assert [room for room in LEVEL if f" {room} " not in drawn] == []


def test_pure_rooms_know_no_clock_network_or_database():
    forbidden = ("sqlalchemy", "fastapi", "starlette", "httpx", "datetime", "time", "random", "secrets", "os")
    assert not [m for m in imports_of(HOME / "app" / "markup.py") if m.split(".")[0] in forbidden]
    for path in chain.from_iterable(map(python_files, ("app/grading", "app/answers", "app/exercise", "app/formula"))):
        assert not [m for m in imports_of(path) if m.split(".")[0] in forbidden]


@pytest.mark.parametrize(
    "command",
    ["ruff check .", "ruff format --check .", "mypy"],
)
def test_the_code_is_clean(command: str):
    done = subprocess.run([sys.executable, "-m", *command.split()], cwd=HOME, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
