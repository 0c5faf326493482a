"""Charts: what people would rather look at than read, each defined once, for pages, mail and documents.

A definition is Vega-Lite, made with Altair. Making one takes longer than rendering a page, so what does not depend on
data is made once and kept (``layouts``); a page only puts its data in (``drawings``). ``chart`` says what one is, and gives colours,
``images`` draws without a browser.
"""

from __future__ import annotations

from reporter.charts.chart import Chart
from reporter.charts.drawings import chart_of
from reporter.charts.layouts import Layouts, layouts

__all__ = ["Chart", "Layouts", "chart_of", "layouts"]
