"""Other graders, each judging formulas that come as JSON; runs in an environment of theirs, without Nabla.

    python benchmarks/peers mitx-vectors|mitx-columns|sympy FOLDER < questions.json > answers.json

An answer is a pair: whether the formula was accepted (null: it could not be read), and the seconds
of processor time that took.
"""

import json
import signal
import sys
from collections.abc import Callable
from time import thread_time
from typing import Any, Final

SECONDS: Final = 3  # as PrairieLearn gives a symbolic comparison


class TooLong(Exception):
    """A comparison takes longer than a grader can wait."""


def give_up(*_: Any) -> None:
    raise TooLong


def grader(peer: str) -> Callable[[dict[str, Any]], bool]:
    """A peer by its name, imported only where it is asked for."""
    if peer == "sympy":
        import with_sympy

        return with_sympy.accepts
    import with_mitx

    return lambda question: with_mitx.accepts(question, columns=peer == "mitx-columns")


def main() -> None:
    peer, folder = sys.argv[1:3]
    if folder:
        sys.path.insert(0, folder)
    accepts = grader(peer)
    signal.signal(signal.SIGALRM, give_up)
    answers: list[tuple[bool | None, float]] = []
    for question in json.load(sys.stdin):
        if question["formula"] is None or question["reference"] is None:
            answers.append((None, 0.0))
            continue
        started = thread_time()
        signal.alarm(SECONDS)
        try:
            accepted: bool | None = bool(accepts(question))
        except Exception:
            accepted = None  # whatever it raises, it has no verdict
        signal.alarm(0)
        answers.append((accepted, thread_time() - started))
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
