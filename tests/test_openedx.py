"""In the courses of a platform that is not ours: launches, deep links, grades and the roster, with Open edX."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import uuid4

import httpx
import pytest

from tests.conftest import Server, run_nabla
from tests.openedx_platform import Block, Course, Platform, Tool, Visitor
from tests.teaching import fine, made

PATIENCE: Final = 45  # seconds until grades or the roster have come over: the server looks twice a minute
GRADIENT: Final = ["exercise=ls-gradient", "level=hand"]

Value = TypeVar("Value")


@dataclass(frozen=True)
class Nabla:
    """The course that belongs to the platform's, as the operator sees it."""

    operator: httpx.Client
    server: Server
    number: str

    @property
    def course(self) -> str:
        """Its id: the platform tells the number in the title."""
        (found,) = [course for course in self._all("/courses") if self.number in course["title"]]
        return found["id"]

    @property
    def members(self) -> dict[str, dict[str, Any]]:
        """Its members by name, or by address where the platform told none, and else by id."""
        enrolled = self._all(f"/courses/{self.course}/enrolments")
        return {member["name"] or member["email"] or member["id"]: member for member in enrolled}

    @property
    def assignments(self) -> list[dict[str, Any]]:
        return self._all(f"/courses/{self.course}/assignments")

    def solve(self, name: str, assignment: dict[str, Any], share: float = 1) -> None:
        """Have a member answer the first question of an assignment, with so much of what is right."""
        member = self.members[name]["id"]
        token = made(self.operator.post(f"/courses/{self.course}/enrolments/{member}/token"))["token"]
        with self.server.client(Authorization=f"Bearer {token}") as client:
            opened = client.post(f"/assignments/{assignment['id']}/items/1/instances")
            assert opened.status_code in (200, 201), opened.text
            instance = opened.json()["id"]
            right = fine(self.operator.get(f"/instances/{instance}/solution"))["parts"]["answer"]["answer"]
            answer = [[share * entry for entry in row] for row in right]
            made(client.post(f"/instances/{instance}/attempts", json={"answers": {"answer": answer}}))

    def _all(self, path: str) -> list[dict[str, Any]]:
        found, cursor = [], None
        while True:
            page = fine(self.operator.get(path, params={"cursor": cursor} if cursor else {}))
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found


def eventually(look: Callable[[], Value], wanted: Value) -> Value:
    """What is seen, as soon as it is what is wanted, at the latest when patience ends."""
    ends = time.monotonic() + PATIENCE
    while (seen := look()) != wanted and time.monotonic() < ends:
        time.sleep(0.1)
    return seen


def register(operator: httpx.Client, block: Block) -> None:
    """What the administrator of the tool does with what the platform shows for a block."""
    told = block.registration
    registered = {
        "issuer": told.issuer,
        "client_id": told.client_id,
        "auth_url": told.auth_url,
        "token_url": told.token_url,
        "jwks_url": told.keys_url,
        "deployments": [told.deployment_id],
    }
    made(operator.post("/platforms", json=registered))


def register_by_command(server: Server, block: Block) -> None:
    """The same at the machine on which the tool runs."""
    told = block.registration
    options = {
        "--issuer": told.issuer,
        "--client-id": told.client_id,
        "--auth-url": told.auth_url,
        "--token-url": told.token_url,
        "--jwks-url": told.keys_url,
        "--deployment": told.deployment_id,
    }
    done = run_nabla("lti", "add", *(word for option in options.items() for word in option), data=server.data)
    assert done.returncode == 0, done.stderr


def launched(block: Block, user: str, *, framed: bool = False) -> httpx.Response:
    """The page on which somebody is who opens the block, in a browser of their own."""
    with Visitor(framed=framed) as visitor:
        page = visitor.launch(block, user)
        assert page.status_code == 200, f"{page.status_code} at {page.url}:\n{page.text}"
        return page


@pytest.fixture
def course(openedx: Platform) -> Course:
    """A course of the platform that Nabla has not seen."""
    return openedx.course(uuid4().hex[:12])


@pytest.fixture
def nabla(server: Server, operator_token: str, course: Course) -> Iterator[Nabla]:
    with server.client(Authorization=f"Bearer {operator_token}") as operator:
        yield Nabla(operator, server, course.run.split("+")[1])


@pytest.fixture
def tool(server: Server) -> Tool:
    return Tool.nabla(server.url)


@pytest.fixture
def block(course: Course, tool: Tool, nabla: Nabla) -> Block:
    """A place of the course that opens one exercise, for four points; Nabla knows the platform, and gets no roster."""
    block = course.block("gradient", tool, custom_parameters=GRADIENT, weight=4, lti_1p3_enable_nrps=False)
    register(nabla.operator, block)
    return block


# Launches -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("framed", [False, True], ids=["in a window", "in a frame"])
def test_a_student_opens_the_exercise_and_is_one_of_the_course(
    block: Block, nabla: Nabla, server: Server, framed: bool
):
    page = launched(block, "alice", framed=framed)
    assert str(page.url).startswith(server.url)
    assert "gradient" in page.text.lower()
    assert nabla.members["Alice"]["role"] == "student"
    assert nabla.members["Alice"]["email"] == "alice@school.example"


def test_everybody_has_the_role_that_they_have_on_the_platform(block: Block, nabla: Nabla):
    for user in ("carol", "dave", "bob"):
        launched(block, user)
    roles = {name: member["role"] for name, member in nabla.members.items()}
    assert roles == {"Carol": "instructor", "Dave": "assistant", "Bob": "student"}


def test_who_comes_again_is_the_same_person_even_if_nothing_is_told_of_them(block: Block, nabla: Nabla):
    block.change(ask_to_send_full_name=False, ask_to_send_email=False)
    launched(block, "alice")
    (member,) = nabla.members.values()
    block.change(ask_to_send_full_name=True, ask_to_send_email=True)
    launched(block, "alice")
    assert [(name, known["id"]) for name, known in nabla.members.items()] == [("Alice", member["id"])]


def test_every_link_opens_what_its_parameters_say(block: Block, course: Course, tool: Tool, nabla: Nabla):
    steps = ["exercise=ls-steps", "level=hand"]
    other = course.block("steps", tool, custom_parameters=steps, lti_1p3_passport_id=block.passport)
    assert other.registration.client_id == block.registration.client_id
    for link in (block, other):
        launched(link, "alice")
    opened = {item["exercise"] for assignment in nabla.assignments for item in assignment["items"]}
    assert opened == {"ls-gradient", "ls-steps"}


def test_a_platform_that_nobody_registered_is_sent_away_in_words(course: Course, tool: Tool):
    stranger = course.block("stranger", tool)
    with Visitor() as visitor:
        page = visitor.launch(stranger, "alice")
    assert page.status_code in (400, 401, 403, 404)
    assert page.headers["content-type"].startswith("text/html")
    assert stranger.registration.client_id not in page.text


# Grades ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["programmatic", "declarative"])
def test_a_score_arrives_in_the_gradebook(block: Block, nabla: Nabla, mode: str):
    block.change(lti_advantage_ags_mode=mode)
    launched(block, "alice")
    (assignment,) = nabla.assignments
    nabla.solve("Alice", assignment)
    assert eventually(lambda: block.gradebook.of("alice"), 4) == 4
    (column,) = block.gradebook.line_items
    assert column["resource_link_id"] == block.location


def test_a_better_score_takes_the_place_of_the_earlier_one(block: Block, nabla: Nabla):
    launched(block, "alice")
    (assignment,) = nabla.assignments
    nabla.solve("Alice", assignment, share=0.5)  # a factor of two is lost: half of the points
    assert eventually(lambda: block.gradebook.of("alice"), 2) == 2
    nabla.solve("Alice", assignment)
    assert eventually(lambda: block.gradebook.of("alice"), 4) == 4
    (score,) = block.gradebook.scores
    assert score["grading_progress"] == "FullyGraded"


def test_what_teachers_try_out_is_no_grade(block: Block, nabla: Nabla):
    for user in ("carol", "alice"):
        launched(block, user)
    (assignment,) = nabla.assignments
    for name in ("Carol", "Alice"):
        nabla.solve(name, assignment)
    assert eventually(lambda: block.gradebook.of("alice"), 4) == 4
    assert [grade["user"] for grade in block.gradebook.published] == ["alice"]


def test_two_links_fill_a_column_each(block: Block, course: Course, tool: Tool, nabla: Nabla):
    """Each block has line items of its own, and publishes no score that comes by another one's."""
    jacobian = ["exercise=perceptron-da-dx", "level=hand"]
    other = course.block("jacobian", tool, custom_parameters=jacobian, weight=4, lti_1p3_passport_id=block.passport)
    links = (block, other)
    for link in links:
        launched(link, "alice")
    for assignment in nabla.assignments:
        nabla.solve("Alice", assignment)
    assert eventually(lambda: [link.gradebook.of("alice") for link in links], [4, 4]) == [4, 4]
    assert [len(link.gradebook.line_items) for link in links] == [1, 1]


def test_a_column_that_was_deleted_comes_back_with_the_next_grade(block: Block, nabla: Nabla):
    launched(block, "alice")
    (assignment,) = nabla.assignments
    nabla.solve("Alice", assignment, share=0.5)
    assert eventually(lambda: block.gradebook.of("alice"), 2) == 2
    block.delete_line_items()
    nabla.solve("Alice", assignment)
    assert eventually(lambda: block.gradebook.of("alice"), 4) == 4
    assert len(block.gradebook.line_items) == 1


# Deep links -----------------------------------------------------------------------------------------


def test_a_teacher_chooses_an_exercise_and_students_get_it(course: Course, tool: Tool, server: Server, nabla: Nabla):
    block = course.block("chosen", tool, weight=4)
    register_by_command(server, block)
    with Visitor(framed=True) as visitor:
        page = visitor.choose(block, "carol")
        assert page.status_code == 200, page.text
        form = visitor.form("/lti/deep-link")
        saved = visitor.send(form, form.chosen("ls-gradient"))
        assert saved.status_code == 200, saved.text
    assert "successfully saved" in saved.text  # by the platform, which checked who signed it
    (item,) = block.content
    assert item["type"] == "ltiResourceLink"
    assert item["url"] == tool.launch
    launched(block, "alice")
    (assignment,) = nabla.assignments
    assert [one["exercise"] for one in assignment["items"]] == ["ls-gradient"]
    nabla.solve("Alice", assignment)
    assert eventually(lambda: block.gradebook.of("alice"), 4) == 4


# The roster -----------------------------------------------------------------------------------------


def test_who_never_came_is_in_the_course_by_the_roster(block: Block, course: Course, nabla: Nabla):
    course.share(True)
    block.change(lti_1p3_enable_nrps=True)
    launched(block, "carol")
    wanted = {"Alice": "student", "Bob": "student", "Carol": "instructor", "Dave": "assistant"}
    roles = eventually(lambda: {name: member["role"] for name, member in nabla.members.items()}, wanted)
    assert roles == wanted
    known = nabla.members["Alice"]["id"]
    launched(block, "alice")
    assert nabla.members["Alice"]["id"] == known


def test_a_roster_without_names_makes_nobody_twice(block: Block, course: Course, nabla: Nabla):
    course.share(False)
    block.change(lti_1p3_enable_nrps=True)
    launched(block, "carol")
    everybody = len(course.members)
    assert eventually(lambda: len(nabla.members), everybody) == everybody
    launched(block, "alice")
    assert len(nabla.members) == everybody
    assert nabla.members["Alice"]["role"] == "student"
