"""Word 97 files (``.doc``), by way of LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.readers.docx import read_docx
from ingest.readers.lines import TextSource, UnreadableError

__all__ = ["read_doc"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RTF = b"{\\rtf"
# No macro runs, and nothing that the file links to is loaded.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def read_doc(path: Path) -> TextSource:
    """Convert to ``.docx`` in a folder of its own, and read that.

    :raises UnreadableError: if LibreOffice is not there, can't read the file, or takes too long; and as
        :func:`ingest.readers.docx.read_docx` does.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PK"):
        return read_docx(path)
    if head != _OLE and not head.startswith(_RTF):
        raise UnreadableError(
            "damaged",
            "expected a Word 97 .doc, its first bytes are those of something else",
            "fetch it again",
        )
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise UnreadableError(
            "Word 97 format",
            "reading .doc takes LibreOffice, which is not installed",
            "install it (apt-get install libreoffice-writer-nogui), or save the file as .docx",
        )
    with TemporaryDirectory(prefix="rapporteur-") as folder:
        return _converted(office, path, Path(folder))


def _converted(office: str, path: Path, folder: Path) -> TextSource:
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS, encoding="utf-8")
    source = folder / "document.doc"
    shutil.copyfile(path, source)
    # No time limit here: that of the process this runs in ends LibreOffice and its children with it.
    subprocess.run(  # noqa: S603
        [
            office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
            "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder), str(source),
        ],
        check=False, stdin=subprocess.DEVNULL, capture_output=True,
    )  # fmt: skip
    made = folder / "document.docx"
    if not made.exists():
        raise UnreadableError(
            "damaged",
            "LibreOffice can't read it: it is encrypted or broken",
            "open it in Word, save it as .docx",
        )
    read = read_docx(made)
    return TextSource(path.name, read.lines, (*read.remarks, "converted by LibreOffice"))
