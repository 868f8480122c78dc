"""Exercises solved in a real browser: by keyboard, by paste, on paper sizes of a phone, without scripts, in a frame."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from app.exercise import Catalogue
from app.platforms.framing import Framers
from tests.browser import LOOKS, PHONE, Browse, axe, in_every_look, no_horizontal_scrolling
from tests.teaching import Classroom, fine, made

LEVEL = "hand"


def begin(page: Page, exercise: str, level: str = LEVEL) -> None:
    """Go to fresh numbers of an exercise."""
    page.goto(f"/exercises/{exercise}?level={level}")
    page.get_by_role("button", name="Begin with").click()
    page.wait_for_url(re.compile("/instances/"))


def id_of(page: Page) -> str:
    return page.url.split("/")[4].partition("?")[0].partition("#")[0]


def right(classroom: Classroom, instance: str) -> dict[str, object]:
    """The right answers to an instance of a guest: those of an equal one that was given up."""
    shown = fine(classroom.guest.get(f"/instances/{instance}"))
    numbers = {"level": shown["level"], "seed": shown["seed"]}
    twin = made(classroom.guest.post(f"/exercises/{shown['exercise']}/instances", numbers))
    fine(classroom.guest.post(f"/instances/{twin['id']}/close", {}))
    parts = fine(classroom.guest.get(f"/instances/{twin['id']}/solution"))["parts"]
    return {id: part["answer"] for id, part in parts.items()}


def attempts(classroom: Classroom, page: Page) -> list[dict[str, object]]:
    return fine(classroom.guest.get(f"/instances/{id_of(page)}/attempts"))["items"]


def tab_to(page: Page, condition: Callable[[], bool], most: int = 60) -> None:
    """Press Tab until something is so."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if condition():
            return
    raise AssertionError("the keyboard does not get there")


def is_focused(page: Page, selector: str) -> Callable[[], bool]:
    return lambda: bool(page.evaluate("selector => document.activeElement.matches(selector)", selector))


def test_a_whole_exercise_is_solved_by_keyboard_alone(page: Page, classroom: Classroom):
    tab_to(page, is_focused(page, "input[type=search]"))
    page.keyboard.type("squared residual")
    tab_to(page, is_focused(page, "button[formaction*='ls-gradient'][value=hand]"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/instances/"))
    answer = right(classroom, id_of(page))["answer"]
    tab_to(page, is_focused(page, "[name='rows.answer']"))
    page.keyboard.press("Control+A")
    page.keyboard.type(str(len(answer)))
    tab_to(page, is_focused(page, "[name='columns.answer']"))
    page.keyboard.press("Control+A")
    page.keyboard.type("1")
    tab_to(page, is_focused(page, "[name='cell.answer.0.0']"))
    for (entry,) in answer:
        page.keyboard.type(str(entry))
        page.keyboard.press("ArrowDown")
    tab_to(page, is_focused(page, "button.primary[value=check]"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Result: 100 %")).to_be_focused()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("array([[ 1.5, -2. ],\n       [ 0. ,  4. ]])", [["1.5", "-2"], ["0", "4"]]),
        ("[[ 1.5 -2. ]\n [ 0.   4. ]]", [["1.5", "-2"], ["0", "4"]]),
        ("[[1.5, -2], [0, 4], [7, 8]]", [["1.5", "-2"], ["0", "4"], ["7", "8"]]),
        ("[1.5 -2; 0 4]", [["1.5", "-2"], ["0", "4"]]),
        ("1.5\t-2\n0\t4\n", [["1.5", "-2"], ["0", "4"]]),
        ("1,5\t-2\n0\t4,25\n", [["1.5", "-2"], ["0", "4.25"]]),
        ("1.5,-2,3\n0,4,5\n", [["1.5", "-2", "3"], ["0", "4", "5"]]),
        ("1.5 -2\n0 4", [["1.5", "-2"], ["0", "4"]]),
        ("\\begin{bmatrix} \\frac{1}{2} & -2 \\\\ 0 & 4 \\end{bmatrix}", [["1/2", "-2"], ["0", "4"]]),
        ("tensor([[1.5000, -2.0000],\n        [0.0000, 4.0000]], dtype=torch.float64)", [["1.5", "-2"], ["0", "4"]]),
        ("[[1.5, \N{MINUS SIGN}2], [0, 4]]", [["1.5", "-2"], ["0", "4"]]),
    ],
    ids=["numpy", "printed", "json", "matlab", "tsv", "decimal-commas", "csv", "blanks", "latex", "torch", "minus"],
)
def test_a_matrix_pasted_into_a_cell_fills_the_grid(page: Page, text: str, rows: list[list[str]]):
    begin(page, "map-matrix")
    paste(page, "[name='cell.answer.0.0']", text)
    expect(page.locator("[name='cell.answer.0.0']")).not_to_have_value("")
    expect(page.locator("[name='rows.answer']")).to_have_value(str(len(rows)))
    expect(page.locator("[name='columns.answer']")).to_have_value(str(len(rows[0])))
    found = page.locator(".bracket tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('input')].map(cell => cell.value))"
    )
    assert [[number(cell) for cell in row] for row in found] == [[number(cell) for cell in row] for row in rows]
    expect(page.locator(".read-as")).to_contain_text(f"{len(rows)} × {len(rows[0])}")


def number(text: str) -> float:
    over, _, under = text.partition("/")
    return float(over) / float(under or 1)


def paste(page: Page, selector: str, text: str) -> None:
    """Paste a text into a field, as a browser tells a page of it."""
    page.locator(selector).focus()
    page.evaluate(
        """text => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text", text);
          const how = {clipboardData, bubbles: true, cancelable: true};
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        text,
    )


def test_a_paste_that_cannot_be_read_changes_nothing_and_says_why(page: Page, faults: list[str]):
    begin(page, "map-matrix")
    page.locator("[name='cell.answer.0.0']").fill("7")
    with page.expect_console_message(lambda message: "422" in message.text):  # the browser's own word for the refusal
        paste(page, "[name='cell.answer.0.0']", "[[1, 2], [3]]")
    expect(page.locator(".read-as")).to_contain_text("Row 1 has 2 entries")
    expect(page.locator("[name='cell.answer.0.0']")).to_have_value("7")
    faults[:] = [fault for fault in faults if "422" not in fault]


def test_a_number_pasted_into_a_cell_stays_one(page: Page):
    begin(page, "map-matrix")
    cell = page.locator("[name='cell.answer.0.0']")
    cell.fill("-")
    cell.press("End")
    page.keyboard.insert_text("2/3")
    expect(cell).to_have_value("-2/3")


def test_arrows_and_enter_move_between_cells(page: Page):
    begin(page, "map-matrix")
    page.locator("[name='cell.answer.0.0']").fill("12")
    for key, name in [
        ("ArrowRight", "cell.answer.0.1"),
        ("Enter", "cell.answer.1.1"),
        ("ArrowLeft", "cell.answer.1.0"),
        ("ArrowUp", "cell.answer.0.0"),
    ]:
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.name") == name
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")  # within what is typed it moves as ever
    assert page.evaluate("document.activeElement.name") == "cell.answer.0.0"


def test_what_is_typed_outlives_a_reload_and_goes_once_it_is_answered(page: Page):
    begin(page, "ls-gradient")
    page.locator("[name='rows.answer']").fill("3")
    page.locator("[name='columns.answer']").fill("1")
    page.locator("[name='cell.answer.2.0']").fill("8")
    page.reload()
    expect(page.locator("[name='cell.answer.2.0']")).to_have_value("8")
    expect(page.locator("[name='cell.answer.0.1']")).to_have_count(0)
    page.locator("[name='cell.answer.0.0']").fill("6")
    page.locator("[name='cell.answer.1.0']").fill("7")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="Result")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_a_failed_request_loses_nothing(page: Page, faults: list[str], classroom: Classroom):
    begin(page, "form-value")
    page.get_by_role("textbox").fill("1234")
    page.context.set_offline(True)
    with page.expect_console_message(lambda message: "ERR_INTERNET_DISCONNECTED" in message.text):
        page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="could not be reached")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value("1234")
    page.context.set_offline(False)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="Result")).to_be_focused()
    assert len(attempts(classroom, page)) == 1
    faults[:] = [fault for fault in faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_a_session_that_ended_is_taken_up_again_with_what_was_typed(
    browse: Browse, classroom: Classroom, faults: list[str]
):
    page = browse(classroom.alice)
    begin(page, "form-value")
    page.get_by_role("textbox").fill("1234")
    token = classroom.alice.token
    classroom.clock.forward(hours=13)
    with page.expect_console_message(lambda message: "401" in message.text):
        page.get_by_role("button", name="Check", exact=True).click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in (in a new tab)").click()
    tab = opened.value
    tab.get_by_label("Token").fill(token or "")
    tab.get_by_role("button", name="Sign in", exact=True).click()
    expect(tab.get_by_role("button", name="Check", exact=True)).to_be_visible()
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_role("heading", name="Result")).to_be_visible()
    faults[:] = [fault for fault in faults if "401" not in fault]


def test_read_as_follows_the_typing(page: Page):
    begin(page, "form-value")
    page.get_by_role("textbox").fill("2/3")
    expect(page.locator(".read-as math mfrac")).to_have_count(1)
    page.get_by_role("textbox").fill("2/")
    expect(page.locator(".read-as")).to_contain_text("Cannot be read")
    page.get_by_role("textbox").fill("")
    expect(page.locator(".read-as")).to_be_empty()


def test_givens_are_copied_for_numpy(browse: Browse):
    page = browse(permissions=["clipboard-read", "clipboard-write"])
    begin(page, "ls-gradient")
    page.get_by_text("The numbers, for NumPy").click()
    page.get_by_role("button", name="Copy as NumPy").click()
    expect(page.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("import numpy as np\n\nW = np.array([[")


def test_symbols_stand_above_the_keyboard_of_a_phone(browse: Browse, faults: list[str]):
    page = browse(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 700})
    begin(page, "tensor-op-shape")
    field = page.get_by_role("textbox")
    field.fill("3")
    bar = page.get_by_role("toolbar", name="Symbols")
    expect(bar).to_be_visible()
    bar.get_by_role("button", name="×").dispatch_event("mousedown")
    page.keyboard.type("5")
    expect(field).to_have_value("3×5")
    assert axe(page) == []


def test_an_exercise_is_solved_without_scripts(browse: Browse, classroom: Classroom):
    page = browse(java_script_enabled=False)
    begin(page, "ls-gradient")
    answer = right(classroom, id_of(page))["answer"]
    page.locator("[name='rows.answer']").fill(str(len(answer)))
    page.locator("[name='columns.answer']").fill("1")
    page.get_by_role("button", name="Change the size").click()
    for r, (entry,) in enumerate(answer):
        page.locator(f"[name='cell.answer.{r}.0']").fill(str(entry))
    page.get_by_role("button", name="A hint").click()
    expect(page.locator("ol.hints li")).to_have_count(1)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="Result: 100 %")).to_be_visible()
    page.get_by_role("button", name="New numbers").click()
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_visible()


@pytest.fixture
def around(address: str) -> Iterator[Callable[[str], str]]:
    """Where another site shows a page of ours in a frame: `around("/")`, on a server of its own."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            ours = address.replace("127.0.0.1", "localhost")
            self.wfile.write(
                f'<title>LMS</title><link rel=icon href="data:,"><iframe src="{ours}{self.path}">'.encode()
            )

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield lambda path: f"http://127.0.0.1:{server.server_port}{path}"
        server.shutdown()


@contextmanager
def framed_by(classroom: Classroom, *origins: str) -> Iterator[None]:
    """Let these sites show pages in a frame."""
    state = classroom.school.app.state
    before = state.framers
    state.framers = Framers(origins)
    yield
    state.framers = before


def test_an_exercise_is_solved_within_the_frame_of_another_site(
    browse: Browse, classroom: Classroom, address: str, around: Callable[[str], str]
):
    page = browse(also=[around(""), address.replace("127.0.0.1", "localhost")])
    with framed_by(classroom, around("")):
        page.goto(around("/exercises/form-value"))
        frame = page.frame_locator("iframe")
        frame.get_by_role("button", name="Begin with").click()
        expect(frame.get_by_role("button", name="Check", exact=True)).to_be_visible()
        instance = page.frames[1].url.rsplit("/", 1)[1]
        frame.get_by_role("textbox").fill(str(right(classroom, instance)["answer"]))
        frame.get_by_role("button", name="Check", exact=True).click()
        expect(frame.get_by_role("heading", name="Result: 100 %")).to_be_visible()
        frame.get_by_role("link", name="Exercises").first.click()
        expect(frame.get_by_text("1 solved")).to_be_visible()  # the cookie came back


def test_nobody_frames_pages_who_is_not_named(
    browse: Browse, address: str, around: Callable[[str], str], faults: list[str]
):
    page = browse(also=[around(""), address.replace("127.0.0.1", "localhost")])
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(around("/"))
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_count(0)
    assert faults
    assert all("frame-ancestors" in fault for fault in faults)
    faults.clear()


# Accessible in every state ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exercise", "looks"),
    [
        ("is-linear", [PHONE, "dark", "light"]),
        ("ls-steps", ["light"]),
        ("chain-shapes", [PHONE]),
        ("tensor-puzzles", ["dark"]),
        ("relu-derivative", ["dark"]),
    ],
)
def test_an_exercise_is_accessible_before_and_after_an_answer(
    browse: Browse, classroom: Classroom, exercise: str, looks: list[str]
):
    page = browse(path=f"/exercises/{exercise}", **LOOKS[looks[0]])
    assert in_every_look(page, looks) == []
    numbers = {"level": LEVEL, "seed": 5}  # on which ones are no right answer
    page.goto(made(classroom.guest.post(f"/exercises/{exercise}/instances", numbers))["page"])
    assert in_every_look(page, looks) == []
    for _ in range(2):
        for field in page.locator(".question input[type=text]").all():
            field.fill("1")
        for option in page.get_by_role("radio").all()[:1]:
            option.check()
        for button in page.get_by_role("button", name="hint").all():
            button.click()
            expect(page.locator("#new-hint")).to_be_visible()
            break
        page.get_by_role("button", name=re.compile("^Check( all answers)?$")).click()
        expect(page.locator("form[aria-busy=true]")).to_have_count(
            0
        )  # else the result may be that of the answer before
        expect(page.get_by_role("heading", name="Result")).to_be_visible()
    assert in_every_look(page, looks) == []
    page.get_by_text("Give up", exact=True).click()
    page.get_by_role("button", name="Yes, give up").click()
    expect(page.get_by_text("Worked solution").first).to_be_visible()
    assert in_every_look(page, looks) == []


def test_what_cannot_be_read_and_attempts_and_refusals_are_accessible(browse: Browse):
    page = browse(**LOOKS[PHONE])
    begin(page, "norm-value")
    fields = page.get_by_role("textbox")
    fields.nth(0).fill("1,,2")
    fields.nth(1).fill("17")
    page.get_by_role("button", name="Check all answers").click()
    expect(page.get_by_role("heading", name="Result")).to_be_visible()  # while one types it is said, too
    expect(page.get_by_text("Cannot be read")).to_be_visible()
    assert in_every_look(page) == []
    page.get_by_role("link", name="I think this is marked wrong").click()
    page.get_by_role("textbox").fill("It is not.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("It is not.")).to_be_visible()
    assert in_every_look(page) == []
    page.goto("/nothing")
    assert in_every_look(page) == []


def test_no_exercise_is_wider_than_a_phone(browse: Browse, classroom: Classroom, catalogue: Catalogue):
    page = browse(**LOOKS[PHONE])
    wide = []
    for n, family in enumerate(catalogue.values()):
        level = family.levels[n % len(family.levels)]
        instance = made(classroom.guest.post(f"/exercises/{family.id}/instances", {"level": level, "seed": 5}))
        page.goto(instance["page"], wait_until="domcontentloaded")
        if not no_horizontal_scrolling(page):
            wide.append((family.id, level))
    assert wide == []
