"""Whose pages may show ours in a frame: origins in the settings, and those of platforms that are active."""

import asyncio
import logging
from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, select

from app.db import Reader
from app.models import platforms
from app.platforms.outgoing import origin_of

PAUSE: Final = 10  # seconds between two looks: commands change platforms, too

log = logging.getLogger("nabla")


class Framers:
    """The origins as every page names them in its policy, kept at hand so that no page asks the database."""

    def __init__(self, ours: Collection[str]):
        self._ours = tuple(ours)
        self.origins = " ".join(ours)

    async def read(self, reader: Reader) -> None:
        """Read them anew."""
        theirs = await reader.run(_of_platforms)
        self.origins = " ".join(dict.fromkeys((*self._ours, *theirs)))

    async def keep_reading(self, reader: Reader) -> None:
        while True:
            await asyncio.sleep(PAUSE)
            try:
                await self.read(reader)
            except Exception:  # whatever it is, the next look may find it gone
                log.exception("The origins of learning platforms could not be read.")


def _of_platforms(connection: Connection) -> list[str]:
    found = select(platforms.c.framed_by, platforms.c.auth_url).where(platforms.c.state == "active")
    rows = connection.execute(found.order_by(platforms.c.id)).all()
    return [origin for row in rows for origin in (*row.framed_by, origin_of(row.auth_url)) if origin]
