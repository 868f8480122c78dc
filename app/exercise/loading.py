"""From files to families: run each exercise file, check that its pieces fit, give it a version."""

import ast
import hashlib
import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from inspect import cleandoc
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Final

from app.exercise.family import Family, Part
from app.exercise.writing import LEVELS, Exercise, ExerciseError, Question, Rule, did_you_mean
from app.markup import fill_known, placeholders

GRADER: Final = 1
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
    return assemble(exercise, path, module.__doc__ or "", _version(path))


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


# Do the pieces fit? -------------------------------------------------------------------------------


def assemble(exercise: Exercise, path: Path, docstring: str, version: str) -> Family:
    """The family that an exercise file describes. Raises `ExerciseError` for names that do not fit."""
    title, statement = _title_and_statement(docstring)
    drawn = [*exercise.given, *exercise.hidden]
    if exercise.draw is None:
        raise ExerciseError("nothing says how an instance is drawn. Decorate a function with `@exercise.instance`.")
    _known(exercise.draw, ["rng", "level", "seed"])
    if not exercise.questions:
        raise ExerciseError("there is no question. Decorate a reference with `@exercise.part(…)`.")
    if not exercise.levels:
        raise ExerciseError(f"the exercise has no levels. Name some of: {', '.join(LEVELS)}.")
    for level in exercise.levels:
        if level not in LEVELS:
            raise ExerciseError(f"`{level}` is no level. {did_you_mean(level, list(LEVELS))}")
    for name in set(exercise.given) & set(exercise.hidden):
        raise ExerciseError(f"`{name}` is both given and hidden. Keep one of the two.")
    entries = {name for question in exercise.questions for name in question.each}
    for text in exercise.texts.values():
        _known(text, [*drawn, *entries])
    _shown("the statement", statement, [*exercise.given, *exercise.texts])
    return Family(
        id=id_of(path),
        path=path,
        version=version,
        number=exercise.number,
        title=title,
        topic=exercise.topic,
        section=exercise.section,
        statement=statement,
        levels=exercise.levels,
        beyond_lecture=exercise.beyond_lecture,
        given=exercise.given,
        hidden=exercise.hidden,
        draw_rule=exercise.draw,
        texts=exercise.texts,
        parts=tuple(_parts(exercise, drawn)),
    )


def _title_and_statement(docstring: str) -> tuple[str, str]:
    first, _, statement = cleandoc(docstring).partition("\n")
    if not first.startswith("# ") or not statement.strip():
        raise ExerciseError("the docstring must begin with a line `# Title`, then state the exercise.")
    return first[2:].strip(), statement.strip()


def _parts(exercise: Exercise, drawn: list[str]) -> Iterator[Part]:
    earlier: dict[str, tuple[str, ...]] = {}  # each part so far, and the parts that it is built on
    for question in exercise.questions:
        own = [*drawn, *question.each]
        _known(question.reference, [*own, *earlier])
        built_on = _built_on(question.reference, earlier)
        for index, id in enumerate(question.ids):
            if id in earlier or (id in drawn and not _sees_own_given(question, id, exercise)):
                raise ExerciseError(f"part `{id}` bears a name that is taken. Rename the part.")
            yield _part(exercise, question, id, index, own, earlier, built_on)
        earlier |= dict.fromkeys(question.ids, built_on)


def _built_on(rule: Rule, earlier: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The parts that a function names, and those they are built on, in the order of the exercise."""
    direct = [name for name in rule.needs if name in earlier]
    needed = {*direct, *(ancestor for name in direct for ancestor in earlier[name])}
    return tuple(name for name in earlier if name in needed)


def _sees_own_given(question: Question, id: str, exercise: Exercise) -> bool:
    return bool(question.each) and question.each[0] not in exercise.given and exercise.given.get(id) is dict


def _part(
    exercise: Exercise,
    question: Question,
    id: str,
    index: int,
    own: list[str],
    earlier: Mapping[str, tuple[str, ...]],
    built_on: tuple[str, ...],
) -> Part:
    title, _, prompt = fill_known(question.reference.doc, {"id": id, "number": str(index + 1)}).partition("\n\n")
    texts = [*exercise.texts, *own]
    if not title:
        raise ExerciseError(f"{question.reference.name} has no docstring. Write what is asked; the student reads it.")
    _shown(f"the title of {id}", title, [])
    _shown(f"the prompt of {id}", prompt, [name for name in texts if name not in exercise.hidden])
    if not question.weight > 0:
        raise ExerciseError(f"{question.reference.name} has a weight of {question.weight}. Give it one above 0.")
    hints = question.hint_texts or exercise.hint_texts
    for hint in hints:
        _shown(f"a hint of {id}", hint, [name for name in texts if name not in exercise.hidden])
    if question.oracle_rule:
        _known(question.oracle_rule, [*own, *earlier])
    seen: set[str] = set()
    for misconception in question.misconceptions:
        _known(misconception.rule, [*own, *earlier, "reference"])
        if not misconception.feedback:
            raise ExerciseError(f"{misconception.rule.name} has no docstring. Write what the student should read.")
        _shown(f"the docstring of {misconception.rule.name}", misconception.feedback, [])
        if misconception.credit is not None and not 0 <= misconception.credit <= 1:
            raise ExerciseError(f"{misconception.rule.name} has a credit of {misconception.credit}. It is from 0 to 1.")
        if misconception.id in seen:
            raise ExerciseError(f"{id} has two misconceptions `{misconception.id}`. Rename one.")
        seen.add(misconception.id)
    _shown(f"the explanation of {id}", question.explanation, [*texts, *earlier, "reference"])
    entry: tuple[str, int | None] = ("", None)
    if question.each and question.each[0] in exercise.given:
        entry = (question.each[0], index)
    elif question.each and _sees_own_given(question, id, exercise):
        entry = (id, None)
    elif question.each:
        raise ExerciseError(
            f"{id}: each={' '.join(question.each)!r} names no given, and no given of type dict is called `{id}`."
        )
    return Part(
        id=id,
        title=" ".join(title.split()),
        prompt=prompt.strip(),
        kind=question.kind,
        weight=question.weight,
        follow=question.follow and bool(built_on),
        fixed_tolerance=question.tolerance,
        reference=question.reference,
        oracle=question.oracle_rule,
        misconceptions=tuple(question.misconceptions),
        hints=hints,
        explanation=question.explanation,
        earlier=built_on,
        each=question.each,
        entry=entry,
    )


def _known(rule: Rule, names: list[str]) -> None:
    for name in rule.needs:
        if name not in names:
            raise ExerciseError(f"{rule.name} needs `{name}`, which nothing provides. {did_you_mean(name, names)}")


def _shown(where: str, template: str, names: list[str]) -> None:
    for name in placeholders(template):
        if name not in names:
            raise ExerciseError(f"{where} shows `{name}`, which it must not or cannot. {did_you_mean(name, names)}")
