"""Assignment and Grade Services 2.0: line items, scores and results over HTTP."""

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.platform import words
from tests.platform.courses import Context
from tests.platform.faults import Refusal
from tests.platform.gradebook import LineItem

if TYPE_CHECKING:
    from tests.platform.platform import Platform

FILTERS: Final = {"resource_link_id": "resourceLinkId", "resource_id": "resourceId", "tag": "tag"}
READING: Final = (words.LINE_ITEM_SCOPE, words.LINE_ITEM_READING_SCOPE)


def items_url(platform: "Platform", context: Context) -> str:
    return f"{platform.base}/courses/{context.id}/lineitems{platform.personality.item_query}"


def item_url(platform: "Platform", item: LineItem, service: str = "") -> str:
    """The address of a line item or of its scores or results; the product's query comes last."""
    path = f"{platform.base}/courses/{item.context.id}/lineitems/{item.number}/lineitem{service}"
    return path + platform.personality.item_query


def require_type(request: Request, media_type: str) -> None:
    """The body is of this type; parameters such as a charset do not matter."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != media_type:
        raise Refusal(415, "unsupported_media_type", f"Content-Type is not {media_type}")


def require_accepts(request: Request, media_type: str) -> None:
    accepted = {kind.partition(";")[0].strip() for kind in request.headers.get("accept", "*/*").split(",")}
    if not accepted & {media_type, "*/*", "application/*"}:
        raise Refusal(406, "not_acceptable", f"Accept does not allow {media_type}")


async def read_object(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        raise Refusal(400, "invalid_json", str(error)) from error
    if not isinstance(body, dict):
        raise Refusal(400, "invalid_json", "the body is no object")
    return body


def page_of(
    things: list[Any], request: Request, size: int, url: str, filters: dict[str, str]
) -> tuple[list[Any], dict[str, str]]:
    """The part of a list that a request asks for, and the header that leads to the next one.

    A tool may ask for smaller pages by `limit`, not for larger ones.
    """
    try:
        size = min(size, max(1, int(request.query_params.get("limit", size))))
        start = int(request.query_params.get("from", 0))
    except ValueError as error:
        raise Refusal(400, "invalid_request", "limit and from are numbers") from error
    if start + size >= len(things):
        return things[start:], {}
    query = urlencode({**filters, "limit": size, "from": start + size})
    joint = "&" if "?" in url else "?"
    return things[start : start + size], {"link": f'<{url}{joint}{query}>; rel="next"'}


class Services:
    """The end points for the courses of one platform."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform

    def _context(self, request: Request) -> Context:
        context = self.platform.contexts.get(request.path_params["context"])
        if context is None:
            raise Refusal(404, "not_found", "there is no such course")
        return context

    def _require_query(self, request: Request) -> None:
        """The query that is part of the address was kept."""
        query = self.platform.personality.item_query.removeprefix("?")
        if query and query not in str(request.url.query).split("&"):
            raise Refusal(404, "not_found", f"the query {query} of the line item's address is missing")

    def _item(self, request: Request, client_id: str) -> LineItem:
        self._require_query(request)
        item = self.platform.gradebook.items.get(request.path_params["item"])
        if item is None or item.context is not self._context(request) or item.client_id != client_id:
            raise Refusal(404, "not_found", "there is no such line item")
        return item

    def _as_json(self, item: LineItem) -> dict[str, Any]:
        return item.as_json(item_url(self.platform, item))

    async def list_items(self, request: Request) -> Response:
        tool = self.platform.tokens.bearer(request, *READING)
        require_accepts(request, words.LINE_ITEMS_TYPE)
        self._require_query(request)
        context = self._context(request)
        filters = {name: request.query_params[name] for name in FILTERS if name in request.query_params}
        details = {FILTERS[name]: value for name, value in filters.items()}
        found = self.platform.gradebook.find(context, tool.client_id, **details)
        url = items_url(self.platform, context)
        page, headers = page_of(found, request, self.platform.personality.items_page, url, filters)
        return JSONResponse([self._as_json(item) for item in page], 200, headers, words.LINE_ITEMS_TYPE)

    async def create_item(self, request: Request) -> Response:
        tool = self.platform.tokens.bearer(request, words.LINE_ITEM_SCOPE)
        require_type(request, words.LINE_ITEM_TYPE)
        self._require_query(request)
        item = self.platform.gradebook.add(self._context(request), tool.client_id, await read_object(request))
        return JSONResponse(self._as_json(item), 201, media_type=words.LINE_ITEM_TYPE)

    async def items(self, request: Request) -> Response:
        return await (self.list_items(request) if request.method in ("GET", "HEAD") else self.create_item(request))

    async def item(self, request: Request) -> Response:
        """Read, change or delete one."""
        reading = request.method in ("GET", "HEAD")
        tool = self.platform.tokens.bearer(request, *(READING if reading else (words.LINE_ITEM_SCOPE,)))
        item = self._item(request, tool.client_id)
        if request.method == "DELETE":
            self.platform.gradebook.remove(item)
            return Response(status_code=204)
        if request.method == "PUT":
            require_type(request, words.LINE_ITEM_TYPE)
            item.change(await read_object(request), self.platform.personality.malformed)
        else:
            require_accepts(request, words.LINE_ITEM_TYPE)
        return JSONResponse(self._as_json(item), media_type=words.LINE_ITEM_TYPE)

    async def scores(self, request: Request) -> Response:
        tool = self.platform.tokens.bearer(request, words.SCORE_SCOPE)
        require_type(request, words.SCORE_TYPE)
        self.platform.gradebook.post(self._item(request, tool.client_id), await read_object(request))
        return Response(status_code=self.platform.personality.score_kept)

    async def results(self, request: Request) -> Response:
        tool = self.platform.tokens.bearer(request, words.RESULT_SCOPE)
        require_accepts(request, words.RESULTS_TYPE)
        item = self._item(request, tool.client_id)
        asked = request.query_params.get("user_id")
        of_item = [(user, grade) for (of, user), grade in self.platform.gradebook.grades.items() if of is item]
        found = [pair for pair in of_item if asked in (None, pair[0])]
        url = item_url(self.platform, item, "/results")
        page, headers = page_of(found, request, self.platform.personality.items_page, url, {})
        joint = "&" if "?" in url else "?"
        results = [
            {
                "id": f"{url}{joint}user_id={user}",
                "userId": user,
                "resultScore": grade.points,
                "resultMaximum": item.maximum,
                "comment": grade.comment,
                "scoreOf": item_url(self.platform, item),
            }
            for user, grade in page
        ]
        return JSONResponse(results, 200, headers, words.RESULTS_TYPE)


def routes(platform: "Platform") -> list[Route]:
    services = Services(platform)
    items = "/courses/{context}/lineitems"
    one = items + "/{item:int}/lineitem"
    return [
        platform.guarded(items, "line items", services.items, "GET", "POST"),
        platform.guarded(one, "line item", services.item, "GET", "PUT", "DELETE"),
        platform.guarded(one + "/scores", "scores", services.scores, "POST"),
        platform.guarded(one + "/results", "results", services.results, "GET"),
    ]
