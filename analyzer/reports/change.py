"""What is different: between periods, between labels."""

from __future__ import annotations

from analyzer.reports.columns import Report

CHANGE_REPORTS: tuple[Report, ...] = ()
