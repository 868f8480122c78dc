"""Hostile input for what reads formulas: never anything but a formula or `Unreadable`, never long, never large.

    python -m tests.fuzzing [--inputs 1000000] [--seed 0]      pieces of formulas put together and broken
    python -m tests.fuzzing --atheris [--inputs 1000000]       guided by coverage, where atheris can be imported

`make prove-formulas` runs both. Every input is read, printed, read again as it was printed, and judged beside a
reference of its shape. The first way measures each input, the second one remembers the slowest and measures them
afterwards, in a process of its own whose code is as it is.
"""

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tracemalloc
import warnings
from collections.abc import Iterator
from functools import cache
from tempfile import gettempdir
from time import thread_time
from typing import Any, Final

from app.answers import Unreadable
from app.formula import MAX_FORMULA, Formula, Reference, judge, read
from app.formula.reading import restored
from app.markup import math
from tests.batteries.formulas import FAMILIES
from tests.batteries.slow_formulas import SLOW, VOCABULARY
from tests.conftest import HOME

SECONDS: Final = 0.020  # of processor time, the best of three
BYTES: Final = 16 * 2**20
WEIGHED: Final = 1000  # of all inputs so many, at most one in a hundred: what weighs takes memory itself, and keeps it
WARM: Final = 1000  # inputs after which the process has about the size that it keeps
SLOWEST: Final = 50

PIECES: Final = (
    *(HOME / "tests" / "batteries" / "pieces_of_formulas.txt").read_text().split(),
    *("\u202e", "\u0302", "\ud800", "\x00", "\t", "\n"),
    *(" ",) * 20,
)


@cache
def references() -> dict[str, Reference]:
    """A question for every shape that formulas of the vocabulary commonly have."""
    found = {}
    for right in ("diag(sigma'(W x0 + b)) W", "A", "x0", "x0^T", "b", "t", "W^T", "A ⊗ A", "relu(t - 9) x0"):
        reference = Reference(right, VOCABULARY, wrong={"twice": lambda reference: 2 * reference})
        reference.trials, reference.near_trials, reference.far_trials, reference.wrong_values  # noqa: B018 - drawn before the clock runs
        found.setdefault(str(reference.shape), reference)
    return found


def use(typed: str) -> Formula | None:
    """Everything that the service does with a formula; None where it cannot be read."""
    try:
        formula = read(typed, VOCABULARY)
    except Unreadable as error:
        assert error.message
        assert error.position is None or 0 <= error.position <= len(typed)
        return None
    printed = formula.latex, formula.text, str(formula.shape)
    judge(formula, references().get(printed[2], references()["scalar"]))
    return formula


def check(typed: str) -> None:
    """Use a formula, and see that its LaTeX can be shown and what is printed is the same formula."""
    formula = use(typed)
    if formula is None:
        return
    math(formula.latex)
    try:
        again = restored(formula.text, VOCABULARY)
    except Unreadable as error:
        raise AssertionError(f"{typed!a} is not restored: {error.message}") from error
    assert again.tree == formula.tree, typed


def seconds(typed: str) -> float:
    """The processor time that a formula takes: the best of three, should the first time be too long."""
    best = float("inf")
    for _ in range(3):
        started = thread_time()
        use(typed)
        best = min(best, thread_time() - started)
        if best < SECONDS / 2:
            break
    return best


def weight(typed: str) -> int:
    """The most bytes that a formula holds at any time."""
    tracemalloc.start()
    use(typed)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


GRAMMAR: Final = {  # ways to write something of each shape: a number, columns of N and D, N×D, D×D
    shape: ways.split(" / ")
    for shape, ways in (
        line.split(": ") for line in (HOME / "tests" / "batteries" / "grammar_of_formulas.txt").read_text().splitlines()
    )
}
SHAPE: Final = re.compile(r"\[(1|N|D|ND|DD)\]")


def fitting(rng: random.Random) -> str:
    """A formula whose pieces mostly fit, grown from the grammar until it is long enough."""
    formula = f"[{rng.choice(list(GRAMMAR))}]"
    most = rng.choice((20, 80, MAX_FORMULA))
    while open_shape := SHAPE.search(formula):
        ways = GRAMMAR[open_shape[1]]
        way = rng.choice(ways if len(formula) < most else ways[:2] if open_shape[1] in "1ND" else ways[:1])
        formula = formula[: open_shape.start()] + way + formula[open_shape.end() :]
    return formula[:MAX_FORMULA]


def hostile(rng: random.Random) -> Iterator[str]:
    """Inputs without end: those that fit, whole and broken, the battery's broken, pieces, anything at all."""
    known = [formula for family in FAMILIES for formula in family.right] + list(SLOW)
    while True:
        choice = rng.random()
        if choice < 0.3:
            yield fitting(rng)
        elif choice < 0.5:
            yield _broken(fitting(rng), rng)
        elif choice < 0.65:
            yield _broken(rng.choice(known), rng)
        elif choice < 0.95:
            pieces = rng.choices(PIECES, k=rng.randint(1, rng.choice((8, 40, 200))))
            yield rng.choice(("", "", " ")).join(pieces)[: MAX_FORMULA + 5]
        else:
            yield "".join(
                chr(rng.choice((rng.randrange(0x80), rng.randrange(0x3000)))) for _ in range(rng.randint(0, 80))
            )


def _broken(formula: str, rng: random.Random) -> str:
    for _ in range(rng.randint(1, 4)):
        begin = rng.randint(0, len(formula))
        end = min(len(formula), begin + rng.choice((0, 1, 1, 2, 8)))
        formula = formula[:begin] + rng.choice((*rng.choices(PIECES, k=2), formula[begin:end] * 2, "")) + formula[end:]
    return formula[:MAX_FORMULA]


def prove(inputs: int, seed: int) -> None:
    """Use so many hostile inputs, each within its time, some of them weighed."""
    readable, slowest, heaviest, before = 0, 0.0, 0, 0
    every = max(100, inputs // WEIGHED)
    for number, typed in zip(range(inputs), hostile(random.Random(seed)), strict=False):
        check(typed)
        taken = seconds(typed)
        slowest = max(slowest, taken)
        assert taken < SECONDS, f"{taken:.4f} s for {typed!a}"
        if number % every == 0:
            heaviest = max(heaviest, weight(typed))
            assert heaviest < BYTES, f"{heaviest} bytes for {typed!a}"
            readable += use(typed) is not None
        if number == WARM:
            before = memory()
    grown = memory() - (before or memory())
    assert grown < BYTES, f"the process grew by {grown} bytes"
    share = readable / len(range(0, inputs, every))
    print(
        f"{inputs} inputs, about {share:.0%} of them readable: none uncaught, slowest {1000 * slowest:.1f} ms, "
        f"heaviest {heaviest / 2**20:.1f} MiB, the process grew by {grown / 2**20:.1f} MiB"
    )


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


# Guided by coverage -------------------------------------------------------------------------------


def guided(inputs: int, seed: int) -> None:
    """The same with atheris, which finds inputs that reach new code; the slowest are measured afterwards."""
    import atheris  # where it is missing, so is this proof

    slowest: list[tuple[float, str]] = []
    done = 0

    def one(data: bytes) -> None:
        nonlocal done
        if data[:1] < b"\x40":
            typed = atheris.FuzzedDataProvider(data[1:]).ConsumeUnicode(MAX_FORMULA)
        else:
            typed = "".join(PIECES[byte % len(PIECES)] for byte in data[1:])[:MAX_FORMULA]
        started = thread_time()
        check(typed)
        slowest.append((thread_time() - started, typed))
        done += 1
        if len(slowest) > 2 * SLOWEST or done == inputs:
            slowest.sort(reverse=True)
            del slowest[SLOWEST:]
        if done == inputs:
            _measure([typed for _, typed in slowest])

    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("app.formula"):
            _instrument(atheris, module)
    options = [
        f"-runs={inputs}",
        f"-seed={seed + 1}",
        "-max_len=400",
        "-verbosity=0",
        f"-artifact_prefix={gettempdir()}/",
    ]
    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


def _instrument(atheris: Any, module: Any) -> None:
    for value in list(vars(module).values()):
        functions = vars(value).values() if isinstance(value, type) else [value]
        for function in functions:
            if getattr(function, "__module__", None) == module.__name__ and hasattr(function, "__code__"):
                atheris.instrument_func(function)


def _measure(slowest: list[str]) -> None:
    """Time the slowest inputs where nothing slows them down but themselves."""
    command = [sys.executable, "-m", "tests.fuzzing", "--measure"]
    done = subprocess.run(command, input=json.dumps(slowest), capture_output=True, text=True)
    print(done.stdout + done.stderr, end="", flush=True)
    if done.returncode:
        raise AssertionError("an input is too slow")


def measure() -> None:
    slowest, typed = max((seconds(typed), typed) for typed in json.load(sys.stdin))
    assert slowest < SECONDS, f"{slowest:.4f} s for {typed!a}"
    print(f"guided by coverage: none uncaught, slowest {1000 * slowest:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description="Send hostile formulas.")
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--atheris", action="store_true")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    warnings.simplefilter("error")
    if asked.measure:
        measure()
    elif asked.atheris:
        guided(asked.inputs, asked.seed)
    else:
        prove(asked.inputs, asked.seed)


if __name__ == "__main__":
    main()
