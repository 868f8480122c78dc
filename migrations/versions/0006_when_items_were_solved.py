"""When students began and solved items, beside their scores; worked out from attempts for those who did before."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BEGUN = """
UPDATE scores SET begun_at = coalesce(
  (SELECT min(attempts.received_at) FROM attempts JOIN instances ON instances.id = attempts.instance
   WHERE instances.item = scores.item AND instances.owner = scores.person AND NOT attempts.staff),
  last_attempt_at)
"""
# An instance is solved once each of its parts has had a right answer, by the verdict that holds now. Where an exercise
# has other parts since, that moment is lost, and the last attempt is as near as one can say.
SOLVED = """
WITH right_parts AS (
  SELECT verdicts.instance, verdicts.part, min(attempts.received_at) AS at
  FROM verdicts JOIN attempts ON attempts.id = verdicts.attempt
  WHERE verdicts.status = 'correct' AND NOT attempts.staff AND NOT EXISTS (
    SELECT 1 FROM verdicts AS later WHERE later.attempt = verdicts.attempt AND later.part = verdicts.part
    AND later.revision > verdicts.revision)
  GROUP BY verdicts.instance, verdicts.part
), solved AS (
  SELECT instance, max(at) AS at FROM right_parts GROUP BY instance
  HAVING count(*) = (SELECT count(*) FROM instance_parts WHERE instance_parts.instance = right_parts.instance)
), earliest AS (
  SELECT instances.assignment, instances.owner, instances.item, min(solved.at) AS at
  FROM solved JOIN instances ON instances.id = solved.instance
  GROUP BY instances.assignment, instances.owner, instances.item
)
UPDATE scores SET solved_at = earliest.at FROM earliest
WHERE scores.assignment = earliest.assignment AND scores.person = earliest.owner AND scores.item = earliest.item
  AND scores.first_correct IS NOT NULL
"""
SOLVED_SOME_TIME = "UPDATE scores SET solved_at = last_attempt_at WHERE first_correct IS NOT NULL AND solved_at IS NULL"


def upgrade() -> None:
    op.add_column("scores", sa.Column("begun_at", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("scores", sa.Column("solved_at", sa.BigInteger()))
    for statement in (BEGUN, SOLVED, SOLVED_SOME_TIME):
        op.execute(statement)


def downgrade() -> None:
    op.drop_column("scores", "solved_at")
    op.drop_column("scores", "begun_at")
