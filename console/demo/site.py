"""The fruit shop's own pages, so that the demo has something to lay its clicks on. Pure: a path to what it answers."""

from __future__ import annotations

from html import escape

from console.demo.people import PRODUCTS

COLORS = ("#b3202c", "#9aa73a", "#7d1230", "#5b3a8c", "#d8a920", "#6b3f5c", "#8a5a2b", "#7fa650")
PRICES = ("2.90", "3.40", "6.80", "4.20", "3.90", "8.50", "7.20", "5.60")
NAV = (("/", "Home"), ("/offers", "Offers"), ("/delivery", "Delivery"), ("/about", "About us"), ("/cart", "Cart"))
ROBOTS = "User-agent: *\nDisallow: /checkout\nDisallow: /thanks\n"
STYLE = """@import "type.css";
* { box-sizing: border-box; }
body { margin: 0; color: #2b2620; background: #fffdf8; }
a { color: #7d1230; }
header { display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: center; padding: 16px 5vw; background: #f3ecd9; }
header nav { display: flex; flex-wrap: wrap; gap: 4px 20px; }
header nav a:link { text-decoration: none; font-weight: 600; }
main { padding: 24px 5vw; max-width: 1100px; margin: 0 auto; }
.hero { background: #7d1230 url("paper.svg"); color: #fff; padding: 32px; border-radius: 12px; }
.hero a { color: #ffe9a8; font-size: 20px; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 20px; padding: 0; list-style: none; }
.card { display: block; border: 1px solid #e6dcc3; border-radius: 12px; padding: 16px; text-decoration: none; color: inherit; }
.card img { display: block; width: 72px; height: 72px; margin-bottom: 8px; }
.price { color: #6b6255; }
.button { display: inline-block; background: #7d1230; color: #fff; padding: 10px 20px; border-radius: 8px; text-decoration: none; }
footer { padding: 24px 5vw; background: #f3ecd9; font-size: 14px; }
footer a { margin-right: 16px; }
"""  # noqa: E501 - as shops write it
TYPE = "body { font: 17px/1.5 Georgia, serif; } h1, h2 { line-height: 1.2; }\n"
FRUIT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72"><circle cx="36" cy="42" r="26" fill="{color}"/>'
    '<path d="M36 18c0-8 6-12 12-14-1 8-6 13-12 14z" fill="#5c7a29"/></svg>'
)
PAPER = '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"><path d="M0 24L24 0" stroke="#8f2443"/></svg>'
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Fruit shop</title>
<link rel="stylesheet" href="/style.css">
<script>document.documentElement.className = "counted";</script>
</head>
<body>
<header><a href="/"><img src="/fruit/apples.svg" alt="Fruit shop" width="40" height="40"></a><nav>{nav}</nav></header>
<main>{main}</main>
<footer>{footer}<p>A made-up shop: nothing is sold here.</p></footer>
</body>
</html>
"""


def answer(path: str) -> tuple[str, bytes] | None:
    """The media type and content at a path, without its query; ``None`` where nothing is."""
    found = _file(path) or (("text/html; charset=utf-8", _page(path)) if _page(path) else None)
    return None if found is None else (found[0], found[1].encode())


def _file(path: str) -> tuple[str, str] | None:
    files = {
        "/robots.txt": ("text/plain", ROBOTS),
        "/style.css": ("text/css", STYLE),
        "/type.css": ("text/css", TYPE),
        "/paper.svg": ("image/svg+xml", PAPER),
    }
    for name, color in zip(PRODUCTS, COLORS, strict=True):
        files[f"/fruit/{name}.svg"] = ("image/svg+xml", FRUIT.format(color=color))
    return files.get(path)


def _page(path: str) -> str:
    """Empty where there is none."""
    name = path.removeprefix("/recipes/").lstrip("/")
    if path in ("/", "/index.html"):
        return _framed("Fresh fruit", _home())
    if path.startswith("/recipes/") and name in PRODUCTS:
        return _framed(f"{name.title()} cake", _recipe(name))
    if name in PRODUCTS:
        return _framed(name.title(), _product(name))
    titles = {"/offers": "Offers", "/delivery": "Delivery", "/about": "About us", "/cart": "Your cart"}
    return _framed(titles[path], _plain(path, titles[path])) if path in titles else ""


def _framed(title: str, main: str) -> str:
    nav = "".join(f'<a href="{path}">{escape(text)}</a>' for path, text in NAV)
    return PAGE.format(title=title, nav=nav, main=main, footer=nav)


def _cards() -> str:
    cards = (
        f'<li><a class="card" href="/{name}"><img src="/fruit/{name}.svg" alt=""><b>{name.title()}</b><br>'
        f'<span class="price">{price} € a kilo</span></a></li>'
        for name, price in zip(PRODUCTS, PRICES, strict=True)
    )
    return f'<ul class="grid">{"".join(cards)}</ul>'


def _recipes() -> str:
    links = (f'<li><a href="/recipes/{name}">{name.title()} cake</a></li>' for name in PRODUCTS)
    return f"<h2>Recipes</h2><ul>{''.join(links)}</ul>"


def _home() -> str:
    return (
        '<section class="hero"><h1>Fruit, ripe when it arrives</h1><p>Picked on Monday, with you on Tuesday.</p>'
        f'<a href="/offers">This week\'s offers</a></section><h2>Our fruit</h2>{_cards()}{_recipes()}'
    )


def _product(name: str) -> str:
    return (
        f'<h1>{name.title()}</h1><img src="/fruit/{name}.svg" alt="" width="160" height="160">'
        f'<p>From old trees, unsprayed. <a href="/delivery">How we deliver</a></p>'
        f'<p><a class="button" href="/cart?add={name}">Into the cart</a></p>'
        f'<p>What to do with them: <a href="/recipes/{name}">{name.title()} cake</a></p><h2>More fruit</h2>{_cards()}'
    )


def _recipe(name: str) -> str:
    return (
        f'<h1>{name.title()} cake</h1><p>Take a kilo of <a href="/{name}">{name}</a>, 200 g of butter, and time.</p>'
        f'<p><a href="/files/recipes.pdf">All recipes as a PDF</a></p>{_recipes()}'
    )


def _plain(path: str, title: str) -> str:
    more = {
        "/about": '<p>We grow with <a href="https://orchard-growers.test/visit">Orchard Growers</a>.</p>',
        "/cart": '<p><a class="button" href="/checkout">To the checkout</a></p>',
    }
    return f"<h1>{title}</h1><p>The shop is small, and so is this page.</p>{more.get(path, '')}{_cards()}"
