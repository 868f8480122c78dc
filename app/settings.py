"""The settings, all from the environment, all with a default that serves on one machine."""

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

HOME = Path(__file__).parents[1]
"""Where the project stands: exercises/ and migrations/ are beside app/."""


ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:*]+")
SHORTEST_SECRET = 32
MOST_DAYS = 36_500


class Settings(BaseSettings):
    """Each field is the environment variable `NABLA_` + its name; the README lists them."""

    model_config = SettingsConfigDict(env_prefix="NABLA_", env_ignore_empty=True, frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    data_dir: Path = Path("data")
    database_url: str = ""
    exercises: Annotated[tuple[Path, ...], NoDecode] = ()
    framed_by: Annotated[tuple[str, ...], NoDecode] = ()
    private_platforms: Annotated[tuple[str, ...], NoDecode] = ()
    guests: Literal["on", "off"] = "on"
    secret: str = Field(default="", repr=False)
    public_url: str = ""
    guest_days: int = Field(default=90, ge=1, le=MOST_DAYS)
    retention_days: int = Field(default=0, ge=0, le=MOST_DAYS)
    trusted_proxies: str = ""

    @field_validator("exercises", mode="before")
    @classmethod
    def _folders(cls, value: object) -> object:
        return tuple(filter(None, value.split(os.pathsep))) if isinstance(value, str) else value

    @field_validator("framed_by", "private_platforms", mode="before")
    @classmethod
    def _origins(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("framed_by", "private_platforms")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(ORIGIN.fullmatch(origin) for origin in value):
            raise ValueError("must be origins such as https://lms.example.org, separated by blanks")
        return value

    @field_validator("database_url")
    @classmethod
    def _sqlite(cls, value: str) -> str:
        if value and (not value.startswith("sqlite:///") or ":memory:" in value or value == "sqlite:///"):
            raise ValueError("only SQLite files are supported so far: sqlite:///path/to/nabla.db")
        return value

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < SHORTEST_SECRET:
            raise ValueError(f"must have at least {SHORTEST_SECRET} characters; `openssl rand -base64 48` makes one")
        return value

    @field_validator("public_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// or http://")
        return value.rstrip("/")

    @cached_property
    def database(self) -> str:
        """The database's URL: the SQLite file in the data directory unless another is set."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'nabla.db'}"

    @property
    def database_file(self) -> Path:
        """Where the database is."""
        from sqlalchemy import make_url  # heavy, and `nabla --help` needs none of it

        return Path(make_url(self.database).database or "")

    @property
    def tombstones(self) -> Path:
        """The file that names who was erased, so that no backup brings them back."""
        return self.data_dir / "erased"

    @property
    def address(self) -> str:
        """Where people reach the service, for links."""
        return self.public_url or f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @cached_property
    def exercise_folders(self) -> tuple[Path, ...]:
        """The project's own exercises, then further folders."""
        return (HOME / "exercises", *self.exercises)
