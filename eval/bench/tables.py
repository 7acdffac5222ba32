"""What was measured as markdown tables, and as curves over the size of the index."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

__all__ = ["curves", "tables"]

Row = Mapping[str, Any]
"""Everything measured at one size, as :mod:`eval.bench.__main__` writes it."""

_COLOURS: Final = ("#1f5fa8", "#b5462f", "#3c7d3c", "#7a4fa3", "#8a6d1f", "#4a4a4a")


def tables(rows: Sequence[Row]) -> str:
    """Goals and latencies, the service, and the peers."""
    parts = ["### One question after another, in process, one thread (ms: p50 / p95 / p99)\n"]
    head = ["paragraphs", "encode", "propose", "re-rank", "search", "answer"]
    head += ["processor: search", "processor: answer", "texts/s at ingest", "disk MB"]
    parts.append(
        _table(
            head,
            (
                [
                    f"{row['size']:,}",
                    *(_three(row["latency"][stage]) for stage in ("encode", "propose", "rerank", "search")),
                    _three(row["latency"]["answer"]),
                    _three(row["latency"]["search_work"]),
                    _three(row["latency"]["answer_work"]),
                    f"{row['built']['texts_per_second']:,.0f}",
                    f"{row['built']['disk_mb']:,.0f}",
                ]
                for row in rows
            ),
        )
    )
    parts.append("### The service: start, memory, answers over HTTP\n")
    clients = [*rows[0]["http"]["fresh"]]
    head = ["paragraphs", "ready s", "first answer s", "resident MB", "of it mapped"]
    head += [f"{n} clients/s (p99 ms)" for n in clients]
    head += [f"{n} clients/s, remembered" for n in clients]
    parts.append(
        _table(
            head,
            (
                [
                    f"{row['size']:,}",
                    f"{row['start']['ready_s']:.2f}",
                    f"{row['start']['first_answer_s']:.2f}",
                    f"{row['start']['resident_mb']:.0f}",
                    f"{row['start']['mapped_mb']:.0f}",
                    *(
                        f"{one['per_second']:,.0f} ({one['p99']:.0f})"
                        for one in row["http"]["fresh"].values()
                    ),
                    *(f"{one['per_second']:,.0f}" for one in row["http"]["remembered"].values()),
                ]
                for row in rows
            ),
        )
    )
    parts.append("### Retrieval beside others: processor time (p50 / p95 / p99 ms, × our p50)\n")
    names = [*rows[0]["peers"]]
    parts.append(
        _table(
            ["paragraphs", "rapporteur", *names],
            (
                [
                    f"{row['size']:,}",
                    _three(row["latency"]["search_work"]),
                    *(_peer(row["peers"].get(n), row["latency"]["search_work"]["p50"]) for n in names),
                ]
                for row in rows
            ),
        )
    )
    parts.append("### Their building and memory (s, resident MB)\n")
    parts.append(
        _table(
            ["paragraphs", "rapporteur", *names],
            (
                [
                    f"{row['size']:,}",
                    f"{row['built']['seconds']:.1f} s, {row['latency']['memory']['resident_mb']:.0f} MB",
                    *(_cost(row["peers"].get(n)) for n in names),
                ]
                for row in rows
            ),
        )
    )
    parts.append("### The least that must be read\n")
    parts.append(
        _table(
            [
                "paragraphs",
                "bytes a question",
                "ms at the memory's speed",
                "search p50 ms",
                "times the least",
            ],
            (
                [
                    f"{row['size']:,}",
                    f"{row['least']['bytes']:,.0f}",
                    f"{row['least']['ms']:.3f}",
                    f"{row['latency']['search']['p50']:.2f}",
                    f"{row['latency']['search']['p50'] / row['least']['ms']:,.0f}",
                ]
                for row in rows
            ),
        )
    )
    return "\n".join(parts)


def _three(found: Mapping[str, float]) -> str:
    return " / ".join(f"{found[share]:.2f}" for share in ("p50", "p95", "p99"))


def _peer(found: Mapping[str, Any] | None, ours: float) -> str:
    if found is None or "skipped" in found:
        return "—" if found is None else f"— ({found['skipped']})"
    return f"{_three(found['search_work'])} ({found['search_work']['p50'] / ours:.2g}×)"


def _cost(found: Mapping[str, Any] | None) -> str:
    if found is None or "skipped" in found:
        return "—"
    return f"{found['build_s']:.1f} s, {found['memory']['resident_mb']:.0f} MB"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def curves(title: str, unit: str, series: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Lines through (size, value) as SVG, both axes logarithmic: a straight line is a power of the size.

    Values must be above 0; series without any are left out.
    """
    points = [point for line in series.values() for point in line]
    left, right, top, bottom, width, height = 60, 150, 34, 44, 560, 340
    lows = [math.floor(math.log10(min(p[i] for p in points))) for i in (0, 1)]
    highs = [max(math.ceil(math.log10(max(p[i] for p in points))), lows[i] + 1) for i in (0, 1)]

    def x(size: float) -> float:
        return left + (math.log10(size) - lows[0]) / (highs[0] - lows[0]) * (width - left - right)

    def y(value: float) -> float:
        span = height - top - bottom
        return height - bottom - (math.log10(value) - lows[1]) / (highs[1] - lows[1]) * span

    frame = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="11"><rect width="{width}" height="{height}" fill="#fff"/>'
        f'<text x="{left}" y="20" font-size="13">{escape(title)} ({escape(unit)})</text>'
    )
    parts = [frame]
    for power in range(lows[0], highs[0] + 1):
        at = x(10.0**power)
        parts.append(
            f'<line x1="{at:.1f}" y1="{top}" x2="{at:.1f}" y2="{height - bottom}" stroke="#ddd"/>'
            f'<text x="{at:.1f}" y="{height - bottom + 16}" text-anchor="middle">{10**power:,}</text>'
        )
    for power in range(lows[1], highs[1] + 1):
        at = y(10.0**power)
        parts.append(
            f'<line x1="{left}" y1="{at:.1f}" x2="{width - right}" y2="{at:.1f}" stroke="#ddd"/>'
            f'<text x="{left - 6}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'
        )
    parts.append(
        f'<text x="{(left + width - right) / 2}" y="{height - 8}" text-anchor="middle">paragraphs</text>'
    )
    for number, (name, line) in enumerate((name, line) for name, line in series.items() if line):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="3" fill="{colour}"/>' for size, value in line
        ]
        parts.append(
            f'<text x="{width - right + 10}" y="{top + 14 + 16 * number}" fill="{colour}">'
            f"{escape(name)}</text>"
        )
    return "\n".join([*parts, "</svg>\n"])
