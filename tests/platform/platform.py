"""The platform itself: its end points put together, its people and courses, and what a test may ask of it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

from tests.platform import ags, deep_linking, nrps, oidc, pages, registration, words
from tests.platform.courses import Context, Deployment, ResourceLink, Tool, User
from tests.platform.faults import Endpoint, Fault, Faults, Gate, Guarded, Ways
from tests.platform.gradebook import Gradebook, LineItem, Post
from tests.platform.keys import Keys
from tests.platform.oidc import Visit
from tests.platform.personality import PERSONALITIES
from tests.platform.serving import served
from tests.platform.tokens import Tokens


def real_time() -> datetime:
    return datetime.now(UTC)


class Platform:
    """A learning platform. `clock` says what time it is, `tool` carries its requests to tools (the network if None)."""

    def __init__(
        self,
        personality: str = "standard",
        *,
        name: str = "platform",
        clock: Callable[[], datetime] = real_time,
        tool: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.personality = PERSONALITIES[personality]
        self.name, self.clock, self.tool_transport = name, clock, tool
        self.base = f"https://{name}.test{self.personality.port}"
        self.offset = timedelta()  # how far its clock is ahead
        self.keys = Keys(name)
        self.cache_control = ""  # of its key set
        self.tokens = Tokens(self)
        self.gradebook = Gradebook(self.personality)
        self.faults = Faults(self.now)
        self.users: dict[str, User] = {}
        self.contexts: dict[str, Context] = {}
        self.tools: dict[str, Tool] = {}
        self.visits: dict[str, Visit] = {}
        self.invitations: set[str] = set()
        self.configuration: dict[str, Any] = {}  # what its configuration says otherwise than it should
        self.content_items: list[dict[str, Any]] = []  # of all deep linking responses, as tools sent them
        self.deep_link_answers: list[dict[str, Any]] = []  # their claims
        self._numbers = count(1)
        rooms = (oidc, self.tokens, ags, nrps, deep_linking, registration, pages)
        self.app = Starlette(routes=[route for room in rooms for route in room.routes(self)])

    @property
    def issuer(self) -> str:
        return self.personality.issuer or self.base

    @property
    def auth_url(self) -> str:
        return f"{self.base}/auth"

    @property
    def token_url(self) -> str:
        return f"{self.base}/token"

    @property
    def jwks_url(self) -> str:
        return f"{self.base}/jwks"

    def now(self) -> datetime:
        """The time on the platform's clock."""
        return self.clock() + self.offset

    def served(self, host: str = "127.0.0.1") -> AbstractContextManager[str]:
        """Serve it on a free port of this machine, named as `host`; gives its address, which it has from then on."""
        return served(self, host)

    def guarded(self, path: str, at: str, endpoint: Endpoint, *methods: str) -> Route:
        """A route whose calls are counted and may fail under the name `at`."""
        return Route(path, Guarded(at, endpoint, self.faults), methods=list(methods), name=f"{at} {methods}")

    # Who is there.

    def add_user(self, name: str = "", *, preview: bool = False, **fields: str) -> User:
        """A user by given name; `add_user()` is one of whom tools are told nothing but the id."""
        number = next(self._numbers)
        told = {"name": f"{name} Example", "given_name": name, "family_name": "Example"} if name else {}
        told |= {"email": f"{name.lower()}@example.org", "username": name.lower()} if name.isascii() and name else {}
        user = User(self.personality.id("user", number), **{**told, **fields}, preview=preview)
        self.users[user.id] = user
        return user

    def add_context(self, title: str = "Mathematics for machine learning", label: str = "MML") -> Context:
        context = Context(self.personality.id("context", next(self._numbers)), title, label)
        self.contexts[context.id] = context
        return context

    def add_link(self, context: Context, target: str, title: str = "Exercises", **custom: str) -> ResourceLink:
        """A link in a course to an address of a tool, with custom parameters."""
        id = self.personality.id("link", next(self._numbers))
        return context.place(ResourceLink(id, title, target, custom))

    def add_tool(self, tool: Tool, deployments: int = 1) -> Tool:
        """Register a tool that somebody entered by hand, with new deployments."""
        self.tools[tool.client_id] = tool
        for _ in range(deployments):
            self.deploy(tool)
        return tool

    def deploy(self, tool: Tool) -> Deployment:
        deployment = Deployment(self.personality.deployment_id(next(self._numbers)))
        tool.deployments[deployment.id] = deployment
        return deployment

    # What somebody does there.

    def visit(
        self, user: User, context: Context, link: ResourceLink | None, tool: Tool | None = None, **options: Any
    ) -> Visit:
        """Somebody follows a link, or chooses content without one; of the first tool and deployment unless told."""
        tool = tool or next(iter(self.tools.values()))
        deployment = options.pop("deployment", None) or next(iter(tool.deployments.values()))
        visit = Visit(f"visit-{next(self._numbers)}", self, user, context, link, tool, deployment, **options)
        self.visits[visit.id] = visit
        return visit

    def invite(self) -> str:
        """A new registration token, which is good once."""
        token = f"invitation-{next(self._numbers)}"
        self.invitations.add(token)
        return token

    # What goes wrong.

    def fails(
        self,
        at: str = "scores",
        *,
        times: int = 1,
        status: int = 500,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        way: Ways = "answer",
        stored: bool = False,
    ) -> None:
        """The next calls at an end point go wrong: another answer, a dropped connection or silence.

        With `stored` the right thing is done first. End points: auth, jwks, token, line items, line item, scores,
        results, members, deep link, configuration, registration, and those of `pages`.
        """
        self.faults.schedule(at, Fault(way, stored, status, headers or {}, body), times)

    def limits(self, at: str = "scores", times: int = 1) -> None:
        """The next calls are too many, as the product says it."""
        status, headers = self.personality.too_many
        self.fails(at, times=times, status=status, headers=headers, body=b"Rate Limit Exceeded")

    def holds(self, at: str = "scores") -> Gate:
        """Calls at an end point wait until the gate is opened."""
        return self.faults.hold(at)

    # What came of it.

    def count(self, at: str) -> int:
        """How many calls an end point had."""
        return self.faults.count(at)

    @property
    def refusals(self) -> list[str]:
        """Why the tool was refused, in order."""
        return [str(refusal) for refusal in self.faults.refusals]

    def grade(self, item: LineItem, user: User) -> float | None:
        """The points of a user in a column, on the column's scale."""
        grade = self.gradebook.grades.get((item, user.id))
        return grade and grade.points

    def history(self, item: LineItem, user: User) -> list[Post]:
        """The scores of a user in a column that were accepted, in order of arrival."""
        return self.gradebook.history(item, user.id)

    def line_item(self, **details: str) -> LineItem:
        """The only column with these details (`resourceId="…"`)."""
        found = [
            item
            for item in self.gradebook.items.values()
            if all(item.details.get(name) == value for name, value in details.items())
        ]
        assert len(found) == 1, f"{len(found)} line items have {details}"
        return found[0]

    def learners(self, context: Context) -> Iterator[User]:
        return (member.user for member in context.members.values() if words.LEARNER in member.roles)

    async def fetch(self, url: str) -> httpx.Response:
        """Get a tool's document."""
        async with httpx.AsyncClient(transport=self.tool_transport, timeout=10, trust_env=False) as client:
            return await client.get(url)
