"""The migrations bring a database to exactly the tables of `app/models.py`, and back."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, inspect, select, text

from app.attempts import held, submissions
from app.auth import GUEST
from app.db import CannotOpen, migrate, open_engine
from app.exercise import Catalogue
from app.models import metadata, scores
from tests.conftest import HOME
from tests.test_scores import History

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def new_database(folder: Path) -> Engine:
    return open_engine(f"sqlite:///{folder / 'test.db'}", writes=True)


def test_a_migrated_database_has_the_tables_of_the_models(tmp_path: Path):
    engine = new_database(tmp_path)
    migrate(str(engine.url))
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert set(metadata.tables) == set(inspect(connection).get_table_names()) - {"alembic_version"}
    engine.dispose()


def test_migrating_twice_changes_nothing(tmp_path: Path):
    engine = new_database(tmp_path)
    migrate(str(engine.url))
    migrate(str(engine.url))
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    engine.dispose()


def test_every_migration_can_be_undone_and_done_again(tmp_path: Path):
    engine = new_database(tmp_path)
    config = Config()
    config.set_main_option("script_location", str(HOME / "migrations"))
    for revision in ("head", "base", "head"):
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            (command.downgrade if revision == "base" else command.upgrade)(config, revision)
            assert ("attempts" in inspect(connection).get_table_names()) is (revision == "head")
    engine.dispose()


@pytest.mark.parametrize("seed", [1, 2])
def test_when_items_were_solved_is_found_in_the_attempts_of_before(tmp_path: Path, catalogue: Catalogue, seed: int):
    engine = new_database(tmp_path)
    migrate(str(engine.url))
    config = Config()
    config.set_main_option("script_location", str(HOME / "migrations"))
    with engine.begin() as connection:
        history = History(connection, catalogue, random.Random(seed))
        for _ in range(60):
            history.step()
        kept = connection.execute(select(scores)).all()
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
        command.upgrade(config, "head")
        assert connection.execute(select(scores)).all() == kept
        assert any(row.solved_at for row in kept)
    engine.dispose()


def test_the_database_is_durable_and_checks_its_keys(tmp_path: Path):
    engine = new_database(tmp_path)
    with engine.begin() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    engine.dispose()


def test_a_table_that_others_refer_to_can_be_changed_when_it_has_rows(tmp_path: Path, catalogue: Catalogue):
    engine = new_database(tmp_path)
    migrate(str(engine.url))
    with engine.begin() as connection:
        found = held.draw(connection, catalogue["ls-gradient"], None, 7, GUEST, NOW)
        submissions.submit(connection, found, {"answer": [[1], [2], [3]]}, None, NOW)
    engine.dispose()
    engine = open_engine(str(engine.url), writes=True, checks_keys=False)  # as `migrate` opens it
    with engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("instances") as table:
            table.alter_column("seed", nullable=True)
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.scalar(text("SELECT count(*) FROM attempts JOIN instances ON instances.id = instance")) == 1
    engine.dispose()


def test_a_database_of_a_newer_version_is_refused_in_words(tmp_path: Path):
    engine = new_database(tmp_path)
    migrate(str(engine.url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(CannotOpen, match=r"test.db cannot be opened or brought up to date.*9999"):
        migrate(str(engine.url))


def test_something_that_is_no_database_is_refused_in_words(tmp_path: Path):
    (tmp_path / "test.db").write_text("This is no database. " * 100)
    with pytest.raises(CannotOpen, match="not a database"):
        migrate(f"sqlite:///{tmp_path / 'test.db'}")
