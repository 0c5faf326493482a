"""The console: the command ``proprocessor``; the only package that knows all stages.

``cli`` the commands · ``local`` all stages in one process (``process``, ``demo``) · ``processes`` one stage, or all of
them watched over (``run``) · ``setup_command``, ``survey`` a data set in a minute · ``manage`` ``datasets`` and ``status`` ·
``failures_command`` dead letters · ``mail_command``, ``alerts_command`` what was sent and told · ``demo`` a generated fruit shop.
"""
