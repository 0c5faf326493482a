r"""NCSA lines with something around them: a virtual host before or behind, or quotes about the whole line.

The rest is read by :mod:`parser.ncsa`, so that a line means the same in every variant.
"""

from __future__ import annotations

import re
from dataclasses import replace

from parser import ncsa
from parser.records import Directive, Hit, Record, Reject

FIRST = re.compile(r"([^ ]+) +(.*)", re.DOTALL)
LAST = re.compile(r'" +"(?:[^"\\]|\\.)*" +"?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"? *$')
"""The agent and what is behind it: without the agent, a short one would be taken for a host."""
PORT = re.compile(r":\d{1,5}$")
INNER_BACKSLASH = re.compile(r"\\([\"\\])")


def read_vhost_first(line: str) -> Record:
    """``%v:%p %h %l %u %t "%r" ...`` or without the port; an address that is ``-`` means that the host is missing."""
    match = FIRST.match(line)
    if match is None:
        return Reject("shape")
    record = ncsa.read_line(match[2])
    if not isinstance(record, Hit):
        return record if isinstance(record, Reject) else Reject("shape")
    return Reject("address") if record.address == "-" else _with_host(record, match[1])


def read_vhost_last(line: str) -> Record:
    """Combined with one more field, ``%v`` or ``%v:%p``, quoted or not; a line may lack it."""
    record, match = ncsa.read_line(line), LAST.search(line)
    return _with_host(record, match[1]) if match and isinstance(record, Hit) else record


def read_quoted(line: str) -> Record:
    r"""A whole line in quotes, those inside doubled (as CSV does) or with a backslash (as JSON does)."""
    if not line.startswith('"'):
        return Reject("shape")
    inner = line[1:].rstrip()
    first = inner.find('"')
    if first > 0 and inner[first - 1] == "\\":
        inner = INNER_BACKSLASH.sub(r"\1", inner.removesuffix('"'))
    else:
        *pieces, last = inner.split('""')
        inner = '"'.join([*pieces, last.removesuffix('"')])
    record = ncsa.read_line(inner)
    return Reject("shape") if isinstance(record, Directive) else record


def _with_host(hit: Hit, host: str) -> Hit:
    host = PORT.sub("", host)
    return hit if host in ("-", "_") else replace(hit, host=host)
