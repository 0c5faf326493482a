"""Agents: robots with a purpose, people with a browser."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parser.agents import DEVICES, read_agent, read_agents
from parser.robots import GENERIC_RULES, PURPOSES, find_robot, is_robot, own_table

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
)
ANDROID = "Mozilla/5.0 (Linux; Android {}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.6422.72 {}Safari/537.36"
AGENTS = st.text(max_size=80) | st.lists(
    st.sampled_from(["Mozilla/5.0 ", "(compatible; ", "bot", "+http://", "@", "Android", "CUBOT", ";", ")", "\0", "é"])
).map("".join)


@pytest.mark.parametrize(
    ("agent", "name", "purpose"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot", "search"),
        ("Googlebot-Image/1.0", "Googlebot Images", "search"),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "Bingbot", "search"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", "GPTBot", "ai_training"),
        ("Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)", "ClaudeBot", "ai_training"),
        ("CCBot/2.0 (https://commoncrawl.org/faq/)", "CCBot", "ai_training"),
        ("Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)", "Bytespider", "ai_training"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0; +https://openai.com/bot)", "ChatGPT-User", "ai_assistant"),
        ("Mozilla/5.0 (compatible; OAI-SearchBot/1.0; +https://openai.com/searchbot)", "OAI-SearchBot", "search"),
        ("Mozilla/5.0 (compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)", "PerplexityBot", "search"),
        ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "AhrefsBot", "seo"),
        ("Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)", "SemrushBot", "seo"),
        ("Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", "UptimeRobot", "monitoring"),
        ("Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)", "Pingdom", "monitoring"),
        ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "Facebook preview", "social"),
        ("Twitterbot/1.0", "Twitterbot", "social"),
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Slackbot", "social"),
        ("Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)", "Feedly", "feed"),
        ("curl/8.5.0", "curl", "library"),
        ("python-requests/2.31.0", "python-requests", "library"),
        ("Go-http-client/2.0", "Go-http-client", "library"),
        ("Mozilla/5.0 zgrab/0.x", "zgrab", "scanner"),
        ("masscan/1.3 (https://github.com/robertdavidgraham/masscan)", "masscan", "scanner"),
        ("Nuclei - Open-source project (github.com/projectdiscovery/nuclei)", "Nuclei", "scanner"),
        ("Mozilla/5.0 (compatible; NobodyKnowsThisBot/1.0)", "NobodyKnowsThisBot", "other"),
        ("Mozilla/5.0 (compatible; Kurzor/1.0; +http://kurzor.test/bot.html)", "Kurzor", "other"),
        ("SomeLibrary-HttpClient/3.1", "SomeLibrary-HttpClient", "library"),
    ],
)  # fmt: skip
def test_a_robot_has_a_name_and_a_purpose(agent: str, name: str, purpose: str) -> None:
    found = read_agent(agent)
    assert (found.robot, found.name, found.purpose) == (True, name, purpose)
    assert found.rule


@pytest.mark.parametrize(
    ("agent", "browser", "version", "os", "device"),
    [
        (CHROME, "Chrome", "120.0.0", "Windows", "desktop"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Mobile Safari", "18.0", "iOS", "mobile"),
        ("Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.1 Mobile/15E148 Safari/604.1", "Mobile Safari", "16.1", "iOS", "tablet"),
        (ANDROID.format("10; CUBOT X19", "Mobile "), "Chrome Mobile", "125.0.6422", "Android", "mobile"),
        (ANDROID.format("15; en-gb; CPH2617 Build/AP3A.240617.008", "Mobile "), "Chrome Mobile", "125.0.6422", "Android", "mobile"),
        (ANDROID.format("14; SM-X210", ""), "Chrome", "125.0.6422", "Android", "tablet"),
        ("Mozilla/5.0 (SMART-TV; Linux; Tizen 2.3) AppleWebkit/538.1 (KHTML, like Gecko) SamsungBrowser/1.0 TV Safari/538.1", "Samsung Internet", "1.0", "Tizen", "tv"),
        ("Mozilla/5.0 (PlayStation 4 3.11) AppleWebKit/537.73 (KHTML, like Gecko)", "Other", None, "Other", "console"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "140.0", "Linux", "desktop"),
        ("Opera/9.80 (MAUI Runtime; Opera Mini/4.4.39008/37.9178; U; en) Presto/2.12.423 Version/12.16", "Opera Mini", "4.4.39008", "Other", "mobile"),
        ("SomethingNobodyKnows", "Other", None, "Other", "other"),
    ],
)  # fmt: skip
def test_a_person_has_a_browser_a_system_and_a_device(
    agent: str, browser: str, version: str | None, os: str, device: str
) -> None:
    found = read_agent(agent)
    assert (found.robot, found.name, found.purpose) == (False, None, None)
    assert (found.browser, found.browser_version, found.os, found.device) == (browser, version, os, device)


@pytest.mark.parametrize("agent", [None, "", "  ", "-"])
def test_who_does_not_say_its_name_is_a_robot(agent: str | None) -> None:
    found = read_agent(agent)
    assert (found.robot, found.name, found.purpose, found.rule) == (True, None, "other", "empty agent")


def test_the_rule_says_which_list_and_which_row_decided() -> None:
    assert read_agent("Googlebot/2.1").rule == r"crawler-user-agents: Googlebot\/"
    assert read_agent("UniversalFeedParser/4.2").rule.startswith("robots.tsv: ")
    assert read_agent("Mozilla/5.0 (compatible; NobodyKnowsThisBot/1.0)").rule == "generic: bot"
    assert read_agent(CHROME).rule == "uap-core: Chrome"


@given(AGENTS)
def test_every_agent_is_read_and_both_tests_for_robots_agree(agent: str) -> None:
    found = read_agent(agent)
    robot = find_robot(agent)
    assert found.robot == is_robot(agent) == (robot is not None)
    assert found.purpose is None or found.purpose in PURPOSES
    assert found.device in {device for device, _ in DEVICES} | {"other"}


@pytest.mark.parametrize(
    "agent",
    [
        "\ud800",
        "bot\udfff",
        "(" * 100_000,
        "a@" * 300_000,
        "Mozilla/5.0 (Android " * 50_000,
        "\0",
        "1." * 50_000 + " crawler",
    ],
)
def test_hostile_agents_are_read_in_no_time(agent: str) -> None:
    began = time.perf_counter()
    read_agent(agent)
    assert time.perf_counter() - began < 20


def test_agents_come_back_in_their_order() -> None:
    assert [one.robot for one in read_agents([CHROME, "curl/8.5.0", None])] == [False, True, True]


def test_our_table_is_whole() -> None:
    expressions = [expression for expression, _, _ in own_table()]
    assert len(expressions) == len(set(expressions)) > 200
    assert {purpose for _, _, purpose in own_table()} <= set(PURPOSES)
    assert {purpose for _, _, purpose in GENERIC_RULES} <= set(PURPOSES)
