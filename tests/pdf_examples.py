"""PDF files made by hand: text set at places that a test chooses, in Helvetica, without a library."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["page", "pdf", "text"]


def text(words: str, x: float, y: float, size: float = 10) -> str:
    """Words at a place, in points from the lower left corner."""
    escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F {size} Tf {x} {y} Td ({escaped}) Tj ET"


def page(
    lines: Sequence[str], *, x: float = 72, top: float = 720, leading: float = 12, size: float = 10
) -> str:
    """Lines under one another; an empty one leaves a gap."""
    return "\n".join(text(line, x, top - i * leading, size) for i, line in enumerate(lines) if line)


def pdf(pages: Sequence[str], *, trailer: str = "") -> bytes:
    """A file of A4 pages, each given as the operators that draw it."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for i, content in enumerate(pages):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> "
            f"/Contents {5 + 2 * i} 0 R >>"
        )
        objects.append(f"<< /Length {len(content.encode('latin-1'))} >>\nstream\n{content}\nendstream")
    made = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(made)}\n%%EOF"
    return made + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode("latin-1")
