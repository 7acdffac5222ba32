"""Settings of the service: the only place of this project that reads the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.facts.glossary import load_glossary

__all__ = ["Settings"]


def _address(url: str) -> str:
    """:raises ValueError: if ``url`` is no http address."""
    if not url.startswith(("http://", "https://")) or any(char.isspace() for char in url):
        raise ValueError("expected an address that starts with http:// or https://")
    return url.rstrip("/")


def _table(glossary: Path) -> Path:
    """:raises ValueError: if the table can't be used: better now than at the first question."""
    try:
        load_glossary(glossary)
    except OSError as error:
        raise ValueError(f"expected a table of names, but it can't be read: {error.strerror}") from error
    return glossary


_Address = Annotated[str, AfterValidator(_address)]
_Table = Annotated[Path, AfterValidator(_table)]


class Settings(BaseSettings):
    """Each is read from ``RAPPORTEUR_`` + its name in capitals; an empty variable counts as not set.

    :raises pydantic.ValidationError: if a variable does not fit its type.
    """

    model_config = SettingsConfigDict(env_prefix="RAPPORTEUR_", env_ignore_empty=True, frozen=True)

    data: Path = Field(default=Path("data"), description="folder of the index")
    model: str | None = Field(
        default=None,
        description="sentence-transformers model, by name or folder; the embedded model if not given",
    )
    glossary: _Table | None = Field(
        default=None,
        description="table of further names (en zh abbr_en abbr_zh type), used beside the embedded one",
    )
    host: str = Field(default="127.0.0.1", description="address to listen on; loopback by default")
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    public_url: _Address | None = Field(
        default=None,
        description="address of the service in links that leave it; as the client called it if not given",
    )
    max_body_bytes: int = Field(
        default=256 * 1024,
        ge=1024,
        description="a larger request body is refused before it is read to its end",
    )
    max_chat_body_bytes: int = Field(
        default=2 * 1024 * 1024,
        ge=1024,
        description="the same for chat and MCP, whose clients send the whole conversation each time",
    )

    @property
    def address(self) -> str:
        """Where the service is reached, as far as its settings say."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"
