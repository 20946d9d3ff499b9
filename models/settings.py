"""Settings: read from the environment once, validated, and passed on."""

from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from models.errors import SettingsError

Words = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """All settings, each named FINDER_<FIELD> in the environment; docs/operations.md gives each its reason."""

    model_config = SettingsConfigDict(env_prefix="FINDER_", frozen=True, extra="ignore")

    home: Path = Path("var")
    database_url: str = ""
    encoder: str = "default"
    threads: int = Field(default=1, ge=1, le=64)
    half_life_days: float = Field(default=730.0, gt=0)
    source_half_lives: Annotated[tuple[tuple[str, Annotated[float, Field(gt=0)]], ...], NoDecode] = ()
    default_language: str = "en"
    hosts: Words = ("localhost", "127.0.0.1", "[::1]")
    public_url: str = ""
    embed_origins: Words = ()
    demo: bool = False
    demo_principal: str = ""
    secret_key: SecretStr = SecretStr("")
    proxy_peers: Words = ()
    proxy_secret: SecretStr = SecretStr("")
    proxy_user_header: str = "X-Forwarded-User"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_scopes: str = "openid email profile"
    oidc_user_claim: str = "email"
    oidc_account: str = "email"
    oidc_groups_claim: str = ""
    session_hours: int = Field(default=10, ge=1, le=24 * 30)
    admin_group: str = ""
    recruiter_group: str = ""
    workbench_days: int = Field(default=180, ge=1, le=3650)
    requests_per_minute: int = Field(default=600, ge=1)
    metrics_dir: Path | None = None
    keep_questions: bool = False

    @field_validator("hosts", "embed_origins", "proxy_peers", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(v.strip() for v in value.split(",") if v.strip()) if isinstance(value, str) else value

    @field_validator("source_half_lives", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        return tuple(sorted(tuple(v.strip().rsplit("=", 1)) for v in value.split(",") if v.strip())) if isinstance(value, str) else value

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL in force: FINDER_DATABASE_URL, else SQLite inside the home."""
        return self.database_url or f"sqlite:///{(self.home / 'finder.db').resolve()}"

    @property
    def generations(self) -> Path:
        """Where generations and their pointer live."""
        return self.home / "generations"

    @property
    def weights(self) -> Path:
        """Where `finder tune` writes the weights it found, which the finder ranks with and a backup holds."""
        return self.home / "weights.toml"


def load_settings(**overrides: object) -> Settings:
    """Read the environment, with `overrides` taking precedence.

    Raises SettingsError naming the variable that is wrong.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = f"FINDER_{first['loc'][0]}".upper()
        raise SettingsError(f"{name} is not usable: {first['msg']}.", "docs/operations.md lists every setting.") from error
