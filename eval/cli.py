"""``rapporteur eval`` and its sub-commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

# As in rapporteur.py: what a command needs is imported when it runs, so that --help stays fast.
if TYPE_CHECKING:
    from eval.report import Report

__all__ = ["app"]

app = typer.Typer(
    help="Measure the service on the fixed evaluation set.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

DataOption = Annotated[
    str | None, typer.Option("--data", metavar="DIR", help="Folder of the index, or where on Milvus it is.")
]


def _fail(message: object, code: int) -> NoReturn:
    print(f"rapporteur eval: {message}", file=sys.stderr)
    raise typer.Exit(code)


def _floors(texts: list[str]) -> dict[str, float]:
    """``measure=value`` each; values from 0 to 1, times in milliseconds."""
    from eval.judgement import HIGHER_IS_BETTER

    floors = {}
    for text in texts:
        measure, _, value = text.rpartition("=")
        if measure not in HIGHER_IS_BETTER:
            raise typer.BadParameter(
                f"{text!r}: expected MEASURE=VALUE, measures are {', '.join(HIGHER_IS_BETTER)}"
            )
        try:
            floors[measure] = float(value)
        except ValueError as error:
            raise typer.BadParameter(f"{text!r}: expected a number after =, got {value!r}") from error
    return floors


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    split: Annotated[str, typer.Option(help="dev, or test (for figures to publish).")] = "dev",
    url: Annotated[
        str | None, typer.Option(help="A running service; without it, one in this process.")
    ] = None,
    data: DataOption = None,
    questions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Questions as JSON lines, instead of a split of the fixed set."),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write everything as JSON.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with charts that needs nothing else.")
    ] = None,
    trec: Annotated[Path | None, typer.Option(metavar="DIR", help="Write qrels.txt and run.txt.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a section for RESULTS.md.")] = False,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE=VALUE", help="End with 1 where a measure is worse; may be given several times."
        ),
    ] = None,
    note: Annotated[
        str | None, typer.Option(help="Put with the conditions: the commit, the texts, the machine.")
    ] = None,
) -> None:
    """Put the questions to the service; print recall, citations, answers, refusals and times with 95%
    intervals.
    """
    if context.invoked_subcommand is not None:
        return
    floors = _floors(fail_under or [])
    # Mounted in rapporteur, the folder may stand before the command: it is then the context's object.
    report = _report(split, url, data if data is not None else context.obj, questions, note)
    _print(report, as_markdown=markdown)
    from eval.report import floors_missed, write_json, write_trec

    if json_file is not None:
        write_json(report, json_file)
    if html is not None:
        from eval.page import write_html

        write_html(report, html)
    if trec is not None:
        write_trec(report, trec)
    if missed := floors_missed(report, floors):
        _fail("; ".join(missed), 1)


def _report(
    split: str, url: str | None, data: str | None, questions: Path | None, note: str | None
) -> Report:
    from rich.console import Console
    from rich.progress import Progress

    from eval.questions import QuestionError, load_questions, read_questions
    from eval.run import main
    from eval.service import ServiceError
    from index.backends.place import parse_place

    if split not in ("dev", "test"):
        raise typer.BadParameter(f"--split: expected dev or test, got {split!r}")
    try:
        asked = (
            read_questions(questions) if questions else load_questions("test" if split == "test" else "dev")
        )
        extra = {"set": questions.name if questions else split} | ({"note": note} if note else {})
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("asking", total=len(asked))
            place = None if data is None else parse_place(data)
            return main(asked, data=place, url=url, extra=extra, progress=lambda: progress.advance(task))
    except (QuestionError, ServiceError, OSError, ValueError) as error:
        _fail(error, 1)


def _print(report: Report, *, as_markdown: bool) -> None:
    from rich.console import Console

    from eval.report import markdown, show

    if as_markdown:
        print(markdown(report), end="")
    else:
        show(report, Console())


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="Report of a run, written with --json.")],
    second: Annotated[Path, typer.Argument(help="Another, over the same questions.")],
) -> None:
    """Compare two runs question by question: difference, 95% interval, permutation test."""
    from rich.console import Console

    from eval.compare import RunError, read_run, show_comparison

    try:
        show_comparison(read_run(first), read_run(second), Console())
    except (RunError, ValueError, OSError) as error:
        _fail(error, 1)


@app.command()
def retrieval(
    folder: Annotated[Path, typer.Argument(help="The data folder, with train/qa and measure in it.")],
    rows: Annotated[int, typer.Option(min=10, help="Pairs and questions taken from each set.")] = 1000,
    model: Annotated[
        str | None, typer.Option(help="sentence-transformers model; the embedded one if not given.")
    ] = None,
) -> None:
    """Measure every ranker and the fused order on public question and paragraph sets, within and across
    languages, each set alone and all in one index.
    """
    from eval.retrieval import SetError, measure_sets, table

    try:
        print(table(measure_sets(folder, rows=rows, model=model)), end="")
    except (SetError, OSError) as error:
        _fail(error, 1)


@app.command()
def crowd(
    documents: Annotated[Path, typer.Argument(help="Folder of the documents that the questions ask about.")],
    resolutions: Annotated[Path, typer.Argument(help="Folder of English documents to make a crowd of.")],
    folder: Annotated[Path, typer.Argument(help="The data folder, with train/parallel in it.")],
    size: Annotated[list[int] | None, typer.Option(min=1, help="Other paragraphs; may be repeated.")] = None,
) -> None:
    """Put the development questions to their documents among many English paragraphs of others."""
    from eval.crowd import crowd_table, measure_crowds
    from eval.questions import load_questions
    from eval.sets import SetError
    from index.encoder import load_encoder

    sizes = size or [10_000, 200_000]
    try:
        rows = measure_crowds(documents, resolutions, folder, sizes, load_questions("dev"), load_encoder())
        print(crowd_table(rows), end="")
    except (SetError, OSError) as error:
        _fail(error, 1)
