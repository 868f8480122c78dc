"""A platform with a course, its people and the small tool, for the tests of the platform itself."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from tests.platform import words
from tests.platform.ags import item_url, items_url
from tests.platform.courses import Context, ResourceLink, Tool, User
from tests.platform.gradebook import LineItem
from tests.platform.platform import Platform
from tests.platform.small_tool import HOME, SmallTool, tool_app
from tests.teaching import Clock, written


@dataclass
class Scene:
    """Alice and bob learn in a course of carol's; a preview user looks at it."""

    platform: Platform
    clock: Clock
    context: Context
    link: ResourceLink
    alice: User
    bob: User
    carol: User
    preview: User
    tool: SmallTool

    @classmethod
    def on(cls, personality: str) -> "Scene":
        clock = Clock()
        platform = Platform(personality, clock=clock, tool=httpx.ASGITransport(tool_app))
        tool = Tool("tool-1", f"{HOME}/login", [f"{HOME}/launch"], f"{HOME}/jwks.json", f"{HOME}/choose")
        platform.add_tool(tool)
        context = platform.add_context()
        alice, bob, carol = (platform.add_user(name) for name in ("Alice", "Bob", "Carol"))
        preview = platform.add_user("Preview", preview=True)
        for learner in (alice, bob, preview):
            context.join(learner, words.LEARNER)
        context.join(carol, words.INSTRUCTOR)
        link = platform.add_link(context, f"{HOME}/launch")
        return cls(platform, clock, context, link, alice, bob, carol, preview, SmallTool(platform, tool))

    def create(self, **body: Any) -> httpx.Response:
        """Ask for a new line item."""
        headers = {**self.tool.bearer(), "content-type": words.LINE_ITEM_TYPE}
        whole = {"label": "Sheet 1", "scoreMaximum": 20, **body}
        return self.tool.request("POST", items_url(self.platform, self.context), json=whole, headers=headers)

    def column(self, **body: Any) -> LineItem:
        """A new line item."""
        reply = self.create(**body)
        assert reply.status_code == 201, reply.text
        return list(self.platform.gradebook.items.values())[-1]

    def score(self, item: LineItem, user: User, given: float | None, seconds: float = 0, **body: Any) -> httpx.Response:
        """Send a score that was given so many seconds from now; a value that is None is left out."""
        whole = {
            "userId": user.id,
            "timestamp": written(self.clock.moment + timedelta(seconds=seconds)),
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "scoreGiven": given,
            "scoreMaximum": 100,
            **body,
        }
        sent = {name: value for name, value in whole.items() if value is not None}
        headers = {**self.tool.bearer(), "content-type": words.SCORE_TYPE}
        return self.tool.request("POST", item_url(self.platform, item, "/scores"), json=sent, headers=headers)
