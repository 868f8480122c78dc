"""Learning platforms (LTI 1.3): who they are, what is known of their courses, and the grades that go to them."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    false,
    true,
)

from app.models.base import ID_LENGTH, Moment, json_column, metadata, one_of, share

PLATFORM_STATES: Final = ("proposed", "active", "disabled")
DEPLOYMENT_STATES: Final = ("pending", "active", "refused")
GRADE_STATES: Final = ("pending", "sent", "superseded", "failed")
RELEASES: Final = ("at_once", "after_close", "for_review", "never")
ROSTERS: Final = ("never", "students", "everybody")  # who is fetched
ADDRESS_LENGTH: Final = 1_000
CLAIM_LENGTH: Final = 255  # of ids that a platform gives: the specification's limit

platforms = Table(
    "platforms",
    metadata,
    # What an issuer and one of its client ids stand for; tenants of a hosted platform share the issuer.
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("product", String(20), nullable=False),  # whose ways it has: moodle, canvas, …; "" is any other
    Column("state", String(10), nullable=False),  # proposed: it registered itself, and the operator has not agreed yet
    Column("issuer", String(ADDRESS_LENGTH), nullable=False),
    Column("client_id", String(CLAIM_LENGTH), nullable=False),
    Column("auth_url", String(ADDRESS_LENGTH), nullable=False),
    Column("token_url", String(ADDRESS_LENGTH), nullable=False),
    Column("token_audience", String(ADDRESS_LENGTH), nullable=False),  # "" is the address of the tokens
    Column("jwks_url", String(ADDRESS_LENGTH), nullable=False),
    Column("framed_by", json_column(), nullable=False),  # origins whose pages show this service in a frame
    Column("any_deployment", Boolean, nullable=False, server_default=true()),  # else the operator agrees to each
    Column("anonymous", Boolean, nullable=False, server_default=false()),  # launches without a person are welcome
    Column("self_registered", Boolean, nullable=False, server_default=false()),  # it named its addresses itself
    Column("launched_at", Moment),  # when somebody came from it last
    Column("resting_until", Moment),  # it was not reached: no grade is sent to it before
    Column("rests", Integer, nullable=False, server_default="0"),  # how often in a row
    Column("trouble", String(300)),  # why, for people
    Column("created_at", Moment, nullable=False),
    one_of("state", *PLATFORM_STATES),
    UniqueConstraint("issuer", "client_id"),
)

deployments = Table(
    "deployments",
    metadata,
    Column("platform", ForeignKey("platforms.id", ondelete="CASCADE"), primary_key=True),
    Column("deployment", String(CLAIM_LENGTH), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("created_at", Moment, nullable=False),
    one_of("state", *DEPLOYMENT_STATES),
)

invitations = Table(
    "invitations",
    metadata,
    # Addresses at which one platform may register itself; deleted when used.
    Column("hash", String(64), primary_key=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

tool_keys = Table(
    "tool_keys",
    metadata,
    # Our RSA keys: `next` is published before it signs, `retired` as long as something it signed may be looked at.
    Column("kid", String(ID_LENGTH), primary_key=True),
    Column("private", LargeBinary, nullable=False),  # PEM, sealed with the server's secret
    Column("public", json_column(), nullable=False),  # JWK
    Column("state", String(10), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("retired_at", Moment),
    one_of("state", "next", "active", "retired"),
)

logins = Table(
    "logins",
    metadata,
    # Launches under way: what the platform must send back, once, from the same browser.
    Column("state", String(64), primary_key=True),  # hashes, as those of tokens
    Column("nonce", String(64), nullable=False),
    Column("browser", String(64), nullable=False),
    Column("platform", ForeignKey("platforms.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("request", json_column(), nullable=False),  # as the platform sent it, to begin again in a new tab
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("consumed_at", Moment),
)

identities = Table(
    "identities",
    metadata,
    # Who somebody is on a platform: by its id for them alone, never by name or address.
    Column("platform", ForeignKey("platforms.id", ondelete="CASCADE"), primary_key=True),
    Column("subject", String(CLAIM_LENGTH), primary_key=True),
    Column("person", ForeignKey("people.id"), nullable=False, index=True),
    Column("preview", Boolean, nullable=False, server_default=false()),  # a teacher who looks as a student
)

contexts = Table(
    "contexts",
    metadata,
    # A platform's course, and ours that belongs to it.
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("platform", ForeignKey("platforms.id", ondelete="CASCADE"), nullable=False),
    Column("deployment", String(CLAIM_LENGTH), nullable=False),
    Column("context", String(CLAIM_LENGTH), nullable=False),
    Column("course", ForeignKey("courses.id"), nullable=False, unique=True),
    Column("line_items_url", String(ADDRESS_LENGTH)),  # where grades go; NULL: the platform offers no gradebook
    Column("memberships_url", String(ADDRESS_LENGTH)),  # where its roster is
    Column("scopes", json_column(), nullable=False),  # what it lets us do there
    Column("release", String(12), nullable=False, server_default="at_once"),  # when grades go
    Column("roster", String(10), nullable=False, server_default="everybody"),
    Column("roster_due_at", Moment),  # when it is fetched next
    Column("roster_at", Moment),  # when it was fetched last
    Column("roster_trouble", String(300)),  # why it was not, for people
    Column("copied_from", ForeignKey("courses.id")),  # whose assignments were taken over
    UniqueConstraint("platform", "deployment", "context"),
    one_of("release", *RELEASES),
    one_of("roster", *ROSTERS),
    Index(None, "roster_due_at"),
)

copies = Table(
    "copies",
    metadata,
    # The assignment that stands for another course's where a course was copied on the platform.
    Column("course", ForeignKey("courses.id"), primary_key=True),
    Column("original", String(ID_LENGTH), primary_key=True),  # an assignment's id, which may be gone
    Column("assignment", ForeignKey("assignments.id", ondelete="CASCADE"), nullable=False, index=True),
)

resource_links = Table(
    "resource_links",
    metadata,
    # A link in a platform's course, and the assignment of ours that it opens.
    Column("context", ForeignKey("contexts.id", ondelete="CASCADE"), primary_key=True),
    Column("link", String(CLAIM_LENGTH), primary_key=True),
    Column("wanted", String(500), nullable=False),  # what its parameters asked for: others open something else
    Column("assignment", ForeignKey("assignments.id", ondelete="CASCADE"), nullable=False, index=True),
)

line_items = Table(
    "line_items",
    metadata,
    # A column of a platform's gradebook for an assignment: of each link that opens it, or ("") of none.
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("context", ForeignKey("contexts.id", ondelete="CASCADE"), nullable=False),
    Column("assignment", ForeignKey("assignments.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("link", String(CLAIM_LENGTH), nullable=False),
    Column("url", String(ADDRESS_LENGTH)),  # NULL: not found or made yet
    Column("items_url", String(ADDRESS_LENGTH)),  # the list that it is in: some platforms have one for each link
    Column("label", String(200)),  # the title that the platform was told last, or what it was when the URL came
    Column("maximum", Float),  # likewise, the points
    Column("sought_until", Moment),  # somebody looks for it or makes it, until then at most
    Column("trouble", String(300)),  # why it cannot be had, for people
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("context", "assignment", "link"),
)

grades = Table(
    "grades",
    metadata,
    # The outbox: one row a column and student, the newest score wins. What is sent is what holds when it is sent.
    Column("line_item", ForeignKey("line_items.id", ondelete="CASCADE"), primary_key=True),
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False),  # counts the changes: one that comes while another is under way stays
    Column("due_at", Moment),  # when it is tried next; NULL: there is nothing to send
    Column("leased_until", Moment),  # somebody sends it, until then at most
    Column("tries", Integer, nullable=False),  # since the platform last answered: above 0, what it has is not known
    Column("changed_at", Moment, nullable=False),
    Column("sent_at", Moment),  # the timestamp of the last one that was tried: the next one is later
    Column("sent", Float),  # the share of the points that the platform was told last
    Column("trouble", String(300)),  # why it was refused, for people
    one_of("state", *GRADE_STATES),
    share("sent"),
    CheckConstraint("state <> 'pending' OR due_at IS NOT NULL", name="pending_is_due"),
    Index(None, "due_at"),
    Index(None, "line_item", "due_at"),
    Index(None, "person"),
)
