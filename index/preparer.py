"""A process that prepares documents for the index: facts and passages, one JSON line in, one out for each."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from index.facts import facts_to_json
from ingest.exchange import outcome_from_json
from ingest.facts.extract import read_facts
from ingest.facts.glossary import Glossary, load_glossary
from ingest.paragraphs import Document
from ingest.passages import passages

__all__ = ["main", "prepared"]


def prepared(versions: list[Document], glossary: Glossary) -> str:
    """``{"facts": {basis: facts}, "windows": {language: [[[start, end], …], …]}}``, one line.

    Facts as in :meth:`index.store.Store.known_facts`, their bases in hexadecimal; windows for each paragraph.
    """
    facts = {
        basis.hex(): facts_to_json(found)
        for version in versions
        if version.language in ("en", "zh")
        for _, basis, found in read_facts(version, glossary, lambda basis: None)
    }
    windows = {
        version.language: [
            [(passage.start, passage.end) for passage in passages(paragraph)]
            for paragraph in version.paragraphs
        ]
        for version in versions
    }
    return json.dumps({"facts": facts, "windows": windows})


def main(*glossary: str) -> None:
    """Read documents, a JSON list of them in each line, until the input ends."""
    names = load_glossary(*map(Path, glossary))
    for line in sys.stdin:
        documents = [outcome_from_json(one).document for one in json.loads(line)]
        sys.stdout.write(prepared([one for one in documents if one is not None], names) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
