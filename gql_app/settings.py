"""What a deployment may set: environment variables or `.env`, prefix `GQL_APP_`."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from gql_app.errors import BadSetting

ORIGIN = re.compile(r"https?://[^/*\s]+|[a-z][a-z0-9+.-]*://[a-z0-9.-]+")
"""Of a page, or of what is not quite one: apps and extensions have schemes of their own."""

PREFIX = "GQL_APP_"
DEFAULT_DATABASE = "sqlite:///gql-app.db"


class Settings(BaseSettings):
    """Everything is optional: without any, a server on loopback with SQLite in the working folder."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", populate_by_name=True)

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
    open_to_readers: bool = False
    jwt_secret: SecretStr | None = None
    jwt_jwks_url: str | None = None
    jwt_audience: Annotated[tuple[str, ...], NoDecode] = ()
    jwt_issuer: Annotated[tuple[str, ...], NoDecode] = ()
    jwt_leeway_seconds: float = Field(default=30, ge=0, le=600)
    jwt_scope_claim: str = Field(default="scope", min_length=1)
    jwt_customer_claim: str | None = Field(default=None, min_length=1)
    jwt_customer_id_claim: str | None = Field(default=None, min_length=1)
    log_format: Literal["text", "json"] | None = None
    log_webhooks: bool = True
    log_operations: bool = False
    log_personal_reads: bool = False
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
    cost_per_minute: int | None = Field(default=None, gt=0, lt=2**31)
    queries_per_viewer: int = Field(default=500, gt=0)
    subscriptions_per_viewer: int = Field(default=10_000, gt=0)
    sockets_per_viewer: int = Field(default=1_000, gt=0)
    sockets_per_address: int = Field(default=10_000, gt=0)
    messages_per_second: int = Field(default=1_000, gt=0)
    request_seconds: float = Field(default=20, gt=0)
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    introspection: bool = True
    persisted_queries_bytes: int = Field(default=8 * 1024 * 1024, ge=0)
    trusted_documents: Path | None = None
    trusted_documents_mode: Literal["enforce", "log", "off"] = "off"
    read_connections: int = Field(default=5, gt=0)
    statement_timeout_seconds: float = Field(default=10, gt=0)
    database_wait_seconds: float = Field(default=60, ge=0)
    worker_hung_seconds: float = Field(default=30, ge=2)
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

    @field_validator(
        *("webhook_secrets", "allowed_origins", "trusted_proxies", "jwt_audience", "jwt_issuer"), mode="before"
    )
    @classmethod
    def _split_at_commas(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _as_browsers_write_them(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        origins = tuple(origin.lower().rstrip("/") for origin in origins)
        if wrong := [origin for origin in origins if not ORIGIN.fullmatch(origin)]:
            raise ValueError(f"{', '.join(wrong)}: name each one as a browser does, like https://shop.example")
        return origins


def load_settings(**given: Any) -> Settings:
    """Settings from the environment, overridden by what a command was given; raises BadSetting naming each."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as wrong:
        raise BadSetting("; ".join(_complaint(error) for error in wrong.errors())) from None


def names() -> list[str]:
    """Every variable that means something, by the name that it has in the environment."""
    found = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    return [*found, "DATABASE_URL", "PORT"]


def _complaint(error: Any) -> str:
    name = "_".join(str(part) for part in error["loc"])
    name = name if name.isupper() else f"GQL_APP_{name.upper()}"
    return f"{name}: {error['msg']}"
