"""An instance to work on: its questions, what was answered, what came of it, hints and solution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from sqlalchemy import Connection

from app import answers
from app.answers import Unreadable
from app.asking import catalogue_of, finding, now, reading, writing
from app.attempts import flags, held, hints, progress, solutions, submissions
from app.attempts.held import Held, PartState
from app.attempts.hints import OpenHint
from app.attempts.progress import Progress
from app.attempts.solutions import Solution
from app.attempts.submissions import Attempt, Marked
from app.auth import new_id
from app.courses import course
from app.courses.course import Course
from app.exercise import Family, Part
from app.exercise.kinds import Choice
from app.pages.base import page
from app.pages.fields import KEYS, Field, Widget, filled_with, typed_in, widget_of
from app.pages.forms import Form, form_of, local
from app.pages.visitors import Visiting, Visitor
from app.problems import Closed, Conflict, Forbidden, InvalidRequest, NoHint, NotOpen, PastDue, Problem, SolutionNotOpen
from app.replies import Key, Reply, once

LOOKED_BACK: Final = 100  # attempts that a page lists
LONGEST_COMMENT: Final = 4_000
LONGEST_PASTE: Final = answers.MAX_TEXT

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Question:
    """One part as a page shows it: what is asked, what stands in its fields, what came of the last answer.

    `unreadable` is why what was typed cannot be read; `entries` marks the cells of the grid right or wrong.
    """

    part: Part
    prompt: str
    state: PartState
    tries_left: int | None
    widget: Widget
    keys: Sequence[str]
    options: Mapping[str, str]
    field: Field
    last: Marked | None
    attempt: str | None
    unreadable: Unreadable | None
    hints: Sequence[OpenHint]
    hint_cost: float
    solution: Solution | None

    @property
    def takes_answers(self) -> bool:
        return not self.state.solved and self.tries_left != 0

    @property
    def answered(self) -> bool:
        """Whether the fields show the answer that the last verdict is about."""
        return self.last is not None and self.unreadable is None

    def mark(self, row: int, column: int) -> bool | None:
        """Whether the entry in a cell of the grid is right; None where that is not said."""
        entries = self.last.entries if self.last and self.answered else None
        try:
            return None if entries is None else bool(entries[row][column])
        except (IndexError, TypeError):
            return None


@dataclass(frozen=True)
class Work:
    """An instance and all that its page says of it. `refusal` is why it takes no answers now."""

    held: Held
    questions: Sequence[Question]
    history: Sequence[Attempt]
    refusal: Problem | None
    course: Course | None
    progress: Progress | None

    @property
    def closes_for_answers(self) -> bool:
        return self.refusal is not None or not any(question.takes_answers for question in self.questions)


@dataclass(frozen=True)
class Typed:
    """What a form brought that was not stored: it stays in the fields, with what keeps it from being read."""

    fields: Mapping[str, Field]
    unreadable: Mapping[str, Unreadable]


NOTHING: Final = Typed({}, {})


def work_on(connection: Connection, request: Request, found: Held, visitor: Visitor, typed: Typed = NOTHING) -> Work:
    """Everything that a page says of an instance."""
    caller = visitor.caller
    history = submissions.newest(connection, found.id, caller, LOOKED_BACK)
    worked = progress.of_caller(connection, caller, found.row.exercise)
    opened = hints.open_hints(found)
    shown = _solutions(connection, found, request)
    return Work(
        held=found,
        questions=[
            _question(
                found, part, history, typed, [hint for hint in opened if hint.part == part.id], shown.get(part.id)
            )
            for part in found.family.parts
        ],
        history=history,
        refusal=_refusal(found, request),
        course=course.find(connection, caller, found.row.course) if found.assigned and found.member else None,
        progress=worked.get((found.row.exercise, found.row.level)),
    )


def _question(
    found: Held,
    part: Part,
    history: Sequence[Attempt],
    typed: Typed,
    opened: Sequence[OpenHint],
    solution: Solution | None,
) -> Question:
    kind = found.instance.kind(part)
    widget = widget_of(kind)
    last = next((attempt for attempt in reversed(history) if part.id in attempt.parts), None)
    sent = filled_with(last.answers.get(part.id) if last else None, widget)
    return Question(
        part=part,
        prompt=found.instance.fill(part.prompt or part.title, part),
        state=found.parts[part.id],
        tries_left=found.tries_left(found.parts[part.id]),
        widget=widget,
        keys=KEYS.get(kind.name, ()),
        options=kind.options if isinstance(kind, Choice) else {},
        field=typed.fields.get(part.id, sent),
        last=last.parts[part.id] if last else None,
        attempt=last.id if last else None,
        unreadable=typed.unreadable.get(part.id),
        hints=opened,
        hint_cost=found.hint_cost,
        solution=solution,
    )


def _solutions(connection: Connection, found: Held, request: Request) -> Mapping[str, Solution]:
    """The worked solutions, where they are open."""
    try:
        held.require_solution(found, now(request))
    except SolutionNotOpen:
        return {}
    return solutions.worked(connection, found)


def _refusal(found: Held, request: Request) -> Problem | None:
    try:
        held.admit(found, now(request))
    except (Closed, Forbidden, NotOpen, PastDue) as refusal:
        return refusal
    return None


# The page -----------------------------------------------------------------------------------------


@router.get("/instances/{instance}")
async def show_instance(
    request: Request, visitor: Visiting, instance: str, attempt: Annotated[str, Query(max_length=64)] = ""
) -> HTMLResponse:
    """An instance with its questions; with what came of an attempt, where that is named."""
    find = finding(request, instance, visitor.caller)
    work = await reading(request, lambda tx: work_on(tx, request, find(tx), visitor))
    return _shown(request, visitor, work, attempt)


def _shown(request: Request, visitor: Visitor, work: Work, attempt: str = "", status: int = 200) -> HTMLResponse:
    just = next((one for one in work.history if one.id == attempt), None)
    return page(
        request,
        "solve/instance",
        visitor,
        status,
        work=work,
        held=work.held,
        just=just,
        following=_following(request, work.held.family),
        as_numpy=as_numpy(work.held.instance.data),
        key=new_id(),
        back="",
        past_last=getattr(request.state, "past_last_hint", ""),
    )


def as_numpy(data: Mapping[str, Any]) -> str:
    """The givens as lines of Python, vectors flat as the API has them."""
    lines = ["import numpy as np", ""]
    for name, value in data.items():
        is_array = isinstance(value, list) and value and not isinstance(value[0], str)
        lines.append(f"{name} = np.array({value})" if is_array else f"{name} = {value!r}")
    return "\n".join(lines)


def _following(request: Request, family: Family) -> Family | None:
    """The exercise behind this one in the lecture."""
    ids = list(catalogue_of(request))
    place = ids.index(family.id) + 1
    return catalogue_of(request)[ids[place]] if place < len(ids) else None


# What its buttons do ------------------------------------------------------------------------------


@router.post("/instances/{instance}")
async def work_at(request: Request, visitor: Visiting, instance: str) -> Response:
    """Check answers, open a hint, change the size of a grid, or give up: as the button says that was pressed."""
    form = await form_of(request, visitor)
    deed, _, what = form.get("do", "check").partition(":")
    if deed == "check":
        return await _check(request, visitor, instance, form, what)
    if deed == "hint":
        await _open_hint(request, visitor, instance, what)
    elif deed == "close":
        find = finding(request, instance, visitor.caller)
        await writing(request, lambda tx: held.close(tx, find(tx), now(request)))
        return RedirectResponse(f"/instances/{instance}#solution", 303)
    elif deed != "size":
        raise InvalidRequest("This page has no such button. Open it again.")
    return await _again(request, visitor, instance, form)


async def _again(
    request: Request,
    visitor: Visitor,
    instance: str,
    form: Form,
    unreadable: Mapping[str, Unreadable] | None = None,
    attempt: str = "",
) -> Response:
    """The page once more, with everything in its fields that was typed."""
    find = finding(request, instance, visitor.caller)

    def look(tx: Connection) -> Work:
        found = find(tx)
        return work_on(tx, request, found, visitor, Typed(_typed(found, form), unreadable or {}))

    return _shown(request, visitor, await reading(request, look), attempt, 422 if unreadable and not attempt else 200)


def _typed(found: Held, form: Form) -> dict[str, Field]:
    """What a form brings for the parts that still take answers."""
    return {
        part.id: typed_in(form, part.id, widget_of(found.instance.kind(part)))
        for part in found.family.parts
        if not found.parts[part.id].solved
    }


async def _check(request: Request, visitor: Visitor, instance: str, form: Form, only: str) -> Response:
    """Grade what can be read of a form; what cannot is said beside its field and costs nothing."""
    find = finding(request, instance, visitor.caller)
    unreadable: dict[str, Unreadable] = {}

    def check(tx: Connection) -> str | None:
        found = find(tx)
        received = now(request)
        sent = _to_grade(found, form, only, unreadable)
        if not sent:
            return None

        def make() -> Reply:
            decision = held.admit(found, received)
            return Reply(b"", submissions.submit(tx, found, sent, decision, received).id)

        key = Key(f"/instances/{instance}", form.digest, form.digest.encode())
        return once(tx, request.app.state.seal, key, received, make).location

    attempt = await writing(request, check)
    if attempt is None or unreadable:
        return await _again(request, visitor, instance, form, unreadable, attempt or "")
    back = local(form.get("back"), f"/instances/{instance}")
    address, _, place = back.partition("#")
    return RedirectResponse(f"{address}?attempt={attempt}#{place or 'result'}", 303)


def _to_grade(found: Held, form: Form, only: str, unreadable: dict[str, Unreadable]) -> dict[str, Any]:
    """The answers of a form that are to be graded, of one part where it is named.

    Left out are parts that are done, and empty ones; `unreadable` gets those that cannot be read.
    """
    sent: dict[str, Any] = {}
    for id, field in _typed(found, form).items():
        answer = field.answer
        if answer is None or (only and id != only) or found.tries_left(found.parts[id]) == 0:
            continue
        try:
            found.instance.kind(found.family.by_id[id]).read(answer)
            sent[id] = answer
        except Unreadable as error:
            unreadable[id] = error
    return sent


async def _open_hint(request: Request, visitor: Visitor, instance: str, which: str) -> None:
    """Open a hint of a part by its number, so that pressing twice opens one."""
    part, _, number = which.rpartition(":")
    find = finding(request, instance, visitor.caller)

    def open_it(tx: Connection) -> None:
        found = find(tx)
        if number.isdigit() and int(number) > found.hints_open(part):
            held.admit(found, now(request))
            hints.open_hint(tx, found, part, int(number))

    try:
        await writing(request, open_it)
    except NoHint:
        request.state.past_last_hint = part


# While one types ----------------------------------------------------------------------------------


@router.post("/instances/{instance}/read-as")
async def read_as(request: Request, visitor: Visiting, instance: str) -> HTMLResponse:
    """How what stands in the fields of a part would be read: a fragment of a page. Stores nothing."""
    form = await form_of(request, visitor)
    id = form.get("part")
    found = await reading(request, finding(request, instance, visitor.caller))
    part = found.family.by_id.get(id)
    if part is None:
        raise held.no_such_part(found.family, "/part")
    kind = found.instance.kind(part)
    answer = typed_in(form, id, widget_of(kind)).answer
    understood, fault = None, None
    try:
        understood = None if answer is None else kind.read(answer)
    except Unreadable as error:
        fault = error
    return page(request, "solve/read-as", visitor, understood=understood, fault=fault, text=form.get(f"text.{id}"))


@router.post("/cells")
async def cells(request: Request, visitor: Visiting) -> JSONResponse:
    """A pasted matrix as rows of entries, for a grid; or why it cannot be read."""
    form = await form_of(request, visitor)
    try:
        return JSONResponse({"rows": answers.cells(form.get("text")[: LONGEST_PASTE + 1])})
    except Unreadable as error:
        return JSONResponse({"detail": error.message}, 422)


# One attempt, and doubts about it -----------------------------------------------------------------


@router.get("/attempts/{attempt}")
async def show_attempt(request: Request, visitor: Visiting, attempt: str) -> HTMLResponse:
    """An attempt as it was marked, and a way to say that it is marked wrong."""
    return await _attempt(request, visitor, attempt)


async def _attempt(
    request: Request, visitor: Visitor, attempt: str, problem: Problem | None = None, comment: str = ""
) -> HTMLResponse:
    def look(tx: Connection) -> dict[str, Any]:
        found = submissions.find_attempt(tx, attempt, visitor.caller)
        of = held.find(tx, catalogue_of(request), found.instance, visitor.caller, now(request))
        return {"attempt": found, "held": of, "flags": flags.flags_of(tx, found)}

    status = problem.status if problem else 200
    found = await reading(request, look)
    return page(request, "solve/attempt", visitor, status, problem=problem, comment=comment, **found)


@router.post("/attempts/{attempt}/flag")
async def flag_attempt(request: Request, visitor: Visiting, attempt: str) -> Response:
    """Keep "I think this is marked wrong" for those who teach."""
    form = await form_of(request, visitor)
    comment = form.get("comment").strip()

    def keep(tx: Connection) -> None:
        found = submissions.find_attempt(tx, attempt, visitor.caller)
        if not 1 <= len(comment) <= LONGEST_COMMENT:
            raise InvalidRequest(f"Say in 1 to {LONGEST_COMMENT} characters why you think so.")
        flags.flag(tx, found, comment, now(request))

    try:
        await writing(request, keep)
    except (InvalidRequest, Conflict) as problem:
        return await _attempt(request, visitor, attempt, problem, comment)
    return RedirectResponse(f"/attempts/{attempt}#flags", 303)
