"""Signs: how tightly each binds, and what it makes of the pieces beside it."""

from dataclasses import replace
from typing import Final

from app.answers import Unreadable
from app.formula.lexer import Token
from app.formula.pieces import Nodes, Operand, Operator
from app.formula.tree import NUMBERS, Kind, Node, is_number

TERM, SIGN_OF_TERM, SERIES, ENTRYWISE, PRODUCT, SIGN_OF_FACTOR, CALL, POWER, SIGN_OF_EXPONENT = range(1, 10)
JUXTAPOSED: Final = ""
INFIX: Final = {
    "+": TERM,
    "-": TERM,
    "⊙": ENTRYWISE,
    "./": ENTRYWISE,
    "⊗": ENTRYWISE,
    "*": PRODUCT,
    "/": PRODUCT,
    JUXTAPOSED: PRODUCT,
    "^": POWER,
    ".^": POWER,
}
CHAINS: Final = {"+": Kind.SUM, "⊙": Kind.HADAMARD, "⊗": Kind.KRONECKER, "*": Kind.PRODUCT, JUXTAPOSED: Kind.PRODUCT}
PAIRS: Final = {"/": Kind.QUOTIENT, "./": Kind.RATIO, ".^": Kind.POWERS}
ENTRYWISE_KINDS: Final = (Kind.HADAMARD, Kind.RATIO, Kind.KRONECKER)
RAISED: Final = (Kind.POWER, Kind.POWERS, Kind.TRANSPOSE)
NORMS: Final = {"1": "1", "2": "2", "F": "F", "f": "F", "∞": "∞"}

AMBIGUOUS_POWERS: Final = "Powers of powers can be read in two ways. Write brackets: (a^b)^c or a^(b^c)."
AMBIGUOUS_ENTRYWISE: Final = (
    "Which comes first here? Write brackets around one of these entrywise or Kronecker products."
)
ALONE: Final = "Write brackets around everything this function applies to, as in exp(x) y or exp(x y)."
EXPONENT_FIRST: Final = "Write the index before the exponent, as in x_d^2."


def sign_binding(before: Operator | None) -> int:
    """How tightly a sign binds that stands directly behind another one, or (None) at the beginning of a term."""
    if before is None or before.binding < PRODUCT:
        return max(SIGN_OF_TERM, before.binding if before else 0)
    if before.binding == CALL:
        raise Unreadable(ALONE, before.token.start)
    return SIGN_OF_EXPONENT if before.binding >= POWER else SIGN_OF_FACTOR


def prefixed(make: Nodes, operator: Operator, node: Node) -> Node:
    """What a minus, a sum over indices, or a function without brackets makes of the piece behind it."""
    start, stop = operator.token.start, node.stop
    if operator.binding == SERIES:
        indices, _, upper = operator.text.partition(":")
        for index in reversed(indices.split(",")):
            node = make(Kind.SERIES, (node,), start, stop, f"{index}:{upper}" if upper else index)
        return node
    if operator.binding == CALL:
        return make(Kind.APPLY, (node,), start, stop, operator.text)
    return make(Kind.NEGATIVE, (node,), start, stop)


def joined(make: Nodes, operator: Operator, left: Operand, right: Operand) -> Node:
    """What a sign makes of the pieces on both sides. A chain such as a + b + c is one node."""
    start, stop, sign = left.node.start, right.node.stop, operator.text
    if sign == "-":
        sign, right = "+", Operand(make(Kind.NEGATIVE, (right.node,), operator.token.start, stop))
    if INFIX[sign] == ENTRYWISE:
        _unambiguous(operator, left)
    if sign in CHAINS:
        kind = CHAINS[sign]
        chained = left.node.kind == kind and not left.closed
        node = make.longer(left.node, right.node) if chained else make(kind, (left.node, right.node), start, stop)
        return replace(node, doubt=_doubt(operator, left, chained)) if kind == Kind.PRODUCT else node
    if sign == "^":
        return make.power(left.node, right.node, start, stop)
    return make(PAIRS[sign], (left.node, right.node), start, stop)


def _unambiguous(operator: Operator, left: Operand) -> None:
    """One kind of entrywise sign may follow itself, but no other, and `./` not even itself."""
    kind = CHAINS.get(operator.text, Kind.RATIO)
    if left.node.kind in ENTRYWISE_KINDS and not left.closed and (left.node.kind != kind or kind == Kind.RATIO):
        raise Unreadable(AMBIGUOUS_ENTRYWISE, operator.token.start)


def _doubt(operator: Operator, left: Operand, chained: bool) -> int:
    """How many factors follow a quotient without a sign: they may have been meant below the line.

    A fraction of numbers or sizes with a blank behind it is a factor of its own: `1/2 x`.
    """
    juxtaposed = operator.text == JUXTAPOSED
    if chained:
        unbroken = left.node.doubt == len(left.node.children) - 1
        return left.node.doubt + (1 if juxtaposed and unbroken else 0)
    if not juxtaposed or left.node.kind != Kind.QUOTIENT or left.closed:
        return 0
    simple = all(is_number(part) or part.kind == Kind.SIZE for part in left.node.children)
    return 0 if simple and operator.token.spaced else 1


# Behind a piece -----------------------------------------------------------------------------------


def transposed(make: Nodes, operand: Operand, token: Token) -> Node:
    """`^T` and `^{-T}`."""
    node = operand.node
    _check_not_a_number(node, token)
    if token.text == "-":
        node = make.inverse(node, node.start, token.stop)
    return make(Kind.TRANSPOSE, (node,), node.start, token.stop)


def primed(make: Nodes, operand: Operand, token: Token) -> Node:
    """A prime behind anything but a function's name is a transpose, though hardly where that is a number: `(x^2)'`."""
    node = operand.node
    if node.kind == Kind.APPLY and not operand.closed:
        raise Unreadable("Write σ'(…) for a derivative, (…)^T for a transpose.", token.start)
    _check_not_a_number(node, token)
    for _ in token.text:
        node = replace(make(Kind.TRANSPOSE, (node,), node.start, token.stop), doubt=1)
    return node


def _check_not_a_number(node: Node, token: Token) -> None:
    if node.kind in NUMBERS:
        raise Unreadable("A number has no transpose or derivative. Leave this sign out.", token.start)


def lowered(make: Nodes, operand: Operand, token: Token) -> Node:
    """An index below: of an entry, or the kind of a norm."""
    node = operand.node
    if _is_any_norm(node) and not operand.closed:
        return _norm_named(node, token)
    if node.kind in RAISED and not operand.closed:
        raise Unreadable(EXPONENT_FIRST, token.start)
    if node.kind in (Kind.NUMBER, Kind.SIZE, Kind.CONSTANT):
        raise Unreadable("Only vectors and matrices have entries. Leave this index out.", token.start)
    return make(Kind.ENTRY, (node,), node.start, token.stop, token.text)


def _is_any_norm(node: Node) -> bool:
    """Whether it is a norm, or a power of one, that does not say yet which norm it is."""
    base = node.children[0] if node.kind == Kind.POWER else node
    return base.kind == Kind.NORM and not base.label


def _norm_named(node: Node, token: Token) -> Node:
    if token.text not in NORMS:
        raise Unreadable("Norms here are ||x||, ||x||_1, ||x||_∞ and, of matrices, ||A||_F.", token.start)
    if node.kind == Kind.NORM:
        return replace(node, label=NORMS[token.text], stop=token.stop)
    norm = replace(node.children[0], label=NORMS[token.text])
    return replace(node, children=(norm, *node.children[1:]), stop=token.stop)
