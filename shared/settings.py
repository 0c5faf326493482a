"""The settings of a process: environment, then a TOML file, then defaults; every fault listed at once.

``PROPROCESSOR_<NAME>`` sets ``name``; ``PROPROCESSOR_<NAME>_FILE`` names a file that holds the value (secrets of a
container). The file is ``PROPROCESSOR_CONFIG``, else ``proprocessor.toml`` in the data folder. docs/settings.md lists
every one; a test compares.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator

from shared.errors import Misconfigured
from shared.mail_address import check_mail_setting
from shared.sign_in_settings import SignInSettings

PREFIX = "PROPROCESSOR_"


class Settings(SignInSettings):
    """What a process needs to know. Defaults run everything on one machine with nothing beside it."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    data: Path = Field(
        default=Path("proprocessor-data"), description="Folder of raw files, hits, analyses, catalog and queue."
    )
    catalog: SecretStr = Field(
        default=SecretStr("sqlite:"), description="Database: `sqlite:` (a file in the data folder) or `postgresql://…`."
    )
    queue: SecretStr = Field(
        default=SecretStr("sqlite:"),
        description="Queue: `sqlite:` (in the catalog file's folder) or `amqp://…`, `amqps://…`.",
    )
    publish: Path | None = Field(
        default=None, description="Folder of published reports; default `published` in the data folder."
    )
    secret_key: SecretStr | None = Field(
        default=None, description="Key that seals stored passwords; default: a key file made in the data folder."
    )
    log: Literal["auto", "text", "json"] = Field(
        default="auto", description="How events are written: text on a terminal, JSON lines otherwise."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least level written."
    )
    downloads: Annotated[int, Field(ge=1, le=64)] = Field(
        default=4, description="Downloads at once for one data set, and uploads to one target."
    )
    timeout_s: Annotated[float, Field(gt=0, le=3600)] = Field(
        default=30.0, description="Seconds a source may be silent before it counts as unreachable."
    )
    queue_wait_s: Annotated[float, Field(ge=0)] = Field(
        default=60.0, description="Seconds to wait at start for the queue and the catalog to answer."
    )
    lease_s: Annotated[float, Field(ge=1, le=3600)] = Field(
        default=60.0,
        description="Embedded queue: seconds until the work of a process that vanished is given to another.",
    )
    memory_limit_mb: Annotated[int, Field(ge=128)] = Field(
        default=1024, description="Memory for one analysis in MiB; beyond it, work spills to disk."
    )
    threads: Annotated[int, Field(ge=1, le=256)] = Field(
        default=2, description="Threads of one parse or analysis, processes that render."
    )
    part_mb: Annotated[int, Field(ge=1)] = Field(
        default=256,
        description="A plain file half as big again is parsed in parts of so many MiB, which several parsers share.",
    )
    pdf_rows: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Most rows of a report in a PDF, the others in one row; without, it has every row."
    )
    fetch_every_s: Annotated[float, Field(gt=0)] = Field(
        default=60.0,
        description="A watched folder is looked at again after so many seconds even if nothing was noticed.",
    )

    smtp_host: str | None = Field(default=None, description="Server that takes e-mail; without, none is sent.")
    smtp_port: Annotated[int, Field(ge=1, le=65535)] | None = Field(
        default=None, description="Its port; default 587, with `tls` 465, with `none` 25."
    )
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="`starttls` (required), `tls` from the first byte, or `none`: for a server on this host only.",
    )
    smtp_ca_file: Path | None = Field(
        default=None, description="Certificates (PEM) that the server's is checked with, in place of the system's."
    )
    smtp_user: str | None = Field(default=None, description="User name at the server; without, none is given.")
    smtp_password: SecretStr | None = Field(default=None, description="Password at the server.")
    smtp_timeout_s: Annotated[float, Field(gt=0, le=120)] = Field(
        default=15.0, description="Seconds the server may be silent."
    )
    mail_sender: str | None = Field(
        default=None, description="Address that e-mail comes from and bounces go to, such as `reports@fruit.test`."
    )
    mail_sender_name: str = Field(default="Reports", description="Name beside that address.")
    mail_bounces: Path | None = Field(
        default=None,
        description="Maildir, or folder of `.eml` files, with what comes back to the sender; looked at each minute.",
    )
    site_url: str | None = Field(
        default=None, description="Where the published folder is served, `https://…`: e-mail links to its pages."
    )
    console_url: str | None = Field(
        default=None,
        description="Where the console is served, `https://…`: links to unsubscribe, and share links made on the "
        "command line, lead there.",
    )
    alert_to: str | None = Field(
        default=None,
        description="Addresses, with commas between, told of what concerns the installation: disk, dead letters.",
    )
    alert_webhook: SecretStr | None = Field(default=None, description="URL told of the same by a signed POST.")
    alert_webhook_secret: SecretStr | None = Field(default=None, description="Secret it is signed with.")
    alert_disk_free: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.1,
        description="Less free than this share of the disk of data or published folder is told of; 0: never.",
    )
    webhooks_private: bool = Field(
        default=False,
        description="Whether webhooks may lead to addresses that are not public (own network, this machine).",
    )

    @field_validator("mail_sender", "mail_sender_name", "alert_to", "site_url", "console_url", "smtp_host", "smtp_user")
    @classmethod
    def _for_mail(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value:
            check_mail_setting(str(info.field_name), value)
        return value or None if info.field_name != "mail_sender_name" else value

    @field_validator("catalog")
    @classmethod
    def _catalog_scheme(cls, value: SecretStr) -> SecretStr:
        return _scheme(value, ("sqlite:", "postgresql:", "postgresql+psycopg:", "postgres:"))

    @field_validator("queue")
    @classmethod
    def _queue_scheme(cls, value: SecretStr) -> SecretStr:
        return _scheme(value, ("sqlite:", "amqp:", "amqps:"))

    @property
    def catalog_url(self) -> str:
        """The SQLAlchemy URL."""
        url = self.catalog.get_secret_value()
        return f"sqlite:///{self.data.resolve() / 'catalog.db'}" if url == "sqlite:" else url

    @property
    def queue_url(self) -> str:
        """The transport's URL."""
        url = self.queue.get_secret_value()
        return f"sqlite:{self.data.resolve() / 'queue.db'}" if url == "sqlite:" else url

    @property
    def smtp_port_used(self) -> int:
        """The port, given or by the way of TLS."""
        return self.smtp_port or {"starttls": 587, "tls": 465, "none": 25}[self.smtp_tls]

    @property
    def alert_addresses(self) -> tuple[str, ...]:
        """Who is told of what concerns the installation."""
        return tuple(one.strip() for one in (self.alert_to or "").split(",") if one.strip())

    @property
    def publish_root(self) -> Path:
        """Where reports are published unless a data set says otherwise."""
        return (self.publish or self.data / "published").resolve()


def _scheme(value: SecretStr, known: tuple[str, ...]) -> SecretStr:
    if not value.get_secret_value().startswith(known):
        raise ValueError(f"should begin with one of {', '.join(known)}")
    return value


def load_settings(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Settings from options given (``None`` means not given), the environment and the file, in this order.

    :class:`Misconfigured` lists every fault with its environment name, or key and file.
    """
    environment = os.environ if environment is None else environment
    faults: list[str] = []
    values: dict[str, tuple[Any, str]] = {}
    from_environment = _from_environment(environment, faults)
    data = given.get("data") or from_environment.get("data", ("proprocessor-data", ""))[0]
    named = environment.get(f"{PREFIX}CONFIG")
    values |= _from_file(Path(named) if named else Path(data) / "proprocessor.toml", bool(named), faults)
    values |= from_environment
    values |= {key: (value, f"--{key.replace('_', '-')}") for key, value in given.items() if value is not None}
    try:
        settings = Settings(**{key: value for key, (value, _) in values.items()})
    except ValidationError as error:
        for found in error.errors():
            key = str(found["loc"][0]) if found["loc"] else ""
            place = values[key][1] if key in values else key
            message = found["msg"].removeprefix("Value error, ")
            faults.append(f"{place}: {message}")
        settings = Settings()
    if faults:
        raise Misconfigured(f"The settings have {len(faults)} fault(s):", faults=faults)
    return settings


def _from_environment(environment: Mapping[str, str], faults: list[str]) -> dict[str, tuple[Any, str]]:
    values: dict[str, tuple[Any, str]] = {}
    for name in Settings.model_fields:
        variable = f"{PREFIX}{name.upper()}"
        if path := environment.get(f"{variable}_FILE"):
            try:
                values[name] = (Path(path).read_text(encoding="utf-8").strip(), f"{variable}_FILE")
            except (OSError, UnicodeDecodeError) as error:
                faults.append(f"{variable}_FILE: {path} cannot be read: {error}")
        elif variable in environment and environment[variable] != "":
            values[name] = (environment[variable], variable)
    return values


def _from_file(path: Path, required: bool, faults: list[str]) -> dict[str, tuple[Any, str]]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            faults.append(f"{PREFIX}CONFIG: {path} does not exist")
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.append(f"{path}: {error}")
        return {}
    unknown = sorted(set(data) - set(Settings.model_fields))
    faults.extend(f"{path}: unknown key {key}" for key in unknown)
    return {key: (value, f"{path}: {key}") for key, value in data.items() if key not in unknown}
