"""Referrers, campaign marks and channels."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.campaigns import CHANNELS, NETWORKS, campaign_of, channel_of
from shared.errors import Misconfigured
from shared.referrer_table import load_table
from shared.referrers import read_referrer

TEXTS = st.text(max_size=60) | st.lists(
    st.sampled_from(["https://", "www.", "google", ".com", ".co.uk", "/", "?", "q=", "&", "#", "%", "%ff", "@", ":", "[", "]", "é", " "])
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("url", "medium", "source", "term"),
    [
        (None, "direct", None, None),
        ("-", "direct", None, None),
        ("about:blank", "direct", None, None),
        ("http://[::1/", "direct", None, None),
        ("https://www.google.com/", "search", "Google", None),
        ("https://www.google.co.uk/search?q=red+apples&hl=en", "search", "Google", "red apples"),
        ("HTTP://WWW.GOOGLE.DE:80/search?q=a%20%20b", "search", "Google", "a b"),
        ("https://www.google.com/#q=apples", "search", "Google", "apples"),
        ("https://www.google.fr/imgres?imgurl=x&q=tree", "search", "Google Images", "tree"),
        ("https://www.google.fr/search?q=tree&tbm=isch", "search", "Google Images", "tree"),
        ("https://www.google.com/url?q=https://shop.test/&sa=D", "search", "Google", None),
        ("https://google.evil.test/search?q=x", "referral", "evil.test", None),
        ("https://google.blogspot.com/", "referral", "google.blogspot.com", None),
        ("https://docs.google.com/document/d/1", "referral", "Google", None),
        ("https://mail.google.com/mail/u/0/", "email", "Gmail", None),
        ("https://gemini.google.com/app", "ai", "Google Gemini", None),
        ("android-app://com.google.android.gm/", "email", "Gmail", None),
        ("https://www.bing.com/search?q=apples", "search", "Bing", "apples"),
        ("https://www.bing.com/images/search?q=apples", "search", "Bing Images", "apples"),
        ("https://www.bing.com/chat?q=apples", "ai", "Microsoft Copilot", None),
        ("https://duckduckgo.com/", "search", "DuckDuckGo", None),
        ("https://de.search.yahoo.com/search?p=apples", "search", "Yahoo!", "apples"),
        ("http://www.baidu.com/s?wd=%CB%D1%CB%F7", "search", "Baidu", "搜索"),
        ("http://yandex.ru/yandsearch?text=%EF%F0%E8%E2%E5%F2", "search", "Yandex", "привет"),
        ("https://yandex.com.tr/search/?text=elma", "search", "Yandex", "elma"),
        ("https://search.naver.com/search.naver?query=apples", "search", "Naver", "apples"),
        ("https://search.seznam.cz/?q=jablka", "search", "Seznam", "jablka"),
        ("https://suche.t-online.de/fast-cgi/tsc?q=apfel", "search", "T-Online", "apfel"),
        ("https://suche.web.de/web?su=apfel", "search", "Web.de", "apfel"),
        ("https://search.nobody.test/?q=apples", "search", "nobody.test", "apples"),
        ("https://search.nobody.test/", "referral", "nobody.test", None),
        ("https://l.facebook.com/l.php?u=x", "social", "Facebook", None),
        ("https://t.co/abc", "social", "Twitter", None),
        ("https://out.reddit.com/t3", "social", "Reddit", None),
        ("https://mail02.orange.fr/", "email", "Orange Webmail", None),
        ("https://webmail.nobody.test/", "email", "nobody.test", None),
        ("https://chatgpt.com/", "ai", "ChatGPT", None),
        ("https://chat.openai.com/", "ai", "ChatGPT", None),
        ("https://www.perplexity.ai/search/x", "ai", "Perplexity.ai", None),
        ("https://claude.ai/", "ai", "Claude", None),
        ("https://googleads.g.doubleclick.net/pagead", "paid", "Google", None),
        ("https://news.example.co.uk/story", "referral", "example.co.uk", None),
        ("http://192.0.2.7/x", "referral", "192.0.2.7", None),
    ],
)  # fmt: skip
def test_a_referrer_has_a_medium_a_source_and_maybe_a_term(
    url: str | None, medium: str, source: str | None, term: str | None
) -> None:
    found = read_referrer(url)
    assert (found.medium, found.source, found.term) == (medium, source, term)
    assert found.rule


def test_own_hosts_are_internal_whatever_the_table_says() -> None:
    found = read_referrer("https://www.google.com/search?q=x", {"google.com"})
    assert (found.medium, found.domain, found.rule) == ("internal", "google.com", "own host google.com")
    assert read_referrer("https://www.shop.test:8443/a", ["shop.test"]).medium == "internal"


def test_the_domain_is_the_registrable_one() -> None:
    assert read_referrer("https://user:pw@a.b.example.co.uk:8080/").domain == "example.co.uk"


@given(TEXTS)
def test_nothing_raises_and_every_answer_is_whole(text: str) -> None:
    found = read_referrer(text)
    assert (found.medium == "direct") == (found.domain is None)
    assert found.term is None or found.medium == "search"
    assert channel_of(found, campaign_of(text)) in CHANNELS


@pytest.mark.parametrize(
    "text", ["http://\ud800.com/?q=\udfff", "http://" + "a." * 100_000, "https://google.com/?" + "q&" * 200_000]
)
def test_hostile_referrers_are_plain_ones(text: str) -> None:
    assert read_referrer(text).medium in ("direct", "search")


@pytest.mark.parametrize(
    ("query", "url", "channel"),
    [
        ("gclid=abc", None, "paid"),
        ("GCLID=abc", "https://mail.google.com/", "paid"),
        ("gclid=", "https://www.google.com/", "search"),
        ("utm_medium=cpc", None, "paid"),
        ("utm_medium=Paid_Social", "https://l.facebook.com/", "paid"),
        ("utm_medium=display&utm_campaign=x", None, "paid"),
        ("utm_campaign=x", "https://mail.google.com/", "email"),
        ("utm_medium=email&utm_campaign=x", None, "email"),
        ("utm_campaign=x", "https://www.google.com/", "campaign"),
        ("utm_source=x", "https://www.google.com/", "search"),
        ("a=1", "https://chatgpt.com/", "ai"),
        ("utm_source=chatgpt.com", None, "ai"),
        ("", "https://t.co/x", "social"),
        ("", "https://example.org/", "referral"),
        ("", "https://pagead2.googlesyndication.com/", "referral"),
        ("", "https://shop.test/a", "direct"),
        (None, None, "direct"),
    ],
)
def test_the_first_channel_that_fits(query: str | None, url: str | None, channel: str) -> None:
    assert channel_of(read_referrer(url, {"shop.test"}), campaign_of(query)) == channel


def test_a_campaign_of_the_settings_comes_before_search() -> None:
    assert channel_of(read_referrer("https://www.google.com/"), matched=True) == "campaign"


def test_campaign_marks_are_read_as_they_were_meant() -> None:
    found = campaign_of(
        "a=1&utm_campaign=spring%20sale&UTM_Source=news&utm_medium=&utm_medium=mail&utm_term=b+c&utm_content=%C3%A9&msclkid=1"
    )
    assert (found.name, found.source, found.medium, found.term, found.content) == (
        "spring sale",
        "news",
        "mail",
        "b c",
        "é",
    )
    assert (found.click_id, found.network, found.paid) == ("msclkid", "Microsoft Ads", True)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_click_id_names_a_network_and_is_paid(name: str) -> None:
    found = campaign_of(f"x=y&{name}=abc")
    assert (found.click_id, found.network, found.paid, found.name) == (name, NETWORKS[name], True, None)


def test_rows_of_the_user_come_before_ours(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text(
        "# ours\n*.partner.test\tPartner\tsocial\n\nfind.test/s\tFind\tsearch\tword,q\ngoogle.*\tGo\treferral\n"
    )
    table = load_table(path)
    assert read_referrer("https://a.partner.test/", (), table).source == "Partner"
    found = read_referrer("https://find.test/s?q=&word=apples", (), table)
    assert (found.term, found.rule) == ("apples", "mine.tsv: find.test/s")
    assert read_referrer("https://find.test/", (), table).medium == "referral"
    assert read_referrer("https://www.google.de/", (), table).source == "Go"
    assert read_referrer("https://www.bing.com/", (), table).source == "Bing"


def test_every_fault_of_the_users_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text("one.test\tOne\tsearch\nno tabs\ntwo.test\tTwo\tnews\na*b.test\tX\tsocial\n")
    with pytest.raises(Misconfigured) as caught:
        load_table(path)
    assert [one.partition(":")[0] for one in caught.value.faults] == ["line 2", "line 3", "line 4"]
    with pytest.raises(Misconfigured, match="cannot be read"):
        load_table(tmp_path / "absent.tsv")
