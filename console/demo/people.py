"""Where the shop's visitors come from, and with what."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from urllib.parse import quote_plus

PRODUCTS = ("apples", "pears", "cherries", "plums", "quinces", "figs", "medlars", "gooseberries")
TERMS = (
    "buy apples online", "organic pears", "cherry jam recipe", "plum cake", "quince jelly", "fresh figs delivery",
    "fruit box", "fruit.test", "how to store apples", "medlar fruit",
)  # fmt: skip
AGENTS = (
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "1920x1080"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36", "1536x864"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15", "1440x900"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", "1920x1200"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0", "1920x1080"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "390x844"),
    ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "412x915"),
    ("Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "820x1180"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "2560x1440"),
)  # fmt: skip
CRAWLERS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "python-requests/2.32.3",
)


@dataclass(frozen=True)
class Arrival:
    """The first request of a visit."""

    path: str
    query: str | None = None
    referrer: str | None = None


def choose_arrival(random: Random, day: int, campaign_day: int) -> Arrival:
    """Direct, search, paid, social, AI, e-mail, referral or the spring campaign."""
    product = random.choice(PRODUCTS)
    near = abs(day - campaign_day) <= 5
    kinds = ("direct", "search", "paid", "social", "ai", "email", "referral", "spring")
    kind = random.choices(kinds, weights=(30, 28, 8, 9, 5 + day / 10, 5, 9, 22 if near else 2))[0]
    match kind:
        case "search":
            return search_arrival(random, product)
        case "paid":
            click = f"{random.getrandbits(60):015x}"
            return Arrival(
                f"/{product}",
                f"utm_source=google&utm_medium=cpc&utm_campaign=autumn&gclid={click}",
                "https://www.google.com/",
            )
        case "social":
            site = random.choice(
                (
                    "https://www.reddit.com/r/fruit/",
                    "https://www.facebook.com/",
                    "https://mastodon.social/",
                    "https://t.co/fr1",
                )
            )
            return Arrival(random.choice(("/", f"/recipes/{product}")), None, site)
        case "ai":
            site = random.choice(
                (
                    "https://chatgpt.com/",
                    "https://chatgpt.com/",
                    "https://www.perplexity.ai/",
                    "https://gemini.google.com/",
                )
            )
            return Arrival(f"/{product}", "utm_source=chatgpt.com" if "chatgpt" in site else None, site)
        case "email":
            return Arrival("/offers", "utm_source=newsletter&utm_medium=email&utm_campaign=weekly")
        case "referral":
            site = random.choice(
                ("orchard-growers.test/partners", "cooking.test/best-fruit-shops", "blog.jam.test/2026/quinces")
            )
            return Arrival(random.choice(("/", f"/{product}")), None, f"https://{site}")
        case "spring":
            return Arrival("/offers", "src=spring", random.choice((None, "https://partner.fruit-lovers.test/")))
        case _:
            return Arrival(random.choice(("/", "/", "/index.html", f"/{product}")))


def search_arrival(random: Random, product: str) -> Arrival:
    """From a search engine, some of which still tell the term."""
    term = quote_plus(random.choice(TERMS))
    referrer = random.choice(
        (
            "https://www.google.com/",
            "https://www.google.com/",
            "https://www.google.de/",
            f"https://www.bing.com/search?q={term}",
            f"https://duckduckgo.com/?q={term}",
            f"https://search.brave.com/search?q={term}",
        )
    )
    return Arrival(random.choice(("/", f"/{product}", f"/{product}", f"/recipes/{product}")), None, referrer)
