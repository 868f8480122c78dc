"""How products differ: what Moodle, Canvas and Open edX do where the specifications leave it open, or against them."""

from dataclasses import dataclass
from hashlib import sha1
from typing import Final, Literal
from uuid import NAMESPACE_URL, uuid5

from tests.platform import words


def numbered(kind: str, number: int) -> str:
    return str(number)


def hashed(kind: str, number: int) -> str:
    return sha1(f"{kind} {number}".encode(), usedforsecurity=False).hexdigest()


def uuid(kind: str, number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"{kind} {number}"))


IDS: Final = {"number": numbered, "hash": hashed, "uuid": uuid}


@dataclass(frozen=True)
class Personality:
    """The ways of a product.

    Statuses answer a score that is refused; None accepts it. `unfinished` says what becomes of the grade when a score
    comes that is not FullyGraded.
    """

    name: str
    product: str  # product_family_code of its launches and configuration
    issuer: str = ""  # that of all its tenants; empty: its own address
    port: str = ""  # of that address in process
    ids: Literal["number", "hash", "uuid"] = "uuid"
    deployments: Literal["number", "hash"] = "number"
    token_lifetime: int = 3600  # seconds that an id_token lives
    item_query: str = ""  # part of each line item's address
    items_page: int = 100
    members_page: int = 100
    short_roles: bool = False  # in its rosters
    further_roles: tuple[str, ...] = ()  # that each launch has

    score_kept: int = 204
    stale: int | None = 409
    stale_within: Literal["second", "older", "not newer"] = "not newer"
    subseconds: bool = False  # timestamps must have them
    no_maximum: int = 400
    malformed: int = 400
    unknown_user: int | None = 404
    not_a_learner: int | None = 400
    unfinished: Literal["null", "ignored"] = "ignored"
    capped: bool = False  # a score above its maximum counts as the maximum
    too_many: tuple[int, dict[str, str]] = (429, {"retry-after": "7"})

    def id(self, kind: str, number: int) -> str:
        return IDS[self.ids](kind, number)

    def deployment_id(self, number: int) -> str:
        if self.deployments == "number":
            return str(number)
        return f"{number}:{hashed('deployment', number)}"


STANDARD: Final = Personality("standard", "example", subseconds=True)

MOODLE: Final = Personality(
    "moodle",
    "moodle",
    port=":8443",  # its issuer must have it
    ids="number",
    token_lifetime=60,
    item_query="?type_id=1",
    short_roles=True,
    score_kept=200,
    stale_within="second",
    unknown_user=400,
    unfinished="null",
)

CANVAS: Final = Personality(
    "canvas",
    "canvas",
    issuer="https://canvas.instructure.com",
    deployments="hash",
    items_page=50,
    members_page=50,
    score_kept=200,
    stale=400,
    stale_within="older",
    no_maximum=422,
    unknown_user=422,
    not_a_learner=422,
    too_many=(403, {"x-rate-limit-remaining": "0"}),
)

OPENEDX: Final = Personality(
    "openedx",
    "Open edX",
    further_roles=(words.INSTITUTION_ROLES + "None", words.SYSTEM_ROLES + "None"),
    score_kept=201,
    stale=400,
    stale_within="older",
    unknown_user=None,
    not_a_learner=None,
    capped=True,
)

PERSONALITIES: Final = {kind.name: kind for kind in (STANDARD, MOODLE, CANVAS, OPENEDX)}
