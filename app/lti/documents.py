"""What platforms read of us: our key set, and the configuration that Canvas takes in place of a form."""

from typing import Final

from fastapi import Request
from fastapi.responses import JSONResponse

from app.asking import reading, site_of
from app.platforms import keys
from app.platforms.tool import Tool

HOUR: Final = {"Cache-Control": "public, max-age=3600"}


async def key_set(request: Request) -> JSONResponse:
    """Our public keys (JWKS, RFC 7517), made before they are first asked for."""
    found = await reading(request, keys.published)
    if not found["keys"]:
        await request.app.state.services.signing()
        found = await reading(request, keys.published)
    return JSONResponse(found, headers=HOUR)


async def canvas_configuration(request: Request) -> JSONResponse:
    """The configuration of an LTI key in Canvas."""
    return JSONResponse(Tool(site_of(request)).canvas_configuration(), headers=HOUR)
