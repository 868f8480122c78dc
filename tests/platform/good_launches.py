"""Twenty launches that are unusual and right: a tool must let each of them in."""

from typing import Any, Final

from tests.platform import words
from tests.platform.changes import all_of, claim, moment, without
from tests.platform.launches import Case, Launch

LTI: Final = words.LTI
NAMES: Final = ("name", "given_name", "family_name")
HOSTILE: Final = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
SHOWN: Final = (*NAMES, LTI + "context", LTI + "resource_link", LTI + "custom", LTI + "tool_platform")
"""Claims whose texts people may come to see."""


def keeping(*names: str) -> Any:
    """Of the claims about the person, these alone."""

    def change(launch: Launch) -> None:
        for name in {*NAMES, "email"} - {*names}:
            launch.claims.pop(name, None)

    return change


def texts(value: Any, text: str) -> Any:
    """The same with another text everywhere, but in ids and types, which must stay."""
    if isinstance(value, dict):
        return {key: old if key in ("id", "guid", "type") else texts(old, text) for key, old in value.items()}
    return text


def saying(text: str) -> Any:
    """Everything that people may come to see is this text."""

    def change(launch: Launch) -> None:
        launch.claims.setdefault("name", "")
        launch.claims |= {name: texts(launch.claims[name], text) for name in SHOWN if name in launch.claims}
        launch.claims[LTI + "custom"]["said"] = text

    return change


def named(given: str, family: str) -> Any:
    return lambda launch: launch.claims.update(name=f"{given} {family}", given_name=given, family_name=family)


def from_new_link(launch: Launch) -> None:
    """A link that somebody placed a moment ago, of which the tool has not heard."""
    visit = launch.visit
    link = launch.platform.add_link(visit.context, visit.target, "A new link")
    launch.claims[LTI + "resource_link"] = {"id": link.id, "title": link.title}


def as_list(launch: Launch) -> None:
    launch.claims["aud"] = [launch.claims["aud"]]


def with_azp(launch: Launch) -> None:
    launch.claims["azp"] = launch.visit.tool.client_id


def by_fresh_key(launch: Launch) -> None:
    """The platform signs with a key that it has published only now."""
    launch.key = launch.platform.keys.rotate()
    launch.header["kid"] = launch.key.kid


def with_unresolved(launch: Launch) -> None:
    """Custom parameters that the platform has no value for stay as they were written."""
    launch.claims[LTI + "custom"]["term"] = "$CourseSection.timeFrame.begin"


def with_unknown_claims(launch: Launch) -> None:
    launch.claims |= {
        "https://platform.example/claim/colour": {"of": ["the", "bikeshed"]},
        "https://www.instructure.com/placement": None,
        LTI + "lti1p1": {"user_id": "34212", "resource_link_id": "9"},
    }


def with_roles(*roles: str) -> Any:
    return claim(LTI + "roles", list(roles))


SEVERAL: Final = (words.LEARNER, words.INSTITUTION_ROLES + "Student", words.SYSTEM_ROLES + "User")
SERVICES: Final = (words.AGS_ENDPOINT, words.NRPS_SERVICE)

GOOD: Final = (
    Case("several roles", with_roles(*SEVERAL), "Cert 6.1.2"),
    Case("short role names", with_roles("Learner"), "Cert 6.1.2: roles of the context may be short"),
    Case("an unknown role", with_roles("http://platform.example/roles#Owl"), "Cert 6.1.2: what is unknown is ignored"),
    Case("no role in the list", with_roles(), "Core 5.3.7: the list may be empty"),
    Case("e-mail only", keeping("email"), "Cert 6.1.3"),
    Case("names only", keeping(*NAMES), "Cert 6.1.3"),
    Case("nothing about the person", keeping(), "Cert 6.1.3: privacy"),
    Case("no context", without(LTI + "context", *SERVICES), "Core 5.4.1: the context is optional"),
    Case("no services", without(*SERVICES), "Core 5.4: services are optional"),
    Case("a new link", from_new_link, "Core 5.3.5: links are not announced"),
    Case("aud is a list", as_list, "Sec 5.1.2: aud is a text or a list"),
    Case("azp is there", with_azp, "Sec 5.1.3 step 4"),
    Case("unknown claims", with_unknown_claims, "Core 5.4.7: what is unknown is ignored"),
    Case("the clock 30 seconds ahead", all_of(moment("iat", 30), moment("exp", 90)), "Sec 5.1.3: clocks differ"),
    Case("the clock 30 seconds behind", all_of(moment("iat", -90), moment("exp", -30)), "Sec 5.1.3: clocks differ"),
    Case("a variable without a value", with_unresolved, "Core 5.4.6: it stays as it is written"),
    Case("long texts", saying("all work and no play " * 100), "no limit is given for names and titles"),
    Case("names not Latin", named("Алиса 爱丽丝", "أليس 🦉"), "texts are Unicode"),
    Case("hostile texts", saying(HOSTILE), "texts are any characters"),
    Case("a key just rotated", by_fresh_key, "Sec 6.4: an unknown kid may be a new key"),
)
