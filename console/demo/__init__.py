"""A made-up fruit shop for trying things out: its visits, its collector, and the whole run.

Everything here is generated: hosts end in ``.test``, addresses are of the ranges that RFC 5737 and RFC 3849 keep for
documentation, and each file says so in its first lines.
"""
