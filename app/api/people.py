"""Data about one person: all of it as a file, and its erasure."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.api.wire import Nothing, changing
from app.asking import Person, catalogue_of, now, reading, writing
from app.auth import person as find_person
from app.bodies import Body
from app.exercise import Catalogue
from app.keeping.belongings import Scope, scope_of
from app.keeping.erasure import erase, leave_little_trace
from app.keeping.export import record_export, write
from app.problems import NotFound

router = APIRouter(prefix="/people", tags=["People"])

IN_MEMORY: Final = 2**20  # bytes of an export; the rest of a larger one is on the disk
CHUNK: Final = 2**16

ZIP: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/{person}/export", response_class=Response, responses=ZIP)
async def export_person(request: Request, caller: Person, person: str) -> Response:
    """Everything kept about you, as a ZIP; about somebody in your course, what belongs to it. For the operator, all."""
    received = now(request)
    scope = await reading(request, lambda tx: scope_of(tx, caller, person))
    if not scope.own:
        await writing(request, lambda tx: record_export(tx, caller, scope, received))
    file = await reading(request, lambda tx: _written(tx, catalogue_of(request), scope, received))
    size = str(file.tell())
    headers = {"Content-Disposition": f'attachment; filename="nabla-{scope.person}.zip"', "Content-Length": size}
    return StreamingResponse(_chunks(file), headers=headers, media_type="application/zip")


def _written(tx: Connection, catalogue: Catalogue, scope: Scope, received: datetime) -> IO[bytes]:
    file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - it is closed when it has been sent
    try:
        write(tx, catalogue, scope, received, file)
    except BaseException:
        file.close()
        raise
    return file


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


@router.delete("/{person}", status_code=204)
async def erase_person(request: Request, caller: Person, person: str) -> Response:
    """Erase somebody and everything of theirs; what the class did stays as numbers. For the operator."""
    caller.require_person()

    def find(tx: Connection) -> str:
        if not caller.operator:
            raise NotFound("There is no such person.")
        return str(find_person(tx, person).id)

    def make(tx: Connection, found: str, body: Body, received: datetime) -> None:
        body.read(Nothing)
        erase(tx, caller, request.app.state.settings.tombstones, found, received)

    await changing(request, find, make)
    with suppress(SQLAlchemyError):  # it is erased: what is left to do, `keep_purging` does
        await request.app.state.writer.run_outside(leave_little_trace)
    return Response(status_code=204)
