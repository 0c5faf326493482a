"""The HTML part: the templates of ``templates/mail``, escaped, their style written into the elements.

What cells inherit is said once a table or row, since Gmail cuts off what is long; a style that only Outlook reads,
which hands down less, says the same of its cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import css_inline
from markupsafe import Markup

from reporter.mail.content import Content
from shared.templating import Environment, environment_of

CLASSED = re.compile(r'(<[a-z0-9]+(?: [a-z]+="[^"]*")*?) class="(?!data")[^"]*"')
"""Of the classes only that of tables of numbers stays, by which Outlook finds them."""


@dataclass(frozen=True)
class Addressee:
    """What differs from one recipient to the next. ``unsubscribe`` is a link, ``event`` the event's id."""

    recipient: str
    event: str = ""
    unsubscribe: str | None = None


def render_html(content: Content, addressee: Addressee) -> str:
    """The whole part."""
    return render("report.html", content=content, address=addressee)


def render(template: str, **values: object) -> str:
    """A template with its style inlined. Halves of signs, which a page's name may have, become question marks."""
    text = _environment().get_template(template).render(style=_style(), **values)
    return CLASSED.sub(r"\1", _inliner().inline(text.encode("utf-8", "replace").decode("utf-8")))


@cache
def _environment() -> Environment:
    environment = environment_of("reporter", "templates/mail")
    environment.filters["tight"] = lambda text: text.replace(" %", "\u00a0%").replace(" s", "\u00a0s")
    environment.filters["longest"] = lambda text: max(map(len, text.split()), default=0)
    parts = environment.get_template("parts.html").module
    environment.globals |= {name: getattr(parts, name) for name in ("label", "table")}
    return environment


@cache
def _style() -> Markup:
    text = (files("reporter") / "templates" / "mail" / "style.css").read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - a file of ours


@cache
def _inliner() -> css_inline.CSSInliner:
    """It asks nobody for anything, and leaves neither classes' styles nor links to them."""
    return css_inline.CSSInliner(
        keep_style_tags=False, keep_link_tags=False, load_remote_stylesheets=False, minify_css=True
    )
