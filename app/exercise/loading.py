"""From files to families: run each exercise file, have its pieces put together, give it a version."""

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Final

from app.deadline import limited
from app.exercise.assembly import assemble, assemble_challenge
from app.exercise.family import Family
from app.exercise.instance import Instance
from app.exercise.sheets import FILE as SHEETS
from app.exercise.sheets import Sheet, load_sheets
from app.exercise.writing import Exercise, ExerciseError
from app.markup import html

GRADER: Final = 4
"""Part of every exercise's version: raise it when some answer may be marked differently than before."""

MATHEMATICS: Final = Path(__file__).parents[2] / "exercises" / "mathematics"
IMPORT: Final = re.compile(
    r"^(?:from|import)[ ]+(exercises(?:\.\w+)*)(?:[ ]+import[ ]+(\([^)]*\)|[^\n]*))?", re.MULTILINE
)
NAME: Final = re.compile(r"\w+")
CHALLENGES: Final = "challenges"  # the folder beside exercises that holds a harder variant of some


@dataclass(frozen=True)
class Catalogue(Mapping[str, Family]):
    """The families by id, in catalogue order, the sheets, and what is wrong with the files that did not load."""

    families: dict[str, Family]
    faults: dict[Path, str] = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)

    def drawable(self) -> "Catalogue":
        """The families that draw and show an instance of every level; what fails is a fault, not left to students."""
        families, faults = {}, dict(self.faults)
        for family in self.values():
            for variant in family.variants:
                if fault := _undrawable(variant):
                    faults[variant.path] = fault
                    family = family.without(variant)
            if fault := _undrawable(family):
                faults[family.path] = fault
            else:
                families[family.id] = family
        return Catalogue(families, faults, {id: sheet.of(families) for id, sheet in self.sheets.items()})

    def __getitem__(self, id: str) -> Family:
        return self.families[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.families)

    def __len__(self) -> int:
        return len(self.families)


def _undrawable(family: Family) -> str | None:
    """Why a family does not draw and show an instance of each of its own levels."""
    try:
        with limited():
            for level in family.levels:
                if family.at(level) is family:
                    _show(family.draw(level, seed=0))
    except (Exception, SystemExit) as error:
        return f"{place(error, family.path)}: {described(error)}"
    return None


def _show(instance: Instance) -> None:
    """Compute everything that a page shows of an instance. Raises what that raises."""
    if instance.family.stratum_rule:
        instance.family.stratum_rule(instance.values)
    for _ in (instance.figure, *instance.shown()):
        pass
    html(instance.statement)
    for part in instance.family.parts:
        html(instance.fill(part.prompt or part.title, part))


def load_folders(folders: Iterable[Path]) -> Catalogue:
    """Load every exercise of some folders. A malformed file becomes a fault and stops nothing but itself."""
    families: dict[str, Family] = {}
    faults: dict[Path, str] = {}
    sheets: dict[str, Sheet] = {}
    for folder in map(Path.resolve, folders):
        for path in sorted(folder.glob("[!_]*.py")):
            with _noting(path, faults):
                family = load_file(path)
                if family.id in families:
                    raise ExerciseError(f"there is another exercise with the id {family.id}; rename this file.")
                families[family.id] = family
        for path in sorted((folder / CHALLENGES).glob("[!_]*.py")):
            with _noting(path, faults):
                of = families.get(id_of(path))
                if of is None or of.path.parent != folder:
                    raise ExerciseError(f"beside {CHALLENGES}/ there is no exercise {path.name} that loads.")
                families[of.id] = load_challenge(path, of)
        with _noting(folder / SHEETS, faults):
            found = load_sheets(folder)
            wrong = [f"there is another sheet with the id {id}; rename this one." for id in found if id in sheets]
            wrong += [fault for sheet in found.values() for fault in sheet.faults(families)]
            sheets = {id: sheet.of(families) for id, sheet in found.items()} | sheets
            if wrong:
                raise ExerciseError(" ".join(wrong))
    order = sorted(families.values(), key=lambda family: (family.number, family.id))
    return Catalogue({family.id: family for family in order}, faults, sheets)


@contextmanager
def _noting(path: Path, faults: dict[Path, str]) -> Iterator[None]:
    """Whatever a file raises when it runs, a syntax error included, is noted as that file's fault."""
    try:
        with limited():
            yield
    except (Exception, SystemExit) as error:
        faults[path] = f"{place(error, path)}: {described(error)}"


def id_of(path: Path) -> str:
    """The id of the exercise in a file: its name with dashes."""
    return path.stem.replace("_", "-")


def place(error: BaseException, path: Path) -> str:
    """The file, with the last line and function of it that an error went through."""
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename == str(path)]
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path}, line {error.lineno}"
    if not frames:
        return str(path)
    function = "" if frames[-1].name == "<module>" else f", in {frames[-1].name}"
    return f"{path}, line {frames[-1].lineno}{function}"


def described(error: BaseException) -> str:
    """The message of an `ExerciseError`; of any other error its type, too."""
    return str(error) if isinstance(error, ExerciseError) else f"{type(error).__name__}: {error}"


def load_file(path: Path) -> Family:
    """Load one exercise file. Raises `ExerciseError`, or whatever the file raises when it runs."""
    source = path.read_bytes()
    challenge = path.parent / CHALLENGES / path.name
    sources = [source, challenge.read_bytes()] if challenge.exists() else [source]
    exercise, docstring = _run(path, source)
    return assemble(exercise, id_of(path), path, docstring, _version(sources))


def load_challenge(path: Path, of: Family) -> Family:
    """The family with the level that one file of the folder challenges/ describes. Raises as `load_file` does."""
    exercise, docstring = _run(path, path.read_bytes())
    return assemble_challenge(exercise, of, path, docstring)


def _run(path: Path, source: bytes) -> tuple[Exercise, str]:
    """Run a file; its exercise and docstring.

    What runs is what the version is a hash of: never bytecode, which a second save within the same
    second would not make stale.
    """
    name = f"exercise {path}"  # a name that nobody imports: files of other folders may be called alike
    module = ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module  # where dataclasses, for one, look up the module of a class
    try:
        exec(compile(source, str(path), "exec"), module.__dict__)  # noqa: S102 - exercises are programs of the operator
    except BaseException:
        del sys.modules[name]
        raise
    exercise = getattr(module, "exercise", None)
    if not isinstance(exercise, Exercise):
        raise ExerciseError("the file defines no `exercise`. Begin it with `exercise = Exercise(…)`.")
    return exercise, module.__doc__ or ""


def _version(sources: list[bytes]) -> str:
    """A hash of an exercise's files, of the shared mathematics that they import, and of the grader's version."""
    digest = hashlib.sha256(f"grader {GRADER}\n".encode())
    for source in sources:
        digest.update(source)
    for shared in sorted(_mathematics_of(sources)):
        digest.update(shared.name.encode() + b"\n" + shared.read_bytes())
    return digest.hexdigest()[:16]


def _mathematics_of(sources: list[bytes]) -> set[Path]:
    """The files of exercises/mathematics that some sources import, and those that they import."""
    found: set[Path] = set()
    waiting = list(sources)
    while waiting:
        new = _imported(waiting.pop(), MATHEMATICS) - found
        waiting += (path.read_bytes() for path in new)
        found |= new
    return found


@lru_cache(maxsize=1_000)
def _imported(source: bytes, shared: Path) -> frozenset[Path]:
    """The files of the folder `shared` that a source imports itself. Imports stand at the top level."""
    found: set[Path] = set()
    for module, names in IMPORT.findall(source.decode(errors="replace")):
        for name in (module, *(f"{module}.{name}" for name in NAME.findall(names))):
            if name.startswith("exercises.mathematics"):
                file = shared.joinpath(*name.split(".")[2:]).with_suffix(".py")
                found |= {path for path in (file, shared / "__init__.py") if path.exists()}
    return frozenset(found)
