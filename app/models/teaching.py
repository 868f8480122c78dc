"""Assignments, their items, and what holds for one student only."""

from typing import Final

from sqlalchemy import Boolean, CheckConstraint, Column, Float, ForeignKey, Index, Integer, String, Table

from app.models.base import ID_LENGTH, Moment, json_column, metadata, one_of, share

SOLUTIONS: Final = ("after_close", "when_done", "never")
VOIDS: Final = ("full", "drop")

assignments = Table(
    "assignments",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("course", ForeignKey("courses.id"), nullable=False, index=True),
    Column("title", String(200), nullable=False),
    Column("opens_at", Moment),
    Column("due_at", Moment),
    Column("closes_at", Moment),
    Column("late_penalty", Float, nullable=False),
    Column("attempt_factors", json_column(), nullable=False),  # of the first counted try, the second, …; [] is 1
    Column("hint_cost", Float, nullable=False),  # the share of a part's score that each open hint takes
    Column("solutions", String(20), nullable=False),
    Column("created_at", Moment, nullable=False),
    one_of("solutions", *SOLUTIONS),
    share("late_penalty"),
    share("hint_cost"),
)

items = Table(
    "items",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("assignment", ForeignKey("assignments.id"), nullable=False),
    Column("n", Integer, nullable=False),  # its place, from 1
    Column("exercise", String(100), nullable=False),
    Column("level", String(20), nullable=False),
    Column("only", json_column(), nullable=False, server_default="{}"),  # values that givens of its instances have
    Column("points", Float, nullable=False),
    Column("tries", Integer),  # of each part; NULL: unlimited
    Column("new_variants", Boolean, nullable=False),
    Column("solutions", String(20)),  # NULL: as the assignment has it
    Column("void", String(10)),
    Column("void_reason", String(1_000)),
    Index(None, "assignment", "n"),
    one_of("solutions", *SOLUTIONS),
    one_of("void", *VOIDS),
    CheckConstraint("points >= 0", name="points"),
    CheckConstraint("tries > 0", name="tries"),
)

extensions = Table(
    "extensions",
    metadata,
    Column("assignment", ForeignKey("assignments.id"), primary_key=True),
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("due_at", Moment),
    Column("closes_at", Moment),
    Column("tries", Integer),
    Column("granted_at", Moment, nullable=False),
    CheckConstraint("tries > 0", name="tries"),
)

overrides = Table(
    "overrides",
    metadata,
    Column("item", ForeignKey("items.id"), primary_key=True),
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("points", Float),  # NULL: excused
    Column("reason", String(1_000), nullable=False),
    Column("made_at", Moment, nullable=False),
    CheckConstraint("points >= 0", name="points"),
)
