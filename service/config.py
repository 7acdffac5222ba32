"""Settings of the service: the only place of this project that reads the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from index.backends.place import MilvusPlace, parse_place
from ingest.facts.glossary import load_glossary
from ingest.origin import URL

__all__ = ["Settings"]


def _address(url: str) -> str:
    """:raises ValueError: if ``url`` is no http address."""
    if not url.startswith(("http://", "https://")) or any(char.isspace() for char in url):
        raise ValueError("expected an address that starts with http:// or https://")
    return url.rstrip("/")


def _pattern(url: str) -> str:
    """:raises ValueError: if ``url`` does not say where symbol, language and type go."""
    try:
        url.format(symbol="", language="", type="")
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError("expected no other braces than {symbol}, {language} and {type}") from error
    if "{symbol}" not in url or "{language}" not in url:
        raise ValueError("expected an address with {symbol} and {language} in it")
    return _address(url)


def _table(glossary: Path) -> Path:
    """:raises ValueError: if the table can't be used: better now than at the first question."""
    try:
        load_glossary(glossary)
    except OSError as error:
        raise ValueError(f"expected a table of names, but it can't be read: {error.strerror}") from error
    return glossary


def _key_file(path: Path) -> Path:
    """:raises ValueError: if no key can be read from it: better now than when it is needed."""
    try:
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ValueError(f"expected a file that holds a key, but it can't be read: {why}") from error
    if not key.isascii() or len(key.split()) != 1:
        raise ValueError("expected a file that holds a key and nothing else: one word in ASCII")
    return path


_Address = Annotated[str, AfterValidator(_address)]
_KeyFile = Annotated[Path, AfterValidator(_key_file)]
_Table = Annotated[Path, AfterValidator(_table)]


def _separated(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _rate(value: str) -> str:
    """:raises ValueError: if ``value`` is no rate."""
    # Its stores for other machines come with it, which takes longer than all that other commands do here.
    from limits import parse

    try:
        parse(value)
    except ValueError as error:
        raise ValueError("expected a rate such as 600/minute or 10/second") from error
    return value


_Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_separated)]
"""In the environment: separated by commas."""
_Rate = Annotated[str, AfterValidator(_rate)]


class Settings(BaseSettings):
    """Each is read from ``RAPPORTEUR_`` + its name in capitals; an empty variable counts as not set.

    :raises pydantic.ValidationError: if a variable does not fit its type.
    """

    model_config = SettingsConfigDict(env_prefix="RAPPORTEUR_", env_ignore_empty=True, frozen=True)

    data: Annotated[Path | MilvusPlace, NoDecode, BeforeValidator(parse_place)] = Field(
        default=Path("data"),
        description="folder of the index, or where on Milvus it is: http://127.0.0.1:19530, a file index.db",
    )
    milvus_token: SecretStr | None = Field(
        default=None, description="what lets in to Milvus: user:password, or an API key"
    )
    cache: Path = Field(
        default=Path("data/milvus"),
        description="folder for this machine's copies of an index on Milvus; may be emptied at any time",
    )
    model: str | None = Field(
        default=None,
        description="sentence-transformers model, by name or folder; the embedded model if not given",
    )
    reranker: str | None = Field(
        default=None,
        description="cross-encoder that orders the first hits again, by name or folder; none if not given",
    )
    glossary: _Table | None = Field(
        default=None,
        description="table of further names (en zh abbr_en abbr_zh type), used beside the embedded one",
    )
    fetch_url: Annotated[str, AfterValidator(_pattern)] = Field(
        default=URL,
        description="where `rapporteur fetch` asks for a document, with {symbol}, {language} and {type}",
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
    head_seconds: float = Field(
        default=10, gt=0, description="a connection whose request's head takes longer to arrive is closed"
    )
    body_seconds: float = Field(
        default=20, gt=0, description="a request body that takes longer to arrive is refused"
    )
    stall_seconds: float = Field(
        default=20,
        gt=0,
        description="a client that takes less than a KiB a second of its response for this long is cut off",
    )
    max_running: int = Field(default=16, ge=1, description="requests worked on at once")
    max_waiting: int = Field(
        default=512, ge=0, description="requests that may wait for their turn; more are told to come later"
    )
    max_wait_seconds: float = Field(
        default=15, gt=0, description="a request whose turn comes later than this is told to come later"
    )
    workers: int = Field(
        default=1,
        ge=1,
        le=64,
        description="processes that answer, each with its own queue and counts of how often somebody asks",
    )
    answer_cache: int = Field(
        default=1024,
        ge=0,
        le=1 << 20,
        description="answers each process remembers until the index changes; 0 for none",
    )
    keys: Path | None = Field(
        default=None,
        description='file of API keys, made by "rapporteur keys add"; without one none are asked for',
    )
    anonymous: bool = Field(default=True, description="whether those without a key may read")
    rate_per_address: _Rate | None = Field(
        default=None,
        description="requests without a key from one address, such as 600/minute; any if not given",
    )
    rate_per_key: _Rate | None = Field(default=None, description="requests with one key; any if not given")
    hosts: _Names = Field(
        default=(),
        description="names under which the service answers, such as docs.example.org,*.example.org; "
        "if not given: its own when listening on loopback, else any",
    )
    origins: _Names = Field(
        default=(), description="origins whose pages may call the service (CORS), such as https://example.org"
    )
    proxies: _Names = Field(
        default=(), description="addresses or networks of proxies whose X-Forwarded-For and -Proto count"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="from which level up is logged; at info a line for each request"
    )
    log_questions: bool = Field(default=False, description="whether those lines hold what was asked")

    @model_validator(mode="after")
    def _somebody_may_read(self) -> Self:
        """:raises ValueError: if nobody could be let in."""
        if not self.anonymous and self.keys is None:
            raise ValueError(
                "expected a file of keys where those without one may not read: name one in RAPPORTEUR_KEYS"
            )
        return self

    llm_base_url: _Address | None = Field(
        default=None,
        description="OpenAI-compatible endpoint of a language model, as https://host/v1; none if not given",
    )
    llm_model: str | None = Field(default=None, description="name of the model at that endpoint")
    llm_api_key: SecretStr | None = Field(default=None, description="key for that endpoint")
    llm_api_key_file: _KeyFile | None = Field(default=None, description="file that holds the key instead")
    llm_timeout: float = Field(
        default=20, gt=0, le=600, description="seconds in which the model must reply, all attempts together"
    )
    llm_attempts: int = Field(default=3, ge=1, le=10, description="attempts where it is busy or fails")
    llm_paragraphs: int = Field(default=8, ge=1, le=20, description="paragraphs that the model is shown")

    @model_validator(mode="after")
    def _whole_language_model(self) -> Self:
        if (self.llm_base_url is None) != (self.llm_model is None):
            raise ValueError(
                "expected both RAPPORTEUR_LLM_BASE_URL and RAPPORTEUR_LLM_MODEL, or neither, got one of them"
            )
        return self

    def llm_key(self) -> str | None:
        """The key for the language model, from its file where one is named.

        :raises OSError: if the file can't be read.
        """
        if self.llm_api_key_file is not None:
            return self.llm_api_key_file.read_text(encoding="utf-8").strip()
        return self.llm_api_key.get_secret_value() if self.llm_api_key else None

    @model_validator(mode="after")
    def _one_process_for_a_file(self) -> Self:
        if isinstance(self.data, MilvusPlace) and self.data.lite and self.workers > 1:
            raise ValueError(
                "expected one worker where the index is a Milvus Lite file, which one process can have open: "
                "give the address of its server in RAPPORTEUR_DATA instead"
            )
        return self

    @property
    def address(self) -> str:
        """Where the service is reached, as far as its settings say."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"
