"""Files in place of JSON: whether one is wanted, and how OpenAPI says so."""

import re
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Request

from app.downloads import CSV

JSON: Final = "application/json"
QUALITY: Final = re.compile(r"q *= *([01](?:\.[0-9]{0,3})?)")

JSON_OR_CSV = Annotated[
    Literal["json", "csv"] | None, Query(description="Default: which of the two the `Accept` header prefers.")
]

OR_CSV: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "JSON, or a file in UTF-8."}
}


def prefers_csv(request: Request) -> bool:
    """Whether the `Accept` header names CSV, and not JSON as much."""
    wanted = dict.fromkeys((JSON, CSV), 0.0)
    for accepted in ",".join(request.headers.getlist("accept")).lower().split(","):
        media_type, *parameters = (text.strip() for text in accepted.split(";"))
        if media_type in wanted:
            qualities = [float(match[1]) for text in parameters if (match := QUALITY.fullmatch(text))]
            wanted[media_type] = min(qualities, default=1.0)
    return wanted[CSV] > wanted[JSON]
