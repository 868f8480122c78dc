"""Mathematics that several exercises share. Columns are n×1, rows 1×n, everywhere."""

from exercises.mathematics.differences import jacobian

__all__ = ["jacobian"]
