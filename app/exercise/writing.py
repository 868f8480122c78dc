"""What an exercise file is written with: `Exercise` and, for each question of it, `Question`.

Both only collect. `assembly.py` puts the pieces together once the whole file has been read, and
whatever does not fit is an `ExerciseError` with the name and the remedy.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from app.exercise.kinds import Kind, kind_of
from app.exercise.vocabulary import Computed, Vocabulary

Function = TypeVar("Function", bound=Callable[..., Any])

LEVELS: Final = ("hand", "numpy")
SLUG: Final = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)+|[a-z]{4,}")  # the id of a misconception
FORMULA: Final = "formula"  # the level in symbols of an exercise whose parts have formulas
CHALLENGE: Final = "challenge"  # the level of what stands in a file of its own, in the folder challenges/
LARGEST_BY_HAND: Final = 300  # no reference entry of an instance for paper is larger, unless the file says so
Declared = str | type  # "N D": an array of this shape; float, int, str, list, dict: a value of this type


class ExerciseError(Exception):
    """A mistake in an exercise file. The message names the thing and what to do about it."""


def named(function: Callable[..., Any], otherwise: str) -> str:
    """What a function is called in messages: its name, or what it is for if it has none."""
    return otherwise if function.__name__ == "<lambda>" else function.__name__


def did_you_mean(name: str, known: list[str]) -> str:
    """The end of a message about an unknown name: the name that was probably meant, or all there are."""
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(known) or 'none'}."


@dataclass(frozen=True)
class Rule:
    """A function of an exercise file, called with the data that its parameters name.

    A parameter with a default keeps it.
    """

    function: Callable[..., Any]
    needs: tuple[str, ...]
    name: str

    @classmethod
    def of(cls, function: Callable[..., Any], name: str = "") -> "Rule":
        name = name or function.__name__
        needs = []
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind is not parameter.POSITIONAL_OR_KEYWORD:
                raise ExerciseError(f"{name}: `{parameter}` must be a plain parameter, named like the data it needs.")
            if parameter.default is parameter.empty:
                needs.append(parameter.name)
        return cls(function, tuple(needs), name)

    @property
    def doc(self) -> str:
        return inspect.getdoc(self.function) or ""

    def __call__(self, values: Mapping[str, Any]) -> Any:
        return self.function(*[values[name] for name in self.needs])


@dataclass(frozen=True)
class Misconception:
    """A named wrong way to an answer.

    `feedback` is what its holder reads, `made` how the wrong value arises, for the end of the worked
    solution. `credit` None: nothing, or what a right value in the wrong orientation earns.
    """

    id: str
    rule: Rule
    feedback: str
    made: str
    credit: float | None
    sometimes_right: bool


@dataclass(eq=False)
class Question:
    """One question of an exercise, asked once or, with `each`, once for each entry of a given.

    Calling it calls its reference, so that a notebook can.
    """

    ids: tuple[str, ...]
    reference: Rule
    kind: Kind
    weight: float
    follow: bool
    tolerance: float | None
    each: tuple[str, ...] = ()
    formula: str | None = None
    oracle_rule: Rule | None = None
    accepts_rule: Rule | None = None
    misconceptions: list[Misconception] = field(default_factory=list)
    hint_texts: tuple[str, ...] = ()
    explanation: str = ""

    def __call__(self, *values: Any, **named: Any) -> Any:
        return self.reference.function(*values, **named)

    def oracle(self, function: Function) -> Function:
        """An independent way to the same answer, for `nabla check`: finite differences, brute force, numpy itself."""
        self.oracle_rule = Rule.of(function, named(function, f"the oracle of {self.reference.name}"))
        return function

    def accepts(self, function: Function) -> Function:
        """Whether another answer than the reference is right, too, where a question has many right answers.

        It may name `answer`, which has two axes unless it is a single number and may be of any
        shape, givens, hidden values and earlier parts. It returns True, or says why not: a sentence
        for the student.
        """
        self.accepts_rule = Rule.of(function, named(function, f"accepts of {self.reference.name}"))
        return function

    def wrong(
        self,
        id: str,
        function: Callable[..., Any],
        made: str,
        *,
        credit: float | None = None,
        sometimes_right: bool = False,
    ) -> "Wrong":
        """A wrong way to the answer, a misconception: what a student who goes it would send.

        `made` says how the wrong value arises, as a formula or in words that go on after "Your answer
        is", in Markdown that may print givens, texts, earlier parts and the reference. What the student
        reads at once is in `feedback`, or for a single one in `.says("…")` behind this call.

        The function may name givens, hidden values, earlier parts and `reference`. It does not apply
        where it returns None, nor where it names a given that this instance does not show. An
        instance on which it gives the right answer is never served; with `sometimes_right` it is, and
        the misconception is not looked for there. Earlier misconceptions win ties, so write them in
        order of importance. `credit` is the share of the part's points that it earns.
        """
        made = " ".join(made.split())
        misconception = Misconception(id, Rule.of(function, id), "", made, credit, sometimes_right)
        self.misconceptions.append(misconception)
        return Wrong(self, len(self.misconceptions) - 1)

    def misconception(
        self, made: str, *, credit: float | None = None, id: str | None = None, sometimes_right: bool = False
    ) -> Callable[[Function], Function]:
        """`wrong` as a decorator: the name of the function with dashes is the id, its docstring the feedback."""

        def register(function: Function) -> Function:
            name = id or function.__name__.replace("_", "-")
            wrong = self.wrong(name, function, made, credit=credit, sometimes_right=sometimes_right)
            wrong.says(inspect.getdoc(function) or "")
            return function

        return register

    def feedback(self, text: str) -> None:
        """What the holders of misconceptions read: for each its id, a colon, and a sentence or two in Markdown.

        A line that begins with no id of this question goes on with the one before. Feedback points to
        the mistake and never names the answer.
        """
        sentences: dict[str, list[str]] = {}
        for line in text.split("\n"):
            id, colon, first = line.strip().partition(": ")
            if colon and SLUG.fullmatch(id):
                sentences[id] = [first]
            elif line.strip():
                if not sentences:
                    raise ExerciseError(f"the feedback of {self.reference.name} must begin with an id and a colon.")
                sentences[list(sentences)[-1]].append(line.strip())
        known = [misconception.id for misconception in self.misconceptions]
        for id, words in sentences.items():
            if id not in known:
                raise ExerciseError(f"feedback for `{id}`, which is no misconception. {did_you_mean(id, known)}")
            index = known.index(id)
            self.misconceptions[index] = replace(self.misconceptions[index], feedback=" ".join(words))

    def hints(self, *texts: str) -> None:
        """Steps of the way, opened one by one. The last one must not contain the number."""
        self.hint_texts = texts

    def explained(self, template: str) -> None:
        """The worked solution in Markdown. `{{ name }}` prints a given, a text, a part or `{{ reference }}`."""
        self.explanation = inspect.cleandoc(template)


@dataclass(frozen=True)
class Wrong:
    """A misconception of a question, just written, to which its feedback may be said."""

    question: Question
    index: int

    def says(self, feedback: str) -> None:
        """What its holder reads: Markdown that points to the mistake and never names the answer."""
        known = self.question.misconceptions[self.index]
        self.question.misconceptions[self.index] = replace(known, feedback=" ".join(feedback.split()))


class Exercise:
    """An exercise, in the file whose docstring is its statement.

    - `number`: its place in the catalogue; `topic`, `section`: where it belongs, in the lecture too.
    - `given`: what the student sees, symbol by symbol. `"N D"` is an array of that shape (a letter is
      one size throughout an instance; `"D 1"` is a column), `float`, `int`, `str`, `list` and `dict`
      are values of that type. An instance that does not show a given draws it as None.
    - `hidden`: what is drawn beside it and only the file's own functions see, declared likewise.
    - `largest`: no entry of a reference is larger at a level for paper.

    A file in the folder `challenges/` holds the level `challenge` of the exercise whose file bears the
    same name. It declares `given` and `hidden`; the rest is said there.
    """

    def __init__(
        self,
        *,
        given: Mapping[str, Declared],
        hidden: Mapping[str, Declared] | None = None,
        number: int = 0,
        topic: str = "",
        section: str = "",
        levels: tuple[str, ...] = LEVELS,
        beyond_lecture: bool = False,
        largest: float = LARGEST_BY_HAND,
    ):
        self.number = number
        self.topic = topic
        self.section = section
        self.given = dict(given)
        self.hidden = dict(hidden or {})
        self.levels = levels
        self.beyond_lecture = beyond_lecture
        self.largest = largest
        self.draw: Rule | None = None
        self.stratum_rule: Rule | None = None
        self.figure_rule: Rule | None = None
        self.text_rules: dict[str, Rule] = {}
        self.questions: list[Question] = []
        self.hint_texts: tuple[str, ...] = ()
        self.vocabulary = Vocabulary()

    def instance(self, draw: Function) -> Function:
        """How an instance is drawn: may name `rng`, `level` and `seed`; returns given and hidden values by name.

        None, or numbers on which a misconception gives the right answer: drawn again.
        """
        self.draw = Rule.of(draw)
        return draw

    def stratum(self, function: Function) -> Function:
        """Which kind an instance is of, for statistics: a few words, and few different ones within a level.

        It may name givens and hidden values. Without one, the texts drawn say it (`activation relu`).
        """
        self.stratum_rule = Rule.of(function, named(function, "the stratum"))
        return function

    def figure(self, function: Function) -> Function:
        """The figure of an instance, made with `app.exercise.figures`. It may name givens, and return None.

        What it draws must not give an answer away.
        """
        self.figure_rule = Rule.of(function, named(function, "the figure"))
        return function

    def text(self, function: Function) -> Function:
        """A piece of the statement that depends on the instance: `{{ its_name }}` puts it there.

        It may name givens (None where not shown) and hidden values, and returns Markdown or a value.
        """
        self.text_rules[function.__name__] = Rule.of(function)
        return function

    def texts(self, **functions: Callable[..., Any]) -> None:
        """Several texts in a line each: `exercise.texts(sign=lambda b: "+" if b > 0 else "-")`."""
        for name, function in functions.items():
            self.text_rules[name] = Rule.of(function, name)

    def part(
        self,
        answer: str | Kind,
        *,
        weight: float = 1.0,
        oriented: bool = False,
        follow: bool = True,
        tolerance: float | None = None,
        formula: str | None = None,
    ) -> Callable[[Callable[..., Any]], Question]:
        """A question. The function is the reference, its name the part's id, its docstring the prompt.

        `answer` is the declared shape (`"N 1"`), `"scalar"`, `"scalar | undefined"`, `Shape()` or
        `Choice(…)`. A parameter that names an earlier part receives its value, in follow-through the
        student's own (`follow=False`: no follow-through). `oriented`: rows and columns are told
        apart. `tolerance`: absolute, where the usual one does not fit. `formula`: the reference in
        symbols, as a student may type it; with it the exercise has the level `formula`.
        """
        return self._question(
            answer, weight=weight, oriented=oriented, follow=follow, tolerance=tolerance, formula=formula
        )

    def parts(
        self, ids: str, answer: str | Kind, *, each: str, weight: float = 1.0, formula: str | None = None
    ) -> Callable[[Callable[..., Any]], Question]:
        """The same question once for each id: `each` names what differs between them.

        `each="x"`, where x is a given: the k-th part sees the k-th entry of it as `x`.
        `each="operands formula"`: every part sees these entries of the given (a `dict`) that bears its own id.
        A title may use `{{ id }}` and `{{ number }}`. `formula` holds for any entry: at that level it is
        asked once, under the name of the function.
        """
        return self._question(answer, ids=tuple(ids.split()), each=tuple(each.split()), weight=weight, formula=formula)

    def in_symbols(
        self,
        *,
        functions: Mapping[str, str] | None = None,
        indices: Mapping[str, str] | None = None,
        domains: Mapping[str, str] | None = None,
        computed: Mapping[str, Computed] | None = None,
        fixed: Mapping[str, Any] | None = None,
        texts: Mapping[str, str] | None = None,
        latex: Mapping[str, str] | None = None,
        sizes: str = "",
        without: str = "",
    ) -> None:
        """What level `formula` needs beyond givens, parts and their formulas; most exercises need none of it.

        - `functions`: letters for functions that apply entry by entry: `sigma="tanh"`, `sigma="generic"` for any
          smooth one, or the given of type `str` that names it, and then it is any one, too.
        - `indices`: givens that are an index, each with the letter of its range: `d="D"`.
        - `domains`: where values lie: `"positive"`, `"unit"` (0 to 1), `"label"` (0 or 1), `"simplex"`, `"one-hot"`,
          `"symmetric"`. Unsaid: numbers of both signs.
        - `computed`: what follows from givens. By a formula it is a symbol, be it given, hidden or new; by a function
          it is a given or hidden value that only functions of the file see.
        - `fixed`: givens that have this value at this level.
        - `texts`: what placeholders print there, in LaTeX or Markdown.
        - `latex`: how a symbol is printed; `sizes`: which are larger, `"D < N"`; `without`: words that may not be used,
          `'` for all derivatives.
        """
        self.vocabulary = Vocabulary(
            dict(functions or {}),
            dict(indices or {}),
            dict(domains or {}),
            dict(computed or {}),
            dict(fixed or {}),
            dict(texts or {}),
            dict(latex or {}),
            sizes,
            tuple(without.split()),
        )

    def hints(self, *texts: str) -> None:
        """Hints for every part that has none of its own."""
        self.hint_texts = texts

    def _question(
        self,
        answer: str | Kind,
        *,
        weight: float,
        ids: tuple[str, ...] = (),
        each: tuple[str, ...] = (),
        oriented: bool = False,
        follow: bool = True,
        tolerance: float | None = None,
        formula: str | None = None,
    ) -> Callable[[Callable[..., Any]], Question]:
        def register(reference: Callable[..., Any]) -> Question:
            rule = Rule.of(reference)
            try:
                kind = kind_of(answer, oriented)
            except ValueError as error:
                raise ExerciseError(f"{rule.name}: {error}.") from error
            question = Question(ids or (rule.name,), rule, kind, weight, follow, tolerance, each, formula)
            self.questions.append(question)
            return question

        return register
