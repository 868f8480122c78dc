"""A learning platform on a port of this machine, and the classroom's app registered in it as a tool."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import httpx
from sqlalchemy import Connection, select

from app.models import identities, people
from app.platforms import registry
from app.platforms.registry import New
from tests.platform import Context, Launch, Platform, ResourceLink, Tool, User, words
from tests.platform.oidc import Visit, authenticate
from tests.platform.travel import log_in
from tests.teaching import Person, School
from tests.visiting import Page

SITE: Final = "http://nabla.test"
LAUNCH: Final = f"{SITE}/lti/launch"
CLIENT: Final = "nabla at the platform"


@dataclass(eq=False)
class Campus:
    """Alice and bob learn in a course of carol's, dave assists, and the owl has no role; Nabla is a tool there."""

    school: School
    site: str
    platform: Platform
    id: str
    tool: Tool
    context: Context
    alice: User
    bob: User
    carol: User
    dave: User
    owl: User

    def link(self, context: Context | None = None, title: str = "Exercises", **custom: str) -> ResourceLink:
        """A link of the course, or of another one, with custom parameters."""
        return self.platform.add_link(context or self.context, self.tool.redirect_uris[0], title, **custom)

    def visit(self, user: User, link: ResourceLink | None, context: Context | None = None, **options: Any) -> Visit:
        return self.platform.visit(user, context or self.context, link, self.tool, **options)

    def open(self, user: User, link: ResourceLink | None, context: Context | None = None, **options: Any) -> "Frame":
        """Somebody opens a link in a browser of their own, and is where it leads."""
        frame = Frame(self.school, self.site)
        frame.launch(self.visit(user, link, context, **options))
        return frame

    def person(self, user: User) -> Person:
        """Whom the platform's user is here, with a session as a launch makes one."""
        return Person(self.school, id=self.school.read(partial(_person_of, platform=self.id, subject=user.id)))


def _person_of(connection: Connection, platform: str, subject: str) -> str:
    here = (identities.c.platform == platform) & (identities.c.subject == subject)
    return str(connection.scalar(select(people.c.id).join(identities).where(here)))


class Frame:
    """A browser within a platform's page: it keeps cookies as long as it is not `forgetful`."""

    def __init__(self, school: School, site: str = SITE, *, forgetful: bool = False):
        self.school = school
        self.forgetful = forgetful
        self._page: Page | None = None
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(school.app), base_url=site, headers={"Accept": "text/html"}
        )

    @property
    def page(self) -> Page:
        """The page that is open."""
        assert self._page is not None
        return self._page

    def begin(self, visit: Visit) -> Mapping[str, str]:
        """What the tool asks of the platform after its login."""
        return self.school.portal.call(log_in, self.client, visit)

    def finish(self, launch: Launch, **fields: str) -> Page:
        """Bring the platform's answer to the tool, and follow wherever it leads."""
        return self.send("/lti/launch", {**launch.fields(), **fields})

    def launch(self, visit: Visit) -> Page:
        asked = self.begin(visit)
        if self.forgetful:
            self.client.cookies.clear()
        return self.finish(authenticate(visit.platform, asked))

    def send(self, path: str, fields: Mapping[str, Any]) -> Page:
        return self._went("POST", path, data=fields)

    def go(self, path: str) -> Page:
        return self._went("GET", path)

    def _went(self, method: str, path: str, **options: Any) -> Page:
        request = partial(self.client.request, method, path, follow_redirects=True, **options)
        self._page = Page.of(self.school.portal.call(request))
        return self._page


def a_campus(
    school: School, personality: str = "standard", site: str = SITE, host: str = "127.0.0.1"
) -> Iterator[Campus]:
    """A platform with a course and people in it, served, and registered on both sides; `site` is where Nabla is."""
    platform = Platform(personality, clock=school.clock, tool=httpx.ASGITransport(school.app))
    with platform.served(host):
        login, launch, jwks = (f"{site}/lti/{end}" for end in ("login", "launch", "jwks.json"))
        tool = platform.add_tool(Tool(CLIENT, login, [launch], jwks, launch))
        (deployment,) = tool.deployments
        new = New(platform.issuer, CLIENT, platform.auth_url, platform.token_url, platform.jwks_url)

        def register(tx: Connection) -> str:
            made = registry.add(tx, New(**{**vars(new), "any_deployment": False}), school.clock())
            registry.decide(tx, made, deployment, "active", school.clock())
            return made.id

        context = platform.add_context()
        names = ("Alice", "Bob", "Carol", "Dave", "Owl")
        alice, bob, carol, dave, owl = (platform.add_user(name) for name in names)
        context.join(alice, words.LEARNER)
        context.join(bob, words.LEARNER)
        context.join(carol, words.INSTRUCTOR)
        context.join(dave, words.TEACHING_ASSISTANT, words.INSTRUCTOR)
        context.join(owl, "http://platform.example/roles#Owl")
        id = school.write(register)
        school.portal.call(school.app.state.framers.read, school.app.state.reader)
        yield Campus(school, site, platform, id, tool, context, alice, bob, carol, dave, owl)
