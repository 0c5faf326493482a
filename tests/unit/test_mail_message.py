"""Headers, parts, tokens and what comes back: whatever the text, an e-mail is one e-mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.mail import bounces
from reporter.mail.bounces import Report, Wish
from reporter.mail.content import Content, Image, Section
from reporter.mail.deliveries import message_id
from reporter.mail.message import Attachment, Envelope, plain_message, report_message
from reporter.mail.unsubscribe import Subscription, mail_link, make_token, page_link, read_token
from shared.errors import Misconfigured, Rejected

AT = datetime(2026, 3, 2, 6, tzinfo=UTC)
KEY = b"k" * 32
ID = message_id("a", KEY, "fruit.test")
TO = Envelope("reports@fruit.test", "Reports", "ann@fruit.test", ID, AT, "weekly", "weekly.shop.fruit.test")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def content(**given: Any) -> Content:
    section = Section("trend", "Trend", "How?", None, "Most came.", Image("trend", PNG, "Lines."), (), "Nothing.")
    made = Content("Shop: Week 9", "Shop", "Week 9", "16 to 22", "1 visit.", (), (), "", (), (section,), (), None)
    return replace(made, **given)


def read(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=default)  # type: ignore[return-value]


def test_its_parts_are_text_html_with_charts_and_files() -> None:
    files = [
        Attachment("shop-2026-W09.pdf", "application/pdf", b"%PDF"),
        Attachment("shop.csv", "text/csv", b"a,\xc3\xa4\n"),
    ]
    message = read(report_message(content(), TO, files))
    assert message.get_content_type() == "multipart/mixed"
    alternative, *attached = message.iter_parts()
    plain, related = alternative.iter_parts()
    html, chart = related.iter_parts()
    assert (plain.get_content_type(), html.get_content_type(), chart.get_content_type()) == (
        "text/plain",
        "text/html",
        "image/png",
    )
    assert chart.get_content() == PNG and chart.get_content_disposition() == "inline"
    cid = chart["Content-ID"].strip("<>")
    assert f'src="cid:{cid}"' in html.get_content()
    assert cid.endswith("@fruit.test")
    assert [(one.get_filename(), one.get_content_type()) for one in attached] == [(one.name, one.kind) for one in files]
    assert [one.get_payload(decode=True) for one in attached] == [one.data for one in files]


def test_two_e_mails_have_charts_of_different_names() -> None:
    other = replace(TO, message_id=message_id("b", KEY, "fruit.test"))
    first, second = (
        report_message(content(), one, []).partition(b"Content-ID: <")[2].partition(b">")[0] for one in (TO, other)
    )
    assert first and second and first != second


def test_all_of_it_is_ascii_in_short_lines() -> None:
    data = report_message(
        content(news="ä " * 4000, introduction=("€" * 3000,), subject="Ümläut" * 20),
        replace(TO, sender_name="Röp"),
        [],
    )
    data.decode("ascii")
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")
    message = read(data)
    assert message["Subject"] == "Ümläut" * 20
    assert message["From"].addresses[0].display_name == "Röp"
    assert "€" * 3000 in message.get_body(("html",)).get_content()


@pytest.mark.parametrize("name", ["sender", "sender_name", "recipient", "list_id", "unsubscribe"])
@pytest.mark.parametrize("more", ["\nBcc: eve@evil.test", "\r\nBcc: eve@evil.test", "\r", "\x00"])
def test_a_header_within_a_header_is_refused(name: str, more: str) -> None:
    with pytest.raises((Misconfigured, ValueError)):
        report_message(content(), replace(TO, **{name: f"{getattr(TO, name) or 'https://x.test'}{more}"}), [])


@pytest.mark.parametrize("subject", ["a\nBcc: eve@evil.test", "a\r\n\r\n<b>", "a\x85b"])
def test_a_subject_of_two_lines_is_refused(subject: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        plain_message(TO, subject, "x")
    assert refused.value.reason == "bad_header"


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
def test_any_words_leave_the_headers_alone(words: str) -> None:
    data = report_message(content(news=words, introduction=(words,), notes=(words,), compared=words), TO, [])
    message = read(data)
    assert message["To"] == "ann@fruit.test" and message["Bcc"] is None
    assert not message.defects
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Mailer", "List-Id", "MIME-Version", "Content-Type",
    }  # fmt: skip


def test_long_links_in_headers_stay_whole() -> None:
    link = page_link(
        "https://console.fruit.test/", make_token(KEY, Subscription("shop" * 15, "weekly", f"{'a' * 60}@fruit.test"))
    )
    data = report_message(content(), replace(TO, unsubscribe=link, one_click=True), [])
    assert f"List-Unsubscribe: <{link}>\r\n".encode() in data
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in data
    assert f"Message-ID: {ID}\r\n".encode() in data


NAMES = st.text(max_size=40)


@given(NAMES, NAMES, NAMES)
def test_a_token_says_what_it_was_made_of(dataset: str, event: str, recipient: str) -> None:
    one = Subscription(dataset, event, recipient)
    token = make_token(KEY, one)
    assert read_token(KEY, token) == one
    assert token == token.strip() and set(token) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    )


@given(st.data())
def test_no_other_token_is_taken(data: st.DataObject) -> None:
    token = make_token(KEY, Subscription("shop", "weekly", "ann@fruit.test"))
    at = data.draw(st.integers(0, len(token) - 1))
    sign = data.draw(st.sampled_from("Aa0-_.=\n\u00e4"))
    other = data.draw(
        st.one_of(st.text(max_size=80), st.just(token[:at] + sign + token[at + 1 :]), st.just(token[:at]))
    )
    if other.strip() == token:
        return
    try:
        found = read_token(KEY, other)
    except Rejected as error:
        assert error.reason == "bad_token"
    else:  # the last sign of base64 has bits that mean nothing
        assert found == Subscription("shop", "weekly", "ann@fruit.test")


def test_another_key_refuses_it() -> None:
    with pytest.raises(Rejected):
        read_token(b"other", make_token(KEY, Subscription("shop", "weekly", "ann@fruit.test")))


def test_the_link_by_e_mail_is_understood_when_it_comes_back() -> None:
    token = make_token(KEY, Subscription("shop", "weekly", "ann@fruit.test"))
    link = urlsplit(mail_link("reports@fruit.test", token))
    assert (link.scheme, unquote(link.path)) == ("mailto", "reports@fruit.test")
    (subject,) = parse_qs(link.query)["subject"]
    answer = EmailMessage()
    answer["Subject"] = f"Re: {subject}"
    assert bounces.read(answer.as_bytes()) == Wish(token)


def dsn(
    original: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    wrapped: str = "message/rfc822",
    envelope_id: str = "",
) -> bytes:
    """As Postfix writes them."""
    first = f"Reporting-MTA: dns; mx.fruit.test\n{f'Original-Envelope-Id: {envelope_id}' if envelope_id else 'X-Queue: 1'}\nArrival-Date: Mon, 2 Mar 2026 06:00:00 +0000"
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.fruit.test (Mail Delivery System)
To: reports@fruit.test
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

{first}

Final-Recipient: rfc822; ann.elsewhere@other.test
Original-Recipient: rfc822;ann@fruit.test
Action: {action}
Status: {status}
Remote-MTA: dns; mail.other.test
Diagnostic-Code: smtp; 550 {status} <ann.elsewhere@other.test>: Recipient
    address rejected: User unknown

--B
Content-Type: {wrapped}

{original}

--B--
""".encode()


ORIGINAL = f"Message-ID: {ID}\nFrom: reports@fruit.test\nTo: ann@fruit.test\nSubject: Shop\n\nHello"


@pytest.mark.parametrize("wrapped", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_of_a_failure_is_read(wrapped: str) -> None:
    found = bounces.read(dsn(ORIGINAL, wrapped=wrapped))
    assert isinstance(found, Report)
    assert found.ids == (ID.strip("<>").partition("@")[0],)
    (failure,) = found.failures
    assert (failure.recipient, failure.status, failure.permanent) == ("ann@fruit.test", "5.1.1", True)
    assert failure.said == "550 5.1.1 <ann.elsewhere@other.test>: Recipient address rejected: User unknown"


@pytest.mark.parametrize(
    ("action", "status", "permanent"),
    [
        ("failed", "5.2.2", True),
        ("failed", "4.4.7", False),
        ("delayed", "4.4.1", False),
        ("delivered", "2.0.0", None),
        ("relayed", "2.1.5", None),
    ],
)
def test_only_a_failure_for_good_is_one(action: str, status: str, permanent: bool | None) -> None:
    found = bounces.read(dsn(ORIGINAL, action=action, status=status))
    assert isinstance(found, Report)
    assert [one.permanent for one in found.failures] == ([] if permanent is None else [permanent])


def test_the_envelope_id_is_enough_in_any_case() -> None:
    found = bounces.read(dsn("Nothing: here", envelope_id=ID.strip("<>").partition("@")[0].upper()))
    assert isinstance(found, Report)
    assert found.ids == (ID.strip("<>").partition("@")[0],)


def test_an_answer_of_somebody_on_holiday_is_neither() -> None:
    answer = EmailMessage()
    answer["Subject"] = "Out of office: Shop: Week 9"
    answer["In-Reply-To"] = ID
    answer.set_content("unsubscribe me")
    assert bounces.read(answer.as_bytes()) is None


@given(
    st.one_of(
        st.binary(max_size=300),
        st.integers(0, 1500).map(lambda at: dsn(ORIGINAL)[:at]),
        st.integers(0, 1500).map(lambda at: dsn(ORIGINAL)[at:]),
    )
)
def test_whatever_comes_back_is_read_or_passed_over(data: bytes) -> None:
    found = bounces.read(data)
    assert found is None or isinstance(found, Report | Wish)


def test_ids_cannot_be_guessed_and_never_change() -> None:
    assert message_id("a", KEY, "fruit.test") == ID
    assert len({ID, message_id("b", KEY, "fruit.test"), message_id("a", b"other", "fruit.test")}) == 3
