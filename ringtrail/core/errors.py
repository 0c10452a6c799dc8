"""The errors that reach a person or a program outside.

    RingtrailError            a message that says what to do next, an HTTP status, a stable code
    +-- Refused               a request that breaks its contract (400, 403, 404, 409, 413, 429)
    +-- NotConfigured         the installation lacks something; raised at start and by the CLI

Intakes answer a `Refused` with its `body()`; the CLI tells the message of any of them.
"""


class RingtrailError(Exception):
    """A failure with a message for whoever caused it."""

    def __init__(self, message: str, *, status: int = 500, code: str = "error") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code


class Refused(RingtrailError):
    """The request is not taken; nothing was stored.

    `retry_after`: in how many seconds it may be, for who came too fast.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        field: str | None = None,
        *,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message, status=status, code=code)
        self.field = field
        self.retry_after = retry_after

    def body(self) -> dict[str, dict[str, str | None]]:
        """The error body of the public contract."""
        return {"error": {"code": self.code, "message": self.message, "field": self.field}}


class NotConfigured(RingtrailError):
    """The installation cannot go on as it is."""

    def __init__(self, message: str) -> None:
        super().__init__(message, status=500, code="not_configured")
