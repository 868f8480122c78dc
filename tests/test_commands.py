"""What an instructor and an operator do on the server's own machine, while the server runs."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.commands import Nabla, printed
from tests.conftest import Server
from tests.teaching import fine, made, refused

UNKNOWN = "nothing-has-this-id-at-all"


@pytest.fixture
def course(beside: Nabla) -> str:
    return printed(beside("course", "create", "Mathematics", "--timezone", "Europe/Vienna"))


ROSTER = """name,email,role
Alice,alice@commands.example,student
Bob,bob@commands.example,student
Carol,carol@commands.example,instructor
"""


@pytest.fixture
def enrolled(beside: Nabla, course: str, tmp_path: Path) -> str:
    """A course with alice, bob and carol in it."""
    (tmp_path / "roster.csv").write_text(ROSTER)
    assert printed(beside("roster", course, str(tmp_path / "roster.csv"))).startswith("3 added, 0 updated")
    return course


def audit(operator: httpx.Client, course: str) -> list[dict[str, Any]]:
    return fine(operator.get(f"/courses/{course}/audit", params={"limit": 200}))["items"]


def test_a_course_is_made_listed_and_copied(beside: Nabla, operator: httpx.Client, course: str):
    shown = fine(operator.get(f"/courses/{course}"))
    assert (shown["title"], shown["timezone"], shown["role"]) == ("Mathematics", "Europe/Vienna", "operator")
    item = {"exercise": "ls-gradient", "level": "hand", "points": 4}
    body = {"title": "Sheet 1", "due_at": "2026-03-28T22:59:59Z", "items": [item]}
    sheet = made(operator.post(f"/courses/{course}/assignments", json=body))
    listed = beside("course", "list").stdout.splitlines()
    assert listed[listed.index(f"{course}  Mathematics") + 1] == f"  {sheet['id']}  Sheet 1"
    copied = printed(beside("course", "copy", course, "Next term", "--shift-days", "7"))
    (new,) = fine(operator.get(f"/courses/{copied}/assignments"))["items"]
    assert new["due_at"] == "2026-04-04T21:59:59.000Z"
    assert fine(operator.get(f"/courses/{copied}/enrolments"))["items"] == []
    assert [(deed["actor"], deed["action"]) for deed in audit(operator, copied)] == [
        (None, "course created"),
        (None, "course copied"),
    ]


def test_a_roster_is_taken_from_a_file_and_bad_lines_are_named(
    beside: Nabla, operator: httpx.Client, course: str, tmp_path: Path
):
    file = tmp_path / "roster.csv"
    file.write_text(f"{ROSTER}No Address,,student\n\nKing,king@commands.example,king\n")
    done = beside("roster", course, str(file))
    assert done.returncode == 1
    assert done.stdout == "3 added, 0 updated, 0 unchanged, 2 lines left out\n"
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["line 5", "line 7"]
    again = beside("roster", course, str(file))
    assert again.stdout == "0 added, 0 updated, 3 unchanged, 2 lines left out\n"
    names = {member["name"] for member in fine(operator.get(f"/courses/{course}/enrolments"))["items"]}
    assert names == {"Alice", "Bob", "Carol"}
    assert [deed["actor"] for deed in audit(operator, course) if deed["action"] == "roster taken"] == [None]


def test_a_file_that_is_no_roster_is_explained(beside: Nabla, course: str, tmp_path: Path):
    missing = beside("roster", course, str(tmp_path / "nowhere.csv"))
    assert (missing.returncode, "nowhere.csv" in missing.stderr) == (1, True)
    file = tmp_path / "roster.csv"
    for content, word in ((b"\xff\xfen\0a\0", "UTF-8"), (b"surname,mail\n", "first line"), (b"", "first line")):
        file.write_bytes(content)
        done = beside("roster", course, str(file))
        assert (done.returncode, done.stdout) == (1, "")
        assert word in done.stderr
    assert "no such course" in beside("roster", UNKNOWN, str(file)).stderr


def test_a_token_is_made_for_somebody_listed_and_revoked_at_once(beside: Nabla, server: Server, enrolled: str):
    token = printed(beside("token", "create", "--person", " Alice@Commands.example ", "--days", "3"))
    with server.client(Authorization=f"Bearer {token}") as alice:
        me = fine(alice.get("/me"))
        assert (me["name"], me["operator"]) == ("Alice", False)
        assert enrolled in [course["id"] for course in me["courses"]]
        fine(alice.get(f"/courses/{enrolled}"))
        listed = beside("token", "list", "--person", "alice@commands.example")
        assert token not in listed.stdout
        newest = listed.stdout.splitlines()[0]
        assert re.search(r"until \d{4}-\d\d-\d\d  everything +Alice <alice@commands\.example>  command$", newest)
        assert newest in beside("token", "list").stdout
        done = beside("token", "revoke", newest.split()[0])
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        refused(alice.get("/me"), 401, "unauthenticated")
    assert beside("token", "revoke", newest.split()[0]).stderr == "nabla: There is no such token.\n"


def test_a_link_signs_somebody_in_once(beside: Nabla, server: Server, enrolled: str):
    link = printed(beside("sign-in", "--person", "alice@commands.example", NABLA_PUBLIC_URL="https://nabla.example/"))
    assert re.fullmatch(r"https://nabla\.example/sign-in/nabla_[\w-]{43}", link)
    path = link.removeprefix("https://nabla.example")
    with httpx.Client(base_url=server.url, follow_redirects=True) as browser:
        form = browser.get(path)
        proof = re.search(r'name="proof" value="(\w+)"', form.text)
        assert proof
        assert "Alice" in browser.post(path, data={"proof": proof[1]}).text
        assert browser.post(path, data={"proof": proof[1]}).status_code in (401, 403)  # used up


def test_an_extension_is_granted_by_address(beside: Nabla, operator: httpx.Client, enrolled: str):
    item = {"exercise": "ls-gradient", "level": "hand", "points": 4, "tries": 1}
    body = {"title": "Sheet 1", "due_at": "2026-01-01T00:00:00Z", "items": [item]}
    sheet = made(operator.post(f"/courses/{enrolled}/assignments", json=body))
    emails = ["alice@commands.example", "BOB@commands.example"]
    arguments = ("--due", "2999-12-24T00:00:00+01:00", "--tries", "3")
    assert printed(beside("extend", sheet["id"], *emails, *arguments)) == "2 extended"
    given = fine(operator.get(f"/assignments/{sheet['id']}/extensions"))["items"]
    assert {(one["due_at"], one["tries"]) for one in given} == {("2999-12-23T23:00:00.000Z", 3)}
    assert [d["actor"] for d in audit(operator, enrolled) if d["action"] == "extension granted"] == [None, None]
    for arguments, word in (
        ((emails[0],), "--due, --closes or --tries"),
        ((emails[0], "nobody@commands.example", "--tries", "9"), "nobody with the address"),
        ((emails[0], emails[0], "--tries", "9"), "further up"),
        ((emails[0], "--due", "2025-12-24T00:00:00Z"), "before the assignment's own due date"),
    ):
        done = beside("extend", sheet["id"], *arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert word in done.stderr
    assert fine(operator.get(f"/assignments/{sheet['id']}/extensions"))["items"] == given
    assert "no such assignment" in beside("extend", UNKNOWN, emails[0], "--tries", "3").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        *("course create", "course create|", "course create| ", f"course create|{'x' * 201}"),
        *("token create", "token create|--operator|--person|x@y", "token create|--operator|--days|0"),
        *("token create|--operator|--days|99999999999", "token create|--operator|--days|x", "token revoke"),
        *("extend|x|a@b|--due|tomorrow", "extend|x|a@b|--due|2026-02-30T00:00:00Z", "extend|x|a@b|--due|2026-01-01"),
        *("extend|x|a@b|--tries|0", "extend|x|a@b|--tries|" + "9" * 30, "course copy|x|y|--shift-days|soon"),
    ],
)
def test_an_argument_that_is_none_is_refused_in_words(beside: Nabla, arguments: str):
    first, *others = arguments.split("|")
    done = beside(*first.split(), *others)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: nabla" in done.stderr


def test_what_the_api_refuses_the_command_refuses(beside: Nabla, course: str):
    for arguments, word in (
        (("course", "create", "X", "--timezone", "Vienna"), "no such time zone"),
        (("course", "copy", UNKNOWN, "X"), "no such course"),
        (("token", "create", "--person", "nobody@commands.example"), "nobody with the address"),
        (("sign-in", "--person", "nobody@commands.example"), "nobody with the address"),
    ):
        done = beside(*arguments)
        assert (done.returncode, done.stdout) == (1, "")
        assert word in done.stderr
    for days in ("99999", "-99999", "9" * 40):
        done = beside("course", "copy", course, "X", "--shift-days", days)
        assert done.returncode == 0 or "Shift by fewer days" in done.stderr  # without dates there is nothing to shift
