"""Access logs of Amazon's load balancers: application (ALB) and classic (ELB). The first time in a line is UTC.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html and
.../classic/access-log-collection.html
"""

from __future__ import annotations

import re

from parser.fields import QUOTED, hit_of, unescape
from parser.records import Record, Reject
from parser.times import read_iso

SAME = (
    r"(?P<time>[^ ]+) [^ ]+ (?P<address>[^ ]+) [^ ]+ [^ ]+ [^ ]+ [^ ]+ (?P<status>[^ ]+) [^ ]+ [^ ]+ (?P<bytes>[^ ]+) "
    rf'"(?P<request>{QUOTED})"(?: "(?P<agent>{QUOTED}))?'
)
ALB = re.compile(rf"(?:https?|h2|grpcs?|wss?) {SAME}")
ELB = re.compile(SAME)


def read_alb(line: str) -> Record:
    """``type time elb client:port target:port 3 times elb_status target_status in out "request" "agent" ...``."""
    return _read(ALB, line)


def read_elb(line: str) -> Record:
    """The same without the type; very old lines have no agent."""
    return _read(ELB, line)


def _read(pattern: re.Pattern[str], line: str) -> Record:
    match = pattern.match(line)
    if match is None:
        return Reject("shape")
    row = {name: unescape(text) if text else text for name, text in match.groupdict().items()}
    return hit_of(read_iso(match["time"]), row)
