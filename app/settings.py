"""The settings, all from the environment, all with a default that serves on one machine."""

import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

HOME = Path(__file__).parents[1]
"""Where the project stands: exercises/ and migrations/ are beside app/."""


class Settings(BaseSettings):
    """Each field is the environment variable `NABLA_` + its name; the README lists them."""

    model_config = SettingsConfigDict(env_prefix="NABLA_", env_ignore_empty=True, frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    data_dir: Path = Path("data")
    database_url: str = ""
    exercises: Annotated[tuple[Path, ...], NoDecode] = ()
    guests: Literal["on", "off"] = "on"
    trusted_proxies: str = ""

    @field_validator("exercises", mode="before")
    @classmethod
    def _folders(cls, value: object) -> object:
        return tuple(filter(None, value.split(os.pathsep))) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _sqlite(cls, value: str) -> str:
        if value and (not value.startswith("sqlite:///") or ":memory:" in value or value == "sqlite:///"):
            raise ValueError("only SQLite files are supported so far: sqlite:///path/to/nabla.db")
        return value

    @cached_property
    def database(self) -> str:
        """The database's URL: the SQLite file in the data directory unless another is set."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'nabla.db'}"

    @cached_property
    def exercise_folders(self) -> tuple[Path, ...]:
        """The project's own exercises, then further folders."""
        return (HOME / "exercises", *self.exercises)
