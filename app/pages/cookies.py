"""The cookies of the pages: who is signed in, and which browser practises without an account.

Within another site's frame (an LMS) a browser sends only cookies that are partitioned: kept apart for each
site around us, so that they follow nobody from one to the next.
"""

import secrets
from datetime import timedelta
from typing import Final

from fastapi import Request, Response

SESSION: Final = "nabla_session"
BROWSER: Final = "nabla_browser"
BROWSER_LASTS: Final = timedelta(days=365)
BROWSER_BYTES: Final = 24
ACROSS: Final = ("SameSite=None", "Secure", "Partitioned")
CROSSING: Final = "/lti"  # where other sites have browsers send something
PLAIN: Final = "_plain"


def keep(request: Request, response: Response, name: str, value: str, lifetime: timedelta) -> None:
    """Have the browser send `value` back for as long as `lifetime`; scripts never see it."""
    _set(request, response, name, value, int(lifetime.total_seconds()))


def keep_across(request: Request, response: Response, name: str, value: str, lifetime: timedelta) -> None:
    """Have the browser send `value` back even with what another site has it send, within a frame or not.

    Browsers take such a cookie by https only, or on one's own machine. Where the service is reached without, programs
    that are no browsers get a plain one beside it.
    """
    words = [f"Path={CROSSING}", f"Max-Age={int(lifetime.total_seconds())}", "HttpOnly"]
    response.headers.append("set-cookie", "; ".join([f"{name}={value}", *words, *ACROSS]))
    if not is_private(request):
        response.headers.append("set-cookie", "; ".join([f"{name}{PLAIN}={value}", *words]))


def kept_across(request: Request, name: str) -> str:
    """What `keep_across` had the browser keep; "" where it kept nothing."""
    return request.cookies.get(name) or request.cookies.get(f"{name}{PLAIN}", "")


def forget_across(response: Response, name: str) -> None:
    """Have the browser drop what `keep_across` had it keep."""
    for one, words in ((name, ACROSS), (f"{name}{PLAIN}", ())):
        response.headers.append("set-cookie", "; ".join([f"{one}=", f"Path={CROSSING}", "Max-Age=0", *words]))


def forget(request: Request, response: Response, name: str) -> None:
    """Have the browser drop a cookie."""
    _set(request, response, name, "", 0)


def _set(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    """By hand: Python writes `Partitioned` from 3.14 on only. Names and values are ours, and need no quotes."""
    framed = is_framed(request)
    words = [f"{name}={value}", "Path=/", f"Max-Age={seconds}", "HttpOnly"]
    words += ACROSS if framed else ["SameSite=Lax"]
    if is_private(request) and not framed:
        words.append("Secure")
    response.headers.append("set-cookie", "; ".join(words))


def is_framed(request: Request) -> bool:
    """Whether a page within a frame asks. Browsers say so themselves; no page can."""
    return request.headers.get("sec-fetch-dest") in ("iframe", "frame")


def is_private(request: Request) -> bool:
    """Whether people reach the service by https."""
    public: str = request.app.state.settings.public_url
    return request.url.scheme == "https" or public.startswith("https://")


def new_browser() -> str:
    """A name for a browser that nobody can guess."""
    return secrets.token_urlsafe(BROWSER_BYTES)
