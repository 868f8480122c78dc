"""Marking what a student might type, for tests of exercises: `instance`, `mark`, `named`, `ids`."""

from collections.abc import Callable
from typing import Any

import pytest

from app.exercise import Catalogue, Instance
from app.grading import Verdict, grade


@pytest.fixture
def instance(catalogue: Catalogue) -> Callable[..., Instance]:
    """An instance on chosen numbers: `instance("ls-gradient", {"W": …, "theta0": …, "y": …})`."""

    def of(exercise: str, drawn: dict[str, Any], level: str = "hand") -> Instance:
        return catalogue[exercise].instance(level, 0, drawn)

    return of


def mark(instance: Instance, part: str, typed: object, **earlier: object) -> Verdict:
    """The verdict on what was typed for a part, after what was typed for earlier ones."""
    parts = instance.family.by_id
    own = {name: parts[name].kind.read(before).value for name, before in earlier.items()}
    return grade(parts[part], instance, parts[part].kind.read(typed).value, own)


def named(instance: Instance, part: str, typed: object) -> str | None:
    """The misconception that an answer holds."""
    return mark(instance, part, typed).misconception


def ids(catalogue: Catalogue, exercise: str, part: str) -> list[str]:
    """The misconceptions of a part, in the order in which they are looked for."""
    return [misconception.id for misconception in catalogue[exercise].by_id[part].misconceptions]
