"""Deep Linking 2.0: an instructor chooses assignments, sheets or exercises, and the platform gets a link for each.

What is chosen of sheets and exercises becomes an assignment of the course here, with points and a due date; the link
names the assignment, and brings the gradebook's column with it.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy import Connection

from app.asking import catalogue_of, now, reading, site_of, writing
from app.auth import Caller, new_id
from app.courses import assignments, contexts
from app.courses.assignments import UNSTATED, Assignment, of_sheet
from app.courses.course import Course
from app.exercise import Catalogue
from app.lti import passes
from app.lti.messages import CLAIM, DEEP_LINKS, VERSION
from app.lti.opening import MOST_POINTS, PLAIN, Launch
from app.lti.passes import Pass
from app.lti.refusals import LaunchRefused
from app.lti.showing import framers, show
from app.lti.wire import many_fields_of
from app.pages.practice import by_section
from app.pages.teach.clock import from_input
from app.passback.columns import TAG, label_of, maximum_of
from app.platforms import keys
from app.platforms.outgoing import origin_of
from app.platforms.registry import Platform
from app.platforms.tool import HISTORIES
from app.problems import ErrorOut, InvalidRequest, Problem
from app.replies import Key, Reply, once
from app.reports.tables import full_points

PAGE: Final = "pick"
LINK: Final = "ltiResourceLink"
LASTS: Final = timedelta(minutes=5)  # of the answer: the browser carries it at once
LEVELS: Final = {"hand": "by hand", "numpy": "with numpy", "formula": "as a formula", "challenge": "a challenge"}
MOST: Final = 50  # links at once
ANY_SITE: Final = "https: http:"  # platforms lead on from where the answer is sent


@dataclass(frozen=True)
class Wanted:
    """What was chosen on the page, as its fields have it."""

    assignments: Sequence[str] = ()
    sheets: Sequence[str] = ()
    exercises: Sequence[str] = ()  # each with its level, after a blank
    points: str = "10"
    due_at: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, Sequence[str]]) -> "Wanted":
        def one(name: str) -> str:
            return fields.get(name, [""])[0]

        assignments, sheets, exercises = (fields.get(name, ()) for name in ("assignment", "sheet", "exercise"))
        return cls(assignments, sheets, exercises, one("points"), one("due_at"))

    @property
    def count(self) -> int:
        return len(self.assignments) + len(self.sheets) + len(self.exercises)


async def begin(request: Request, launch: Launch, framed_by: str) -> Response:
    """The page on which an instructor chooses."""
    asked = launch.message.deep_linking
    if asked is None or launch.context is None:
        raise LaunchRefused("no-return-address", "The platform does not say where to send what is chosen.")
    if not origin_of(asked.deep_link_return_url or ""):
        raise LaunchRefused("no-return-address", "Where to send what is chosen is no address of the web.")
    if LINK not in asked.accept_types:
        detail = "The platform takes no links to tools here (ltiResourceLink)."
        raise LaunchRefused("no-return-address", detail, "Add the tool where the platform takes links to activities.")
    details = {
        "return_url": asked.deep_link_return_url,
        "deployment": launch.message.deployment_id,
        "data": asked.data,
        "multiple": asked.accept_multiple is True,
        "column": asked.accept_lineitem is not False,
    }
    ticket = passes.issue(request, PAGE, launch.context, launch.person, details, now(request))
    return await _page(request, passes.opened(request, ticket, PAGE, now(request)), ticket, Wanted(), framed_by)


async def _page(
    request: Request, found: Pass, ticket: str, wanted: Wanted, framed_by: str, problem: Problem | None = None
) -> Response:
    def look(tx: Connection) -> tuple[Course, list[Assignment], set[str]]:
        _, context, taught = passes.teacher_of(tx, found)
        return taught, assignments.of_course(tx, taught.id), contexts.opened_by_links(tx, context)

    taught, own, linked = await reading(request, look)
    return show(
        request,
        "lti/pick",
        problem.status if problem else 200,
        framed_by=framed_by,
        course=taught,
        own=own,
        linked=linked,
        points_of=full_points,
        sheets=catalogue_of(request).sheets.values(),
        sections=by_section(catalogue_of(request).values()),
        multiple=found.details["multiple"],
        wanted=wanted,
        ticket=ticket,
        problem=problem,
    )


async def choose(request: Request) -> Response:
    """Send the platform links to what was chosen; nothing, where it was given up."""
    fields = await many_fields_of(request)
    ticket, moment = fields.get("ticket", [""])[0], now(request)
    found = passes.opened(request, ticket, PAGE, moment)
    platform = await reading(request, lambda tx: passes.teacher_of(tx, found)[0])
    framed_by, wanted = framers(request, platform), Wanted.of(fields)
    linked: list[Assignment] = []
    if fields.get("do", [""])[0] != "cancel":
        try:
            linked = await writing(request, lambda tx: _linked(tx, request, found, wanted, ticket, moment))
        except InvalidRequest as problem:
            return await _page(request, found, ticket, wanted, framed_by, problem)
    items = [_item(one, f"{site_of(request)}lti/launch", found.details["column"]) for one in linked]
    token = keys.signed(await request.app.state.services.signing(), _answer(platform, found, items, moment))
    address = found.details["return_url"]
    return show(request, "lti/return", framed_by=framed_by, form_action=ANY_SITE, token=token, address=address)


def _linked(
    connection: Connection, request: Request, found: Pass, wanted: Wanted, ticket: str, now: datetime
) -> list[Assignment]:
    """The assignments that links are made to: those chosen, and new ones for sheets and exercises.

    Whoever sends the same choice twice gets the same links. Raises `InvalidRequest`.
    """
    _, _, taught = passes.teacher_of(connection, found)
    _require_some(wanted, found.details["multiple"])
    choice = f"{ticket} {wanted}".encode()
    key = Key(f"/lti/deep-link {found.person}", sha256(choice).hexdigest(), choice)

    def make() -> Reply:
        return Reply(json.dumps(_made(connection, catalogue_of(request), found, taught, wanted, now)).encode(), "links")

    made = json.loads(once(connection, request.app.state.seal, key, now, make).body)
    caller = Caller(found.person)
    listed = [assignments.find(connection, caller, id)[0] for id in (*wanted.assignments, *made)]
    if any(one.course != taught.id for one in listed):
        raise InvalidRequest("Choose assignments of this course only.")
    return listed


def _require_some(wanted: Wanted, multiple: bool) -> None:
    """Raises `InvalidRequest`."""
    if not wanted.count:
        raise InvalidRequest("Choose something first, or leave this page with Cancel.")
    if wanted.count > (MOST if multiple else 1):
        most = f"at most {MOST} links at once" if multiple else "one link at a time"
        raise InvalidRequest(f"The platform takes {most}. Choose fewer.")


def _made(
    connection: Connection, catalogue: Catalogue, found: Pass, taught: Course, wanted: Wanted, now: datetime
) -> list[str]:
    """The ids of new assignments for sheets and exercises. Raises `InvalidRequest`."""
    due_at = from_input(wanted.due_at, ZoneInfo(taught.timezone), "/due_at")
    # Solutions that open when somebody is done help others while the assignment runs.
    rules = {**PLAIN, "due_at": due_at, "solutions": "after_close" if due_at else "when_done"}
    new = [(catalogue.sheets[id].title, of_sheet(catalogue, id)) for id in wanted.sheets if id in catalogue.sheets]
    points = _points(wanted.points) if wanted.exercises else 0.0
    for exercise, _, level in (text.partition(" ") for text in wanted.exercises):
        title = catalogue[exercise].title if exercise in catalogue else exercise
        new.append((title, [{"exercise": exercise, "level": level, "only": {}, "points": points, **UNSTATED}]))
    caller = Caller(found.person)
    new = _told_apart(new, [one.title for one in assignments.of_course(connection, taught.id)])
    return [
        assignments.create(connection, catalogue, caller, taught, {**rules, "title": title}, items, now).id
        for title, items in new
    ]


def _told_apart(
    new: Sequence[tuple[str, list[dict[str, Any]]]], present: Sequence[str]
) -> list[tuple[str, list[dict[str, Any]]]]:
    """New assignments with their titles; of an exercise whose title is taken, with its level."""
    taken, told = Counter([*present, *(title for title, _ in new)]), []
    for title, items in new:
        level = LEVELS.get(items[0]["level"], "") if len(items) == 1 and taken[title] > 1 else ""
        told.append((f"{title}, {level}" if level else title, items))
    return told


def _points(text: str) -> float:
    try:
        points = float(text) if text.isascii() else 0.0
    except ValueError:
        points = 0.0
    if not 0 < points <= MOST_POINTS:
        detail = f"Points are a number above 0, at most {MOST_POINTS:.0f}."
        raise InvalidRequest(detail, [ErrorOut(pointer="/points", detail=detail)])
    return points


def _item(one: Assignment, launch_url: str, with_column: bool) -> dict[str, Any]:
    """A link, as the platform takes it (Deep Linking 2.0, section 3.2)."""
    item: dict[str, Any] = {
        "type": LINK,
        "url": launch_url,
        "title": one.title,
        "custom": {"assignment": one.id, **HISTORIES},
    }
    if with_column:
        item["lineItem"] = {
            "label": label_of(one),
            "scoreMaximum": maximum_of(one),
            "resourceId": one.id,
            "tag": TAG,
        }
    if one.dates.opens_at:
        item["available"] = {"startDateTime": _utc(one.dates.opens_at)}
    if one.dates.due_at:
        item["submission"] = {"endDateTime": _utc(one.dates.due_at)}
    return item


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _answer(platform: Platform, found: Pass, items: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, Any]:
    """The claims of the answer (Deep Linking 2.0, section 4.5); `data` goes back exactly where it came."""
    claims: dict[str, Any] = {
        "iss": platform.client_id,
        "aud": platform.issuer,
        "iat": int(now.timestamp()),
        "exp": int((now + LASTS).timestamp()),
        "nonce": new_id(),
        f"{CLAIM}deployment_id": found.details["deployment"],
        f"{CLAIM}message_type": "LtiDeepLinkingResponse",
        f"{CLAIM}version": VERSION,
        f"{DEEP_LINKS}content_items": list(items),
    }
    if found.details["data"] is not None:
        claims[f"{DEEP_LINKS}data"] = found.details["data"]
    return claims
