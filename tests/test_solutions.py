"""Worked solutions: with the student's own numbers, ending with how their wrong values arose."""

from typing import Any

from tests.teaching import Classroom, Person, fine, made


def instance(person: Person, exercise: str, **wanted: Any) -> dict[str, Any]:
    return made(person.post(f"/exercises/{exercise}/instances", {"level": "hand", "seed": 7, **wanted}))


def send(person: Person, drawn: dict[str, Any], **answers: Any) -> dict[str, Any]:
    return made(person.post(f"/instances/{drawn['id']}/attempts", {"answers": answers}))


def explained(person: Person, drawn: dict[str, Any], part: str = "answer") -> str:
    fine(person.post(f"/instances/{drawn['id']}/close"))
    return str(fine(person.get(f"/instances/{drawn['id']}/solution"))["parts"][part]["explanation"])


def test_a_solution_ends_with_how_a_wrong_value_arises(classroom: Classroom):
    drawn = instance(classroom.alice, "gradient-affine-form")
    plain = explained(classroom.bob, instance(classroom.bob, "gradient-affine-form"))
    assert "Your answer" not in plain
    send(classroom.alice, drawn, answer=drawn["data"]["x0"])
    told = explained(classroom.alice, drawn)
    assert told.startswith(plain)
    entries = r" \\ ".join(map(str, drawn["data"]["x0"]))
    assert told.endswith(rf"Your answer $\begin{{bmatrix}} {entries} \end{{bmatrix}}$ is $\mathbf x_0$.")


def test_each_misconception_is_told_once_with_the_last_answer_that_held_it(classroom: Classroom):
    drawn = instance(classroom.alice, "ls-gradient")
    truth = classroom.solution(drawn)["answer"]
    flat = [row[0] for row in truth]
    send(classroom.alice, drawn, answer=[entry / 2 for entry in flat])
    send(classroom.alice, drawn, answer=[flat])
    send(classroom.alice, drawn, answer=[[entry / 2] for entry in flat])
    send(classroom.alice, drawn, answer=flat)
    assert explained(classroom.alice, drawn).count("Your answer $") == 2


def test_what_fits_every_array_is_told_too(classroom: Classroom):
    drawn = instance(classroom.alice, "ls-gradient")
    wrong = [[-3 * row[0]] for row in classroom.solution(drawn)["answer"]]
    send(classroom.alice, drawn, answer=wrong)
    assert "Your answer" not in explained(classroom.alice, drawn)  # nothing explains it
    other = instance(classroom.bob, "map-value")
    verdict = send(classroom.bob, other, answer=[[-row[0]] for row in classroom.solution(other)["answer"]])
    assert verdict["parts"]["answer"]["misconception"] == "sign-flipped"
    assert explained(classroom.bob, other).endswith("is minus the right value.")


def test_the_parts_of_a_solution_tell_of_their_own_mistakes(classroom: Classroom):
    drawn = instance(classroom.alice, "ls-steps")
    a = [-row[0] for row in classroom.solution(drawn)["a"]]
    send(classroom.alice, drawn, a=a)
    assert "Your answer" in explained(classroom.alice, drawn, "a")
    assert "Your answer" not in explained(classroom.alice, drawn, "gradient")


def test_staff_reads_a_students_solution_with_the_students_mistakes(classroom: Classroom):
    item = {"exercise": "gradient-affine-form", "level": "hand", "points": 1}
    sheet = made(classroom.carol.post(f"/courses/{classroom.course}/assignments", {"title": "S", "items": [item]}))
    drawn = made(classroom.alice.post(f"/assignments/{sheet['id']}/items/1/instances"))
    send(classroom.alice, drawn, answer=drawn["data"]["x0"])
    solution = fine(classroom.carol.get(f"/instances/{drawn['id']}/solution"))
    assert "Your answer" in solution["parts"]["answer"]["explanation"]


def test_a_mistake_on_own_earlier_values_is_told_as_one(classroom: Classroom):
    drawn = instance(classroom.alice, "ls-steps")
    wrong = [row[0] + 1 for row in classroom.solution(drawn)["a"]]
    verdicts = send(classroom.alice, drawn, a=wrong, dr_da=[wrong])["parts"]
    assert verdicts["dr_da"]["misconception"] == "factor-two-lost"
    told = explained(classroom.alice, drawn, "dr_da")
    assert "With your own earlier values, your answer $" in told
    assert "Your answer" not in told


def test_what_somebody_tries_out_after_the_right_answer_is_no_mistake(classroom: Classroom):
    drawn = instance(classroom.alice, "gradient-affine-form")
    send(classroom.alice, drawn, answer=[row[0] for row in classroom.solution(drawn)["answer"]])
    send(classroom.alice, drawn, answer=drawn["data"]["x0"])
    assert "Your answer" not in explained(classroom.alice, drawn)
