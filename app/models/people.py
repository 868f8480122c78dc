"""People, what lets them in, the courses they are in, and what staff did there."""

from typing import Final

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, false

from app.models.base import ID_LENGTH, Moment, json_column, metadata, one_of

ROLES: Final = ("student", "assistant", "instructor")

people = Table(
    "people",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("email", String(254), unique=True),  # by which rosters know a person; lower case
    Column("operator", Boolean, nullable=False, server_default=false()),
    Column("created_at", Moment, nullable=False),
    Column("erased_at", Moment),  # then nothing but the id is left, and that is a new one
)

erased = Table(
    "erased",
    metadata,
    # Ids of people who were erased: should they come back with a restored backup, they are erased again.
    Column("person", String(ID_LENGTH), primary_key=True),
    Column("at", Moment, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),  # SHA-256 of the secret, which is shown once
    Column("purpose", String(10), nullable=False),
    Column("person", ForeignKey("people.id"), nullable=False, index=True),
    Column("course", ForeignKey("courses.id")),  # it opens this course only; NULL: all that the person may do
    Column("label", String(100), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    one_of("purpose", "token", "session", "sign-in"),
)

courses = Table(
    "courses",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("rule", json_column()),  # what passes
    Column("created_at", Moment, nullable=False),
)

enrolments = Table(
    "enrolments",
    metadata,
    Column("course", ForeignKey("courses.id"), primary_key=True),
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("name", String(200), nullable=False),  # as this course's roster writes it
    Column("role", String(10), nullable=False),
    Column("group", String(100)),
    Column("external_id", String(100)),
    Column("email", String(254)),  # as a learning platform writes it: to be shown, never to know somebody by
    Column("created_at", Moment, nullable=False),
    Column("left_at", Moment),
    one_of("role", *ROLES),
    Index(None, "person"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("actor", ForeignKey("people.id")),  # NULL: a command on the server's own machine
    Column("course", ForeignKey("courses.id")),
    Column("action", String(50), nullable=False),
    Column("subject", String(100)),  # the id of what it was done to
    Column("details", json_column(), nullable=False),  # ids and values, never names
    Index(None, "course", "number"),
    CheckConstraint("length(action) > 0", name="action_is_named"),
    sqlite_autoincrement=True,
)
