"""What the story knows of the platform that runs for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Running:
    """Where the platform is and what a user of it was told."""

    origin: str
    hook: str
    secret: str
    key: str
    site: str
    account: int
    environment: dict[str, str]
