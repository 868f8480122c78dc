"""The catalogue, and the page of an exercise: what it asks, how far one is, and numbers of one's own."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from app.asking import catalogue_of, now, reading, writing
from app.attempts import held, progress
from app.attempts.progress import Progress
from app.exercise import Family, NoInstance
from app.pages import cookies
from app.pages.base import page
from app.pages.forms import form_of
from app.pages.visitors import Practising, browser_of, require_welcome
from app.problems import NotFound

EXAMPLES: Final = 1_000  # seeds of the numbers that a page shows as an example

router = APIRouter(include_in_schema=False)

Search = Annotated[str, Query(max_length=100)]


@router.get("/")
async def home(request: Request, visitor: Practising, q: Search = "", topic: Search = "") -> HTMLResponse:
    """The catalogue in lecture order, with how far one is; those of a topic, or that a search finds."""
    families = catalogue_of(request).values()
    reached = await reading(request, lambda tx: progress.of_caller(tx, visitor.caller))
    return page(
        request,
        "practice/home",
        visitor,
        sections=by_section(found for found in families if fits(found, q, topic)),
        topics=list(dict.fromkeys(family.topic for family in families)),
        total=len(families),
        mastered=sum(one.state == "mastered" for one in reached.values()),
        solved=sum(one.state != "begun" for one in reached.values()),
        reached=reached,
        q=q,
        topic=topic,
    )


@router.get("/exercises")
async def to_catalogue() -> RedirectResponse:
    """The catalogue is the home page: this is where addresses of exercises lead people who shorten them."""
    return RedirectResponse("/", 308)


def fits(family: Family, q: str, topic: str) -> bool:
    """Whether an exercise is of a topic, and has every word of a search in what it is called."""
    said = f"{family.title} {family.id} {family.topic} {family.section}".casefold()
    return topic in ("", family.topic) and all(word in said for word in q.casefold().split())


def by_section(families: Iterable[Family]) -> Mapping[str, list[Family]]:
    """Exercises by the section of the lecture that they belong to, in its order."""
    sections: dict[str, list[Family]] = {}
    for family in families:
        sections.setdefault(family.section, []).append(family)
    return sections


def family_of(request: Request, exercise: str) -> Family:
    """A family by its id. Raises `NotFound`."""
    family = catalogue_of(request).get(exercise)
    if family is None:
        raise NotFound("There is no such exercise. The catalogue lists them all.")
    return family


@router.get("/exercises/{exercise}")
async def show_exercise(
    request: Request,
    visitor: Practising,
    exercise: str,
    level: str = "",
    seed: Annotated[int | None, Query(ge=0, le=held.LARGEST_SEED)] = None,
) -> HTMLResponse:
    """What an exercise asks, on numbers that are an example, and what one has done of it."""
    family = family_of(request, exercise)
    level = level if level in family.levels else family.levels[0]
    seed = secrets.randbelow(EXAMPLES) if seed is None else seed
    try:
        example = family.draw(level, seed)
    except NoInstance:
        example = None
    reached = await reading(request, lambda tx: progress.of_caller(tx, visitor.caller, exercise))
    return page(
        request,
        "practice/exercise",
        visitor,
        family=family,
        level=level,
        example=example,
        seed=seed,
        reached=reached,
        mastered_after=progress.MASTERED_AFTER,
    )


@router.post("/exercises/{exercise}/instances")
async def draw(request: Request, visitor: Practising, exercise: str) -> Response:
    """Numbers of one's own; for a guest under the name of their browser, which is made here."""
    form = await form_of(request, visitor)
    require_welcome(request, visitor)
    family = family_of(request, exercise)
    caller, new = visitor.caller, None
    if visitor.is_guest and caller.browser is None:
        new = cookies.new_browser()
        caller = replace(caller, browser=browser_of(new))

    def store(tx: Connection) -> str:
        open_one: Progress | None = progress.of_caller(tx, caller, exercise).get((exercise, form.get("level")))
        if form.get("fresh") or open_one is None or open_one.unfinished is None:
            return held.draw(tx, family, form.get("level") or None, None, caller, now(request)).id
        return open_one.unfinished.id

    reply = RedirectResponse(f"/instances/{await writing(request, store)}", 303)
    if new is not None:
        cookies.keep(request, reply, cookies.BROWSER, new, cookies.BROWSER_LASTS)
    return reply
