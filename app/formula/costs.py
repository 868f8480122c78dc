"""What evaluating a formula costs, from its shapes alone: checked before anything is allocated."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Final

from app.answers import Unreadable
from app.formula.shape_rules import MAX_POWER
from app.formula.shapes import Shaped
from app.formula.sizes import OPEN, Size, number_of
from app.formula.symbols import Symbols
from app.formula.tree import Kind, Node, fold

MAX_ENTRIES: Final = 3000  # numbers that one piece has at one point
MAX_WORK: Final = 30_000  # additions and multiplications at one point
LEAST_LARGEST: Final = 4  # of the sizes that letters stand for
LARGEST_NUMBER: Final = 12  # that may stand for a size, as in eye(3)
TRANSCENDENTAL: Final = 8  # such a function costs as much as so many products


@dataclass(frozen=True)
class _Cost:
    """Of a piece: its numbers at one point for each of its indices, and the work up to here."""

    shape: tuple[int, int]
    runs: Mapping[str, int]
    work: int

    @property
    def entries(self) -> int:
        return self.shape[0] * self.shape[1] * prod(self.runs.values())


def largest_size(symbols: Symbols) -> int:
    """No letter stands for more in any instance: few sizes, but so many that all may differ and vary."""
    return max(LEAST_LARGEST, len(symbols.letters) + 1)


def check_cost(shaped: Shaped, symbols: Symbols) -> None:
    """Raise `Unreadable` at the first piece that is too large or takes too long."""
    largest = largest_size(symbols)

    def number(a: Size, node: Node) -> int:
        for letter in a:
            if letter.isdigit() and int(letter) > LARGEST_NUMBER:
                raise Unreadable(f"Sizes are letters, or numbers up to {LARGEST_NUMBER}.", node.start)
        known = dict.fromkeys((letter for letter in a if letter.startswith(OPEN)), largest)
        return number_of(a, dict.fromkeys(symbols.letters, largest) | known)

    def combine(place: int, node: Node, children: list[_Cost]) -> _Cost:
        shape = shaped.shapes[place]
        runs = {index: run for child in children for index, run in child.runs.items()} | {
            index: number(run, node) for index, run in shaped.runs[place].items()
        }
        if node.kind == Kind.SERIES:
            runs.pop(node.label.partition(":")[0], None)
        here = _Cost((number(shape.rows, node), number(shape.columns, node)), runs, 0)
        work = here.entries * _effort(node, children) + sum(child.work for child in children)
        if here.entries > MAX_ENTRIES or work > MAX_WORK:
            raise Unreadable("This piece is too large to be evaluated. Write it more simply.", node.start)
        return _Cost(here.shape, runs, work)

    fold(shaped.order, combine)


def _effort(node: Node, children: list[_Cost]) -> int:
    """Roughly how many products each entry of a piece takes."""
    match node.kind:
        case Kind.PRODUCT:
            return sum(max(child.shape) for child in children)
        case Kind.POWER:
            return 1 if children[0].entries == 1 else MAX_POWER * children[0].shape[0]
        case Kind.APPLY | Kind.POWERS | Kind.SOFTMAX:
            return TRANSCENDENTAL
        case Kind.ENTRY:
            return max(children[0].shape)
        case Kind.SERIES | Kind.TOTAL | Kind.MEAN | Kind.NORM | Kind.INNER | Kind.TRACE:
            return children[0].entries
    return max(1, len(children))
