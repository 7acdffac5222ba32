"""A process that prepares documents for the index: facts and passages, one JSON line in, one out for each."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from index.analysis import terms_of
from index.factrows import Names, fact_rows
from index.tables import headed
from ingest.exchange import outcome_from_json
from ingest.facts.glossary import load_glossary
from ingest.paragraphs import Document
from ingest.passages import passages

__all__ = ["main", "prepared"]


def prepared(versions: list[Document], names: Names) -> str:
    """``{"facts": {basis: facts}, "rows": …, "windows": {language: [[[start, end], …], …]}, "terms":
    {language: [terms, …]}}``, one line, as :class:`index.preparing.Prepared` reads it.

    Facts as in :meth:`index.store.Store.known_facts`, their bases in hexadecimal; windows and terms for each
    paragraph. Of no versions there is nothing, and ``rows`` is null.
    """
    if not versions:
        return json.dumps({"facts": {}, "rows": None, "windows": {}, "terms": {}})
    rows = fact_rows({version.language: version for version in versions}, names, {})
    windows = {
        version.language: [
            [(passage.start, passage.end) for passage in passages(paragraph)]
            for paragraph in version.paragraphs
        ]
        for version in versions
    }
    terms = {
        version.language: [
            terms_of(headed(paragraph.section, paragraph.text)) for paragraph in version.paragraphs
        ]
        for version in versions
    }
    facts = {basis.hex(): found for basis, found in rows.found().items()}
    return json.dumps({"facts": facts, "rows": rows.as_json(), "windows": windows, "terms": terms})


def main(*glossary: str) -> None:
    """Read documents, a JSON list of them in each line, until the input ends."""
    names = Names(load_glossary(*map(Path, glossary)))
    for line in sys.stdin:
        documents = [outcome_from_json(one).document for one in json.loads(line)]
        sys.stdout.write(prepared([one for one in documents if one is not None], names) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
