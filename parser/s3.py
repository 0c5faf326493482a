"""Amazon S3 server access logs: who asked for which object of a bucket.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html. S3 does not escape quotes in referrer and agent.
"""

from __future__ import annotations

import re

from parser.fields import hit_of
from parser.ncsa import read_time
from parser.records import Record, Reject

LINE = re.compile(
    r"[^ ]+ [^ ]+ \[(?P<time>[^\]]*)\] (?P<address>[^ ]+) [^ ]+ [^ ]+ [^ ]+ [^ ]+ "
    r'(?:"(?P<request>[^"]*)"|-) (?P<status>[^ ]+) [^ ]+ (?P<bytes>[^ ]+)'
)
REST = re.compile(r' [^ ]+ [^ ]+ [^ ]+ (?:"(?P<referrer>[^"]*)"|-) (?:"(?P<agent>.*?)(?:"(?P<more> [^"]*)?$|$)|-)')
HOST_AT = 5
"""Version id, host id, signature, cipher, kind of authentication, then the Host header."""


def read_line(line: str) -> Record:
    """What S3 does by itself (``BATCH.DELETE.OBJECT``, life cycles) has no request and is a reject."""
    match = LINE.match(line)
    if match is None:
        return Reject("shape")
    row = match.groupdict()
    row["request"] = row["request"] or ""
    if rest := REST.match(line, match.end()):
        more = (rest["more"] or "").split()
        row |= {"referrer": rest["referrer"], "agent": rest["agent"]}
        row["host"] = more[HOST_AT] if len(more) > HOST_AT else None
    return hit_of(read_time(match["time"]), row)
