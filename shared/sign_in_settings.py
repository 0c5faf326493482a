"""The settings of a process that say how people sign in: one-time codes, and a provider (OpenID Connect)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator

from shared.mail_address import one_line, web_address
from shared.roles import ROLES, Role

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Grant:
    """A role, and the ids of data sets that go with it."""

    role: Role
    datasets: tuple[str, ...] = ()


def parse_grant(text: str) -> Grant:
    """``viewer``, ``administrator`` or ``editor:shop+blog``; :class:`ValueError` else."""
    name, _, listed = text.strip().partition(":")
    role = next((one for one in ROLES if one == name.strip()), None)
    if role is None:
        raise ValueError(f"{text.strip()!r} should begin with {', '.join(ROLES)}; write for example 'viewer:shop+blog'")
    return Grant(role, tuple(one.strip() for one in listed.split("+") if one.strip()))


def parse_rules(text: str) -> tuple[tuple[str, Grant], ...]:
    """``staff=editor:shop; bosses=administrator``: a value of the claim, and what it gives. The last ``=`` counts, so
    that a value may be a distinguished name."""
    rules = []
    for one in (part.strip() for part in text.split(";") if part.strip()):
        value, equals, grant = one.rpartition("=")
        if not equals or not value.strip():
            raise ValueError(f"{one!r} should be like 'staff=editor:shop'")
        rules.append((value.strip(), parse_grant(grant)))
    return tuple(rules)


class SignInSettings(BaseModel):
    """How people sign in to the console."""

    totp_required: Literal["nobody", "administrators", "everybody"] = Field(
        default="nobody", description="Who must sign in with a one-time code beside the password."
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="Provider of single sign-on (OpenID Connect), as it names itself: `https://login.example.org/realm`.",
    )
    oidc_client_id: str | None = Field(default=None, description="What the console is called there.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Its secret there; without, it is a public client."
    )
    oidc_label: str = Field(default="Single sign-on", description="What stands on the button.")
    oidc_scopes: str = Field(default="openid email profile", description="What is asked for, with spaces between.")
    oidc_domains: str | None = Field(
        default=None,
        description="Domains of e-mail addresses that may sign in by it, with commas between; default: all.",
    )
    oidc_new_accounts: bool = Field(
        default=False, description="Whether who signs in by it for the first time gets an account."
    )
    oidc_default: str | None = Field(
        default=None,
        description="What such an account may do, such as `viewer:shop+blog`; without, only what `oidc_roles` says.",
    )
    oidc_claim: str | None = Field(
        default=None, description="Claim that `oidc_roles` looks at, such as `groups`; `a.b` is `b` within `a`."
    )
    oidc_roles: str | None = Field(
        default=None,
        description="What its values give, the first that fits: `bosses=administrator; sales=viewer:shop+blog`.",
    )
    oidc_only: bool = Field(
        default=False,
        description="Whether the console takes passwords only from administrators who sit at its own machine.",
    )

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(web_address(value))
        if parts.query or parts.fragment:
            raise ValueError("should have neither ? nor #")
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("should begin with https://; http:// is for a provider on this machine alone")
        return value

    @field_validator("oidc_client_id")
    @classmethod
    def _client(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("oidc_issuer") and not value:
            raise ValueError("should be given, since oidc_issuer is")
        return value or None

    @field_validator("oidc_label")
    @classmethod
    def _label(cls, value: str) -> str:
        return one_line(value)

    @field_validator("oidc_scopes")
    @classmethod
    def _scopes(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("should contain openid")
        return " ".join(value.split())

    @field_validator("oidc_default")
    @classmethod
    def _default(cls, value: str | None) -> str | None:
        if value:
            parse_grant(value)
        return value or None

    @field_validator("oidc_roles")
    @classmethod
    def _roles(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and parse_rules(value) and not info.data.get("oidc_claim"):
            raise ValueError("needs oidc_claim, the claim that it looks at")
        return value or None

    @field_validator("oidc_only")
    @classmethod
    def _only(cls, value: bool, info: ValidationInfo) -> bool:
        if value and not info.data.get("oidc_issuer"):
            raise ValueError("needs oidc_issuer: nobody could sign in")
        return value

    @property
    def oidc_default_grant(self) -> Grant | None:
        """What who fits no rule may do."""
        return parse_grant(self.oidc_default) if self.oidc_default else None

    @property
    def oidc_rules(self) -> tuple[tuple[str, Grant], ...]:
        """Values of the claim with what they give, in order."""
        return parse_rules(self.oidc_roles or "")

    @property
    def oidc_domain_names(self) -> tuple[str, ...]:
        """Domains that may sign in, in small letters; empty: all."""
        return tuple(one.strip().lower().lstrip("@") for one in (self.oidc_domains or "").split(",") if one.strip())
