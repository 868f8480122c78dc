"""Learning platforms, and the grades that go to them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_invitations")),
    )
    op.create_table(
        "platforms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("product", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("issuer", sa.String(length=1000), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("auth_url", sa.String(length=1000), nullable=False),
        sa.Column("token_url", sa.String(length=1000), nullable=False),
        sa.Column("token_audience", sa.String(length=1000), nullable=False),
        sa.Column("jwks_url", sa.String(length=1000), nullable=False),
        sa.Column("framed_by", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("any_deployment", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.Column("anonymous", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("self_registered", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("launched_at", sa.BigInteger(), nullable=True),
        sa.Column("resting_until", sa.BigInteger(), nullable=True),
        sa.Column("rests", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trouble", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'active', 'disabled')", name=op.f("ck_platforms_state_is_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platforms")),
        sa.UniqueConstraint("issuer", "client_id", name=op.f("uq_platforms_issuer_client_id")),
    )
    op.create_table(
        "tool_keys",
        sa.Column("kid", sa.String(length=32), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("public", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('next', 'active', 'retired')", name=op.f("ck_tool_keys_state_is_known")),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_tool_keys")),
    )
    op.create_table(
        "contexts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("deployment", sa.String(length=255), nullable=False),
        sa.Column("context", sa.String(length=255), nullable=False),
        sa.Column("course", sa.String(length=32), nullable=False),
        sa.Column("line_items_url", sa.String(length=1000), nullable=True),
        sa.Column("memberships_url", sa.String(length=1000), nullable=True),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("release", sa.String(length=12), server_default="at_once", nullable=False),
        sa.Column("roster", sa.String(length=10), server_default="everybody", nullable=False),
        sa.Column("roster_due_at", sa.BigInteger(), nullable=True),
        sa.Column("roster_at", sa.BigInteger(), nullable=True),
        sa.Column("roster_trouble", sa.String(length=300), nullable=True),
        sa.Column("copied_from", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "release IN ('at_once', 'after_close', 'for_review', 'never')", name=op.f("ck_contexts_release_is_known")
        ),
        sa.CheckConstraint("roster IN ('never', 'students', 'everybody')", name=op.f("ck_contexts_roster_is_known")),
        sa.ForeignKeyConstraint(["copied_from"], ["courses.id"], name=op.f("fk_contexts_copied_from")),
        sa.ForeignKeyConstraint(["course"], ["courses.id"], name=op.f("fk_contexts_course")),
        sa.ForeignKeyConstraint(["platform"], ["platforms.id"], name=op.f("fk_contexts_platform"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contexts")),
        sa.UniqueConstraint("course", name=op.f("uq_contexts_course")),
        sa.UniqueConstraint("platform", "deployment", "context", name=op.f("uq_contexts_platform_deployment_context")),
    )
    op.create_index(op.f("ix_contexts_roster_due_at"), "contexts", ["roster_due_at"])
    op.create_table(
        "deployments",
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("deployment", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'active', 'refused')", name=op.f("ck_deployments_state_is_known")),
        sa.ForeignKeyConstraint(
            ["platform"], ["platforms.id"], name=op.f("fk_deployments_platform"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform", "deployment", name=op.f("pk_deployments")),
    )
    op.create_table(
        "identities",
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("preview", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_identities_person")),
        sa.ForeignKeyConstraint(
            ["platform"], ["platforms.id"], name=op.f("fk_identities_platform"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform", "subject", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_person"), "identities", ["person"])
    op.create_table(
        "logins",
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("request", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("consumed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["platform"], ["platforms.id"], name=op.f("fk_logins_platform"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_logins")),
    )
    op.create_index(op.f("ix_logins_expires_at"), "logins", ["expires_at"])
    op.create_index(op.f("ix_logins_platform"), "logins", ["platform"])
    op.create_table(
        "copies",
        sa.Column("course", sa.String(length=32), nullable=False),
        sa.Column("original", sa.String(length=32), nullable=False),
        sa.Column("assignment", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment"], ["assignments.id"], name=op.f("fk_copies_assignment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["course"], ["courses.id"], name=op.f("fk_copies_course")),
        sa.PrimaryKeyConstraint("course", "original", name=op.f("pk_copies")),
    )
    op.create_index(op.f("ix_copies_assignment"), "copies", ["assignment"])
    op.create_table(
        "line_items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("context", sa.String(length=32), nullable=False),
        sa.Column("assignment", sa.String(length=32), nullable=False),
        sa.Column("link", sa.String(length=255), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=True),
        sa.Column("items_url", sa.String(length=1000), nullable=True),
        sa.Column("label", sa.String(length=200), nullable=True),
        sa.Column("maximum", sa.Float(), nullable=True),
        sa.Column("sought_until", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment"], ["assignments.id"], name=op.f("fk_line_items_assignment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["context"], ["contexts.id"], name=op.f("fk_line_items_context"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_items")),
        sa.UniqueConstraint("context", "assignment", "link", name=op.f("uq_line_items_context_assignment_link")),
    )
    op.create_index(op.f("ix_line_items_assignment"), "line_items", ["assignment"])
    op.create_table(
        "resource_links",
        sa.Column("context", sa.String(length=32), nullable=False),
        sa.Column("link", sa.String(length=255), nullable=False),
        sa.Column("wanted", sa.String(length=500), nullable=False),
        sa.Column("assignment", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment"], ["assignments.id"], name=op.f("fk_resource_links_assignment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["context"], ["contexts.id"], name=op.f("fk_resource_links_context"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("context", "link", name=op.f("pk_resource_links")),
    )
    op.create_index(op.f("ix_resource_links_assignment"), "resource_links", ["assignment"])
    op.create_table(
        "grades",
        sa.Column("line_item", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("sent", sa.Float(), nullable=True),
        sa.Column("trouble", sa.String(length=300), nullable=True),
        sa.CheckConstraint("state <> 'pending' OR due_at IS NOT NULL", name=op.f("ck_grades_pending_is_due")),
        sa.CheckConstraint(
            "state IN ('pending', 'sent', 'superseded', 'failed')", name=op.f("ck_grades_state_is_known")
        ),
        sa.CheckConstraint("sent >= 0 AND sent <= 1", name=op.f("ck_grades_sent_is_a_share")),
        sa.ForeignKeyConstraint(["line_item"], ["line_items.id"], name=op.f("fk_grades_line_item"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_grades_person")),
        sa.PrimaryKeyConstraint("line_item", "person", name=op.f("pk_grades")),
    )
    op.create_index(op.f("ix_grades_due_at"), "grades", ["due_at"])
    op.create_index(op.f("ix_grades_line_item_due_at"), "grades", ["line_item", "due_at"])
    op.create_index(op.f("ix_grades_person"), "grades", ["person"])
    with op.batch_alter_table("enrolments") as batch:
        batch.add_column(sa.Column("email", sa.String(length=254), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("enrolments") as batch:
        batch.drop_column("email")

    op.drop_table("grades")
    op.drop_table("resource_links")
    op.drop_table("line_items")
    op.drop_table("copies")
    op.drop_table("logins")
    op.drop_table("identities")
    op.drop_table("deployments")
    op.drop_table("contexts")
    op.drop_table("tool_keys")
    op.drop_table("platforms")
    op.drop_table("invitations")
