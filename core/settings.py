"""Settings: environment variables `TOUCHSTONE_...`, or a `.env` file beside the process."""

import os
import secrets
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import Misconfigured

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32
FEWEST_DIFFERENT = 8
PLACEHOLDERS = ("changeme", "change-me", "change_me", "replace-me", "your-secret", "your_secret", "insecure")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TOUCHSTONE_", env_file=".env", extra="ignore")

    data_dir: Path = Field(Path("./data"), description="Where the embedded database, mails and keys live")
    database_url: str = Field("", description="Empty: SQLite in DATA_DIR. Else postgresql://user:password@host/db")
    redis_url: str = Field("", description="Empty: jobs run inside the server. Else redis://host:6379/0")
    base_url: str = Field("http://127.0.0.1:8000", description="Public address, used in links and mails")
    allowed_hosts: str = Field("", description="Names it answers to, with commas; empty: BASE_URL's if https, else any")
    secret_key: str = Field("", description="At least 32 characters; made and kept in DATA_DIR when embedded")
    previous_secret_key: str = Field("", description="The key before SECRET_KEY: links made under it still open")
    smtp_url: str = Field("", description="Empty: .eml files in DATA_DIR/mail. Else smtp://user:pass@host:587")
    imap_url: str = Field("", description="Empty: no mails are taken in. Else imaps://user:pass@host/INBOX")
    imap_minutes: int = Field(5, ge=1, le=1440, description="Minutes between two looks into that mailbox")
    mail_from: str = Field("Touchstone <touchstone@localhost>", description="Sender of every mail")
    mail_per_minute: int = Field(300, ge=0, description="Mails sent in a minute at most; 0: no limit")
    time_zone: str = Field("UTC", description="Zone of people of whom none is known, such as Asia/Shanghai")
    trusted_proxies: int = Field(0, ge=0, le=5, description="Reverse proxies in front whose headers count")
    min_group: int = Field(5, ge=3, description="Smallest group of answers that is ever shown")
    min_group_comments: int = Field(8, ge=3, description="Smallest group whose comments are shown")
    publish_minutes: int = Field(
        60, ge=0, le=60, description="New answers become part of reports in batches, so many minutes apart; 0: at once"
    )
    hook_days: int = Field(30, ge=1, description="Days for which payloads of ticket systems are kept")
    oidc_issuer: str = Field("", description="OpenID provider people sign in with, such as https://login.example.com")
    oidc_client_id: str = Field("", description="What the OpenID provider calls this installation")
    oidc_client_secret: str = Field("", description="The secret that goes with it; empty for a public client")
    oidc_name: str = Field("", description="What the button says that leads to the OpenID provider")
    admin_second_step: bool = Field(False, description="Administrators with a password need an authenticator as well")
    feedback_days: int = Field(365, ge=1, description="Days for which feedback is kept")
    feedback_days_by_channel: str = Field("", description="Channels that keep it otherwise, such as phone=90,social=30")
    feedback_remind_days: int = Field(30, ge=1, description="Days before its deletion when somebody is reminded of it")
    answer_months: int = Field(0, ge=0, le=1200, description="Months for which answers are kept; 0: for good")
    delete_unread: bool = Field(False, description="True: feedback that nobody has read goes on its day all the same")
    show_own_words: bool = Field(False, description="True: a receipt shows its holder's own words too")
    learn_after: int = Field(20, ge=1, description="New corrections of readings after which the classifier learns")

    otlp_url: str = Field("", description="Empty: no traces. Else an OpenTelemetry collector, http://host:4318")
    log_format: Literal["plain", "json"] = Field("plain", description="How a line of the log looks: plain or json")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        self.data_dir = self.data_dir.expanduser().resolve()
        self.database_url = async_url(self.database_url) or f"sqlite+aiosqlite:///{self.data_dir}/touchstone.db"
        if self.base_url.endswith("/"):
            self.base_url = self.base_url.rstrip("/")
        return self

    @property
    def embedded(self) -> bool:
        """SQLite and no Redis: one process is the whole installation."""
        return self.database_url.startswith("sqlite") and not self.redis_url

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def hosts(self) -> list[str]:
        """What a request may call this installation; empty: anything. On the machine itself it is always reached."""
        named = [one.strip() for one in self.allowed_hosts.split(",") if one.strip()]
        if not named and not self.secure_cookies:
            return []
        return [*named, urlsplit(self.base_url).hostname or "", "localhost", "127.0.0.1"]

    @cached_property
    def secret(self) -> bytes:
        """The key of all keyed hashes. Only the embedded default may invent one."""
        key = self.secret_key or (_kept_secret(self.data_dir) if self.embedded else "")
        if not key:
            raise Misconfigured("TOUCHSTONE_SECRET_KEY is required when PostgreSQL or Redis is configured")
        if len(key) < SHORTEST_SECRET:
            raise Misconfigured(f"TOUCHSTONE_SECRET_KEY needs at least {SHORTEST_SECRET} characters")
        if len(set(key)) < FEWEST_DIFFERENT or any(word in key.lower() for word in PLACEHOLDERS):
            raise Misconfigured("TOUCHSTONE_SECRET_KEY is a placeholder: make one with `openssl rand -base64 48`")
        return key.encode()

    @cached_property
    def secrets(self) -> list[bytes]:
        """The keys under which what was handed out may still be shown: today's first, then the one before it."""
        before = self.previous_secret_key
        if before and len(before) < SHORTEST_SECRET:
            raise Misconfigured(f"TOUCHSTONE_PREVIOUS_SECRET_KEY needs at least {SHORTEST_SECRET} characters")
        return [self.secret, before.encode()] if before else [self.secret]


def async_url(url: str) -> str:
    """With the driver that is used here."""
    scheme, sep, rest = url.partition("://")
    drivers = {
        "postgresql": "postgresql+asyncpg",
        "postgres": "postgresql+asyncpg",
        "sqlite": "sqlite+aiosqlite",
    }
    return drivers.get(scheme, scheme) + sep + rest


def _kept_secret(data_dir: Path) -> str:
    """Made whole under another name: two processes that start at once end up with the same one."""
    path = data_dir / "secret.key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        made = data_dir / f".secret.{secrets.token_hex(8)}"
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_text().strip()


@lru_cache
def settings() -> Settings:
    return Settings()
