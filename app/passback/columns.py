"""Columns of a platform's gradebook: found, made where there is none, renamed with the assignment.

A column is looked for and made by one sender at a time, and looked for before it is made: a lost reply, or a server
that stopped, leaves none twice.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from sqlalchemy import Connection, func, select, update

from app.courses import assignments
from app.courses.assignments import Assignment
from app.courses.audit import COMMAND
from app.courses.contexts import NO_LINK
from app.models import contexts, line_items
from app.models.lms import ADDRESS_LENGTH
from app.platforms.outgoing import Reply, Unreachable, origin_of
from app.platforms.registry import Platform
from app.platforms.services import (
    LINE_ITEM,
    LINE_ITEM_READ,
    SCORE,
    Services,
    Unavailable,
    is_at_limit,
    pause_asked,
)
from app.reports.tables import full_points

ONE: Final = "application/vnd.ims.lis.v2.lineitem+json"
LIST: Final = "application/vnd.ims.lis.v2.lineitemcontainer+json"
TAG: Final = "nabla"
LONGEST_LABEL: Final = 100
PERCENT: Final = 100
LONGEST: Final = timedelta(seconds=75)  # for all calls that it takes to look for a column and make it
SEEKING: Final = timedelta(minutes=2)  # longer than that
AGAIN: Final = timedelta(minutes=10)  # after a column could not be had
WITHOUT_LINK: Final = (400, 404, 422)  # answers of platforms whose link may have no column

NOT_ALLOWED: Final = "The platform does not let this tool send grades to this course."
NO_GRADEBOOK: Final = "The platform has offered no gradebook for this course. Open the course there once."
MAY_NOT_MAKE: Final = (
    "The platform has no column for this, and does not let this tool make one. Make one there, or allow it."
)


class NoColumn(Exception):
    """There is no column, and none can be made: the message says why, for people."""


@dataclass(frozen=True)
class Column:
    """A column as it is known here: of which assignment and link, where, and what the platform allows in its course.

    `label` and `maximum` are what the platform was told last.
    """

    id: str
    assignment: str
    link: str
    url: str | None
    label: str | None
    maximum: float | None
    line_items_url: str | None
    scopes: tuple[str, ...]

    @property
    def scores_url(self) -> str:
        return at_path(self.url or "", "/scores")

    @property
    def allowed(self) -> list[str]:
        """What we ask an access token for: one for all that is done with a column."""
        return [scope for scope in (LINE_ITEM, LINE_ITEM_READ, SCORE) if scope in self.scopes]

    @property
    def can_be_sought(self) -> bool:
        return self.line_items_url is not None and (self.may_make or LINE_ITEM_READ in self.scopes)

    @property
    def may_make(self) -> bool:
        return LINE_ITEM in self.scopes


def find(connection: Connection, id: str) -> Column | None:
    """A column; None where its assignment was removed."""
    in_list = func.coalesce(line_items.c.items_url, contexts.c.line_items_url).label("line_items_url")
    found = select(line_items, in_list, contexts.c.scopes).join(contexts)
    row = connection.execute(found.where(line_items.c.id == id)).one_or_none()
    if row is None:
        return None
    values = {name: row._mapping[name] for name in Column.__dataclass_fields__}
    return Column(**{**values, "scopes": tuple(row.scopes)})


def label_of(assignment: Assignment) -> str:
    """What a column is called: Open edX takes no more than a hundred characters."""
    return assignment.title[:LONGEST_LABEL]


def maximum_of(assignment: Assignment) -> int:
    """The best score of a column: the full points, or a hundred where those are no whole number, as Open edX asks."""
    full = full_points(assignment.items)
    return int(full) if full >= 1 and full.is_integer() else PERCENT


def at_path(url: str, more: str) -> str:
    """An address with more at the end of its path: the query stays behind it (AGS 2.0, section 3.1)."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + more, fragment=""))


def with_query(url: str, **details: str) -> str:
    """An address with more in its query, in which there may be something already."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(details)))), fragment=""))


# Who looks ----------------------------------------------------------------------------------------


def seek(connection: Connection, column: Column, now: datetime) -> bool:
    """Whether a column may be looked for and made now: nobody else does, or has."""
    url = line_items.c.url
    as_known = url.is_(None) if column.url is None else url == column.url
    free = line_items.c.sought_until.is_(None) | (line_items.c.sought_until <= now)
    here = (line_items.c.id == column.id) & as_known & free
    return bool(connection.execute(update(line_items).where(here).values(sought_until=now + SEEKING)).rowcount)


def keep(connection: Connection, column: Column) -> None:
    """Keep where a column is, and what the platform was told of it."""
    values = {"url": column.url, "label": column.label, "maximum": column.maximum}
    known = update(line_items).where(line_items.c.id == column.id)
    connection.execute(known.values(**values, sought_until=None, trouble=None))


def let_go(connection: Connection, column: Column) -> None:
    """Let somebody else look for a column: there was no answer."""
    connection.execute(update(line_items).where(line_items.c.id == column.id).values(sought_until=None))


def lose(connection: Connection, column: Column, trouble: str) -> None:
    """Keep that a column cannot be had now, and why, for people.

    Its address stays, since it may be right: it was perhaps a student whom the platform did not find there.
    """
    here = line_items.c.id == column.id
    connection.execute(update(line_items).where(here).values(sought_until=None, trouble=trouble))


def clear_trouble(connection: Connection, ids: Collection[str]) -> None:
    """Keep that these columns have taken grades, so that nothing is wrong with them."""
    here = line_items.c.id.in_(ids) & line_items.c.trouble.is_not(None)
    connection.execute(update(line_items).where(here).values(trouble=None))


def taken(connection: Connection, column: Column) -> set[str]:
    """The addresses of other columns: none belongs to two links."""
    others = select(line_items.c.url).where(line_items.c.id != column.id, line_items.c.url.is_not(None))
    return set(connection.scalars(others.where(line_items.c.assignment == column.assignment)))


# Looking ------------------------------------------------------------------------------------------


async def have(
    services: Services, platform: Platform, column: Column, assignment: Assignment, others: Collection[str]
) -> Column:
    """A column as the platform has it: found by its link, else by the assignment, else made.

    Raises `NoColumn`, `Unreachable`, `services.Refused`.
    """
    if SCORE not in column.scopes:
        raise NoColumn(NOT_ALLOWED)
    if not column.can_be_sought:
        raise NoColumn(NO_GRADEBOOK)
    told = replace(column, label=label_of(assignment), maximum=maximum_of(assignment))
    for details in _ways(column):
        found = await _list(services, platform, column, details)
        if url := _ours(found, column, details, others):
            return replace(told, url=url)
    if not column.may_make:
        raise NoColumn(MAY_NOT_MAKE)
    return replace(told, url=await _make(services, platform, column, assignment))


def _ways(column: Column) -> Iterable[dict[str, str]]:
    if column.link != NO_LINK:
        yield {"resource_link_id": column.link}
    yield {"resource_id": column.assignment, "tag": TAG}


async def _list(
    services: Services, platform: Platform, column: Column, details: dict[str, str]
) -> list[dict[str, Any]]:
    url = with_query(column.line_items_url or "", **details)
    items: list[dict[str, Any]] = []
    async for reply in services.pages(platform, column.allowed, url, accept=LIST):
        if not reply.is_good:
            raise _failure(services, reply, "its gradebook's columns cannot be listed")
        listed = reply.json()
        items += [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return items


def _ours(
    items: Iterable[dict[str, Any]], column: Column, details: dict[str, str], others: Collection[str]
) -> str | None:
    """The address of the column among those listed; a platform may have ignored what we asked for."""
    names = {"resource_link_id": "resourceLinkId", "resource_id": "resourceId", "tag": "tag"}
    fitting = [
        item
        for item in items
        if all(item.get(names[name]) == value for name, value in details.items())
        and item.get("resourceLinkId") in (None, "", column.link)
        and item.get("resourceId") in (None, "", column.assignment)
        and is_address(item.get("id"))
        and item["id"] not in others
    ]
    fitting.sort(key=lambda item: item.get("resourceId") != column.assignment)  # one that we made comes first
    return fitting[0]["id"] if fitting else None


async def _make(services: Services, platform: Platform, column: Column, assignment: Assignment) -> str:
    """The address of a new column."""
    values: dict[str, Any] = {
        "label": label_of(assignment),
        "scoreMaximum": maximum_of(assignment),
        "resourceId": column.assignment,
        "tag": TAG,
    }
    linked = {} if column.link == NO_LINK else {"resourceLinkId": column.link}
    reply = await _post(services, platform, column, {**values, **linked})
    if linked and reply.status in WITHOUT_LINK:
        reply = await _post(services, platform, column, values)
    if not reply.is_good:
        raise _failure(services, reply, "it made no column")
    made = reply.json()
    url = made.get("id") if isinstance(made, dict) else None
    if not is_address(url):
        raise Unreachable("it made a column and does not say where")
    return str(url)


async def _post(services: Services, platform: Platform, column: Column, values: dict[str, Any]) -> Reply:
    url = column.line_items_url or ""
    return await services.call(platform, column.allowed, "POST", url, accept=ONE, media_type=ONE, value=values)


def _failure(services: Services, reply: Reply, what: str) -> Exception:
    if _passes(reply):
        return Unavailable(f"{what} (status {reply.status})", pause_asked(reply.headers, services.clock()))
    return NoColumn(f"The platform refuses: {what} (status {reply.status}).")


def _passes(reply: Reply) -> bool:
    """Whether a platform may answer otherwise in a while."""
    return reply.status in (401, 408) or reply.status >= 500 or is_at_limit(reply)


def is_address(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= ADDRESS_LENGTH and origin_of(value) != ""


# Renaming -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Renamed:
    """A column after the platform was told of it; `rescaled`: its grades are to be told again, of other points."""

    column: Column
    rescaled: bool = False


def outdated(connection: Connection, ids: Collection[str]) -> list[tuple[Column, Assignment]]:
    """Those columns whose assignment has another title or other points than the platform was told."""
    found = [column for column in (find(connection, id) for id in sorted(ids)) if column and column.url]
    pairs = [(column, assignments.find(connection, COMMAND, column.assignment)[0]) for column in found]
    return [(column, of) for column, of in pairs if (column.label, column.maximum) != (label_of(of), maximum_of(of))]


async def rename(services: Services, platform: Platform, column: Column, assignment: Assignment) -> Renamed | None:
    """Tell a platform an assignment's new title and points; None where it is to be told later.

    What staff has changed there stays: only what still is as we told it is changed. Where the platform refuses, its
    column stays as it is. Raises `services.Refused`.
    """
    told = replace(column, label=label_of(assignment), maximum=maximum_of(assignment))
    if not column.may_make or column.label is None:
        return Renamed(told)  # a column that came with a link has the name that staff gave it
    try:
        read = await services.call(platform, column.allowed, "GET", column.url or "", accept=ONE)
        if not read.is_good:
            return None if _passes(read) else Renamed(told)
        there = read.json()
        changed = _changed(there, column, told) if isinstance(there, dict) else {}
        if not changed:
            return Renamed(told)
        put = await services.call(
            platform, column.allowed, "PUT", column.url or "", accept=ONE, media_type=ONE, value={**there, **changed}
        )
    except Unreachable:
        return None
    if _passes(put):
        return None
    return Renamed(told, rescaled=put.is_good and "scoreMaximum" in changed)


def _changed(there: dict[str, Any], column: Column, told: Column) -> dict[str, Any]:
    """What the platform is to have in place of what it has."""
    changed: dict[str, Any] = {}
    if told.label != there.get("label") == column.label:
        changed["label"] = told.label
    if told.maximum and told.maximum != there.get("scoreMaximum") == column.maximum:
        changed["scoreMaximum"] = told.maximum
    return changed
