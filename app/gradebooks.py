"""Scores as files: for spreadsheets, for Canvas and Moodle, into an export of Canvas. No text becomes a formula."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain
from typing import Final

Cell = str | float | int | bool | None

EXCUSED: Final = "EX"
POINTS_POSSIBLE: Final = "Points Possible"


class NotAGradebook(ValueError):
    """A file that cannot be filled in: what is wrong, on which line, what to do. Repeats nothing about students."""


@dataclass(frozen=True)
class Column:
    """What a gradebook calls an assignment: its title and its full points, more than 0."""

    title: str
    points: float

    def __post_init__(self) -> None:
        if not 0 < self.points < float("inf"):
            raise ValueError("A column of a gradebook needs full points: a number above 0.")


@dataclass(frozen=True)
class Line:
    """One student: who it is, and for each column the points (None: no score yet) and whether it is excused."""

    name: str
    email: str
    external_id: str | None
    group: str | None
    points: tuple[float | None, ...]
    excused: tuple[bool, ...]


@dataclass(frozen=True)
class Filled:
    """An export filled in: how many students got a score, and who has one but is not in it, by e-mail or name."""

    content: bytes
    matched: int
    unmatched: tuple[str, ...]


# Cells --------------------------------------------------------------------------------------------

# Spreadsheets find a formula behind blanks, control characters and characters of no width, too.
FORMULA = re.compile(r"[\t\r\n]|[\s\x00-\x20\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]")
PLAIN_NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?")
NEEDS_QUOTES = re.compile(r'[",;\t\r\n]')  # every separator: a spreadsheet may take another one than ours


def guarded(text: str) -> str:
    """A text with an apostrophe before it where a spreadsheet would calculate it; a plain number is none."""
    return f"'{text}" if FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text) else text


def number_text(number: float) -> str:
    """A number without exponent and with at most six decimals. Raises `ValueError` where it is not finite."""
    if not abs(number) < float("inf"):
        raise ValueError("A gradebook cannot hold a number that is not finite.")
    return f"{Decimal(str(round(number, 6) + 0)):f}".removesuffix(".0")  # + 0 takes the sign off -0.0


def spreadsheet(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """CSV as RFC 4180 has it, row by row, after the byte order mark that tells spreadsheets it is UTF-8."""
    yield "\ufeff"
    for row in rows:
        yield ",".join(map(_written, row)) + "\r\n"


def _written(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str):
        return _quoted(guarded(cell))
    return "" if cell is None else number_text(cell)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if NEEDS_QUOTES.search(text) else text


# Files for Canvas and Moodle ----------------------------------------------------------------------


def canvas(columns: Sequence[Column], lines: Iterable[Line]) -> Iterator[str]:
    """For a course whose ids are not known here. Raises `ValueError` for titles that Canvas could not tell apart."""

    def row(line: Line) -> Sequence[Cell]:
        # Canvas takes the full points of its columns from any row whose name contains these words.
        name = line.name.replace(POINTS_POSSIBLE, POINTS_POSSIBLE.replace(" ", "\xa0"))
        scores = zip(columns, line.points, line.excused, strict=True)
        return [name, None, line.external_id, line.email, line.group, *(EXCUSED if ex else p for _, p, ex in scores)]

    if len({column.title for column in columns}) < len(columns):
        raise ValueError("Two columns have the same title, and Canvas would fill both from the first. Rename one.")
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *(column.title for column in columns)]
    full = [POINTS_POSSIBLE, None, None, None, None, *(column.points for column in columns)]
    return spreadsheet(chain([header, full], map(row, lines)))


def moodle(columns: Sequence[Column], lines: Iterable[Line]) -> Iterator[str]:
    """In per cent: a new column of Moodle has a maximum of 100, and one larger value makes it refuse the file."""

    def row(line: Line) -> Sequence[Cell]:
        first, last = [*line.name.strip().rsplit(" ", 1), ""][:2]
        scores = zip(columns, line.points, line.excused, strict=True)
        percent = (None if p is None or ex else min(max(100 * p / c.points, 0), 100) for c, p, ex in scores)
        return [first.rstrip(), last, line.external_id, line.email, *percent]

    header = ["First name", "Last name", "ID number", "Email address", *(column.title for column in columns)]
    return spreadsheet(chain([header], map(row, lines)))


# A file exported from Canvas ----------------------------------------------------------------------

EXPORT_AGAIN: Final = "In Canvas choose Grades, Export, Export Entire Gradebook, and upload that file unchanged."
ASSIGNMENT_ID = re.compile(r"\([0-9]+\)$")
TOTAL = re.compile(r"(?:Current|Final) (?:Score|Points|Grade)|Override (?:Score|Grade|Status)")
NUMBER = re.compile(r"[0-9]{1,15}(?:[.,][0-9]{1,15})?")
MAX_COLUMNS: Final = 2_000
MAX_LINES: Final = 50_000
TEST_STUDENT: Final = "Test Student"  # Canvas keeps one in each course, for teachers


@dataclass(frozen=True)
class _Row:
    """A row as it was written: the line on which it begins, its cells with their quotes, its line end."""

    line: int
    raw: tuple[str, ...]
    end: str

    def cell(self, index: int) -> str:
        """What a cell says, without blanks around it; nothing where there is no such cell."""
        raw = self.raw[index] if index < len(self.raw) else ""
        return (raw[1:-1].replace('""', '"') if raw.startswith('"') else raw).strip()

    def put(self, index: int, raw: str, *, over: int = 1) -> "_Row":
        """With a cell in the place of that many others: 0 inserts it."""
        return replace(self, raw=(*self.raw[:index], *[""] * (index - len(self.raw)), raw, *self.raw[index + over :]))


@dataclass(frozen=True)
class _Export:
    """A gradebook as it was exported, the header among its rows."""

    separator: str
    rows: tuple[_Row, ...]
    student_columns: dict[str, int]
    points_row: int

    def about(self, index: int, title: str) -> str:
        """What a row says about its student, if it is one; the name as `_first_name_first`."""
        if index in (0, self.points_row) or title not in self.student_columns:
            return ""
        text = self.rows[index].cell(self.student_columns[title])
        return _first_name_first(f"{self.about(index, 'FirstName')} {text}") if title == "Student" else text

    def number(self, number: float) -> str:
        return number_text(number).replace(".", "," if self.separator == ";" else ".")


def fill_canvas(export: bytes, column: Column, lines: Sequence[Line]) -> Filled:
    """Fill one column of an export of Canvas, scaled to the points it has there; add it where it is missing.

    Each line has one score, or none: then the cell stays, as do all others, byte for byte. Raises `NotAGradebook`.
    """
    file, index = _with_column(_read(export), column)
    scores = _scores(file, index, column, lines)
    found = {row: number for row, number in _found(file, lines).items() if number in scores}
    rows = (row.put(index, scores[found[k]]) if k in found else row for k, row in enumerate(file.rows))
    text = "".join(file.separator.join(row.raw) + row.end for row in rows)
    missing = (lines[number] for number in scores.keys() - found.values())
    return Filled(text.encode(), len(found), tuple(sorted(line.email or line.name for line in missing)))


def _scores(file: _Export, index: int, column: Column, lines: Sequence[Line]) -> dict[int, str]:
    """What to write for each line that has a score, scaled to the points of the file's column if it has any."""
    row = file.rows[file.points_row]
    text = row.cell(index)
    full = float(text.replace(",", ".")) if NUMBER.fullmatch(text) else 0
    if text and not full:
        raise _wrong(row.line, "gives this column no points, or marks it read only", "Use an assignment with points.")
    scale = (full or column.points) / column.points
    lone = ((line.points, line.excused) for line in lines)
    texts = (EXCUSED if ex else None if p is None else file.number(p * scale) for (p,), (ex,) in lone)
    return {number: text for number, text in enumerate(texts) if text is not None}


def _wrong(line: int, what: str, remedy: str = EXPORT_AGAIN) -> NotAGradebook:
    return NotAGradebook(f"Line {line} {what}. {remedy}")


def _read(export: bytes) -> _Export:
    try:
        text, bad = export.decode(), export.find(b"\0")
    except UnicodeDecodeError as error:
        text, bad = "", error.start
    if bad >= 0:
        raise _wrong(export.count(b"\n", 0, bad) + 1, "is not text in UTF-8")
    first = re.search(r"[,;\t\r\n]", text)
    separator = first[0] if first and first[0] in ",;\t" else ","
    rows = _rows(text, separator)
    header = next(rows, _Row(1, ("",), ""))
    columns = _student_columns(header)
    table = (header, *rows)
    for index, row in enumerate(table):
        # A student may be called so, but has an id.
        if POINTS_POSSIBLE in row.cell(0) and not row.cell(columns["ID"]):
            return _Export(separator, table, columns, index)
    raise _wrong(2, f'or 3 should begin with "{POINTS_POSSIBLE}"')


def _rows(text: str, separator: str) -> Iterator[_Row]:
    """The rows of a CSV text. None may have more cells than the first."""
    cell = re.compile(rf'("[^"]*+(?:""[^"]*+)*+"|(?!")[^{separator}\r\n]*+)({separator}|\r\n|\n|\r|\Z)')
    position, line, width = 0, 1, MAX_COLUMNS
    raw: list[str] = []
    while position < len(text) or raw:
        match = cell.match(text, position)
        if match is None:
            raise _wrong(line, "begins a row in which a quotation mark has no partner")
        position = match.end()
        raw.append(match[1])
        if match[2] == separator:
            continue
        if len(raw) > width:
            raise _wrong(line, f"has {len(raw)} cells, more than the {width} that belong there")
        if line > MAX_LINES:
            raise _wrong(line, f"is one too many: a gradebook may have {MAX_LINES}")
        width = len(raw) if line == 1 else width
        yield _Row(line, tuple(raw), match[2])
        line += 1 + sum(part.count("\n") for part in raw)
        raw = []


def _student_columns(header: _Row) -> dict[str, int]:
    """Where the columns about the student stand. Refuses what Canvas refuses."""
    titles = [header.cell(k) for k in range(8)]  # at most LastName to Section
    identity = 2 if "LastName" in titles[0] and "FirstName" in titles[1] else 1 if "Student" in titles[0] else 0
    section = next((k for k, title in enumerate(titles) if "Section" in title), 0)
    if not 0 < identity < section or "ID" not in titles[identity] or len(header.raw) < identity + 3:
        raise _wrong(1, "should begin with Student, ID, ... Section or LastName, FirstName, ID, ... Section")
    found = {" ".join(titles[k].split()): k for k in range(1, section)}
    return found | {"Student": 0, "ID": identity, "Section": section}


def _with_column(file: _Export, column: Column) -> tuple[_Export, int]:
    """Where the column stands, in a file that has it: one is added behind the last assignment where it is missing."""
    header, behind = file.rows[0], file.student_columns["Section"] + 1
    titles = {k: header.cell(k) for k in range(behind, len(header.raw))}
    wanted = {column.title.strip(), guarded(column.title).strip()}
    found = [k for k, title in titles.items() if {title, ASSIGNMENT_ID.sub("", title).rstrip()} & wanted]
    if len(found) > 1:
        raise _wrong(1, "has this title more than once", "Give each assignment its own in Canvas, and export again.")
    if found:
        return file, found[0]
    index = max((k + 1 for k, title in titles.items() if title and not TOTAL.search(title)), default=behind)
    new = {0: _quoted(guarded(column.title)), file.points_row: file.number(column.points)}
    wide = {k for k, row in enumerate(file.rows) if k in new or index <= len(row.raw)}
    rows = (row.put(index, new.get(k, ""), over=0) if k in wide else row for k, row in enumerate(file.rows))
    return replace(file, rows=tuple(rows)), index


def _found(file: _Export, lines: Sequence[Line]) -> dict[int, int]:
    """Which row is which line. A key counts only where one row and one line have it."""
    theirs = ("SIS User ID", "SIS Login ID", "SIS Login ID", "ID", "Student")  # the surest first
    ours = ((x.external_id, x.email, x.external_id, x.external_id, _first_name_first(x.name)) for x in lines)
    found: dict[int, int] = {}
    for title, keys in zip(theirs, zip(*ours, strict=True), strict=False):  # no lines, no keys
        numbers = _once(keys)
        rows = _once(file.about(index, title) for index in range(len(file.rows)))
        taken = set(found.values())
        pairs = {index: numbers[text] for text, index in rows.items() if text in numbers and index not in found}
        found |= {index: number for index, number in pairs.items() if number not in taken}
    return {index: number for index, number in found.items() if file.about(index, "Student") != TEST_STUDENT}


def _once(keys: Iterable[str | None]) -> dict[str, int]:
    """Where each key stands that occurs once, whatever its case. None and blank are no keys."""
    texts = [(key or "").strip().casefold() for key in keys]
    counts = Counter(texts)
    return {text: index for index, text in enumerate(texts) if text and counts[text] == 1}


def _first_name_first(name: str) -> str:
    """A name without the comma of Canvas, which writes "Liddell, Alice"."""
    last, comma, first = name.partition(", ")
    return " ".join(f"{first} {last}".split() if comma else name.split())
