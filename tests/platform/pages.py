"""The platform's pages for browsers: a frame around the tool, the start of a launch, and storage for tools."""

import json
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.platform.faults import Refusal

if TYPE_CHECKING:
    from tests.platform.oidc import Visit
    from tests.platform.platform import Platform

STORAGE_SCRIPT: Final = """
const TARGET = %s, HOLDS = %s, kept = new Map();
window.received = [];
const answers = {
    "lti.capabilities": () => ({supported_messages: [
        {subject: "lti.capabilities"}, {subject: "lti.close"},
        ...["lti.put_data", "lti.get_data"].map((subject) => ({subject, frame: TARGET})),
    ]}),
    "lti.put_data": ({key, value}, origin) => {
        const place = JSON.stringify([origin, key]);
        value === null ? kept.delete(place) : kept.set(place, value);
        return {key, value};
    },
    "lti.get_data": ({key}, origin) => ({key, value: kept.get(JSON.stringify([origin, key])) ?? null}),
};
addEventListener("message", ({data, origin, source}) => {
    if (typeof data !== "object" || typeof data?.subject !== "string") return;
    window.received.push({origin, ...data});
    const answer = answers[data.subject];
    if (!answer || (data.subject !== "lti.capabilities" && !HOLDS)) return;
    const told = {subject: `${data.subject}.response`, message_id: data.message_id};
    source.postMessage({...told, ...answer(data, origin)}, origin);
});
"""
PAGE: Final = (
    "<!doctype html><html lang=en><meta charset=utf-8><link rel=icon href='data:,'>"  # else browsers ask for one
    "<title>{title}</title>{body}</html>"
)


def page(title: str, body: str) -> str:
    return PAGE.format(title=escape(title), body=body)


def form_page(action: str, fields: Mapping[str, str], method: str = "post") -> str:
    """A page that sends a form by itself."""
    inputs = "".join(f'<input type=hidden name="{escape(name)}" value="{escape(fields[name])}">' for name in fields)
    form = f'<form method={method} action="{escape(action)}">{inputs}<noscript><button>Go on</button></noscript></form>'
    return page("One moment", f"<body>{form}<script>document.forms[0].submit()</script></body>")


def frame(name: str, title: str, url: str) -> str:
    return f'<iframe name="{escape(name)}" title="{escape(title)}" src="{escape(url)}" width=1000 height=800></iframe>'


def storage_script(target: str, *, holds: bool) -> str:
    """Answers tools by postMessage: what can be done and in which frame; `holds` says that it is this one."""
    return f"<script>{STORAGE_SCRIPT % (json.dumps(target), json.dumps(holds))}</script>"


def course_page(visit: "Visit") -> str:
    """A course with the tool in a frame: `name=tool`. Without a storage target, nothing is kept for tools."""
    target = visit.storage_target
    script = storage_script(target or "_parent", holds=target == "_parent") if target else ""
    beside = target not in ("", "_parent")
    storage = frame(target, "Storage", f"/storage/{visit.id}") if beside else ""
    tool = frame("tool", visit.context.title, f"/start/{visit.id}")
    body = f"<body><h1>{escape(visit.context.title)}</h1>{script}{storage}{tool}</body>"
    return page(visit.context.title, body)


def routes(platform: "Platform") -> list[Route]:
    def visit_of(request: Request) -> "Visit":
        visit = platform.visits.get(request.path_params["visit"])
        if visit is None:
            raise Refusal(404, "not_found", "nobody began this")
        return visit

    async def course(request: Request) -> Response:
        """The tool in a frame of the course."""
        return HTMLResponse(course_page(visit_of(request)))

    async def start(request: Request) -> Response:
        """Go to the tool's login, by GET or, with `?by=post`, by POST."""
        visit = visit_of(request)
        if request.query_params.get("by") == "post":
            return HTMLResponse(form_page(visit.tool.login_url, visit.login))
        joint = "&" if "?" in visit.tool.login_url else "?"
        return RedirectResponse(visit.tool.login_url + joint + urlencode(visit.login), 302)

    async def storage(request: Request) -> Response:
        """The frame that keeps data for tools."""
        script = storage_script(visit_of(request).storage_target, holds=True)
        return HTMLResponse(page("Storage", f"<body>{script}</body>"))

    async def settings(request: Request) -> Response:
        """Where an administrator registers a tool: its registration in a frame, what it says in `window.received`."""
        registration = frame("tool", "Registration", request.query_params["tool"])
        script = storage_script("_parent", holds=False)
        return HTMLResponse(page("Tools", f"<body><h1>Tools</h1>{script}{registration}</body>"))

    return [
        platform.guarded("/open/{visit}", "course page", course, "GET"),
        platform.guarded("/start/{visit}", "start", start, "GET"),
        platform.guarded("/storage/{visit}", "storage", storage, "GET"),
        platform.guarded("/settings", "settings", settings, "GET"),
    ]
