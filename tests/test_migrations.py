"""The migrations bring a database to exactly the tables of `app/models.py`, and back."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from app.db import migrate, open_engine
from app.models import metadata
from tests.conftest import HOME


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


def test_the_database_is_durable_and_checks_its_keys(tmp_path: Path):
    engine = new_database(tmp_path)
    with engine.begin() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    engine.dispose()
