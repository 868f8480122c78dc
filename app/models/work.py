"""What students do: instances, attempts, verdicts, and the scores that follow from them.

`attempts`, `verdicts` and `revisions` are only ever added to, until `app/keeping` deletes what has had
its time. `instances`, `instance_parts`, `scores` and `mistakes` hold what is true now and could be
computed from them.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from app.models.base import ID_LENGTH, Moment, json_column, metadata, one_of, share

instances = Table(
    "instances",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("owner", ForeignKey("people.id")),  # who drew it; NULL is a guest
    Column("browser", String(64), index=True),  # a guest's, as a hash of its cookie: it lists what was done there
    Column("course", ForeignKey("courses.id")),  # whose staff sees it; NULL: practice of one's own
    Column("assignment", ForeignKey("assignments.id")),
    Column("item", ForeignKey("items.id")),
    Column("variant", Integer, nullable=False),  # of the item for this student, from 1; 0: practice
    Column("exercise", String(100), nullable=False),
    Column("version", String(16), nullable=False),  # of the exercise, when it was drawn
    Column("level", String(20), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("drawn", json_column(), nullable=False),  # all values, hidden ones too: numpy's streams may change
    Column("drawn_hash", String(64)),  # of the values, in an item, where no two students have the same
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("score", Float, nullable=False),
    UniqueConstraint("item", "owner", "variant"),
    Index(None, "item", "drawn_hash"),
    Index(None, "assignment", "id"),
    Index(None, "owner", "created_at"),
    share("score"),
)

instance_parts = Table(
    "instance_parts",
    metadata,
    Column("instance", ForeignKey("instances.id"), primary_key=True),
    Column("part", String(100), primary_key=True),
    Column("score", Float, nullable=False),  # the best credit so far
    Column("solved", Boolean, nullable=False),
    Column("tries_used", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),  # counted attempts that were not correct
    Column("was_close", Boolean, nullable=False),  # "check your rounding" has been said
    Column("hints_open", Integer, nullable=False),
    Column("latest", json_column()),  # the value answered last, for follow-through
    share("score"),
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
    Column("answers", json_column(), nullable=False),  # as they were sent
    Column("score", Float, nullable=False),  # of the instance, after it
    Column("staff", Boolean, nullable=False, server_default=false()),
    Column("late", Boolean, nullable=False),
    Column("factor", Float, nullable=False),  # what lateness leaves of its points
    Column("decision", json_column()),  # on time, late: with the dates and the rule that say so
    UniqueConstraint("instance", "number"),
    share("score"),
    share("factor"),
)

revisions = Table(
    "revisions",
    metadata,
    # Later versions of an attempt's grade; number 0 is the attempt itself.
    Column("attempt", ForeignKey("attempts.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("score", Float, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("factor", Float, nullable=False),
    Column("decision", json_column()),
    Column("made_at", Moment, nullable=False),
    Column("made_by", ForeignKey("people.id")),  # NULL: a command on the server's own machine
    Column("reason", String(1_000), nullable=False),
    Column("regrade", ForeignKey("regrades.id")),
    CheckConstraint("number > 0", name="number"),
    share("score"),
    share("factor"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("attempt", ForeignKey("attempts.id"), primary_key=True),
    Column("part", String(100), primary_key=True),
    Column("revision", Integer, primary_key=True),  # 0: the first; the highest holds
    Column("instance", ForeignKey("instances.id"), nullable=False),
    Column("version", String(16), nullable=False),  # of the exercise that gave it
    Column("value", json_column(), nullable=False),  # the answer, as it was read
    Column("value_hash", String(64), nullable=False),
    Column("earlier", json_column(), nullable=False),  # the values of earlier parts that grading received
    Column("hints_open", Integer, nullable=False),
    Column("status", String(10), nullable=False),
    Column("score", Float, nullable=False),
    Column("factor", Float, nullable=False),  # what tries and hints leave of the score
    Column("feedback", Text, nullable=False),
    Column("misconception", String(100)),
    Column("pattern", String(100)),  # of a wrong answer that no misconception explains
    Column("follow_through", Boolean, nullable=False),
    Column("close", Boolean, nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("tries_left", Integer),  # of the part, after it
    Column("entries", json_column()),  # as shown to the student
    Column("read_as", json_column(), nullable=False),
    Index(None, "instance", "part", "value_hash"),
    share("score"),
    share("factor"),
    one_of("status", "correct", "partial", "incorrect"),
)

flags = Table(
    "flags",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("attempt", ForeignKey("attempts.id"), nullable=False, index=True),
    Column("comment", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

scores = Table(
    "scores",
    metadata,
    # One row a student and item, from their counted work; kept up in the attempt's own transaction.
    Column("assignment", ForeignKey("assignments.id"), primary_key=True),
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("item", ForeignKey("items.id"), primary_key=True),
    Column("best", Float, nullable=False),  # share of the points, lateness considered
    Column("late", Boolean, nullable=False),  # the best one was late
    Column("submissions", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),  # submissions that used a try
    Column("first_correct", Integer),  # the number of the attempt that solved it
    Column("first_score", Float, nullable=False),  # of the first verdict on each part
    Column("stratum", String(200), nullable=False),
    Column("last_attempt_at", Moment, nullable=False),
    Column("begun_at", Moment, nullable=False, server_default="0"),  # the first attempt
    Column("solved_at", Moment),  # the attempt of `first_correct`
    share("best"),
    share("first_score"),
    CheckConstraint("attempts >= 0 AND attempts <= submissions", name="counts"),
    sqlite_with_rowid=False,
)

mistakes = Table(
    "mistakes",
    metadata,
    # How often a student gave which wrong answer on which day: a misconception's, or one of a pattern.
    Column("assignment", ForeignKey("assignments.id"), primary_key=True),
    Column("item", ForeignKey("items.id"), primary_key=True),
    Column("part", String(100), primary_key=True),
    Column("misconception", String(100), primary_key=True),  # "" where none explains it
    Column("pattern", String(100), primary_key=True),  # "" where a misconception does
    Column("day", Date, primary_key=True),
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("attempt", String(ID_LENGTH), nullable=False),  # the latest of them
    sqlite_with_rowid=False,
)

regrades = Table(
    "regrades",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("assignment", ForeignKey("assignments.id"), nullable=False, index=True),
    Column("state", String(10), nullable=False),
    Column(
        "stamp", String(64), nullable=False
    ),  # of all that its differences follow from: another one, and it is stale
    Column("exercises", json_column(), nullable=False),  # that it replays with: version and weights of the parts
    Column("cursor", String(2 * ID_LENGTH + 1), nullable=False),  # item and person that were done last
    Column("attempts", Integer, nullable=False),  # looked at so far
    Column("total", Integer, nullable=False),
    Column("changed", Integer, nullable=False),  # verdicts that differ, so far
    Column("unreplayable", json_column(), nullable=False),  # attempts by exercise and reason
    Column("made_by", ForeignKey("people.id")),  # NULL: a command on the server's own machine
    Column("made_at", Moment, nullable=False),
    Column("kept_by", ForeignKey("people.id")),
    Column("kept_at", Moment),
    Column("reason", String(1_000)),
    Column("only_raise", Boolean),
    one_of("state", "running", "ready", "keeping", "kept"),
)

regrade_changes = Table(
    "regrade_changes",
    metadata,
    # The verdicts that a regrade would give in place of those that hold.
    Column("regrade", ForeignKey("regrades.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # from 1, by item, person and time
    Column("item", ForeignKey("items.id"), nullable=False),
    Column("person", ForeignKey("people.id"), nullable=False),
    Column("attempt", ForeignKey("attempts.id"), nullable=False, index=True),
    Column("part", String(100), nullable=False),
    Column("before", json_column(), nullable=False),
    Column("after", json_column(), nullable=False),
    Column("lowers", Boolean, nullable=False),
    Column("kept", Boolean, nullable=False, server_default=false()),
    Index(None, "regrade", "item", "person"),
)

regrade_scores = Table(
    "regrade_scores",
    metadata,
    # What a regrade does to students' scores of items, as shares of the points; those that it changes in any way.
    Column("regrade", ForeignKey("regrades.id"), primary_key=True),
    Column("item", ForeignKey("items.id"), primary_key=True),
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("before", Float, nullable=False),
    Column("after", Float, nullable=False),
    Column("only_raise", Float, nullable=False),  # where only what raises is kept
    share("before"),
    share("after"),
    share("only_raise"),
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
