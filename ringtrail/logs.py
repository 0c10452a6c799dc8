"""How the program logs: to standard error, without the values of variables.

Called once by the CLI. A traceback that shows local variables, as structlog's own does, would put
callers' numbers and secrets into the log.
"""

import sys

import structlog


def configure() -> None:
    """Log lines go to standard error; standard output is for a command's result."""
    plain = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    shared = structlog.get_config()["processors"][:-1]
    structlog.configure(
        processors=[*shared, plain], logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )
