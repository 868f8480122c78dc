"""The pages: the catalogue and an instance with its mathematics, to read in a browser and answer over HTTP."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from markupsafe import Markup

from app.asking import Asking, catalogue_of, finding, reading
from app.markup import html

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(Path(__file__).parent / "templates")
templates.env.filters["markdown"] = lambda text: Markup(html(text))  # noqa: S704 - html() escapes what is not Markdown


def page(request: Request, name: str, **values: Any) -> HTMLResponse:
    return templates.TemplateResponse(request, f"{name}.html", {"api": f"{request.base_url}api/v1", **values})


@router.get("/")
async def home(request: Request, caller: Asking) -> HTMLResponse:
    """The catalogue, in lecture order."""
    return page(request, "home", families=catalogue_of(request).values())


@router.get("/instances/{instance}")
async def show_instance(request: Request, caller: Asking, instance: str) -> HTMLResponse:
    """An instance: its statement, its parts and how far they are."""
    found = await reading(request, finding(request, instance, caller))
    return page(request, "instance", held=found)
