"""What the roles of platforms mean here."""

import pytest

from app.platforms.roles import is_preview, role_of

COURSE = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person"
OLD = "urn:lti:role:ims/lis/"

ROLES = [
    # In full
    ([f"{COURSE}#Instructor"], "instructor"),
    ([f"{COURSE}#Learner"], "student"),
    ([f"{COURSE}#ContentDeveloper"], "instructor"),
    ([f"{COURSE}#Administrator"], "instructor"),
    ([f"{COURSE}#Mentor"], None),
    ([f"{COURSE}#Officer"], None),
    # Assistants are a kind of instructors
    ([f"{COURSE}/Instructor#TeachingAssistant"], "assistant"),
    ([f"{COURSE}#Instructor", f"{COURSE}/Instructor#TeachingAssistant"], "assistant"),
    ([f"{COURSE}/Instructor#TeachingAssistant", f"{COURSE}#Instructor"], "assistant"),
    ([f"{COURSE}/Instructor#TeachingAssistantSection"], "assistant"),
    ([f"{COURSE}/Instructor#Grader"], "assistant"),
    ([f"{COURSE}#Learner", f"{COURSE}/Instructor#TeachingAssistant"], "assistant"),
    ([f"{COURSE}/Instructor#GuestInstructor"], "instructor"),
    ([f"{COURSE}/Instructor#PrimaryInstructor"], "instructor"),
    ([f"{COURSE}/Learner#GuestLearner"], "student"),
    ([f"{COURSE}/Learner#Instructor"], "student"),
    ([f"{COURSE}/Mentor#LearnerInstructor"], None),
    # As LTI 1 has them, and short
    ([f"{OLD}Instructor"], "instructor"),
    ([f"{OLD}Learner"], "student"),
    ([f"{OLD}TeachingAssistant"], "assistant"),
    ([f"{OLD}TeachingAssistant/TeachingAssistantSection"], "assistant"),
    ([f"{OLD}TeachingAssistant/Other"], "assistant"),
    ([f"{OLD}Learner/GuestLearner"], "student"),
    ([f"{OLD}Administrator"], "instructor"),
    (["Instructor"], "instructor"),
    (["Learner"], "student"),
    (["Mentor"], None),
    (["Instructor/TeachingAssistant"], "assistant"),
    (["TeachingAssistant"], "assistant"),
    # Several: most rights win
    ([f"{COURSE}#Learner", f"{COURSE}#Instructor"], "instructor"),
    ([f"{COURSE}#Mentor", f"{COURSE}#Learner"], "student"),
    # Administrators
    ([f"{INSTITUTION}#Administrator"], "instructor"),
    ([f"{SYSTEM}#Administrator"], "instructor"),
    ([f"{SYSTEM}#SysAdmin"], "instructor"),
    (["urn:lti:sysrole:ims/lis/Administrator"], "instructor"),
    (["urn:lti:instrole:ims/lis/Administrator"], "instructor"),
    ([f"{INSTITUTION}#Administrator", f"{COURSE}#Learner"], "student"),
    ([f"{INSTITUTION}#Administrator", f"{COURSE}#Mentor"], None),
    ([f"{INSTITUTION}#Administrator", f"{COURSE}/Instructor#TeachingAssistant"], "assistant"),
    # What somebody is elsewhere is nothing here
    ([f"{INSTITUTION}#Instructor"], None),
    ([f"{INSTITUTION}#Student"], None),
    ([f"{SYSTEM}#User"], None),
    # Open edX says that somebody is nothing
    ([f"{INSTITUTION}#None", f"{SYSTEM}#None", f"{COURSE}#Learner"], "student"),
    ([f"{INSTITUTION}#None", f"{SYSTEM}#None"], None),
    ([f"{COURSE}#None", f"{SYSTEM}#Administrator"], "instructor"),
    # Unknown, hostile, none
    ([], None),
    (["urn:example:role/Instructor"], None),
    ([f"{COURSE}#Instructor "], None),
    ([f"{COURSE}#Instructors"], None),
    (["http://elsewhere.example/vocab/lis/v2/membership#Instructor"], None),
    ([f"{COURSE}#Learner", "x" * 1_000], "student"),
    (["", "/", "#", "\n"], None),
]


@pytest.mark.parametrize(("named", "role"), ROLES, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_roles_of_a_platform_are_ours(named: list[str], role: str | None):
    assert role_of(named) == role


def test_a_teacher_who_looks_as_a_student_is_known_as_one():
    learner = f"{COURSE}#Learner"
    assert is_preview([learner, "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"])
    assert not is_preview([learner])
