"""An exercise at level `formula`: shapes where numbers would stand, formulas for answers. Nothing is drawn."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from app.answers import values_latex
from app.exercise.closed_forms import ClosedForm
from app.exercise.family import Family
from app.exercise.instance import Instance
from app.exercise.kinds import Kind
from app.exercise.parts import Part
from app.exercise.values import Near, Value
from app.exercise.vocabulary import Vocabulary
from app.exercise.writing import Misconception
from app.formula import Formula, Symbols, read
from app.formula.render import ATOM, LEVEL
from app.formula.tree import Kind as NodeKind
from app.markup import PLACEHOLDER, placeholders

SHOWN: Final = re.compile(
    rf"(?P<equals>\s*=\s*)?(?P<names>(?:{PLACEHOLDER.pattern})+)(?:(?=\s*(?P<raised>\^))|(?=(?P<last>[\s$,.;:)]|\\qquad)))?"
)
BESIDE: Final = LEVEL[NodeKind.PRODUCT]  # what stands in brackets beside another formula is looser
SPACING: Final = re.compile(r"\\(?:mathbf|mathrm|boldsymbol|operatorname|left|right|[,;!])|[\s{}()\[\]]")
APART: Final = " \n$({=,"  # what stands between two formulas that need no brackets
IN: Final = r"\in "
DOMAINS: Final = {"positive": "> 0", "unit": r"\in (0, 1)", "label": r"\in \{0, 1\}"}  # of numbers


@dataclass(frozen=True, kw_only=True)
class FamilyInSymbols(Family):
    """What is drawn at level `formula`, which is always the same. `symbols` are those of the statement."""

    symbols: Symbols
    vocabulary: Vocabulary

    def candidates(self, level: str, seed: int, only: Mapping[str, Any] | None = None) -> Iterator[Instance | None]:
        if not only:  # there are no values to choose
            yield self.instance(level, seed, {})

    def instance(self, level: str, seed: int, drawn: Mapping[str, Any]) -> Instance:
        return InstanceInSymbols(self, level, seed, {}, {})

    def shown(self, name: str) -> str:
        """What a name is where numbers would stand: LaTeX, or Markdown for a text."""
        said = self.vocabulary
        if name in said.texts:
            return said.texts[name]
        if name in said.fixed:
            value = said.fixed[name]
            return values_latex(value) if isinstance(value, (int, float, np.ndarray)) else str(value)
        if name in said.indices:
            return name
        return read(name, self.symbols).latex

    def membership(self, name: str) -> str:
        """Where a symbol lies, as it stands behind it: `∈ ℝ^{N×D}`."""
        if letter := self.vocabulary.indices.get(name):
            return rf" \in \{{1, \dots, {letter}\}}"
        shape = self.symbols.shape[name]
        if shape.is_scalar:
            return " " + DOMAINS.get(self.symbols.domains.get(name, ""), r"\in \mathbb{R}")
        return rf" \in \mathbb{{R}}^{{{shape.latex}}}"


class InstanceInSymbols(Instance):
    """An exercise without numbers: shapes where those would stand, formulas for answers."""

    family: FamilyInSymbols

    @property
    def data(self) -> dict[str, Any]:
        """The givens, each with its shape in symbols."""
        return {name: str(self.family.symbols.shape[name]) for name in self.family.given}

    @property
    def statement(self) -> str:
        return self.fill(self.family.statement)

    def fill(self, template: str, part: Part | None = None) -> str:
        """A text of the exercise in symbols.

        In the statement `W = {{ W }}` becomes `W ∈ ℝ^{N×D}`; elsewhere such a repetition is left out. A part or the
        reference is its formula.
        """
        said, end = "", 0
        for match in SHOWN.finditer(template):
            said += template[end : match.start()]
            said += self._in_place(said, match, part)
            end = match.end()
        return said + template[end:]

    def _in_place(self, before: str, match: re.Match[str], part: Part | None) -> str:
        """What stands for some placeholders in a row, with the equals sign in front of them if there is one."""
        equals = match["equals"] or ""
        first, *others = names = placeholders(match["names"])
        beside = others or (not equals and before[-1:].strip(APART))
        tight = ATOM if match["raised"] else BESIDE if beside else 0
        if equals and self._is_symbol(first):
            if part is None:
                return self.family.membership(first) + "".join(self._shown(name, tight, part) for name in others)
            if not others and match["last"] is not None:
                return ""
        shown = "".join(self._shown(name, tight, part) for name in names)
        if equals and shown.startswith(IN):
            return f" {shown}"
        return "" if equals and _plain(before).endswith(_plain(shown)) else equals + shown

    def _is_symbol(self, name: str) -> bool:
        """Whether a name is a letter here, not a text, and not the formula of a part."""
        family = self.family
        if name in family.vocabulary.texts or name in family.by_id:
            return False
        return name in family.symbols.shape or name in family.vocabulary.indices

    def _shown(self, name: str, tight: int, part: Part | None) -> str:
        right = self._formula(name, part)
        if right is None or name in self.family.vocabulary.texts:
            return self.family.shown(name)
        loose = LEVEL.get(right.tree.kind, ATOM) < tight
        return rf"\left({right.latex}\right)" if loose else right.latex

    def _formula(self, name: str, part: Part | None) -> Formula | None:
        """The formula that a text may print: of the part itself, or of another one."""
        if part is None:
            return None
        of = part if name == "reference" else self.family.by_id.get(name)
        return of.kind.right if of and isinstance(of.kind, ClosedForm) else None

    def kind(self, part: Part) -> Kind:
        return part.kind

    def truth(self, part: Part) -> Value:
        assert isinstance(part.kind, ClosedForm)  # noqa: S101 - this level has no other parts
        return part.kind.right

    def environment(self, part: Part, own: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {}  # there are no numbers

    def wrong(
        self, part: Part, misconception: Misconception, environment: Mapping[str, Any] | None = None
    ) -> Value | None:
        return None  # misconceptions are functions of numbers; `ClosedForm.reference` has their values

    def mistakes(self, part: Part) -> Iterator[tuple[Misconception, Near]]:
        yield from ()

    def coincidence(self) -> str | None:
        return None  # `nabla check` proves that there is none


def _plain(latex: str) -> str:
    """LaTeX without what only looks: enough to see that a text has just said the same."""
    return SPACING.sub("", latex)
