"""Statistics: how the items of an assignment do, for staff."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from app.asking import Person, reading
from app.auth import STAFF
from app.courses import assignments
from app.reports import statistics
from app.reports.statistics import EDGES, ItemStatistics, Statistics

router = APIRouter(tags=["Teach"])


class FiguresOut(BaseModel):
    attempted: int = Field(description="Students who sent something.")
    solved: int = Field(description="Those of them who got everything right.")
    mean: float | None = Field(description="Of the points that they reached.")
    facility: float | None = Field(
        description="The mean share of the points that their first answers were worth. Null below 10 of them."
    )
    discrimination: float | None = Field(
        description="The correlation of that share with that in the rest of the assignment, weighted by points. Null"
        " below 10 students, and where all have the same."
    )
    median_attempts_to_correct: float | None = Field(description="Of those who solved it.")


class StratumOut(FiguresOut):
    level: str
    stratum: str = Field(description="The kind of instance, such as `activation relu`; empty where there is one kind.")


class _Counted(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    count: int
    students: int


class DayOut(_Counted):
    day: date


class MisconceptionOut(_Counted):
    id: str
    part: str
    days: list[DayOut] = Field(description="The same by day (UTC); days without any are left out.")


class UnexplainedOut(_Counted):
    part: str
    pattern: str = Field(description="How these answers stand to the right one, such as `3 × the reference`.")
    attempt: str | None = Field(description="One of them; null where all who gave them were erased.")


class HistogramOut(BaseModel):
    edges: list[float] = Field(description="Shares of the points; a bin holds its lower edge, the last one both.")
    counts: list[int]


class ItemStatisticsOut(FiguresOut):
    id: str
    n: int
    exercise: str
    misconceptions: list[MisconceptionOut] = Field(description="Those of the most students first.")
    unexplained: list[UnexplainedOut] = Field(
        description="Counted wrong answers that no misconception explains, grouped by what they look like."
    )
    strata: list[StratumOut]
    histogram: HistogramOut


class StatisticsOut(BaseModel):
    assignment: str
    title: str
    students: int = Field(description="Who sent something to any item, students who left the course included.")
    items: list[ItemStatisticsOut]
    next: None = None


def statistics_out(found: Statistics) -> StatisticsOut:
    return StatisticsOut(
        assignment=found.assignment.id,
        title=found.assignment.title,
        students=found.students,
        items=[_item_out(one) for one in found.items],
    )


def _item_out(found: ItemStatistics) -> ItemStatisticsOut:
    return ItemStatisticsOut(
        id=found.item.id,
        n=found.item.n,
        exercise=found.item.exercise,
        **vars(found.figures),
        misconceptions=[MisconceptionOut.model_validate(met) for met in found.misconceptions],
        unexplained=[UnexplainedOut.model_validate(alike) for alike in found.unexplained],
        strata=[
            StratumOut(level=stratum.level, stratum=stratum.stratum, **vars(stratum.figures))
            for stratum in found.strata
        ],
        histogram=HistogramOut(edges=EDGES, counts=list(found.histogram)),
    )


Group = Annotated[str | None, Query(max_length=100, description="Only the students of this group.")]


@router.get("/assignments/{assignment}/statistics", response_model=StatisticsOut)
async def get_statistics(request: Request, caller: Person, assignment: str, group: Group = None) -> Response:
    """How the items of an assignment do: for staff."""

    def look(tx: Connection) -> bytes:
        found, _ = assignments.find(tx, caller, assignment, STAFF)
        return statistics_out(statistics.of_assignment(tx, found, group)).model_dump_json().encode()

    return Response(await reading(request, look), media_type="application/json")
