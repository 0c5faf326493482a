"""Settings files of a data set as plain data: every table, label, campaign and funnel, in any combination."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from shared.dataset_settings.groups import BOUNDS, CHANNELS, Criterion
from shared.dataset_settings.reserved import REPORTS, RESERVED_LABELS
from shared.matchers import NumberMatch, TextMatch

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAMES = TEXTS.filter(bool)
IDS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True).filter(lambda text: text not in RESERVED_LABELS)
LISTS = st.lists(TEXTS, max_size=9)
ADDRESSES = st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.test", fullmatch=True)


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A table with some of these keys."""
    return st.fixed_dictionaries({}, optional=keys)


def one_of_the_keys(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(*(values.map(lambda value, key=key: {key: value}) for key, values in keys.items()))


MATCHES = one_of_the_keys(
    equals=TEXTS,
    contains=TEXTS,
    starts_with=TEXTS,
    ends_with=TEXTS,
    any_of=LISTS,
    regex=st.sampled_from(["^/a\\.b$", "[\"']", "é|\t"]),
)
NUMBERS = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**60), 2**60)
    | st.decimals(-(10**18), 10**18, places=4)
)
MONEY = st.decimals(0, 10**9, places=6).map(str)


def ranges(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    both = st.tuples(numbers, numbers).map(sorted).map(lambda pair: {"min": pair[0], "max": pair[1]})
    return both | numbers.map(lambda number: {"min": number}) | numbers.map(lambda number: {"max": number})


def named(names: st.SearchStrategy[str] = TEXTS, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"name": names}, optional={"value": MATCHES, **more})


@cache
def simple_criteria() -> st.SearchStrategy[dict[str, Any]]:
    """Each criterion that names no label or funnel."""
    known: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in Criterion.model_fields.items():
        if name in ("all", "any", "label", "funnel_stage"):
            continue
        if field.annotation == TextMatch | None:
            known[name] = MATCHES
        elif field.annotation == NumberMatch | None:
            low, high = BOUNDS.get(name, (None, None))
            known[name] = ranges(NUMBERS if low is None else st.integers(int(low), int(high or 0)))
    known["channel"] = st.sampled_from(CHANNELS).map(lambda name: {"equals": name})
    known["referrer"] = st.builds(lambda one, more: one | more, MATCHES, some(parameter=TEXTS))
    known |= dict.fromkeys(("search", "ai", "short"), st.booleans())
    known |= {"visitor": st.sampled_from(["new", "returning"]), "parameter": named(), "custom": named()}
    known["cookie"] = named(first_page=st.booleans())
    assert {*known, "all", "any", "label", "funnel_stage"} == set(Criterion.model_fields)
    return one_of_the_keys(**known)


@cache
def criteria(ids: tuple[str, ...], funnels: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Labels only those before, so that none needs itself."""
    leaf = simple_criteria() | st.sampled_from([{"label": one} for one in ("all", *ids)])
    if funnels:
        leaf |= st.sampled_from([{"funnel_stage": {"name": one}} for one in funnels])
    return st.recursive(
        leaf,
        lambda inner: one_of_the_keys(all=st.lists(inner, max_size=3), any=st.lists(inner, max_size=3)),
        max_leaves=5,
    )


@st.composite
def whole(draw: st.DrawFn) -> dict[str, Any]:
    """A settings file as plain data."""
    strings = some(name=st.text(max_size=5), timezone=st.sampled_from(["UTC", "Europe/Berlin"]), hosts=LISTS)
    days = st.integers(1, 36_500)
    data: dict[str, Any] = {
        "dataset": draw(strings),
        "source": draw(some(location=TEXTS, user=TEXTS, format=TEXTS, reject_limit=st.floats(0, 1))),
        "privacy": draw(some(honour_opt_out=st.booleans(), drop_parameters=LISTS)),
        "retention": draw(some(raw_days=days, hits_days=days, reports_days=days)),
        "visits": draw(some(gap_minutes=st.integers(1, 1440), new_visit_on_external_referrer=st.booleans())),
        "pages": draw(some(ignore_parameters=LISTS, static_extensions=LISTS)),
        "exclude": draw(some(pages=st.lists(MATCHES, max_size=3))),
        "robots": draw(some(pause_seconds=st.floats(0, 3600), by_behaviour=st.sampled_from(["mark", "exclude"]))),
        "revenue": draw(some(parameter=TEXTS)),
        "overlay": draw(some(pages=st.integers(0, 500), delay_seconds=st.floats(0, 60), asset_hosts=LISTS)),
    }
    stages = st.lists(st.tuples(NAMES, NAMES, MATCHES), min_size=2, max_size=3, unique_by=lambda one: one[0])
    funnels = draw(st.lists(IDS, max_size=2, unique=True))
    data["funnels"] = [
        {
            "id": one,
            "stages": [
                {"name": name, "groups": [{"name": group, "pages": pages}]} for name, group, pages in draw(stages)
            ],
        }
        for one in funnels
    ]
    ids = draw(st.lists(IDS, max_size=3, unique=True))
    data["labels"] = [
        {"id": one, "match": draw(criteria(tuple(ids[:number]), tuple(funnels)))}
        | draw(some(name=TEXTS, inverse=st.booleans(), hide_in=st.lists(st.sampled_from([*REPORTS]), max_size=3)))
        for number, one in enumerate(ids)
    ]
    data["alerts"] = draw(
        some(
            to=st.lists(ADDRESSES, max_size=2),
            data_by=st.just("06:00"),
            change_limit=st.floats(0, 1000),
            dead_letters=st.booleans(),
        )
    )
    chosen = some(
        reports=st.lists(st.sampled_from([*REPORTS]), min_size=1, max_size=3, unique=True),
        labels=st.lists(st.sampled_from(["all", *ids]), max_size=2),
        period=st.sampled_from(["day", "week", "month"]),
        weekday=st.sampled_from(["monday", "sunday"]),
        time=st.sampled_from(["00:00", "23:59"]),
        introduction=TEXTS,
        attach=st.lists(st.sampled_from(["pdf", "xlsx", "csv"]), max_size=3),
        rows=st.integers(1, 50),
    )
    data["mails"] = [
        {"id": one, "to": draw(st.lists(ADDRESSES, min_size=1, max_size=2))} | draw(chosen)
        for one in draw(st.lists(IDS, max_size=2, unique=True))
    ]
    cost = one_of_the_keys(fixed=MONEY, per_click=MONEY, per_day=MONEY, file=TEXTS)
    match = st.builds(
        lambda one, more: one | more, some(parameter=TEXTS), one_of_the_keys(page=TEXTS, referrer=MATCHES)
    )
    data["campaigns"] = [
        {"name": name, "match": draw(match)} | draw(some(cost=cost))
        for name in draw(st.lists(NAMES, max_size=2, unique=True))
    ]
    places = st.sampled_from(["/srv/a b", "ftp://host/~/x", "ftps://h:21", "sftp://[::1]:22/%C3%A4", "s3://bucket/a"])
    data["targets"] = [
        {"name": name, "location": draw(places)} | draw(some(user=TEXTS, password_env=TEXTS))
        for name in draw(st.lists(IDS, max_size=2, unique=True))
    ]
    return data


VALUES = st.recursive(
    TEXTS | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)
PLAIN = st.dictionaries(TEXTS, VALUES, max_size=5)
"""Any data that TOML can hold."""


def places(value: Any, place: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {place}.union(*(places(one, (*place, key)) for key, one in inner))
