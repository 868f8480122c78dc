"""A platform's list of who is in a course, as Names and Role Provisioning Services 2.0 have it, read leniently.

What a member may leave out, and what cannot be used, is left out; who cannot be told from others, or whose place in the
course cannot, is passed over and counted.
"""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode, urlsplit, urlunsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from app.courses.contexts import LONGEST_EMAIL, Who, presentable
from app.courses.fetched import Members
from app.courses.roster import EMAIL
from app.models.lms import CLAIM_LENGTH
from app.platforms.outgoing import Reply, Unreachable
from app.platforms.roles import LEARNER, is_preview, role_of

MEDIA_TYPE: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
AT_ONCE: Final = 500  # members that we ask for on a page: well below the largest reply that is taken
MOST_MEMBERS: Final = 50_000


@dataclass(frozen=True)
class Listed:
    """Who is in a course by the platform's id for them, and how many entries could not be read."""

    members: Members
    unread: int


def address_of(url: str, only_students: bool) -> str:
    """Where the list is asked for: the platform's address, which may have a query already, with ours added."""
    parts = urlsplit(url)
    wanted = {"role": LEARNER} if only_students else {}
    if "limit=" not in parts.query:
        wanted["limit"] = str(AT_ONCE)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(wanted)))), fragment=""))


class Reading:
    """A list that is read page by page, as its pages come."""

    def __init__(self) -> None:
        self._found: dict[str, _Member] = {}
        self._unread = 0

    def add(self, page: Reply) -> None:
        """Raises `Unreachable` where this is no list of members, or there are too many of them by now."""
        for entry in _entries(page):
            try:
                member = _Member.model_validate(entry)
            except ValidationError:
                self._unread += 1
                continue
            before = self._found.get(member.user_id)
            self._found[member.user_id] = before.joined(member) if before else member
        if len(self._found) + self._unread > MOST_MEMBERS:
            raise Unreachable(f"its list has more than {MOST_MEMBERS} members")

    def listed(self) -> Listed:
        active = (member for member in self._found.values() if member.is_active)
        return Listed({member.user_id: (member.who, role_of(member.roles)) for member in active}, self._unread)


def _entries(reply: Reply) -> list[Any]:
    try:
        container = json.loads(reply.body)
    except (ValueError, RecursionError):
        raise Unreachable("its list cannot be read: it is not JSON") from None
    entries = container.get("members") if isinstance(container, dict) else None
    if not isinstance(entries, list):
        raise Unreachable("its list cannot be read: it names no members")
    return entries


# One of them --------------------------------------------------------------------------------------


def _name(value: Any) -> str | None:
    """What can be used of a name that may be left out."""
    return presentable(value) if isinstance(value, str) else None


def _email(value: Any) -> str | None:
    text = value.strip() if isinstance(value, str) else None
    return text if text and len(text) <= LONGEST_EMAIL and EMAIL.fullmatch(text) else None


def _id(value: str) -> str:
    if not 0 < len(value) <= CLAIM_LENGTH or not value.isprintable():
        raise ValueError(f"must have 1 to {CLAIM_LENGTH} characters")
    return value


def _texts(value: Any) -> Any:
    """The roles, of which a platform may write a single one without a list."""
    values = [value] if isinstance(value, str) else value
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else values


def _status(value: Any) -> Any:
    return value.strip().casefold() or "active" if isinstance(value, str) else value or "active"


Name = Annotated[str | None, BeforeValidator(_name)]


class _Member(BaseModel):
    """NRPS 2.0, section 2.2: `status` is Active where it is not said."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    user_id: Annotated[str, AfterValidator(_id)]
    roles: Annotated[list[str], BeforeValidator(_texts)]
    status: Annotated[Literal["active", "inactive", "deleted"], BeforeValidator(_status)] = "active"
    name: Name = None
    given_name: Name = None
    family_name: Name = None
    email: Annotated[str | None, BeforeValidator(_email)] = None

    @property
    def is_active(self) -> bool:
        return self.status == "active"

    @property
    def who(self) -> Who:
        full = self.name or presentable(" ".join(filter(None, (self.given_name, self.family_name))))
        return Who(self.user_id, full, self.email, is_preview(self.roles))

    def joined(self, other: "_Member") -> "_Member":
        """The same person once more, as in a second group of the course: active roles count together."""
        if self.is_active and other.is_active:
            return self.model_copy(update={"roles": [*self.roles, *other.roles]})
        return self if self.is_active else other
