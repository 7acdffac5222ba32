"""Plain text files → numbered lines, or one clear reason why not."""

from __future__ import annotations

import codecs
import re
import shlex
import stat
from pathlib import Path

from charset_normalizer import from_bytes

from ingest.readers.lines import TextSource, UnreadableError

__all__ = ["MAX_BYTES", "MAX_TEXT_BYTES", "check_kind", "decode", "read_bytes", "read_text"]

MAX_BYTES = 256 * 2**20
"""Files above this size are refused: no United Nations document comes near it."""

MAX_TEXT_BYTES = 32 * 2**20
"""The same for what is nothing but text: a hundred times the longest documents."""

_PROBE_BYTES = 2**18
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BOMS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_MAGIC = (
    (b"%PDF", "a PDF"), (b"PK\x03\x04", "a ZIP archive (a .docx?)"), (b"\xd0\xcf\x11\xe0", "a Word 97 .doc"),
    (b"\x1f\x8b", "gzip"), (b"\x89PNG", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"{\\rtf", "RTF"),
    (b"\x7fELF", "a program"),
)  # fmt: skip


def _convert(encoding: str, path: str, options: str = "") -> str:
    """A command that can be pasted: it replaces the file only if the conversion succeeds."""
    old, new = shlex.quote(path), shlex.quote(path + ".utf8")
    return f"convert it: iconv {options}-f {encoding} -t UTF-8 {old} > {new} && mv {new} {old}"


def check_kind(data: bytes, expected: str) -> None:
    """Tell text from what only has the ending of one.

    :raises UnreadableError: if the first bytes are those of another kind of file, which is then named.
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise UnreadableError(
                "not text",
                f"expected {expected}, the first bytes are those of {kind}",
                "give the text of the document, or the file under its own ending",
            )


def decode(data: bytes, path: str) -> tuple[str, tuple[str, ...]]:
    """Decode UTF-8, with or without a byte order mark: the text, and remarks. ``path`` is what remedies name.

    :raises UnreadableError: if the bytes are empty, binary, or in another encoding, which is then named.
    """
    if not data.strip():
        raise UnreadableError(
            "empty",
            "the file holds nothing but white space" if data else "the file has 0 bytes",
            "fetch or extract it again",
        )
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            raise UnreadableError(
                "wrong encoding",
                f"expected UTF-8, the byte order mark says {encoding}",
                _convert(encoding, path),
            )
    check_kind(data, expected="plain text")
    remarks: tuple[str, ...] = ()
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
        remarks = ("a UTF-8 byte order mark was dropped",)
        if not data.strip():
            raise UnreadableError(
                "empty", "the file holds nothing but a byte order mark", "fetch or extract it again"
            )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _undecodable(data, path, error) from None
    if (control := _CONTROL.search(text)) is not None:
        where = f"0x{ord(control[0]):02x} at byte {len(text[: control.start()].encode())}"
        if len(_CONTROL.findall(text[:_PROBE_BYTES])) > 2 + len(text[:_PROBE_BYTES]) // 1000:
            if (guess := _utf16_guess(data)) is not None:
                why = f"expected UTF-8, the zero bytes look like {guess}"
                raise UnreadableError("wrong encoding", why, _convert(guess, path))
            why = f"expected plain text, found control characters (first: {where})"
            raise UnreadableError("not text", why, "give the text of the document")
        text = _CONTROL.sub("", text)
        remarks += (f"stray control characters were dropped (first: {where})",)
    return text, remarks


_WRITTEN = re.compile(r"[\t\n\r\x20-\x7e\xa0-\u06ff\u2000-\u206f\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def _utf16_guess(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: read so, nearly all characters are ones that documents use."""
    sample = data[: min(_PROBE_BYTES, len(data) // 2 * 2)]
    for encoding in ("UTF-16LE", "UTF-16BE"):
        text = sample.decode(encoding, errors="replace")
        if len(text) > 3 and len(_WRITTEN.findall(text)) * 20 > len(text) * 19 and sample.count(0):
            return encoding
    return None


def _undecodable(data: bytes, path: str, error: UnicodeDecodeError) -> UnreadableError:
    where = f"byte 0x{data[error.start]:02x} at offset {error.start} is not UTF-8"
    if encoding := _utf16_guess(data):
        return UnreadableError(
            "wrong encoding", f"expected UTF-8, the zero bytes look like {encoding}", _convert(encoding, path)
        )
    sample = data[:_PROBE_BYTES]
    if sample.count(0) > 0 or sum(b < 9 or 13 < b < 32 for b in sample) > len(sample) // 20:
        return UnreadableError(
            "not text",
            f"expected plain text, {where} and control bytes abound",
            "give the text of the document",
        )
    if _mostly_utf8(sample):
        return UnreadableError(
            "damaged text",
            f"{where}, though most of the file is UTF-8",
            f"fetch it again, or drop the bad bytes; to do that, {_convert('UTF-8', path, '-c ')}",
        )
    if _decodes_as_gb18030(data):
        return UnreadableError(
            "wrong encoding",
            f"expected UTF-8, got what is likely GB18030 ({where})",
            _convert("GB18030", path),
        )
    best = from_bytes(sample[:65536]).best()
    if best is None:
        return UnreadableError(
            "not text",
            f"expected UTF-8 text, {where} and no other encoding fits",
            "give the text of the document",
        )
    encoding = codecs.lookup(best.encoding).name.upper()
    return UnreadableError(
        "wrong encoding", f"expected UTF-8, got what is likely {encoding} ({where})", _convert(encoding, path)
    )


def _mostly_utf8(sample: bytes) -> bool:
    """Whether valid multi-byte sequences far outnumber broken ones."""
    text = sample.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    return sum(ord(c) > 127 for c in text) - broken > 10 * broken


_COMMON_HANZI = frozenset("的一是在不了有和人这中大为上个国会议第条年月日约方关于公文件决定报告环境")


def _decodes_as_gb18030(data: bytes) -> bool:
    """Chinese text in GB18030 decodes and shows everyday characters; other 8-bit text seldom does both.

    charset-normalizer alone takes short GB18030 texts for other East Asian encodings.
    """
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    hanzi = [c for c in text[:20000] if "\u4e00" <= c <= "\u9fff"]
    return len(hanzi) > 3 and sum(c in _COMMON_HANZI for c in hanzi) * 12 > len(hanzi)


def read_text(path: Path) -> TextSource:
    """Read one file.

    :raises UnreadableError: as :func:`decode` and :func:`read_bytes` do.
    """
    text, remarks = decode(read_bytes(path, MAX_TEXT_BYTES), path.name)
    return TextSource.from_text(text, path.name, remarks)


def read_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """What a file holds.

    :raises UnreadableError: if it is no regular file, can't be opened, or is larger than ``most`` bytes.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            # A pipe would keep us waiting for ever.
            raise UnreadableError("not a file", "it is a pipe, socket or device", "give a regular file")
        if status.st_size > most:
            why = f"{status.st_size} bytes, at most {most} are read"
            raise UnreadableError("too large", why, "split it or check what it is")
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableError(
            "unreadable", f"the system says: {reason}", "check that it exists and that you may read it"
        ) from None
