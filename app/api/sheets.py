"""Ready-made sheets."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.asking import Asking, catalogue_of
from app.exercise.sheets import Sheet
from app.problems import NotFound

router = APIRouter(tags=["Practise"])


class SheetItemOut(BaseModel):
    exercise: str
    title: str
    level: str
    only: dict[str, Any]


class SheetOut(BaseModel):
    id: str
    title: str
    items: list[SheetItemOut]


class SheetsOut(BaseModel):
    items: list[SheetOut]
    next: None = None


def sheet_out(request: Request, sheet: Sheet) -> SheetOut:
    catalogue = catalogue_of(request)
    items = [SheetItemOut(title=catalogue[item.exercise].title, **vars(item)) for item in sheet.items]
    return SheetOut(id=sheet.id, title=sheet.title, items=items)


@router.get("/sheets")
async def list_sheets(request: Request, caller: Asking) -> SheetsOut:
    """Ready-made sheets: exercises in the order in which to solve them, for an assignment."""
    return SheetsOut(items=[sheet_out(request, sheet) for sheet in catalogue_of(request).sheets.values()])


@router.get("/sheets/{sheet}")
async def get_sheet(request: Request, caller: Asking, sheet: str) -> SheetOut:
    """One sheet."""
    found = catalogue_of(request).sheets.get(sheet)
    if found is None:
        raise NotFound("There is no such sheet. GET /api/v1/sheets lists them.")
    return sheet_out(request, found)
