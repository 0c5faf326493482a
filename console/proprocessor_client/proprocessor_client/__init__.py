"""A client of proprocessor, self-hosted web analytics: its reports as pandas frames, and a local copy of them.

::

    client = Client("https://stats.example.org", token)
    client.report("shop", "pages", period="2026-03")
    client.pull("copy", "shop")

It needs no other package of proprocessor. ``client`` has what is asked, ``connection`` asks (the door to requests), ``frames``
makes frames, ``local_copy`` keeps the copy in step, ``names`` refuses names that lead elsewhere, ``errors`` says what went wrong.
"""

from proprocessor_client.client import Client
from proprocessor_client.errors import ClientError
from proprocessor_client.local_copy import Pulled

__all__ = ["Client", "ClientError", "Pulled"]
