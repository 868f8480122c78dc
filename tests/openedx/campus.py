"""What lti-consumer-xblock expects around it, in as little code as its launches, services and grades need.

The package is a part of Open edX: courses, people and grades belong to the platform, which it reaches through the
functions of `lti_consumer.plugin.compat`. Here is a campus with all that, in memory, and `stand_in` puts functions
that know it in the place of those. All that a tool meets stays the package's own code: the block with its
settings, the login, the messages, keys, tokens, line items, scores, the roster, deep linking.
"""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final
from uuid import uuid4

from django.contrib.auth import get_user_model
from lti_consumer.exceptions import LtiError
from lti_consumer.lti_xblock import LtiConsumerXBlock
from lti_consumer.plugin import compat
from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.core import XBlockMixin
from xblock.fields import DateTime, Scope, ScopeIds
from xblock.reference.user_service import UserService, XBlockUser
from xblock.runtime import DictKeyValueStore, KvsFieldData, MemoryIdManager, Runtime

AUTHORS: Final = {"instructor", "staff", "global_staff"}  # who may change a course in Studio


@dataclass(frozen=True)
class Person:
    """Somebody with an account. Tools know people by `external_id` only."""

    id: int
    username: str
    name: str
    email: str
    external_id: str


@dataclass
class Course:
    """The roles of a course's members by username, and the grades that its blocks published, oldest first."""

    roles: dict[str, str] = field(default_factory=dict)
    grades: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Campus:
    """All courses and people, and what is kept about blocks: their settings, and each person's state in them."""

    courses: dict[CourseKey, Course] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    kept: DictKeyValueStore = field(default_factory=DictKeyValueStore)

    def course(self, key: CourseKey) -> Course:
        return self.courses.setdefault(key, Course())

    def enrol(self, key: CourseKey, username: str, name: str, email: str, role: str) -> Person:
        """A member with this role from now on, who gets an account with the first course."""
        if username not in self.people:
            user = get_user_model().objects.create(username=username)
            self.people[username] = Person(user.id, username, name, email, str(uuid4()))
        self.course(key).roles[username] = role
        return self.people[username]

    def block(self, location: UsageKey, person: Person | None = None, role: str = "") -> LtiConsumerXBlock:
        """The block at this place, as the platform loads it for each request: for somebody, or nobody in particular."""
        keys = ScopeIds(person and person.id, "lti_consumer", location, location)
        user = person and BlockUser(person, role)
        return BlockRuntime(self, user).construct_xblock_from_class(LtiConsumerXBlock, keys)


class Inherited(XBlockMixin):
    """What every block of Open edX has from the course it stands in, as far as this one asks for it."""

    due = DateTime(scope=Scope.settings)
    graceperiod = None


class BlockRuntime(Runtime):
    """The surroundings of a block: its services, and where its grades go."""

    def __init__(self, campus: Campus, user: "BlockUser | None"):
        self.campus = campus
        services = {"field-data": KvsFieldData(campus.kept), "rebind_user": Rebinding(), "user": user}
        ids = MemoryIdManager()
        super().__init__(ids, ids, mixins=(Inherited,), services=services)

    def publish(self, block, event_type, event_data):
        """Write a grade down: what Open edX shows on the progress page."""
        assert event_type == "grade", event_type
        location = block.scope_ids.usage_id
        grade = {
            "block": str(location),
            "user": get_user_model().objects.get(id=event_data["user_id"]).username,
            "earned": event_data["value"],
            "possible": event_data["max_value"],
        }
        self.campus.course(location.course_key).grades.append(grade)

    def handler_url(self, block, handler_name, suffix="", query="", thirdparty=False):
        raise NotImplementedError("LTI 1.3 has addresses of its own")

    def resource_url(self, resource):
        raise NotImplementedError("blocks are launched here, not shown")

    def local_resource_url(self, block, uri):
        raise NotImplementedError("blocks are launched here, not shown")


class Rebinding:
    """Ties a block that nobody in particular loaded to the person whose grade comes in."""

    def rebind_noauth_module_to_user(self, block, user) -> None:
        block.scope_ids = block.scope_ids._replace(user_id=user.id)


class BlockUser(UserService):
    """Who is at a block, in the words of the platform."""

    def __init__(self, person: Person, role: str):
        super().__init__()
        self.person = person
        self.role = role

    def get_current_user(self) -> XBlockUser:
        user = XBlockUser(is_current_user=True, emails=[self.person.email], full_name=self.person.name)
        user.opt_attrs = {
            "edx-platform.is_authenticated": True,
            "edx-platform.user_id": self.person.id,
            "edx-platform.username": self.person.username,
            "edx-platform.user_role": self.role,
            "edx-platform.user_is_staff": self.role == "global_staff",
        }
        return user

    def get_external_user_id(self, type_name: str) -> str:
        assert type_name == "lti", type_name
        return self.person.external_id


def stand_in(campus: Campus) -> None:
    """Put functions that know this campus in the place of those that import the rest of Open edX."""

    def role_of(user, course_key: CourseKey) -> str | None:
        return campus.course(course_key).roles.get(user.username)

    def get_course_by_id(course_key):
        """Its names stand in the context of a launch."""
        return SimpleNamespace(display_name_with_default=course_key.course, display_org_with_default=course_key.org)

    def user_course_access(course, user, action, **_conditions):
        """The first half of who may see the page of several chosen links; it does not say which course."""
        return user.is_authenticated

    def user_has_access(user, action, block, course_key):
        """The other half."""
        return role_of(user, course_key) is not None

    def user_has_studio_write_access(user, course_key):
        """Decides who may save what deep linking chose."""
        return role_of(user, course_key) in AUTHORS

    def get_course_members(course_key):
        """Members by user id; the roster sorts and words them."""
        members = [(campus.people[name], role) for name, role in campus.course(course_key).roles.copy().items()]
        return {
            person.id: {"id": person.id, "name": person.name, "email": person.email, "roles": [role]}
            for person, role in members
        }

    def batch_get_or_create_externalids(users):
        """`users` would fetch profiles, too, from a table of the platform: the bare accounts are enough."""
        accounts = users.prefetch_related(None)
        return {
            user.id: SimpleNamespace(external_user_id=campus.people[user.username].external_id) for user in accounts
        }

    def get_user_from_external_user_id(external_user_id):
        """Whose score a tool sends."""
        for person in campus.people.copy().values():
            if person.external_id == external_user_id:
                return get_user_model().objects.get(id=person.id)
        raise LtiError("Invalid User")

    replacements = {
        "load_enough_xblock": campus.block,
        "load_block_as_user": campus.block,
        "get_course_by_id": get_course_by_id,
        "user_course_access": user_course_access,
        "user_has_access": user_has_access,
        "user_has_studio_write_access": user_has_studio_write_access,
        "get_course_members": get_course_members,
        "batch_get_or_create_externalids": batch_get_or_create_externalids,
        "get_user_from_external_user_id": get_user_from_external_user_id,
    }
    for name, replacement in replacements.items():
        assert hasattr(compat, name), name  # else it moved, and the package would still ask for the platform
        setattr(compat, name, replacement)
