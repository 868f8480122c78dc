"""Which numbers the instances of an item have."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    only = sa.Column("only", sa.JSON(none_as_null=True), server_default="{}", nullable=False)
    op.add_column("items", only)


def downgrade() -> None:
    with op.batch_alter_table("items") as batch:
        batch.drop_column("only")
