"""A document as a secretariat prints it: styles, notes, running heads; and LibreOffice to convert it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from office_examples import R, W, docx

from ingest.paragraphs import Document, Paragraph

__all__ = ["convert", "needs_libreoffice", "print_docx"]

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_libreoffice = pytest.mark.skipif(
    OFFICE is None,
    reason="LibreOffice is not installed: apt-get install libreoffice-writer-nogui fonts-noto-cjk",
)
_SECONDS = 240
_HEADER = f'<w:hdr xmlns:w="{W}" xmlns:r="{R}"><w:p><w:r><w:t>{{symbol}}</w:t></w:r></w:p></w:hdr>'
_FOOTER = (
    f'<w:ftr xmlns:w="{W}"><w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    "<w:r><w:instrText>PAGE</w:instrText></w:r>"
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>'
)
_STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Liberation Serif" w:hAnsi="Liberation Serif" '
    'w:eastAsia="Noto Serif CJK SC"/><w:sz w:val="20"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/><w:pPr>'
    '<w:spacing w:after="120"/></w:pPr></w:style>'
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="H{n}"><w:name w:val="heading {n}"/><w:basedOn w:val="N"/>'
        f'<w:rPr><w:b/><w:sz w:val="{28 - 2 * n}"/></w:rPr></w:style>'
        for n in range(1, 6)
    )
    + '<w:style w:type="paragraph" w:styleId="FN"><w:name w:val="footnote text"/><w:basedOn w:val="N"/>'
    '<w:rPr><w:sz w:val="16"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="FR"><w:name w:val="footnote reference"/>'
    '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
)


def print_docx(document: Document, path: Path, *, columns: int = 1) -> None:
    """Write a document as a styled Word file: footnotes real ones, a running head, page numbers."""
    notes: list[str] = []
    body: list[str] = []
    above: tuple[str, ...] = ()
    for paragraph in document.paragraphs:
        for depth, heading in enumerate(paragraph.section):
            if above[: depth + 1] != paragraph.section[: depth + 1]:
                body.append(_styled(heading, f"H{depth + 1}"))
        above = paragraph.section
        body.extend(_printed(paragraph, notes))
    setup = (
        '<w:sectPr><w:headerReference w:type="default" r:id="r90"/>'
        '<w:footerReference w:type="default" r:id="r91"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1700" w:right="1400" w:bottom="1700" w:left="1400" '
        f'w:header="700" w:footer="700"/><w:cols w:num="{columns}" w:space="500"/></w:sectPr>'
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/word/{name}.xml" ContentType="application/'
            f'vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
            for name, kind in (
                ("document", "document.main"), ("styles", "styles"), ("footnotes", "footnotes"),
                ("header1", "header"), ("footer1", "footer"), ("settings", "settings"),
            )
        )
        + "</Types>"
    )  # fmt: skip
    rels = "".join(
        f'<Relationship Id="{name}" Type="{R}/{kind}" Target="{target}.xml"/>'
        for name, kind, target in (
            ("r1", "styles", "styles"), ("r3", "footnotes", "footnotes"), ("r90", "header", "header1"),
            ("r91", "footer", "footer1"), ("r92", "settings", "settings"),
        )
    )  # fmt: skip
    names = f'xmlns:w="{W}" xmlns:r="{R}"'
    separators = (
        '<w:footnote w:id="-1" w:type="separator"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        '<w:footnote w:id="0" w:type="continuationSeparator"><w:p><w:r>'
        "<w:continuationSeparator/></w:r></w:p></w:footnote>"
    )
    parts = {
        "[Content_Types].xml": types,
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rels}</Relationships>'
        ),
        "word/document.xml": f"<w:document {names}><w:body>{''.join(body)}{setup}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {names}>{_STYLES}</w:styles>",
        "word/settings.xml": f"<w:settings {names}/>",
        "word/footnotes.xml": f"<w:footnotes {names}>{separators}{''.join(notes)}</w:footnotes>",
        "word/header1.xml": _HEADER.format(symbol=escape(document.symbol)),
        "word/footer1.xml": _FOOTER,
    }
    path.write_bytes(docx("", parts={name: text.encode() for name, text in parts.items()}))


def _styled(text: str, style: str = "N") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_run(text)}</w:p>'


def _run(text: str) -> str:
    label, tab, rest = text.partition("\t")
    if tab:
        return f"{_run(label)}<w:r><w:tab/></w:r>{_run(rest)}"
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _printed(paragraph: Paragraph, notes: list[str]) -> list[str]:
    """One ``w:p`` for each line; footnotes where their marks stood."""
    text = paragraph.text
    label = f"{paragraph.id.number}.\t" if paragraph.kind in ("numbered", "operative") else ""
    made: list[str] = []
    begin = 0
    for line in text.split("\n"):
        end = begin + len(line)
        pieces = [_run(label)] if label else []
        last = begin
        for note in paragraph.footnotes:
            if begin <= note.offset <= end and (note.offset > begin or begin == 0):
                pieces.append(_run(text[last : note.offset]))
                number = len(notes) + 1
                notes.append(
                    f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FN"/></w:pPr>'
                    f'<w:r><w:rPr><w:rStyle w:val="FR"/></w:rPr><w:footnoteRef/></w:r>'
                    f"{_run(' ' + note.text)}</w:p></w:footnote>"
                )
                pieces.append(
                    f'<w:r><w:rPr><w:rStyle w:val="FR"/></w:rPr><w:footnoteReference w:id="{number}"/></w:r>'
                )
                last = note.offset
        pieces.append(_run(text[last:end]))
        made.append(f"<w:p>{''.join(pieces)}</w:p>")
        label = ""
        begin = end + 1
    return made


def convert(paths: list[Path], folder: Path, kind: str, *, reading: str = "") -> None:
    """Convert by LibreOffice, with a profile of its own so that runs beside each other don't meet."""
    if OFFICE is None:
        raise ValueError("expected LibreOffice")
    subprocess.run(  # noqa: S603
        [OFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         *([f"--infilter={reading}"] if reading else []), "--convert-to", kind,
         "--outdir", str(folder), *map(str, paths)],
        check=True, capture_output=True, timeout=_SECONDS,
    )  # fmt: skip
