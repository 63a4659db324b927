"""Log events: JSON lines where a program reads, coloured lines where a person does."""

import logging
import sys
import time

import structlog

REPEAT_S = 10.0
"""Time in which a library's message is written once, in seconds: aiokafka says a hundred times a
second that a broker is away."""


def start_logging(level: str) -> None:
    """Write log events at *level* and above to standard error; libraries warn only."""
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    handler.addFilter(SeldomFilter())
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)


class SeldomFilter(logging.Filter):
    """Lets a message of a line of code pass once in a while, with the number of those between.

    Messages that bear different kinds of errors are different messages.
    """

    def __init__(self, repeat_s: float = REPEAT_S) -> None:
        super().__init__()
        self._repeat_s = repeat_s
        self._passed: dict[tuple[str, int, type | None], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether *record* is written."""
        error = record.exc_info[0] if record.exc_info else None
        line, now = (record.pathname, record.lineno, error), time.monotonic()
        passed_s, withheld = self._passed.get(line, (now - self._repeat_s, 0))
        if now - passed_s < self._repeat_s:
            self._passed[line] = (passed_s, withheld + 1)
            return False
        self._passed[line] = (now, 0)
        if withheld and isinstance(record.msg, str):
            # Left to be formatted by the handler: there it may fail without failing its caller.
            record.msg = f"{record.msg} ({withheld} more like it withheld)"
        return True
