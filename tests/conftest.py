"""A real server for the tests: `nabla serve` in a process of its own, on a free port, with a database of its own."""

import gc
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection

from app.db import migrate, open_engine
from app.exercise import Catalogue, load_folders

HOME = Path(__file__).parents[1]

# The fixtures of a course to teach in, of a platform of our own that it belongs to, and of one that is not ours.
pytest_plugins = (
    "tests.commands",
    "tests.marking",
    "tests.teaching",
    "tests.lms",
    "tests.gradebooks",
    "tests.browser",
    "tests.openedx_platform",
)


def pytest_collection_finish() -> None:
    """Leave thousands of tests out of garbage collection, which would look through them all again and again."""
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, what it printed, and its process."""

    url: str
    greeting: str
    process: subprocess.Popen[str]
    data: Path

    @property
    def api(self) -> str:
        return f"{self.url}/api/v1"

    def client(self, **headers: str) -> httpx.Client:
        """A client of the API, as a guest or with the headers given."""
        # Nothing is encrypted here, and to read whose certificates are good takes longer than most tests.
        return httpx.Client(base_url=self.api, headers=headers, timeout=30, verify=False)


@contextmanager
def serving(
    data: Path, *arguments: str, program: Sequence[str] = ("-m", "app.cli"), **settings: str
) -> Iterator[Server]:
    """A server on the database in `data`, with further arguments and NABLA_… settings; stopped at the end."""
    command = [sys.executable, *program, "serve", "--port", "0", *arguments]
    environment = {**clean_environment(), "NABLA_DATA_DIR": str(data), **settings}
    with subprocess.Popen(
        command, cwd=HOME, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield Server(*_greeting(process), process, data)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()


def _greeting(process: subprocess.Popen[str]) -> tuple[str, str]:
    """The address a server prints when it starts, and all that it prints before it serves."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            break
    greeting = "".join(lines)
    address = re.search(r"on (http://\S+)", greeting)
    assert address, f"the server did not start:\n{greeting}"
    return address[1], greeting


def clean_environment() -> dict[str, str]:
    """This process's environment without settings of Nabla."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NABLA_")}


def run_nabla(*arguments: str, data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a `nabla` command on the database in `data`."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=HOME,
        env={**clean_environment(), "NABLA_DATA_DIR": str(data), **settings},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that only add to its database."""
    with serving(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A guest of that server."""
    with server.client() as guest:
        yield guest


@pytest.fixture(scope="session")
def operator_token(server: Server) -> str:
    """A token of that server's operator, created while it runs."""
    created = run_nabla("token", "create", "--operator", data=server.data)
    assert created.returncode == 0, created.stderr
    return created.stdout.strip()


@pytest.fixture(scope="session")
def operator(server: Server, operator_token: str) -> Iterator[httpx.Client]:
    """The operator of that server."""
    with server.client(Authorization=f"Bearer {operator_token}") as client:
        yield client


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The project's own exercises."""
    return load_folders([HOME / "exercises"])


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was brought to the newest revision, to copy: making one takes a third of a second."""
    path = tmp_path_factory.mktemp("empty") / "nabla.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def connection(tmp_path: Path, empty_database: Path) -> Iterator[Connection]:
    """A transaction on a new database, `nabla.db` in `tmp_path`."""
    engine = open_engine(f"sqlite:///{shutil.copy(empty_database, tmp_path)}", writes=True)
    with engine.begin() as connection:
        yield connection
    engine.dispose()
