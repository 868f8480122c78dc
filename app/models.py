"""The tables. `migrations/` brings a database to this state, and a test compares the two.

`attempts` and `verdicts` are only ever added to; `instances` and `instance_parts` hold what is true
now and could be computed from them.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID_LENGTH: Final = 32
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)


class Moment(TypeDecorator[datetime]):
    """A point in time, kept as whole milliseconds since 1970 in UTC; what is finer is cut off."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // MILLISECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + value * MILLISECOND


def _json() -> JSON:
    return JSON(none_as_null=True)


def _share(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} >= 0 AND {column} <= 1", name=f"{column}_is_a_share")


instances = Table(
    "instances",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("owner", String(ID_LENGTH)),  # who drew it; NULL is a guest
    Column("exercise", String(100), nullable=False),
    Column("version", String(16), nullable=False),  # of the exercise, when it was drawn
    Column("level", String(20), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("drawn", _json(), nullable=False),  # all values, hidden ones too: numpy's streams may change, these do not
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("score", Float, nullable=False),
    _share("score"),
)

instance_parts = Table(
    "instance_parts",
    metadata,
    Column("instance", ForeignKey("instances.id"), primary_key=True),
    Column("part", String(100), primary_key=True),
    Column("score", Float, nullable=False),  # the best so far
    Column("solved", Boolean, nullable=False),
    Column("tries_used", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),  # counted attempts that were not correct
    Column("was_close", Boolean, nullable=False),  # "check your rounding" has been said
    Column("hints_open", Integer, nullable=False),
    Column("latest", _json()),  # the value answered last, for follow-through
    _share("score"),
    CheckConstraint("wrong >= 0 AND wrong <= tries_used AND hints_open >= 0", name="counts"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("instance", ForeignKey("instances.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("version", String(16), nullable=False),  # of the exercise, when it was graded
    Column("received_at", Moment, nullable=False),
    Column("answers", _json(), nullable=False),  # as they were sent
    Column("score", Float, nullable=False),  # of the instance, after it
    Column("staff", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("instance", "number"),
    _share("score"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("attempt", ForeignKey("attempts.id"), primary_key=True),
    Column("part", String(100), primary_key=True),
    Column("instance", ForeignKey("instances.id"), nullable=False),
    Column("value", _json(), nullable=False),  # the answer, as it was read
    Column("value_hash", String(64), nullable=False),
    Column("earlier", _json(), nullable=False),  # the values of earlier parts that grading received
    Column("hints_open", Integer, nullable=False),
    Column("status", String(10), nullable=False),
    Column("score", Float, nullable=False),
    Column("feedback", Text, nullable=False),
    Column("misconception", String(100)),
    Column("follow_through", Boolean, nullable=False),
    Column("close", Boolean, nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("entries", _json()),  # as shown to the student
    Column("read_as", _json(), nullable=False),
    Index(None, "instance", "part", "value_hash"),
    _share("score"),
    CheckConstraint("status IN ('correct', 'partial', 'incorrect')", name="status_is_known"),
)

flags = Table(
    "flags",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("attempt", ForeignKey("attempts.id"), nullable=False, index=True),
    Column("comment", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),  # SHA-256 of the token, which is shown once
    Column("operator", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

replies = Table(
    "replies",
    metadata,
    Column("scope", String(200), primary_key=True),  # path and caller
    Column("key", String(255), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("location", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
)
