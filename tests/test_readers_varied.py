"""The official texts in other files: their numbered paragraphs are the same, whatever the file is like."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import pytest
from office_examples import docx, paragraph, run
from printing import convert, needs_libreoffice

from ingest.corpus import read_corpus
from ingest.paragraphs import Document

_MARKS = re.compile(r"([*_`\[\]<>#])")
_LEAST = 0.98
"""Share of numbered paragraphs that must agree in number and opening words, of all files together."""


def _plain(lines: Sequence[str]) -> bytes:
    return docx("".join(paragraph(escape(line)) for line in lines))


def _in_runs(lines: Sequence[str]) -> bytes:
    """Words broken over runs, some of them inserted with changes tracked, others deleted."""
    chosen = random.Random(45)
    body = []
    for line in lines:
        runs = [
            run(escape(line[i : i + 7]), chosen.choice(["", "<w:b/>", "<w:i/>"]))
            for i in range(0, len(line), 7)
        ]
        shown = "".join(one if chosen.random() < 0.8 else f'<w:ins w:id="1">{one}</w:ins>' for one in runs)
        gone = '<w:del w:id="2"><w:r><w:delText>gone</w:delText></w:r></w:del>'
        body.append(f"<w:p>{shown}{gone}</w:p>")
    return docx("".join(body))


def _numbered(lines: Sequence[str]) -> bytes:
    """Numbers that Word counts itself."""
    body, last = [], 0
    for line in lines:
        match = re.match(r"(\d+)\.\s+(.*)", line)
        if match and int(match[1]) == last + 1:
            last += 1
            body.append(paragraph(escape(match[2]), number=(1, 0)))
        else:
            body.append(paragraph(escape(line)))
    return docx("".join(body))


def _html(lines: Sequence[str]) -> bytes:
    return "".join(f"<p>{escape(line)}</p>\n" for line in lines).encode()


def _html_of_blocks(lines: Sequence[str]) -> bytes:
    halves = ((escape(line[: len(line) // 2]), escape(line[len(line) // 2 :])) for line in lines)
    return "".join(f"<div><span>{first}</span><b>{second}</b></div>" for first, second in halves).encode()


def _markdown(lines: Sequence[str]) -> bytes:
    return "\n\n".join(_MARKS.sub(r"\\\1", line) for line in lines).encode()


FORMS: dict[str, tuple[str, Callable[[Sequence[str]], bytes]]] = {
    "Word, plain": ("docx", _plain),
    "Word, in runs with changes tracked": ("docx", _in_runs),
    "Word, numbered by itself": ("docx", _numbered),
    "HTML, paragraphs": ("html", _html),
    "HTML, blocks": ("html", _html_of_blocks),
    "Markdown": ("md", _markdown),
}
CONVERSIONS = {
    "docx": "docx:MS Word 2007 XML",
    "doc": "doc:MS Word 97",
    "pdf": "pdf",
    "html": "html:XHTML Writer File:UTF8",
}


def agreement(before: Sequence[Document], after: Sequence[Document]) -> tuple[int, int]:
    """Numbered paragraphs that agree in number and opening words, and all that there were."""
    agreed = total = 0
    read = {document.symbol: _opening(document) for document in after}
    for document in before:
        wanted = _opening(document)
        agreed += (wanted & read.get(document.symbol, Counter())).total()
        total += wanted.total()
    return agreed, total


def _opening(document: Document) -> Counter[tuple[str, str]]:
    return Counter(
        (one.id.local, "".join(one.text.split("\n")[0].split())[:40])
        for one in document.paragraphs
        if one.id.number[0].isdigit()
    )


@pytest.mark.soak
@pytest.mark.parametrize("form", FORMS)
def test_resolutions_in_other_files_keep_their_paragraphs(
    form: str, official_corpus: Path, tmp_path: Path
) -> None:
    files = sorted((official_corpus / "resolutions").glob("*.en.txt"))
    ending, write = FORMS[form]
    for path in files:
        lines = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
        (tmp_path / f"{path.name.removesuffix('txt')}{ending}").write_bytes(write(lines))
    corpus = read_corpus([tmp_path])
    assert [str(problem) for problem in corpus.report.problems] == []
    agreed, total = agreement(read_corpus(files).documents, corpus.documents)
    print(f"{form}: {len(corpus.documents)} files, {agreed} of {total} numbered paragraphs agree")
    assert agreed >= _LEAST * total


@pytest.mark.soak
@needs_libreoffice
@pytest.mark.parametrize("kind", CONVERSIONS)
def test_budget_documents_saved_in_other_formats_keep_their_paragraphs(
    kind: str, official_corpus: Path, tmp_path: Path
) -> None:
    files = sorted((official_corpus / "docx").glob("*.docx"))
    convert(files, tmp_path, CONVERSIONS[kind])
    corpus = read_corpus([path for path in sorted(tmp_path.iterdir()) if path.suffix == f".{kind}"])
    assert [str(problem) for problem in corpus.report.problems] == []
    agreed, total = agreement(read_corpus(files).documents, corpus.documents)
    print(f"{kind}: {len(corpus.documents)} files, {agreed} of {total} numbered paragraphs agree")
    assert agreed >= _LEAST * total
