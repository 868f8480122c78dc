"""What the rules about shapes look at: one piece of a formula, with what is known of sizes so far."""

from app.answers import Unreadable
from app.formula.mismatch import Words
from app.formula.sizes import OPEN, Shape, Size, Sizes, size
from app.formula.symbols import Symbols
from app.formula.tree import Node


class Inference:
    """What all pieces of one formula share."""

    def __init__(self, symbols: Symbols):
        self.symbols = symbols
        self.words = Words(symbols)
        self.sizes = Sizes()


class Piece:
    """A node of a formula, with the shapes of its children.

    `ranges`: what the indices that stand free in it run over. `runs`: of them, those that the node itself names.
    """

    def __init__(self, inference: Inference, node: Node, place: int, shapes: list[Shape]):
        self.symbols = inference.symbols
        self.words = inference.words
        self.sizes = inference.sizes
        self.node = node
        self.shapes = [self.sizes.shape(shape) for shape in shapes]
        self.open: Size = (f"{OPEN}{place}",)  # a size of its own that is open
        self.ranges: dict[str, Size] = {}
        self.runs: dict[str, Size] = {}

    def size(self, label: str) -> Size:
        """The size that a label names; an open one where it names none."""
        if label and not label.isdigit() and label not in self.symbols.letters:
            sizes = ", ".join(self.symbols.letters) or "none"
            raise Unreadable(f"This is no size here. Sizes are: {sizes}.", self.node.start)
        if label and label.isdigit() and int(label) == 0:
            raise Unreadable("A size is at least 1.", self.node.start)
        return size(label) if label else self.open

    def note(self, index: str, run: Size, start: int) -> None:
        """Note that an index runs over a size. Over another one as well it cannot."""
        known = self.ranges.setdefault(index, run)
        if not self.sizes.equal(known, run):
            raise Unreadable(f"The index {index} runs over two different sizes. Take another letter for one.", start)

    def index(self, index: str, run: Size) -> None:
        """Note an index that this node names, and that declared ones know what they run over."""
        if not index.isalpha() or len(index) != 1:
            raise Unreadable("An index is a letter here, as in e_d and δ_{ij}.", self.node.start)
        declared = self.symbols.indices.get(index)
        if declared is not None and not self.sizes.equal(run, size(declared)):
            raise Unreadable(f"{index} runs from 1 to {declared}, and not over these entries.", self.node.start)
        self.note(index, run, self.node.start)
        self.runs[index] = run
