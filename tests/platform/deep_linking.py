"""Deep Linking 2.0: the answer of a tool in which somebody chose content, checked in full and kept."""

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.platform import words
from tests.platform.faults import Refusal
from tests.platform.keys import verified

if TYPE_CHECKING:
    from tests.platform.oidc import Visit
    from tests.platform.platform import Platform


def return_url(visit: "Visit") -> str:
    return f"{visit.platform.base}/deep-links/{visit.id}"


def settings(visit: "Visit") -> dict[str, Any]:
    """What a tool may send back to a visit, and where."""
    return {
        "deep_link_return_url": return_url(visit),
        "accept_types": list(visit.accept_types),
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": visit.accept_multiple,
        "accept_lineitem": True,
        "auto_create": False,
        "title": "Choose exercises",
        "data": visit.data,
    }


def require_answer(claims: dict[str, Any], visit: "Visit") -> None:
    """The claims of an answer belong to the visit that asked."""
    expected = {
        "iss": visit.tool.client_id,
        words.LTI + "message_type": words.DEEP_LINK_ANSWER,
        words.LTI + "version": words.VERSION,
        words.LTI + "deployment_id": visit.deployment.id,
        words.DEEP_LINKING + "data": visit.data,
    }
    for name, value in expected.items():
        if claims.get(name) != value:
            raise Refusal(400, "invalid_deep_link", f"{name} is not {value}")
    audience = claims.get("aud")
    if visit.platform.issuer not in (audience if isinstance(audience, list) else [audience]):
        raise Refusal(400, "invalid_deep_link", f"aud is not {visit.platform.issuer}")
    if not isinstance(claims.get("nonce"), str) or not claims["nonce"]:
        raise Refusal(400, "invalid_deep_link", "nonce is no text")


def require_items(items: Any, visit: "Visit") -> list[dict[str, Any]]:
    """The content items, of types and a number that the visit accepts."""
    if not isinstance(items, list):
        raise Refusal(400, "invalid_deep_link", "content_items is no list")
    if len(items) > 1 and not visit.accept_multiple:
        raise Refusal(400, "invalid_deep_link", "content_items are several where one is accepted")
    for item in items:
        if item.get("type") not in visit.accept_types:
            raise Refusal(400, "invalid_deep_link", f"a content item is none of {visit.accept_types}")
        custom = item.get("custom", {})
        if not all(isinstance(value, str) for value in custom.values()):
            raise Refusal(400, "invalid_deep_link", "custom parameters are not all text")
        if "lineItem" in item and not item["lineItem"].get("scoreMaximum", 0) > 0:
            raise Refusal(400, "invalid_deep_link", "scoreMaximum of lineItem is no number above 0")
    return items


def place(items: list[dict[str, Any]], visit: "Visit") -> None:
    """Make links of what was chosen, with their line items."""
    platform = visit.platform
    for item in items:
        target = item.get("url") or visit.tool.deep_link_url
        link = platform.add_link(visit.context, target, item.get("title", ""), **item.get("custom", {}))
        if "lineItem" in item:
            column = {"label": link.title, **item["lineItem"], "resourceLinkId": link.id}
            platform.gradebook.add(visit.context, visit.tool.client_id, column)


def routes(platform: "Platform") -> list[Route]:
    async def answer(request: Request) -> Response:
        visit = platform.visits.get(request.path_params["visit"])
        if visit is None or visit.link is not None:
            raise Refusal(404, "not_found", "nobody chooses content here")
        token = str((await request.form()).get("JWT", ""))
        keys = await platform.tokens.key_set(visit.tool)
        claims = verified(token, keys, platform.now().timestamp(), "deep linking response")
        require_answer(claims, visit)
        if any(claims["nonce"] == earlier["nonce"] for earlier in platform.deep_link_answers):
            raise Refusal(400, "invalid_deep_link", "nonce was used before")
        items = require_items(claims.get(words.DEEP_LINKING + "content_items", []), visit)
        platform.deep_link_answers.append(claims)
        platform.content_items += items
        place(items, visit)
        return HTMLResponse("<!doctype html><title>Course</title><p>The links were added.")

    return [platform.guarded("/deep-links/{visit}", "deep link", answer, "POST")]
