"""Flags: what students think is marked wrong, beside what grading says now."""

from pathlib import Path

from app.exercise import Catalogue
from tests.histories import changed, with_family
from tests.teaching import Classroom, fine, made, submit, wrong


def test_staff_sees_flags_newest_first_beside_the_replay(classroom: Classroom):
    sheet = classroom.assign({})
    mine = classroom.open(classroom.alice, sheet)
    attempt = submit(classroom.alice, mine, {"answer": wrong(mine)})
    for comment in ("I think that 1001 is right.", "Really!"):
        classroom.clock.forward(minutes=1)
        made(classroom.alice.post(f"/attempts/{attempt['id']}/flag", {"comment": comment}))
    path = f"/courses/{classroom.course}/flags"
    newest, oldest = fine(classroom.dave.get(path))["items"]
    assert [newest["comment"], oldest["comment"]] == ["Really!", "I think that 1001 is right."]
    assert oldest["created_at"] < newest["created_at"]
    assert (newest["attempt"], newest["person"], newest["answers"]) == (
        attempt["id"],
        classroom.alice.id,
        attempt["answers"],
    )
    assert (newest["assignment"], newest["item"], newest["exercise"]) == (
        sheet["id"],
        sheet["items"][0]["id"],
        "ls-gradient",
    )
    assert newest["parts"] == attempt["parts"]
    assert newest["replay"] == {"answer": "same"}


def test_the_replay_says_what_it_would_be_now(classroom: Classroom, catalogue: Catalogue, tmp_path: Path):
    sheet = classroom.assign({"exercise": "gradient-affine-form"})
    mine = classroom.open(classroom.alice, sheet)
    attempt = submit(classroom.alice, mine, {"answer": [-w for w in mine["data"]["w"]]})
    made(classroom.alice.post(f"/attempts/{attempt['id']}/flag", {"comment": "It is right."}))
    negative = changed(tmp_path, "gradient_affine_form.py", ("    return w\n", "    return -w\n"))
    classroom.school.app.state.catalogue = with_family(catalogue, negative)
    (flag,) = fine(classroom.carol.get(f"/courses/{classroom.course}/flags"))["items"]
    assert flag["parts"]["answer"]["status"] == "incorrect"
    assert flag["replay"]["answer"] == {
        "status": "correct",
        "score": 1,
        "feedback": "Correct.",
        "misconception": None,
        "follow_through": False,
        "entries": None,
    }


def test_flags_come_page_by_page(classroom: Classroom):
    mine = classroom.open(classroom.alice, classroom.assign({}))
    attempt = submit(classroom.alice, mine, {"answer": wrong(mine)})["id"]
    for number in range(5):  # all in the same millisecond
        made(classroom.alice.post(f"/attempts/{attempt}/flag", {"comment": f"number {number}"}))
    path, seen, cursor = f"/courses/{classroom.course}/flags", [], ""
    while cursor is not None:
        page = fine(classroom.carol.get(path, limit=2, cursor=cursor))
        seen, cursor = [*seen, *page["items"]], page["next"]
    assert sorted(flag["comment"] for flag in seen) == [f"number {number}" for number in range(5)]
    assert seen == fine(classroom.carol.get(path))["items"]


def test_only_staff_sees_flags_and_only_those_of_the_course(classroom: Classroom):
    of_course = made(classroom.carol.post(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}/token"))
    in_course = classroom.alice.with_token(of_course["token"])
    sheet = classroom.open(classroom.alice, classroom.assign({}))
    practice = [made(alice.post("/exercises/ls-gradient/instances")) for alice in (classroom.alice, in_course)]
    for instance, alice in ((sheet, classroom.alice), (practice[0], classroom.alice), (practice[1], in_course)):
        attempt = submit(alice, instance, {"answer": wrong(instance)})["id"]
        made(alice.post(f"/attempts/{attempt}/flag", {"comment": "Look at this."}))
    path = f"/courses/{classroom.course}/flags"
    assert len(fine(classroom.dave.get(path))["items"]) == 1
    assert fine(classroom.mallory.get(f"/courses/{classroom.other_course}/flags")) == {"items": [], "next": None}
    for person, status in ((classroom.guest, 401), (classroom.mallory, 404), (classroom.alice, 403)):
        assert person.get(path).status_code == status
