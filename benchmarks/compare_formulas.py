"""The battery of formulas, judged by Nabla, by mitx-grading-library and by sympy.

    python -m benchmarks.compare_formulas PYTHON [FOLDER]

PYTHON is an interpreter that can import sympy and, where mitx-grading-library is to be compared, numpy below 2, scipy
and pyparsing; FOLDER is a checkout of that library, which no index has. `make compare-formulas` prepares both.

Every formula of the battery is judged beside the right one of its family. What students type is in Nabla's grammar, so
the others are asked twice: as typed, and translated from our tree into their own syntax, with every function that they
lack (diag, ⊙, entrywise functions, ones) given to them. mitx-grading-library samples vectors or n×1 matrices, whichever
comes out better; sympy compares entry by entry with `equals`, for three seconds at most, in matrices of symbols.
"""

import argparse
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import thread_time
from typing import Any, Final

from app.answers import Unreadable
from app.formula import Reference, Symbols, judge, read
from app.formula.tree import Kind, Node, fold, is_number
from benchmarks.formulas import reference_of
from tests.batteries.formulas import FAMILIES

PEERS: Final = Path(__file__).parent / "peers"
LINE: Final = "| {:<46} | {:>14} | {:>13} | {:>14} | {:>11} | {:>8} | {:>9} |"


@dataclass(frozen=True)
class Row:
    """One formula of the battery with its family's right one, typed and translated (None: it cannot be)."""

    right: bool
    typed: str
    reference: str
    symbols: Symbols
    translated: str | None
    translated_reference: str | None


def rows() -> list[Row]:
    found = []
    for family in FAMILIES:
        symbols = family.symbols
        reference = translated(family.reference, symbols, family.reference)
        cases = [(True, typed) for typed in family.right] + [(False, typed) for _, typed in family.wrong_formulas]
        for right, typed in cases:
            here = translated(typed, symbols, family.reference)
            found.append(Row(right, typed, family.reference, symbols, here, reference))
    return found


def translated(typed: str, symbols: Symbols, reference: str) -> str | None:
    """A formula in calls, plus and minus: what all can read. None where an index is in it."""
    formula = read(typed, symbols)
    shaped = formula.fitted(Reference(reference, symbols).shape) or formula.shaped
    if any(node.kind in (Kind.ENTRY, Kind.SERIES, Kind.BASIS, Kind.DELTA) for node in shaped.order):
        return None

    def size(way: tuple[str, ...]) -> str:
        return way[0] if way else "1"

    def combine(place: int, node: Node, parts: list[str]) -> str:
        shape = shaped.shapes[place]
        name = node.label.replace("'", "_prime")
        match node.kind:
            case Kind.NUMBER | Kind.SYMBOL | Kind.CONSTANT:
                return node.label
            case Kind.SIZE:
                return f"size_{node.label}"
            case Kind.IDENTITY | Kind.ONES | Kind.ZEROS:
                return f"{node.kind.value}_{size(shape.rows)}_{size(shape.columns)}"
            case Kind.SUM:
                if not shape.is_scalar:
                    ones = f"ones_{size(shape.rows)}_{size(shape.columns)}"
                    digits = map(is_number, node.children)
                    parts = [f"({part}*{ones})" if digit else part for part, digit in zip(parts, digits, strict=True)]
                return f"({'+'.join(parts)})"
            case Kind.MATRIX:
                columns = int(node.label)
                return str([parts[k : k + columns] for k in range(0, len(parts), columns)]).replace("'", "")
            case Kind.NEGATIVE:
                return f"(-{parts[0]})"
            case Kind.PRODUCT:
                return f"({'*'.join(parts)})"
            case Kind.QUOTIENT:
                return f"({parts[0]}/{parts[1]})"
            case Kind.POWER:
                return f"({parts[0]}^{parts[1]})"
            case Kind.TRANSPOSE:
                return f"trans({parts[0]})"
            case Kind.APPLY | Kind.EXTREMUM:
                return f"each_{name}({','.join(parts)})"
            case Kind.HADAMARD | Kind.KRONECKER:
                call = parts[0]
                for part in parts[1:]:
                    call = f"{node.kind.value}({call},{part})"
                return call
        label = f"_{node.label}" if node.label else ""
        return f"{node.kind.value}{label.replace('∞', 'inf')}({','.join(parts)})"

    return fold(shaped.order, combine)


def asked(all_rows: list[Row], *, translate: bool) -> list[dict[str, Any]]:
    """The rows as the peers' program wants them."""
    return [
        {
            "formula": row.translated if translate else row.typed,
            "reference": row.translated_reference,
            "shapes": dict(row.symbols.shapes),
            "functions": dict(row.symbols.functions),
            "letters": row.symbols.letters,
            **{
                wanted: [name for name, domain in row.symbols.domains.items() if domain == wanted]
                for wanted in ("positive", "symmetric")
            },
            "computed": {
                name: translated(str(rule), row.symbols, str(rule)) for name, rule in row.symbols.computed.items()
            },
        }
        for row in all_rows
    ]


def line(name: str, all_rows: list[Row], verdicts: list[bool | None], times: list[float]) -> str:
    """How many formulas were read and judged as they are, how many cannot be read, and what those took that can."""
    right = sum(verdict is True for row, verdict in zip(all_rows, verdicts, strict=True) if row.right)
    wrongs = [verdict for row, verdict in zip(all_rows, verdicts, strict=True) if not row.right]
    unread = sum(verdict is None for verdict in verdicts)
    rights = sum(row.right for row in all_rows)
    used = sorted(time for time, verdict in zip(times, verdicts, strict=True) if verdict is not None) or [0.0]
    return LINE.format(
        name,
        f"{right} of {rights}",
        f"{wrongs.count(False)} of {len(wrongs)}",
        wrongs.count(True),
        unread,
        f"{1000 * median(used):.1f} ms",
        f"{1000 * used[-1]:.0f} ms",
    )


def by_nabla(all_rows: list[Row], *, prepared: bool) -> tuple[list[bool | None], list[float]]:
    """With questions that were prepared before, as in the service; or each read and drawn anew, as the others do."""
    references = {id(family.symbols): reference_of(family) for family in FAMILIES}
    verdicts: list[bool | None] = []
    times = []
    for row in all_rows:
        started = thread_time()
        try:
            reference = references[id(row.symbols)] if prepared else Reference(row.reference, row.symbols)
            verdicts.append(judge(read(row.typed, row.symbols), reference).right)
        except Unreadable:
            verdicts.append(None)
        times.append(thread_time() - started)
    return verdicts, times


def by_peer(command: list[str], questions: list[dict[str, Any]]) -> tuple[list[bool | None], list[float]]:
    done = subprocess.run(command, input=json.dumps(questions), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    answers = json.loads(done.stdout)
    return [answer[0] for answer in answers], [answer[1] for answer in answers]


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare graders of formulas.")
    parser.add_argument("python")
    parser.add_argument("folder", nargs="?", default="")
    wanted = parser.parse_args()
    all_rows = rows()
    print(LINE.format("grader", "right accepted", "wrong refused", "wrong accepted", "cannot read", "median", "worst"))
    print(LINE.format(*("---",) * 7))
    for name, prepared in (("Nabla", True), ("Nabla, each question anew", False)):
        print(line(name, all_rows, *by_nabla(all_rows, prepared=prepared)), flush=True)
    peers = ["mitx-vectors", "mitx-columns"] if wanted.folder else []
    for peer in (*peers, "sympy"):
        for translate in (False, True):
            name = f"{peer}, {'translated' if translate else 'as typed'}"
            command = [wanted.python, str(PEERS), peer, wanted.folder]
            found = by_peer(command, asked(all_rows, translate=translate))
            print(line(name, all_rows, *found), flush=True)


if __name__ == "__main__":
    main()
