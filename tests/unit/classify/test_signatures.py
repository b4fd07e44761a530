"""Every signature proves itself against the whole table: its examples are its own, its look-alikes are not."""

import json
from pathlib import Path

import pytest
import re2

from trainstop.classify import classify
from trainstop.classify.compile import compiled
from trainstop.classify.document import document
from trainstop.classify.families import FAMILIES
from trainstop.classify.load import EVIDENCE, HERE, read_compiled, read_sources, signature, source_rows, table
from trainstop.classify.signature import Rank, Where, quiet
from trainstop.classify.table import relaxed, words_of
from trainstop.domain.category import FACTS, Category
from trainstop.domain.failure import Failure, LogLine

ROWS = [row for _, row in source_rows()]
SIGNATURES = list(read_sources())
REASON_PREFIXES = ("AlgorithmError:", "ClientError:", "InternalServerError:", "CapacityError:")
DECIDES = (Rank.ROOT, Rank.HINT)


def as_log(text):
    return Failure(lines=[LogLine(line, host="algo-1") for line in text.split("\n")])


def as_reason(text):
    return Failure(failure_reason=text)


def decided(row, text):
    """The ids of the signatures that decide about ``text`` where ``row`` applies."""
    where = row.get("where", "both")
    ids = set()
    if where != "reason" and not text.startswith(REASON_PREFIXES):
        ids.add(classify(as_log(text)).signature)
    if where != "log":
        ids.add(classify(as_reason(text)).signature)
    return ids


def recognised(row, text):
    """The ids of the first signatures that match the last line of ``text``, whatever their rank."""
    places = [place for place in (Where.LOG, Where.REASON) if row.get("where", "both") in ("both", place)]
    firsts = [table().first(text.split("\n")[-1], place) for place in places]
    return {first.id if first else None for first in firsts}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_each_example_comes_back_as_its_own_signature(row):
    seen = decided if Rank(row.get("rank", "root")) in DECIDES else recognised
    assert {text: seen(row, text) for text in row["matches"]} == {text: {row["id"]} for text in row["matches"]}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_no_look_alike_comes_back_as_the_signature(row):
    seen = decided if Rank(row.get("rank", "root")) in DECIDES else recognised
    assert [text for text in row["near_misses"] if row["id"] in seen(row, text)] == []


def test_ids_are_unique():
    ids = [row["id"] for row in ROWS]
    assert len(ids) == len(set(ids))


def test_each_signature_shows_its_evidence():
    assert [row["id"] for row in ROWS if not all(row.get(key) for key in EVIDENCE)] == []


def test_hints_explain_signatures_that_exist():
    known = {found.id for found in SIGNATURES}
    assert {explained for found in SIGNATURES for explained in found.explains} <= known


def test_each_pattern_is_one_that_re2_compiles():
    for found in SIGNATURES:
        for pattern in filter(None, (found.pattern, relaxed(found.pattern), found.frames, found.points_to)):
            assert re2.compile(pattern, quiet()).groups >= 0


def test_a_relaxed_pattern_matches_whatever_the_pattern_does():
    for row in ROWS:
        pattern = re2.compile(row["pattern"], quiet())
        loose = re2.compile(relaxed(row["pattern"]), quiet())
        for text in row["matches"] + row["near_misses"]:
            assert not pattern.search(text) or loose.search(text)


def test_where_a_pattern_matches_one_of_its_required_words_stands():
    for row in ROWS:
        pattern, words = re2.compile(row["pattern"], quiet()), words_of(row["pattern"])
        for text in row["matches"] + row["near_misses"]:
            assert not pattern.search(text) or any(word in text.lower() for word in words)


def test_a_pattern_that_requires_no_word_is_refused():
    with pytest.raises(ValueError, match="no word is required"):
        words_of(r"\w+: \d+|x?")


def test_every_family_has_a_file_and_every_file_is_asked():
    assert sorted(FAMILIES) == sorted(path.stem for path in (HERE / "signatures").glob("*.yaml"))


def test_a_signature_with_a_misspelt_key_is_refused():
    with pytest.raises(ValueError, match="unknown keys: patern"):
        signature("demo", {"id": "demo", "category": "unknown", "patern": "x"})


def test_the_compiled_form_holds_the_same_signatures(tmp_path: Path):
    path = tmp_path / "signatures.json"
    path.write_bytes(compiled())
    assert list(read_compiled(path).signatures) == SIGNATURES


def test_the_compiled_form_leaves_the_evidence_out():
    assert not {key for row in json.loads(compiled())["signatures"] for key in row} & EVIDENCE


def test_every_category_has_its_facts():
    assert set(FACTS) == set(Category)
    assert [category for category, facts in FACTS.items() if not (facts.title and facts.advice)] == []


def test_the_page_of_signatures_is_current():
    page = Path(__file__).parents[3] / "docs" / "signatures.md"
    assert page.read_text(encoding="utf-8") == document(), "run: python -m trainstop.classify.document"
