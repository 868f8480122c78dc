"""`nabla new`: a file to begin an exercise with."""

import argparse
import re
from pathlib import Path
from typing import Final

from app.cli.base import Commands, Refusal, load
from app.settings import Settings

ID: Final = re.compile(r"[a-z][a-z0-9]*(-[A-Za-z0-9]+)*")

TEMPLATE: Final = r'''r"""# TITLE

Let $f(x) = c\,x^2$ with $c = {{ c }}$. Compute the derivative $f'(x_0)$ at $x_0 = {{ x0 }}$.
"""

from app.exercise import Exercise, col
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import numbers

exercise = Exercise(number=NUMBER, topic="TOPIC", section="TITLE", given=dict(c=float, x0=float))


@exercise.instance
def draw(rng, level):
    return dict(c=numbers(rng, level), x0=numbers(rng, level, largest=8))


@exercise.part("scalar")
def answer(c, x0):
    """$f'(x_0)$"""
    return 2 * c * x0


answer.oracle(lambda c, x0: jacobian(lambda x: c * x**2, col(x0)))
answer.wrong("value-instead", lambda c, x0: c * x0**2, "$f(x_0)$")
answer.wrong("factor-two-lost", lambda c, x0: c * x0, r"$c\,x_0$", credit=0.5)
answer.wrong("scale-forgotten", lambda x0: 2 * x0, "$2x_0$, the derivative of $x^2$")
answer.feedback("""
    value-instead: You gave the value. How fast does it change?
    factor-two-lost: Differentiate the square carefully: what comes down?
    scale-forgotten: A constant factor in front of $f$ stays in front of its derivative.
""")
answer.hints("What is the derivative of $x^2$?", "What does the constant in front do?")
answer.explained(r"$x^2$ has the derivative $2x$, and $c$ stays in front: $f'(x_0) = 2c\,x_0 = {{ reference }}$.")
'''


def add(commands: Commands) -> None:
    new = commands.add_parser("new", help="begin an exercise: a small one that is proved, to be changed")
    new.add_argument("exercise", type=_id, help="its id, such as my-exercise")
    new.add_argument("--folder", type=Path, help="where (default: the last folder of NABLA_EXERCISES, else exercises/)")
    new.add_argument("--topic", type=_id, default="derivatives", help="default: derivatives")
    new.set_defaults(run=_new)


def _id(text: str) -> str:
    if not ID.fullmatch(text):
        raise argparse.ArgumentTypeError("must be words of letters and digits, joined by dashes, such as my-exercise")
    return text


def _how_to_load(folder: Path, settings: Settings) -> str:
    if folder.resolve() in (known.resolve() for known in settings.exercise_folders):
        return ""
    return f"  have it loaded:     NABLA_EXERCISES={folder} before the commands below\n"


def _new(arguments: argparse.Namespace, settings: Settings) -> int:
    catalogue = load(settings)
    folder: Path = arguments.folder or settings.exercise_folders[-1]
    path = folder / f"{arguments.exercise.replace('-', '_')}.py"
    if arguments.exercise in catalogue or path.exists():
        raise Refusal(f"there is an exercise {arguments.exercise} already. Choose another id.")
    number = max((family.number for family in catalogue.values()), default=0) + 1
    said = {"TITLE": arguments.exercise.replace("-", " ").capitalize(), "NUMBER": str(number), "TOPIC": arguments.topic}
    text = re.sub("TITLE|NUMBER|TOPIC", lambda word: said[word[0]], TEMPLATE)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refusal(f"cannot write {path}: {error.strerror}. Name another folder: --folder.") from None
    print(
        f"Written: {path}\n"
        f"{_how_to_load(folder, settings)}"
        f"  prove it:           nabla check {arguments.exercise} --seeds 100\n"
        f"  see it as you save: nabla serve --reload, then /workbench/{arguments.exercise}"
    )
    return 0
