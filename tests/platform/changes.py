"""What may be changed of a launch: small functions that the lists of good and bad launches are made of."""

from collections.abc import Callable
from typing import Any

from tests.platform.launches import Launch

Change = Callable[[Launch], object]


def claim(name: str, value: Any) -> Change:
    """This claim has another value."""
    return lambda launch: launch.claims.update({name: value})


def without(*names: str) -> Change:
    """These claims are missing."""

    def change(launch: Launch) -> None:
        for name in names:
            del launch.claims[name]

    return change


def header(name: str, value: Any) -> Change:
    """This part of the header has another value."""
    return lambda launch: launch.header.update({name: value})


def moment(name: str, seconds: int) -> Change:
    """This claim is a time so many seconds from now, by the platform's clock."""
    return lambda launch: launch.claims.update({name: int(launch.platform.now().timestamp()) + seconds})


def all_of(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def change(launch: Launch) -> None:
        for one in changes:
            one(launch)

    return change


def form(name: str, value: str) -> Change:
    """The form has this beside the token."""
    return lambda launch: launch.form.update({name: value})


def token(finish: Callable[[str], str]) -> Change:
    """The token is changed after it was signed."""

    def change(launch: Launch) -> None:
        launch.finish = finish

    return change


def payload(write: Callable[[bytes], bytes]) -> Change:
    """The claims are signed as other bytes than their JSON."""

    def change(launch: Launch) -> None:
        launch.encoded = write(launch.payload())

    return change
