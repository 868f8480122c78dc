"""Tokens → tree: precedence as a mathematician reads it, with stacks of its own and no recursion.

From loose to tight:

    a + b, a − b, −a        signs of terms
    ∑_d …                   reaches to the next + or −
    a ⊙ b, a ./ b, A ⊗ B    looser than products: `W^T δ ⊙ s` is (W^T δ) ⊙ s
    a b, a * b, a @ b, a / b    from left to right
    exp x                   without brackets a function takes one factor, and nothing may follow that
    a^b, A^T, A', x_d       tighter than any sign: -x^2 is −(x²), a transpose binds like a power

What could be read in two ways is refused with both ways to write it: `a/b c` where c is a number, `x^y^z`,
`exp x y`, `A ⊙ B ⊗ C`.
"""

from collections.abc import Sequence
from typing import Final

from app.answers import Unreadable
from app.formula.brackets import PLAIN, applied, called, denominator, group, matrix, row
from app.formula.characters import CLOSE_MATRIX
from app.formula.lexer import OPENING, Is, Token
from app.formula.pieces import Bracket, Build, Nodes, Operand, Operator
from app.formula.signs import (
    ALONE,
    AMBIGUOUS_POWERS,
    CALL,
    ENTRYWISE,
    INFIX,
    JUXTAPOSED,
    POWER,
    PRODUCT,
    SERIES,
    SIGN_OF_EXPONENT,
    TERM,
    joined,
    lowered,
    prefixed,
    primed,
    sign_binding,
    transposed,
)
from app.formula.tree import MAX_DEPTH, Kind, Node

SIZED: Final = {"identity": Kind.IDENTITY, "ones": Kind.ONES, "zeros": Kind.ZEROS}
SIZES_ONLY: Final = (
    "Only sizes stand in these brackets, as in eye(N) and ones(N, D). Write * before a factor in brackets."
)
LEAVES: Final = (Is.SYMBOL, Is.SIZE, Is.CONSTANT, Is.DELTA, Is.BASIS)
NUMBER_OR_ONES: Final = (
    "Is this the number 1 or a column of ones? Write * before the number; 1_N or ones(N) for the column."
)
STARTS: Final = (*LEAVES, Is.FUNCTION, Is.BUILT_IN, Is.SERIES, Is.OPEN, Is.BAR, Is.FRACTION)


def parse(tokens: Sequence[Token]) -> Node:
    """The tree of a formula. Raises `Unreadable` with the place and the remedy."""
    return _Parser(tokens).tree()


class _Parser:
    """Reads tokens one by one; knows whether a piece or a sign is due."""

    def __init__(self, tokens: Sequence[Token]):
        self.tokens = tokens
        self.at = 0
        self.make = Nodes()
        self.brackets = [Bracket("", tokens[0], group, 0)]
        self.operand_due = True

    def tree(self) -> Node:
        if self.tokens[0].what == Is.END:
            raise Unreadable("This answer is empty. Type a formula.", 0)
        while (token := self.tokens[self.at]).what != Is.END:
            self.at += 1
            if self.operand_due:
                self._operand(token)
            else:
                self._after_operand(token)
        if self.operand_due:
            raise self._missing(token)
        if len(self.brackets) > 1:
            raise Unreadable("This bracket is never closed.", self.brackets[-1].token.start)
        self._finish_entry()
        return self.brackets[0].single()

    @property
    def _inner(self) -> Bracket:
        return self.brackets[-1]

    def _push(self, node: Node) -> None:
        self._inner.operands.append(Operand(node))
        self.operand_due = False

    def _leaf(self, kind: Kind, token: Token, label: str | None = None) -> None:
        self._push(self.make(kind, (), token.start, token.stop, token.text if label is None else label))

    def _peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    # Where a piece is due

    def _operand(self, token: Token) -> None:
        match token.what:
            case Is.NUMBER:
                self._number(token)
            case _ if token.what in LEAVES:
                self._leaf(Kind(token.what.value), token)
            case Is.BUILT_IN if token.text in SIZED:
                self._sized(token)
            case Is.BUILT_IN:
                self._built_in(token)
            case Is.FUNCTION:
                self._function(token)
            case Is.OPEN | Is.BAR:
                self._open(OPENING.get(token.text, token.text), token, PLAIN[token.text])
            case Is.FRACTION:
                self._fraction(token)
            case Is.SERIES:
                self._inner.operators.append(Operator(token.text, SERIES, token, prefix=True))
            case Is.SIGN if token.text in "+-":
                self._sign(token)
            case _:
                raise self._missing(token)

    def _number(self, token: Token) -> None:
        after = self._peek()
        if not self._is_ones(token):
            self._leaf(Kind.NUMBER, token)
        elif after.what == Is.LOWER:
            self.at += 1
            self._leaf(Kind.ONES, token, f"{self._size_below(after)},1")
        else:
            self._leaf(Kind.ONES, token, ",1")

    def _is_ones(self, token: Token) -> bool:
        """Whether a 1 is a column of ones, as in 1_N and in b 1^T."""
        after = self._peek()
        transposed = after.what == Is.TRANSPOSE and not after.text
        return token.text == "1" and (transposed or after.what == Is.LOWER)

    def _sign(self, token: Token) -> None:
        """A sign before a term, a factor or an exponent. A plus changes nothing."""
        operators = self._inner.operators
        before = operators[-1] if operators and operators[-1].token is self.tokens[self.at - 2] else None
        binding = sign_binding(before)
        if token.text == "+" and binding == SIGN_OF_EXPONENT:  # `x^ + b`: the exponent was forgotten
            raise self._missing(token)
        if token.text == "-":
            operators.append(Operator("-", binding, token, prefix=True))

    def _built_in(self, token: Token) -> None:
        after = self._peek()
        if after.what != Is.OPEN and token.text == "total":
            message = "Write sum(…) for the sum of all entries, sum_k for a sum over an index."
            raise Unreadable(message, token.start)
        if after.what != Is.OPEN:
            raise Unreadable("Write brackets behind this name, as in diag(…).", after.start)
        self.at += 1
        self._open(OPENING[after.text], after, called(token.text, token.start))

    def _function(self, token: Token) -> None:
        power = self._power_of_function()
        after = self._peek()
        if after.what == Is.OPEN and after.text in "([{":
            self.at += 1
            self._open(OPENING[after.text], after, applied(token, power))
        elif power is None and after.what in STARTS:
            self._inner.operators.append(Operator(token.text, CALL, token, prefix=True))
        else:
            raise Unreadable("Write what this function applies to in brackets, as in exp(x).", after.start)

    def _power_of_function(self) -> Node | None:
        """The 2 of tanh^2(x): a power of every value. None where none stands here."""
        if self._peek().text != "^":
            return None
        self.at += 1
        braced = self._peek().text == "{" and self._peek(2).text == "}"
        digits = self._peek(1 if braced else 0)
        if digits.what != Is.NUMBER:
            raise Unreadable("Write a power of a function's values as tanh^2(x) or (tanh(x))^2.", digits.start)
        self.at += 3 if braced else 1
        return self.make(Kind.NUMBER, (), digits.start, digits.stop, digits.text)

    def _fraction(self, token: Token) -> None:
        self._braces(token.start, self._numerator)

    def _numerator(self, make: Nodes, bracket: Bracket, stop: int) -> None:
        self._braces(stop, denominator(bracket.single(), bracket.start))

    def _braces(self, place: int, build: Build) -> None:
        """Open the braces that a LaTeX fraction wants here."""
        opening = self._peek()
        if opening.text != "{":
            raise Unreadable(r"Write a fraction as \frac{a}{b} or a/b.", place)
        self.at += 1
        self._open("}", opening, build)

    def _missing(self, token: Token) -> Unreadable:
        """Where something had to stand."""
        if token.what == Is.END:
            return Unreadable("The formula ends too early: something is missing at its end.", token.start)
        if token.what in (Is.CLOSE, Is.COMMA, Is.ROW):
            return Unreadable("Something is missing before this bracket, comma or semicolon.", token.start)
        if token.what == Is.LOWER:
            return Unreadable("This index has nothing to stand below.", token.start)
        return Unreadable("Something is missing before this sign.", token.start)

    # Sizes: I_N, eye(N), ones(N, D)

    def _sized(self, token: Token) -> None:
        kind = SIZED[token.text]
        label = self._size_below(self._peek()) if self._peek().what == Is.LOWER else None
        if label is not None:
            self.at += 1
            label = label if kind == Kind.IDENTITY else f"{label},1"
        else:
            label = self._sizes_in_brackets(kind)
        if label is None and token.stop - token.start > 1 and self._peek().text in ("(", "["):
            raise Unreadable(SIZES_ONLY, self._peek().start)  # behind a word such as eye; behind I stands a factor
        if label is None:
            label = "" if kind == Kind.IDENTITY else ",1"
        self._leaf(kind, token, label)

    def _size_below(self, lower: Token) -> str:
        if "," in lower.text or not (lower.text.isdigit() or lower.text.isupper()):
            raise Unreadable("Below I and ones stands their size, as in I_N.", lower.start)
        return lower.text

    def _sizes_in_brackets(self, kind: Kind) -> str | None:
        """The sizes in eye(N) or ones((N, D)), where nothing but sizes stands in these brackets."""
        ahead = 0
        while self._peek(ahead).text in ("(", "["):
            ahead += 1
        opened, sizes = ahead, []
        while opened and self._peek(ahead).what in (Is.SIZE, Is.NUMBER):
            sizes.append(self._peek(ahead).text)
            ahead += 1
            if self._peek(ahead).what != Is.COMMA:
                break
            ahead += 1
        closed = [self._peek(ahead + k) for k in range(opened)]
        if not opened or opened > 2 or not 1 <= len(sizes) <= 2 or any(token.what != Is.CLOSE for token in closed):
            return None
        if not all(size.isdigit() or size.isalpha() for size in sizes):
            return None
        if kind == Kind.IDENTITY and len(sizes) == 2 and sizes[0] != sizes[1]:
            raise Unreadable("An identity matrix is square: write I_N.", self._peek(ahead - 1).start)
        self.at += ahead + opened
        return sizes[0] if kind == Kind.IDENTITY else ",".join([*sizes, "1"][:2])

    # Behind a piece

    def _after_operand(self, token: Token) -> None:
        match token.what:
            case Is.SIGN:
                self._infix(token)
            case Is.PRIME | Is.TRANSPOSE | Is.LOWER:
                self._reduce(POWER)
                changed = {Is.PRIME: primed, Is.TRANSPOSE: transposed, Is.LOWER: lowered}[token.what]
                self._push(changed(self.make, self._inner.operands.pop(), token))
            case Is.BAR if token.text == self._inner.closer:
                self._close(token)
            case Is.BAR if token.stop - token.start == 2 and self._inner.closer == "|":
                for place in (token.start, token.start + 1):  # the end of |x| before the next |
                    self._after_operand(Token(Is.BAR, "|", place, place + 1))
            case Is.CLOSE:
                self._close(token)
            case Is.COMMA | Is.ROW:
                self._separate(token)
            case Is.NUMBER if token.spaced and self._may_be_ones(token):
                raise Unreadable(NUMBER_OR_ONES, token.start)
            case Is.NUMBER if not self._is_ones(token) and (not token.spaced or self._behind_a_number()):
                raise Unreadable("Write a number before the other factors, or * before it.", token.start)
            case _:
                self._reduce(PRODUCT)
                self._inner.operators.append(Operator(JUXTAPOSED, PRODUCT, token))
                self.operand_due = True
                self._operand(token)

    def _may_be_ones(self, token: Token) -> bool:
        """Whether a 1 behind a piece is hardly the number: `W 1`, but not `W 1/2`, nor `2 1`."""
        followed = self._is_ones(token) or self._peek().text == "/"
        return token.text == "1" and not followed and not self._behind_a_number()

    def _behind_a_number(self) -> bool:
        """Whether digits would follow digits, as in 2 3 or x^2 3."""
        return self._in_an_exponent() or self._inner.operands[-1].node.kind == Kind.NUMBER

    def _in_an_exponent(self) -> bool:
        operators = self._inner.operators
        return bool(operators) and operators[-1].binding >= POWER

    def _infix(self, token: Token) -> None:
        binding = INFIX[token.text]
        raised = self._in_an_exponent()
        self._reduce(binding)
        before = self._inner.operands[-1]
        if binding == POWER and (raised or (before.node.kind == Kind.POWER and not before.closed)):
            raise Unreadable(AMBIGUOUS_POWERS, token.start)
        self._inner.operators.append(Operator(token.text, binding, token))
        self.operand_due = True

    def _reduce(self, binding: int) -> None:
        """Finish what binds at least as tightly."""
        operators, operands = self._inner.operators, self._inner.operands
        while operators and operators[-1].binding >= binding:
            operator, right = operators.pop(), operands.pop()
            if operator.binding == CALL and binding in (PRODUCT, ENTRYWISE):
                raise Unreadable(ALONE, operator.token.start)
            if operator.prefix:
                operands.append(Operand(prefixed(self.make, operator, right.node)))
            else:
                operands.append(Operand(joined(self.make, operator, operands.pop(), right)))

    # Brackets

    def _open(self, closer: str, token: Token, build: Build) -> None:
        if len(self.brackets) > MAX_DEPTH:
            raise Unreadable(f"Brackets may be at most {MAX_DEPTH} deep.", token.start)
        self.brackets.append(Bracket(closer, token, build, token.start))
        self.operand_due = True

    def _finish_entry(self) -> None:
        self._reduce(TERM)
        self._inner.rows[-1].append(self._inner.operands.pop())
        self.operand_due = True

    def _separate(self, token: Token) -> None:
        inner = self._inner
        if inner.closer == "":
            raise Unreadable("Decimal numbers have a point: 0.5. Otherwise write one formula only.", token.start)
        if token.what == Is.ROW and self._peek().text == inner.closer == CLOSE_MATRIX:
            return  # LaTeX may end the last row, too
        if token.what == Is.ROW and inner.build not in (group, matrix):
            raise Unreadable("Semicolons stand between the rows of a matrix, as in [a, b; c, d].", token.start)
        self._finish_entry()
        if token.what == Is.ROW:
            inner.rows.append([])

    def _close(self, token: Token) -> None:
        if self._inner.closer != token.text:
            raise self._wrong_closing(token)
        self._finish_entry()
        bracket = self.brackets.pop()
        operand = bracket.build(self.make, bracket, token.stop)
        if operand is None:
            return
        if operand.flat and self._peek().what in (Is.TRANSPOSE, Is.PRIME):
            operand = row(self.make, operand, bracket.start, token.stop)  # of which the transpose is a column
        elif operand.flat and not self._in_a_list():
            raise Unreadable("Row or column? Write [[a, b]] for a row, [a; b] for a column.", bracket.start)
        self._inner.operands.append(operand)
        self.operand_due = False

    def _in_a_list(self) -> bool:
        """Whether what was just closed is an entry of a list of rows."""
        inner = self._inner
        alone = not inner.operands and not inner.operators
        return inner.closer == "]" and alone and self._peek().text in (",", "]")

    def _wrong_closing(self, token: Token) -> Unreadable:
        if any(bracket.closer == token.text for bracket in self.brackets):
            return Unreadable("This bracket is never closed.", self._inner.token.start)
        if len(self.brackets) > 1:
            return Unreadable("A bracket of another kind is open here. Close it as it was opened.", token.start)
        return Unreadable("This closing bracket has no opening partner.", token.start)
