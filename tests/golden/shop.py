"""The golden data set: its log, written out by hand in ``log.txt``, as files of a collector; processed by the command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.acceptance.command import run

HERE = Path(__file__).parent
WEEK = "2026-W11"
DATASET = "fruit-shop"
MAILS = 5
"""So many e-mails have all reports, each a few."""
FIELDS = (
    "date time c-ip cs-method cs-host cs-uri-stem cs-uri-query sc-status sc-bytes cs(User-Agent) cs(Referer)"
    " x-order-total x-order-id x-screen x-exit-url x-custom"
)
HEAD = f"#Version: 1.0\n#Software: proprocessor collector\n#Fields: {FIELDS}\n"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
PEOPLE = {
    "ann": ("84.113.2.1", CHROME),
    "bob": ("84.113.2.2", FIREFOX),
    "cho": ("133.11.1.3", IPHONE),
    "dai": ("133.11.1.4", CHROME),
    "eve": ("192.0.2.5", FIREFOX),
    "fay": ("84.113.2.6", FIREFOX),
    "gay": ("133.11.1.7", CHROME),
    "us": ("10.0.0.1", CHROME),
    "google": ("66.249.66.1", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
    "gpt": (
        "20.15.240.64",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot",
    ),
}
"""Address and agent. Austria has 84.113.2.0/24, Japan 133.11.1.0/24, nobody 192.0.2.0/24."""
BROKEN = "this is no request\n"
"""Below the last line of the week's file."""


def process(root: Path) -> Path:
    """Fetch, parse, analyse and publish the log in ``root``: data folder ``data``, pages ``out/fruit-shop``."""
    (root / "fruit").mkdir()
    for name, lines in files().items():
        end = BROKEN if name == "week" else ""
        (root / "fruit" / f"{name}.nlf").write_text(HEAD + "".join(lines) + end)
    ran = run(
        *("process", root / "fruit", "--settings", HERE / "shop.toml", "--publish", root / "out"),
        *("--periods", "week", "--documents", "week"),
        data=root / "data",
    )
    assert ran.code == 0, ran.said
    for number in range(1, MAILS + 1):
        words = ("preview", DATASET, f"weekly-{number}", "--period", WEEK, "-o", root / f"weekly-{number}.eml")
        ran = run("mail", *words, data=root / "data")
        assert ran.code == 0 and "artial" not in ran.said and "Gmail" not in ran.said, ran.said
    return root


def files() -> dict[str, list[str]]:
    """The lines of each file."""
    found: dict[str, list[str]] = {}
    for text in (HERE / "log.txt").read_text().splitlines():
        if text.strip() and not text.startswith("#"):
            name, *words = text.split()
            found.setdefault(name, []).append("\t".join(_cells(words)) + "\n")
    return found


def _cells(words: list[str]) -> Iterator[str]:
    at, who, method, target, status, size, referrer, *more = words
    address, agent = PEOPLE[who]
    path, _, query = target.partition("?")
    told = dict(one.split("=", 1) for one in more)
    yield from (*at.split("T"), address, method, "www.fruit.test", path, query or "-", status, size, agent, referrer)
    yield from (told.get(one, "-") for one in ("total", "order", "screen", "exit", "custom"))
