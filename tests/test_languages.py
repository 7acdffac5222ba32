"""A document in another language than its name says is told by its script or its commonest words."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.corpus import SAMPLE, read_corpus
from ingest.languages import contradiction

SENTENCES = {
    "en": "The board of the harbour counted the lamps on the coast, and told the towns for which it works. ",
    "fr": "Le conseil du port a compté les lampes sur la côte et il en parle dans une lettre aux villes. ",
    "es": "El consejo del puerto contó las lámparas de la costa y lo dijo en una carta para los pueblos. ",
    "ru": "Совет гавани сосчитал фонари на берегу и написал об этом городам, для которых он работает. ",
    "ar": "أحصى مجلس الميناء المصابيح على الساحل وكتب عنها إلى المدن التي يعمل من أجلها. ",
    "zh": "港口委员会清点了沿岸的灯，并写信告知其所服务的各个城镇。",
}
SAID = {"en": "English", "fr": "French", "es": "Spanish", "ru": "Cyrillic", "ar": "Arabic", "zh": "Chinese"}


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("named", SENTENCES)
def test_a_text_agrees_with_its_own_language_only(language: str, named: str) -> None:
    found = contradiction(SENTENCES[language] * 12, named)
    if language == named:
        assert found is None
    else:
        assert found is not None
        own = SAID[language]
        assert found in (f"in {own}", f"in {own} letters", "in Latin letters", "not in Chinese")


@pytest.mark.parametrize("named", ["en", "fr", "es"])
def test_figures_and_names_alone_tell_nothing(named: str) -> None:
    assert contradiction("Tallinn 2011: 214; Helsinki 2012: 310; Riga 2013: 87. " * 50, named) is None


@pytest.mark.parametrize(
    ("own", "other"), [("en", "fr"), ("fr", "en"), ("es", "en"), ("ru", "en"), ("ar", "en")]
)
def test_a_quotation_in_another_language_changes_nothing(own: str, other: str) -> None:
    assert contradiction(SENTENCES[own] * 12 + SENTENCES[other] * 3, own) is None


def test_a_file_in_the_wrong_language_is_one_line(tmp_path: Path) -> None:
    text = "\n\n".join(f"{number}. {SENTENCES['en'] * 2}" for number in range(1, 9))
    (tmp_path / "A_1_1.fr.txt").write_text(text, encoding="utf-8")
    (problem,) = read_corpus([tmp_path]).report.problems
    assert problem.what == "language contradicts the text"
    assert problem.why == "the name says fr, the text is in English"


def test_the_sample_is_in_the_languages_of_its_names() -> None:
    for document in read_corpus([SAMPLE]).documents:
        text = "\n".join(paragraph.text for paragraph in document.paragraphs)
        for named in SENTENCES:
            assert (contradiction(text, named) is None) == (named == document.language)
