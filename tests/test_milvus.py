"""What only an index on Milvus can meet: other machines, a stopped publication, a server that goes away."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from engines import free_port, lite_server, named_index
from index_models import CHINESE, ENGLISH, TermVectors, document
from milvus_servers import server_named

from index.backends.cluster import Cluster, Row
from index.backends.milvus import Milvus
from index.backends.place import MilvusPlace, parse_place
from index.backends.publishing import heads
from index.generation import open_generation
from index.manifest import DamagedGenerationError, GenerationError
from ingest.corpus import Corpus
from ingest.paragraphs import Document
from ingest.report import IngestReport

pytest.importorskip("pymilvus", reason="the Milvus client is not installed: pip install 'rapporteur[milvus]'")
pytest.importorskip("milvus_lite", reason="Milvus Lite is not installed: pip install 'rapporteur[milvus]'")

ENCODER = TermVectors()
DOCUMENTS = (document("A/1", "zh", CHINESE), document("A/1", "en", ENGLISH))
MORE = (document("B/2", "en", ["A workshop on soil meets in Nairobi."]),)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with lite_server(tmp_path_factory.mktemp("server")) as (uri, _):
        yield uri


@pytest.fixture
def index(server: str, tmp_path: Path) -> Iterator[Milvus]:
    """One machine's view of an index of :data:`DOCUMENTS`."""
    backend = named_index(server, tmp_path / "one")
    assert isinstance(backend, Milvus)
    ingest(backend, *DOCUMENTS)
    yield backend
    backend.close()


def ingest(backend: Milvus, *documents: Document) -> tuple[int, int]:
    with backend.updating() as update:
        report = update.build(Corpus(documents, IngestReport()), ENCODER)
    return report.embedded, report.reused


def elsewhere(backend: Milvus, folder: Path) -> Milvus:
    """The same index as another machine sees it, which has no copy of anything."""
    place = parse_place(str(backend))
    assert isinstance(place, MilvusPlace)
    return Milvus(place, None, folder)


def symbols(backend: Milvus) -> list[str]:
    with backend.open() as generation:
        return [one.symbol for one in generation.store.documents()]


def test_another_machine_reads_it_and_ingests_on_from_it(index: Milvus, tmp_path: Path) -> None:
    with closing(elsewhere(index, tmp_path / "two")) as other:
        assert symbols(other) == ["A/1"]
        assert ingest(other, *MORE) == (1, 0)
        assert symbols(index) == symbols(other) == ["A/1", "B/2"]
        # What is fetched for that is the generation as it was made, facts and vectors included.
        changed = document("A/1", "en", [*ENGLISH[:3], "The last paragraph is another one now."])
        assert ingest(index, changed) == (1, 7)
        with index.open() as generation:
            assert generation.store.versions("A/1")["zh"] == DOCUMENTS[0]
            assert generation.store.versions("A/1")["en"] == changed


def test_what_is_fetched_for_an_ingest_is_what_was_published(index: Milvus, tmp_path: Path) -> None:
    with closing(elsewhere(index, tmp_path / "two")) as other, other.updating():
        pass
    stores = [sorted(tmp_path.glob(f"{name}/**/ingest")) for name in ("one", "two")]
    dumps = []
    for (staging,) in stores:
        with (
            open_generation(staging) as generation,
            sqlite3.connect(generation.folder / "store.sqlite") as connection,
        ):
            dumps.append("\n".join(connection.iterdump()))
            vectors = {
                language: held.vectors(held.passages).tolist()
                for language, held in generation.vectors.items()
            }
            dumps.append(str(vectors))
        connection.close()
    assert dumps[:2] == dumps[2:]


def test_of_two_ingests_at_once_the_later_is_told_to_start_again(index: Milvus, tmp_path: Path) -> None:
    with closing(elsewhere(index, tmp_path / "two")) as other:
        with index.updating() as update:
            ingest(other, *MORE)
            late = Corpus((document("C/3", "en", ["A third document."]),), IngestReport())
            with pytest.raises(GenerationError, match=r"another ingest put .* in use"):
                update.build(late, ENCODER)
        assert symbols(index) == ["A/1", "B/2"]
        ingest(index, document("C/3", "en", ["A third document."]))
        assert symbols(other) == ["A/1", "B/2", "C/3"]


def test_a_publication_that_is_stopped_changes_nothing_and_is_made_up_for(
    index: Milvus, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Cluster, "create_head", stopped)
        with pytest.raises(GenerationError, match="stopped"):
            ingest(index, *MORE)
        assert symbols(index) == ["A/1"]
    # Where it was built is ahead of the cluster now: the same ingest finds nothing new, but publishes.
    assert ingest(index, *MORE) == (0, 0)
    assert symbols(index) == ["A/1", "B/2"]


def test_the_generation_before_is_kept_and_older_ones_are_dropped(index: Milvus) -> None:
    place = parse_place(str(index))
    assert isinstance(place, MilvusPlace)
    with closing(Cluster(place)) as cluster:
        for number in range(3):
            ingest(index, document("N/1", "en", [f"Report {number} on soil."]))
            assert len(heads(cluster, place.name)) == 2
        with index.open() as now:
            cluster.unpoint(place.name)
            before = index.fallback()
            assert before is not None
            assert before.id <= now.id
            before.close()


def test_only_what_changed_is_written_and_all_of_it(
    index: Milvus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = [document(f"N/{n}", "en", [f"Report {n} on site w{n}.", "Else."]) for n in range(20)]
    ingest(index, *crowd)
    ingest(index, document("N/3", "en", ["Report 3 is about marmalade."]))
    sent: dict[str, list[int]] = {}

    def upsert(cluster: Cluster, collection: str, rows: Iterable[Row]) -> int:
        there = list(rows)
        if re.search("_[vt]_[a-z]+$", collection):
            sent.setdefault(collection[-4:], []).extend(int(row["document"]) for row in there)
        return upserting(cluster, collection, there)

    upserting = Cluster.upsert
    monkeypatch.setattr(Cluster, "upsert", upsert)
    with index.updating() as update:
        gone = Corpus((document("N/5", "en", ["Report 5 grew.", "And more.", "And more."]),), IngestReport())
        update.build(replace(gone, removed=(("N/7", "en"),)), ENCODER)
    with index.open() as generation, closing(elsewhere(index, tmp_path / "two")) as other:
        # The collections are those of two generations ago: what changed since then is written, and no more.
        numbers = [generation.store.number(symbol) for symbol in ("N/3", "N/5")]
        assert {name: sorted(set(found)) for name, found in sent.items()} == {
            "v_zh": [],
            "t_zh": [],
            "v_en": numbers,
            "t_en": numbers,
        }
        assert len(generation.vectors["en"]) == len(generation.lexical["en"]) == 4 + 1 + 3 + 17 * 2
        index.verify()
        for term, hits in {"marmalad": 1, "grew": 1, "report": 20, "site": 17}.items():
            assert len(generation.lexical["en"].search({term: 1.0}, 50).keys) == hits
        vector = ENCODER.encode(["Report 7 on site w7"])[0]
        found = generation.vectors["en"].search(vector, 100).keys
        assert len(found) == len(generation.vectors["en"])
        with other.open() as again:
            assert again.store.versions("N/5")["en"].paragraphs[2].text == "And more."


def test_a_reader_that_slept_for_two_ingests_is_refused_not_misled(index: Milvus) -> None:
    with index.open() as slept:
        ingest(index, *MORE)
        assert len(slept.lexical["en"].search({"soil": 1.0}, 5).keys) == 1
        ingest(index, document("C/3", "en", ["Soil again."]))
        with pytest.raises(GenerationError, match="no longer holds"):
            slept.lexical["en"].search({"soil": 1.0}, 5)


def test_rows_that_are_gone_are_found(index: Milvus) -> None:
    manifest = index.verify()
    assert manifest.counts.texts == 8
    with index.open() as generation:
        generation.cluster.delete(f"{generation.head}_t_en", [generation.store.number("A/1")])
        with pytest.raises(DamagedGenerationError, match="rebuild"):
            index.verify()
        with pytest.raises(DamagedGenerationError, match="rebuild"):
            generation.store.paragraphs("A/1")


def test_a_copy_that_is_damaged_is_fetched_again(index: Milvus, tmp_path: Path) -> None:
    index.open().close()
    (catalogue,) = tmp_path.glob("one/**/catalogue.sqlite")
    catalogue.write_bytes(catalogue.read_bytes()[:-100])
    assert symbols(index) == ["A/1"]


def test_what_was_published_survives_a_server_that_is_killed(tmp_path: Path) -> None:
    with lite_server(tmp_path) as (uri, process):
        backend = named_index(uri, tmp_path)
        assert isinstance(backend, Milvus)
        ingest(backend, *DOCUMENTS)
        place = parse_place(str(backend))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with pytest.raises(GenerationError):
            backend.open()
        backend.close()
    (tmp_path / "milvus" / "LOCK").unlink(missing_ok=True)
    with lite_server(tmp_path) as (uri, _):
        assert isinstance(place, MilvusPlace)
        again = Milvus(MilvusPlace(uri, name=place.name), None, tmp_path / "again")
        assert symbols(again) == ["A/1"]
        with again.open() as generation:
            assert len(generation.lexical["en"].search({"soil": 1.0}, 5).keys) == 1
            vector = ENCODER.encode(["soil symposium in Rome"])[0]
            assert len(generation.vectors["en"].search(vector, 5).keys) == 4
        again.close()


def test_a_file_of_milvus_lite_is_open_in_one_process_and_let_go_of(tmp_path: Path) -> None:
    place = parse_place(str(tmp_path / "index.db"))
    assert isinstance(place, MilvusPlace)
    with closing(Milvus(place, None, tmp_path / "cache")) as backend:
        ingest(backend, *DOCUMENTS)
        assert symbols(backend) == ["A/1"]
        command = [sys.executable, "-m", "rapporteur", "verify", "--data", str(tmp_path / "index.db")]
        other = subprocess.run(  # noqa: S603 (our own arguments)
            command, env=_environment(tmp_path / "other"), capture_output=True, text=True, check=False
        )
        assert other.returncode == 1
        assert other.stderr.count("\n") == 1
        assert "that no other process has open" in other.stderr
        assert "milvus-lite server --host 127.0.0.1" in other.stderr
    with closing(Milvus(place, None, tmp_path / "cache")) as again:
        assert symbols(again) == ["A/1"]


@pytest.mark.soak
def test_two_services_read_one_cluster_and_follow_the_swap(server: str, tmp_path: Path) -> None:
    address = f"{server}#replicas"
    run("ingest", "--sample", "--data", address, cache=tmp_path / "ingest")
    with (
        service(address, tmp_path / "one") as one,
        service(address, tmp_path / "two") as two,
        httpx.Client(timeout=30, follow_redirects=True) as client,
    ):
        question = {"question": "When was the Global Symposium on Soil Organic Carbon held?"}
        answers = [client.post(f"{at}/v1/answers", json=question).json() for at in (one, two)]
        assert {answer["answer"]["value"] for answer in answers} == {"2017-03-21/2017-03-23"}
        (folder := tmp_path / "documents").mkdir()
        (folder / "X_1.en.txt").write_text("1. The marmalade workshop met in Nairobi on 5 May 2011.\n")
        run("ingest", str(folder), "--data", address, cache=tmp_path / "ingest")
        for at in (one, two):
            end = time.monotonic() + 20
            while (found := client.get(f"{at}/v1/documents/X/1")).status_code == 404:
                assert time.monotonic() < end
                time.sleep(0.1)
            assert "marmalade" in found.json()["paragraphs"][0]["texts"]["en"]
            asked = {"question": "When did the marmalade workshop meet?"}
            assert client.post(f"{at}/v1/answers", json=asked).json()["answer"]["value"] == "2011-05-05"
            for path in ("/v1/mandates", "/v1/timeline", "/v1/documents", "/documents/A/64/202", "/readyz"):
                assert client.get(at + path).status_code == 200


@pytest.mark.soak
def test_without_its_server_a_service_says_so_and_goes_on_when_it_is_back(tmp_path: Path) -> None:
    question = {"question": "When was the Global Symposium on Soil Organic Carbon held?"}
    with (
        server_named("milvus-lite", tmp_path) as server,
        service(server.uri, tmp_path / "cache", RAPPORTEUR_ANSWER_CACHE="0") as at,
        httpx.Client(timeout=60) as client,
    ):
        assert client.get(f"{at}/readyz").status_code == 503
        run("ingest", "--sample", "--data", server.uri, cache=tmp_path / "ingest")
        until(lambda: client.get(f"{at}/readyz").status_code == 200)
        assert client.post(f"{at}/v1/answers", json=question).json()["status"] == "answered"
        server.kill()
        refused = client.post(f"{at}/v1/answers", json=question)
        assert refused.status_code == 503
        assert "expected a Milvus server at" in refused.json()["error"]["message"]
        until(lambda: client.get(f"{at}/readyz").status_code == 503)
        server.start()
        until(lambda: client.get(f"{at}/readyz").status_code == 200)
        assert client.post(f"{at}/v1/answers", json=question).json()["status"] == "answered"


def until(met: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end
        time.sleep(0.1)


def stopped(*_: object) -> None:
    raise GenerationError("stopped")


def _environment(cache: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORTEUR_")}
    return kept | {"RAPPORTEUR_CACHE": str(cache)}


def run(*arguments: str, cache: Path) -> None:
    subprocess.run(  # noqa: S603 (our own arguments)
        [sys.executable, "-m", "rapporteur", *arguments],
        env=_environment(cache),
        timeout=120,
        check=True,
        capture_output=True,
    )


@contextmanager
def service(address: str, cache: Path, **settings: str) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 (our own arguments)
        [sys.executable, "-m", "rapporteur", "serve", "--port", str(port), "--data", address],
        env=_environment(cache) | settings,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert "answers at" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
