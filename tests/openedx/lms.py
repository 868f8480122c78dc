"""What lti-consumer-xblock expects around it, in as little code as its launches, services and grades need.

The package is a part of Open edX: courses, people and grades belong to the platform, which it reaches through the
functions of `lti_consumer.plugin.compat`. Here are the courses, people and grades, in memory, and `stand_in` puts
functions that know them in the place of those. All that a tool meets stays the package's own code: the block with its
settings, the login, the messages, keys, tokens, line items, scores, the roster, deep linking.
"""

from dataclasses import dataclass, field
from threading import RLock
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


@dataclass
class Member:
    """Somebody's place in a course. Tools know people by `external_id` only."""

    id: int
    username: str
    name: str
    email: str
    role: str
    external_id: str = field(default_factory=lambda: str(uuid4()))


@dataclass
class Course:
    """A course, its members by user id, and the grades that its blocks published, oldest first."""

    members: dict[int, Member] = field(default_factory=dict)
    grades: list[dict[str, Any]] = field(default_factory=list)

    def named(self, username: str) -> Member:
        """The member of this name."""
        return next(member for member in self.members.values() if member.username == username)


@dataclass
class Lms:
    """All courses, and what is kept about blocks: their settings, and each person's state in them."""

    courses: dict[CourseKey, Course] = field(default_factory=dict)
    kept: DictKeyValueStore = field(default_factory=DictKeyValueStore)
    lock: RLock = field(default_factory=RLock)

    def course(self, key: CourseKey) -> Course:
        with self.lock:
            return self.courses.setdefault(key, Course())

    def enrol(self, key: CourseKey, username: str, name: str, email: str, role: str) -> Member:
        """A member with this role from now on; people keep their ids across courses and changes."""
        with self.lock:
            user, _ = get_user_model().objects.get_or_create(username=username)
            known = next((c.members[user.id] for c in self.courses.values() if user.id in c.members), None)
            member = Member(user.id, username, name, email, role)
            if known:
                member.external_id = known.external_id
            self.course(key).members[user.id] = member
            return member

    def block(self, location: UsageKey, member: Member | None = None) -> LtiConsumerXBlock:
        """The block at this place, for a member or nobody in particular, as the platform loads it for each request."""
        keys = ScopeIds(member and member.id, "lti_consumer", location, location)
        return LmsRuntime(self, member).construct_xblock_from_class(LtiConsumerXBlock, keys)


class Inherited(XBlockMixin):
    """What every block of Open edX has from the course it stands in, as far as this one asks for it."""

    due = DateTime(scope=Scope.settings)
    graceperiod = None


class LmsRuntime(Runtime):
    """The surroundings of a block: its services, and where its grades go."""

    def __init__(self, lms: Lms, member: Member | None):
        self.lms = lms
        services = {
            "field-data": KvsFieldData(lms.kept),
            "rebind_user": Rebinding(),
            **({"user": LmsUser(member)} if member else {}),
        }
        ids = MemoryIdManager()
        super().__init__(ids, ids, mixins=(Inherited,), services=services)

    def publish(self, block, event_type, event_data):
        """Write a grade down: what Open edX shows on the progress page."""
        assert event_type == "grade", event_type
        location = block.scope_ids.usage_id
        course = self.lms.course(location.course_key)
        grade = {
            "block": str(location),
            "user": course.members[event_data["user_id"]].username,
            "earned": event_data["value"],
            "possible": event_data["max_value"],
        }
        with self.lms.lock:
            course.grades.append(grade)

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


class LmsUser(UserService):
    """Who is at the block, in the words of the platform."""

    def __init__(self, member: Member):
        super().__init__()
        self.member = member

    def get_current_user(self) -> XBlockUser:
        user = XBlockUser(is_current_user=True, emails=[self.member.email], full_name=self.member.name)
        user.opt_attrs = {
            "edx-platform.is_authenticated": True,
            "edx-platform.user_id": self.member.id,
            "edx-platform.username": self.member.username,
            "edx-platform.user_role": self.member.role,
            "edx-platform.user_is_staff": self.member.role == "global_staff",
        }
        return user

    def get_external_user_id(self, type_name: str) -> str:
        assert type_name == "lti", type_name
        return self.member.external_id


def stand_in(lms: Lms) -> None:
    """Put functions that know these courses in the place of those that import the rest of Open edX."""

    def membership(user, course_key: CourseKey) -> Member | None:
        return lms.course(course_key).members.get(user.id)

    def get_course_by_id(course_key):
        """Its names stand in the context of a launch."""
        return SimpleNamespace(display_name_with_default=course_key.course, display_org_with_default=course_key.org)

    def user_course_access(course, user, action, **_conditions):
        """Pages of content that was chosen are for whoever is logged in; the next one asks for more."""
        return user.is_authenticated

    def user_has_access(user, action, block, course_key):
        return membership(user, course_key) is not None

    def user_has_studio_write_access(user, course_key):
        """Decides who may save what deep linking chose."""
        member = membership(user, course_key)
        return member is not None and member.role in AUTHORS

    def get_course_members(course_key):
        """Members by user id; the roster sorts and words them."""
        return {
            id: {
                "id": id,
                "username": member.username,
                "name": member.name,
                "email": member.email,
                "roles": [member.role],
            }
            for id, member in lms.course(course_key).members.items()
        }

    def batch_get_or_create_externalids(users):
        """`users` asks for each one's profile, too, a table of the platform: the bare people are enough."""
        people = {id: member for course in lms.courses.values() for id, member in course.members.items()}
        return {
            user.id: SimpleNamespace(external_user_id=people[user.id].external_id)
            for user in users.prefetch_related(None)
        }

    def get_user_from_external_user_id(external_user_id):
        """Whose score a tool sends."""
        for course in lms.courses.values():
            for member in course.members.values():
                if member.external_id == external_user_id:
                    return get_user_model().objects.get(id=member.id)
        raise LtiError("Invalid User")

    replacements = {
        "load_enough_xblock": lms.block,
        "load_block_as_user": lms.block,
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
