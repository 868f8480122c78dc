"""A tree as text and as LaTeX: "read as". Both come from the tree alone, and both parse to the same tree again."""

from collections.abc import Mapping
from typing import Final

from app.formula.functions import FUNCTIONS
from app.formula.symbols import GREEK, HATS, NAME, Role, Symbols
from app.formula.tree import Kind, Node, fold, postorder

# How tightly a piece holds together: what is looser than its surroundings allow stands in brackets.
ATOM: Final = 10
LEVEL: Final[Mapping[Kind, int]] = {
    Kind.SUM: 1,
    Kind.NEGATIVE: 2,
    Kind.SERIES: 3,
    Kind.HADAMARD: 4,
    Kind.RATIO: 4,
    Kind.KRONECKER: 4,
    Kind.PRODUCT: 5,
    Kind.QUOTIENT: 5,
    Kind.MODULUS: 5,  # its bars could close those around it
    Kind.POWER: 8,
    Kind.POWERS: 8,
    Kind.TRANSPOSE: 8,
}
NEEDED: Final[Mapping[Kind, int]] = {
    Kind.SUM: 2,
    Kind.NEGATIVE: 3,
    Kind.SERIES: 3,
    Kind.HADAMARD: 6,
    Kind.RATIO: 6,
    Kind.KRONECKER: 6,
    Kind.PRODUCT: 6,
    Kind.QUOTIENT: 6,
    Kind.POWER: 9,
    Kind.POWERS: 9,
    Kind.TRANSPOSE: 9,
    Kind.ENTRY: 9,
}
NEVER_BARE: Final = {  # below or before such a sign they would mean something else
    Kind.ENTRY: (Kind.IDENTITY, Kind.ONES, Kind.ZEROS, Kind.BASIS, Kind.DELTA, Kind.NORM, Kind.ENTRY),
}
CALLS: Final = {
    Kind.SOFTMAX: "softmax",
    Kind.DIAG: "diag",
    Kind.TRACE: "tr",
    Kind.TOTAL: "sum",
    Kind.MEAN: "mean",
    Kind.NORM: "norm",
}


def text(tree: Node, symbols: Symbols) -> str:
    """A formula as one could type it, for messages: `2 W^T (W theta0 - y)`."""
    return _Text(symbols).write(tree)


def latex(tree: Node, symbols: Symbols) -> str:
    """A formula as LaTeX, with the symbols printed as the exercise does."""
    return _Latex(symbols).write(tree)


class _Writer:
    """What both ways of writing share: where brackets belong, and the plainer kinds of nodes."""

    times = " * "
    beside = " "
    opening: tuple[str, ...] = ("(", "[")

    def __init__(self, symbols: Symbols):
        self.symbols = symbols

    def write(self, tree: Node) -> str:
        return fold(tuple(postorder(tree)), self._node)

    def _node(self, place: int, node: Node, written: list[str]) -> str:
        parts = [self._part(node, child, part) for child, part in zip(node.children, written, strict=True)]
        written_by = getattr(self, f"_{node.kind.value}")
        return str(written_by(node, parts))

    def _part(self, node: Node, child: Node, part: str) -> str:
        bare = child.kind not in NEVER_BARE.get(node.kind, ()) and not self._names_another(node)
        return part if bare and self._level(child) >= self._needed(node, child) else self._brackets(part)

    def _names_another(self, node: Node) -> bool:
        """Whether it is an entry that would be read as a symbol, as `W_1` beside a `W1`."""
        base = node.children[0].label
        return node.kind == Kind.ENTRY and any(base + index in self.symbols.shape for index in node.label.split(","))

    def _level(self, child: Node) -> int:
        return LEVEL.get(child.kind, ATOM)

    def _needed(self, node: Node, child: Node) -> int:
        """The level that a child must have to stand bare; exponents bring brackets of their own."""
        if node.kind in (Kind.POWER, Kind.POWERS) and child is node.children[1]:
            return 0
        return NEEDED.get(node.kind, 0)

    def _brackets(self, inside: str) -> str:
        return f"({inside})"

    def _spelled(self, role: Role, name: str) -> str:
        """A spelling that still means this; the name itself where the exercise does not use it for something else."""
        word = self.symbols.words.get(name)
        if word is not None and word.role == role and word.name == name:
            return name
        return next((s for s, word in self.symbols.words.items() if word.role == role and word.name == name), name)

    def _number(self, node: Node, parts: list[str]) -> str:
        return node.label

    _constant = _size = _number

    def _sum(self, node: Node, parts: list[str]) -> str:
        """Terms with their signs; a term that begins with a minus brings it along."""
        joined = parts[0]
        for child, part in zip(node.children[1:], parts[1:], strict=True):
            joined += f" - {part[1:]}" if child.kind == Kind.NEGATIVE else f" + {part}"
        return joined

    def _negative(self, node: Node, parts: list[str]) -> str:
        return f"-{parts[0]}"

    def _product(self, node: Node, parts: list[str]) -> str:
        joined = parts[0]
        for before, part in zip(node.children, parts[1:], strict=False):
            tied = part[0].isdigit() or part[0] == "." or (_is_open(before) and part.startswith(self.opening))
            joined += (self.times if tied else self.beside) + part
        return joined

    def _series_head(self, node: Node) -> str:
        index, _, upper = node.label.partition(":")
        return f"_{{{index}=1}}^{{{upper}}}" if upper else f"_{{{index}}}"


def _is_open(node: Node) -> bool:
    """Whether it is an `I` or `ones` without a size, of which brackets behind it could be one."""
    return node.kind in (Kind.IDENTITY, Kind.ONES, Kind.ZEROS) and node.label in ("", ",1")


class _Text(_Writer):
    """Plain text."""

    def _symbol(self, node: Node, parts: list[str]) -> str:
        return node.label

    def _identity(self, node: Node, parts: list[str]) -> str:
        name = self._spelled(Role.BUILT_IN, "identity")
        name = "I" if self._means_identity("I") else name
        return f"{name}_{{{node.label}}}" if len(node.label) > 1 else f"{name}_{node.label}" if node.label else name

    def _means_identity(self, spelling: str) -> bool:
        word = self.symbols.words.get(spelling)
        return word is not None and word.role == Role.BUILT_IN and word.name == "identity"

    def _ones(self, node: Node, parts: list[str]) -> str:
        rows, columns = node.label.split(",")
        name = node.kind.value
        if columns == "1":
            return f"{name}_{{{rows}}}" if rows else name
        return f"{name}({rows}, {columns})"

    _zeros = _ones

    def _basis(self, node: Node, parts: list[str]) -> str:
        return f"e_{{{node.label}}}"

    def _delta(self, node: Node, parts: list[str]) -> str:
        return f"delta_{{{node.label}}}"

    def _quotient(self, node: Node, parts: list[str]) -> str:
        return "/".join(parts)

    def _hadamard(self, node: Node, parts: list[str]) -> str:
        return " ⊙ ".join(parts)

    def _ratio(self, node: Node, parts: list[str]) -> str:
        return " ./ ".join(parts)

    def _kronecker(self, node: Node, parts: list[str]) -> str:
        return " ⊗ ".join(parts)

    def _power(self, node: Node, parts: list[str]) -> str:
        sign = "^" if node.kind == Kind.POWER else ".^"
        return f"{parts[0]}{sign}{parts[1] if node.children[1].kind == Kind.NUMBER else self._brackets(parts[1])}"

    _powers = _power

    def _transpose(self, node: Node, parts: list[str]) -> str:
        return f"{parts[0]}^T"

    def _apply(self, node: Node, parts: list[str]) -> str:
        name = node.label.rstrip("'")
        return f"{self._spelled(Role.FUNCTION, name)}{node.label[len(name) :]}({parts[0]})"

    def _extremum(self, node: Node, parts: list[str]) -> str:
        return f"{node.label}({', '.join(parts)})"

    def _call(self, node: Node, parts: list[str]) -> str:
        return f"{CALLS[node.kind]}({parts[0]})"

    _softmax = _diag = _trace = _total = _mean = _call

    def _norm(self, node: Node, parts: list[str]) -> str:
        return f"norm({parts[0]})" + (f"_{node.label}" if node.label else "")

    def _modulus(self, node: Node, parts: list[str]) -> str:
        inside = parts[0]
        return f"|{' ' * inside.startswith('|')}{inside}{' ' * inside.endswith('|')}|"  # || would be a norm

    def _inner(self, node: Node, parts: list[str]) -> str:
        return f"⟨{', '.join(parts)}⟩"

    def _entry(self, node: Node, parts: list[str]) -> str:
        lower = node.label if len(node.label) == 1 else f"{{{node.label}}}"
        return f"{parts[0]}_{lower}"

    def _series(self, node: Node, parts: list[str]) -> str:
        head = f"_{node.label}" if len(node.label) == 1 else self._series_head(node)
        return f"sum{head} {parts[0]}"

    def _matrix(self, node: Node, parts: list[str]) -> str:
        columns = int(node.label)
        rows = [", ".join(parts[k : k + columns]) for k in range(0, len(parts), columns)]
        return f"[[{rows[0]}]]" if len(rows) == 1 else f"[{'; '.join(rows)}]"


class _Latex(_Writer):
    """LaTeX that a browser can show and `characters.py` can read."""

    times = r" \cdot "
    beside = r"\,"
    opening = (r"\left(",)

    def _brackets(self, inside: str) -> str:
        return rf"\left({inside}\right)"

    def _symbol(self, node: Node, parts: list[str]) -> str:
        return self._printed(node.label, ())

    def _printed(self, name: str, indices: tuple[str, ...]) -> str:
        """A symbol as the exercise prints it: vectors and matrices bold, their entries not."""
        if name in self.symbols.latex:
            own = self.symbols.latex[name]
            return rf"{{{own}}}_{{{','.join(indices)}}}" if indices else own
        match = NAME.fullmatch(name)
        letters, digits, index = match.groups() if match else (name, "", "")
        bold = not self.symbols.shape[name].is_scalar and not indices
        lower = ",".join(filter(None, (digits, index[1:])))
        base = self._letters(letters, bold)
        if indices and (index or (digits and any(map(str.isdigit, indices)))):
            return rf"{{{base}_{{{lower}}}}}_{{{','.join(indices)}}}"
        lower = ",".join(filter(None, (lower, *indices)))
        return rf"{base}_{{{lower}}}" if lower else base

    def _letters(self, letters: str, bold: bool) -> str:
        for hat in HATS:
            plain = letters.removesuffix(hat)
            if plain and plain != letters:
                return rf"\{hat}{{{self._letters(plain, bold)}}}"
        if letters in GREEK:
            return rf"\boldsymbol{{\{letters}}}" if bold else rf"\{letters}"
        font = "mathbf" if bold else "mathrm" if len(letters) > 1 else ""
        return rf"\{font}{{{letters}}}" if font else letters

    def _constant(self, node: Node, parts: list[str]) -> str:
        return r"\pi" if node.label == "pi" else node.label

    def _identity(self, node: Node, parts: list[str]) -> str:
        word = self.symbols.words.get("I")
        name = r"\mathbf{I}" if word is not None and word.name == "identity" else r"\operatorname{eye}"
        return rf"{name}_{{{node.label}}}" if node.label else name

    def _ones(self, node: Node, parts: list[str]) -> str:
        rows, columns = node.label.split(",")
        name = r"\mathbf{1}" if node.kind == Kind.ONES else r"\operatorname{zeros}"
        if columns == "1":
            return rf"{name}_{{{rows}}}" if rows else name
        return rf"\operatorname{{{node.kind.value}}}\left({rows}, {columns}\right)"

    _zeros = _ones

    def _basis(self, node: Node, parts: list[str]) -> str:
        return rf"\mathbf{{e}}_{{{node.label}}}"

    def _delta(self, node: Node, parts: list[str]) -> str:
        return rf"\delta_{{{node.label}}}"

    def _needed(self, node: Node, child: Node) -> int:
        return 0 if node.kind == Kind.QUOTIENT else super()._needed(node, child)

    def _level(self, child: Node) -> int:
        return 7 if child.kind == Kind.QUOTIENT else super()._level(child)

    def _quotient(self, node: Node, parts: list[str]) -> str:
        return rf"\frac{{{parts[0]}}}{{{parts[1]}}}"

    def _hadamard(self, node: Node, parts: list[str]) -> str:
        return r" \odot ".join(parts)

    def _ratio(self, node: Node, parts: list[str]) -> str:
        return r" \oslash ".join(parts)

    def _kronecker(self, node: Node, parts: list[str]) -> str:
        return r" \otimes ".join(parts)

    def _power(self, node: Node, parts: list[str]) -> str:
        return rf"{parts[0]}^{{{parts[1]}}}"

    def _powers(self, node: Node, parts: list[str]) -> str:
        return rf"{parts[0]}^{{\odot {parts[1]}}}"

    def _transpose(self, node: Node, parts: list[str]) -> str:
        return rf"{parts[0]}^\top"

    def _apply(self, node: Node, parts: list[str]) -> str:
        name = node.label.rstrip("'")
        primes = node.label[len(name) :]
        if node.label == "sqrt":
            return rf"\sqrt{{{parts[0]}}}"
        spelled = self._spelled(Role.FUNCTION, name)
        if name in self.symbols.functions:
            printed = self._letters(name, bold=False)
        else:
            printed = FUNCTIONS[name].latex if spelled == name else rf"\operatorname{{{spelled}}}"
        return rf"{printed}{primes}{self._brackets(parts[0])}"

    def _extremum(self, node: Node, parts: list[str]) -> str:
        return rf"\{node.label}{self._brackets(', '.join(parts))}"

    def _call(self, node: Node, parts: list[str]) -> str:
        return rf"\operatorname{{{CALLS[node.kind]}}}{self._brackets(parts[0])}"

    _softmax = _diag = _trace = _total = _mean = _call

    def _norm(self, node: Node, parts: list[str]) -> str:
        label = r"\infty" if node.label == "∞" else node.label
        return rf"\left\lVert {parts[0]}\right\rVert" + (f"_{{{label}}}" if label else "")

    def _modulus(self, node: Node, parts: list[str]) -> str:
        return rf"\left\lvert {parts[0]}\right\rvert"

    def _inner(self, node: Node, parts: list[str]) -> str:
        return rf"\left\langle {', '.join(parts)}\right\rangle"

    def _entry(self, node: Node, parts: list[str]) -> str:
        base = node.children[0]
        if base.kind == Kind.SYMBOL and ":" not in node.label and not self._names_another(node):
            return self._printed(base.label, tuple(node.label.split(",")))
        return rf"{{{parts[0]}}}_{{{node.label}}}"

    def _series(self, node: Node, parts: list[str]) -> str:
        return rf"\sum{self._series_head(node)} {parts[0]}"

    def _matrix(self, node: Node, parts: list[str]) -> str:
        columns = int(node.label)
        rows = [" & ".join(parts[k : k + columns]) for k in range(0, len(parts), columns)]
        return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"
