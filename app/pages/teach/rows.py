"""A report as the rows of a table: what stands in its cells, whom it shows, and in which order."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Annotated, Any, Final, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, Query
from markupsafe import Markup

from app.reports.files import Report
from app.reports.tables import AssignmentReport, CourseReport, Result, Student, full_points, meets

LONGEST_SEARCH: Final = 100
NOTHING: Final = Result(total=0.0, maximum=0.0, begun=False, attempts=0, late=False, last_attempt_at=None)
BY_ROSTER: Final = ("name", "group")  # orders for which the roster is enough
SORTS: Final = "^(name|group|total|percent|last|meets|[1-9][0-9]{0,2})$"

Direction = Literal["up", "down"]
State = Literal["full", "some", "zero", "none", "excused"]


class Cell(NamedTuple):
    """What a student has of an item or an assignment.

    `state`: all that there is to have, some of it, nothing of it, nothing sent yet, or excused.
    """

    points: float | None
    state: State
    late: bool
    percent: float | None = None


class Row(NamedTuple):
    """A student's row of a report. `meets`: whether this passes the course, where that is asked."""

    student: Student
    cells: Sequence[Cell]
    result: Result
    meets: bool | None = None


class Once(dict[Any, Any]):
    """What a function makes of values, worked out once for each: a report has few of them, many times."""

    def __init__(self, make: Callable[[Any], Any]):
        super().__init__()
        self._make = make

    def __missing__(self, value: Any) -> Any:
        self[value] = made = self._make(value)
        return made

    def markup(self, values: Iterable[Any]) -> Markup:
        """All that it makes of some values: of a macro, whose output is markup already."""
        return Markup("".join(map(self.__getitem__, values)))  # noqa: S704 - as said


@dataclass(frozen=True)
class Means:
    """What those have on average who have something, and how many they are: by column, and of all."""

    points: Sequence[float | None]
    counts: Sequence[int]
    total: float | None
    percent: float | None
    begun: int


def rows_of(report: Report) -> list[Row]:
    """The rows of a report, by name."""
    return _by_name(_of_assignment(report) if isinstance(report, AssignmentReport) else _of_course(report))


def rows_without_points(roster: Iterable[Student]) -> list[Row]:
    """The rows of a report by name, with nothing in them: for an order that asks for no more."""
    return _by_name(Row(student, (), NOTHING) for student in roster)


def _by_name(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.student.name.casefold(), row.student.id))


def _of_assignment(report: AssignmentReport) -> Iterator[Row]:
    full = [item.points for item in report.assignment.items]
    cells = Once(lambda of: Cell(of[0], _state(of[0], of[1], of[3]), of[2]))
    for student, standing in report.students():
        by_item = zip(standing.points, standing.excused, standing.late, full, strict=True)
        yield Row(student, [cells[of] for of in by_item], standing.result)


def _state(points: float | None, excused: bool, most: float) -> State:
    if excused:
        return "excused"
    if points is None:
        return "none"
    if points >= most:
        return "full"
    return "some" if points else "zero"


def _of_course(report: CourseReport) -> Iterator[Row]:
    """An assignment is full for who has as many per cent of it as the course's rule asks for in each."""
    rule = report.course.rule
    enough = (rule or {}).get("assignments_with_percent") or 100
    for student, results, whole in report.students():
        yield Row(student, [_cell(result, enough) for result in results], whole, meets(rule, results, whole))


def _cell(result: Result, enough: float) -> Cell:
    if not result.begun:
        return Cell(None, "none" if result.maximum else "excused", late=False)
    state: State = "some" if result.total else "zero"
    if result.percent is not None and result.percent >= enough:
        state = "full"
    return Cell(result.total, state, result.late, result.percent)


def means_of(rows: Sequence[Row], columns: int) -> Means:
    by_column = [[row.cells[n].points for row in rows] for n in range(columns)]
    results = [row.result for row in rows if row.result.begun]
    return Means(
        [_mean(points) for points in by_column],
        [sum(one is not None for one in points) for points in by_column],
        _mean([result.total for result in results]),
        _mean([result.percent for result in results]),
        len(results),
    )


def _mean(numbers: Sequence[float | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return fsum(known) / len(known) if known else None


# Whom it shows, and in which order ----------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """Whom a report shows: who has every word of a search, of a group; sorted by a column, the least first or last.

    `sort` is `name`, `group`, `total`, `percent`, `last` (attempt), `meets` or the number of a column from 1.
    """

    sort: str = "name"
    order: Direction = "up"
    q: str = ""
    group: str = ""

    def of(self, rows: Sequence[Row]) -> list[Row]:
        """Those of the rows, which come by name, that are to be shown."""
        words = self.q.casefold().split()
        found = [row for row in rows if self.group in ("", row.student.group) and _says(row.student, words)]
        if self.sort == "name":
            return found[::-1] if self.order == "down" else found
        return sorted(found, key=self._place, reverse=self.order == "down")

    def _place(self, row: Row) -> tuple[bool, Any]:
        """What has no value comes before what has the least."""
        value = self._value(row)
        return (False, 0) if value is None else (True, value)

    def _value(self, row: Row) -> Any:
        if self.sort.isdigit():
            number = int(self.sort)
            return row.cells[number - 1].points if number <= len(row.cells) else None
        values: dict[str, Callable[[], Any]] = {
            "group": lambda: row.student.group and row.student.group.casefold(),
            "total": lambda: row.result.total,
            "percent": lambda: row.result.percent,
            "last": lambda: row.result.last_attempt_at,
            "meets": lambda: row.meets,
        }
        return values[self.sort]()

    @property
    def asks_points(self) -> bool:
        """Whether it says whom to show, or in which order, by more than the roster has."""
        return self.sort not in BY_ROSTER

    @property
    def query(self) -> str:
        """What an address needs to show the same; nothing where that is what it shows anyway."""
        return self.query_with()

    def query_with(self, **more: str) -> str:
        """The same, with more in it."""
        said = {name: value for name, value in vars(self).items() if value != getattr(EVERYBODY, name)} | more
        return f"?{urlencode(said)}" if said else ""

    def by(self, sort: str) -> "Order":
        """The same students by a column: names begin with A, numbers with the greatest; a second time the other way."""
        first: Direction = "up" if sort in BY_ROSTER else "down"
        other: Direction = "down" if self.order == "up" else "up"
        return replace(self, sort=sort, order=other if sort == self.sort else first)


EVERYBODY: Final = Order()


def _says(student: Student, words: Sequence[str]) -> bool:
    if not words:
        return True
    said = f"{student.name} {student.email} {student.external_id}".casefold()
    return all(word in said for word in words)


def order_of(
    sort: Annotated[str, Query(pattern=SORTS)] = EVERYBODY.sort,
    order: Direction = EVERYBODY.order,
    q: Annotated[str, Query(max_length=LONGEST_SEARCH)] = "",
    group: Annotated[str, Query(max_length=LONGEST_SEARCH)] = "",
) -> Order:
    """The order that the address of a page says."""
    return Order(sort, order, q.strip(), group)


Ordered = Annotated[Order, Depends(order_of)]


# Its columns --------------------------------------------------------------------------------------


class Column(NamedTuple):
    """An item of an assignment, or an assignment of a course: its title in Markdown, and the points that it has."""

    n: int
    title: str
    points: float
    dropped: bool = False
    assignment: str = ""


def columns_of(report: CourseReport) -> list[Column]:
    """The columns of a course's report."""
    return [
        Column(n, one.title, full_points(one.items), assignment=one.id)
        for n, one in enumerate(report.assignments, start=1)
    ]
