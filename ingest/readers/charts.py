"""What a chart of an office document shows, as rows of text: its series over its categories."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

__all__ = ["chart_rows"]

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST = 500
"""Points of a series that are read: no printed chart shows more."""


def chart_rows(root: etree._Element) -> Iterator[str]:
    """One line for the title, one for the names of the series, one for each category: ``2024 | 120 | 35``.

    Of a diagram (SmartArt), one line for each of its texts.
    """
    if root.tag != f"{C}chartSpace":
        for paragraph in root.iter(f"{A}p"):
            if text := _text(paragraph):
                yield text
        return
    title = root.find(f"{C}chart/{C}title")
    if title is not None and (text := _text(title)):
        yield text
    series = list(root.iter(f"{C}ser"))
    names = [" ".join(v.text or "" for v in one.findall(f"{C}tx//{C}v")).strip() for one in series]
    if any(names):
        yield " | ".join(names)
    columns = [_points(one, "val") or _points(one, "yVal") for one in series]
    categories: dict[int, str] = {}
    for one in series:
        categories = {**(_points(one, "cat") or _points(one, "xVal")), **categories}
    for place in sorted({*categories, *(p for column in columns for p in column)})[:_MOST]:
        cells = [categories.get(place, ""), *(column.get(place, "") for column in columns)]
        if any(cells):
            yield " | ".join(cells)


def _text(element: etree._Element) -> str:
    return " ".join("".join(t.text or "" for t in element.iter(f"{A}t")).split())


def _points(series: etree._Element, name: str) -> dict[int, str]:
    """Values by their place; of categories in several levels, the innermost."""
    found: dict[int, str] = {}
    holder = series.find(f"{C}{name}")
    if holder is None:
        return found
    levels = holder.findall(f".//{C}lvl")
    for point in (levels[0] if levels else holder).iter(f"{C}pt"):
        value = point.find(f"{C}v")
        place = point.get("idx", "")
        if value is not None and value.text and place.isdigit():
            found[int(place)] = _shortened(value.text)
    return found


def _shortened(value: str) -> str:
    """A computed number without the noise of its binary form: ``0.29999999999999999`` is 0.3."""
    try:
        number = float(value)
    except ValueError:
        return " ".join(value.split())
    return f"{number:.12g}" if len(value) > 15 else value.strip()
