"""An ingest again: only what changed is read, files that went leave, a run that was stopped goes on."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from index_models import TermVectors

from index import tables, writing
from index.build import BuildReport, build_generation, updating
from index.generation import generations_folder, open_generation
from index.locks import IngestRunningError
from index.sources import read_sources
from index.unfinished import UNFINISHED, Unfinished
from ingest.archives import unpack
from ingest.corpus import Corpus, read_corpus
from ingest.facts import extract
from ingest.paragraphs import Paragraph
from ingest.reading import Job, Outcome, read_document
from service.ingestion import Ingestion

WORDS = ("wells", "trees", "roads", "bridges", "ferries", "orchards", "dykes", "mills")


def text(word: str, year: int = 2011) -> str:
    return f"I. The {word}\n\n1. The {word} were counted in {year}.\n\n2. There were no more {word} since.\n"


@dataclass
class Desk:
    """Ingests ``documents`` into an index and notes which files were read and what was embedded."""

    folder: Path
    data: Path
    encoder: TermVectors = field(default_factory=TermVectors)
    read: list[str] = field(default_factory=list)

    def put(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    def fill(self, count: int = 4) -> None:
        for number, word in enumerate(WORDS[:count], start=1):
            self.put(f"A_1_{number}.en.txt", text(word))

    def ingest(
        self, *sources: Path, rebuild: bool = False, empty: bool = False
    ) -> tuple[Corpus, BuildReport | None]:
        self.read.clear()
        self.encoder.encoded.clear()
        paths: Sequence[Path] = sources or [self.folder]
        return Ingestion(self.data, self.encoder).run(
            paths, rebuild=rebuild, empty=empty, read=lambda corpus: None
        )

    def symbols(self) -> list[str]:
        with open_generation(self.data) as generation:
            return [document.symbol for document in generation.store.documents()]

    def unfinished(self) -> list[Path]:
        return list(self.data.glob(f"{UNFINISHED}*"))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(tmp_path / "documents", tmp_path / "data")

    def noted(job: Job) -> Outcome:
        made.read.append(job.path.name)
        return read_document(job)

    monkeypatch.setattr("ingest.corpus.read_document", noted)
    return made


def facts_counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paragraphs whose facts are read from now on."""
    counted: list[str] = []
    read = extract._facts

    def noted(paragraph: Paragraph, *rest: object) -> object:
        counted.append(str(paragraph.id))
        return read(paragraph, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(extract, "_facts", noted)
    return counted


def test_one_changed_file_is_the_only_one_read_embedded_and_searched_for_facts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.fill()
    desk.ingest()
    desk.put("A_1_3.en.txt", text(WORDS[2], 2012))
    facts = facts_counted(monkeypatch)
    corpus, built = desk.ingest()
    assert desk.read == ["A_1_3.en.txt"]
    assert [found.path for found in corpus.report.unchanged] == [
        str(desk.folder / f"A_1_{number}.en.txt") for number in (1, 2, 4)
    ]
    assert desk.encoder.encoded == ["I. The roads\nThe roads were counted in 2012."]
    assert facts == ["A/1/3#1"]
    assert built is not None
    assert (built.new, built.changed, built.unchanged, built.removed) == (0, 1, 7, 0)


def test_nothing_changed_reads_nothing_and_writes_nothing(desk: Desk) -> None:
    desk.fill()
    _, first = desk.ingest()
    _, again = desk.ingest()
    assert desk.read == []
    assert first is not None
    assert again is not None
    assert (again.written, again.generation, again.unchanged) == (False, first.generation, 8)
    assert desk.unfinished() == []


def test_a_file_that_was_only_touched_is_not_read(desk: Desk) -> None:
    desk.fill(2)
    desk.ingest()
    os.utime(desk.folder / "A_1_1.en.txt", ns=(1, 1))
    _, again = desk.ingest()
    assert desk.read == []
    assert again is not None
    assert not again.written


def test_other_words_of_the_same_length_and_time_are_noticed(desk: Desk) -> None:
    path = desk.put("A_1_1.en.txt", text("wells"))
    os.utime(path, ns=(10**18, 10**18))
    desk.ingest()
    path.write_text(text("trees"), encoding="utf-8")
    os.utime(path, ns=(10**18, 10**18))
    desk.ingest()
    assert desk.read == ["A_1_1.en.txt"]


def test_a_removed_file_leaves_with_its_document_and_its_vectors(desk: Desk) -> None:
    desk.fill()
    desk.ingest()
    (desk.folder / "A_1_2.en.txt").unlink()
    corpus, built = desk.ingest()
    assert desk.read == []
    assert [(gone.symbol, gone.language) for gone in corpus.report.removed] == [("A/1/2", "en")]
    assert built is not None
    assert (built.removed, built.counts.documents, built.embedded) == (2, 3, 0)
    assert desk.symbols() == ["A/1/1", "A/1/3", "A/1/4"]
    with open_generation(desk.data) as generation:
        assert len(generation.vectors["en"]) == built.counts.passages == 6
        assert len(generation.lexical["en"]) == 6
        assert generation.lexical["en"].search({"tree": 1.0}, 9).keys.tolist() == []


def test_the_last_version_in_a_language_leaves_and_the_document_stays(desk: Desk) -> None:
    desk.put("A_1_1.en.txt", text("wells"))
    chinese = desk.put("A_1_1.zh.txt", "一. 井\n\n1. 各方决定在旱地打井，并请秘书处提出报告。\n")
    desk.ingest()
    chinese.unlink()
    desk.ingest()
    with open_generation(desk.data) as generation:
        assert generation.store.document("A/1/1").languages == ("en",)
        assert generation.languages == ("en",)


def test_a_moved_file_is_neither_read_nor_embedded(desk: Desk) -> None:
    desk.fill()
    desk.ingest()
    (desk.folder / "archive").mkdir()
    (desk.folder / "A_1_2.en.txt").rename(desk.folder / "archive" / "A_1_2.en.txt")
    corpus, built = desk.ingest()
    assert desk.read == []
    assert desk.encoder.encoded == []
    assert [(moved.before, moved.path) for moved in corpus.report.moved] == [
        (str(desk.folder / "A_1_2.en.txt"), str(desk.folder / "archive" / "A_1_2.en.txt"))
    ]
    assert corpus.report.removed == ()
    assert built is not None
    assert (built.unchanged, built.counts.documents) == (8, 4)
    assert desk.ingest()[0].report.moved == ()


def test_a_file_that_moves_and_changes_into_one_that_is_bad_keeps_its_document_until_it_goes(
    desk: Desk,
) -> None:
    desk.fill(2)
    desk.ingest()
    (desk.folder / "A_1_2.en.txt").unlink()
    bad = desk.put("below/A_1_2.en.txt", "")
    desk.ingest()
    assert desk.symbols() == ["A/1/1", "A/1/2"]
    bad.unlink()
    desk.ingest()
    assert desk.symbols() == ["A/1/1"]


def test_a_file_that_is_left_for_later_is_known_again_when_its_time_comes(desk: Desk) -> None:
    desk.fill(2)
    desk.ingest()
    moved = desk.folder / "below" / "A_1_2.en.txt"
    moved.parent.mkdir()
    (desk.folder / "A_1_2.en.txt").rename(moved)
    run = Ingestion(desk.data, desk.encoder).run
    _, built = run([desk.folder], read=lambda corpus: None, later=lambda place: place == moved.resolve())
    assert built is not None
    assert not built.written
    corpus, _ = desk.ingest()
    assert desk.read == []
    assert len(corpus.report.moved) == 1


def test_a_file_under_another_name_for_the_same_symbol_is_not_read_and_the_name_is_kept(desk: Desk) -> None:
    path = desk.put("A_1_1.en.txt", text("wells"))
    desk.ingest()
    path.rename(desk.folder / "report.txt")
    desk.put("corpus.toml", '[files."report.txt"]\nsymbol = "A/1/1"\nlanguage = "en"\n')
    desk.ingest()
    assert desk.read == []
    assert desk.encoder.encoded == []
    with open_generation(desk.data) as generation:
        assert generation.store.document("A/1/1").versions["en"].source == "report.txt"
    desk.ingest()
    assert desk.read == []


def test_what_corpus_toml_says_of_a_file_counts_as_a_change_of_it(desk: Desk) -> None:
    desk.fill(2)
    desk.ingest()
    desk.put("corpus.toml", '[files."A_1_2.en.txt"]\ntitle = "Trees"\n')
    desk.ingest()
    assert desk.read == ["A_1_2.en.txt"]
    with open_generation(desk.data) as generation:
        assert generation.store.document("A/1/2").title("en") == "Trees"


def test_a_file_that_is_given_another_symbol_takes_its_document_with_it(desk: Desk) -> None:
    desk.put("A_1_1.en.txt", text("wells"))
    desk.put("A_1_2.en.txt", text("trees"))
    desk.ingest()
    desk.put("corpus.toml", '[files."A_1_2.en.txt"]\nsymbol = "A/1/9"\n')
    desk.ingest()
    assert desk.symbols() == ["A/1/1", "A/1/9"]


def test_other_folders_stay_as_they_are(desk: Desk, tmp_path: Path) -> None:
    desk.fill(2)
    desk.ingest()
    other = tmp_path / "other"
    other.mkdir()
    (other / "B_1_1.en.txt").write_text(text("mills"), encoding="utf-8")
    desk.ingest(other)
    assert desk.symbols() == ["A/1/1", "A/1/2", "B/1/1"]
    (desk.folder / "A_1_1.en.txt").unlink()
    desk.ingest(other)
    assert desk.symbols() == ["A/1/1", "A/1/2", "B/1/1"], "only what was named is looked at"
    desk.ingest()
    assert desk.symbols() == ["A/1/2", "B/1/1"]


def test_a_document_whose_file_went_from_one_folder_but_is_in_another_stays(
    desk: Desk, tmp_path: Path
) -> None:
    path = desk.put("A_1_1.en.txt", text("wells"))
    desk.put("A_1_2.en.txt", text("trees"))
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(path, other)
    desk.ingest()
    desk.ingest(other)
    assert desk.read == []
    path.unlink()
    desk.ingest()
    assert desk.symbols() == ["A/1/1", "A/1/2"]
    (other / "A_1_1.en.txt").unlink()
    (other / "notes.json").touch()
    desk.ingest(other, empty=True)
    assert desk.symbols() == ["A/1/2"]


def test_a_folder_without_any_file_is_taken_for_one_that_is_not_mounted(desk: Desk) -> None:
    desk.fill(2)
    desk.ingest()
    shutil.rmtree(desk.folder)
    corpus, built = desk.ingest()
    assert (corpus.report.problems[0].what, built) == ("missing", None)
    desk.folder.mkdir()
    corpus, built = desk.ingest()
    assert (corpus.report.problems[0].what, built) == ("empty", None)
    assert "--empty" in corpus.report.problems[0].remedy
    assert desk.symbols() == ["A/1/1", "A/1/2"]
    corpus, built = desk.ingest(empty=True)
    assert corpus.report.ok
    assert built is not None
    assert built.counts.documents == 0
    assert desk.symbols() == []
    desk.fill(1)
    desk.ingest()
    assert desk.symbols() == ["A/1/1"]


def test_a_file_that_can_no_longer_be_read_keeps_its_document_and_is_told(desk: Desk) -> None:
    desk.fill(2)
    desk.ingest()
    desk.put("A_1_2.en.txt", "")
    corpus, _ = desk.ingest()
    assert [problem.what for problem in corpus.report.problems] == ["empty"]
    assert desk.symbols() == ["A/1/1", "A/1/2"]
    assert [problem.what for problem in desk.ingest()[0].report.problems] == ["empty"], "each time"


def test_members_of_an_archive_come_stay_and_leave_like_files(desk: Desk) -> None:
    desk.folder.mkdir()

    def pack(*words: str) -> None:
        with zipfile.ZipFile(desk.folder / "all.zip", "w") as archive:
            for word in words:
                archive.writestr(f"A_1_{WORDS.index(word)}.en.txt", text(word))

    pack("wells", "trees", "roads")
    desk.ingest()
    pack("wells", "roads", "mills")
    corpus, _ = desk.ingest()
    assert desk.read == ["A_1_7.en.txt"]
    assert desk.symbols() == ["A/1/0", "A/1/2", "A/1/7"]
    assert [gone.path for gone in corpus.report.removed] == [str(desk.folder / "all.zip" / "A_1_1.en.txt")]
    (desk.folder / "all.zip").write_bytes(b"PK no more")
    corpus, _ = desk.ingest()
    assert [problem.what for problem in corpus.report.problems] == ["damaged"]
    assert desk.symbols() == ["A/1/0", "A/1/2", "A/1/7"]


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the archives that are unpacked, in order."""
    names: list[str] = []

    def noted(path: Path, *rest: Any) -> None:
        names.append(path.name)
        unpack(path, *rest)

    monkeypatch.setattr("ingest.folders.unpack", noted)
    return names


def packed(path: Path, *words: str, **others: str) -> None:
    """An archive with a document for each of ``words``, that of roads in a folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for word in words:
            folder = "more/" if word == "roads" else ""
            archive.writestr(f"{folder}A_1_{WORDS.index(word)}.en.txt", text(word))
        for name, content in others.items():
            archive.writestr(name.replace("__", "."), content)


def settle(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ingest, the clock of the second look going a minute ahead of the files' times."""
    later = time.time_ns() + 60_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: later)
    desk.ingest()


def test_an_archive_that_did_not_change_is_not_unpacked_again(
    desk: Desk, unpacked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.folder / "all.zip"
    packed(path, "roads", "wells", "trees")
    settle(desk, monkeypatch)
    assert unpacked == ["all.zip"]
    first, _ = desk.ingest()
    assert unpacked == ["all.zip"]
    assert [found.path for found in first.report.unchanged] == [
        str(path / name) for name in ("A_1_0.en.txt", "A_1_1.en.txt", "more/A_1_2.en.txt")
    ]
    assert desk.symbols() == ["A/1/0", "A/1/1", "A/1/2"]
    assert not desk.read

    # It changes: what is new in it comes, what is no longer in it leaves.
    packed(path, "wells", "trees", "mills")
    desk.ingest()
    assert unpacked == ["all.zip"] * 2
    assert desk.read == ["A_1_7.en.txt"]
    assert desk.symbols() == ["A/1/0", "A/1/1", "A/1/7"]

    # It moves: it is unpacked, and nothing in it is read.
    desk.ingest()
    moved = path.rename(desk.folder / "moved.zip")
    corpus, _ = desk.ingest()
    assert unpacked[2:] == ["moved.zip"]
    assert not desk.read
    assert len(corpus.report.moved) == 3
    moved.unlink()
    desk.ingest(empty=True)
    assert desk.symbols() == []


def test_an_archive_is_unpacked_again_where_all_is_read_anew(
    desk: Desk, unpacked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(desk.folder / "all.zip", "wells", "trees")
    settle(desk, monkeypatch)
    desk.ingest(rebuild=True)
    assert unpacked == ["all.zip"] * 2
    desk.ingest()
    assert unpacked == ["all.zip"] * 2
    monkeypatch.setattr("ingest.sources.reading_rules", lambda: "others")
    desk.ingest()
    assert unpacked == ["all.zip"] * 3
    assert desk.read == ["A_1_0.en.txt", "A_1_1.en.txt"]


@pytest.mark.parametrize(
    "others",
    [
        {"picture__png": "a"},  # told to be passed over
        {"A_1_9__en__txt": ""},  # told to be empty
        {"corpus__toml": '["A_1_0.en.txt"]\ntitle = "Wells"\n'},  # decides how a member is read
        {"more__zip": "a"},
        {"../A_1_8__en__txt": "a"},
    ],
)
def test_an_archive_of_which_there_is_more_to_know_is_unpacked_each_time(
    desk: Desk, unpacked: list[str], monkeypatch: pytest.MonkeyPatch, others: dict[str, str]
) -> None:
    packed(desk.folder / "all.zip", "wells", "trees", **others)
    settle(desk, monkeypatch)
    first, _ = desk.ingest()
    second, _ = desk.ingest()
    assert unpacked == ["all.zip"] * 3
    assert second.report == first.report


def test_a_member_that_another_file_replaced_and_gave_back_is_found_again(
    desk: Desk, unpacked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed(desk.folder / "all.zip", "wells", "trees")
    settle(desk, monkeypatch)
    other = desk.put("../other/A_1_1.en.txt", text("mills"))
    desk.ingest(other)
    desk.ingest()
    assert unpacked == ["all.zip"] * 2
    assert desk.read == ["A_1_1.en.txt"]


def test_documents_put_into_the_index_otherwise_are_not_taken_for_their_files(desk: Desk) -> None:
    desk.fill(2)
    desk.ingest()
    (document,) = read_corpus([desk.put("../other/A_1_1.en.txt", text("mills"))]).documents
    build_generation(desk.data, [document], desk.encoder)
    with open_generation(desk.data) as generation:
        assert [source.symbol for source in read_sources(generation.store)] == ["A/1/2"]
    desk.ingest()
    assert desk.read == ["A_1_1.en.txt"]


def test_a_file_that_changes_while_it_is_read_is_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.fill(1)

    def changing(job: Job) -> Outcome:
        outcome = read_document(job)
        with job.path.open("a") as file:
            file.write("\n3. There is more.\n")
        return outcome

    with monkeypatch.context() as patch:
        patch.setattr("ingest.corpus.read_document", changing)
        corpus, _ = desk.ingest()
    assert ["changed while it was read" in note.what for note in corpus.report.notes] == [True]
    _, built = desk.ingest()
    assert desk.read == ["A_1_1.en.txt"]
    assert built is not None
    assert built.new == 1


def test_rebuilding_reads_the_files_named_again(desk: Desk) -> None:
    desk.fill(2)
    desk.ingest()
    _, built = desk.ingest(rebuild=True)
    assert desk.read == ["A_1_1.en.txt", "A_1_2.en.txt"]
    assert built is not None
    assert (built.written, built.embedded) == (True, 4)


class Stopped(BaseException):
    """Stands for the process ending at this point."""


def stop_at(call: Callable[..., object], at: int, raised: BaseException) -> Callable[..., object]:
    calls = 0

    def counted(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == at:
            raise raised
        return call(*arguments, **named)

    return counted


def test_a_run_stopped_while_reading_goes_on_with_the_next_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.fill(6)
    with monkeypatch.context() as patch:
        patch.setattr("ingest.corpus.read_document", stop_at(read_document, 4, Stopped()))
        with pytest.raises(Stopped):
            desk.ingest()
    assert not (desk.data / "CURRENT").exists()
    assert desk.unfinished()
    corpus, built = desk.ingest()
    assert desk.read == [f"A_1_{number}.en.txt" for number in (4, 5, 6)]
    assert corpus.report.resumed == 3
    assert built is not None
    assert built.counts.documents == 6
    assert desk.unfinished() == []
    assert desk.ingest()[0].report.resumed == 0


@pytest.mark.parametrize(
    "error", [Stopped(), OSError(28, "No space left on device")], ids=["stopped", "ENOSPC"]
)
def test_a_run_stopped_while_embedding_embeds_and_reads_the_rest_only(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    desk.fill(6)
    monkeypatch.setattr(writing, "_BATCH", 4)
    with monkeypatch.context() as patch:
        patch.setattr(tables, "put_document", stop_at(tables.put_document, 6, error))
        with pytest.raises((Stopped, RuntimeError)):
            desk.ingest()
    assert len(desk.encoder.encoded) == 8
    assert not list(generations_folder(desk.data).glob(".*"))
    facts = facts_counted(monkeypatch)
    corpus, built = desk.ingest()
    assert desk.read == []
    assert corpus.report.resumed == 6
    assert len(desk.encoder.encoded) == 4
    assert facts == ["A/1/6#1", "A/1/6#2"]
    assert built is not None
    assert (built.embedded, built.reused) == (4, 8)
    assert desk.unfinished() == []


def _read_up_to_the_fourth(folder: str, data: str, told: Connection) -> None:
    """In a process of its own: an ingest that stands still before its fourth file."""
    patch = pytest.MonkeyPatch()
    patch.setattr("index.unfinished._PAUSE", 0.0)
    read = 0

    def noted(job: Job) -> Outcome:
        nonlocal read
        read += 1
        if read == 4:
            told.send(read)
            time.sleep(600)
        return read_document(job)

    patch.setattr("ingest.corpus.read_document", noted)
    Ingestion(Path(data), TermVectors()).run([Path(folder)], read=lambda corpus: None)


def test_a_process_that_is_killed_leaves_what_it_read(desk: Desk) -> None:
    desk.fill(6)
    context = multiprocessing.get_context("forkserver")
    listening, told = context.Pipe(duplex=False)
    arguments = (str(desk.folder), str(desk.data), told)
    process = context.Process(target=_read_up_to_the_fourth, args=arguments, daemon=True)
    process.start()
    assert listening.poll(120)
    process.kill()
    process.join()
    corpus, built = desk.ingest()
    assert corpus.report.resumed == 3
    assert desk.read == [f"A_1_{number}.en.txt" for number in (4, 5, 6)]
    assert built is not None
    assert built.counts.documents == 6
    assert desk.unfinished() == []


def test_an_index_made_in_two_goes_is_the_same_as_one_made_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk.fill(6)
    monkeypatch.setattr(writing, "_BATCH", 2)
    with monkeypatch.context() as patch:
        patch.setattr(tables, "put_document", stop_at(tables.put_document, 4, Stopped()))
        with pytest.raises(Stopped):
            desk.ingest()
    desk.ingest()
    build_generation(tmp_path / "once", read_corpus([desk.folder]).documents, TermVectors())
    with open_generation(desk.data) as goes, open_generation(tmp_path / "once") as once:
        assert goes.manifest.corpus == once.manifest.corpus
        assert goes.manifest.counts == once.manifest.counts
        vector = desk.encoder.encode(["mills were counted"])[0]
        found, expected = (one.vectors["en"].search(vector, 9) for one in (goes, once))
        assert found.keys.tolist() == expected.keys.tolist()
        assert found.scores.tolist() == expected.scores.tolist()


@pytest.mark.parametrize("damage", [b"no database", b""], ids=["nonsense", "empty"])
def test_damaged_leftovers_are_thrown_away(desk: Desk, damage: bytes) -> None:
    desk.fill(2)
    desk.data.mkdir()
    (desk.data / UNFINISHED).write_bytes(damage * 200)
    desk.ingest()
    assert desk.symbols() == ["A/1/1", "A/1/2"]
    assert desk.unfinished() == []


def test_a_damaged_piece_is_made_again(tmp_path: Path) -> None:
    work = Unfinished(tmp_path)
    work.put(b"k" * 32, b"what was read")
    assert work.get(b"k" * 32) == b"what was read"
    work._run("UPDATE work SET content = x'00'")
    assert work.get(b"k" * 32) is None
    work.close()


def test_unfinished_work_is_bounded_and_leaves_the_disk_alone(tmp_path: Path) -> None:
    work = Unfinished(tmp_path, most_bytes=100)
    work.put(b"a" * 32, os.urandom(60))
    work.put(b"b" * 32, os.urandom(60))
    assert work.get(b"a" * 32) is not None
    assert work.get(b"b" * 32) is None
    work.finish()
    assert list(tmp_path.iterdir()) == []


def test_what_another_run_left_stays_until_it_comes_back(desk: Desk, tmp_path: Path) -> None:
    desk.data.mkdir()
    work = Unfinished(desk.data)
    work.put(b"k" * 32, b"what another run read")
    work.close()
    desk.fill(1)
    desk.ingest()
    kept = Unfinished(desk.data)
    assert kept.get(b"k" * 32) == b"what another run read"
    kept.close()


def test_another_ingest_is_told_before_it_reads_anything(desk: Desk) -> None:
    desk.fill(1)
    with updating(desk.data), pytest.raises(IngestRunningError):
        desk.ingest()
    assert desk.read == []
