"""What one way to enter a visit means: channel, search, assistant, campaign (DOMAIN.md sections 5, 7 and 8). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from shared.campaigns import Channel, assistant_of, campaign_of, channel_of
from shared.dataset_settings import Campaign
from shared.matchers import TextMatch
from shared.pages import PageRules
from shared.referrers import DIRECT, Medium, Referrer

SEARCH_ADS = {"gclid": "Google", "gbraid": "Google", "wbraid": "Google", "msclkid": "Bing"}
"""Click id to the search engine it is of, where no referrer says more: browsers hide much, and apps have none."""
NONE = "(none)"
"""The row of visits without campaign; whatever is called so is none."""
PROBE = "Aa"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to enter: the place, as far as it matters, and what is known of an external referrer.

    Without ``medium`` there is no external referrer. ``raw`` is the whole of it.
    """

    rules: PageRules | None
    path: str
    query: str | None
    medium: Medium | None
    source: str | None
    term: str | None
    raw: str | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """What it means. ``campaign`` is the visit's own."""

    channel: Channel
    engine: str | None
    term: str | None
    assistant: str | None
    campaign: str | None


@dataclass(frozen=True, slots=True)
class _Match:
    """A campaign's ways to be recognised on one site; all that are given must fit."""

    name: str
    path: str | None
    parameters: frozenset[tuple[str, str]]
    any_value: str | None
    referrer: TextMatch | None


class Campaigns:
    """The settings' campaigns, in order: the first that matches wins."""

    def __init__(self, campaigns: Sequence[Campaign]) -> None:
        self._campaigns = campaigns
        self._ask_pages = any(one.match.page is not None for one in campaigns)
        self._of_rules: dict[PageRules, tuple[bool, list[_Match]]] = {}

    @property
    def ask_plain_places(self) -> bool:
        """Whether a place without ``name=value`` in its query can match."""
        given = [one.match for one in self._campaigns]
        pages = (one.page for one in given if one.page is not None)
        names = (one.parameter for one in given if one.parameter is not None)
        return any("=" not in one for one in (*pages, *names))

    @property
    def ask_parameters(self) -> bool:
        """Whether parameters that are no marks of a campaign may matter."""
        return any(one.match.page is not None or one.match.parameter is not None for one in self._campaigns)

    @property
    def ask_referrers(self) -> bool:
        """Whether the whole referrer matters."""
        return any(one.match.referrer is not None for one in self._campaigns)

    def name_of(self, way: Way) -> str | None:
        """The name of the campaign that matches."""
        if not self._campaigns:
            return None
        folds, matches = self._matches(way.rules)
        given = _parameters(way.query, folds)
        names = {name for name, _ in given}
        path = way.rules.page_of(way.path, None).page if way.rules and self._ask_pages else None
        for one in matches:
            if (
                (one.path is None or one.path == path)
                and one.parameters <= given
                and (one.any_value is None or one.any_value in names)
                and (one.referrer is None or (way.raw is not None and one.referrer.matches(way.raw)))
            ):
                return one.name
        return None

    def _matches(self, rules: PageRules | None) -> tuple[bool, list[_Match]]:
        if rules is None:  # the place does not matter: only referrers can match
            return False, [_compile(one, None, folds=False) for one in self._campaigns]
        if rules not in self._of_rules:
            folds = not rules.page_of("/", PROBE).page.endswith(PROBE)
            self._of_rules[rules] = folds, [_compile(one, rules, folds=folds) for one in self._campaigns]
        return self._of_rules[rules]


def read_arrival(way: Way, campaigns: Campaigns) -> Arrival:
    """What a way to enter means."""
    marks = campaign_of(way.query)
    matched = campaigns.name_of(way)
    if NONE in (marks.name, matched):  # what the settings say stands before what a query says, also that it is none
        marks = replace(marks, name=None)
    referrer = Referrer(way.medium, way.source, way.term, None, "side table") if way.medium else DIRECT
    engine = referrer.source if referrer.medium == "search" else None
    assistant = referrer.source if referrer.medium == "ai" else None
    if way.medium is None:
        engine = SEARCH_ADS.get(marks.click_id or "")
        assistant = assistant_of(marks)
    return Arrival(
        channel=channel_of(referrer, marks, matched=_named(matched) is not None),
        engine=engine,
        term=(referrer.term or marks.term) if engine else None,
        assistant=assistant,
        campaign=_named(matched or marks.name or marks.network),
    )


def _named(campaign: str | None) -> str | None:
    return None if campaign == NONE else campaign


def _compile(campaign: Campaign, rules: PageRules | None, *, folds: bool) -> _Match:
    match = campaign.match
    page, _, query = (match.page or "").partition("?")
    wanted = set(_parameters(query, folds))
    any_value = None
    if match.parameter is not None:
        if "=" in match.parameter:
            wanted |= _parameters(match.parameter, folds)
        else:
            any_value = next((name for name, _ in _parameters(f"{match.parameter}=", folds)), match.parameter)
    path = None if match.page is None else _path(page, rules)
    return _Match(campaign.name, path, frozenset(wanted), any_value, match.referrer)


def _path(page: str, rules: PageRules | None) -> str:
    """As pages are compared; with several hosts a page may be given with its host, or is one of any of them."""
    if rules is None:
        return page
    if page.startswith("/"):
        return rules.page_of(page, None).page
    host, slash, path = page.partition("/")
    site = rules.page_of("/", None).page.removesuffix("/")
    return rules.page_of(slash + path, None).page if host.lower() == site else page


def _parameters(query: str | None, folds: bool) -> frozenset[tuple[str, str]]:
    if not query:
        return frozenset()
    if folds:
        query = query.lower()
    return frozenset(parse_qsl(query.partition("#")[0], keep_blank_values=True, errors="replace"))
