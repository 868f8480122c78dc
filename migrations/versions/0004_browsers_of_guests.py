"""In which browser a guest drew an instance."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("instances") as batch:
        batch.add_column(sa.Column("browser", sa.String(64)))
        batch.create_index(op.f("ix_instances_browser"), ["browser"])


def downgrade() -> None:
    with op.batch_alter_table("instances") as batch:
        batch.drop_index(op.f("ix_instances_browser"))
        batch.drop_column("browser")
