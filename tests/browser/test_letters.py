"""The HTML part of e-mail in a browser, with hostile names too: it fits, keeps nobody out, runs and asks nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from reporter.mail.content import make_content
from reporter.mail.html import Addressee, render_html
from reporter.model import Analysis
from shared.dataset_settings import Mail
from tests.browser.axe import violations
from tests.browser.conftest import REPORTS, fits, visit


@pytest.mark.parametrize("dataset", ["shop", "hostile"])
def test_an_e_mail_fits_and_keeps_nobody_out(
    page: Page, dataset: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    analysis = Analysis(request.getfixturevalue(dataset).parent / "analysis")
    week = next(one for one in analysis.periods() if one.kind == "week" and one.id == "2026-W10")
    mail = Mail.model_validate({"id": "weekly", "to": ["ann@fruit.test"], "reports": list(REPORTS[1:]), "rows": 20})
    content = make_content(analysis, mail, week, link="https://reports.fruit.test/")
    (tmp_path / "letter.html").write_text(render_html(content, Addressee("ann@fruit.test")))
    page.on("dialog", lambda one: pytest.fail(f"a script ran: {one.message}"))
    assert visit(page, tmp_path / "letter.html") == []
    assert fits(page)
    assert violations(page, letter=True) == []
    assert page.locator("script, img").count() == 0
