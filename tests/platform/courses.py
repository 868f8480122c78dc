"""What a platform knows: its users, courses and links, and the tools that are registered and deployed in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.platform import words


@dataclass(eq=False)
class User:
    """Somebody on the platform. What is empty is not told to tools."""

    id: str
    name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    username: str = ""
    sourced_id: str = ""
    preview: bool = False  # a teacher's look at the course as a student: a user of its own, in no gradebook

    def names(self) -> dict[str, str]:
        """What tools are told of this user, beside the id."""
        fields = ("name", "given_name", "family_name", "email")
        return {field: value for field in fields if (value := getattr(self, field))}


@dataclass(eq=False)
class Member:
    """A user's place in a course; it stays there as Deleted when the user leaves."""

    user: User
    roles: list[str]
    status: str = "Active"
    changed: int = 0  # the change of the course that touched it last

    @property
    def is_learner(self) -> bool:
        return words.LEARNER in self.roles and self.status == "Active"


@dataclass(eq=False)
class ResourceLink:
    """A link to a tool that somebody placed in a course."""

    id: str
    title: str
    target: str
    custom: dict[str, str] = field(default_factory=dict)
    gradable: bool = True  # else no line item may name it, as links in Canvas's modules


@dataclass(eq=False)
class Deployment:
    """A place in which a registered tool may be used."""

    id: str


@dataclass(eq=False)
class Context:
    """A course: who belongs to it, and the links in it. A deployment of a tool reaches it."""

    id: str
    title: str
    label: str
    members: dict[str, Member] = field(default_factory=dict)
    links: dict[str, ResourceLink] = field(default_factory=dict)
    changes: int = 0

    def join(self, user: User, *roles: str, status: str = "Active") -> None:
        """Somebody becomes a member, or a member's roles or status change."""
        self.changes += 1
        self.members[user.id] = Member(user, list(roles), status, self.changes)

    def leave(self, user: User) -> None:
        """A member leaves: from now on only the differences show it, as Deleted."""
        self.join(user, *self.members[user.id].roles, status="Deleted")

    def place(self, link: ResourceLink) -> ResourceLink:
        self.links[link.id] = link
        return link

    def present(self, role: str = "", since: int | None = None) -> list[Member]:
        """The members now, or all changes since one of them; only those in a role if one is given."""
        return [
            member
            for member in self.members.values()
            if (member.status != "Deleted" if since is None else member.changed > since)
            and (not role or role in member.roles or words.CONTEXT_ROLES + role in member.roles)
        ]


@dataclass(eq=False)
class Tool:
    """A tool's registration: its client id, where it answers, and what it may do."""

    client_id: str
    login_url: str
    redirect_uris: Sequence[str]
    jwks_url: str
    deep_link_url: str = ""
    scopes: Sequence[str] = words.SCOPES
    token_audience: str = ""  # what assertions must name; empty: the address of the tokens
    deployments: dict[str, Deployment] = field(default_factory=dict)
