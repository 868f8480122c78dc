"""What the roles that a platform names mean here (LIS vocabulary, LTI 1.3 Core, appendix A).

A platform lists any number of them, as full names, as those of LTI 1, or short. The roles in the course count, and most
rights win, except that an assistant is named as a kind of instructor. An administrator who has no role in the course
teaches there; whoever is nothing that we know is nobody here.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from app.auth import Role

LEARNER: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
PREVIEW: Final = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"

IN_COURSE: Final = re.compile(
    r"(?:https?://purl\.imsglobal\.org/vocab/lis/v2/membership(?:/(?P<of>\w+))?#(?P<name>\w+)"
    r"|(?:urn:lti:role:ims/lis/)?(?P<principal>\w+)(?:/(?P<kind>\w+))?)",
    re.ASCII,
)
ADMINISTRATOR: Final = re.compile(
    r"(?:https?://purl\.imsglobal\.org/vocab/lis/v2/(?:institution|system)/person#|urn:lti:(?:inst|sys)role:ims/lis/)"
    r"(?:Administrator|SysAdmin|AccountAdmin)"
)
NONE: Final = "None"
ASSISTING: Final = re.compile("TeachingAssistant|Grader")  # how the kinds of instructors begin who assist
TEACHING: Final = frozenset({"Instructor", "ContentDeveloper", "Administrator"})
STUDYING: Final = "Learner"


@dataclass(frozen=True)
class _InCourse:
    """A role in a course: one of the principal ones, perhaps of a kind."""

    principal: str
    kind: str = ""

    @property
    def assists(self) -> bool:
        return any(ASSISTING.match(name) for name in (self.principal, self.kind))


def role_of(named: Collection[str]) -> Role | None:
    """The role that somebody has in a course here; None where the platform gives them none that we know."""
    roles = list(_in_course(named))
    principals = {role.principal for role in roles}
    if any(role.assists for role in roles):
        return "assistant"
    if not principals.isdisjoint(TEACHING):
        return "instructor"
    if STUDYING in principals:
        return "student"
    administers = any(ADMINISTRATOR.fullmatch(name) for name in named)
    return "instructor" if administers and not roles else None


def is_preview(named: Collection[str]) -> bool:
    """Whether this is a teacher's look at the course as a student, and no student."""
    return PREVIEW in named


def _in_course(named: Collection[str]) -> Iterator[_InCourse]:
    for name in named:
        if found := IN_COURSE.fullmatch(name):
            parts = found.groupdict()
            role = _InCourse(parts["of"] or parts["name"] or parts["principal"], _kind(parts))
            if NONE not in (role.principal, role.kind):
                yield role


def _kind(parts: dict[str, str | None]) -> str:
    return (parts["name"] if parts["of"] else parts["kind"]) or ""
