"""Settings: environment first, then `daybook.toml`, then defaults. Read once, by the command line.

A field `session_timeout_s` is the variable `DAYBOOK_SESSION_TIMEOUT_S` and the key
`session_timeout_s` in `daybook.toml` (in the working directory, or named by `DAYBOOK_CONFIG`).
"""

import os
from datetime import time
from pathlib import Path
from typing import Literal

from platformdirs import user_state_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from agents.errors import SettingsError
from agents.setting_types import Buckets, Folders, HomePath, Hosts, IdText, RedisUrl, StoreText

ENV_PREFIX = "DAYBOOK_"
CONFIG_VARIABLE = "DAYBOOK_CONFIG"
OTHER_VARIABLES = (CONFIG_VARIABLE, "DAYBOOK_KAFKA_JARS", "DAYBOOK_TEST_BOOTSTRAP")
"""Variables of ours that are no settings: they say where to look, before there are settings."""


class Settings(BaseSettings):
    """Every setting of every part, checked."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, frozen=True, extra="forbid", env_ignore_empty=True
    )

    kafka_bootstrap: str | None = Field(
        None, description="Brokers as host:port,…; unset: the local broker of the state folder."
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How clients talk to the brokers."
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "PLAIN", description="SASL mechanism, where the protocol is SASL_…"
    )
    kafka_sasl_username: str | None = Field(None, description="SASL user name.")
    kafka_sasl_password: SecretStr | None = Field(None, description="SASL password.")
    kafka_ssl_ca: HomePath | None = Field(
        None, description="PEM file of the authorities that sign the brokers' certificates."
    )
    schema_registry_url: str | None = Field(
        None, description="Confluent-compatible registry; unset: the fixed ids of schemas/ids.json."
    )
    partitions: int | None = Field(
        None,
        ge=1,
        le=10_000,
        description="Partitions of new topics; unset: the catalogue's.",
    )
    session_timeout_s: float = Field(
        10.0, ge=1, le=300, description="A worker silent for so long has lost its partitions."
    )
    group_instance_id: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Static membership: a name that one worker of an agent keeps over restarts, "
        "such as a StatefulSet's pod name; within the session timeout nothing moves.",
    )
    heartbeat_s: float = Field(1.0, gt=0, le=60, description="Time between heartbeats.")
    drain_s: float = Field(
        20.0, ge=0, le=3600, description="Time a stopping worker has to finish what it works on."
    )
    in_flight: int = Field(
        16, ge=1, le=10_000, description="Records that one worker works on at the same time."
    )
    in_flight_audio_s: float = Field(
        1920.0,
        gt=0,
        allow_inf_nan=False,
        description="Seconds of decoded sound that wait for one worker's engine at the same "
        "time; of one recording at most half: by default two full batches on a GPU.",
    )
    in_flight_audio_bytes: int = Field(
        256 << 20,
        ge=1,
        description="The same in bytes of memory; what is reached first counts.",
    )
    state_dir: HomePath = Field(
        default_factory=lambda: user_state_path("daybook"),
        description="Folder of the local broker, stored recordings, logs and caches.",
    )
    audio_roots: Folders = Field(
        (),
        description="Folders that file:// URIs may read, colon-separated, beside what "
        "`daybook send` stored.",
    )
    audio_hosts: Hosts = Field(
        (),
        description="Hosts that http and https URIs may name although their addresses are not "
        "public, as host or host:port, comma-separated; any public host may be named.",
    )
    audio_buckets: Buckets = Field(
        (),
        description="Places that s3 URIs may read, as s3://bucket/prefix, comma-separated; "
        "{tenant} and {user} stand for those of the event. Endpoint and credentials: AWS_….",
    )
    fetch_deadline: float = Field(
        60.0,
        gt=0,
        le=86_400,
        description="Seconds in which a recording has to come by http or https, with all retries "
        "and all waiting for its host; what comes at 256 KiB/s or more has the time that it takes.",
    )
    audio_max_bytes: int = Field(4 << 30, ge=1, description="Largest recording, in bytes.")
    audio_max_s: float = Field(86_400.0, gt=0, description="Longest recording, in seconds.")
    store: StoreText | None = Field(
        None,
        description="Where artefacts are kept, a folder or s3://bucket/prefix; unset: "
        "artefacts in the state folder. What was kept elsewhere before is not read any more.",
    )
    keep_audio: bool = Field(
        True,  # noqa: FBT003 - pydantic's own way
        description="Keep recordings that came by http or https with the artefacts, for replays; "
        "nothing deletes them.",
    )
    speech_engine: Literal["faster-whisper", "torch", "openai"] = Field(
        "faster-whisper",
        description="What runs the models: faster-whisper, torch (for ROCm and Apple; the extra "
        "`torch`), or openai: a server that speaks OpenAI's transcription API.",
    )
    speech_url: str | None = Field(
        None,
        description="Address of that server, such as http://speech:8000/v1; unset: what the SDK's "
        "own OPENAI_BASE_URL says, else OpenAI.",
    )
    whisper_model: str | None = Field(
        None, description="Whisper model, by name or folder; unset: the bundled demo model."
    )
    whisper_models: str | None = Field(
        None,
        description="Models that events may ask for, as name=path-or-name,…; the first is the "
        "default unless DAYBOOK_WHISPER_MODEL names another.",
    )
    self_test: Literal["auto", "strict", "off"] = Field(
        "auto",
        description="What a model must make of a bundled English recording before any other is "
        "taken: auto: text, and the right words where it is known by name; strict: the right "
        "words in any case; off: anything.",
    )
    chunk: str | None = Field(
        None,
        description="How speech is cut for the model, as max_s=30,silence_ms=500,pad_ms=200,"
        "merge=true; unset: what the model's daybook.json says.",
    )
    word_timestamps: bool = Field(
        True,  # noqa: FBT003 - pydantic's own way
        description="Keep the time of every word beside the transcript.",
    )
    diarizer: Literal["none", "reference"] = Field(
        "none",
        description="What tells speakers apart where an event asks for it; reference: without "
        "trained weights, for trials with clearly different voices.",
    )
    writers: str = Field(
        "extractive",
        description="Who writes entries: language models in the order in which they are asked, as "
        "anthropic:MODEL,openai:MODEL,extractive; extractive is the offline writer, which stands "
        "in where none answers. Keys and addresses: the SDKs' own ANTHROPIC_API_KEY, "
        "ANTHROPIC_BASE_URL, OPENAI_API_KEY, OPENAI_BASE_URL.",
    )
    writers_strong: str | None = Field(
        None, description="The same for long or complex recordings; unset: the same writers."
    )
    strong_when: str = Field(
        "words=3000,speakers=3",
        description="What makes a recording long or complex: so many words, speakers or minutes "
        "of speech, any one of them.",
    )
    name_model: str | None = Field(
        None,
        description="spaCy model, by name or folder, with which the offline writer finds people "
        "and places beside its rules; needs the extra `names`.",
    )
    fallback_after: float = Field(
        60.0,
        gt=0,
        le=3600,
        description="Seconds without an answer after which the offline writer stands in; its "
        "entry is marked, and written again once a provider answers.",
    )
    prompt_tokens: int = Field(
        24_000,
        ge=1_000,
        le=900_000,
        description="Tokens of transcript in one prompt; longer recordings are read in parts.",
    )
    provider_concurrency: int = Field(
        32,
        ge=1,
        le=1_000,
        description="Most calls that one worker has under way with one model; fewer while the "
        "provider asks for patience.",
    )
    redact_pii: bool = Field(
        True,  # noqa: FBT003 - pydantic's own way
        description="Take e-mail addresses, phone numbers, cards, IBANs and IP addresses out of "
        "what a language model sees, and put them back into what it wrote.",
    )
    prices: HomePath | None = Field(
        None, description="File with prices of language models, in the form of the built-in one."
    )
    prompts: HomePath | None = Field(
        None, description="Folder with versions of the prompt beside the built-in ones."
    )
    day_start: time = Field(time(4, 0), description="A diary day begins at this local time.")
    daily_debounce_s: float = Field(
        5.0, ge=0, le=3600, description="A day's page is written once its entries rest so long."
    )
    daily_max_wait_s: float = Field(
        60.0, ge=0, le=3600, description="A day's page waits no longer than this for more entries."
    )
    redis_url: RedisUrl | None = Field(
        None,
        description="Redis 7 or later, for workers on several machines, as "
        "redis://user:password@host:6379/0, rediss://… (TLS) or unix:///path; unset: "
        "memory.sqlite in the state folder, for all workers of one machine.",
    )
    cache_ttl_s: float = Field(
        2_592_000.0,
        ge=0,
        le=31_536_000,
        description="Seconds for which replies of language models are kept, so that the same "
        "question is not paid for twice; 0: not at all.",
    )
    cache_salt: SecretStr | None = Field(
        None,
        description="A secret, the same for all workers: without it, whoever reads the memory's "
        "keys can tell whether a tenant asked a question that they can guess.",
    )
    daily_cap_user_micros: int | None = Field(
        None,
        ge=0,
        description="Most that language models may cost for one person in one day (UTC), in "
        "millionths of the prices' currency; unset: no cap.",
    )
    daily_cap_tenant_micros: int | None = Field(
        None, ge=0, description="The same for all persons of one tenant together."
    )
    daily_cap_micros: int | None = Field(None, ge=0, description="The same for everybody together.")
    tenant: IdText = Field("default", description="Tenant that the command line acts for.")
    user: IdText = Field("me", description="Person that the command line acts for.")
    health_port: int = Field(
        0,
        ge=0,
        le=65_535,
        description="Port of /livez, /readyz, /startupz and /metrics; 0: a free one.",
    )
    health_host: str = Field("127.0.0.1", description="Address that the health port listens on.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe log events to write."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then the environment, then `daybook.toml`."""
        del dotenv_settings, file_secret_settings
        toml = TomlConfigSettingsSource(settings_cls, _config_file())
        return init_settings, env_settings, toml

    @property
    def audio_dir(self) -> Path:
        """Folder where `daybook send` stores recordings."""
        return self.state_dir / "audio"

    @property
    def readable_roots(self) -> tuple[Path, ...]:
        """Folders that `file://` URIs may read."""
        return (self.audio_dir, *self.audio_roots)


def load_settings(**overrides: object) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: names the setting, its value and what is allowed.

    """
    if os.environ.get(CONFIG_VARIABLE) and not _readable(_config_file()):
        raise SettingsError(f"{CONFIG_VARIABLE}={str(_config_file())!r}: there is no such file")
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # checked by pydantic itself
    except ValidationError as error:
        raise SettingsError("\n".join(map(_describe, error.errors()))) from error
    except (OSError, ValueError) as error:
        raise SettingsError(f"{_config_file()}: {error}") from error


def _config_file() -> Path:
    return Path(os.environ.get(CONFIG_VARIABLE) or "daybook.toml").expanduser()


def _readable(path: Path) -> bool:
    return path.exists() and not path.is_dir()


def _describe(error: object) -> str:
    """Say which setting is wrong, what it holds and what it may hold; secrets are not shown."""
    fields = dict(error)  # type: ignore[call-overload]
    key = ".".join(str(part) for part in fields["loc"])
    name = f"{ENV_PREFIX}{key.upper()}"
    if fields["type"] == "extra_forbidden":
        return f"{key!r} in {_config_file()} is no setting; `daybook settings` lists them all"
    value = "***" if _is_secret(key) else repr(fields["input"])
    return f"{name}={value}: {fields['msg'][0].lower()}{fields['msg'][1:]}"


def _is_secret(key: str) -> bool:
    field = Settings.model_fields.get(key.partition(".")[0])
    return field is not None and "SecretStr" in repr(field.annotation)
