"""Instances that were used a moment ago, as they are in memory.

A student draws, answers, and answers again: what an instance has computed by then (its references, what
its misconceptions explain) is the larger part of the time that grading takes.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any, Final

from sqlalchemy import Row

from app.exercise import Family, Instance

MOST: Final = 300  # a few ten kilobytes each


class Recent:
    """The instances used last, by id. Threads may share one: whatever it computes comes out the same."""

    def __init__(self) -> None:
        self._instances: OrderedDict[str, Instance] = OrderedDict()
        self._lock = Lock()

    def restored(self, family: Family, row: Row[Any]) -> Instance:
        """The instance of a stored row. Raises `ExerciseError` where the family, changed since, does not know it."""
        with self._lock:
            known = self._instances.get(row.id)
        if known is None or known.family is not family.at(row.level):
            known = family.instance(row.level, row.seed, row.drawn)
        self.keep(row.id, known)
        return known

    def keep(self, id: str, instance: Instance) -> None:
        """Have an instance at hand; the one that was used least lately makes room."""
        with self._lock:
            self._instances[id] = instance
            self._instances.move_to_end(id)
            if len(self._instances) > MOST:
                self._instances.popitem(last=False)


recent: Final = Recent()
