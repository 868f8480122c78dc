"""Files that routes answer with: their name, their version, their bytes one after the other."""

import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final, TypeVar
from urllib.parse import quote

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import Connection

from app.asking import reading
from app.gradebooks import Cell, spreadsheet
from app.reports.files import File, Report, write

Place = TypeVar("Place")

CSV: Final = "text/csv"
CHUNK: Final = 2**14  # characters that are sent at once
LONGEST_NAME: Final = 100
NO_NAME: Final = "nabla"
NOT_IN_NAMES: Final = '"%*/:<>?\\|'
SUFFIXES: Final[Mapping[File, str]] = {"csv": "", "canvas": " - Canvas", "moodle": " - Moodle"}


async def of_report(request: Request, report: Report, file: File, headers: Mapping[str, str] | None = None) -> Response:
    """A report as a file; nothing where the client has it already. Raises `Conflict` as `write` does."""
    versioned = {"ETag": await etag_of(report, file), **(headers or {})}
    if is_known(request, versioned["ETag"]):
        return Response(status_code=304, headers=versioned)
    return streamed(write(report, file), title_of(report, file), versioned)


async def etag_of(report: Report, format: str) -> str:
    """Another one whenever a report says something else."""
    digest = await run_in_threadpool(lambda: report.digest)
    return f'"{digest}-{format}"'


def title_of(report: Report, file: File) -> str:
    """What a report is called as a file."""
    return report.title + SUFFIXES[file]


def attachment(title: str, ending: str = "csv") -> dict[str, str]:
    """The header that makes a reply a file of this name, as far as file systems take it (RFC 6266)."""
    name = _tidy("".join(" " if unicodedata.category(c)[0] in "CZ" or c in NOT_IN_NAMES else c for c in title))
    plain = _tidy(unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())
    exact = quote(f"{name}.{ending}", safe="")
    return {"Content-Disposition": f"attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{exact}"}


def _tidy(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME].strip(" .") or NO_NAME


def is_known(request: Request, etag: str) -> bool:
    """Whether the client says that it has this version already."""
    known = ",".join(request.headers.getlist("if-none-match")).split(",")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in known)


def streamed(rows: Iterator[str], title: str, headers: Mapping[str, str] | None = None) -> StreamingResponse:
    """A file whose rows are worked out while it is sent, off the event loop."""
    return StreamingResponse(_chunks(rows), 200, {**attachment(title), **(headers or {})}, CSV)


def _chunks(rows: Iterator[str]) -> Iterator[str]:
    waiting: list[str] = []
    size = 0
    for row in rows:
        waiting.append(row)
        size += len(row)
        if size >= CHUNK:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)


def paged(
    request: Request,
    title: str,
    header: Sequence[Cell],
    beginning: Place,
    read: Callable[[Connection, Place], tuple[Sequence[Sequence[Cell]], Place | None]],
) -> StreamingResponse:
    """A spreadsheet of any length: `read` gives the rows from after a place, and where the next page begins.

    Each page is a transaction of its own, so that whoever reads slowly keeps no connection from
    others and no snapshot in the database's log.
    """
    return StreamingResponse(_pages(request, header, beginning, read), 200, attachment(title), CSV)


async def _pages(
    request: Request,
    header: Sequence[Cell],
    beginning: Place,
    read: Callable[[Connection, Place], tuple[Sequence[Sequence[Cell]], Place | None]],
) -> AsyncIterator[str]:
    def page(connection: Connection, after: Place) -> tuple[str, Place | None]:
        rows, place = read(connection, after)
        return "".join(islice(spreadsheet(rows), 1, None)), place  # without another byte order mark

    yield "".join(spreadsheet([header]))
    place: Place | None = beginning
    while place is not None:
        text, place = await reading(request, partial(page, after=place))
        yield text
