"""The parse tree: one kind of node for everything, so that every pass over it is one fold.

A node holds no reference to what surrounds it. Passes go over `postorder` with a stack of their own: nothing here
recurses, however deep a formula is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

MAX_DEPTH: Final = 40
MAX_NODES: Final = 120
TOO_LONG: Final = "This formula is nested too deeply or too long. Write it more simply."

Result = TypeVar("Result")


class Kind(StrEnum):
    """What a node is. `label` in brackets: what its `label` says."""

    NUMBER = "number"  # [digits as typed]
    CONSTANT = "constant"  # [pi or e]
    SYMBOL = "symbol"  # [declared name]
    SIZE = "size"  # [letter]: how many, as a number
    IDENTITY = "identity"  # [size, or nothing where the context says it]
    ONES = "ones"  # [rows,columns], rows may be empty likewise
    ZEROS = "zeros"  # as ones
    BASIS = "basis"  # [index, or 1]: the column with a one at this place
    DELTA = "delta"  # [two indices]: one where they are equal, else zero
    SUM = "sum"  # of two or more terms, a minus is a NEGATIVE term
    NEGATIVE = "negative"
    PRODUCT = "product"  # of two or more factors, the matrix product
    QUOTIENT = "quotient"
    HADAMARD = "hadamard"  # of two or more factors, entry by entry
    RATIO = "ratio"  # entry by entry
    KRONECKER = "kronecker"  # of two or more factors
    POWER = "power"  # base and exponent
    POWERS = "powers"  # entry by entry
    TRANSPOSE = "transpose"
    APPLY = "apply"  # [function, with a prime for each derivative], entry by entry
    EXTREMUM = "extremum"  # [max or min], entry by entry
    SOFTMAX = "softmax"
    DIAG = "diag"  # of a column or row: a square matrix; of a square matrix: the column of its diagonal
    TRACE = "trace"
    TOTAL = "total"  # the sum of all entries
    MEAN = "mean"
    NORM = "norm"  # [nothing, 1, 2, F or ∞]
    MODULUS = "modulus"  # of a number
    INNER = "inner"
    ENTRY = "entry"  # [indices with commas; a colon takes all]
    SERIES = "series"  # [index, or index:size]: the sum over an index
    MATRIX = "matrix"  # [columns], entries row by row


NUMBERS: Final = (Kind.NUMBER, Kind.SIZE, Kind.CONSTANT)  # of one character or a few, which no sign behind them changes


@dataclass(frozen=True)
class Node:
    """A piece of a formula. `start` and `stop` are where it stands in the text as typed; they do not tell nodes apart.

    `doubt` counts the factors that follow an unbracketed quotient without a sign, as in `a/b c`; of a transpose it is 1
    where that was written `'`. `depth` is kept by the parser, which bounds it.
    """

    kind: Kind
    children: tuple["Node", ...] = ()
    label: str = ""
    start: int = field(default=0, compare=False)
    stop: int = field(default=0, compare=False)
    doubt: int = field(default=0, compare=False)
    depth: int = field(default=1, compare=False)


def postorder(root: Node) -> Iterator[Node]:
    """Every node after its children, left to right."""
    waiting = [(root, 0)]
    while waiting:
        node, done = waiting.pop()
        if done == len(node.children):
            yield node
        else:
            waiting.append((node, done + 1))
            waiting.append((node.children[done], 0))


def fold(order: Sequence[Node], combine: Callable[[int, Node, list[Result]], Result]) -> Result:
    """What `combine(place, node, results of its children)` makes of a tree whose nodes are these, in postorder."""
    done: list[Result] = []
    for place, node in enumerate(order):
        first = len(done) - len(node.children)
        results = done[first:]
        del done[first:]
        done.append(combine(place, node, results))
    return done[0]


def is_number(node: Node) -> bool:
    """Whether it is made of digits alone: 2, -1, 1/3."""
    return all(part.kind in (Kind.NUMBER, Kind.NEGATIVE, Kind.QUOTIENT) for part in postorder(node))


def whole_number(node: Node) -> int | None:
    """The whole number that a node spells, such as 2 or -1; None for anything else."""
    digits = node.children[0] if node.kind == Kind.NEGATIVE else node
    if digits.kind != Kind.NUMBER or not digits.label.isdigit():
        return None
    return -int(digits.label) if node.kind == Kind.NEGATIVE else int(digits.label)
