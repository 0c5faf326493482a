"""The catalog: one SQL database that knows which files exist, what was parsed from them and what was published.

``open_catalog(url)`` gives a :class:`Catalog` on SQLite (the default) or PostgreSQL, migrated to the present schema.
``Catalog.read()`` and ``Catalog.write()`` are context managers giving a SQLAlchemy connection; ``write`` is one
transaction, committed at its end. Database errors leave as :class:`shared.errors.Unreachable` or ``Transient``.
Losing the catalog means fetching and parsing again; losing anything else but the raw files means nothing.
"""

from shared.catalog.engine import Catalog, open_catalog

__all__ = ["Catalog", "open_catalog"]
