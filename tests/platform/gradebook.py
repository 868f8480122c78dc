"""The gradebook: its columns, every score that was posted in order of arrival, and what counts of them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from tests.platform.courses import Context
from tests.platform.faults import Refusal
from tests.platform.personality import Personality

ACTIVITIES: Final = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
GRADINGS: Final = ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")
DETAILS: Final = ("resourceLinkId", "resourceId", "tag", "startDateTime", "endDateTime", "gradesReleased")


@dataclass(eq=False)
class LineItem:
    """A column of a course's gradebook, made by a tool or for a link."""

    number: int
    context: Context
    client_id: str
    label: str
    maximum: float
    details: dict[str, Any] = field(default_factory=dict)

    def change(self, body: dict[str, Any], malformed: int) -> None:
        """Take the values of a tool's JSON. `malformed` is the status of refusals."""
        maximum, label = body.get("scoreMaximum"), body.get("label")
        if not _is_number(maximum) or maximum <= 0:
            raise Refusal(malformed, "invalid_line_item", "scoreMaximum is no number above 0")
        if not isinstance(label, str) or not label.strip():
            raise Refusal(malformed, "invalid_line_item", "label is missing")
        self.label, self.maximum = label, maximum
        self.details = {name: body[name] for name in DETAILS if name in body}

    def as_json(self, url: str) -> dict[str, Any]:
        return {"id": url, "label": self.label, "scoreMaximum": self.maximum, **self.details}


@dataclass(frozen=True)
class Post:
    """A score as a tool sent it, and what became of it: the status of its answer, unless a fault changed that."""

    item: LineItem
    user: str
    timestamp: datetime
    given: float | None
    maximum: float | None
    activity: str
    grading: str
    comment: str
    status: int


@dataclass(frozen=True)
class Grade:
    """What counts for a user in a column: points on the column's scale, and when the score was given."""

    points: float | None
    comment: str
    timestamp: datetime


class Gradebook:
    """All columns of a platform, under the rules of its personality."""

    def __init__(self, personality: Personality) -> None:
        self.personality = personality
        self.items: dict[int, LineItem] = {}
        self.posts: list[Post] = []
        self.bodies: list[dict[str, Any]] = []  # of all scores, as they came
        self.accepted: defaultdict[tuple[LineItem, str], list[Post]] = defaultdict(list)
        self.grades: dict[tuple[LineItem, str], Grade] = {}
        self.made = 0

    def add(self, context: Context, client_id: str, body: dict[str, Any]) -> LineItem:
        """A new column from a tool's JSON."""
        item = LineItem(self.made + 1, context, client_id, "", 0)
        item.change(body, self.personality.malformed)
        self._require_link(context, item.details.get("resourceLinkId"))
        self.made += 1
        self.items[item.number] = item
        return item

    def remove(self, item: LineItem) -> None:
        """A column and its grades go, as when a teacher deletes it; the posts stay for tests to see."""
        del self.items[item.number]
        self.grades = {key: grade for key, grade in self.grades.items() if key[0] is not item}

    def find(self, context: Context, client_id: str, **details: str) -> list[LineItem]:
        """The columns of a tool in a course that have these details, the oldest first."""
        return [
            item
            for item in self.items.values()
            if item.context is context
            and item.client_id == client_id
            and all(item.details.get(name) == value for name, value in details.items())
        ]

    def history(self, item: LineItem, user: str) -> list[Post]:
        """The scores of a user in a column that were accepted, in order of arrival."""
        return list(self.accepted[item, user])

    def post(self, item: LineItem, body: dict[str, Any]) -> Post:
        """Take a score as a tool's JSON has it, or refuse it; both are kept."""
        self.bodies.append(body)
        post = read_score(item, body, self.personality)
        try:
            self._admit(post)
        except Refusal as refusal:
            self.posts.append(Post(**{**vars(post), "status": refusal.status}))
            raise
        self.posts.append(post)
        self.accepted[post.item, post.user].append(post)
        self._count(post)
        return post

    def _require_link(self, context: Context, link: Any) -> None:
        if link is not None and (link not in context.links or not context.links[link].gradable):
            raise Refusal(404, "not_found", "resourceLinkId names no link of the course that may have a line item")

    def _admit(self, post: Post) -> None:
        """Refuse what the personality refuses of a score that is well formed."""
        ways, member = self.personality, post.item.context.members.get(post.user)
        known = member is not None and member.status == "Active" and not member.user.preview
        if not known and ways.unknown_user:
            raise Refusal(ways.unknown_user, "unknown_user", "User not found in course or is not a student")
        if member is not None and not member.is_learner and ways.not_a_learner:
            raise Refusal(ways.not_a_learner, "not_a_learner", "User not found in course or is not a student")
        earlier = self.history(post.item, post.user)
        if earlier and ways.stale and self._is_stale(post.timestamp, max(past.timestamp for past in earlier)):
            raise Refusal(ways.stale, "stale", "a score of the same time or a later one is known")

    def _is_stale(self, timestamp: datetime, last: datetime) -> bool:
        match self.personality.stale_within:
            case "second":
                return int(timestamp.timestamp()) <= int(last.timestamp())
            case "older":
                return timestamp < last
            case "not newer":
                return timestamp <= last

    def _count(self, post: Post) -> None:
        """What an accepted score does to the grade."""
        key = (post.item, post.user)
        if post.grading != "FullyGraded" or post.given is None:
            if self.personality.unfinished == "null" or post.grading == "FullyGraded":
                self.grades[key] = Grade(None, post.comment, post.timestamp)
            return
        assert post.maximum is not None
        share = post.given / post.maximum
        share = min(share, 1.0) if self.personality.capped else share
        self.grades[key] = Grade(share * post.item.maximum, post.comment, post.timestamp)


def read_score(item: LineItem, body: dict[str, Any], ways: Personality) -> Post:
    """A score from a tool's JSON: all that the specification requires of its fields."""
    refused = lambda why: Refusal(ways.malformed, "invalid_score", why)  # noqa: E731
    user, comment = body.get("userId"), body.get("comment", "")
    given, maximum = body.get("scoreGiven"), body.get("scoreMaximum")
    if not isinstance(user, str) or not user:
        raise refused("userId is no text")
    if body.get("activityProgress") not in ACTIVITIES or body.get("gradingProgress") not in GRADINGS:
        raise refused("activityProgress and gradingProgress are words of the specification")
    if not isinstance(comment, str):
        raise refused("comment is no text")
    if given is not None and (not _is_number(given) or given < 0):
        raise refused("scoreGiven is no number from 0")
    if given is not None and maximum is None:
        raise Refusal(ways.no_maximum, "invalid_score", "scoreMaximum is missing beside scoreGiven")
    if maximum is not None and (not _is_number(maximum) or maximum <= 0):
        raise refused("scoreMaximum is no number above 0")
    timestamp = _read_timestamp(body.get("timestamp"), ways)
    progress = body["activityProgress"], body["gradingProgress"]
    return Post(item, user, timestamp, given, maximum, *progress, comment, status=ways.score_kept)


def _read_timestamp(text: Any, ways: Personality) -> datetime:
    refused = lambda why: Refusal(ways.malformed, "invalid_score", f"timestamp {why}")  # noqa: E731
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise refused("is no ISO 8601 date and time") from error
    if moment.tzinfo is None:
        raise refused("has no time zone")
    if ways.subseconds and "." not in text:
        raise refused("has no fraction of a second")
    return moment


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < float("inf")
