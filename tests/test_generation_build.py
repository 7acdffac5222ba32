from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from index_models import CHINESE, ENGLISH, TermVectors, document, numbered_documents

from index import locks
from index.build import build_generation
from index.fusion import REGIMES, Fusion, Weight
from index.generation import (
    CURRENT,
    GenerationError,
    NoGenerationError,
    generations_folder,
    open_generation,
    read_pointer,
    verify_generation,
)
from index.locks import IngestRunningError
from index.manifest import EncoderMismatchError, sha256_of
from index.retrieve import RANKERS_OF_ANY_MODEL, Retriever
from ingest.paragraphs import Paragraph, ParagraphId


def test_an_empty_folder_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoGenerationError, match=r'found none: run "rapporteur ingest PATH…"'):
        open_generation(tmp_path)


def test_counts_and_identity_are_in_the_manifest(tmp_path: Path) -> None:
    encoder = TermVectors()
    report = build_generation(
        tmp_path, [document("A/1", "zh", CHINESE), document("A/1", "en", ENGLISH[:3])], encoder
    )
    manifest = verify_generation(tmp_path)
    assert (report.new, report.changed, report.unchanged, report.removed) == (7, 0, 0, 0)
    assert manifest.id == report.generation
    assert manifest.counts == report.counts
    assert (manifest.counts.documents, manifest.counts.versions, manifest.counts.paragraphs) == (1, 2, 4)
    assert manifest.counts.by_language == {"en": 3, "zh": 4}
    assert manifest.encoder.fingerprint == encoder.fingerprint
    files = {file.path for file in manifest.files}
    assert {"store.sqlite", "vectors/en.faiss", "vectors/zh.faiss", "lexical/zh/meta.json"} <= files


def test_the_same_documents_again_write_nothing(tmp_path: Path) -> None:
    documents = [document("A/1", "zh", CHINESE)]
    first = build_generation(tmp_path, documents, TermVectors())
    again = build_generation(tmp_path, documents, TermVectors())
    assert not again.written
    assert again.generation == first.generation
    assert (again.unchanged, again.new, again.embedded) == (4, 0, 0)
    assert len(list(generations_folder(tmp_path).iterdir())) == 1


def test_only_what_changed_is_embedded_again(tmp_path: Path) -> None:
    encoder = TermVectors()
    build_generation(tmp_path, [document("A/1", "en", ENGLISH), document("A/2", "en", ENGLISH[:2])], encoder)
    encoder.encoded.clear()
    changed = (ENGLISH[0], "Something else entirely.", *ENGLISH[2:], "One more.")
    report = build_generation(tmp_path, [document("A/1", "en", changed)], encoder)
    assert (report.new, report.changed, report.unchanged, report.removed) == (1, 1, 3, 0)
    assert (report.embedded, report.reused) == (2, 3)
    assert encoder.encoded == ["A. Detail\nSomething else entirely.", "A. Detail\nOne more."]


def test_a_paragraph_put_in_front_moves_the_others_without_embedding_them(tmp_path: Path) -> None:
    encoder = TermVectors()
    build_generation(tmp_path, [document("A/1", "en", ENGLISH)], encoder)
    given = document("A/1", "en", ENGLISH)
    first = Paragraph(ParagraphId("A/1", "summary"), "summary", "What this is about.")
    report = build_generation(tmp_path, [replace(given, paragraphs=(first, *given.paragraphs))], encoder)
    assert (report.new, report.unchanged, report.embedded, report.reused) == (1, 4, 1, 4)
    with open_generation(tmp_path) as generation:
        assert [p.id.local for p in generation.store.paragraphs("A/1")] == ["summary", "1", "2", "3", "4"]
        for number, text in enumerate(ENGLISH, start=1):
            assert Retriever(generation, encoder).search(text)[0].id == ParagraphId("A/1", str(number))


def test_a_version_given_replaces_that_version_only(tmp_path: Path) -> None:
    encoder = TermVectors()
    build_generation(
        tmp_path,
        [document("A/1", "zh", CHINESE), document("A/1", "en", ENGLISH), document("B/2", "en", ENGLISH)],
        encoder,
    )
    report = build_generation(tmp_path, [document("A/1", "en", ENGLISH[:2])], encoder)
    assert report.removed == 2
    with open_generation(tmp_path) as generation:
        assert report.counts.by_language == {"en": 6, "zh": 4}
        third = generation.store.paragraph(ParagraphId("A/1", "3"))
        assert set(third.versions) == {"zh"}
        assert len(generation.store.paragraphs("B/2")) == 4
        assert generation.lexical["en"].search({"platform": 1.0}, 10).keys.tolist() == [
            key
            for key, stored in generation.store.at(
                generation.vectors["en"].search(encoder.encode(["platform"])[0], 10).keys.tolist()
            ).items()
            if stored.id == ParagraphId("B/2", "3")
        ]


def test_a_change_of_title_only_is_written_without_embedding(tmp_path: Path) -> None:
    build_generation(tmp_path, [document("A/1", "en", ENGLISH)], TermVectors())
    report = build_generation(
        tmp_path, [document("A/1", "en", ENGLISH, title="Another title")], TermVectors()
    )
    assert report.written
    assert (report.unchanged, report.embedded) == (4, 0)
    with open_generation(tmp_path) as generation:
        assert generation.store.document("A/1").title("en") == "Another title"


def test_growing_step_by_step_finds_what_one_build_finds(tmp_path: Path) -> None:
    documents = numbered_documents(12, 10)
    encoder = TermVectors()
    # By values alone: documents are numbered as they came, and others stand out from the first of equals.
    weights = dict.fromkeys(RANKERS_OF_ANY_MODEL, Weight(5.0, 0.0))
    fusion = Fusion(dict.fromkeys(REGIMES, weights), dict.fromkeys(REGIMES, 0.0), 1.0, -5.0, 2.0)
    for number in range(0, 12, 3):
        build_generation(tmp_path / "steps", documents[number : number + 3], encoder)
    build_generation(tmp_path / "once", documents, encoder)
    queries = ["site w7 in region r3", "marker m11x9", "report 4"]
    with open_generation(tmp_path / "steps") as steps, open_generation(tmp_path / "once") as once:
        assert steps.manifest.corpus == once.manifest.corpus
        for query in queries:
            found = Retriever(steps, encoder, fusion).search(query)
            expected = Retriever(once, encoder, fusion).search(query)
            assert [hit.id for hit in found] == [hit.id for hit in expected]
            assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], rel=0.1)


def test_another_model_is_refused_with_both_named(tmp_path: Path) -> None:
    build_generation(tmp_path, [document("A/1", "en", ENGLISH)], TermVectors(64, "x"))
    expected = (
        r"index was built with model 'x' \(64 dimensions\), but 'y' has 32: "
        'run "rapporteur ingest --rebuild"'
    )
    with pytest.raises(EncoderMismatchError, match=expected):
        build_generation(tmp_path, [document("A/2", "en", ENGLISH)], TermVectors(32, "y"))
    with open_generation(tmp_path) as generation, pytest.raises(EncoderMismatchError, match=expected):
        Retriever(generation, TermVectors(32, "y"))


def test_the_same_name_with_other_weights_is_refused(tmp_path: Path) -> None:
    build_generation(tmp_path, [document("A/1", "en", ENGLISH)], TermVectors())
    other = TermVectors()
    other.fingerprint = "f" * 64
    with pytest.raises(EncoderMismatchError, match="its weights are now ffffffffffff…"):
        build_generation(tmp_path, [], other)


def test_rebuild_embeds_what_is_there_without_the_sources(tmp_path: Path) -> None:
    documents = [document("A/1", "zh", CHINESE), document("A/1", "en", ENGLISH)]
    build_generation(tmp_path, documents, TermVectors(64, "x"))
    with open_generation(tmp_path) as generation:
        before = generation.store.versions("A/1")
    other = TermVectors(32, "y")
    report = build_generation(tmp_path, [], other, rebuild=True)
    assert report.written
    assert report.embedded == report.counts.passages
    with open_generation(tmp_path) as generation:
        assert generation.store.versions("A/1") == before == {d.language: d for d in documents}
        assert Retriever(generation, other).search(ENGLISH[1])[0].id == ParagraphId("A/1", "2")


def test_nothing_to_index_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected documents to index, got none"):
        build_generation(tmp_path, [], TermVectors())


def test_a_version_given_twice_is_refused(tmp_path: Path) -> None:
    documents = [document("A/1", "en", ENGLISH), document("A/1", "en", ENGLISH[:1])]
    with pytest.raises(ValueError, match=r"got A/1 \(en\) twice"):
        build_generation(tmp_path, documents, TermVectors())


def test_a_paragraph_id_twice_is_refused_and_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    first = build_generation(tmp_path, [document("A/1", "en", ENGLISH)], TermVectors())
    twice = document("A/2", "en", ENGLISH)
    twice = replace(twice, paragraphs=twice.paragraphs + twice.paragraphs[:1])
    with pytest.raises(
        ValueError, match=r"A/2 \(en\): expected each paragraph id once, got 1 more than once"
    ):
        build_generation(tmp_path, [twice], TermVectors())
    assert verify_generation(tmp_path).id == first.generation


def test_a_language_that_is_no_code_never_becomes_a_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected an ISO 639 language code"):
        build_generation(tmp_path, [document("A/1", "../../zh", ENGLISH)], TermVectors())


def test_progress_counts_documents_up_to_the_last(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    build_generation(
        tmp_path,
        numbered_documents(3, 2),
        TermVectors(),
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_the_generation_before_is_kept_and_older_ones_are_collected(tmp_path: Path) -> None:
    ids = [build_generation(tmp_path, [d], TermVectors()).generation for d in numbered_documents(4, 1)]
    assert {path.name for path in generations_folder(tmp_path).iterdir()} == set(ids[-2:])
    pointer = read_pointer(tmp_path)
    assert pointer.previous is not None
    assert (pointer.current.generation, pointer.previous.generation) == (ids[3], ids[2])


def test_a_generation_that_is_read_is_never_collected(tmp_path: Path) -> None:
    documents = numbered_documents(5, 1)
    build_generation(tmp_path, documents[:1], TermVectors())
    with open_generation(tmp_path) as held:
        for d in documents[1:4]:
            build_generation(tmp_path, [d], TermVectors())
        assert held.folder.is_dir()
        assert held.store.paragraph(ParagraphId("X/1", "1"))
    build_generation(tmp_path, documents[4:], TermVectors())
    assert not held.folder.exists()


def test_two_ingests_at_once_are_told_apart_by_process(tmp_path: Path) -> None:
    with (
        locks.writing(tmp_path),
        pytest.raises(IngestRunningError, match=rf"process {os.getpid()}\) is writing"),
    ):
        build_generation(tmp_path, numbered_documents(1, 1), TermVectors())
    assert build_generation(tmp_path, numbered_documents(1, 1), TermVectors()).written


def test_the_lock_of_a_dead_process_is_free(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from index import locks\n"
        "with locks.writing(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path], check=False, cwd=Path(__file__).parent.parent)  # noqa: S603
    assert (tmp_path / "ingest.lock").exists()
    assert build_generation(tmp_path, numbered_documents(1, 1), TermVectors()).written


def test_an_index_of_another_format_is_refused_by_number(tmp_path: Path) -> None:
    build_generation(tmp_path, numbered_documents(1, 1), TermVectors())
    folder = generations_folder(tmp_path) / read_pointer(tmp_path).current.generation
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["format"] = 99
    (folder / "manifest.json").write_text(json.dumps(manifest))
    pointer = json.loads((tmp_path / CURRENT).read_text())
    pointer["current"]["manifest"] = sha256_of(folder / "manifest.json")
    (tmp_path / CURRENT).write_text(json.dumps(pointer))
    with pytest.raises(GenerationError, match="has format 99, but this version of rapporteur reads"):
        open_generation(tmp_path)
