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

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from app.answers import Unreadable
from app.formula.characters import CLOSE_MATRIX, OPEN_MATRIX, OPEN_MODULUS, OPEN_NORM
from app.formula.lexer import OPENING, Is, Token
from app.formula.tree import MAX_DEPTH, MAX_NODES, Kind, Node, is_number

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
PAIRS: Final = {"/": Kind.QUOTIENT, "./": Kind.RATIO, "^": Kind.POWER, ".^": Kind.POWERS}
ENTRYWISE_KINDS: Final = (Kind.HADAMARD, Kind.RATIO, Kind.KRONECKER)
SIMPLE_CALLS: Final = {
    "diag": Kind.DIAG,
    "trace": Kind.TRACE,
    "total": Kind.TOTAL,
    "mean": Kind.MEAN,
    "norm": Kind.NORM,
    "softmax": Kind.SOFTMAX,
    "transpose": Kind.TRANSPOSE,
}
PAIR_CALLS: Final = {"inner": Kind.INNER, "kronecker": Kind.KRONECKER, "max": Kind.EXTREMUM, "min": Kind.EXTREMUM}
SIZED: Final = {"identity": Kind.IDENTITY, "ones": Kind.ONES, "zeros": Kind.ZEROS}
NORMS: Final = {"": "", "1": "1", "2": "2", "F": "F", "∞": "∞", "f": "F"}
STARTS: Final = frozenset(
    (Is.NUMBER, Is.SYMBOL, Is.FUNCTION, Is.SIZE, Is.CONSTANT, Is.BUILT_IN, Is.DELTA, Is.BASIS, Is.SERIES, Is.OPEN)
    + (Is.FRACTION, Is.BAR)
)

AMBIGUOUS_POWERS: Final = "Powers of powers can be read in two ways. Write brackets: (a^b)^c or a^(b^c)."
AMBIGUOUS_ENTRYWISE: Final = (
    "Which comes first here? Write brackets around one of these entrywise or Kronecker products."
)
ROW_OR_COLUMN: Final = "Row or column? Write [[a, b]] for a row, [a; b] for a column."
ALONE: Final = "Write brackets around everything this function applies to, as in exp(x) y or exp(x y)."
EXPONENT_FIRST: Final = "Write the index before the exponent, as in x_d^2."


@dataclass
class _Operand:
    """A finished piece. `closed`: it stands in brackets; `listed`: the entries, where these were square ones."""

    node: Node
    closed: bool = False
    listed: tuple[Node, ...] | None = None


@dataclass
class _Operator:
    """A sign or a prefix that waits for its right side. `text`: the sign, the function or the index."""

    text: str
    binding: int
    token: Token
    prefix: bool = False


# What a bracket makes of its content when it closes, here at a place in the text; None where more has to follow.
Build = Callable[["_Bracket", int], _Operand | None]


@dataclass
class _Bracket:
    """What was read since a bracket opened; the whole formula is one, too."""

    closer: str
    token: Token
    build: Build
    operands: list[_Operand] = field(default_factory=list)
    operators: list[_Operator] = field(default_factory=list)
    rows: list[list[_Operand]] = field(default_factory=lambda: [[]])
    start: int = 0

    @property
    def entries(self) -> list[_Operand]:
        return [entry for row in self.rows for entry in row]


def _of_norm(node: Node) -> bool:
    """Whether it is a norm, or a power of one, that does not say yet which norm it is."""
    base = node.children[0] if node.kind == Kind.POWER else node
    return base.kind == Kind.NORM and not base.label


def parse(tokens: Sequence[Token]) -> Node:
    """The tree of a formula. Raises `Unreadable` with the place and the remedy."""
    return _Parser(tokens).tree()


class _Parser:
    """Reads tokens one by one; knows whether a piece or a sign is due."""

    def __init__(self, tokens: Sequence[Token]):
        self.tokens = tokens
        self.at = 0
        self.nodes = 0
        whole = _Bracket("", tokens[0], self._whole)
        self.brackets = [whole]
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
        return self.brackets[0].rows[0][0].node

    # Making nodes

    def _node(self, kind: Kind, children: tuple[Node, ...], start: int, stop: int, label: str = "") -> Node:
        node = Node(kind, children, label, start, stop)
        self.nodes += 1
        if node.depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise Unreadable("This formula is nested too deeply or too long. Write it more simply.", start)
        return node

    @property
    def _inner(self) -> _Bracket:
        return self.brackets[-1]

    def _push(self, node: Node, closed: bool = False) -> None:
        self._inner.operands.append(_Operand(node, closed))
        self.operand_due = False

    def _leaf(self, kind: Kind, token: Token, label: str | None = None) -> None:
        self._push(self._node(kind, (), token.start, token.stop, token.text if label is None else label))

    def _peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    # Where a piece is due

    def _operand(self, token: Token) -> None:
        match token.what:
            case Is.NUMBER:
                self._number(token)
            case Is.SYMBOL | Is.SIZE | Is.CONSTANT | Is.DELTA | Is.BASIS:
                self._leaf(Kind(token.what.value), token)
            case Is.BUILT_IN:
                self._built_in(token)
            case Is.FUNCTION:
                self._function(token)
            case Is.OPEN:
                builds = {OPEN_MATRIX: self._matrix, OPEN_NORM: self._norm, OPEN_MODULUS: self._modulus}
                self._open(OPENING[token.text], token, builds.get(token.text, self._group))
            case Is.BAR:
                self._open(token.text, token, self._norm if token.text == "‖" else self._modulus)
            case Is.FRACTION:
                self._fraction(token)
            case Is.SERIES:
                self._inner.operators.append(_Operator(token.text, SERIES, token, prefix=True))
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
        before = self._inner.operators[-1] if self._inner.operators else None
        if before is not None and before.token is self.tokens[self.at - 2]:
            binding = max(before.binding, SIGN_OF_TERM) if before.binding < PRODUCT else SIGN_OF_FACTOR
            if before.binding == CALL:
                raise Unreadable(ALONE, before.token.start)
            if before.binding >= POWER:
                binding = SIGN_OF_EXPONENT
        else:
            binding = SIGN_OF_TERM
        if token.text == "-":
            self._inner.operators.append(_Operator("-", binding, token, prefix=True))

    def _built_in(self, token: Token) -> None:
        if token.text in SIZED:
            self._sized(token)
            return
        after = self._peek()
        if after.what != Is.OPEN:
            raise Unreadable("Write brackets behind this name, as in diag(…).", after.start)
        self.at += 1
        self._open(OPENING[after.text], after, self._called(token.text), token.start)

    def _function(self, token: Token) -> None:
        after, power = self._peek(), None
        if after.what == Is.SIGN and after.text == "^":
            power = self._power_of_function()
            after = self._peek()
        if after.what == Is.OPEN and after.text in "([{":
            self.at += 1
            self._open(OPENING[after.text], after, self._applied(token, power), token.start)
        elif power is not None:
            raise Unreadable("Write brackets behind this power of a function, as in tanh^2(x).", after.start)
        elif after.what in STARTS and after.what != Is.NUMBER:
            self._inner.operators.append(_Operator(token.text, CALL, token, prefix=True))
        else:
            raise Unreadable("Write what this function applies to in brackets, as in exp(x).", after.start)

    def _power_of_function(self) -> Node:
        """The 2 of tanh^2(x): a power of every value."""
        self.at += 1
        braced = self._peek().text == "{" and self._peek(2).text == "}"
        digits = self._peek(1 if braced else 0)
        if digits.what != Is.NUMBER:
            raise Unreadable("Write a power of a function's values as tanh^2(x) or (tanh(x))^2.", digits.start)
        self.at += 3 if braced else 1
        return self._node(Kind.NUMBER, (), digits.start, digits.stop, digits.text)

    def _fraction(self, token: Token) -> None:
        if self._peek().text != "{":
            raise Unreadable(r"Write a fraction as \frac{a}{b} or a/b.", token.start)
        opening = self._peek()
        self.at += 1
        self._open("}", opening, self._over, token.start)

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
            ahead += 2 if self._peek(ahead + 1).what == Is.COMMA else 1
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
                self._postfix(token)
            case Is.BAR if token.text == self._inner.closer:
                self._close(token)
            case Is.BAR if token.stop - token.start == 2 and self._inner.closer == "|":
                for place in (token.start, token.start + 1):  # the end of |x| before the next |
                    self._after_operand(Token(Is.BAR, "|", place, place + 1))
            case Is.CLOSE:
                self._close(token)
            case Is.COMMA | Is.ROW:
                self._separate(token)
            case Is.NUMBER if not self._is_ones(token):
                raise Unreadable("Write a number before the other factors, or * before it.", token.start)
            case _:
                self._reduce(PRODUCT)
                self._inner.operators.append(_Operator(JUXTAPOSED, PRODUCT, token))
                self.operand_due = True
                self._operand(token)

    def _infix(self, token: Token) -> None:
        binding = INFIX[token.text]
        self._reduce(binding)
        if binding == POWER and self._inner.operands[-1].node.kind in (Kind.POWER, Kind.POWERS):
            if not self._inner.operands[-1].closed:
                raise Unreadable(AMBIGUOUS_POWERS, token.start)
        self._inner.operators.append(_Operator(token.text, binding, token))
        self.operand_due = True

    def _postfix(self, token: Token) -> None:
        self._reduce(POWER)
        operand = self._inner.operands.pop()
        node = operand.node
        if token.what == Is.LOWER:
            self._push(self._lowered(operand, token))
            return
        if token.what == Is.PRIME and node.kind == Kind.APPLY and not operand.closed:
            raise Unreadable("Write σ'(…) for a derivative, (…)^T for a transpose.", token.start)
        if token.what == Is.PRIME and node.kind in (Kind.NUMBER, Kind.SIZE, Kind.CONSTANT):
            raise Unreadable("A number has no transpose or derivative. Leave this sign out.", token.start)
        if token.text == "-":
            node = self._inverse(node, node.start, token.stop)
        for _ in range(max(1, len(token.text)) if token.what == Is.PRIME else 1):
            node = self._node(Kind.TRANSPOSE, (node,), node.start, token.stop)
        self._push(node)

    def _lowered(self, operand: _Operand, token: Token) -> Node:
        """An index below: of an entry, or the kind of a norm."""
        node = operand.node
        if _of_norm(node) and not operand.closed:
            if token.text not in NORMS:
                raise Unreadable("Norms here are ||x||, ||x||_1, ||x||_∞ and, of matrices, ||A||_F.", token.start)
            if node.kind == Kind.NORM:
                return replace(node, label=NORMS[token.text], stop=token.stop)
            norm = replace(node.children[0], label=NORMS[token.text])
            return replace(node, children=(norm, *node.children[1:]), stop=token.stop)
        if node.kind in (Kind.POWER, Kind.POWERS, Kind.TRANSPOSE) and not operand.closed:
            raise Unreadable(EXPONENT_FIRST, token.start)
        if node.kind in (Kind.NUMBER, Kind.SIZE, Kind.CONSTANT):
            raise Unreadable("Only vectors and matrices have entries. Leave this index out.", token.start)
        return self._node(Kind.ENTRY, (node,), node.start, token.stop, token.text)

    # Signs that have both sides

    def _reduce(self, binding: int) -> None:
        """Finish what binds at least as tightly."""
        operators = self._inner.operators
        while operators and operators[-1].binding >= binding:
            operator = operators.pop()
            right = self._inner.operands.pop()
            if operator.prefix:
                if operator.binding == CALL and binding in (PRODUCT, ENTRYWISE):
                    raise Unreadable(ALONE, operator.token.start)
                self._inner.operands.append(_Operand(self._prefixed(operator, right.node)))
            else:
                left = self._inner.operands.pop()
                self._inner.operands.append(_Operand(self._joined(operator, left, right)))

    def _prefixed(self, operator: _Operator, node: Node) -> Node:
        start, stop = operator.token.start, node.stop
        if operator.binding == SERIES:
            indices, _, upper = operator.text.partition(":")
            for index in reversed(indices.split(",")):
                node = self._node(Kind.SERIES, (node,), start, stop, f"{index}:{upper}" if upper else index)
            return node
        if operator.binding == CALL:
            return self._node(Kind.APPLY, (node,), start, stop, operator.text)
        return self._node(Kind.NEGATIVE, (node,), start, stop)

    def _joined(self, operator: _Operator, left: _Operand, right: _Operand) -> Node:
        start, stop, sign = left.node.start, right.node.stop, operator.text
        if sign == "-":
            sign, right = "+", _Operand(self._node(Kind.NEGATIVE, (right.node,), operator.token.start, stop))
        if INFIX[sign] == ENTRYWISE:
            self._unambiguous(operator, left)
        if sign in CHAINS:
            kind = CHAINS[sign]
            chained = left.node.kind == kind and not left.closed
            factors = (*left.node.children, right.node) if chained else (left.node, right.node)
            node = self._node(kind, factors, start, stop)
            return replace(node, doubt=self._doubt(operator, left, chained)) if kind == Kind.PRODUCT else node
        if sign == "^" and left.node.kind == Kind.CONSTANT and left.node.label == "e":
            return self._node(Kind.APPLY, (right.node,), start, stop, "exp")
        return self._node(PAIRS[sign], (left.node, right.node), start, stop)

    def _unambiguous(self, operator: _Operator, left: _Operand) -> None:
        """One kind of entrywise sign may follow itself, but no other, and `./` not even itself."""
        kind = CHAINS.get(operator.text, Kind.RATIO)
        if left.node.kind in ENTRYWISE_KINDS and not left.closed and (left.node.kind != kind or kind == Kind.RATIO):
            raise Unreadable(AMBIGUOUS_ENTRYWISE, operator.token.start)

    def _doubt(self, operator: _Operator, left: _Operand, chained: bool) -> int:
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

    # Brackets

    def _open(self, closer: str, token: Token, build: Build, start: int | None = None) -> None:
        if len(self.brackets) > MAX_DEPTH:
            raise Unreadable(f"Brackets may be at most {MAX_DEPTH} deep.", token.start)
        self.brackets.append(_Bracket(closer, token, build, start=token.start if start is None else start))
        self.operand_due = True

    def _finish_entry(self) -> None:
        self._reduce(TERM)
        inner = self._inner
        inner.rows[-1].append(inner.operands.pop())
        self.operand_due = True

    def _separate(self, token: Token) -> None:
        inner = self._inner
        if inner.closer == "":
            raise Unreadable("Decimal numbers have a point: 0.5. Otherwise write one formula only.", token.start)
        if token.what == Is.ROW and inner.build not in (self._group, self._matrix):
            raise Unreadable("Semicolons stand between the rows of a matrix, as in [a, b; c, d].", token.start)
        self._finish_entry()
        if token.what == Is.ROW:
            inner.rows.append([])

    def _close(self, token: Token) -> None:
        if self._inner.closer != token.text:
            raise self._wrong_closing(token)
        self._finish_entry()
        bracket = self.brackets.pop()
        operand = bracket.build(bracket, token.stop)
        if operand is not None:
            self._inner.operands.append(operand)
            self.operand_due = False

    def _wrong_closing(self, token: Token) -> Unreadable:
        inner = self._inner
        if not any(bracket.closer == token.text for bracket in self.brackets):
            return Unreadable("This closing bracket has no opening partner.", token.start)
        return Unreadable("This bracket is never closed.", inner.token.start)

    def _whole(self, bracket: _Bracket, stop: int) -> _Operand:
        raise AssertionError("the whole formula has no closing bracket")

    def _single(self, bracket: _Bracket) -> Node:
        """The only thing within brackets."""
        entries = bracket.entries
        if len(entries) > 1:
            raise Unreadable(
                "One thing is due in these brackets. Decimal numbers have a point: 0.5.", entries[1].node.start
            )
        return entries[0].node

    def _group(self, bracket: _Bracket, stop: int) -> _Operand:
        """What stands in brackets: itself, or a matrix."""
        if bracket.closer == "⟩":
            return self._inner_product(bracket, stop)
        entries = bracket.entries
        if bracket.closer != "]" or (len(entries) == 1 and entries[0].listed is None):
            node = self._single(bracket)
            listed = (node,) if bracket.closer == "]" else None
            return _Operand(node, closed=True, listed=listed)
        if len(bracket.rows) > 1:
            return self._matrix(bracket, stop)
        if all(entry.listed is not None for entry in entries):
            rows = [[_Operand(node) for node in entry.listed or ()] for entry in entries]
            return self._matrix(_Bracket("]", bracket.token, self._matrix, rows=rows, start=bracket.start), stop)
        within = self._inner.closer == "]" and not self._inner.operands and not self._inner.operators
        if not within or self._peek().text not in (",", "]"):
            raise Unreadable(ROW_OR_COLUMN, bracket.start)
        row = tuple(entry.node for entry in entries)
        return _Operand(row[0], closed=True, listed=row)

    def _matrix(self, bracket: _Bracket, stop: int) -> _Operand:
        rows = bracket.rows
        if bracket.closer == CLOSE_MATRIX and not rows[-1]:
            rows = rows[:-1]
        columns = len(rows[0])
        for row in rows:
            if len(row) != columns:
                place = row[0].node.start if row else stop - 1
                raise Unreadable("The rows of this matrix have different lengths.", place)
        entries = tuple(entry.node for row in rows for entry in row)
        if len(entries) == 1:
            return _Operand(entries[0], closed=True)
        return _Operand(self._node(Kind.MATRIX, entries, bracket.start, stop, str(columns)), closed=True)

    def _inner_product(self, bracket: _Bracket, stop: int) -> _Operand:
        return _Operand(self._pair(Kind.INNER, bracket, stop))

    def _pair(self, kind: Kind, bracket: _Bracket, stop: int, label: str = "") -> Node:
        entries = tuple(entry.node for entry in bracket.entries)
        if len(entries) != 2:
            raise Unreadable("Two things are due in these brackets, with a comma between them.", bracket.token.start)
        return self._node(kind, entries, bracket.start, stop, label)

    def _norm(self, bracket: _Bracket, stop: int) -> _Operand:
        return _Operand(self._node(Kind.NORM, (self._single(bracket),), bracket.start, stop))

    def _modulus(self, bracket: _Bracket, stop: int) -> _Operand:
        return _Operand(self._node(Kind.MODULUS, (self._single(bracket),), bracket.start, stop))

    def _called(self, name: str) -> Build:
        """A built-in word with its brackets."""

        def build(bracket: _Bracket, stop: int) -> _Operand:
            if name in PAIR_CALLS:
                kind = PAIR_CALLS[name]
                return _Operand(self._pair(kind, bracket, stop, name if kind == Kind.EXTREMUM else ""), closed=True)
            node = self._single(bracket)
            if name == "inverse":
                return _Operand(self._inverse(node, bracket.start, stop), closed=True)
            closed = name != "norm"  # which may say below which norm it is
            return _Operand(self._node(SIMPLE_CALLS[name], (node,), bracket.start, stop), closed)

        return build

    def _inverse(self, node: Node, start: int, stop: int) -> Node:
        one = self._node(Kind.NUMBER, (), start, stop, "1")
        return self._node(Kind.POWER, (node, self._node(Kind.NEGATIVE, (one,), start, stop)), start, stop)

    def _applied(self, token: Token, power: Node | None) -> Build:
        def build(bracket: _Bracket, stop: int) -> _Operand:
            node = self._node(Kind.APPLY, (self._single(bracket),), bracket.start, stop, token.text)
            if power is not None:
                return _Operand(self._node(Kind.POWERS, (node, power), bracket.start, stop), closed=True)
            return _Operand(node)

        return build

    def _over(self, bracket: _Bracket, stop: int) -> None:
        """The numerator of a fraction is read: the denominator is due."""
        over = self._single(bracket)
        opening = self._peek()
        if opening.text != "{":
            raise Unreadable(r"The denominator is missing. Write a fraction as \frac{a}{b} or a/b.", opening.start)
        self.at += 1

        def build(below: _Bracket, end: int) -> _Operand:
            return _Operand(self._node(Kind.QUOTIENT, (over, self._single(below)), bracket.start, end), closed=True)

        self._open("}", opening, build, bracket.start)
