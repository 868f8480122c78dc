"""What a check found."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from app.exercise import Family

Complaint = tuple[str, str]  # what is wrong, and the remedy


@dataclass(frozen=True)
class Fault:
    """Something wrong with an exercise: where it shows, and what to do about it."""

    family: Family
    level: str
    seed: int
    problem: str
    remedy: str
    data: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        data = f"\n    data: {self.data}" if self.data else ""
        return (
            f"{self.family.path}, level {self.level}, seed {self.seed}: {self.problem}{data}\n    remedy: {self.remedy}"
        )


@dataclass
class Findings:
    """What the check of one exercise at one level found."""

    exercise: str
    level: str
    instances: int = 0
    draws: int = 0
    worst_error: float = 0.0
    nearest: float = float("inf")  # a misconception's distance from the reference, in tolerances
    diagnosed: Counter[str] = field(default_factory=Counter)  # "itself" or "tie"
    seen: set[tuple[str, str]] = field(default_factory=set)  # (reference, misconception) that came up
    mutants: Counter[str] = field(default_factory=Counter)  # misconceptions as references: what refused them
    seconds: list[float] = field(default_factory=list)  # that grading a wrong answer took, or the formula
    rendered: set[str] = field(default_factory=set)  # the texts that were looked at
    faults: list[Fault] = field(default_factory=list)

    @property
    def acceptance(self) -> float:
        return self.instances / self.draws if self.draws else 0.0

    @property
    def as_itself(self) -> float:
        total = self.diagnosed.total()
        return self.diagnosed["itself"] / total if total else 1.0

    @property
    def grading_time(self) -> float:
        """The median time to grade a wrong answer, in seconds."""
        return median(self.seconds) if self.seconds else 0.0
