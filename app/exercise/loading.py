"""From files to families: run each exercise file, have its pieces put together, give it a version."""

import ast
import hashlib
import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Final

from app.exercise.assembly import assemble
from app.exercise.family import Family
from app.exercise.writing import Exercise, ExerciseError

GRADER: Final = 2
"""Part of every exercise's version: raise it when some answer may be marked differently than before."""

MATHEMATICS: Final = Path(__file__).parents[2] / "exercises" / "mathematics"


@dataclass(frozen=True)
class Catalogue(Mapping[str, Family]):
    """The families by id, in catalogue order, and what is wrong with the files that did not load."""

    families: dict[str, Family]
    faults: dict[Path, str] = field(default_factory=dict)

    def drawable(self) -> "Catalogue":
        """The families that draw and show an instance of every level; what fails is a fault, not left to students."""
        families, faults = {}, dict(self.faults)
        for family in self.values():
            try:
                for level in family.levels:
                    instance = family.draw(level, seed=0)
                    if family.stratum_rule:
                        family.stratum_rule(instance.values)
                    for _, template, part in family.texts_shown():
                        instance.fill(template, part)
                families[family.id] = family
            except (Exception, SystemExit) as error:
                faults[family.path] = f"{place(error, family.path)}: {described(error)}"
        return Catalogue(families, faults)

    def __getitem__(self, id: str) -> Family:
        return self.families[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.families)

    def __len__(self) -> int:
        return len(self.families)


def load_folders(folders: Iterable[Path]) -> Catalogue:
    """Load every exercise of some folders. A malformed file becomes a fault and stops nothing but itself."""
    families: list[Family] = []
    faults: dict[Path, str] = {}
    for path in (path for folder in folders for path in sorted(folder.resolve().glob("[!_]*.py"))):
        try:
            family = load_file(path)
            if twin := next((other for other in families if other.id == family.id), None):
                raise ExerciseError(f"there is another exercise with the id {twin.id}; rename this file.")
            families.append(family)
        except (Exception, SystemExit) as error:
            # Whatever a file raises when it runs, a syntax error included, is that file's fault.
            faults[path] = f"{place(error, path)}: {described(error)}"
    families.sort(key=lambda family: (family.number, family.id))
    return Catalogue({family.id: family for family in families}, faults)


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
    module = _run(path)
    exercise = getattr(module, "exercise", None)
    if not isinstance(exercise, Exercise):
        raise ExerciseError("the file defines no `exercise`. Begin it with `exercise = Exercise(…)`.")
    return assemble(exercise, id_of(path), path, module.__doc__ or "", _version(path))


def _run(path: Path) -> ModuleType:
    name = f"exercise {path}"  # a name that nobody imports: files of other folders may be called alike
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ExerciseError("this is no Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses, for one, look up the module of a class
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _version(path: Path) -> str:
    """A hash of the file, of the shared mathematics that it imports, directly or not, and of the grader's version."""
    digest = hashlib.sha256(f"grader {GRADER}\n".encode())
    digest.update(path.read_bytes())
    for shared in sorted(_mathematics_of(path)):
        digest.update(shared.name.encode() + b"\n" + shared.read_bytes())
    return digest.hexdigest()[:16]


def _mathematics_of(path: Path) -> set[Path]:
    """The files of exercises/mathematics that a file imports, and those that they import."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        for node in ast.walk(ast.parse(waiting.pop().read_bytes())):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names] + [str(node.module)]
            for name in names:
                if name.startswith("exercises.mathematics"):
                    module = MATHEMATICS.joinpath(*name.split(".")[2:])
                    new = {file for file in (module.with_suffix(".py"), MATHEMATICS / "__init__.py") if file.exists()}
                    waiting += new - found
                    found |= new
    return found
