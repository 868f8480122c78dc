"""Launches that are refused: a code for the documentation, what is wrong, and what an administrator has to change."""

from typing import Final

from app.problems import Problem

BROWSER: Final = "Open the link in the learning platform once more."
ADMINISTRATOR: Final = "If it happens again, give this page to whoever administers the learning platform."


class LaunchRefused(Problem):
    """A launch from a learning platform was refused; the page says what its administrator has to change."""

    slug, status, title = "launch-refused", 400, "This link cannot be opened"

    def __init__(self, code: str, detail: str, remedy: str = f"{BROWSER} {ADMINISTRATOR}", status: int = 400):
        super().__init__(detail)
        self.code = code
        self.remedy = remedy
        self.status = status  # type: ignore[misc]  # of this one: a bad signature is 401, a deployment that waits 403


def untrusted(code: str, detail: str, remedy: str = f"{BROWSER} {ADMINISTRATOR}") -> LaunchRefused:
    """A refusal of a message that does not prove who sent it, or for whom."""
    return LaunchRefused(code, detail, remedy, 401)
