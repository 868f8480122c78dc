"""Load the exercises again whenever one of their files is saved, for those who write them."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from app.exercise.loading import MATHEMATICS, Catalogue, load_folders

SHARED: Final = "exercises.mathematics"


class Watch:
    """Some folders of exercises; `version` counts how often they were loaded again."""

    def __init__(self, folders: Sequence[Path]):
        sys.dont_write_bytecode = True  # a second save within a second would not make that of shared files stale
        self.folders = folders
        self.version = 0
        self.seen = self._stamps()

    def again(self) -> Catalogue | None:
        """The exercises loaded anew, where a file has changed, is new or is gone since; else None."""
        stamps = self._stamps()
        if stamps == self.seen:
            return None
        self.seen = stamps
        self.version += 1
        for name in [name for name in sys.modules if name == SHARED or name.startswith(f"{SHARED}.")]:
            del sys.modules[name]  # what exercises share may be what was saved
        return load_folders(self.folders).drawable()

    def _stamps(self) -> dict[Path, int]:
        stamps = {}
        for path in self._files():
            with suppress(FileNotFoundError):  # an editor may just be putting the new file in its place
                stamps[path] = path.stat().st_mtime_ns
        return stamps

    def _files(self) -> Iterator[Path]:
        yield from MATHEMATICS.glob("*.py")
        for folder in self.folders:
            yield from folder.resolve().glob("*.py")
            yield from folder.resolve().glob("challenges/*.py")
            yield from folder.resolve().glob("*.toml")
