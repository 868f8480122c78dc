"""Names and Role Provisioning Services 2.0: the members of a course, by pages, by role, and what changed."""

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.platform import words
from tests.platform.ags import page_of, require_accepts
from tests.platform.courses import Context, Member
from tests.platform.faults import Refusal

if TYPE_CHECKING:
    from tests.platform.platform import Platform


def members_url(platform: "Platform", context: Context) -> str:
    return f"{platform.base}/courses/{context.id}/members"


def as_json(member: Member, short_roles: bool) -> dict[str, Any]:
    user = member.user
    roles = [role.removeprefix(words.CONTEXT_ROLES) if short_roles else role for role in member.roles]
    further = {"lis_person_sourcedid": user.sourced_id, "ext_user_username": user.username}
    told = {name: value for name, value in further.items() if value}
    return {"user_id": user.id, "status": member.status, "roles": roles, **user.names(), **told}


def routes(platform: "Platform") -> list[Route]:
    async def members(request: Request) -> Response:
        platform.tokens.bearer(request, words.MEMBERS_SCOPE)
        require_accepts(request, words.MEMBERS_TYPE)
        context, asked = platform.contexts.get(request.path_params["context"]), request.query_params
        if context is None or ("rlid" in asked and asked["rlid"] not in context.links):
            raise Refusal(404, "not_found", "there is no such course, or no such link in it")
        since = int(asked["since"]) if asked.get("since", "").isdecimal() else None
        found = [member for member in context.present(asked.get("role", ""), since) if not member.user.preview]
        url, ways = members_url(platform, context), platform.personality
        kept = {name: asked[name] for name in ("role", "rlid", "since") if name in asked}
        page, headers = page_of(found, request, ways.members_page, url, kept)
        differences = f'<{url}?since={context.changes}>; rel="differences"'
        headers["link"] = ", ".join(filter(None, [headers.get("link"), differences]))
        body = {
            "id": url,
            "context": {"id": context.id, "label": context.label, "title": context.title},
            "members": [as_json(member, ways.short_roles) for member in page],
        }
        return JSONResponse(body, 200, headers, words.MEMBERS_TYPE)

    return [platform.guarded("/courses/{context}/members", "members", members, "GET")]
