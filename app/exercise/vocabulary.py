"""What formulas may be written with: an exercise's own words for its level `formula`, as `app.formula` takes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.formula import Symbols
from app.formula.functions import GENERIC

Computed = str | Callable[..., Any]


@dataclass(frozen=True)
class Vocabulary:
    """What a file says in `Exercise.in_symbols`, whose docstring explains it."""

    functions: Mapping[str, str] = field(default_factory=dict)
    indices: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, str] = field(default_factory=dict)
    computed: Mapping[str, Computed] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    latex: Mapping[str, str] = field(default_factory=dict)
    sizes: str = ""
    without: tuple[str, ...] = ()

    def naming(self, given: Mapping[str, Any]) -> dict[str, str]:
        """The givens that say which function a letter is, each with the letter, which here is any smooth function."""
        return {meaning: letter for letter, meaning in self.functions.items() if meaning in given}

    def symbols(
        self,
        shapes: Mapping[str, str],
        computed: Mapping[str, Computed],
        given: Mapping[str, Any],
        withheld: tuple[str, ...] = (),
    ) -> Symbols:
        """The vocabulary of one part: symbols of these shapes, of which some are computed. Raises `ValueError`."""
        letters = {letter for shape in shapes.values() for letter in shape.split()}
        ordered = [letter.strip() for letter in self.sizes.split("<")]
        return Symbols(
            shapes,
            functions={letter: GENERIC if of in given else of for letter, of in self.functions.items()},
            indices=self.indices,
            domains={name: domain for name, domain in self.domains.items() if name in shapes},
            computed=computed,
            sizes=self.sizes if set(ordered) <= letters else "",
            latex={name: latex for name, latex in self.latex.items() if name in shapes},
            without=self.without,
            withheld=withheld,
        )
