"""Files of costs: own columns, exports of advertising accounts, and what is wrong with them."""

from __future__ import annotations

import codecs
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.cost_cells import decimal_mark, read_amount, read_count
from shared.cost_files import CostRow, read_cost_file, read_costs
from shared.errors import Rejected

DAY = date(2024, 5, 17)


def rows(text: str | bytes, currency: str = "EUR") -> list[tuple[str, str, str]]:
    data = text if isinstance(text, bytes) else text.encode()
    found = read_costs(data, "x.csv", currency).rows
    return [(row.day.isoformat(), row.campaign, f"{row.cost.normalize():f}") for row in found]


def refusal(text: str | bytes, currency: str = "EUR") -> str:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(Rejected) as refused:
        read_costs(data, "x.csv", currency)
    assert refused.value.reason == "costs_unreadable"
    assert "x.csv" in str(refused.value)
    return str(refused.value)


# --- What is read


def test_own_columns_in_any_order_with_what_may_be_there() -> None:
    read = read_costs(b"cost,Date,CAMPAIGN,clicks,impressions\r\n12.50,2024-05-17,may,5,\r\n", "x.csv", "EUR")
    assert read.rows == (CostRow(DAY, "may", Decimal("12.500000"), 5, None),)
    assert (read.name, read.layout) == ("x.csv", "own columns")


def test_rows_of_one_campaign_and_day_add_up() -> None:
    text = "date,campaign,cost,clicks\n2024-05-17,may,1.10,1\n2024-05-17,may,2.20,\n2024-05-16,may,1,\n"
    read = read_costs(text.encode(), "x.csv", "EUR")
    assert read.rows == (
        CostRow(date(2024, 5, 16), "may", Decimal(1)),
        CostRow(DAY, "may", Decimal("3.30"), 1),
    )


GOOGLE = """Campaign report
"May 1, 2024 - May 31, 2024"
Campaign status,Campaign,Currency code,Day,Clicks,Impr.,CTR,Cost,Cost / conv.
Enabled,"Spring, big",EUR,2024-05-17,"1,204",20,1.2%,"1,234.56",--
Paused,Total Injury Law,EUR,2024-05-17,0,0, --,0.00,--
Total: Filtered campaigns, --,EUR, --,"1,204",20,1.2%,"1,234.56",--
Total: Account, --,EUR, --,"9,999",20,1.2%,"9,999.99",--
"""
MICROSOFT = """"Report Name: Campaign daily"
"Report Time: 5/1/2024 - 5/7/2024"
"Time Zone: (GMT+01:00) Berlin"
"Rows: 2"

"Gregorian date","Account name","Campaign name","Currency code","Impressions","Clicks","Spend"
"5/6/2024","Fruit","may","EUR","1,000","12","3.40"
"5/7/2024","Fruit","may","EUR","900","9","2.10"
"Total","","","","1,900","21","5.50"

"©2024 Microsoft Corporation. All rights reserved. "
"""
GERMAN = "Kampagnenbericht\n1. Mai 2024 - 31. Mai 2024\nTag\tKampagne\tWährungscode\tKlicks\tKosten\n2024-05-17\tMai\tEUR\t1.204\t1.234,50\nGesamt: Konto\t --\tEUR\t1.204\t1.234,50\n"


def test_a_google_ads_export_with_its_preamble_and_totals() -> None:
    read = read_costs(GOOGLE.encode(), "x.csv", "EUR")
    assert read.layout == "Google Ads"
    assert read.rows == (
        CostRow(DAY, "Spring, big", Decimal("1234.56"), 1204, 20),
        CostRow(DAY, "Total Injury Law", Decimal(0), 0, 0),
    )


def test_a_microsoft_ads_export_has_the_month_first() -> None:
    read = read_costs(codecs.BOM_UTF8 + MICROSOFT.encode(), "x.csv", "EUR")
    assert read.layout == "Microsoft Ads"
    assert read.rows == (
        CostRow(date(2024, 5, 6), "may", Decimal("3.40"), 12, 1000),
        CostRow(date(2024, 5, 7), "may", Decimal("2.10"), 9, 900),
    )


def test_a_report_of_the_microsoft_interface_of_programs() -> None:
    assert rows("TimePeriod,CampaignName,Spend\n2024-05-17,may,1.5\n") == [("2024-05-17", "may", "1.5")]


@pytest.mark.parametrize(
    ("mark", "encoding"), [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"", "utf-8")]
)
def test_an_export_for_spreadsheets_has_tabs_and_wide_characters(mark: bytes, encoding: str) -> None:
    assert rows(mark + GERMAN.encode(encoding)) == [("2024-05-17", "Mai", "1234.5")]


def test_semicolons_and_latin_letters() -> None:
    assert rows("date;campaign;cost\n17.05.2024;Frühling;12,50\n".encode("latin-1")) == [
        ("2024-05-17", "Frühling", "12.5")
    ]


@pytest.mark.parametrize(
    "text",
    ["2024-05-17", "2024/5/17", "20240517", "17.05.2024", "17/5/2024", "5/17/2024", "2024-05-17 00:00:00", "2024-05-17T00:00:00Z",
     "May 17, 2024", "17 May 2024", "17-May-2024"],
)  # fmt: skip
def test_dates_as_they_are_written(text: str) -> None:
    assert rows(f'date,campaign,cost\n"{text}",may,1\n') == [("2024-05-17", "may", "1")]


def test_one_date_tells_how_the_others_are_meant() -> None:
    text = "date,campaign,cost\n3/4/2024,may,1\n13/4/2024,may,1\n"
    assert [day for day, *_ in rows(text)] == ["2024-04-03", "2024-04-13"]
    assert [day for day, *_ in rows(text.replace("13/4", "4/13"))] == ["2024-03-04", "2024-04-13"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12.50", "12.5"), ("€12.50", "12.5"), ("12,50 €", "12.5"), ("EUR 1,234.50", "1234.5"), ("1.234,50", "1234.5"),
     ("1 234,50", "1234.5"), ("1\u202f234,50\u00a0€", "1234.5"), ("1'234.50", "1234.5"), ("12,34,567.50", "1234567.5"),
     ("1,234", "1234"), ("0,125", "0.125"), ("1,234,567", "1234567"), (".5", "0.5"), ("--", "0"), ("1.0000005", "1.000001")],
)  # fmt: skip
def test_amounts_as_they_are_written(text: str, expected: str) -> None:
    assert rows(f'date,campaign,cost\n2024-05-17,may,"{text}"\n')[0][2] == expected


def test_one_amount_tells_what_a_comma_is_in_the_others() -> None:
    assert [cost for *_, cost in rows('date,campaign,cost\n2024-05-16,a,"1,234"\n2024-05-17,a,"1,50"\n')] == [
        "1.234",
        "1.5",
    ]


# --- What is refused


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no headings"),
        ("a,b,c\n1,2,3\n", "no headings"),
        ("date,campaign,cost\n", "no row below"),
        ("Week,Campaign,Cost\n2024-05-13,may,1\n", "line 1 has campaigns and costs, but no day"),
        ("date,campaign,cost\n2024-02-30,may,1\n", "line 2: '2024-02-30' is no day of the calendar"),
        ("date,campaign,cost\nyesterday,may,1\n", "line 2: 'yesterday' is no day"),
        ("date,campaign,cost\n0001-01-01,may,1\n", "not between 1990"),
        ("date,campaign,cost\n2024-05-17,,1\n", "line 2: the campaign ''"),
        ("date,campaign,cost\n2024-05-17,(none),1\n", "(none) is the row"),
        ("date,campaign,cost\n2024-05-17,may,-1\n", "below zero"),
        ("date,campaign,cost\n2024-05-17,may,(1.00)\n", "below zero"),
        ("date,campaign,cost\n2024-05-17,may,\n", "line 2: '' is no amount"),
        ("date,campaign,cost\n2024-05-17,may,12%\n", "no amount"),
        ("date,campaign,cost\n2024-05-17,may,1e5\n", "no amount"),
        ("date,campaign,cost\n2024-05-17,may,1234567890123\n", "too much"),
        ("date,campaign,cost\n2024-05-17,may,NaN\n", "no amount"),
        ("date,campaign,cost\n2024-05-17,may,£1\n", "the cost is in GBP, the data set in EUR"),
        ("date,campaign,cost,currency\n2024-05-17,may,1,USD\n", "the cost is in USD, the data set in EUR"),
        ("date,campaign,cost,clicks\n2024-05-17,may,1,few\n", "'few' is no whole number"),
        ("date,campaign,cost\n3/4/2024,may,1\n", "line 2: '3/4/2024' may have the day or the month first"),
        ("date,campaign,cost\n13/4/2024,may,1\n4/13/2024,may,1\n", "contradicts itself"),
        ('date,campaign,cost\n2024-05-17,may,"1.50"\n2024-05-17,a,"1,50"\n', "contradicts itself"),
        ('date,campaign,cost\n2024-05-17,"may,1\n', "not readable as a table"),
        (b"PK\x03\x04\0\0", "zero bytes"),
        (codecs.BOM_UTF16_LE + b"a", "goes on otherwise"),
        ("date,campaign,cost\nTotal,,5\n", "line 2: 'Total' is no day"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_line(text: str | bytes, said: str) -> None:
    assert said in refusal(text)


def test_all_faults_are_listed_and_nothing_is_taken() -> None:
    text = "date,campaign,cost\n" + "2024-05-17,may,1\n" + "x,may,1\n" * 30
    said = refusal(text)
    assert "30 lines that cannot be used, so nothing of it is taken" in said
    assert "line 3:" in said
    assert "line 22:" in said
    assert "line 23:" not in said
    assert "and 10 more" in said


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    assert "line 5:" in refusal('date,campaign,cost\n2024-05-17,"two\nlines",1\n\nx,may,1\n')


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=r"costs .*none\.csv cannot be read: No such file"):
        read_cost_file(tmp_path / "none.csv", "EUR")


@pytest.mark.parametrize("name", ["", "a" * 201, "a\nb"])
def test_a_name_to_keep_it_under_is_a_name(name: str) -> None:
    with pytest.raises(Rejected, match="--name"):
        read_costs(b"date,campaign,cost\n2024-05-17,may,1\n", name, "EUR")


# --- Laws


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    for start in (b"", b"date,campaign,cost\n", b"Day\tCampaign\tCost\n", codecs.BOM_UTF16_LE):
        try:
            read_costs(start + data, "x.csv", "EUR")
        except Rejected as refused:
            assert refused.reason == "costs_unreadable"


@given(st.text(alphabet="0123456789.,-/ €()'%eT", max_size=20), st.text(alphabet="0123456789.,-/", max_size=12))
def test_no_cells_raise_anything_else(cost: str, day: str) -> None:
    try:
        (row,) = read_costs(f'date,campaign,cost\n"{day}",may,"{cost}"\n'.encode(), "x.csv", "EUR").rows
    except Rejected:
        return
    assert row.cost >= 0
    assert date(1990, 1, 1) <= row.day <= date(2200, 12, 31)


@given(st.decimals(min_value=0, max_value=999_999_999, places=2), st.sampled_from([",", "."]))
def test_an_amount_is_read_as_it_was_written(amount: Decimal, mark: str) -> None:
    text = f"{amount:,.2f}"
    if mark == ",":
        text = text.translate({ord(","): ".", ord("."): ","})
    assert decimal_mark([text], "?") == mark
    assert read_amount(text, mark) == amount


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from(["", ",", ".", " ", "\u202f"]))
def test_a_count_is_read_as_it_was_written(number: int, group: str) -> None:
    assert read_count(f"{number:,}".replace(",", group)) == number


@given(st.lists(st.tuples(st.integers(0, 4000), st.sampled_from("ab"), st.integers(0, 10**9)), min_size=1, max_size=20))
def test_nothing_of_a_file_is_lost(told: list[tuple[int, str, int]]) -> None:
    lines = [f"{DAY + timedelta(days=day)},{campaign},{cents / 100:.2f}" for day, campaign, cents in told]
    read = read_costs("\n".join(["date,campaign,cost", *lines]).encode(), "x.csv", "EUR")
    assert sum(row.cost for row in read.rows) == Decimal(sum(cents for *_, cents in told)) / 100
    assert len(read.rows) == len({(day, campaign) for day, campaign, _ in told})
