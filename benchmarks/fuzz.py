"""Texts that a fuzzer makes from what the readers of answers do with them: `python -m benchmarks.fuzz [-runs=N]`.

Needs atheris (`pip install atheris`), and says so where it is missing. A text that is neither read nor refused, or that
takes too long, ends it with the text; nothing is left on the disk.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.nasty import MAX_SECONDS, VALID, seconds

LONGEST: Final = 400  # bytes of a text


def main() -> None:
    try:
        import atheris
    except ImportError:
        print("atheris is not installed, so nothing was tried: pip install atheris")
        return
    for name in [name for name in sys.modules if name.startswith("app.answers")]:
        del sys.modules[name]  # to be imported again, with counters in it
    with atheris.instrument_imports(include=["app.answers"]):
        from app.answers import Unreadable, cells, read_numbers, read_shape
    readers: tuple[Callable[[str], Any], ...] = (read_numbers, read_shape, cells)

    def try_out(data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape")
        for read in readers:
            with suppress(Unreadable):
                read(text)
            if seconds(read, text) > MAX_SECONDS:
                raise TimeoutError(f"{read.__name__}({text!a})")

    with TemporaryDirectory() as folder:
        for number, text in enumerate(VALID):
            Path(folder, str(number)).write_text(text)
        limits = [f"-max_len={LONGEST}", f"-artifact_prefix={folder}/", "-verbosity=0", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *limits, *sys.argv[1:], folder], try_out)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
