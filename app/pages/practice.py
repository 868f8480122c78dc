"""The catalogue, and an instance with its mathematics: to read in a browser and answer over HTTP."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.asking import catalogue_of, finding, reading
from app.pages.base import Visiting, page

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request, visitor: Visiting) -> HTMLResponse:
    """The catalogue, in lecture order."""
    return page(request, "home", visitor, families=catalogue_of(request).values())


@router.get("/instances/{instance}")
async def show_instance(request: Request, visitor: Visiting, instance: str) -> HTMLResponse:
    """An instance: its statement, its parts and how far they are."""
    found = await reading(request, finding(request, instance, visitor))
    return page(request, "instance", visitor, held=found)
