"""Dense search, filters, upsert, delete, aliases, several clients, SIGKILL: what every server of Milvus does.

In the fast suite over Milvus Lite's server; by ``make soak`` over a real one too, whose wheel (2.3.5) is
older than full text search.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from milvus_servers import REAL, SERVERS, Server, alone, server_named
from numpy.typing import NDArray

from index.backends.cluster import Cluster
from index.backends.engines import Held, MilvusVectors
from index.backends.milvus import Milvus
from index.backends.place import MilvusPlace
from index.keys import WINDOW_BITS, paragraph_key
from index.manifest import GenerationError

pytest.importorskip("pymilvus", reason="the Milvus client is not installed: pip install 'rapporteur[milvus]'")
pytest.importorskip("milvus_lite", reason="Milvus Lite is not installed: pip install 'rapporteur[milvus]'")

DIMENSIONS = 32
DOCUMENTS, PARAGRAPHS = 12, 25
RANDOM = np.random.default_rng(11)
KEYS = np.array([paragraph_key(d, p) for d in range(1, DOCUMENTS + 1) for p in range(PARAGRAPHS)], np.int64)
HELD = Held(KEYS, np.full(len(KEYS), 2, np.int64), np.full(len(KEYS), 9, np.int64))
PASSAGES = (np.repeat(KEYS, 2) << WINDOW_BITS) | np.tile([0, 1], len(KEYS))
VECTORS = RANDOM.standard_normal((len(PASSAGES), DIMENSIONS)).astype(np.float32)
VECTORS /= np.linalg.norm(VECTORS, axis=1, keepdims=True)
ASKED = VECTORS[::37] + RANDOM.standard_normal((len(VECTORS[::37]), DIMENSIONS)).astype(np.float32) * 0.1


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server_named(request.param, tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def cluster(server: Server) -> Iterator[Cluster]:
    with closing(Cluster(MilvusPlace(server.uri))) as cluster:
        yield cluster


@pytest.fixture
def filled(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    """A collection of all passages."""
    name = re.sub(r"[^a-z0-9]", "_", request.node.name)
    cluster.create_passages(name, DIMENSIONS, len(PASSAGES))
    cluster.upsert(name, rows())
    cluster.settle(name)
    return name


def rows(chosen: slice = slice(None), vectors: NDArray[np.float32] = VECTORS) -> list[dict[str, object]]:
    return [
        {"id": passage, "document": passage >> 36, "paragraph": passage >> WINDOW_BITS, "vector": vector}
        for passage, vector in zip(PASSAGES[chosen].tolist(), vectors[chosen], strict=True)
    ]


def exact(asked: NDArray[np.float32], documents: list[int] | None = None) -> list[int]:
    """Paragraph keys by their best passage."""
    best = (VECTORS @ asked).reshape(-1, 2).max(axis=1)
    order = KEYS[np.argsort(-best)].tolist()
    return [key for key in order if documents is None or key >> 20 in documents]


def test_search_is_exact_with_and_without_a_filter(cluster: Cluster, filled: str) -> None:
    index = MilvusVectors(cluster, filled, HELD, DIMENSIONS)
    for asked in ASKED:
        assert index.search(asked, 10).keys.tolist() == exact(asked)[:10]
        assert index.search(asked, 10, [3, 5]).keys.tolist() == exact(asked, [3, 5])[:10]
        everything = list(range(1, DOCUMENTS + 1))
        assert index.search(asked, 10, everything).keys.tolist() == exact(asked)[:10]
    scored = index.score(ASKED[0], np.sort(KEYS[[3, 60, 200]]))
    assert scored.scores.tolist() == pytest.approx(
        sorted(((VECTORS @ ASKED[0]).reshape(-1, 2).max(axis=1)[[3, 60, 200]]).tolist(), reverse=True),
        abs=1e-5,
    )
    assert np.allclose(index.vectors(PASSAGES[40:80]), VECTORS[40:80], atol=1e-6)


def test_a_large_collection_is_walked_and_finds_nearly_all(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.backends.cluster._FLAT_LIMIT", 100)
    cluster.create_passages("walked", DIMENSIONS, len(PASSAGES))
    cluster.upsert("walked", rows())
    cluster.settle("walked")
    index = MilvusVectors(cluster, "walked", HELD, DIMENSIONS)
    for documents in (None, [3, 5]):
        found = [index.search(asked, 10, documents).keys.tolist() for asked in ASKED]
        right = [exact(asked, documents)[:10] for asked in ASKED]
        share = [len(set(one) & set(other)) / 10 for one, other in zip(found, right, strict=True)]
        assert np.mean(share) >= 0.97


def test_what_is_sent_twice_stands_once_and_the_last_counts(cluster: Cluster, filled: str) -> None:
    cluster.upsert(filled, rows(slice(0, 100)))
    assert cluster.count(filled) == len(PASSAGES)
    moved = VECTORS.copy()
    moved[7] = -VECTORS[7]
    cluster.upsert(filled, rows(slice(7, 8), moved))
    cluster.settle(filled)
    assert cluster.count(filled) == len(PASSAGES)
    index = MilvusVectors(cluster, filled, HELD, DIMENSIONS)
    assert np.allclose(index.vectors(PASSAGES[7:8]), -VECTORS[7:8], atol=1e-6)


def test_documents_leave_whole(cluster: Cluster, filled: str) -> None:
    cluster.delete(filled, [2, 9])
    cluster.settle(filled)
    assert cluster.count(filled) == len(PASSAGES) - 2 * PARAGRAPHS * 2
    index = MilvusVectors(cluster, filled, HELD, DIMENSIONS)
    found = index.search(ASKED[0], 300).keys.tolist()
    assert {key >> 20 for key in found}.isdisjoint({2, 9})
    assert len(found) == (DOCUMENTS - 2) * PARAGRAPHS


def test_who_reads_a_collection_under_its_old_name_is_refused(cluster: Cluster, filled: str) -> None:
    cluster.rename(filled, "renamed")
    cluster.load("renamed")
    cluster.delete("renamed", [4])
    assert cluster.count("renamed") == len(PASSAGES) - PARAGRAPHS * 2
    cluster.upsert("renamed", rows(slice(3 * PARAGRAPHS * 2, 4 * PARAGRAPHS * 2)))
    cluster.settle("renamed")
    assert cluster.count("renamed") == len(PASSAGES)
    index = MilvusVectors(cluster, "renamed", HELD, DIMENSIONS)
    assert index.search(ASKED[2], 10).keys.tolist() == exact(ASKED[2])[:10]
    with pytest.raises(GenerationError, match="no longer holds"):
        MilvusVectors(cluster, filled, HELD, DIMENSIONS).search(ASKED[2], 10)


def test_an_alias_names_the_one_or_the_other_and_never_none(server: Server, cluster: Cluster) -> None:
    heads = ["swap_one", "swap_two"]
    for head in heads:
        cluster.create_head(head)
    cluster.point("swap", heads[0])
    seen: set[str | None] = set()
    done = threading.Event()

    def read() -> None:
        with closing(Cluster(MilvusPlace(server.uri))) as reader:
            while not done.is_set():
                seen.add(reader.aliased("swap"))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for turn in range(1, 21):
        cluster.point("swap", heads[turn % 2])
    done.set()
    for reader in readers:
        reader.join()
    assert seen <= set(heads)
    assert cluster.aliased("swap") == heads[0]
    cluster.unpoint("swap")
    assert cluster.aliased("swap") is None


_CLIENT = """
import sys
import numpy as np
from test_milvus_passages import ASKED, DIMENSIONS, HELD, exact
from index.backends.cluster import Cluster
from index.backends.engines import MilvusVectors
from index.backends.place import MilvusPlace
index = MilvusVectors(Cluster(MilvusPlace(sys.argv[1])), sys.argv[2], HELD, DIMENSIONS)
for asked in ASKED:
    assert index.search(asked, 10).keys.tolist() == exact(asked)[:10]
print("same")
"""


def test_several_clients_find_the_same(server: Server, filled: str) -> None:
    tests = Path(__file__).parent
    environment = os.environ | {"PYTHONPATH": f"{tests}{os.pathsep}{tests.parent}"}
    clients = [
        subprocess.Popen(  # noqa: S603 (our own arguments)
            [sys.executable, "-c", _CLIENT, server.uri, filled],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in range(2)
    ]
    assert [client.communicate()[0] for client in clients] == ["same\n"] * 2


def test_what_was_settled_survives_sigkill(server: Server, cluster: Cluster, filled: str) -> None:
    cluster.create_head("kept")
    cluster.point("kept_alias", "kept")
    server.kill()
    server.start()
    with closing(Cluster(MilvusPlace(server.uri))) as again:
        assert again.aliased("kept_alias") == "kept"
        again.load(filled)
        assert again.count(filled) == len(PASSAGES)
        index = MilvusVectors(again, filled, HELD, DIMENSIONS)
        assert index.search(ASKED[1], 10).keys.tolist() == exact(ASKED[1])[:10]


def test_what_was_acknowledged_survives_sigkill_unflushed(
    server: Server, cluster: Cluster, filled: str
) -> None:
    more = [row | {"id": int(str(row["id"])) + 2} for row in rows(slice(0, 40))]
    cluster.upsert(filled, more)
    server.kill()
    server.start()
    with closing(Cluster(MilvusPlace(server.uri))) as again:
        again.load(filled)
        assert again.count(filled) == len(PASSAGES) + 40


def test_a_server_too_old_for_full_text_is_refused_by_name(server: Server, tmp_path: Path) -> None:
    with closing(Milvus(MilvusPlace(server.uri), None, tmp_path)) as backend:
        if server.full_text:
            with backend.updating():
                pass
        else:
            with (
                pytest.raises(GenerationError, match=r"2\.3\.5.*no full text search: use Milvus 2\.5"),
                backend.updating(),
            ):
                pass


@pytest.mark.soak
def test_a_real_server_does_all_of_this(tmp_path: Path) -> None:
    """``RAPPORTEUR_TEST_WHEEL`` names the Python of an environment with ``milvus==2.3.5`` and
    ``setuptools<80``; without it one is made.
    """
    python = os.environ.get("RAPPORTEUR_TEST_WHEEL") or _environment(tmp_path / "wheel")
    ran = alone(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(Path(__file__)), "-k", "milvus]"],
        os.environ | {REAL: python},
    )
    if isinstance(ran, str):
        pytest.skip(ran)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    print(ran.stdout)


def _environment(folder: Path) -> str:
    python = str(folder / "bin" / "python")
    made = subprocess.run([sys.executable, "-m", "venv", str(folder)], check=False)  # noqa: S603
    wanted = ["setuptools<80", "milvus==2.3.5"]
    if made.returncode == 0:
        made = subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=False)  # noqa: S603
    if made.returncode:
        pytest.skip("the server's wheel can't be installed: name an environment in RAPPORTEUR_TEST_WHEEL")
    return python
