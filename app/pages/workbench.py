"""The workbench of those who write exercises: an instance with every answer, drawn anew when its file is saved.

Only `nabla serve --reload` has it, on this machine alone, since it shows the answers.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse

from app.asking import catalogue_of
from app.attempts.held import LARGEST_SEED
from app.checking import check
from app.exercise import Instance, Part
from app.exercise.loading import described, id_of, place
from app.pages.base import page
from app.pages.visitors import Visiting
from app.problems import NotFound

Seed = Annotated[int, Query(ge=0, le=LARGEST_SEED)]
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
    return page(request, "workbench/all", visitor, families=catalogue.values(), faults=catalogue.faults.values())


@router.get("/changes")
async def changes(request: Request) -> JSONResponse:
    """How often the exercises were loaded: the pages ask, and show themselves anew."""
    return JSONResponse({"version": request.app.state.watch.version})


@router.get("/{exercise}")
async def exercise(request: Request, visitor: Visiting, exercise: str, level: str = "", seed: Seed = 0) -> HTMLResponse:
    """An instance with the answer to each part, its wrong ways, hints and solution, and what the check says."""
    catalogue = catalogue_of(request)
    faults = [fault for path, fault in catalogue.faults.items() if id_of(path) == exercise]
    family = catalogue.get(exercise)
    if family is None:
        if not faults:
            raise NotFound("There is no such exercise. /workbench lists them.")
        return page(request, "workbench/all", visitor, families=[], faults=faults)
    level = level if level in family.levels else family.levels[0]
    faults += map(str, check(family, level, CHECKED).faults)
    shown: dict[str, Any] = {"family": family, "checked": CHECKED, "wrong_ways": wrong_ways}
    try:
        return page(request, "workbench/exercise", visitor, instance=family.draw(level, seed), faults=faults, **shown)
    except (Exception, SystemExit) as error:  # whatever a function of the file raises: that is what one came to see
        faults.append(f"{place(error, family.at(level).path)}: {described(error)}")
        return page(request, "workbench/all", visitor, families=[], faults=faults)


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
