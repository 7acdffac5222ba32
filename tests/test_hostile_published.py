"""Each weakness published of comparable services that could apply here, by its name: see ``WEAKNESSES``."""

from __future__ import annotations

import ast
import json
import re
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from index_models import document
from language_models import answering, scripted, status
from serving import error_of, running

from index.build import build_generation
from index.encoder import load_encoder
from index.generation import open_generation
from index.retrieve import Retriever
from index.tables import paragraph_digest
from ingest.corpus import read_corpus
from service.config import Settings

ROOT = Path(__file__).resolve().parent.parent
WHEN = "When was the Global Symposium on Soil Organic Carbon held?"
WHEN_ZH = "全球土壤有机碳专题讨论会何时举行？"
UNANSWERABLE = "Who won the football world cup in 1998?"


WEAKNESSES = {
    "names of uploaded files that lead elsewhere": ("cve_2024_13059", "cve_2026_24486"),
    "multipart forms without end; Range headers; Content-Type": (
        "cve_2024_47874",
        "cve_2025_62727",
        "ghsa_93gm_qmq6_w238",
    ),
    "pickle beside the vector index": ("cve_2024_5998", "cve_2026_3357"),
    "a path from a client in a loader of configuration": ("cve_2026_34070",),
    "a collision of hashes overwrites another paragraph": ("cve_2025_6211",),
    "requests sent on by a redirect after the address was checked": ("cve_2026_45401",),
    "what belongs to others, had by its id": ("cve_2026_45402", "45398"),
    "code reached before the access check": ("cve_2025_3248",),
    "a file trusted by the type that its sender says": ("cve_2026_30821",),
    "prompt injection, output as markup, weak retrieval, unbounded requests": (
        "owasp_llm01",
        "owasp_llm05",
        "owasp_llm08",
        "owasp_llm10",
    ),
    "a citation off by one, to what is not listed, or to the wrong document": (
        "open_webui_10979",
        "11592",
        "onyx_1543",
        "ragflow_7232",
    ),
    "citations for what the documents do not answer": ("anything_llm_505",),
    "Chinese words that no ranker sees": ("chinese_question_is_found_by_words",),
    "Chinese documents hide the English ones": ("ragflow_11499",),
    "words fused, or paragraphs split, where a page ends": ("anything_llm_6263",),
    "a document given twice stands twice, or all is indexed again for a small change": (
        "document_given_twice_stands_once",
    ),
    "references lost in a stream": ("ragflow_8273",),
    "threads that search at once": ("questions_at_once_from_threads",),
}
"""What went wrong elsewhere → what the names of the tests say that show it does not here."""


def test_every_published_weakness_has_a_test_of_its_name() -> None:
    here = Path(__file__).parent
    names = [
        node.name
        for file in ("test_hostile_published.py", "test_hostile.py", "test_access.py")
        for node in ast.walk(ast.parse((here / file).read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    untested = {
        weakness: marks
        for weakness, marks in WEAKNESSES.items()
        if not all(
            any(re.search(rf"(?<![0-9a-z]){mark}(?![0-9a-z])", name) for name in names) for mark in marks
        )
    }
    assert not untested


@pytest.fixture(scope="module")
def client(sample_data: Path) -> Iterator[httpx.Client]:
    with running(Settings(data=sample_data)) as client:
        yield client


def ask(client: httpx.Client, question: str, **fields: Any) -> dict[str, Any]:
    response = client.post("/v1/answers", json={"question": question, **fields})
    assert response.status_code == 200
    body: dict[str, Any] = response.json()
    return body


def chat(client: httpx.Client, question: str) -> dict[str, Any]:
    body = {"model": "rapporteur", "messages": [{"role": "user", "content": question}]}
    message: dict[str, Any] = client.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]
    return message


@pytest.mark.parametrize(
    "name",
    [
        "../../outside.en.txt",
        "..\\..\\A_1.en.txt",
        "/tmp/A_1.en.txt",  # noqa: S108
        "．．／．．／A_1.en.txt",
        "%2e%2e/%2e%2e/A_1.en.txt",
        "A_1.en.txt\u202etxt.exe",
        "A_1\u0000.en.txt",
    ],
)
def test_cve_2024_13059_and_cve_2026_24486_a_crafted_file_name_leads_nowhere(
    tmp_path: Path, name: str
) -> None:
    before = set(tmp_path.parent.rglob("outside*"))
    archive = tmp_path / "in" / "documents.zip"
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(name, "1. The lighthouse has 14 lamps.\n")
    corpus = read_corpus([archive])
    assert set(tmp_path.parent.rglob("outside*")) == before
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert [path.name for path in archive.parent.iterdir()] == ["documents.zip"]
    assert all(".." not in str(found.symbol) for found in corpus.documents)


def test_cve_2024_47874_a_multipart_body_is_not_taken_apart(client: httpx.Client) -> None:
    """Form fields without end filled the memory: no route here reads forms, no body is above its limit."""
    response = client.post("/v1/answers", files={f"field{n}": b"x" for n in range(500)})
    assert response.status_code == 422
    error_of(response)
    assert client.post("/v1/answers", files={"file": b"x" * 5_000_000}).status_code == 413


def test_cve_2025_62727_a_range_header_of_many_parts_costs_no_more_than_none(client: httpx.Client) -> None:
    ranges = "bytes=" + ",".join(f"{n}-" for n in range(9000))
    for path in ("/", "/v1/documents", "/openapi.json"):
        started = time.process_time()
        assert client.get(path, headers={"Range": ranges}).status_code in (200, 400)
        assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "kind", ["application/json;" + " a=" * 10_000, "a" * 30_000, 'x; y="' + "\\" * 30_000, ";" * 30_000]
)
def test_ghsa_93gm_qmq6_w238_a_crafted_content_type_costs_no_time(client: httpx.Client, kind: str) -> None:
    started = time.process_time()
    response = client.post("/v1/answers", content=b'{"question": "soil"}', headers={"Content-Type": kind})
    assert response.status_code in (200, 400, 422)
    assert time.process_time() - started < 5


def test_cve_2024_5998_and_cve_2026_3357_nothing_is_unpickled(sample_data: Path) -> None:
    running_code = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve", "cloudpickle"}
    for folder in ("ingest", "index", "service"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    assert not running_code & {alias.name.partition(".")[0] for alias in node.names}, path
                elif isinstance(node, ast.ImportFrom) and node.module:
                    assert node.module.partition(".")[0] not in running_code, path
                elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                    assert isinstance(node.value, ast.Constant)
                    assert node.value.value is False, path
    for path in (sample_data / "generations").rglob("*"):
        assert path.suffix not in (".pkl", ".pickle", ".joblib", ".bin", ".pt"), path
        assert not path.is_file() or path.read_bytes()[:2] not in (b"\x80\x04", b"\x80\x05", b"\x80\x03"), (
            path
        )


@pytest.mark.parametrize("field", ["model", "path", "config", "data", "index", "collection", "prompt_path"])
def test_cve_2026_34070_no_request_names_a_file_to_load(client: httpx.Client, field: str) -> None:
    asked = {"question": "soil", field: "../../../etc/passwd"}
    assert client.post("/v1/answers", json=asked).status_code == 422
    named = {"model": "../../../etc/passwd", "messages": [{"role": "user", "content": "soil"}]}
    response = client.post("/v1/chat/completions", json=named)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "model_not_found"


def test_cve_2025_6211_the_same_words_elsewhere_are_another_paragraph(tmp_path: Path) -> None:
    words = "The same sentence on soil stands in both documents."
    documents = [document(symbol, "en", [words, words]) for symbol in ("A/1", "A/2")]
    build_generation(tmp_path, documents, load_encoder())
    digests = {paragraph_digest(p, "en") for each in documents for p in each.paragraphs}
    assert len(digests) == 4
    assert {len(digest) for digest in digests} == {32}, "the whole SHA-256"
    with running(Settings(data=tmp_path)) as client:
        hits = client.post("/v1/search", json={"query": "sentence on soil", "limit": 10}).json()["hits"]
    assert {hit["id"] for hit in hits} == {"A/1#1", "A/1#2", "A/2#1", "A/2#2"}


def test_cve_2026_45401_no_redirect_leads_to_another_address(sample_data: Path) -> None:
    with scripted(answering(lambda _: [])) as inner:
        with scripted(status(307, location=f"{inner.base_url}/chat/completions")) as outer:
            settings = Settings(data=sample_data, llm_base_url=outer.base_url, llm_model="m", llm_attempts=1)
            with running(settings) as client:
                assert ask(client, WHEN)["status"] == "answered"
            assert outer.requests
        assert not inner.requests, "the key and the question went nowhere but where they were to go"


def test_cve_2026_45401_no_address_that_a_client_sends_is_visited(client: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.3)
        url = f"http://127.0.0.1:{trap.getsockname()[1]}/"
        image = {"type": "image_url", "image_url": {"url": url}}
        asked = [image, {"type": "text", "text": f"What does {url} say?"}]
        body = {"model": "rapporteur", "messages": [{"role": "user", "content": asked}]}
        assert client.post("/v1/chat/completions", json=body).status_code in (200, 400)
        assert client.post("/v1/answers", json={"question": f"What does {url} say?"}).status_code == 200
        assert client.get(f"/v1/documents/{url}").status_code == 404
        with pytest.raises(TimeoutError):
            trap.accept()


def test_cve_2026_45402_and_45398_nothing_of_others_is_kept_to_be_had_by_its_id(client: httpx.Client) -> None:
    first = client.post("/v1/responses", json={"model": "rapporteur", "input": WHEN}).json()
    again = {"model": "rapporteur", "input": "and where?", "previous_response_id": first["id"]}
    assert client.post("/v1/responses", json=again).status_code == 400
    answer = ask(client, WHEN)["id"]
    for path in (f"/v1/responses/{first['id']}", f"/v1/answers/{answer}", f"/v1/chat/completions/{answer}"):
        assert client.get(path).status_code in (404, 405)


@pytest.mark.parametrize("ending", ["txt", "docx", "pdf", "html"])
@pytest.mark.parametrize("content", [b"MZ\x90\x00\x03" + b"\x00" * 300, b"\x7fELF\x02\x01" + b"\x01" * 300])
def test_cve_2026_30821_a_file_is_what_it_holds_not_what_it_says(
    tmp_path: Path, ending: str, content: bytes
) -> None:
    path = tmp_path / f"A_1.en.{ending}"
    path.write_bytes(content)
    corpus = read_corpus([path])
    assert not corpus.documents
    assert len(corpus.report.problems) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"question": "soil", "limit": 10**9},
        {"question": "soil", "top_k": 10**9},
        {"question": "soil " * 1000},
        {"question": "soil", "documents": ["A/1"] * 5000},
    ],
)
def test_owasp_llm10_no_request_asks_for_more_than_its_share(
    client: httpx.Client, body: dict[str, Any]
) -> None:
    assert client.post("/v1/answers", json=body).status_code == 422


@pytest.mark.parametrize(
    "question", [WHEN, WHEN_ZH, "Where was the Global Symposium on Soil Organic Carbon held?"]
)
def test_open_webui_10979_and_11592_each_mark_is_the_citation_of_its_number(
    client: httpx.Client, question: str
) -> None:
    body = ask(client, question)
    assert [citation["index"] for citation in body["citations"]] == list(range(1, len(body["citations"]) + 1))
    marks = {int(mark) for mark in body["answer"]["text"].replace("]", "[").split("[")[1::2]}
    assert marks == {citation["index"] for citation in body["citations"]}
    message = chat(client, question)
    for annotation in message["annotations"]:
        cited = annotation["url_citation"]
        mark = message["content"][cited["start_index"] : cited["end_index"]]
        number = int(mark.strip("[]"))
        assert cited["url"].endswith(body["citations"][number - 1]["url"])


def test_onyx_1543_and_ragflow_7232_a_citation_names_the_document_it_is_from(client: httpx.Client) -> None:
    for question in (WHEN, WHEN_ZH, "How many people depend on agriculture?"):
        for citation in ask(client, question)["citations"]:
            served = client.get(
                f"/v1/documents/{citation['symbol']}", params={"paragraph": citation["id"].partition("#")[2]}
            ).json()
            assert citation["quote"] in served["paragraphs"][0]["texts"][citation["language"]]


def test_anything_llm_505_what_can_not_be_answered_cites_nothing(client: httpx.Client) -> None:
    body = ask(client, UNANSWERABLE)
    assert (body["status"], body["citations"], body["answer"]) == ("not_found", [], None)
    assert not chat(client, UNANSWERABLE).get("annotations")


def test_a_chinese_question_is_found_by_words_too(sample_data: Path) -> None:
    """Several services tokenised Chinese into nothing, and let the empty ranking vote."""
    with open_generation(sample_data) as generation:
        from index.analysis import query_terms

        matches = generation.lexical["zh"].search(query_terms(WHEN_ZH), 10)
        assert len(matches.keys) > 0


def test_owasp_llm08_and_ragflow_11499_chinese_documents_do_not_hide_the_english_ones(tmp_path: Path) -> None:
    english = document("E/1", "en", ["The harbour master counts ships on Mondays.", "Lamps are lit at dusk."])
    chinese = [document(f"C/{n}", "zh", ["港务长每周一清点船只。", "黄昏时分点灯。"] * 10) for n in range(10)]
    encoder = load_encoder()
    build_generation(tmp_path, [english, *chinese], encoder)
    with open_generation(tmp_path) as generation:
        hits = Retriever(generation, encoder).search("When does the harbour master count ships?", limit=5)
    assert "E/1#1" in [str(hit.id) for hit in hits[:3]]


def test_anything_llm_6263_words_are_not_fused_at_the_end_of_a_page(tmp_path: Path) -> None:
    page = (
        "1. The harbour master counts the\n\n\f\n\nA/1\nPage 2\n\nships every Monday morning.\n\n"
        "2. Lamps are lit.\n"
    )
    (tmp_path / "A_1.en.txt").write_text(page, encoding="utf-8")
    text = read_corpus([tmp_path]).documents[0].paragraphs[0].text
    assert "counts the" in text
    assert "theships" not in text


def test_a_document_given_twice_stands_once(tmp_path: Path) -> None:
    encoder = load_encoder()
    documents = [document("A/1", "en", ["Lamps are lit at dusk.", "Ships call on Mondays."])]
    build_generation(tmp_path, documents, encoder)
    report = build_generation(tmp_path, documents, encoder)
    assert not report.written
    assert (report.counts.texts, report.embedded) == (2, 0)
    changed = [document("A/1", "en", ["Lamps are lit at dusk.", "Ships call on Tuesdays."])]
    report = build_generation(tmp_path, changed, encoder)
    assert (report.counts.texts, report.changed, report.reused) == (2, 1, 1)


def test_ragflow_8273_a_stream_carries_the_references_of_the_whole(client: httpx.Client) -> None:
    body = {"model": "rapporteur", "messages": [{"role": "user", "content": WHEN}], "stream": True}
    annotations: list[Any] = []
    with client.stream("POST", "/v1/chat/completions", json=body) as response:
        for line in response.iter_lines():
            if line.startswith("data: {"):
                for choice in json.loads(line[6:]).get("choices", ()):
                    annotations += choice["delta"].get("annotations", ())
    assert [a["url_citation"]["title"] for a in annotations] == [
        a["url_citation"]["title"] for a in chat(client, WHEN)["annotations"]
    ]
    assert annotations


def test_questions_at_once_from_threads_get_the_answers_they_get_alone(client: httpx.Client) -> None:
    """txtai errs or crashes with two threads on one index."""
    questions = [WHEN, WHEN_ZH, UNANSWERABLE, "How many people depend on agriculture?"]
    alone = [ask(client, question)["answer"] for question in questions]
    got: dict[int, Any] = {}

    def one(number: int) -> None:
        with httpx.Client(base_url=client.base_url, timeout=60) as own:
            got[number] = ask(own, questions[number % len(questions)])["answer"]

    threads = [threading.Thread(target=one, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [got[n] for n in range(16)] == alone * 4
