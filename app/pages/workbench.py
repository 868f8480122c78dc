"""The workbench of those who write exercises: an instance with every answer, drawn anew when its file is saved.

Only `nabla serve --reload` has it, on this machine alone, since it shows the answers.
"""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

from app.asking import catalogue_of
from app.checking import check
from app.exercise import Instance, Part
from app.exercise.loading import id_of
from app.pages.base import Visiting, page
from app.problems import NotFound

CHECKED: Final = 5  # seeds a level, each time the page is shown

router = APIRouter(include_in_schema=False, prefix="/workbench")


@dataclass(frozen=True)
class WrongWay:
    """A misconception on this instance; `answer` is None where it does not apply."""

    id: str
    answer: str | None
    made: str
    feedback: str
    credit: float | None


@router.get("")
async def workbench(request: Request, visitor: Visiting) -> HTMLResponse:
    """All exercises, and what is wrong with the files that are not served."""
    catalogue = catalogue_of(request)
    return page(request, "workbench", visitor, families=catalogue.values(), faults=catalogue.faults.values())


@router.get("/changes")
async def changes(request: Request) -> JSONResponse:
    """How often the exercises were loaded: the pages ask, and show themselves anew."""
    return JSONResponse({"version": request.app.state.watch.version})


@router.get("/{exercise}")
async def exercise(request: Request, visitor: Visiting, exercise: str, level: str = "", seed: int = 0) -> HTMLResponse:
    """An instance with the answer to each part, its wrong ways, hints and solution, and what the check says."""
    catalogue = catalogue_of(request)
    faults = [fault for path, fault in catalogue.faults.items() if id_of(path) == exercise]
    family = catalogue.get(exercise)
    if family is None:
        if not faults:
            raise NotFound("There is no such exercise. /workbench lists them.")
        return page(request, "workbench", visitor, families=[], faults=faults)
    level = level if level in family.levels else family.levels[0]
    instance = family.draw(level, seed)
    found = check(family, level, CHECKED)
    return page(
        request,
        "exercise",
        visitor,
        family=family,
        instance=instance,
        wrong_ways=wrong_ways,
        faults=[*faults, *map(str, found.faults)],
        checked=CHECKED,
    )


def wrong_ways(instance: Instance, part: Part) -> list[WrongWay]:
    """The misconceptions of a part, in the order in which they are looked for."""
    return [
        WrongWay(
            misconception.id,
            None if wrong is None else instance.kind(part).latex(wrong, fractions=instance.by_hand),
            instance.fill(misconception.made, part),
            misconception.feedback,
            misconception.credit,
        )
        for misconception in part.misconceptions
        for wrong in [instance.wrong(part, misconception)]
    ]
