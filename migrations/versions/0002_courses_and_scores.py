"""Courses and scores."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM replies")  # from now on they are sealed
    op.create_table(
        "courses",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
    )
    op.create_table(
        "erased",
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_erased")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("operator", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("course", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("closes_at", sa.BigInteger(), nullable=True),
        sa.Column("late_penalty", sa.Float(), nullable=False),
        sa.Column("attempt_factors", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hint_cost", sa.Float(), nullable=False),
        sa.Column("solutions", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "solutions IN ('after_close', 'when_done', 'never')",
            name=op.f("ck_assignments_solutions_is_known"),
        ),
        sa.CheckConstraint("hint_cost >= 0 AND hint_cost <= 1", name=op.f("ck_assignments_hint_cost_is_a_share")),
        sa.CheckConstraint(
            "late_penalty >= 0 AND late_penalty <= 1", name=op.f("ck_assignments_late_penalty_is_a_share")
        ),
        sa.ForeignKeyConstraint(["course"], ["courses.id"], name=op.f("fk_assignments_course")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_course"), "assignments", ["course"])

    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=True),
        sa.Column("course", sa.String(length=32), nullable=True),
        sa.Column("action", sa.String(length=50), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=True),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("length(action) > 0", name=op.f("ck_audit_action_is_named")),
        sa.ForeignKeyConstraint(["actor"], ["people.id"], name=op.f("fk_audit_actor")),
        sa.ForeignKeyConstraint(["course"], ["courses.id"], name=op.f("fk_audit_course")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_course_number"), "audit", ["course", "number"])

    op.create_table(
        "enrolments",
        sa.Column("course", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("group", sa.String(length=100), nullable=True),
        sa.Column("external_id", sa.String(length=100), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("role IN ('student', 'assistant', 'instructor')", name=op.f("ck_enrolments_role_is_known")),
        sa.ForeignKeyConstraint(["course"], ["courses.id"], name=op.f("fk_enrolments_course")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_enrolments_person")),
        sa.PrimaryKeyConstraint("course", "person", name=op.f("pk_enrolments")),
    )
    op.create_index(op.f("ix_enrolments_person"), "enrolments", ["person"])

    op.create_table(
        "extensions",
        sa.Column("assignment", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("closes_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("tries > 0", name=op.f("ck_extensions_tries")),
        sa.ForeignKeyConstraint(["assignment"], ["assignments.id"], name=op.f("fk_extensions_assignment")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_extensions_person")),
        sa.PrimaryKeyConstraint("assignment", "person", name=op.f("pk_extensions")),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("assignment", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("exercise", sa.String(length=100), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=True),
        sa.Column("new_variants", sa.Boolean(), nullable=False),
        sa.Column("solutions", sa.String(length=20), nullable=True),
        sa.Column("void", sa.String(length=10), nullable=True),
        sa.Column("void_reason", sa.String(length=1000), nullable=True),
        sa.CheckConstraint(
            "solutions IN ('after_close', 'when_done', 'never')", name=op.f("ck_items_solutions_is_known")
        ),
        sa.CheckConstraint("void IN ('full', 'drop')", name=op.f("ck_items_void_is_known")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_items_points")),
        sa.CheckConstraint("tries > 0", name=op.f("ck_items_tries")),
        sa.ForeignKeyConstraint(["assignment"], ["assignments.id"], name=op.f("fk_items_assignment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )
    op.create_index(op.f("ix_items_assignment_n"), "items", ["assignment", "n"])

    op.create_table(
        "regrades",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("assignment", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("exercises", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("cursor", sa.String(length=65), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unreplayable", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("kept_by", sa.String(length=32), nullable=True),
        sa.Column("kept_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("only_raise", sa.Boolean(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'ready', 'keeping', 'kept')", name=op.f("ck_regrades_state_is_known")),
        sa.ForeignKeyConstraint(["assignment"], ["assignments.id"], name=op.f("fk_regrades_assignment")),
        sa.ForeignKeyConstraint(["kept_by"], ["people.id"], name=op.f("fk_regrades_kept_by")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_regrades_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
    )
    op.create_index(op.f("ix_regrades_assignment"), "regrades", ["assignment"])

    op.create_table(
        "mistakes",
        sa.Column("assignment", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("part", sa.String(length=100), nullable=False),
        sa.Column("misconception", sa.String(length=100), nullable=False),
        sa.Column("pattern", sa.String(length=100), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["assignment"], ["assignments.id"], name=op.f("fk_mistakes_assignment")),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_mistakes_item")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_mistakes_person")),
        sa.PrimaryKeyConstraint(
            "assignment", "item", "part", "misconception", "pattern", "day", "person", name=op.f("pk_mistakes")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "overrides",
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_overrides_points")),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_overrides_item")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_overrides_person")),
        sa.PrimaryKeyConstraint("item", "person", name=op.f("pk_overrides")),
    )
    op.create_table(
        "scores",
        sa.Column("assignment", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("best", sa.Float(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_correct", sa.Integer(), nullable=True),
        sa.Column("first_score", sa.Float(), nullable=False),
        sa.Column("stratum", sa.String(length=200), nullable=False),
        sa.Column("last_attempt_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("attempts >= 0 AND attempts <= submissions", name=op.f("ck_scores_counts")),
        sa.CheckConstraint("best >= 0 AND best <= 1", name=op.f("ck_scores_best_is_a_share")),
        sa.CheckConstraint("first_score >= 0 AND first_score <= 1", name=op.f("ck_scores_first_score_is_a_share")),
        sa.ForeignKeyConstraint(["assignment"], ["assignments.id"], name=op.f("fk_scores_assignment")),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_scores_item")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_scores_person")),
        sa.PrimaryKeyConstraint("assignment", "person", "item", name=op.f("pk_scores")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "regrade_changes",
        sa.Column("regrade", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("part", sa.String(length=100), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("lowers", sa.Boolean(), nullable=False),
        sa.Column("kept", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["attempt"], ["attempts.id"], name=op.f("fk_regrade_changes_attempt")),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_regrade_changes_item")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_regrade_changes_person")),
        sa.ForeignKeyConstraint(["regrade"], ["regrades.id"], name=op.f("fk_regrade_changes_regrade")),
        sa.PrimaryKeyConstraint("regrade", "number", name=op.f("pk_regrade_changes")),
    )
    op.create_index(op.f("ix_regrade_changes_attempt"), "regrade_changes", ["attempt"])
    op.create_index(op.f("ix_regrade_changes_regrade_item_person"), "regrade_changes", ["regrade", "item", "person"])
    op.create_table(
        "regrade_scores",
        sa.Column("regrade", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("after", sa.Float(), nullable=False),
        sa.Column("only_raise", sa.Float(), nullable=False),
        sa.CheckConstraint("before >= 0 AND before <= 1", name=op.f("ck_regrade_scores_before_is_a_share")),
        sa.CheckConstraint("after >= 0 AND after <= 1", name=op.f("ck_regrade_scores_after_is_a_share")),
        sa.CheckConstraint("only_raise >= 0 AND only_raise <= 1", name=op.f("ck_regrade_scores_only_raise_is_a_share")),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_regrade_scores_item")),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_regrade_scores_person")),
        sa.ForeignKeyConstraint(["regrade"], ["regrades.id"], name=op.f("fk_regrade_scores_regrade")),
        sa.PrimaryKeyConstraint("regrade", "item", "person", name=op.f("pk_regrade_scores")),
    )
    op.create_table(
        "revisions",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("factor", sa.Float(), nullable=False),
        sa.Column("decision", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("regrade", sa.String(length=32), nullable=True),
        sa.CheckConstraint("factor >= 0 AND factor <= 1", name=op.f("ck_revisions_factor_is_a_share")),
        sa.CheckConstraint("number > 0", name=op.f("ck_revisions_number")),
        sa.CheckConstraint("score >= 0 AND score <= 1", name=op.f("ck_revisions_score_is_a_share")),
        sa.ForeignKeyConstraint(["attempt"], ["attempts.id"], name=op.f("fk_revisions_attempt")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_revisions_made_by")),
        sa.ForeignKeyConstraint(["regrade"], ["regrades.id"], name=op.f("fk_revisions_regrade")),
        sa.PrimaryKeyConstraint("attempt", "number", name=op.f("pk_revisions")),
    )
    op.execute("""
        INSERT INTO people (id, name, operator, created_at)
        SELECT id, 'Operator', operator, created_at FROM tokens
    """)
    with op.batch_alter_table("tokens") as table:
        table.add_column(sa.Column("purpose", sa.String(length=10)))
        table.add_column(sa.Column("person", sa.String(length=32)))
        table.add_column(sa.Column("course", sa.String(length=32)))
        table.add_column(sa.Column("label", sa.String(length=100)))
        table.drop_column("operator")
    op.execute("UPDATE tokens SET purpose = 'token', person = id, label = ''")
    with op.batch_alter_table("tokens") as table:
        for name in ("purpose", "person", "label"):
            table.alter_column(name, existing_type=sa.String(), nullable=False)
        table.create_check_constraint(op.f("ck_tokens_purpose_is_known"), "purpose IN ('token', 'session', 'sign-in')")
        table.create_index(op.f("ix_tokens_person"), ["person"])
        table.create_foreign_key(op.f("fk_tokens_course"), "courses", ["course"], ["id"])
        table.create_foreign_key(op.f("fk_tokens_person"), "people", ["person"], ["id"])

    with op.batch_alter_table("instances") as table:
        for name in ("course", "assignment", "item"):
            table.add_column(sa.Column(name, sa.String(length=32)))
        table.add_column(sa.Column("variant", sa.Integer()))
        table.add_column(sa.Column("drawn_hash", sa.String(length=64)))
    op.execute("UPDATE instances SET variant = 0")
    with op.batch_alter_table("instances") as table:
        table.alter_column("variant", existing_type=sa.Integer(), nullable=False)
        table.create_index(op.f("ix_instances_assignment_id"), ["assignment", "id"])
        table.create_index(op.f("ix_instances_item_drawn_hash"), ["item", "drawn_hash"])
        table.create_index(op.f("ix_instances_owner_created_at"), ["owner", "created_at"])
        table.create_unique_constraint(op.f("uq_instances_item_owner_variant"), ["item", "owner", "variant"])
        table.create_foreign_key(op.f("fk_instances_owner"), "people", ["owner"], ["id"])
        table.create_foreign_key(op.f("fk_instances_course"), "courses", ["course"], ["id"])
        table.create_foreign_key(op.f("fk_instances_assignment"), "assignments", ["assignment"], ["id"])
        table.create_foreign_key(op.f("fk_instances_item"), "items", ["item"], ["id"])

    with op.batch_alter_table("attempts") as table:
        table.add_column(sa.Column("late", sa.Boolean()))
        table.add_column(sa.Column("factor", sa.Float()))
        table.add_column(sa.Column("decision", sa.JSON(none_as_null=True)))
    op.execute("UPDATE attempts SET late = 0, factor = 1")
    with op.batch_alter_table("attempts") as table:
        table.alter_column("late", existing_type=sa.Boolean(), nullable=False)
        table.alter_column("factor", existing_type=sa.Float(), nullable=False)
        table.create_check_constraint(op.f("ck_attempts_factor_is_a_share"), "factor >= 0 AND factor <= 1")

    with op.batch_alter_table("verdicts") as table:
        table.add_column(sa.Column("revision", sa.Integer()))
        table.add_column(sa.Column("version", sa.String(length=16)))
        table.add_column(sa.Column("factor", sa.Float()))
        table.add_column(sa.Column("pattern", sa.String(length=100)))
        table.add_column(sa.Column("tries_left", sa.Integer()))
    op.execute("""
        UPDATE verdicts SET revision = 0, factor = 1,
            version = (SELECT version FROM attempts WHERE attempts.id = verdicts.attempt)
    """)
    with op.batch_alter_table("verdicts") as table:
        table.alter_column("revision", existing_type=sa.Integer(), nullable=False)
        table.alter_column("version", existing_type=sa.String(length=16), nullable=False)
        table.alter_column("factor", existing_type=sa.Float(), nullable=False)
        table.create_check_constraint(op.f("ck_verdicts_factor_is_a_share"), "factor >= 0 AND factor <= 1")
        table.drop_constraint(op.f("pk_verdicts"), type_="primary")
        table.create_primary_key(op.f("pk_verdicts"), ["attempt", "part", "revision"])


def downgrade() -> None:
    op.execute("DELETE FROM verdicts WHERE revision > 0")
    with op.batch_alter_table("verdicts") as table:
        table.drop_constraint(op.f("pk_verdicts"), type_="primary")
        table.create_primary_key(op.f("pk_verdicts"), ["attempt", "part"])
        table.drop_constraint(op.f("ck_verdicts_factor_is_a_share"), type_="check")
        for name in ("tries_left", "pattern", "factor", "version", "revision"):
            table.drop_column(name)

    with op.batch_alter_table("attempts") as table:
        table.drop_constraint(op.f("ck_attempts_factor_is_a_share"), type_="check")
        for name in ("decision", "factor", "late"):
            table.drop_column(name)

    with op.batch_alter_table("instances") as table:
        for name in ("owner", "course", "assignment", "item"):
            table.drop_constraint(op.f(f"fk_instances_{name}"), type_="foreignkey")
        table.drop_constraint(op.f("uq_instances_item_owner_variant"), type_="unique")
        for name in ("owner_created_at", "item_drawn_hash", "assignment_id"):
            table.drop_index(op.f(f"ix_instances_{name}"))
        for name in ("drawn_hash", "variant", "item", "assignment", "course"):
            table.drop_column(name)

    op.execute("DELETE FROM tokens WHERE purpose <> 'token' OR course IS NOT NULL")
    with op.batch_alter_table("tokens") as table:
        table.add_column(sa.Column("operator", sa.Boolean()))
    op.execute("UPDATE tokens SET operator = (SELECT operator FROM people WHERE people.id = tokens.person)")
    with op.batch_alter_table("tokens") as table:
        table.alter_column("operator", existing_type=sa.Boolean(), nullable=False)
        for name in ("person", "course"):
            table.drop_constraint(op.f(f"fk_tokens_{name}"), type_="foreignkey")
        table.drop_constraint(op.f("ck_tokens_purpose_is_known"), type_="check")
        table.drop_index(op.f("ix_tokens_person"))
        for name in ("label", "course", "person", "purpose"):
            table.drop_column(name)

    op.drop_table("revisions")
    op.drop_table("regrade_scores")
    op.drop_table("regrade_changes")
    op.drop_table("scores")
    op.drop_table("overrides")
    op.drop_table("mistakes")
    op.drop_table("regrades")
    op.drop_table("items")
    op.drop_table("extensions")
    op.drop_table("enrolments")
    op.drop_table("audit")
    op.drop_table("assignments")
    op.drop_table("people")
    op.drop_table("erased")
    op.drop_table("courses")
