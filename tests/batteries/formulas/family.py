"""One family of the battery."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from app.formula import Symbols

Numpy = Callable[..., Any]


@dataclass(frozen=True)
class Family:
    """The right formula of a question in one vocabulary, ways to write it, and wrong ones with their meaning."""

    name: str
    shapes: Mapping[str, str]
    reference: str
    truth: Numpy
    right: tuple[str, ...]
    wrong: tuple[tuple[Any, ...], ...]  # a meaning, then the formulas that have it
    more: Mapping[str, Any] = field(default_factory=dict)  # what else the vocabulary declares

    @cached_property
    def symbols(self) -> Symbols:
        return Symbols(self.shapes, **self.more)

    @property
    def wrong_formulas(self) -> list[tuple[Numpy, str]]:
        return [(meaning, formula) for meaning, *formulas in self.wrong for formula in formulas]


def diag(column: Any) -> Any:
    return np.diag(np.asarray(column).ravel())


def dot(a: Any, b: Any) -> float:
    """The inner product of two vectors, whatever their orientation."""
    return float(np.ravel(a) @ np.ravel(b))
