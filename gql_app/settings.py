"""What a deployment may set: environment variables or `.env`, prefix `GQL_APP_`."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from gql_app.errors import BadSetting

DEFAULT_DATABASE = "sqlite:///gql-app.db"


class Settings(BaseSettings):
    """Everything is optional: without any, a server on loopback with SQLite in the working folder."""

    model_config = SettingsConfigDict(env_prefix="GQL_APP_", env_file=".env", extra="ignore", populate_by_name=True)

    database_url: SecretStr = Field(
        default=SecretStr(DEFAULT_DATABASE),
        validation_alias=AliasChoices("GQL_APP_DATABASE_URL", "DATABASE_URL"),
    )
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535, validation_alias=AliasChoices("GQL_APP_PORT", "PORT"))
    workers: int = Field(default=1, gt=0)
    webhook_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    feed_url: SecretStr | None = None
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    log_format: Literal["text", "json"] | None = None
    max_body_bytes: int = Field(default=1024 * 1024, gt=0)
    max_document_length: int = Field(default=100_000, gt=0)
    max_tokens: int = Field(default=2_000, gt=0)
    max_operations: int = Field(default=20, gt=0)
    max_depth: int = Field(default=20, gt=0)
    max_root_fields: int = Field(default=20, gt=0)
    max_fields: int = Field(default=1_000, gt=0)
    max_aliases: int = Field(default=100, ge=0)
    max_directives: int = Field(default=100, ge=0)
    max_duplicates: int = Field(default=100, ge=0)
    max_values: int = Field(default=5_000, gt=0)
    max_input_depth: int = Field(default=30, gt=0)
    max_cost: int = Field(default=200_000, gt=0, lt=2**31)
    max_page_size: int = Field(default=500, gt=0)
    introspection: bool = True
    persisted_queries_bytes: int = Field(default=8 * 1024 * 1024, ge=0)
    trusted_documents: Path | None = None
    trusted_documents_mode: Literal["enforce", "log", "off"] = "off"
    read_connections: int = Field(default=5, gt=0)
    statement_timeout_seconds: float = Field(default=10, gt=0)
    writer_queue: int = Field(default=1024, gt=0)
    writer_batch: int = Field(default=128, gt=0)
    poll_seconds: float = Field(default=2, gt=0)
    keep_bodies_days: float | None = Field(default=None, gt=0)
    silent_after_seconds: float | None = Field(default=None, gt=0)
    voucherify_url: str = Field(default="https://api.voucherify.io", pattern=r"^https?://[^/?#]+/?$")
    voucherify_app_id: SecretStr | None = None
    voucherify_app_token: SecretStr | None = None
    voucherify_oauth: bool = False
    voucherify_budget_share: float = Field(default=0.5, gt=0, le=1)
    refresh_after_seconds: float = Field(default=30, ge=0)
    reconcile_every_hours: float | None = Field(default=None, gt=0)

    @field_validator("webhook_secrets", "allowed_origins", mode="before")
    @classmethod
    def _split_at_commas(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value


def load_settings(**given: Any) -> Settings:
    """Settings from the environment, overridden by what a command was given; raises BadSetting naming each."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as wrong:
        raise BadSetting("; ".join(_complaint(error) for error in wrong.errors())) from None


def _complaint(error: Any) -> str:
    name = "_".join(str(part) for part in error["loc"])
    name = name if name.isupper() else f"GQL_APP_{name.upper()}"
    return f"{name}: {error['msg']}"
