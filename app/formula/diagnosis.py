"""What the structure of a wrong formula shows: it is right but for one thing, which is named and not said outright.

First what can be seen from the values: a constant factor, a vector where its diagonal matrix is due. Then what can be
seen from changing one place of the tree: the sign of a term, a transpose, σ for σ', the order of two factors. A change
that makes the formula right tells what is wrong with it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, permutations, takewhile
from typing import Final

import numpy as np

from app.answers import Array, Unreadable
from app.formula.equivalence import Answer, Reference, Trial
from app.formula.functions import ANY_STAND_IN
from app.formula.reading import Formula, of_tree
from app.formula.shapes import Shaped
from app.formula.sizes import ONE, Shape, size
from app.formula.symbols import Symbols
from app.formula.tree import Kind, Node, postorder

MOST_CHANGES: Final = 12  # that are tried on one formula,
SOME: Final = 3  # of so many trials one: there are four to a choice of sizes, so each choice and each stand-in occurs
MOST_NODES: Final = 100  # and nodes that the changed formulas have together


@dataclass(frozen=True)
class Hint:
    """A detector that fits: its `id`, stored with the attempt, and what the student reads."""

    id: str
    feedback: str


SIGN_FLIPPED: Final = Hint(
    "sign-flipped", "The size is right and the direction is opposite. Check the sign of your first step again."
)
CONSTANT_FACTOR: Final = Hint(
    "constant-factor",
    "One constant factor is off everywhere. Look for one lost or added when differentiating or averaging.",
)
NOT_ON_DIAGONAL: Final = Hint(
    "vector-not-matrix", "The right entries, as a vector. Which outputs depend on which inputs?"
)
ENTRY_NOT_WHOLE: Final = Hint("entry-not-whole", "Every entry is right. Write all of them at once, without an index.")
WHOLE_NOT_ENTRY: Final = Hint(
    "whole-not-entry", "All entries are right, and one is asked for: write it with its index."
)
ONE_FUNCTION_ONLY: Final = Hint(
    "one-function-only",
    "This holds for one choice of the function only. Write it for any: with its name and derivative.",
)
ONE_SIGN: Final = Hint("sign-of-a-term", "Right but for the sign of one term.")
ONE_TRANSPOSE: Final = Hint("transpose-of-a-factor", "Right but for a transpose. Write the shape beside each factor.")
SLOPE: Final = Hint(
    "slope-or-value", "Right but for one place that has a function for its derivative, or the other way."
)
ORDER: Final = Hint("order-of-factors", "Right but for the order of two factors: matrices do not commute.")
PRODUCT: Final = Hint("kind-of-product", "Right but for one product: entry by entry, or of matrices?")


def hint_about(formula: Formula, answer: Answer | None, reference: Reference) -> Hint | None:
    """The first detector that fits a wrong formula; `answer` is it in the reference's shape, if it has that."""
    with np.errstate(all="ignore"):  # values may be as large as they like
        if answer is not None and answer.is_right_as_drawn(reference):
            return None  # what is wrong is nearer to a kink, or farther from it
        if answer is not None:
            found = _about_values(answer, reference)
        else:
            found = _about_diagonal(formula, reference) or _about_entries(formula, reference)
        return found or _about_structure(formula, reference)


def _about_values(answer: Answer, reference: Reference) -> Hint | None:
    trials = reference.trials[::SOME] if reference.symbols.generic else reference.trials
    ratios = list(takewhile(lambda ratio: ratio != 0, (_ratio(answer, trial) for trial in trials)))
    if len(ratios) == len(trials):
        if np.allclose(ratios, -1):
            return SIGN_FLIPPED
        if _is_factor(ratios, trials, reference.symbols):
            return CONSTANT_FACTOR
    first = reference.trials[0]
    if reference.symbols.generic and first.near(answer(first), first.right):
        return ONE_FUNCTION_ONLY
    return None


def _ratio(answer: Answer, trial: Trial) -> float:
    """The number by which the reference must be multiplied everywhere in a trial; 0 where there is none."""
    value, right = np.broadcast_arrays(answer(trial), trial.right)  # either may have an index that the other lacks
    place = np.unravel_index(int(np.abs(right).argmax()), right.shape)
    if right[place] == 0 or not np.isfinite(value[place]) or value[place] == 0:
        return 0.0
    ratio = float(value[place] / right[place])
    return ratio if trial.near(value / ratio, right) else 0.0


def _is_factor(ratios: list[float], trials: Sequence[Trial], symbols: Symbols) -> bool:
    """Whether one number or one size is the factor, or one below a fraction line, in all trials."""
    if np.allclose(ratios, ratios[0]):
        return True
    for letter in symbols.letters:
        sizes = [trial.world.sizes[letter] for trial in trials]
        for powered in (np.divide(ratios, sizes), np.multiply(ratios, sizes)):
            if np.allclose(powered, powered[0]):
                return True
    return False


def _about_diagonal(formula: Formula, reference: Reference) -> Hint | None:
    side = reference.shape.rows
    if not reference.shape.is_square or side == ONE:
        return None
    for shape in (Shape(side, ONE), Shape(ONE, side)):
        fitted = formula.fitted(shape)
        if fitted and Answer(fitted, formula.symbols).is_right(reference, _on_diagonal):
            return NOT_ON_DIAGONAL
    return None


def _on_diagonal(values: Array) -> Array:
    *lead, rows, columns = values.shape
    matrix: Array = values.reshape(*lead, rows * columns, 1) * np.eye(rows * columns)
    return matrix


def _about_entries(formula: Formula, reference: Reference) -> Hint | None:
    """Whether entries stand for the whole or the whole for its entries: an axis of an index for rows or columns."""
    if formula.is_open or formula.shape.is_scalar == reference.shape.is_scalar:
        return None
    whole = reference.shape if formula.shape.is_scalar else formula.shape
    ways = [(way, axis) for way, axis in ((whole.rows, -2), (whole.columns, -1)) if way != ONE]
    axes = {letter: 1 + k for k, letter in enumerate(formula.symbols.indices)}
    for letters in permutations(axes, len(ways)):
        if all(size(formula.symbols.indices[letter]) == way for letter, (way, _) in zip(letters, ways, strict=True)):
            swaps = [(axes[letter], axis) for letter, (_, axis) in zip(letters, ways, strict=True)]
            if Answer(formula.shaped, formula.symbols).is_right(reference, partial(_swapped, swaps=swaps)):
                return ENTRY_NOT_WHOLE if formula.shape.is_scalar else WHOLE_NOT_ENTRY
    return None


def _swapped(values: Array, swaps: list[tuple[int, int]]) -> Array:
    for one, other in swaps:
        values = values.swapaxes(one, other)
    return values


# One change ---------------------------------------------------------------------------------------


def _about_structure(formula: Formula, reference: Reference) -> Hint | None:
    """The kind of the first change to one node that makes the formula right."""
    most = min(MOST_CHANGES, MOST_NODES // len(formula.shaped.order))
    for place, changed, hint in islice(_changes(formula.shaped, formula.symbols), most):
        fitted = _fitted(_with(formula.tree, place, changed), formula.symbols, reference.shape)
        if fitted and Answer(fitted, formula.symbols).is_right(reference):
            return hint
    return None


def _fitted(tree: Node, symbols: Symbols, shape: Shape) -> Shaped | None:
    try:
        return of_tree(tree, symbols).fitted(shape)
    except Unreadable:
        return None  # the change does not fit


def _changes(shaped: Shaped, symbols: Symbols) -> Iterator[tuple[int, Node, Hint]]:
    """Places in postorder, with another node for each and what that would show. The likeliest first."""
    nodes = list(enumerate(shaped.order))
    for place, node in nodes:
        if node.kind == Kind.APPLY:
            name = node.label.rstrip("'")
            if name == node.label and len(symbols.function(name, ANY_STAND_IN).orders) > 1:
                yield place, replace(node, label=f"{name}'"), SLOPE
            elif name != node.label:
                yield place, replace(node, label=node.label[:-1]), SLOPE
    for place, node in nodes:
        if node.kind == Kind.SUM:
            for k, term in enumerate(node.children):
                opposite = term.children[0] if term.kind == Kind.NEGATIVE else Node(Kind.NEGATIVE, (term,))
                yield place, _replaced(node, k, opposite), ONE_SIGN
    for place, node in nodes:
        if node.kind == Kind.PRODUCT:
            for k in range(len(node.children) - 1):
                a, b = node.children[k : k + 2]
                swapped = (*node.children[:k], b, a, *node.children[k + 2 :])
                yield place, replace(node, children=swapped, doubt=0), ORDER
            if len(node.children) == 2:
                yield place, replace(node, kind=Kind.HADAMARD, doubt=0), PRODUCT
        elif node.kind == Kind.HADAMARD:
            yield place, replace(node, kind=Kind.PRODUCT), PRODUCT
    for place, (node, shape) in enumerate(zip(shaped.order, shaped.shapes, strict=True)):
        if node.kind == Kind.TRANSPOSE:
            yield place, node.children[0], ONE_TRANSPOSE
        elif node.kind == Kind.SYMBOL and not (shape.is_scalar or shape.is_column or shape.is_row):
            yield place, Node(Kind.TRANSPOSE, (node,)), ONE_TRANSPOSE


def _replaced(node: Node, k: int, child: Node) -> Node:
    return replace(node, children=(*node.children[:k], child, *node.children[k + 1 :]))


def _with(tree: Node, place: int, changed: Node) -> Node:
    """The tree with another node at this place of its postorder."""
    done: list[Node] = []
    for k, node in enumerate(postorder(tree)):
        first = len(done) - len(node.children)
        children = tuple(done[first:])
        del done[first:]
        done.append(changed if k == place else replace(node, children=children))
    return done[0]
