"""A run as one HTML file that needs nothing else: measures, charts, slices, what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final

from eval.calibration import Calibration, measure_calibration
from eval.intervals import Estimate
from eval.questions import Question
from eval.report import Report, percentile
from eval.service import Response

__all__ = ["write_html"]

_SIZE: Final = 300
_MARGIN: Final = 40
_SLICED: Final = (
    "Success@1",
    "cited first",
    "right if answered",
    "short answer",
    "falsely refused",
    "refused",
)
_TIMES: Final = ("search ms", "answer ms")

_STYLE: Final = """
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
body{color:#1b1f24;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;margin:.5rem 0}
td,th{padding:.2rem .7rem;text-align:left;border-bottom:1px solid #ddd}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.charts{display:flex;flex-wrap:wrap;gap:2rem}figure{margin:0}
figcaption{max-width:20rem;color:#555;font-size:.9rem}
.i{color:#777}.wrong{color:#a11}details{margin:.5rem 0}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#16181c}td,th{border-color:#333}
figcaption,.i{color:#aaa}svg text{fill:#ccc}.wrong{color:#f88}}
"""


def write_html(report: Report, path: Path) -> None:
    """The report as a page without scripts and without anything from elsewhere.

    :raises OSError: if the file can't be written.
    """
    calibration = measure_calibration(report.questions, report.responses)
    parts = [
        "<h1>rapporteur: evaluation</h1>",
        _pairs(report.conditions.items()),
        "<h2>All questions</h2>",
        _measures(report.summary()),
        _times(report),
        "<h2>Confidence</h2>",
        _charts(calibration),
        *(_slices(name, groups) for name, groups in report.slices().items()),
        "<h2>What went wrong</h2>",
        _wrong(report),
    ]
    path.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>rapporteur: evaluation</title><style>{_STYLE}</style>{''.join(parts)}</html>\n",
        encoding="utf-8",
    )


def _pairs(items: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in items)
    return f"<table>{rows}</table>"


def _percent(found: Estimate | None) -> str:
    if found is None:
        return "<td class=n>–</td>"
    interval = f"{100 * found.low:.1f}–{100 * found.high:.1f}"
    return f"<td class=n>{100 * found.value:.1f} <span class=i>({interval})</span></td>"


def _measures(summary: Mapping[str, Estimate]) -> str:
    rows = "".join(
        f"<tr><th>{escape(measure)}</th>{_percent(found)}<td class=n>{found.n}</td></tr>"
        for measure, found in summary.items()
        if measure not in _TIMES
    )
    return f"<table><tr><th>measure</th><th>% (95% interval)</th><th>n</th></tr>{rows}</table>"


def _times(report: Report) -> str:
    rows = []
    for measure in _TIMES:
        values, _ = report.values(measure)
        if values:
            cells = "".join(
                f"<td class=n>{percentile(values, share):.1f}</td>" for share in (0.5, 0.95, 0.99)
            )
            rows.append(f"<tr><th>{escape(measure)}</th>{cells}</tr>")
    return f"<table><tr><th>time</th><th>p50</th><th>p95</th><th>p99</th></tr>{''.join(rows)}</table>"


def _slices(name: str, groups: Mapping[str, Mapping[str, Estimate]]) -> str:
    head = "".join(f"<th>{escape(measure)}</th>" for measure in _SLICED)
    rows = "".join(
        f"<tr><th>{escape(group)}</th><td class=n>{summary['status'].n}</td>"
        + "".join(_percent(summary.get(measure)) for measure in _SLICED)
        + "</tr>"
        for group, summary in groups.items()
        if "status" in summary
    )
    return f"<h2>By {escape(name)}</h2><table><tr><th></th><th>n</th>{head}</tr>{rows}</table>"


def _charts(found: Calibration) -> str:
    if not found.curve:
        return "<p>Nothing was answered.</p>"
    bins = [(one.confidence, one.right, one.n) for one in found.bins]
    dots = "".join(
        f'<circle cx="{_x(confidence):.1f}" cy="{_y(right):.1f}" r="4" fill="#06c"><title>{n} answers: '
        f"confidence {confidence:.2f}, right {right:.2f}</title></circle>"
        for confidence, right, n in bins
    )
    ideal = _line([(0.0, 0.0), (1.0, 1.0)], "#999", "4")
    means = _line([(confidence, right) for confidence, right, _ in bins], "#06c")
    reliability = _chart(ideal + means + dots, "confidence", "share right")
    curve = _line([(point.coverage, point.risk) for point in found.curve], "#c30")
    risk = _chart(curve, "share answered", "share of those wrong")
    return (
        f"<div class=charts><figure>{reliability}<figcaption>Reliability: answers in bins of equal size. On "
        "the dashed line confidence is what it says. Expected calibration error "
        f"{found.error:.3f}.</figcaption></figure><figure>{risk}<figcaption>Risk and coverage: what refusing "
        f"more would gain. Mean risk over coverage {found.area:.3f}.</figcaption></figure></div>"
    )


def _x(share: float) -> float:
    return _MARGIN + share * _SIZE


def _y(share: float) -> float:
    return 10 + (1 - share) * _SIZE


def _line(points: Sequence[tuple[float, float]], colour: str, dashes: str = "") -> str:
    path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'


def _chart(inside: str, across: str, up: str) -> str:
    ticks = "".join(
        f'<text x="{_x(t):.0f}" y="{_SIZE + 26}" text-anchor="middle" font-size="11">{t:g}</text>'
        f'<text x="{_MARGIN - 6}" y="{_y(t) + 4:.0f}" text-anchor="end" font-size="11">{t:g}</text>'
        for t in (0, 0.25, 0.5, 0.75, 1)
    )
    width, height = _SIZE + _MARGIN + 20, _SIZE + 52
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(up)} by {escape(across)}">'
        f'<rect x="{_MARGIN}" y="10" width="{_SIZE}" height="{_SIZE}" fill="none" stroke="#999"/>'
        f"{ticks}{inside}"
        f'<text x="{_x(0.5):.0f}" y="{_SIZE + 46}" text-anchor="middle" font-size="12">{escape(across)}'
        f'</text><text transform="translate(11 {_y(0.5):.0f}) rotate(-90)" text-anchor="middle" '
        f'font-size="12">{escape(up)}</text></svg>'
    )


def _wrong(report: Report) -> str:
    served = {response.question: response for response in report.responses}
    rows = [
        _row(question, served.get(question.id), verdict)
        for question in report.questions
        if (verdict := _verdict(question, report.scores[question.id]))
    ]
    head = "<tr><th>question</th><th>expected</th><th>served</th><th></th></tr>"
    return f"<details><summary>{len(rows)} questions</summary><table>{head}{''.join(rows)}</table></details>"


def _verdict(question: Question, scores: Mapping[str, float]) -> str:
    if not question.answerable:
        return "" if scores.get("refused") else "answered, though there is no answer"
    if scores.get("falsely refused", 1.0):
        return "refused" if "falsely refused" in scores else "no response"
    if not scores.get("cited first"):
        return "another paragraph"
    return "" if scores.get("short answer") else "short answer"


def _row(question: Question, response: Response | None, verdict: str) -> str:
    gold = "; ".join(question.answers.get(question.language, ())[:1]) + f" {', '.join(question.gold)}"
    got = "" if response is None else response.answer
    cited = ", ".join(citation.id for citation in response.citations) if response else ""
    cells = "".join(f"<td>{escape(text)}</td>" for text in (question.question, gold, f"{got} {cited}"))
    return f"<tr>{cells}<td class=wrong>{escape(verdict)}</td></tr>"
