"""Word files made by hand, part by part, so that each test shows what it is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES = (
    f'xmlns:w="{W}" xmlns:r="{R}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES = (
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="_ H_2/3"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="FN"><w:name w:val="footnote text"/></w:style>'
    '<w:style w:type="character" w:styleId="FR"><w:name w:val="footnote reference"/>'
    '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
)
NUMBERING = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="(%3)"/></w:lvl>'
    "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
)


def paragraph(
    text: str = "", *, style: str = "", number: tuple[int, int] | None = None, runs: str = ""
) -> str:
    """A ``w:p``; ``number`` is a list's id and a level from 0; ``runs`` are elements after the text."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number is not None:
        properties += f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text) if text else ''}{runs}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows: tuple[str, ...]) -> str:
    made = ("<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
    return f"<w:tbl>{''.join(made)}</w:tbl>"


def footnote(number: int, text: str) -> str:
    return f'<w:footnote w:id="{number}">{paragraph(text)}</w:footnote>'


def reference(number: int) -> str:
    return f'<w:r><w:rPr><w:rStyle w:val="FR"/></w:rPr><w:footnoteReference w:id="{number}"/></w:r>'


def docx(body: str, *, footnotes: str = "", parts: Mapping[str, bytes] | None = None) -> bytes:
    """The bytes of a Word file; ``parts`` are written as they are, and win over those made here."""
    members: dict[str, bytes] = {
        "[Content_Types].xml": _TYPES.encode(),
        "_rels/.rels": _rels((("officeDocument", "word/document.xml"),)),
        "word/_rels/document.xml.rels": _rels(
            (("styles", "styles.xml"), ("numbering", "numbering.xml"), ("footnotes", "footnotes.xml"))
        ),
        "word/document.xml": f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>".encode(),
        "word/styles.xml": f"<w:styles {_NAMES}>{STYLES}</w:styles>".encode(),
        "word/numbering.xml": f"<w:numbering {_NAMES}>{NUMBERING}</w:numbering>".encode(),
        "word/footnotes.xml": f"<w:footnotes {_NAMES}>{footnotes}</w:footnotes>".encode(),
    }
    return zipped({**members, **(parts or {})})


def _rels(targets: tuple[tuple[str, str], ...]) -> bytes:
    made = "".join(
        f'<Relationship Id="r{i}" Type="{R}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{_RELATIONSHIPS}">{made}</Relationships>'.encode()


def zipped(members: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()
