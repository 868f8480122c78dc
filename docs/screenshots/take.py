"""Take the pictures of the README: `make screenshots`.

Starts a service of its own with a course of thirty students in it, and looks at its pages with Chromium.
"""

import random
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.browser import FLAGS, found_chromium
from tests.conftest import Server, run_nabla, serving

HERE: Final = Path(__file__).parent
STUDENTS: Final = 30
WIDE: Final = {"width": 1100, "height": 760}
PHONE: Final = {"width": 390, "height": 844}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server, sync_playwright() as playwright:
        course, sheet = a_course(server)
        chromium = playwright.chromium.launch(executable_path=found_chromium(), args=FLAGS)
        solving(chromium, server)
        teaching(chromium, server, course, sheet)
        chromium.close()
    for picture in HERE.glob("*.png"):
        print(f"{picture.name}: {picture.stat().st_size // 1024} KiB")


def a_course(server: Server) -> tuple[str, str]:
    """A course with a sheet on which its students have worked; their ids."""
    operator = run_nabla("token", "create", "--operator", data=server.data).stdout.strip()
    with server.client(Authorization=f"Bearer {operator}") as teacher:
        course = teacher.post(
            "/courses", json={"title": "Mathematics of deep learning", "timezone": "Europe/Vienna"}
        ).json()["id"]
        teacher.patch(f"/courses/{course}", json={"rule": {"percent": 60}})
        people = [{"name": f"Student {n:02}", "email": f"s{n}@example.org", "role": "student"} for n in range(STUDENTS)]
        teacher.post(f"/courses/{course}/enrolments", json={"items": people})
        items = [
            {"exercise": exercise, "level": "hand", "points": 4, "tries": 5}
            for exercise in ("gradient-affine-form", "gradient-squared-norm", "ls-gradient", "perceptron-dy-dx")
        ]
        sheet = teacher.post(
            f"/courses/{course}/assignments",
            json={"title": "Gradients", "due_at": "2099-06-01T20:00:00Z", "items": items},
        ).json()["id"]
        chance = random.Random(7)
        for person in teacher.get(f"/courses/{course}/enrolments", params={"limit": 200}).json()["items"]:
            if person["role"] == "student":
                token = teacher.post(f"/courses/{course}/enrolments/{person['id']}/token").json()["token"]
                with server.client(Authorization=f"Bearer {token}") as student:
                    work(student, teacher, sheet, len(items), chance)
    return course, sheet


def work(student: httpx.Client, teacher: httpx.Client, sheet: str, items: int, chance: random.Random) -> None:
    """Somebody's work on a sheet: wrong at first as often as not, by known mistakes."""
    skill = chance.random()
    for n in range(1, items + 1):
        if chance.random() > 0.5 + skill / 2:
            continue
        instance = student.post(f"/assignments/{sheet}/items/{n}/instances").json()
        right = teacher.get(f"/instances/{instance['id']}/solution").json()["parts"]["answer"]["answer"]
        answers: list[Any] = [right]
        if chance.random() > skill:
            half = [[entry / 2 for entry in row] for row in right]
            turned = [list(column) for column in zip(*right, strict=True)]
            answers = [chance.choice([half, turned, [[entry + 1 for entry in row] for row in right]]), *answers]
        if chance.random() > skill + 0.4:
            answers.pop()
        for answer in answers:
            student.post(f"/instances/{instance['id']}/attempts", json={"answers": {"answer": answer}})


def solving(chromium: Browser, server: Server) -> None:
    """The catalogue, and an exercise with a mistake in it, at a desk and on a phone in the dark."""
    page = a_page(chromium, server, WIDE)
    page.goto("/")
    take(page, "catalogue")
    a_mistake(page)
    take(page, "exercise", full=True)
    page = a_page(chromium, server, PHONE, dark=True)
    a_mistake(page)
    take(page, "phone", full=True)


def a_mistake(page: Page) -> None:
    """Answer `ls-gradient` without its factor 2, by hand."""
    page.goto("/exercises/ls-gradient")
    page.get_by_role("button", name="Begin with").click()
    page.wait_for_url(re.compile("/instances/"))
    numbers = httpx.get(f"{page.url.split('/instances/')[0]}/api/v1/instances/{page.url.rsplit('/', 1)[1]}").json()[
        "data"
    ]
    residual = [
        sum(w * t for w, t in zip(row, numbers["theta0"], strict=True)) - y
        for row, y in zip(numbers["W"], numbers["y"], strict=True)
    ]
    gradient = [
        sum(row[d] * r for row, r in zip(numbers["W"], residual, strict=True)) for d in range(len(numbers["theta0"]))
    ]
    page.locator("[name='rows.answer']").fill(str(len(gradient)))
    page.locator("[name='columns.answer']").fill("1")
    for d, entry in enumerate(gradient):
        page.locator(f"[name='cell.answer.{d}.0']").fill(f"{entry:g}")
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_role("heading", name="Result").wait_for()


def teaching(chromium: Browser, server: Server, course: str, sheet: str) -> None:
    """The report and the statistics of a class, and the making of an assignment."""
    page = a_page(chromium, server, WIDE)
    page.goto(urlsplit(run_nabla("sign-in", data=server.data).stdout.strip()).path)
    page.get_by_role("button", name="Sign in").click()
    for name, path in (
        ("report", f"/teach/assignments/{sheet}/report"),
        ("statistics", f"/teach/assignments/{sheet}/statistics"),
        ("assignment", f"/teach/courses/{course}/assignments/new"),
    ):
        page.goto(path)
        take(page, name)


def a_page(chromium: Browser, server: Server, size: dict[str, int], dark: bool = False) -> Page:
    scheme = "dark" if dark else "light"
    return chromium.new_context(base_url=server.url, viewport=size, color_scheme=scheme).new_page()


def take(page: Page, name: str, full: bool = False) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=HERE / f"{name}.png", full_page=full)


if __name__ == "__main__":
    main()
