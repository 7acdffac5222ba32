"""The command line: the one place that knows all the rooms."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from eval.cli import app as eval_app
from service.access.cli import app as keys_app

# Each command imports what it needs inside its function. Measured: loading everything here would make
# `rapporteur --help` take 1.5 s instead of 0.3 s (FastAPI 0.6 s, the text splitters 0.6 s, FAISS and
# numpy 0.3 s).
if TYPE_CHECKING:
    from ingest.report import Problem
    from service.config import Settings
    from service.library import Desk, Library
    from service.schemas import AnswerRequest

__all__ = ["app", "main"]

_Request = TypeVar("_Request", bound=BaseModel)

_EPILOG = "The index lives in the folder given by --data or RAPPORTEUR_DATA, by default ./data."

app = typer.Typer(
    name="rapporteur",
    help="Cited, paragraph-level answers out of United Nations documents, in Chinese and English.",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.add_typer(eval_app, name="eval")
app.add_typer(keys_app, name="keys")

_DATA_HELP = (
    "Folder of the index, or where on Milvus it is: http://127.0.0.1:19530, or a file index.db. "
    "May stand before or after the command."
)

DataOption = Annotated[str | None, typer.Option("--data", metavar="DIR", help=_DATA_HELP)]
EmptyOption = Annotated[
    bool,
    typer.Option(
        "--empty",
        help="Let documents leave the index also where a folder holds no file any more; else it is taken for "
        "one that is not mounted.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the object that the HTTP interface returns.")]
DocumentsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--documents", "-d", metavar="SYMBOL", help="Only in this document; may be given several times."
    ),
]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line on ``arguments`` (default: those of the process).

    Always ends by SystemExit, with 0 (done), 1 (the work failed: one line says why and what to do)
    or 2 (wrong usage).
    """
    for stream in (sys.stdout, sys.stderr):
        # What the terminal's encoding can't show is escaped rather than fatal.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app(arguments, prog_name="rapporteur")
    except Exception as error:
        if isinstance(error, _expected()):
            _fail(str(error))
        raise


def _expected() -> tuple[type[Exception], ...]:
    """What can go wrong without a fault in the program; imported only when something did."""
    from index.encoder import EncoderError
    from index.generation import GenerationError
    from index.joining import ClusterError
    from service.access.keys import KeyFileError
    from service.library import UnknownDocumentError, UnknownParagraphError

    return (
        ClusterError,
        EncoderError,
        GenerationError,
        KeyFileError,
        UnknownDocumentError,
        UnknownParagraphError,
        OSError,
    )


def _fail(message: str) -> NoReturn:
    print(f"rapporteur: {message}", file=sys.stderr)
    raise SystemExit(1)


def _version(wanted: bool | None) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"rapporteur {version('rapporteur')}")
        raise typer.Exit


@app.callback()
def _options(
    ctx: typer.Context,
    data: DataOption = None,
    version: Annotated[
        bool | None,
        typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_version),
    ] = None,
) -> None:
    ctx.obj = data


def _settings(ctx: typer.Context, data: str | None, **given: object) -> Settings:
    """The settings of this run: what the command line says, else the environment, else the defaults."""
    from service.config import Settings

    chosen = given | {"data": data if data is not None else ctx.obj}
    try:
        return Settings(**{name: value for name, value in chosen.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        message = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:
            # A rule over several settings. What came is all of them, a key perhaps included: not repeated.
            raise typer.BadParameter(message, param_hint="RAPPORTEUR_…") from error
        name = str(first["loc"][0])
        raise typer.BadParameter(
            f"{message}, got {first['input']!r}", param_hint=f"--{name} / RAPPORTEUR_{name.upper()}"
        ) from error


@contextmanager
def _library(settings: Settings) -> Iterator[Library]:
    from service.library import Library
    from service.place import backend_of

    library = Library(backend_of(settings), settings.model, settings.glossary, settings.reranker)
    try:
        yield library
    finally:
        library.close()


@contextmanager
def _desk(settings: Settings) -> Iterator[Desk]:
    with _library(settings) as library, library.open() as desk:
        yield desk


def _request(kind: type[_Request], **fields: object) -> _Request:
    """The same checks as over HTTP."""
    try:
        return kind(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        message = first["msg"].removeprefix("Value error, ")
        raise typer.BadParameter(message, param_hint=".".join(map(str, first["loc"])) or None) from error


def _print_json(response: BaseModel) -> None:
    print(response.model_dump_json(indent=2))


@app.command()
def ask(
    ctx: typer.Context,
    question: Annotated[
        str | None,
        typer.Argument(
            help="In English or Chinese, 1 to 2000 characters. Without it, you type one after another.",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
    language: Annotated[
        str, typer.Option(help="Language of the answer: en, zh, or auto for the question's.")
    ] = "auto",
    documents: DocumentsOption = None,
    limit: Annotated[int, typer.Option(help="Paragraphs, cited and related together: 1 to 20.")] = 5,
    data: DataOption = None,
) -> None:
    """One cited answer; or, without a question, one after another, with a history.

    Example: `rapporteur ask "When was the Global Symposium on Soil Organic Carbon held?"`
    """
    from rich.console import Console

    from service.answer_terminal import Links, show_answer
    from service.presentation import answer_response
    from service.respondent import reply_now
    from service.schemas import AnswerRequest

    settings = _settings(ctx, data)
    console = Console(highlight=False)
    links = Links(settings.public_url)

    def request(text: str) -> AnswerRequest:
        return _request(AnswerRequest, question=text, language=language, documents=documents, limit=limit)

    def answer(asked: AnswerRequest, library: Library) -> str:
        reply = reply_now(
            library,
            settings,
            asked.question,
            language=asked.language,
            documents=asked.documents or None,
            limit=asked.limit,
        )
        response = answer_response(reply)
        if json:
            _print_json(response)
        else:
            show_answer(console, response, links)
        return reply.answer.text or ""

    asked = request("?" if question is None else question)
    if question is None and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise typer.BadParameter(
            "expected a question; without one it reads questions from a terminal, and this is none",
            param_hint="QUESTION",
        )
    with _library(settings) as library:
        if question is not None:
            answer(asked, library)
            return

        def converse(text: str) -> str:
            try:
                return answer(request(text), library)
            except typer.BadParameter as error:
                raise ValueError(error.message) from error

        from service.dialogue import Dialogue

        Dialogue(console, converse, Path(typer.get_app_dir("rapporteur")) / "history").run()


@app.command()
def search(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(help="Words or a question, in any language.")],
    json: JsonOption = False,
    documents: DocumentsOption = None,
    languages: Annotated[
        list[str] | None,
        typer.Option(
            "--languages", "-l", metavar="CODE", help="Only texts in this language; may be repeated."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(help="Paragraphs: 1 to 100.")] = 10,
    data: DataOption = None,
) -> None:
    """Ranked paragraphs.

    Example: `rapporteur search "soil organic carbon" --limit 3`
    """
    from service.answering.asking.question import language_of
    from service.presentation import search_response
    from service.schemas import SearchRequest

    request = _request(SearchRequest, query=query, documents=documents, languages=languages, limit=limit)
    with _desk(_settings(ctx, data)) as desk:
        response = search_response(desk, request)
    if json:
        _print_json(response)
        return
    from rich.console import Console

    from service.terminal import show_hits

    show_hits(Console(highlight=False), response, language_of(request.query))


@app.command()
def show(
    ctx: typer.Context,
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="A paragraph's id, or a document's symbol for all of it.")
    ],
    json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """One paragraph in all its languages.

    Example: `rapporteur show "A/64/202#II.35"`
    """
    from service.documents import document_response

    symbol, _, local = id_.partition("#")
    with _desk(_settings(ctx, data)) as desk:
        response = document_response(desk, symbol, local)
    if json:
        _print_json(response)
        return
    from rich.console import Console

    from service.terminal import show_changes, show_paragraph

    console = Console(highlight=False)
    show_changes(console, response)
    for paragraph in response.paragraphs:
        show_paragraph(console, paragraph, response.edition)


@app.command()
def ingest(
    ctx: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH…", help="Files or folders.")] = None,
    sample: Annotated[
        bool,
        typer.Option("--sample", help="The sample that comes with the program: a digest of two documents."),
    ] = False,
    rebuild: Annotated[
        bool,
        typer.Option(
            "--rebuild",
            help="Embed everything again, also what is in the index: needed after a change of model.",
        ),
    ] = False,
    empty: EmptyOption = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Name the files that did not change, too.")
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option(
            "--ray",
            metavar="ADDRESS",
            help="Read and embed on a Ray cluster, HOST:PORT, that this machine is in.",
        ),
    ] = None,
    data: DataOption = None,
) -> None:
    """Files or folders → a new generation of the index.

    Files that did not change are not read again, wherever they were moved to; documents whose files are gone
    from a folder named leave the index; all others in it stay, from wherever they came. A run that was
    stopped goes on where it was. The service goes on with the old generation until the new one is whole, then
    takes that one. Files are named by symbol and language: `A_64_202.zh.txt`.

    Example: `rapporteur ingest --sample` or `rapporteur ingest documents/`
    """
    from ingest.corpus import SAMPLE

    sources = [*(paths or ()), *([SAMPLE] if sample else ())]
    if not sources and not rebuild:
        raise typer.BadParameter("name files or folders, or give --sample", param_hint="PATH…")
    _ingest(_settings(ctx, data), sources, rebuild=rebuild, empty=empty, verbose=verbose, ray=ray)


def _ingest(
    settings: Settings,
    sources: Sequence[Path],
    *,
    rebuild: bool = False,
    empty: bool = False,
    verbose: bool = False,
    ray: str | None = None,
) -> None:
    from index.encoder import load_encoder
    from service.ingest_terminal import show_building, show_reading
    from service.ingestion import Ingestion
    from service.place import backend_of

    encoder = load_encoder(settings.model)
    try:
        with ExitStack() as stack:
            cluster = None
            if ray is not None:
                from index.cluster import Cluster

                cluster = stack.enter_context(Cluster(ray, encoder, settings.model, settings.glossary))
            ingestion = Ingestion(backend_of(settings), encoder, settings.glossary, cluster)
            progress = stack.enter_context(_progress())
            corpus, built = ingestion.run(
                sources,
                rebuild=rebuild,
                empty=empty,
                read=partial(show_reading, verbose=verbose),
                progress=progress,
            )
            if cluster is not None and (lost := cluster.lost()):
                print(
                    f"note machines of the cluster that were lost on the way: {lost}; others did their part",
                    file=sys.stderr,
                )
    except KeyboardInterrupt:
        _fail("stopped: the generation in use is untouched; the same command goes on where this one was")
    if built is None:
        _fail("nothing was read: the generation in use is untouched; see the lines above for what to do")
    show_building(built)
    if not corpus.report.ok:
        _fail("some files were not ingested; everything else was: see the lines above for what to do")


@app.command()
def watch(
    ctx: typer.Context,
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER…", help="Drop folders.")],
    settle: Annotated[
        float,
        typer.Option(
            "--settle", min=0.1, metavar="SECONDS", help="A file is read when it did not change for so long."
        ),
    ] = 2.0,
    empty: EmptyOption = False,
    data: DataOption = None,
) -> None:
    """Ingest folders, and again whenever files in them come, change, move or go, until interrupted.

    As `ingest` for each change; a file that can't be read is one line, once. A running service takes each new
    generation.

    Example: `rapporteur watch documents/`
    """
    import signal

    from index.encoder import load_encoder
    from index.generation import GenerationError
    from service.ingest_terminal import show_building, show_reading
    from service.ingestion import Ingestion
    from service.place import backend_of
    from service.watching import Watching

    settings = _settings(ctx, data)
    tell = partial(print, file=sys.stderr, flush=True)
    ingestion = Ingestion(backend_of(settings), load_encoder(settings.model), settings.glossary)
    told: set[str] = set()
    refused: dict[tuple[Path, bytes, bytes], Problem] = {}

    def ingest(later: Callable[[Path], bool]) -> bool:
        nonlocal refused
        try:
            corpus, built = ingestion.run(
                folders,
                empty=empty,
                read=partial(show_reading, told=told, quiet=True),
                later=later,
                refused=refused,
                waiting=tell,
            )
        except (GenerationError, OSError) as error:
            tell(f"rapporteur: {error}")
            return False
        refused = corpus.refused
        if built is not None and built.written:
            show_building(built)
        sys.stdout.flush()
        return True

    # What stops services stops this one as the keyboard does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(f"watching {', '.join(map(str, folders))}: stop with Ctrl-C", flush=True)
    try:
        Watching(folders, ingest, tell, settle).run()
    except KeyboardInterrupt:
        print("stopped", flush=True)


@app.command()
def fetch(
    ctx: typer.Context,
    symbols: Annotated[list[str], typer.Argument(metavar="SYMBOL…", help="As A/64/202.")],
    languages: Annotated[
        str, typer.Option("--languages", "-l", metavar="CODES", help="Of ar en es fr ru zh, with commas.")
    ] = "en,zh",
    to: Annotated[
        Path, typer.Option("--to", metavar="FOLDER", help="Where the files are kept; asked for once only.")
    ] = Path("documents"),
    only_fetch: Annotated[bool, typer.Option("--only-fetch", help="Don't ingest what was fetched.")] = False,
    data: DataOption = None,
) -> None:
    """Official versions from the United Nations document service into a folder, and into the index.

    A second apart, and later where the service is busy; what is there already is not fetched again.

    Example: `rapporteur fetch A/64/202 --languages zh,en`
    """
    from ingest.download import Downloader
    from ingest.fetch import fetch as fetched

    settings = _settings(ctx, data)
    codes = [code.strip() for code in languages.split(",") if code.strip()]
    done = []
    with Downloader(settings.fetch_url.partition("{")[0]) as downloader:
        try:
            for one in fetched(symbols, codes, to, downloader, url=settings.fetch_url):
                print(one, file=sys.stdout if one.path else sys.stderr)
                done.append(one)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="SYMBOL… / --languages") from error
    paths = [one.path for one in done if one.path is not None]
    if paths and not only_fetch:
        _ingest(settings, paths)
    if any(one.state == "failed" for one in done) or not paths:
        _fail("not everything was fetched: see the lines above; the same command goes on where it was")


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar on a terminal; nothing where the output goes to a file or another program."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def advance(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield advance


@app.command()
def inspect(
    ctx: typer.Context,
    versions: Annotated[
        bool,
        typer.Option(
            "--versions",
            help="Compare the language versions: paragraphs missing, split or merged, numbers and dates.",
        ),
    ] = False,
    documents: DocumentsOption = None,
    json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """What is in the index: documents, paragraphs, languages, unpaired paragraphs, model, generation.

    Example: `rapporteur inspect --versions --documents A/64/202`
    """
    if versions:
        _inspect_versions(_settings(ctx, data), documents, json=json)
        return
    if documents:
        raise typer.BadParameter("goes with --versions", param_hint="--documents")
    from service.holdings import inspection

    with _desk(_settings(ctx, data)) as desk:
        found = inspection(desk)
    if json:
        _print_json(found)
        return
    from rich.console import Console

    from service.terminal import show_inspection

    show_inspection(Console(highlight=False), found)


def _inspect_versions(settings: Settings, documents: Sequence[str] | None, *, json: bool) -> None:
    from service.holdings import versions_report

    with _desk(settings) as desk:
        found = versions_report(desk, documents)
    if json:
        _print_json(found)
        return
    from rich.console import Console

    from service.terminal import show_versions

    show_versions(Console(highlight=False), found)


ActorOption = Annotated[
    str | None, typer.Option("--actor", help="Who asks or decides: part of any name, in either language.")
]
ActionOption = Annotated[str | None, typer.Option("--action", help="Words of what is said.")]
DecisionOption = Annotated[
    str | None, typer.Option("--decision", metavar="KEY", help="Decision or resolution, as 21/COP.12.")
]
FromOption = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="Not over before 2017, 2017-03 or 2017-03-21.")
]
ToOption = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Begun by the end of this date.")]
TextOption = Annotated[
    str | None, typer.Option("--language", "-l", metavar="CODE", help="Only what texts in en or zh say.")
]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV, in UTF-8 with a byte order mark.")]
RecordsOption = Annotated[int | None, typer.Option("--limit", help="Records at most: 1 to 5000.")]


@app.command()
def mandates(
    ctx: typer.Context,
    actor: ActorOption = None,
    addressee: Annotated[
        str | None, typer.Option("--addressee", help="Who is asked to act: part of any name.")
    ] = None,
    action: ActionOption = None,
    decision: DecisionOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    documents: DocumentsOption = None,
    language: TextOption = None,
    limit: RecordsOption = None,
    json: JsonOption = False,
    csv: CsvOption = False,
    data: DataOption = None,
) -> None:
    """Who asks or authorises whom to do what, under which decision, by when.

    Example: `rapporteur mandates --actor CST --csv > mandates.csv`
    """
    from service.record_schemas import LONGEST_PAGE, MandateQuery
    from service.records import mandate_list

    kind = _one_of(json=json, csv=csv)
    given = {"actor": actor, "addressee": addressee, "action": action, "decision": decision, "from": from_}
    query = _request(MandateQuery, **given, to=to, documents=documents, language=language, limit=limit)
    with _desk(_settings(ctx, data)) as desk:
        found = mandate_list(desk, query, query.limit or LONGEST_PAGE)
    if kind == "json":
        _print_json(found)
        return
    if kind == "csv":
        from service.exports import mandates_csv

        _print_bytes(mandates_csv(found.mandates))
        return
    from rich.console import Console

    from service.record_terminal import show_mandates

    show_mandates(Console(highlight=False), found)


@app.command()
def timeline(
    ctx: typer.Context,
    actor: ActorOption = None,
    action: ActionOption = None,
    decision: DecisionOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    documents: DocumentsOption = None,
    language: TextOption = None,
    limit: RecordsOption = None,
    json: JsonOption = False,
    csv: CsvOption = False,
    ics: Annotated[bool, typer.Option("--ics", help="Print iCalendar: an all-day event for each.")] = False,
    data: DataOption = None,
) -> None:
    """Every dated fact, in order.

    Example: `rapporteur timeline --from 2017 --to 2017-06 --ics > timeline.ics`
    """
    from datetime import datetime

    from service.record_schemas import LONGEST_PAGE, TimelineQuery
    from service.records import timeline

    kind = _one_of(json=json, csv=csv, ics=ics)
    given = {"actor": actor, "action": action, "decision": decision, "from": from_, "to": to}
    query = _request(TimelineQuery, **given, documents=documents, language=language, limit=limit)
    with _desk(_settings(ctx, data)) as desk:
        found = timeline(desk, query, query.limit or LONGEST_PAGE)
        made = datetime.fromisoformat(desk.held.manifest.created)
    if kind == "json":
        _print_json(found)
        return
    if kind is not None:
        from service.exports import timeline_csv, timeline_ics

        _print_bytes(timeline_csv(found.facts) if kind == "csv" else timeline_ics(found.facts, made))
        return
    from rich.console import Console

    from service.record_terminal import show_timeline

    show_timeline(Console(highlight=False), found)


def _one_of(**formats: bool) -> str | None:
    """The one output format that was asked for."""
    chosen = [name for name, wanted in formats.items() if wanted]
    if len(chosen) > 1:
        raise typer.BadParameter(
            "expected one of them at most", param_hint=" / ".join(f"--{c}" for c in chosen)
        )
    return next(iter(chosen), None)


def _print_bytes(content: bytes) -> None:
    """Files have an encoding of their own, whatever the terminal's is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


@app.command()
def verify(ctx: typer.Context, data: DataOption = None) -> None:
    """Read every file of the index and compare it with the checksums written at ingest."""
    from service.place import backend_of

    manifest = backend_of(_settings(ctx, data)).verify()
    size = sum(file.bytes for file in manifest.files)
    print(f"generation {manifest.id} is whole: {len(manifest.files)} files, {size / 1e6:.1f} MB")


@app.command()
def serve(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on; 127.0.0.1 if not given.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 8000 if not given, 0 for a free one.")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that answer; 1 if not given.")] = None,
    data: DataOption = None,
) -> None:
    """The HTTP service. It starts without an index too, and takes each new generation as it comes.

    Example: `rapporteur serve --port 8080`
    """
    # Until it listens, hardly anything becomes garbage in cycles: looking for some is a tenth of the start.
    gc.disable()
    from service.server import run

    run(_settings(ctx, data, host=host, port=port, workers=workers), announce=partial(print, flush=True))


@app.command()
def mcp(ctx: typer.Context, data: DataOption = None) -> None:
    """The Model Context Protocol server on standard input and output, for an assistant to start.

    Tools `search`, `fetch` and `answer`; paragraphs as resources. The service has the same at `/mcp`.
    """
    from service.library import Library
    from service.mcp.server import serve_stdio
    from service.place import backend_of

    settings = _settings(ctx, data)
    library = Library(backend_of(settings), settings.model, settings.glossary, settings.reranker)
    try:
        serve_stdio(library, settings)
    finally:
        library.close()


if __name__ == "__main__":
    main()
