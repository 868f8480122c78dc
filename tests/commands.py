"""Commands of `nabla` within this process: in a process of its own each begins with a second of imports."""

import os
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
import uvicorn

from app.cli import main

if TYPE_CHECKING:
    from tests.conftest import Server  # which makes this module a plugin

Nabla = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def nabla(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Nabla:
    """Runs a command on the database in `data`, as `run_nabla` does; a server that starts is a failure."""

    def starts(*_: object, **__: object) -> NoReturn:
        pytest.fail("the server started, and would never end")

    def run(*arguments: str, data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
        capsys.readouterr()
        umask = os.umask(0o077)
        os.umask(umask)
        with monkeypatch.context() as here:
            for name in filter(lambda name: name.startswith("NABLA_"), list(os.environ)):
                here.delenv(name)
            for name, value in {"NABLA_DATA_DIR": str(data), **settings}.items():
                here.setenv(name, value)
            here.setattr("sys.argv", ["nabla", *arguments])
            here.setattr(uvicorn.Server, "run", starts)
            try:
                status = main()
            except SystemExit as end:  # argparse's
                status = int(str(end.code))
            finally:
                os.umask(umask)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return subprocess.CompletedProcess(["nabla", *arguments], status, printed.out, printed.err)

    return run


@pytest.fixture
def beside(nabla: Nabla, server: "Server") -> Nabla:
    """Runs a command on the database of the running server."""
    return partial(nabla, data=server.data)


def printed(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that a command printed."""
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    return line
