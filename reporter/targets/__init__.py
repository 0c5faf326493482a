"""Published reports mirrored to other places: a folder, FTP, FTPS, SFTP, S3.

Consumes ``target.due``, in the reporter's process but with a queue and a thread of its own. Owns the table ``targets`` and,
at a target, what :mod:`reporter.targets.records` names; what others put there is never touched.
May be killed at any moment: what is about to change is written down at the target first, so the next one goes on.

``target`` what every kind of place does: ``folder``, ``ftp``, ``sftp``, ``s3``, opened by ``opener`` · ``records`` what lies
there, kept there · ``snapshot`` what is published, held still · ``plan`` what differs · ``sync`` the order in which it is
brought over, by several ``hands`` at once · ``front`` the first page there · ``registry`` the targets of a data set · ``stage``.
"""
