"""Settings, read from the environment once by the CLI and passed down; see docs/settings.md.

Startup refuses what cannot work. The secret that signs sessions is made on the first start and
kept under `RINGTRAIL_HOME`, so there is no default one to forget.
"""

import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ringtrail.core.errors import NotConfigured


class Settings(BaseSettings):
    """All of Ringtrail's settings; each is the environment variable RINGTRAIL_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="RINGTRAIL_", extra="ignore")

    home: Path = Field(default_factory=lambda: Path.home() / ".ringtrail")
    database_url: str = ""
    warehouse_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65_535)
    # How people and websites reach this installation, when a proxy stands before it.
    public_url: str = ""
    # The proxies whose X-Forwarded-For is believed: networks, with commas between.
    trusted_proxies: str = ""
    # An MMDB file of cities, which the operator brings.
    geo_database: Path | None = None
    # How much of a pool one public network (/24, /48) may hold at once.
    network_share: float = Field(default=0.5, gt=0, le=1)
    # How many pages a minute one public address may open, and one site have; 0 is no limit.
    address_rate: int = Field(default=600, ge=0)
    site_rate: int = Field(default=60_000, ge=0)
    # An older version of the website's script, to go back to.
    script_version: str = ""
    # How long forms and chats of one person are one contact.
    contact_window_seconds: int = Field(default=600, ge=0, le=172_800)
    # Once a day, measure how likely visits call, and judge calls by that where it is shown better.
    match_fits: bool = True
    secret: str = ""
    max_body_bytes: int = Field(default=65_536, ge=1024)
    hook_tolerance_seconds: int = Field(default=300, ge=1)
    # How long a number that changed account or site is given to nobody.
    quarantine_days: int = Field(default=60, ge=0)
    # The folder of the PBX's own files as Asterisk sees it; unset: this machine has no PBX.
    pbx_home: Path | None = None
    # Where that folder's file system begins, when Asterisk runs in a chroot.
    pbx_root: Path = Path("/")
    pbx_address: str = "127.0.0.1:5080"
    pbx_manager: str = "127.0.0.1:5038"
    edge_address: str = "127.0.0.1:5060"
    # Where `make telephony` keeps an Asterisk of its own; a check of the dial plan can start it.
    lab: Path = Field(default_factory=lambda: Path.home() / ".cache/ringtrail-lab")

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the operational store."""
        if not self.database_url:
            return f"sqlite:///{self.home / 'ringtrail.sqlite3'}"
        if self.database_url.startswith("postgresql://"):
            return "postgresql+psycopg://" + self.database_url.removeprefix("postgresql://")
        return self.database_url

    @property
    def warehouse(self) -> Path:
        """The warehouse's DuckDB file."""
        if not self.warehouse_url:
            return self.home / "warehouse.duckdb"
        if "://" in self.warehouse_url and not self.warehouse_url.startswith("duckdb://"):
            raise NotConfigured(
                f"RINGTRAIL_WAREHOUSE_URL {self.warehouse_url!r} is not supported: "
                "give duckdb:///path/to/file.duckdb or leave it out"
            )
        return Path(self.warehouse_url.removeprefix("duckdb://"))

    @property
    def address(self) -> str:
        """Where people and websites reach this installation, without a slash at the end."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by HTTPS alone, so that a cookie must not travel without."""
        return self.public_url.startswith("https://")

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The trusted proxies' networks."""
        parts = (part.strip() for part in self.trusted_proxies.split(","))
        return tuple(ip_network(part) for part in parts if part)

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, text: str) -> str:
        parts = urlsplit(text)
        if text and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query):
            raise ValueError("give an address like https://calls.example.com")
        return text.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        for part in filter(None, (part.strip() for part in text.split(","))):
            ip_network(part)
        return text

    @property
    def socket(self) -> Path:
        """Where a running app listens for the CLI."""
        return self.home / "run" / "app.sock"

    @property
    def pbx_journal(self) -> Path | None:
        """The call journal that Asterisk writes, as this process sees it."""
        if self.pbx_home is None:
            return None
        return self.pbx_root / self.pbx_home.relative_to("/") / "log/cel-custom/journal.json"

    def prepare(self) -> None:
        """Make the home folder, for its owner alone."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.home / "run").mkdir(exist_ok=True, mode=0o700)

    def signing_secret(self) -> str:
        """The configured secret, or one made on the first start."""
        if self.secret:
            if len(self.secret) < 16:
                raise NotConfigured("RINGTRAIL_SECRET is too short: give at least 16 characters")
            return self.secret
        return self._kept("secret")

    def pbx_secret(self) -> str:
        """What the bridge signs in to the PBX's manager with; made on the first use."""
        return self._kept("pbx-secret")

    def _kept(self, name: str) -> str:
        path = self.home / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(32))
        return path.read_text()


def read_settings() -> Settings:
    """The settings of this process's environment; `NotConfigured` names the variable at fault."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "RINGTRAIL_" + "_".join(map(str, first["loc"])).upper()
        raise NotConfigured(f"{name} cannot be used: {first['msg']}") from error
