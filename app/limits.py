"""How long, how many, how much: the limits of what staff sends, the same at every door."""

from itertools import pairwise
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

LONGEST_TITLE: Final = 200
LONGEST_REASON: Final = 1_000
MOST_ITEMS: Final = 200  # of an assignment
MOST_POINTS: Final = 10_000  # of an item
MOST_TRIES: Final = 1_000
MOST_FACTORS: Final = 100
MOST_EXTENSIONS: Final = 1_000  # at once
MOST_ASSIGNMENTS: Final = 1_000  # that a rule asks for
MOST_DAYS: Final = 3_660  # by which the dates of a copied course move


def _falling(factors: list[float]) -> list[float]:
    if any(later > sooner for sooner, later in pairwise(factors)):
        raise ValueError("a later try must not count for more than an earlier one")
    return factors


Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, pattern=r"\S")]
Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_REASON, pattern=r"\S")]
Share = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[float, Field(ge=0, le=100)]
Points = Annotated[float, Field(ge=0, le=MOST_POINTS)]
Tries = Annotated[int, Field(ge=1, le=MOST_TRIES)]
AtLeast = Annotated[int, Field(ge=1, le=MOST_ASSIGNMENTS)]
Days = Annotated[int, Field(ge=-MOST_DAYS, le=MOST_DAYS)]
Factors = Annotated[list[Share], Field(max_length=MOST_FACTORS), AfterValidator(_falling)]
Solutions = Literal["after_close", "when_done", "never"]
Void = Literal["full", "drop"]
Single = Annotated[str | int | float, Field(union_mode="left_to_right")]
Only = Annotated[dict[Annotated[str, Field(max_length=50)], Single], Field(max_length=10)]
