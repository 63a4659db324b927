"""How many rows of a batch a device has memory for."""

ROWS_REGAINED_AFTER = 50
"""Full batches without trouble after which a batch may have one row more again."""


class RowsLimitState:
    """The most rows of a batch: halved where the device has too little memory, then regained."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._full = 0
        self.rows = most

    def ran(self, rows: int) -> None:
        """Note that a batch of *rows* succeeded."""
        self._full += rows >= self.rows
        if self.rows < self._most and self._full >= ROWS_REGAINED_AFTER:
            self.rows, self._full = self.rows + 1, 0

    def too_many(self, rows: int) -> None:
        """Note that there was no memory for *rows*."""
        self.rows, self._full = max(1, min(self.rows, rows // 2)), 0
