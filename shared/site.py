"""What ClickTracks_Config.xml says of a site (DOMAIN.md section 1); empty for bare logs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Subdomain:
    """One SUBDOMAINn of the config."""

    key: str
    name: str
    hosts: tuple[str, ...] = ()
    """Its own hosts, the canonical one first (ALTWEBSRVNAMES)."""
    scripting: str = "none"
    default_pages: tuple[str, ...] = ()
    case_sensitive: bool = True
    session_cookie: str | None = None
    persistent_cookie: str | None = None
    servers: tuple[str, ...] = ()
    case_sensitive_params: bool = True
    dummy_parameter: str | None = None


@dataclass(frozen=True)
class Site:
    """The site of a data set; ``Site()`` where there is no config."""

    name: str = ""
    hosts: tuple[str, ...] = ()
    """SITE/NAME and every subdomain's own hosts, in order, without repeats."""
    subdomains: tuple[Subdomain, ...] = ()
    timestamp: int | None = None
    """Unix seconds of the collector's last write, if it says."""

    def to_json(self) -> dict[str, Any]:
        """Plain lists, strings and numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Site:
        """The inverse of :meth:`to_json`."""
        subdomains = tuple(Subdomain(**_tuples(one)) for one in data.get("subdomains", ()))
        return cls(
            name=data.get("name", ""),
            hosts=tuple(data.get("hosts", ())),
            subdomains=subdomains,
            timestamp=data.get("timestamp"),
        )


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    """JSON knows lists only."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
