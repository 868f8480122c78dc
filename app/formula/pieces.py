"""What the parser holds while it reads: finished pieces, signs that wait, brackets that are open."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from app.answers import Unreadable
from app.formula.lexer import Token
from app.formula.tree import MAX_DEPTH, MAX_NODES, TOO_LONG, Kind, Node, postorder


class Nodes:
    """Makes the nodes of one tree, and no more of them nor deeper ones than a formula may have."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, kind: Kind, children: tuple[Node, ...], start: int, stop: int, label: str = "") -> Node:
        self.made += 1
        depth = 1 + max((child.depth for child in children), default=0)
        return self._checked(Node(kind, children, label, start, stop, depth=depth))

    def longer(self, chain: Node, node: Node) -> Node:
        """A chain such as a + b with one more piece, in the place of the one that it had been."""
        depth = max(chain.depth, 1 + node.depth)
        return self._checked(Node(chain.kind, (*chain.children, node), "", chain.start, node.stop, depth=depth))

    def _checked(self, node: Node) -> Node:
        if node.depth > MAX_DEPTH or self.made > MAX_NODES:
            raise Unreadable(TOO_LONG, node.start)
        return node

    def power(self, base: Node, exponent: Node, start: int, stop: int) -> Node:
        """A power; one of e is the exponential function, which applies to vectors, too."""
        if base.kind == Kind.CONSTANT and base.label == "e":
            return self(Kind.APPLY, (exponent,), start, stop, "exp")
        return self(Kind.POWER, (base, exponent), start, stop)

    def inverse(self, node: Node, start: int, stop: int) -> Node:
        one = self(Kind.NUMBER, (), start, stop, "1")
        return self.power(node, self(Kind.NEGATIVE, (one,), start, stop), start, stop)


@dataclass
class Operand:
    """A finished piece. `closed`: it stands in brackets.

    `listed`: the entries, where these were square ones. `flat`: they are several, which only a list around them may
    hold: it is open whether they are a row or a column.
    """

    node: Node
    closed: bool = False
    listed: tuple[Node, ...] | None = None
    flat: bool = False


@dataclass
class Operator:
    """A sign or a prefix that waits for its right side. `text`: the sign, the function or the index."""

    text: str
    binding: int
    token: Token
    prefix: bool = False


DECIMAL_POINT: Final = "Decimal numbers have a point: 0.5."


def is_split_decimal(first: Node, second: Node) -> bool:
    """Whether a comma stands between digits, as in 0,5 x."""
    before = [leaf for leaf in postorder(first) if not leaf.children][-1]
    behind = next(postorder(second))
    return before.kind == behind.kind == Kind.NUMBER and behind.start == before.stop + 1


# What a bracket makes of its content when it closes, before a place in the text; None where more has to follow.
Build = Callable[[Nodes, "Bracket", int], Operand | None]


@dataclass
class Bracket:
    """What was read since a bracket opened; the whole formula is one, too, which nothing closes."""

    closer: str
    token: Token
    build: Build
    start: int
    operands: list[Operand] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    rows: list[list[Operand]] = field(default_factory=lambda: [[]])

    @property
    def entries(self) -> list[Operand]:
        return [entry for row in self.rows for entry in row]

    def single(self, remedy: str = "") -> Node:
        """The only thing in it. `remedy`: what to write for several."""
        if len(self.entries) > 1:
            first, second = self.entries[0].node, self.entries[1].node
            remedy = DECIMAL_POINT if is_split_decimal(first, second) else remedy
            raise Unreadable(f"One thing is due in these brackets. {remedy}".rstrip(), second.start)
        return self.entries[0].node

    @property
    def pair(self) -> tuple[Node, Node]:
        if len(self.entries) != 2:
            raise Unreadable("Two things are due in these brackets, with a comma between them.", self.token.start)
        return self.entries[0].node, self.entries[1].node
