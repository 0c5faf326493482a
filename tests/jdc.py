"""Real servers of raw data, on loopback and free ports, with faults put in: FTP, FTPS, HTTP, HTTPS, SFTP.

Each is a context manager that yields its URL, which ends with a slash::

    faults = Faults(cut_after={"normal/www/www/a.nlf": [4096]})
    with ftp_server(folder, "pro", "secret", faults=faults) as url: ...

A :class:`Faults` may be changed while the server runs; ``faults.seen`` tells what was asked of it.
"""

from tests.jdc_faults import HOST, Faults, self_signed
from tests.jdc_ftp import ftp_server
from tests.jdc_http import http_server
from tests.jdc_sftp import sftp_server

__all__ = ["HOST", "Faults", "ftp_server", "http_server", "self_signed", "sftp_server"]
