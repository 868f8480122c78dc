"""The `nabla` command, run as a user runs it."""

import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.commands import Nabla
from tests.conftest import Server, run_nabla, serving


def test_check_prints_a_line_for_each_exercise_and_level(tmp_path: Path):
    done = run_nabla("check", "ls-steps", "relu-derivative", "--seeds", "3", data=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [line.split()[:3] for line in done.stdout.splitlines()[1:9]]
    instances = {"hand": "3", "numpy": "3", "formula": "1", "challenge": "3"}  # in symbols there is one
    assert lines == [[id, *one] for id in ("ls-steps", "relu-derivative") for one in instances.items()]


def test_check_of_an_unknown_exercise_says_which_there_are(tmp_path: Path, nabla: Nabla):
    done = nabla("check", "ls-stepps", data=tmp_path)
    assert done.returncode == 1
    assert "ls-stepps" in done.stderr
    assert "ls-steps" in done.stderr


def test_check_fails_with_file_seed_and_remedy(tmp_path: Path, nabla: Nabla):
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "twice.py").write_text(WRONG_ORACLE)
    done = nabla("check", "twice", "--seeds", "2", data=tmp_path, NABLA_EXERCISES=str(folder))
    assert done.returncode == 1
    for word in ("twice.py", "seed 0", "{'x0':", "oracle", "remedy"):
        assert word in done.stderr


def test_check_fails_for_a_file_that_does_not_load(tmp_path: Path, nabla: Nabla):
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "broken.py").write_text("exercise = ")
    done = nabla("check", "broken", data=tmp_path, NABLA_EXERCISES=str(folder))
    assert done.returncode == 1
    assert "broken.py, line 1: SyntaxError" in done.stderr
    others = nabla("check", "ls-gradient", "--seeds", "1", data=tmp_path, NABLA_EXERCISES=str(folder))
    assert others.returncode == 0


@pytest.fixture(scope="module")
def with_faults(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that finds an exercise that cannot draw, and a file that is none."""
    folder = tmp_path_factory.mktemp("faults") / "more"
    folder.mkdir()
    (folder / "twice.py").write_text(WRONG_ORACLE.replace("return 2 * x0", "return 2 * x0[1]"))
    (folder / "broken.py").write_text("exercise = ")
    with serving(folder.parent / "data", NABLA_EXERCISES=str(folder)) as server:
        yield server


def test_an_exercise_that_cannot_draw_is_reported_and_the_others_are_served(with_faults: Server):
    assert "twice.py, line 16, in answer: TypeError" in with_faults.greeting
    with with_faults.client() as guest:
        assert guest.get("/exercises/twice").status_code == 404
        assert guest.get("/exercises/ls-gradient").status_code == 200


def test_a_malformed_exercise_is_reported_and_the_others_are_served(with_faults: Server):
    assert "broken.py" in with_faults.greeting
    with with_faults.client() as guest:
        assert guest.get("/exercises/broken").status_code == 404
        assert guest.get("/exercises/ls-gradient").status_code == 200


def test_an_operator_token_is_one_line_and_works_while_the_server_runs(server: Server):
    created = run_nabla("token", "create", "--operator", data=server.data)
    assert created.returncode == 0
    assert created.stderr == ""
    (token,) = created.stdout.splitlines()
    with server.client(Authorization=f"Bearer {token}") as operator:
        assert operator.get("/exercises").status_code == 200


def test_health_tells_whether_a_server_answers(server: Server, tmp_path: Path, nabla: Nabla):
    port = httpx.URL(server.url).port
    assert run_nabla("health", data=tmp_path, NABLA_PORT=str(port)).returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as closed:
        gone = closed.getsockname()[1]
    done = nabla("health", data=tmp_path, NABLA_PORT=str(gone))
    assert done.returncode == 1
    assert f"port {gone}" in done.stderr


def test_the_server_says_where_it_is_and_which_sqlite_it_uses(server: Server):
    assert server.url in server.greeting
    assert "SQLite 3." in server.greeting
    assert "/docs" in server.greeting


def test_a_second_server_on_the_same_data_is_refused(server: Server):
    done = run_nabla("serve", "--port", "0", data=server.data)
    assert done.returncode == 1
    assert "another server" in done.stderr
    assert "NABLA_DATA_DIR" in done.stderr


def test_a_taken_port_is_explained(server: Server, tmp_path: Path, nabla: Nabla):
    done = nabla("serve", "--port", str(httpx.URL(server.url).port), data=tmp_path)
    assert done.returncode == 1
    assert "NABLA_PORT" in done.stderr


def test_a_wrong_setting_is_named(tmp_path: Path, nabla: Nabla):
    for name, value in {"NABLA_PORT": "http", "NABLA_GUESTS": "maybe", "NABLA_DATABASE_URL": "mysql://x"}.items():
        done = nabla("check", "ls-gradient", "--seeds", "1", data=tmp_path, **{name: value})
        assert done.returncode == 1
        assert name in done.stderr
        assert "Traceback" not in done.stderr


def test_a_missing_folder_of_exercises_is_named(tmp_path: Path, nabla: Nabla):
    done = nabla("check", data=tmp_path, NABLA_EXERCISES=str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "nowhere" in done.stderr


def test_the_database_is_readable_by_its_owner_only(server: Server):
    assert stat.S_IMODE((server.data / "nabla.db").stat().st_mode) & 0o077 == 0


def test_sigterm_ends_the_server_with_success(tmp_path: Path):
    with serving(tmp_path) as server:
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0


IMPATIENT = """
import sys
from app import cli, serving
assert serving.STOPPING == 5
serving.STOPPING = 1
sys.exit(cli.main())
"""


def test_a_slow_client_does_not_keep_the_server_from_stopping(tmp_path: Path):
    with serving(tmp_path, program=("-c", IMPATIENT)) as server:
        url = httpx.URL(server.url)
        with socket.create_connection((url.host, url.port)) as slow:
            path = "/api/v1/exercises/ls-gradient/instances"
            slow.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{".encode())
            assert httpx.get(f"{server.url}/healthz").status_code == 200  # the server has read what came before
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(25) == 0


def test_two_servers_never_share_a_database(server: Server, tmp_path: Path, nabla: Nabla):
    done = nabla("serve", "--port", "0", data=tmp_path, NABLA_DATABASE_URL=f"sqlite:///{server.data / 'nabla.db'}")
    assert done.returncode == 1
    assert "another server" in done.stderr


def test_what_cannot_be_opened_is_said_in_a_sentence(tmp_path: Path, nabla: Nabla):
    (tmp_path / "file").write_text("")
    for command in (["serve", "--port", "0"], ["token", "create", "--operator"]):
        for settings in (
            {"NABLA_DATA_DIR": str(tmp_path / "file" / "data")},
            {"NABLA_DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/n.db"},
        ):
            done = nabla(*command, **{"data": tmp_path, **settings})
            assert done.returncode == 1
            assert done.stderr.startswith("nabla: ")
            assert len(done.stderr.splitlines()) == 1


WRONG_ORACLE = '''"""# Twice

Compute twice {{ x0 }}.
"""
from app.exercise import Exercise

exercise = Exercise(number=1, topic="numbers", section="None", given=dict(x0=float))

@exercise.instance
def draw(rng):
    return dict(x0=float(rng.integers(3, 9)))

@exercise.part("scalar")
def answer(x0):
    """Twice"""
    return 2 * x0

@answer.oracle
def added(x0):
    return x0 + x0 + 1

@answer.misconception
def once(x0):
    """Once more."""
    return x0

answer.hints("Add it to itself.")
answer.explained("${{ reference }}$")
'''
