"""What is left of a hostile page: nothing that runs, asks, leads or sends."""

from __future__ import annotations

import base64
import re

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.overlay.addresses import Addresses, Target
from reporter.overlay.encodings import decode
from reporter.overlay.markup import POLICY, Link, Marks, Page, clean_page
from reporter.overlay.media import clean_svg, data_url, media_type
from reporter.overlay.names import read_url
from reporter.overlay.styles import Sources, clean_declarations, clean_sheet, clean_style
from shared.dataset_settings import DatasetSettings
from shared.site import Site

HERE = "https://www.shop.test/about"
MARKS = Marks("0f" * 16)
SETTINGS = DatasetSettings.model_validate(
    {
        "dataset": {"hosts": ["www.shop.test"]},
        "pages": {"default_pages": ["index.html"], "ignore_parameters": ["sid"]},
        "exclude": {"pages": [{"starts_with": "/admin"}]},
    }
)
ADDRESSES = Addresses(SETTINGS, Site(), ())
PIXEL = base64.b64decode("R0lGODlhAQABAAAAACw=")
SHAPE = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1"/></svg>'


def kept(url: str) -> str | None:
    """Everything of the shop is kept, and nothing else."""
    return MARKS.media("ab12") if url.startswith("https://www.shop.test/") else None


def sheets(**texts: str) -> Sources:
    def sheet(url: str) -> tuple[bytes, str, str | None] | None:
        name = url.rpartition("/")[2].removesuffix(".css")
        return (texts[name].encode(), url, None) if name in texts else None

    return Sources(kept, sheet)


def clean(text: str, sources: Sources | None = None) -> Page:
    page = clean_page(text, HERE, MARKS, sources or sheets(), ADDRESSES.target_of)
    assert page is not None
    return page


HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img/onerror=alert(1)/src=x>",
    "<body onload=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><animate attributeName=href values='javascript:alert(1)'/><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<svg><use href='//evil.test/s.svg#a'/><image href='//evil.test/i.png'/><set attributeName=onload to=alert(1)></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<iframe src=//evil.test></iframe><iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=//evil.test></object><embed src=//evil.test><applet code=x></applet>",
    "<meta http-equiv=refresh content='0;url=//evil.test'><base href=//evil.test/>",
    "<link rel=stylesheet href=//evil.test/x.css><link rel=preload href=//evil.test/x><link rel=dns-prefetch href=//evil.test>",
    "<form action=//evil.test><button formaction=javascript:alert(1)>x</button><input type=image src=//evil.test/i></form>",
    "<a href='javascript:alert(1)'>x</a><a href='JaVa\nscript:alert(1)'>x</a><a href='\x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a><a href='vbscript:x'>x</a>",
    "<a href=//evil.test ping=//evil.test target=_top>x</a><area href=//evil.test>",
    "<p style=\"background:url('//evil.test/x.png');width:expression(alert(1));-moz-binding:url(//evil.test/x.xml)\">",
    "<style>@import '//evil.test/x.css';a{background:u\\72l(//evil.test/x)}b{background:image-set('//evil.test/x' 1x)}</style>",
    "<style>u)rl(//evil.test/1){} u<!--rl(//evil.test/2){} x{y:u\"\nrl(//evil.test/3)}</style>",
    "<style></style ><script>alert(1)</script>",
    "<style>a{content:'</style><script>alert(1)</script>'}</style>",
    "<noscript><img src=//evil.test/pixel></noscript><noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea></textarea><img src=x onerror=alert(1)></textarea><title></title><img src=x onerror=alert(1)></title>",
    "<template><script>alert(1)</script></template><xmp><script>alert(1)</script></xmp><plaintext><script>alert(1)</script>",
    "<video poster=//evil.test/x src=//evil.test/y><source src=//evil.test/z></video><audio src=//evil.test/a>",
    "<table background=//evil.test/x.png><td background=//evil.test/x.png></table>",
    "<img srcset='//evil.test/a 1x, //evil.test/b 2x' data-src=//evil.test/c><img src='data:text/html,<script>1</script>'>",
    "<x-element onclick=alert(1) style='x'>t</x-element><o:p onclick=alert(1)>t</o:p>",
    "<!--[if IE]><script>alert(1)</script><![endif]--><?xml-stylesheet href='//evil.test/x.xsl'?><![CDATA[<script>alert(1)</script>]]>",
    "<html manifest=//evil.test/x><body><input autofocus onfocus=alert(1)><div contenteditable>",
    "<a href=/x>\ud7ff\x00<scr\x00ipt>alert(1)</scr\x00ipt></a>",
]  # fmt: skip


def assert_harmless(html: str) -> None:
    """As a browser would read it, as far as another reading by lxml shows."""
    root = lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    names = {one.tag for one in root.iter() if isinstance(one.tag, str)}
    banned = "script iframe object embed applet base link form_ frame template video audio source math animate set"
    assert not names & set(banned.split())
    for one in root.iter():
        for name, value in one.attrib.items():
            assert not name.startswith("on"), name
            assert name not in (
                "href",
                "action",
                "formaction",
                "ping",
                "srcset",
                "poster",
                "srcdoc",
            ) or value.startswith("#")
            if name in ("src", "background"):
                assert value.startswith(MARKS.nonce)
            if name == "http-equiv":
                assert one.get("content") == POLICY
    for url in re.findall(r"url\(([^)]*)\)", html):
        assert url.strip("\"'").startswith(("data:,", "#", MARKS.nonce)), url


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_runs_asks_leads_or_sends_is_left(text: str) -> None:
    html = clean(f"<p>before</p>{text}<p>after</p>").html
    assert_harmless(html)
    # Two words that are not one: no browser takes them for an address.
    assert "evil.test" not in re.sub(r"/\*\*/\s*rl\(//evil\.test/[123]\)", "", html)
    assert "before" in html


@given(
    st.lists(
        st.sampled_from(
            [
                *HOSTILE,
                "<p>",
                "</p>",
                "<table>",
                "</table>",
                "<a href='/x'>",
                "</a>",
                "<svg>",
                "</svg>",
                "'",
                '"',
                ">",
                "<!--",
                "-->",
            ]
        ),
        max_size=6,
    )
)
def test_nor_of_any_of_it_together(parts: list[str]) -> None:
    page = clean_page("".join(parts) or "x", HERE, MARKS, sheets(), ADDRESSES.target_of)
    if page is not None:
        assert_harmless(page.html)


def test_the_policy_stands_before_all_else() -> None:
    html = clean("<head><style>a{}</style><title>t</title></head>").html
    assert html.index("Content-Security-Policy") < html.index("<style") and "default-src 'none'" in html


def test_what_draws_stays() -> None:
    page = clean(
        "<!doctype html><html lang=de><head><title> Our\n shop </title></head><body class='a b' id=x data-theme=y>"
        "<h1 style='color:red'>T</h1><img src=a.png alt=A width=3><table><tr><td colspan=2 bgcolor=red>c</table>"
        "<svg viewBox='0 0 1 1'><path d='M0 0' fill='url(#a)'/></svg><noscript><b>no</b></noscript><my-tag>kept</my-tag>"
    )
    assert page.title == "Our shop" and page.html.startswith("<!DOCTYPE html>")
    for part in (
        '<html lang="de">', 'class="a b"', 'data-theme="y"', "color:red", f'src="{MARKS.media("ab12")}"', 'alt="A"', 'colspan="2"',
        "<path", 'fill="url(#a)"', "<b>no</b>", "kept",
    ):  # fmt: skip
        assert part in page.html, part
    assert not clean("<p>old</p>").html.startswith("<!DOCTYPE")  # shown as it was: in quirks mode


def test_what_can_have_no_content_takes_none_with_it() -> None:
    """This parser reads on within some elements that browsers close at once."""
    html = clean("<picture><source srcset=/b.webp><img src=/a.png></picture><embed src=//evil.test><p>after</p>").html
    assert f'<img src="{MARKS.media("ab12")}">' in html and "<p>after</p>" in html and "<source" not in html


def test_links_are_numbered_by_what_they_lead_to() -> None:
    page = clean(
        "<base href='/de/'><a href='index.html?sid=4'>Home</a><a href='/a/../apples?utm_source=x&b=2&a=1#top'>Ap<b>ples</b></a>"
        "<a href=/apples?a=1&b=2><img alt='again'></a><a href='HTTPS://Shop.TEST:443/pears'>p</a><a href=/files/x.PDF>f</a>"
        "<a href='//Other.test/p?q=1#z'>o</a><map><area href=/plums alt=Plums></map>"
    )  # fmt: skip
    assert page.links == [
        Link(Target("page", "/de/"), "Home", True),
        Link(Target("page", "/apples?a=1&b=2"), "Apples", True),
        Link(Target("page", "/apples?a=1&b=2"), "again", True),
        Link(Target("page", "/pears"), "p", True),
        Link(Target("file", "/files/x.PDF"), "f", True),
        Link(Target("exit", "https://other.test/p?q=1"), "o", True),
        Link(Target("page", "/plums"), "Plums", False),
    ]
    found = [what for _, what in MARKS.split(page.html)]
    assert found == ["L0", "L1", "L2", "L3", "L4", "L5", "S0", ""]


@pytest.mark.parametrize(
    "href",
    [
        "#top",
        "",
        "about",
        "/about?utm_source=x",
        "mailto:x@y.test",
        "/style.css",
        "/admin/x",
        "/robots.txt",
        "tel:1",
        "http://[broken/",
    ],
)
def test_what_leads_nowhere_that_is_counted_is_no_link(href: str) -> None:
    page = clean(f"<a href='{href}'>x</a>")
    assert page.links == [] and "tabindex" not in page.html


def test_styles_stand_in_the_page_with_what_they_import() -> None:
    sources = sheets(
        main="@charset 'x'; @import 'type.css' screen and (min-width: 1px); a:link { color: red } .i { background: url(i.png) }",
        type="@font-face { src: url(f.woff2) format('woff2') } @import url(main.css);",
    )  # fmt: skip
    html = clean("<link rel=stylesheet href=main.css media=print onload=x>", sources).html
    assert '<style media="print">@media screen and (min-width: 1px){' in html
    assert f'url("{MARKS.media("ab12")}") format("woff2")' in html and f'url("{MARKS.media("ab12")}") }}' in html
    assert "a:is(a) { color: red }" in html  # a copy's links have no address, and are links to the eye
    assert html.count("@font-face") <= 2 and "@import" not in html and "@charset" not in html


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("@media (width < 400px) { a { color: blue } }", "@media (width < 400px) { a { color: blue } }\n"),
        ("a::after{content:'\\201C'}", 'a::after{content:"“"}\n'),
        ("a{fill:url(#g)}", 'a{fill:url("#g")}\n'),
        ("a{--x:{b:c};color:var(--x)}", "a{--x:{b:c};color:var(--x)}\n"),
        ("a{b:src('x')}", "a{b:removed()}\n"),
        ("@media x{@import 'y';}", '@media x{removed "y";}\n'),
        ("a/**/b{}", "a/**/b{}\n"),
        ("a{b:u/*x*/rl(//evil.test)}", "a{b:u/**/rl(//evil.test)}\n"),
        ("a{b:'\\1'}", 'a{b:"\ufffd"}\n'),
    ],
)
def test_style_sheets_are_written_as_they_were(text: str, wanted: str) -> None:
    assert clean_style(text, HERE, sheets()) == wanted


def test_what_is_nested_without_end_is_left_out() -> None:
    assert clean_style("a{" + "(" * 100_000, HERE, sheets()) == ""
    assert clean_declarations("b:" + "[" * 100_000, HERE, sheets()) == ""
    assert clean_sheet("https://www.shop.test/a.css", sheets(a="a{" + "{" * 100_000)) is None
    assert clean_page("<div>" * 50_000 + "deep", HERE, MARKS, sheets(), ADDRESSES.target_of) is not None


@given(st.text(alphabet="url(src)'\"\\/*<!->@{};: \n72\u00e9", max_size=40))
def test_no_text_makes_a_style_sheet_name_a_file(text: str) -> None:
    found = clean_style(f"a{{b:{text}x.test}}", HERE, Sources(lambda _: None, lambda _: None))
    assert "</" not in found
    for url in re.findall(
        r"url\s*\(\s*([^)]*)", re.sub(r"/\*.*?\*/", " ", re.sub(r'"(\\.|[^"\\])*"', '""', found)), re.IGNORECASE
    ):
        assert url.strip("\"' ") in ("", "data:,"), found


def test_media_are_known_by_their_bytes() -> None:
    assert media_type(PIXEL) == "image/gif" and media_type(SHAPE) == "image/svg+xml"
    assert [media_type(one) for one in (b"", b"<html>", b"\x7fELF", b"GIF8", b"%PDF-1.7", b"<script>")] == [None] * 6
    assert (data_url(PIXEL) or "").startswith("data:image/gif;base64,R0lGOD")
    assert data_url(b"<svg") is None and data_url(b"<html><svg></svg></html>") is None


@pytest.mark.parametrize(
    "inner",
    [
        "<script>1</script>", "<style>*{background:url(//evil.test)}</style>", "<image href='//evil.test/x'/>", "<a href='javascript:1'><path/></a>",
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>", "<use xlink:href='//evil.test/s#x' xmlns:xlink='http://www.w3.org/1999/xlink'/>",
        "<path onclick='alert(1)' style='fill:url(//evil.test/x)' filter='url(//evil.test#x)'/>", "<set attributeName='href' to='javascript:1'/>", "<!-- evil.test --><?evil.test?>",
    ],
)  # fmt: skip
def test_svg_only_draws(inner: str) -> None:
    text = (
        f"<!DOCTYPE svg [<!ENTITY x 'evil.test'>]><svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/>{inner}</svg>"
    )
    found = (clean_svg(text.encode()) or b"").decode()
    assert '<path d="M0 0"/>' in found
    for word in ("script", "evil.test", "javascript", "onclick", "foreignObject", "ENTITY", "<style", "<set", "<a "):
        assert word not in found


def test_entities_of_svg_are_not_blown_up() -> None:
    bomb = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    text = f"<!DOCTYPE svg [<!ENTITY l0 'ha'>{bomb}]><svg xmlns='http://www.w3.org/2000/svg'><text>&l9;</text></svg>"
    assert len(clean_svg(text.encode()) or b"") < 1000


@pytest.mark.parametrize(
    ("data", "charset", "wanted"),
    [
        ("grün".encode(), None, "grün"),
        ("grün".encode("latin-1"), None, "grün"),
        ("grün".encode("latin-1"), "iso-8859-1", "grün"),
        (b'<meta charset="windows-1251">' + "да".encode("cp1251"), None, '<meta charset="windows-1251">да'),
        (b"\xff\xfe" + "grün".encode("utf-16-le"), "ascii", "grün"),
        (b"+ADw-script+AD4-", "utf-7", "+ADw-script+AD4-"),
        (b"x", "rot13", "x"),
        (b"x", "\x00", "x"),
    ],
)  # fmt: skip
def test_pages_are_read_in_their_encoding(data: bytes, charset: str | None, wanted: str) -> None:
    assert decode(data, charset) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("/a b?c d#e", "https://www.shop.test/a%20b?c%20d"),
        ("grün?q=ü", "https://www.shop.test/gr%C3%BCn?q=%C3%BC"),
        ("  \tx\n/y ", "https://www.shop.test/x/y"),
        ("\\\\other.test\\z", "https://other.test/z"),
        ("//müller.test/", "https://xn--mller-kva.test/"),
        ("http://h.test:80/x", "http://h.test/x"),
        ("http://h.test:8080", "http://h.test:8080/"),
        ("http://user:pw@h.test/", "http://h.test/"),
        ("javascript:alert(1)", None), ("data:,x", None), ("ftp://h.test/", None), ("http://", None), ("http://h:99999/", None),
        ("http://[::1/", None), ("http://" + "ü" * 300 + ".test/", None), ("/" + "x" * 5000, None),
    ],
)  # fmt: skip
def test_addresses_are_read_as_browsers_do(text: str, wanted: str | None) -> None:
    assert read_url(HERE, text) == wanted
