"""What exercises an assignment can be made of, and which of their givens can be chosen."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from app.exercise import Catalogue, Family, NoInstance

SEEDS: Final = 24  # whose instances are looked at
MOST_VALUES: Final = 10  # that a given may have to be chosen from a list

_found: dict[tuple[str, str, str], Mapping[str, Sequence[str]]] = {}


def of_item(catalogue: Catalogue, exercise: str, level: str) -> Mapping[str, Sequence[str]]:
    """The givens of an exercise that are words and differ from instance to instance, with their values in JSON."""
    family = catalogue.get(exercise)
    if family is None or level not in family.levels:
        return {}
    key = (exercise, family.version, level)
    if key not in _found:
        _found[key] = _values(family.at(level), level)
    return _found[key]


def _values(family: Family, level: str) -> Mapping[str, Sequence[str]]:
    words = [name for name, declared in family.given.items() if declared is str]
    drawn: dict[str, set[str]] = {name: set() for name in words}
    for seed in range(SEEDS if words else 0):
        try:
            values = family.draw(level, seed).values
        except NoInstance:
            continue
        for name in words:
            drawn[name].add(json.dumps(values[name]))
    drawn = {name: values - {"null"} for name, values in drawn.items()}
    return {name: sorted(values) for name, values in drawn.items() if 1 < len(values) <= MOST_VALUES}
