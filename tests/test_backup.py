"""A backup under load holds all that was acknowledged before; what is restored is proved first."""

import os
import re
import shutil
import stat
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, func, insert, select, text

from app.api.attempts import attempt_out
from app.attempts.submissions import of_rows
from app.auth import GUEST, Caller, add_person, caller_of, create_secret
from app.courses.audit import COMMAND
from app.db import CannotOpen, InUse, among_commands, migrate, open_engine
from app.keeping import erasure
from app.keeping.backup import back_up, restore
from app.models import attempts, people, tokens
from app.problems import Unauthenticated
from app.settings import Settings
from tests.commands import Nabla
from tests.conftest import HOME, Server, run_nabla, serving

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BACKUPS = int(os.environ.get("BACKUPS", "3"))
STUDENTS = 6


@pytest.fixture(autouse=True)
def same_umask() -> Iterator[None]:
    """A restore lets nobody else read what its process writes; this process goes on as it was."""
    before = os.umask(0o077)
    os.umask(before)
    yield
    os.umask(before)


@dataclass
class Ledger:
    """The replies that students got, in the order in which they came."""

    replies: list[bytes] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def wait_for(self, more: int) -> None:
        """Wait until students got so many more replies."""
        wanted, trials = len(self.replies) + more, 6_000
        while len(self.replies) < wanted and (trials := trials - 1):
            time.sleep(0.01)
        assert len(self.replies) >= wanted

    def work(self, server: Server, student: int) -> None:
        """Draw instances and submit another wrong answer again and again."""
        with server.client() as guest:
            while not self.stop.is_set():
                drawn = guest.post("/exercises/gradient-affine-form/instances", json={"seed": student})
                for n in range(20):
                    entries = [[1000 * student + n]] * len(drawn.json()["data"]["x0"])
                    reply = guest.post(
                        f"/instances/{drawn.json()['id']}/attempts", json={"answers": {"answer": entries}}
                    )
                    assert reply.status_code == 201, reply.text
                    self.replies.append(reply.content)


@contextmanager
def students_at_work(server: Server) -> Iterator[Ledger]:
    ledger = Ledger()
    with ThreadPoolExecutor(STUDENTS) as pool:
        working = [pool.submit(ledger.work, server, student) for student in range(STUDENTS)]
        try:
            yield ledger
        finally:
            ledger.stop.set()
        for student in working:
            student.result()


@contextmanager
def reading(database: Path) -> Iterator[Connection]:
    engine = open_engine(f"sqlite:///{database}", writes=False)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@contextmanager
def writing(database: Path) -> Iterator[Connection]:
    engine = open_engine(f"sqlite:///{database}", writes=True)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def replies_of(connection: Connection) -> set[bytes]:
    """The reply to each attempt, made anew from what is stored."""
    rows = list(connection.execute(select(attempts)))
    found: set[bytes] = set()
    for start in range(0, len(rows), 500):
        found |= {attempt_out(one).model_dump_json().encode() for one in of_rows(connection, rows[start : start + 500])}
    return found


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path) -> Settings:
    """A data directory with a database in which there is alice."""
    settings = Settings(data_dir=tmp_path / "data")
    settings.data_dir.mkdir()
    shutil.copy(empty_database, settings.database_file)
    with writing(settings.database_file) as connection:
        add_person(connection, "Alice", NOW, email="alice@example.org")
    return settings


def names(settings: Settings) -> list[str]:
    with reading(settings.database_file) as connection:
        return sorted(connection.scalars(select(people.c.name).where(people.c.erased_at.is_(None))))


def add(settings: Settings, name: str) -> str:
    with writing(settings.database_file) as connection:
        return add_person(connection, name, NOW)


# Under load ---------------------------------------------------------------------------------------


def test_every_backup_under_load_holds_what_was_acknowledged_before_it_began(tmp_path: Path):
    sizes = []
    with serving(tmp_path / "data") as server, students_at_work(server) as ledger:
        for n in range(BACKUPS):
            ledger.wait_for(100)
            acknowledged = len(ledger.replies)
            assert back_up(server.data / "nabla.db", tmp_path / f"{n}.db").attempts >= acknowledged
            sizes.append(acknowledged)
    assert sizes[-1] >= 100 * BACKUPS
    for n, acknowledged in enumerate(sizes):
        settings = Settings(data_dir=tmp_path / f"restored-{n}")
        restore(tmp_path / f"{n}.db", settings, NOW)
        with reading(settings.database_file) as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert set(ledger.replies[:acknowledged]) - replies_of(connection) == set()


def test_backup_and_restore_are_commands(tmp_path: Path):
    with serving(tmp_path / "data") as server, students_at_work(server) as ledger:
        ledger.wait_for(100)
        done = run_nabla("backup", str(tmp_path / "backup.db"), data=server.data)
        assert done.returncode == 0, done.stderr
    assert re.search(r"holds [1-9]\d* attempts and 1 people in \d+\.\d MB", done.stdout)
    done = run_nabla("restore", str(tmp_path / "backup.db"), data=tmp_path / "restored")
    assert done.returncode == 0, done.stderr
    assert re.search(r"holds [1-9]\d* attempts and 1 people", done.stdout)
    assert "before" not in done.stdout


def test_a_restored_database_is_served(tmp_path: Path, nabla: Nabla):
    with serving(tmp_path / "data") as server, server.client() as guest:
        drawn = guest.post("/exercises/ls-gradient/instances", json={"seed": 7}).json()
        sent = guest.post(f"/instances/{drawn['id']}/attempts", json={"answers": {"answer": [1, 2, 3]}})
        assert nabla("backup", str(tmp_path / "backup.db"), data=server.data).returncode == 0
    assert nabla("restore", str(tmp_path / "backup.db"), data=tmp_path / "new").returncode == 0
    with serving(tmp_path / "new") as server, server.client() as guest:
        assert guest.get(f"/attempts/{sent.json()['id']}").content == sent.content


def test_a_backup_holds_what_is_in_the_log_of_a_server_that_was_killed(tmp_path: Path):
    with serving(tmp_path / "data") as server, server.client() as guest:
        drawn = guest.post("/exercises/ls-gradient/instances", json={"seed": 7}).json()
        guest.post(f"/instances/{drawn['id']}/attempts", json={"answers": {"answer": [1, 2, 3]}})
        server.process.kill()
        server.process.wait()
    assert (server.data / "nabla.db-wal").stat().st_size > 0
    assert back_up(server.data / "nabla.db", tmp_path / "backup.db").attempts == 1


# Backups ------------------------------------------------------------------------------------------


def test_a_backup_says_what_it_holds_and_is_its_owners_alone(settings: Settings, tmp_path: Path, nabla: Nabla):
    done = nabla("backup", str(tmp_path / "backup.db"), data=settings.data_dir)
    assert done.returncode == 0
    assert "0 attempts and 1 people" in done.stdout
    assert "personal data" in done.stdout
    assert stat.S_IMODE((tmp_path / "backup.db").stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup.db", "data"]


def test_a_backup_overwrites_nothing(settings: Settings, tmp_path: Path, nabla: Nabla):
    (tmp_path / "backup.db").write_text("the only copy")
    done = nabla("backup", str(tmp_path / "backup.db"), data=settings.data_dir)
    assert done.returncode == 1
    assert "exists already" in done.stderr
    assert (tmp_path / "backup.db").read_text() == "the only copy"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup.db", "data"]


def test_a_backup_works_on_a_disk_without_hard_links(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert back_up(settings.database_file, tmp_path / "backup.db").people == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup.db", "data"]


def test_what_cannot_be_backed_up_is_said_in_a_sentence(settings: Settings, tmp_path: Path, nabla: Nabla):
    for arguments, data, word in (
        (["backup", str(tmp_path / "b.db")], tmp_path / "nowhere", "there is no database"),
        (["backup", str(tmp_path / "nowhere" / "b.db")], settings.data_dir, "nothing can be written"),
        (["restore", str(tmp_path / "b.db")], settings.data_dir, "there is no file"),
    ):
        done = nabla(*arguments, data=data)
        assert done.returncode == 1
        assert done.stderr.startswith("nabla: ")
        assert word in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_damaged_database_gives_no_backup(settings: Settings, tmp_path: Path):
    damage(settings.database_file)
    with pytest.raises(CannotOpen, match=r"nabla.db.*malformed|damaged"):
        back_up(settings.database_file, tmp_path / "backup.db")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["data"]


def damage(database: Path) -> None:
    """Overwrite pages in the middle of a database."""
    pages = database.read_bytes()
    database.write_bytes(pages[:4096] + b"\xff" * 40_960 + pages[45_056:])


# Restoring ----------------------------------------------------------------------------------------


def test_a_restore_moves_the_present_database_aside(settings: Settings, tmp_path: Path, nabla: Nabla):
    back_up(settings.database_file, tmp_path / "backup.db")
    add(settings, "Bob")
    done = nabla("restore", str(tmp_path / "backup.db"), data=settings.data_dir)
    assert done.returncode == 0, done.stderr
    assert names(settings) == ["Alice"]
    (aside,) = settings.data_dir.glob("nabla.db.before-restore-*Z")
    assert str(aside) in done.stdout
    assert "still holds personal data" in done.stdout
    with reading(aside) as connection:
        assert set(connection.scalars(select(people.c.name))) == {"Alice", "Bob"}
    assert stat.S_IMODE(settings.database_file.stat().st_mode) == 0o600
    assert [file.name for file in settings.data_dir.iterdir() if ".new-" in file.name] == []
    assert (tmp_path / "backup.db").exists()


def test_a_restore_needs_the_server_stopped(tmp_path: Path, nabla: Nabla):
    with serving(tmp_path / "data") as server:
        back_up(server.data / "nabla.db", tmp_path / "backup.db")
        done = nabla("restore", str(tmp_path / "backup.db"), data=server.data)
        assert done.returncode == 1
        assert "Stop it first" in done.stderr
        assert httpx.get(f"{server.url}/readyz").status_code == 200
    assert list(server.data.glob("*.before-restore-*")) == []


def test_a_restore_and_other_commands_keep_apart(settings: Settings, tmp_path: Path, nabla: Nabla):
    back_up(settings.database_file, tmp_path / "backup.db")
    refused = pytest.raises(InUse, match="another command is at work")
    with among_commands(settings.database_file), among_commands(settings.database_file), refused:
        restore(tmp_path / "backup.db", settings, NOW)
    with among_commands(settings.database_file, only=True):
        done = nabla("course", "list", data=settings.data_dir)
        assert done.returncode == 1
        assert "another command is at work" in done.stderr


def test_nothing_but_a_whole_database_of_nabla_is_restored(settings: Settings, tmp_path: Path):
    back_up(settings.database_file, tmp_path / "damaged.db")
    damage(tmp_path / "damaged.db")
    back_up(settings.database_file, tmp_path / "newer.db")
    with writing(tmp_path / "newer.db") as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    (tmp_path / "text.db").write_text("This is no database. " * 100)
    (tmp_path / "empty.db").touch()
    with writing(tmp_path / "other.db") as connection:
        connection.execute(text("CREATE TABLE attempts (id INTEGER)"))
    back_up(settings.database_file, tmp_path / "orphans.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'orphans.db'}", writes=True, checks_keys=False)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO flags VALUES ('f', 'nowhere', '', 0)"))
    engine.dispose()
    before = settings.database_file.read_bytes()
    for name, word in (
        ("damaged", "malformed|damaged"),
        ("newer", "9999"),
        ("text", "not a database"),
        ("empty", "no database of Nabla"),
        ("other", "no database of Nabla"),
        ("orphans", "rows of flags lack their parents"),
    ):
        with pytest.raises(CannotOpen, match=rf"{name}.db.*({word})"):
            restore(tmp_path / f"{name}.db", settings, NOW)
    assert settings.database_file.read_bytes() == before
    assert [file.name for file in settings.data_dir.iterdir() if "nabla.db." in file.name] == ["nabla.db.lock"]


def test_a_backup_of_an_older_version_is_brought_up_to_date(settings: Settings, tmp_path: Path):
    config = Config()
    config.set_main_option("script_location", str(HOME / "migrations"))
    with writing(tmp_path / "old.db") as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    assert back_up(tmp_path / "old.db", tmp_path / "backup.db").people == 0
    assert restore(tmp_path / "backup.db", settings, NOW).content.people == 0
    assert names(settings) == []


def test_the_database_is_there_at_any_moment_of_a_restore(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    back_up(settings.database_file, tmp_path / "backup.db")
    add(settings, "Bob")

    def lose_power(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "rename", lose_power)
        restore(tmp_path / "backup.db", settings, NOW)
    assert names(settings) == ["Alice", "Bob"]


def test_a_damaged_database_is_moved_aside_with_its_log(settings: Settings, tmp_path: Path, nabla: Nabla):
    back_up(settings.database_file, tmp_path / "backup.db")
    settings.database_file.write_bytes(b"\xff" * 100_000)
    log = settings.database_file.with_name("nabla.db-wal")
    log.write_bytes(b"a log")
    done = nabla("restore", str(tmp_path / "backup.db"), data=settings.data_dir)
    assert done.returncode == 0, done.stderr
    assert "cannot be read" in done.stdout
    assert names(settings) == ["Alice"]
    (aside,) = settings.data_dir.glob("nabla.db.before-restore-*Z")
    assert aside.with_name(f"{aside.name}-wal").read_bytes() == b"a log"
    assert aside.read_bytes() == b"\xff" * 100_000


# What was erased and revoked stays so -------------------------------------------------------------


@pytest.mark.parametrize("known_from", ["file", "database", "backup"])
def test_who_was_erased_since_the_backup_stays_erased(settings: Settings, tmp_path: Path, known_from: str):
    bob = add(settings, "Bob")
    back_up(settings.database_file, tmp_path / "backup.db")
    with writing(settings.database_file) as connection:
        erasure.erase(connection, COMMAND, settings.tombstones, bob, NOW)
    if known_from != "file":
        settings.tombstones.unlink()
    if known_from == "file":
        settings.database_file.unlink()
    if known_from == "backup":
        with writing(tmp_path / "backup.db") as connection:
            connection.execute(insert(erasure.tombstones.erased).values(person=bob, at=NOW))
        settings.database_file.unlink()
    assert b"Bob" in (tmp_path / "backup.db").read_bytes()
    done = restore(tmp_path / "backup.db", settings, NOW)
    assert done.erased == 1
    assert names(settings) == ["Alice"]
    assert b"Bob" not in settings.database_file.read_bytes()
    assert bob in settings.tombstones.read_text()


def test_tokens_revoked_since_the_backup_stay_revoked_and_sessions_end(settings: Settings, tmp_path: Path):
    with writing(settings.database_file) as connection:
        alice = connection.scalar(select(people.c.id))
        kept, revoked = (create_secret(connection, str(alice), NOW) for _ in range(2))
        for purpose in ("session", "sign-in"):
            create_secret(connection, str(alice), NOW, purpose)
    back_up(settings.database_file, tmp_path / "backup.db")
    with writing(settings.database_file) as connection:
        connection.execute(tokens.delete().where(tokens.c.id == revoked.id))
    assert restore(tmp_path / "backup.db", settings, NOW).revoked == 1
    with reading(settings.database_file) as connection:
        assert connection.scalar(select(func.count()).select_from(tokens)) == 1
        assert caller_of(connection, kept.text, NOW) == Caller(alice)
        with pytest.raises(Unauthenticated):
            caller_of(connection, revoked.text, NOW)


def test_a_restore_says_who_signs_in_again_and_why_counts_differ(settings: Settings, tmp_path: Path, nabla: Nabla):
    bob = add(settings, "Bob")
    back_up(settings.database_file, tmp_path / "backup.db")
    kept = nabla("restore", str(tmp_path / "backup.db"), data=tmp_path / "other")
    assert "holds 0 attempts and 2 people" in kept.stdout
    assert "Erased again: 0 people. Revoked again: 0 tokens. Sessions and sign-in links have ended;" in kept.stdout
    with writing(settings.database_file) as connection:
        erasure.erase(connection, COMMAND, settings.tombstones, bob, NOW)
    fewer = nabla("restore", str(tmp_path / "backup.db"), data=settings.data_dir)
    assert "holds 0 attempts and 1 people" in fewer.stdout
    (line,) = [line for line in fewer.stdout.splitlines() if line.startswith("Erased again")]
    assert "1 people, with their attempts, whom the backup still counts." in line
    assert line.endswith("Sessions and sign-in links have ended; tokens stay good.")


def test_a_new_machine_that_has_served_already_takes_the_tokens_of_the_backup(settings: Settings, tmp_path: Path):
    with writing(settings.database_file) as connection:
        token = create_secret(connection, str(connection.scalar(select(people.c.id))), NOW)
    back_up(settings.database_file, tmp_path / "backup.db")
    other = Settings(data_dir=tmp_path / "other")
    other.data_dir.mkdir()
    migrate(other.database)
    assert restore(tmp_path / "backup.db", other, NOW).revoked == 0
    with reading(other.database_file) as connection:
        assert caller_of(connection, token.text, NOW) != GUEST
