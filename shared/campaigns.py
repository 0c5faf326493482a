"""Campaign marks in a query, and the channel of a visit (DOMAIN.md sections 5, 7 and 8).

Both see the whole query of the entry page, before any parameter is ignored. Pure; nothing raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, unquote_plus

from shared.referrers import Referrer, read_referrer

Channel = Literal["paid", "email", "campaign", "search", "ai", "social", "referral", "direct"]
CHANNELS: tuple[Channel, ...] = ("paid", "email", "campaign", "search", "ai", "social", "referral", "direct")
"""In the order in which they are tried."""
NETWORKS: dict[str, str] = {
    "gclid": "Google Ads",
    "gbraid": "Google Ads",
    "wbraid": "Google Ads",
    "dclid": "Google Display",
    "msclkid": "Microsoft Ads",
    "fbclid": "Meta",
    "ttclid": "TikTok",
    "twclid": "X",
    "li_fat_id": "LinkedIn",
}
"""Click id to the network that made it; the first that is in a query names it."""
PAID_MEDIA = frozenset(("cpc", "ppc", "display", "cpm"))
PAID_BEGINNING = "paid"
EMAIL_MEDIA = frozenset(("email", "e-mail", "e_mail"))


@dataclass(frozen=True, slots=True)
class Campaign:
    """What a query says of the advertisement: ``utm_*`` as they are written, and who issued its click id.

    Without ``name`` it is no campaign of its own.
    """

    name: str | None = None
    source: str | None = None
    medium: str | None = None
    term: str | None = None
    content: str | None = None
    click_id: str | None = None
    network: str | None = None

    @property
    def paid(self) -> bool:
        """A click id, or a medium that is paid for."""
        medium = (self.medium or "").lower()
        return self.network is not None or medium in PAID_MEDIA or medium.startswith(PAID_BEGINNING)


NONE = Campaign()


def campaign_of(query: str | None) -> Campaign:
    """The campaign marks of a raw query; names in any case, the first value that is not empty."""
    if not query or "=" not in query:
        return NONE
    values = _values(query)
    click_id = next((name for name in NETWORKS if name in values), None)
    return Campaign(
        name=values.get("utm_campaign"),
        source=values.get("utm_source"),
        medium=values.get("utm_medium"),
        term=values.get("utm_term"),
        content=values.get("utm_content"),
        click_id=click_id,
        network=NETWORKS[click_id] if click_id else None,
    )


def channel_of(referrer: Referrer, campaign: Campaign = NONE, *, matched: bool = False) -> Channel:
    """The channel of a visit, by its entry's referrer and campaign marks.

    ``matched``: a campaign of the settings matched the entry page view.
    """
    if campaign.paid:
        return "paid"
    if referrer.medium == "email" or (campaign.medium or "").lower() in EMAIL_MEDIA:
        return "email"
    if matched or campaign.name:
        return "campaign"
    if referrer.medium in ("direct", "internal"):
        return "ai" if assistant_of(campaign) else "direct"
    match referrer.medium:
        case "search" | "ai" | "social":
            return referrer.medium
        case _:  # an advertiser's host as well: only a click id or a medium says paid (DOMAIN.md section 8)
            return "referral"


def assistant_of(campaign: Campaign) -> str | None:
    """The AI assistant that ``utm_source`` names by its host: assistants open links without a referrer."""
    source = campaign.source or ""
    if "." not in source:
        return None
    found = read_referrer(f"https://{source}/")
    return found.source if found.medium == "ai" else None


def _values(query: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in query.partition("#")[0].split("&"):
        name, _, raw = pair.partition("=")
        name = unquote(name).lower()
        if raw and (name in NETWORKS or name.startswith("utm_")) and (value := unquote_plus(raw).strip()):
            found.setdefault(name, value)
    return found
