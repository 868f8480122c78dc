"""A learning platform for the tests: LTI 1.3 with the Advantage services, as specified and as found in the wild.

`Platform` is one ASGI app: call it in process (`httpx.ASGITransport(platform.app)`), or serve it (`platform.served()`).
It has the ways of a product (`Platform("moodle")`), does wrong what a test asks for (`platform.fails(…)`), and keeps
what came to it (`platform.gradebook`, `platform.count("jwks")`, `platform.content_items`). It checks what a tool sends
in full and refuses what is wrong; `platform.refusals` says why.

`launches` mints launches of every kind, among them those that a tool must refuse.
"""

from tests.platform.bad_launches import BAD
from tests.platform.courses import Context, Deployment, ResourceLink, Tool, User
from tests.platform.faults import Refusal
from tests.platform.good_launches import GOOD
from tests.platform.gradebook import LineItem, Post
from tests.platform.launches import Case, Launch, launch
from tests.platform.personality import PERSONALITIES, Personality
from tests.platform.platform import Platform

__all__ = [
    "BAD",
    "GOOD",
    "PERSONALITIES",
    "Case",
    "Context",
    "Deployment",
    "Launch",
    "LineItem",
    "Personality",
    "Platform",
    "Post",
    "Refusal",
    "ResourceLink",
    "Tool",
    "User",
    "launch",
]
