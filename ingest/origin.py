"""Where official documents come from. Apart from :mod:`ingest.fetch`, whose libraries only a fetch needs."""

from __future__ import annotations

__all__ = ["URL"]

URL = "https://documents.un.org/api/symbol/access?s={symbol}&l={language}&t={type}"
"""Where the document service of the United Nations gives a document: it redirects to the file. ``type`` is
``doc`` (Word) or ``pdf``.
"""
