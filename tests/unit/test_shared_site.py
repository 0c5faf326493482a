"""A site survives the catalog's JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st

from shared.site import Site, Subdomain

TEXTS = st.lists(st.text(max_size=8), max_size=3).map(tuple)
OPTIONAL = st.none() | st.text(max_size=8)
SUBDOMAINS = st.builds(
    Subdomain,
    key=st.text(max_size=8),
    name=st.text(max_size=8),
    hosts=TEXTS,
    scripting=st.text(max_size=8),
    default_pages=TEXTS,
    case_sensitive=st.booleans(),
    session_cookie=OPTIONAL,
    persistent_cookie=OPTIONAL,
    servers=TEXTS,
    case_sensitive_params=st.booleans(),
    dummy_parameter=OPTIONAL,
)
SITES = st.builds(
    Site,
    name=st.text(max_size=8),
    hosts=TEXTS,
    subdomains=st.lists(SUBDOMAINS, max_size=2).map(tuple),
    timestamp=st.none() | st.integers(),
)


@given(SITES)
def test_a_site_comes_back_as_it_was(site: Site) -> None:
    there = Site.from_json(json.loads(json.dumps(site.to_json())))
    assert there == site
    assert hash(there) == hash(site)


def test_what_an_older_version_wrote_lacks_keys_and_is_read() -> None:
    assert Site.from_json({}) == Site()
    old = {"name": "fruit", "hosts": ["fruit.test"], "subdomains": [{"key": "SUBDOMAIN1", "name": "www"}]}
    assert Site.from_json(old) == Site("fruit", ("fruit.test",), (Subdomain("SUBDOMAIN1", "www"),))
