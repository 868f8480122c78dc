"""What Alembic runs: on the connection it is handed, or on the database of the settings."""

from alembic import context
from sqlalchemy import Connection

from app.db import make_private, open_engine
from app.models import metadata
from app.settings import Settings


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


handed = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    settings = Settings()
    make_private(settings.data_dir)
    with open_engine(settings.database, writes=True, checks_keys=False).begin() as connection:
        run(connection)
