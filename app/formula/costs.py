"""What evaluating a formula costs, from its shapes alone: checked before anything is allocated."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Final

from app.answers import Unreadable
from app.formula.functions import ANY_STAND_IN, STAND_INS
from app.formula.shape_rules import MAX_POWER
from app.formula.shapes import Shaped
from app.formula.sizes import Size
from app.formula.symbols import Symbols
from app.formula.tree import MAX_DEPTH, MAX_NODES, TOO_LONG, Kind, Node, fold, whole_number

MAX_ENTRIES: Final = 3000  # numbers that one piece has at one point
MAX_WORK: Final = 30_000  # additions and multiplications at one point,
MAX_WORK_IN_ALL: Final = 75_000  # and with every stand-in for a generic function, at three distances from a kink
EACH_NODE: Final = 150  # what a node costs, however few numbers it has
LEAST_LARGEST: Final = 4  # of the sizes that letters stand for
LARGEST_NUMBER: Final = 12  # that may stand for a size, as in eye(3)
DISTANCES: Final = 3  # as drawn, near to 0 and far out
TOGETHER: Final = 8  # so many operations of a product of matrices take the time of one that stands alone
TRANSCENDENTAL: Final = 8  # such a function costs as much as so many products


@dataclass(frozen=True)
class _Cost:
    """Of a piece: rows and columns, how far each of its indices runs, and the work up to here."""

    sides: tuple[int, int]
    runs: Mapping[str, int]
    work: int


def largest_size(symbols: Symbols) -> int:
    """No letter stands for more in any instance: one size more than it takes for all to differ from 2 on, so that their
    sum and product vary, too; and another one where the letters have an order, which leaves fewer choices.
    """
    return max(LEAST_LARGEST, len(symbols.letters) + 2) + bool(symbols.sizes)


def check_cost(shaped: Shaped, symbols: Symbols) -> None:
    """Raise `Unreadable` at the first piece that is too large or takes too long.

    The whole is counted once more: products that were grouped have become more nodes than the parser saw.
    """
    depth = fold(shaped.order, lambda place, node, depths: 1 + max(depths, default=0))
    if len(shaped.order) > MAX_NODES or depth > MAX_DEPTH:
        raise Unreadable(TOO_LONG, 0)
    largest = largest_size(symbols)
    times = (len(STAND_INS) if symbols.generic else 1) * (DISTANCES if _has_kinks(shaped, symbols) else 1)
    most = min(MAX_WORK, MAX_WORK_IN_ALL // times)

    def number(a: Size, node: Node) -> int:
        sizes = [int(letter) if letter.isdigit() else largest for letter in a]
        if max(sizes, default=1) > LARGEST_NUMBER:
            raise Unreadable(f"Sizes are letters, or numbers up to {LARGEST_NUMBER}.", node.start)
        return prod(sizes)

    def combine(place: int, node: Node, children: list[_Cost]) -> _Cost:
        shape = shaped.shapes[place]
        runs = {index: run for child in children for index, run in child.runs.items()} | {
            index: number(run, node) for index, run in shaped.runs[place].items()
        }
        sides = (number(shape.rows, node), number(shape.columns, node))
        each = prod(runs.values())
        entries, work = _product(children) if node.kind == Kind.PRODUCT else _other(node, sides, children)
        work = EACH_NODE + each * work + sum(child.work for child in children)
        if each * entries > MAX_ENTRIES or work > most:
            raise Unreadable("This piece is too large to be evaluated. Write it more simply.", node.start)
        if node.kind == Kind.SERIES:
            runs.pop(node.label.partition(":")[0])
        return _Cost(sides, runs, work)

    fold(shaped.order, combine)


def _has_kinks(shaped: Shaped, symbols: Symbols) -> bool:
    """Whether it is compared near to 0 and far out, too."""
    return any(
        node.kind in (Kind.EXTREMUM, Kind.MODULUS, Kind.NORM)
        or (node.kind in (Kind.POWER, Kind.POWERS) and whole_number(node.children[1]) is None)
        or (node.kind == Kind.APPLY and symbols.function(node.label.rstrip("'"), ANY_STAND_IN).kinked)
        for node in shaped.order
    )


def _product(factors: list[_Cost]) -> tuple[int, int]:
    """The entries of the largest product on the way from left to right, and the work of all."""
    rows, columns = factors[0].sides
    largest, work = rows * columns, 0
    for factor in factors[1:]:
        if (rows, columns) == (1, 1) or factor.sides == (1, 1):
            rows, columns = max(rows, factor.sides[0]), max(columns, factor.sides[1])
            work += rows * columns
        else:
            work += rows * columns * factor.sides[1] // TOGETHER
            columns = factor.sides[1]
        largest = max(largest, rows * columns)
    return largest, work


def _other(node: Node, sides: tuple[int, int], children: list[_Cost]) -> tuple[int, int]:
    """The same of any other node, roughly."""
    entries = sides[0] * sides[1]
    below = [child.sides[0] * child.sides[1] for child in children]
    match node.kind:
        case Kind.POWER:
            return entries, entries * (1 if entries == 1 else MAX_POWER * sides[0])
        case Kind.APPLY | Kind.POWERS | Kind.SOFTMAX:
            return entries, entries * TRANSCENDENTAL
        case Kind.ENTRY:
            return below[0] * max(children[0].sides), below[0] * max(children[0].sides)
    return max(entries, *below, 0), max(1, len(children)) * max(entries, *below, 0)
