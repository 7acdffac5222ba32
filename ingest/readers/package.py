"""The parts of a zipped XML package (``.docx``), read with bounds and without following anything outside."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from pathlib import Path
from types import TracebackType

from lxml import etree

from ingest.readers.lines import UnreadableError

__all__ = ["MAX_PART_BYTES", "Package", "parse_xml"]

MAX_PART_BYTES = 96 * 2**20
"""Parts above this size, unpacked, are refused: the largest budget fascicle's body has 1.3 MB."""

_MAX_MEMBERS = 20_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# The strict variant of the format (ISO/IEC 29500) differs by its names only.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml/chart",
        b"http://schemas.openxmlformats.org/drawingml/2006/chart",
    ),
)


def parse_xml(data: bytes, name: str) -> etree._Element:
    """The root of an XML part. No entity is expanded, nothing outside is loaded.

    :raises UnreadableError: if it declares a document type (entities, external files) or is no XML.
    """
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:65536]:
        raise _doctype(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(
            "damaged",
            f"its part {name} is no well-formed XML ({error.msg})",
            "fetch it again, or repair it in Word",
        ) from None
    if root.getroottree().docinfo.doctype:
        raise _doctype(name)
    return root


def _doctype(name: str) -> UnreadableError:
    return UnreadableError(
        "unsafe XML",
        f"its part {name} declares a document type, which no office document needs",
        "open it in Word or LibreOffice and save it again, if you trust it",
    )


class Package:
    """An open package; a context manager.

    :raises UnreadableError: on entering, if the file is encrypted, no ZIP archive, or damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zip: zipfile.ZipFile | None = None
        self._names: frozenset[str] = frozenset()

    def __enter__(self) -> Package:
        with self._path.open("rb") as file:
            head = file.read(8)
            if head == _OLE:
                rest = file.read(2**20)
                if _ENCRYPTED in rest:
                    raise UnreadableError(
                        "encrypted", "it opens with a password only", "save it without the password"
                    )
                raise UnreadableError(
                    "wrong ending",
                    "expected .docx, the first bytes are those of a Word 97 .doc",
                    "rename it to .doc",
                )
        try:
            self._zip = zipfile.ZipFile(self._path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise UnreadableError(
                "damaged", f"expected a .docx, which is a ZIP archive: {error}", "fetch it again"
            ) from None
        names = self._zip.namelist()
        if len(names) > _MAX_MEMBERS:
            self._zip.close()
            raise UnreadableError(
                "too large", f"{len(names)} members, at most {_MAX_MEMBERS} are read", "check what it is"
            )
        self._names = frozenset(names)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._zip is not None:
            self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def read(self, name: str) -> bytes:
        """A part's bytes.

        :raises UnreadableError: if it is missing, encrypted, damaged or above :data:`MAX_PART_BYTES`.
        """
        if self._zip is None or name not in self._names:
            raise UnreadableError("damaged", f"it has no part {name}", "check that it is a .docx")
        info = self._zip.getinfo(name)
        if info.flag_bits & 1:
            raise UnreadableError(
                "encrypted", "it opens with a password only", "save it without the password"
            )
        try:
            with self._zip.open(info) as part:
                # The size that the archive states may be a lie: what comes out is counted.
                data = part.read(MAX_PART_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise UnreadableError(
                "damaged", f"its part {name} can't be unpacked ({error})", "fetch it again"
            ) from None
        if len(data) > MAX_PART_BYTES:
            raise UnreadableError(
                "too large",
                f"its part {name} unpacks to more than {MAX_PART_BYTES // 2**20} MiB, as in a ZIP bomb",
                "check what it is",
            )
        return data

    def xml(self, name: str) -> etree._Element:
        """A part's root element.

        :raises UnreadableError: as :meth:`read` and :func:`parse_xml` do.
        """
        data = self.read(name)
        if b"purl.oclc.org/ooxml" in data[:4096]:
            for strict, usual in _STRICT:
                data = data.replace(strict, usual)
        return parse_xml(data, name)

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """A part's relationships: id → (last word of the type, name of the part). External ones are left out.

        :raises UnreadableError: as :meth:`xml` does.
        """
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if rels not in self._names:
            return {}
        found: dict[str, tuple[str, str]] = {}
        for relation in self.xml(rels).iter(_RELATIONSHIP):
            if relation.get("TargetMode") == "External":
                continue
            target = relation.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = relation.get("Type", "").rpartition("/")[2]
            found[relation.get("Id", "")] = (kind, posixpath.normpath(whole))
        return found
