"""Pages from templates: the frame of all, what was just done, links that hold below any prefix."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from console.output import size
from console.web.asker import Asker, form_token_of
from console.web.place import place_of
from reporter import words
from shared.templating import Environment, environment_of

SAID = "proprocessor-said"
MAX_SAID = 1000
MAX_DIGITS = 10


def page(
    request: Request, template: str, *, asker: Asker | None, status_code: int = 200, **values: Any
) -> HTMLResponse:
    """A page; what was done before it was asked for stands at its top, once."""
    said = unquote(request.cookies.get(SAID, ""))[:MAX_SAID]
    answer = HTMLResponse(part(request, template, asker=asker, said=said, **values), status_code)
    answer.headers["Cache-Control"] = "no-store"
    if said:
        answer.delete_cookie(SAID, path=_root(request) or "/")
    return answer


def part(request: Request, template: str, *, asker: Asker | None, **values: Any) -> str:
    """The HTML of a template, for a page or a piece of one."""
    common = {"asker": asker, "form_token": form_token_of(place_of(request), asker), **_links(request)}
    return _environment().get_template(template).render(**common, **values)


def prepare() -> None:
    """Compile all templates: the first readers, who come together, would each wait for every one of them."""
    for name in _environment().list_templates(extensions=["html"]):
        _environment().get_template(name)


def number_of(text: str) -> int:
    """A number of a form; 0 for what is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < MAX_DIGITS else 0


def go(request: Request, path: str, said: str = "") -> RedirectResponse:
    """To another page, which tells what was done."""
    answer = RedirectResponse(f"{_root(request)}{path}", 303)
    if said:
        answer.set_cookie(
            SAID, quote(said[:MAX_SAID]), max_age=60, path=_root(request) or "/", httponly=True, samesite="lax"
        )
    return answer


def link(request: Request, path: str, **query: Any) -> str:
    """The address of one of our pages, below the prefix that we are served under."""
    return _root(request) + link_below(path, **query)


def link_below(path: str, **query: Any) -> str:
    """A path with what is given of a query."""
    given = {key: value for key, value in query.items() if value not in (None, "")}
    return path + (f"?{urlencode(given)}" if given else "")


@cache
def asset(name: str) -> str:
    """The path of a file of ``static``, told apart by what it holds."""
    return f"/static/{name}?{hashlib.sha256(static(name)).hexdigest()[:12]}"


@cache
def static(name: str) -> bytes:
    """A file that all pages share: ours, or the reports'."""
    package = "reporter" if name == "style.css" else "console.web"
    return (files(package) / "static" / name).read_bytes()


def _links(request: Request) -> dict[str, Any]:
    def url(path: str, **query: Any) -> str:
        return link(request, path, **query)

    return {"url": url, "asset": lambda name: link(request, asset(name))}


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


@cache
def _environment() -> Environment:
    environment = environment_of("console.web")
    environment.filters["urlpart"] = lambda text: quote(str(text), safe="")
    environment.filters["number"] = lambda value: "–" if value is None else f"{value:,}"
    environment.filters["size"] = lambda value: "–" if value is None else size(value)
    environment.filters["moment"] = lambda value: "–" if value is None else f"{value:%Y-%m-%d %H:%M} UTC"
    environment.filters["host"] = lambda url: urlsplit(str(url)).netloc or url
    environment.globals["words"] = words
    return environment
