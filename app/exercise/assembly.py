"""Do the pieces of an exercise file fit? Then here is the family that it describes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from dis import get_instructions
from inspect import cleandoc
from pathlib import Path
from types import CodeType

from app.exercise.family import Family
from app.exercise.kinds import Choice
from app.exercise.parts import EntryOf, KeysOf, Part
from app.exercise.translation import with_formulas
from app.exercise.writing import CHALLENGE, LEVELS, Exercise, ExerciseError, Question, Rule, did_you_mean
from app.markup import fill_known, placeholders


def assemble(exercise: Exercise, id: str, path: Path, docstring: str, version: str) -> Family:
    """The family that an exercise file describes. Raises `ExerciseError` for names that do not fit."""
    if not exercise.number or not exercise.topic or not exercise.section:
        raise ExerciseError("the exercise has no place. Give Exercise(…) a number, a topic and a section.")
    family = _assembled(exercise, id, path, docstring, version)
    return with_formulas(family, exercise.vocabulary, exercise.questions)


def assemble_challenge(exercise: Exercise, of: Family, path: Path, docstring: str) -> Family:
    """The family `of` with a level more, which the file at `path` describes. Raises `ExerciseError`, too."""
    if exercise.number or exercise.topic or exercise.section or exercise.levels != LEVELS:
        raise ExerciseError("a challenge has the place of its exercise. Leave number, topic, section and levels out.")
    if any(question.formula for question in exercise.questions):
        raise ExerciseError("a challenge has numbers. Give its exercise formulas, and none to the challenge.")
    exercise.number, exercise.topic, exercise.section = of.number, of.topic, of.section
    exercise.levels, exercise.beyond_lecture = (CHALLENGE,), of.beyond_lecture
    challenge = _assembled(exercise, of.id, path, docstring, of.version)
    return replace(of, levels=(*of.levels, CHALLENGE), challenge=challenge)


def _assembled(exercise: Exercise, id: str, path: Path, docstring: str, version: str) -> Family:
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
        if level not in LEVELS and exercise.levels != (CHALLENGE,):
            raise ExerciseError(f"`{level}` is no level. {did_you_mean(level, list(LEVELS))}")
    for name in set(exercise.given) & set(exercise.hidden):
        raise ExerciseError(f"`{name}` is both given and hidden. Keep one of the two.")
    if exercise.stratum_rule:
        _known(exercise.stratum_rule, drawn)
    if exercise.figure_rule:
        _known(exercise.figure_rule, list(exercise.given))
    entries = {name for question in exercise.questions for name in question.each}
    for text in exercise.text_rules.values():
        _known(text, [*drawn, *entries])
    _shown("the statement", statement, [*exercise.given, *exercise.text_rules])
    return Family(
        id=id,
        path=path,
        version=version,
        number=exercise.number,
        title=title,
        topic=exercise.topic,
        section=exercise.section,
        statement=statement,
        levels=exercise.levels,
        beyond_lecture=exercise.beyond_lecture,
        largest=exercise.largest,
        given=exercise.given,
        hidden=exercise.hidden,
        draw_rule=exercise.draw,
        stratum_rule=exercise.stratum_rule,
        figure_rule=exercise.figure_rule,
        texts=exercise.text_rules,
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
        _check(question, exercise, [*drawn, *question.each], list(earlier))
        built_on = _built_on(question.reference, earlier)
        for index, id in enumerate(question.ids):
            own = _own(question, id, index, exercise)
            if id in earlier or (id in drawn and not isinstance(own, KeysOf)):
                raise ExerciseError(f"part `{id}` bears a name that is taken. Rename the part.")
            title, prompt = _title_and_prompt(question, id, str(index + 1))
            yield Part(
                id=id,
                title=title,
                prompt=prompt,
                kind=question.kind,
                weight=question.weight,
                follow=question.follow and bool(built_on),
                fixed_tolerance=question.tolerance,
                reference=question.reference,
                oracle=question.oracle_rule,
                accepts=question.accepts_rule,
                misconceptions=tuple(question.misconceptions),
                hints=question.hint_texts or exercise.hint_texts,
                explanation=question.explanation,
                earlier=built_on,
                own=own,
            )
        earlier |= dict.fromkeys(question.ids, built_on)


def _built_on(rule: Rule, earlier: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The parts that a function names, and those they are built on, in the order of the exercise."""
    direct = [name for name in rule.needs if name in earlier]
    needed = {*direct, *(ancestor for name in direct for ancestor in earlier[name])}
    return tuple(name for name in earlier if name in needed)


def _own(question: Question, id: str, index: int, exercise: Exercise) -> EntryOf | KeysOf | None:
    """What only this part of a repeated question sees."""
    if not question.each:
        return None
    if question.each[0] in exercise.given:
        return EntryOf(question.each[0], index)
    if exercise.given.get(id) is dict:
        return KeysOf(id, question.each)
    names = " ".join(question.each)
    raise ExerciseError(f"{id}: each={names!r} names no given, and no given of type dict is called `{id}`.")


def _title_and_prompt(question: Question, id: str, number: str) -> tuple[str, str]:
    title, _, prompt = fill_known(question.reference.doc, {"id": id, "number": number}).partition("\n\n")
    return " ".join(title.split()), prompt.strip()


# Checks -------------------------------------------------------------------------------------------


def _check(question: Question, exercise: Exercise, sees: list[str], earlier: list[str]) -> None:
    """Whether every name in a question is provided, and every text that a student needs is there."""
    name = question.reference.name
    _known(question.reference, [*sees, *earlier])
    if question.oracle_rule:
        _known(question.oracle_rule, [*sees, *earlier])
    if question.oracle_rule and question in _globals_of(question.oracle_rule.function.__code__, question):
        raise ExerciseError(f"the oracle of {name} calls {name} and shares its mistakes. Compute it another way.")
    if question.accepts_rule:
        _known(question.accepts_rule, [*sees, *earlier, "answer"])
    if not question.weight > 0:
        raise ExerciseError(f"{name} has a weight of {question.weight}. Give it one above 0.")
    may_show = [name for name in (*exercise.text_rules, *sees) if name not in exercise.hidden]
    title, prompt = _title_and_prompt(question, "id", "number")
    if not title:
        raise ExerciseError(f"{name} has no docstring. Write what is asked; the student reads it.")
    _shown(f"the title of {name}", title, [])
    _shown(f"the prompt of {name}", prompt, may_show)
    for id, text in question.kind.options.items() if isinstance(question.kind, Choice) else ():
        _shown(f"the choice {id} of {name}", text, may_show)
    for hint in question.hint_texts or exercise.hint_texts:
        _shown(f"a hint of {name}", hint, may_show)
    _shown(f"the explanation of {name}", question.explanation, [*exercise.text_rules, *sees, *earlier, "reference"])
    _check_misconceptions(question, [*sees, *earlier, "reference"], list(exercise.text_rules))


def _check_misconceptions(question: Question, names: list[str], texts: list[str]) -> None:
    seen: set[str] = set()
    for misconception in question.misconceptions:
        name = misconception.id
        _known(misconception.rule, names)
        if not misconception.feedback:
            raise ExerciseError(
                f"{name} has no feedback. Write what the student should read: as docstring, or in `.says(…)`."
            )
        _shown(f"the feedback of {name}", misconception.feedback, [])
        _shown(f"how {name} is made", misconception.made, [*texts, *names])
        if misconception.credit is not None and not 0 <= misconception.credit <= 1:
            raise ExerciseError(f"{name} has a credit of {misconception.credit}. It is from 0 to 1.")
        if misconception.id in seen:
            raise ExerciseError(f"{question.reference.name} has two misconceptions `{misconception.id}`. Rename one.")
        seen.add(misconception.id)


def _globals_of(code: CodeType, question: Question) -> Iterator[object]:
    """What a function of a question's file, or one written inside it, takes from that file."""
    if question.reference.name in code.co_names:
        for instruction in get_instructions(code):
            if instruction.opname == "LOAD_GLOBAL":
                yield question.reference.function.__globals__.get(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _globals_of(constant, question)


def _known(rule: Rule, names: list[str]) -> None:
    for name in rule.needs:
        if name not in names:
            raise ExerciseError(f"{rule.name} needs `{name}`, which nothing provides. {did_you_mean(name, names)}")


def _shown(where: str, template: str, names: list[str]) -> None:
    for name in placeholders(template):
        if name not in names:
            raise ExerciseError(f"{where} shows `{name}`, which it must not or cannot. {did_you_mean(name, names)}")
