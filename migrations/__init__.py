"""Alembic migrations: `nabla serve` applies them at start."""
