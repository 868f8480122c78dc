"""A browser's way from the platform to the tool, without a browser: login, authentication, launch."""

from collections.abc import Mapping

import httpx

from tests.platform.launches import Launch
from tests.platform.oidc import Visit, authenticate


async def log_in(browser: httpx.AsyncClient, visit: Visit, method: str = "GET") -> Mapping[str, str]:
    """What the tool asks of the platform when the visit comes to its login."""
    sent = {"params": visit.login} if method == "GET" else {"data": visit.login}
    reply = await browser.request(method, visit.tool.login_url, follow_redirects=False, **sent)
    assert reply.is_redirect, f"the tool's login answered {reply.status_code}: {reply.text[:500]}"
    asked = httpx.URL(reply.headers["location"])
    assert str(asked.copy_with(query=None)) == visit.platform.auth_url, f"the tool sends the browser to {asked}"
    return asked.params


async def follow(
    browser: httpx.AsyncClient, visit: Visit, other: httpx.AsyncClient | None = None, method: str = "GET"
) -> httpx.Response:
    """Follow a link, or choose content, as far as the tool's last answer to the launch, with the visit's change.

    `browser` keeps the cookies; `other`, which has none, brings launches that are sent by another browser.
    """
    asked = await log_in(browser, visit, method)
    return await send(browser, authenticate(visit.platform, asked), asked["redirect_uri"], other)


async def send(
    browser: httpx.AsyncClient, launch: Launch, to: str, other: httpx.AsyncClient | None = None
) -> httpx.Response:
    """Bring a launch to the tool, as often as it says; the last answer."""
    sender = browser
    if launch.sent_by == "other browser":
        assert other is not None, "this launch needs another browser"
        sender = other
    headers = {"origin": launch.platform.base, "sec-fetch-site": "cross-site"}
    for _ in range(launch.times):
        reply = await sender.post(to, data=launch.fields(), headers=headers, follow_redirects=False)
    return reply
