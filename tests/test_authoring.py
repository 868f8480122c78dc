"""For those who write exercises: `nabla new`, and the workbench of `nabla serve --reload`."""

import time
from pathlib import Path

import httpx
import pytest

from app.exercise import Catalogue
from app.exercise.watching import Watch
from tests.commands import Nabla
from tests.conftest import Server, run_nabla, serving
from tests.test_exercise import TWICE, edited


def test_a_new_exercise_is_proved_already(tmp_path: Path, nabla: Nabla, catalogue: Catalogue):
    folder = tmp_path / "more"
    folder.mkdir()
    done = run_nabla("new", "one-of-mine", data=tmp_path, NABLA_EXERCISES=str(folder))
    assert done.returncode == 0, done.stderr
    assert f"Written: {folder}/one_of_mine.py" in done.stdout
    checked = nabla("check", "one-of-mine", "--seeds", "100", data=tmp_path, NABLA_EXERCISES=str(folder))
    assert checked.returncode == 0, checked.stderr
    text = (folder / "one_of_mine.py").read_text()
    assert text.startswith('r"""# One of mine\n')
    assert f"number={max(family.number for family in catalogue.values()) + 1}, " in text


@pytest.mark.parametrize("id", ["ls-gradient", "one-of-mine"])
def test_a_new_exercise_takes_the_place_of_none(tmp_path: Path, nabla: Nabla, id: str):
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "one_of_mine.py").write_text("mine")
    done = nabla("new", id, data=tmp_path, NABLA_EXERCISES=str(folder))
    assert done.returncode == 1
    assert f"there is an exercise {id} already" in done.stderr
    assert [path.read_text() for path in folder.glob("*.py")] == ["mine"]


@pytest.mark.parametrize("id", ["My exercise", "../escape", "-x", "a--b", ""])
def test_an_id_has_a_form(tmp_path: Path, nabla: Nabla, id: str):
    done = nabla("new", "--", id, data=tmp_path)
    assert done.returncode == 2
    assert "joined by dashes" in done.stderr


def test_a_folder_that_cannot_be_written_is_a_refusal(tmp_path: Path, nabla: Nabla):
    done = nabla("new", "one-of-mine", "--folder", str(tmp_path / "nowhere"), data=tmp_path)
    assert done.returncode == 1
    assert "No such file" in done.stderr


# Loading again ------------------------------------------------------------------------------------


def test_exercises_are_loaded_again_when_a_file_is_saved_made_or_removed(tmp_path: Path):
    path = tmp_path / "twice.py"
    path.write_text(TWICE)
    watch = Watch([tmp_path])
    assert watch.again() is None
    path.write_text(edited(TWICE, {"# Twice": "# Two times"}))
    changed = watch.again()
    assert changed is not None
    assert changed["twice"].title == "Two times"
    assert watch.again() is None
    (tmp_path / "thrice.py").write_text(TWICE)
    assert set(watch.again() or {}) == {"twice", "thrice"}
    path.unlink()
    assert set(watch.again() or {}) == {"thrice"}
    assert watch.version == 3


def test_a_file_that_breaks_is_a_fault_until_it_is_mended(tmp_path: Path):
    path = tmp_path / "twice.py"
    path.write_text("exercise = ")
    watch = Watch([tmp_path])
    path.write_text("exercise = 1")
    broken = watch.again()
    assert broken is not None
    assert list(broken.faults) == [path]
    path.write_text(TWICE)
    assert "twice" in (watch.again() or {})


def until(url: str, words: str) -> str:
    """The page, once it has these words; after 15 seconds as it is."""
    for _ in range(60):
        text = httpx.get(url).text
        if words in text:
            break
        time.sleep(0.25)
    return text


def test_the_workbench_shows_every_answer_and_follows_the_file(tmp_path: Path):
    folder = tmp_path / "more"
    folder.mkdir()
    path = folder / "twice.py"
    path.write_text(TWICE)
    with serving(tmp_path / "data", "--reload", NABLA_EXERCISES=str(folder)) as server:
        assert f"{server.url}/workbench" in server.greeting
        assert '<a href="/workbench/ls-gradient">' in httpx.get(f"{server.url}/workbench").text
        page = httpx.get(f"{server.url}/workbench/twice", params={"level": "numpy", "seed": 3}).text
        for words in (
            "only-once",
            "That is the number itself.",
            "</span> itself",
            "Add it to itself.",
            "nothing is wrong",
        ):
            assert words in page
        path.write_text(edited(TWICE, {"return 2 * x0": "return 3 * x0"}))
        assert "and its oracle" in until(f"{server.url}/workbench/twice", "differ")
        path.write_text("exercise = ")
        assert "SyntaxError" in until(f"{server.url}/workbench/twice", "SyntaxError")
        assert httpx.get(f"{server.url}/workbench/changes").json()["version"] == 2
        assert httpx.get(f"{server.url}/workbench/no-such").status_code == 404


def test_without_reload_there_is_no_workbench(server: Server):
    assert httpx.get(f"{server.url}/workbench").status_code == 404
    assert httpx.get(f"{server.url}/workbench/ls-gradient").status_code == 404


def test_the_workbench_serves_this_machine_only(tmp_path: Path, nabla: Nabla):
    done = nabla("serve", "--reload", "--host", "0.0.0.0", "--port", "0", data=tmp_path)
    assert done.returncode == 1
    assert "this machine only" in done.stderr


Slip = tuple[dict[str, str], str]
SLIPS: dict[str, Slip] = {
    "LaTeX": ({"Compute twice": r"$\frac{1}$ Compute twice"}, "in the formula"),
    "figure": ({"@exercise.part": "exercise.figure(lambda x0: x0[0])\n\n\n@exercise.part"}, "TypeError"),
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_the_workbench_shows_what_is_wrong_with_a_page_that_cannot_be_shown(
    tmp_path: Path, slip: tuple[dict[str, str], str]
):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "twice.py").write_text(edited(TWICE, slip[0]))
    with serving(tmp_path / "data", "--reload", NABLA_EXERCISES=str(tmp_path / "more")) as server:
        page = httpx.get(f"{server.url}/workbench/twice")
        assert page.status_code == 200
        assert slip[1] in page.text
        assert "workbench.js" in page.text
        assert httpx.get(f"{server.url}/workbench/ls-gradient", params={"seed": -1}).status_code == 422


def test_a_report_is_about_all_exercises(tmp_path: Path, nabla: Nabla):
    done = nabla("check", "ls-steps", "--report", str(tmp_path / "proof.md"), data=tmp_path)
    assert done.returncode == 1
    assert "--report is about all exercises" in done.stderr
    assert not (tmp_path / "proof.md").exists()
