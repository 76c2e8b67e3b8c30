"""The index on disk is whole or refused; the former version stays until the new one is whole."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.faiss_searcher import FLAT, VectorCodes
from bot.adapters.index_store import IndexStore, StoredIndex
from bot.adapters.ngram_searcher import build_index
from bot.errors import Code, ModelError, SettingError
from bot.retrieval.bm25 import index_terms
from bot.retrieval.interaction import PieceIndex
from bot.retrieval.passage import Passage
from bot.settings import PROJECT


def index(version: str = "v1") -> StoredIndex:
    """Return a small index that names its version."""
    return StoredIndex(
        version=version,
        glossary_version=f"glossary of {version}",
        entries=[{"id": "bücher", "text": "\u2028 ‘x’ 👩‍🌾"}],
        passages=["key one", "key two"],
        vectors=np.eye(2, 8, dtype=np.float32),
        pieces=PieceIndex(
            np.eye(8, 4, dtype=np.float32),
            np.arange(12, dtype=np.int8).reshape(3, 4),
            np.array([1, 2], np.int64),
        ),
        codes=VectorCodes(
            "codes",
            0.996,
            4,
            np.arange(8, dtype=np.uint8).reshape(2, 4),
            np.arange(4 * 16 * 2, dtype=np.float32).reshape(4, 16, 2),
        ),
        ngrams=build_index(["moon spade", "root"], lambda _: False),
        terms=index_terms([Passage("spade", "en", None, "moon spades dig")]),
        common_words=["der", "the"],
        telling_words={"de": ["hallo"], "en": ["hello"]},
        decision={"named": {"bias": 0.5}, "report": {}},
    )


def assert_same(one: StoredIndex, other: StoredIndex) -> None:
    """Compare two indexes, arrays included."""
    assert np.array_equal(one.vectors, other.vectors)
    assert one.vectors.dtype == other.vectors.dtype
    for name in ("projection", "vectors", "counts"):
        left, right = getattr(one.pieces, name), getattr(other.pieces, name)
        assert np.array_equal(left, right)
        assert left.dtype == right.dtype
    assert one.codes.facts() == other.codes.facts()
    assert np.array_equal(one.codes.codes, other.codes.codes)
    assert np.array_equal(one.codes.centroids, other.codes.centroids)
    assert one.ngrams.grams == other.ngrams.grams
    assert (one.ngrams.matrix != other.ngrams.matrix).nnz == 0
    assert one.terms.terms == other.terms.terms
    for name in ("concepts", "weights", "offsets"):
        left, right = getattr(one.terms, name), getattr(other.terms, name)
        assert np.array_equal(left, right)
        assert left.dtype == right.dtype
    plain = {"vectors": None, "pieces": None, "codes": None, "ngrams": None, "terms": None}
    assert replace(one, **plain) == replace(other, **plain)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> IndexStore:
    """A store with one version."""
    made = IndexStore(tmp_path / "models" / "index")
    made.write(index())
    return made


@pytest.fixture
def folder(tmp_path: Path, store: IndexStore) -> Path:
    """The folder of that store."""
    return tmp_path / "models" / "index"


def refused(store: IndexStore) -> ModelError:
    """Return the error with which reading fails."""
    with pytest.raises(ModelError) as caught:
        store.read()
    return caught.value


def test_what_is_written_is_read(store: IndexStore) -> None:
    assert store.current() == "v1"
    assert_same(store.read(), index())


def test_the_arrays_of_an_index_stay_in_their_files(store: IndexStore) -> None:
    read = store.read()
    mapped = (read.vectors, read.pieces.vectors, read.codes.codes)
    assert all(isinstance(each, np.memmap) for each in mapped)


def test_an_index_without_lists_is_read(store: IndexStore) -> None:
    store.write(replace(index("v2"), codes=FLAT))
    assert store.read().codes.facts() == FLAT.facts()


def test_before_the_first_version_there_is_none(tmp_path: Path) -> None:
    store = IndexStore(tmp_path / "none")
    assert store.current() is None
    assert refused(store).code is Code.M001
    assert "termwise train" in str(refused(store))


def test_a_version_that_is_gone_is_missing(store: IndexStore, folder: Path) -> None:
    (folder / "current").write_text("other\n")
    assert refused(store).code is Code.M001
    (folder / "current").write_text("\n")
    assert store.current() is None
    assert refused(store).code is Code.M001


# ---- damage


def damaged(path: Path) -> Iterator[None]:
    """Change each byte of a file in turn, in three ways, and put it right again."""
    content = path.read_bytes()
    for place in range(len(content)):
        for flip in (0x01, 0x20, 0xFF):
            path.write_bytes(
                content[:place] + bytes((content[place] ^ flip,)) + content[place + 1 :]
            )
            yield
    path.write_bytes(content)


CONTENTS = (
    "entries.json", "passages.json", "words.json", "decision.json", "codes.npy", "centroids.npy",
    "terms.npy", "term_concepts.npy", "term_weights.npy", "term_offsets.npy",
    "vectors.npy",
    "projection.npy", "pieces.npy", "counts.npy", "grams.npy", "idf.npy", "weights.npy",
    "places.npy", "offsets.npy", "size.npy",
)  # fmt: skip


def test_these_are_all_files_of_a_version(folder: Path) -> None:
    assert {path.name for path in (folder / "v1").iterdir()} == {*CONTENTS, "manifest.json"}


@pytest.mark.parametrize("name", CONTENTS)
def test_no_byte_of_a_file_can_change_unnoticed(store: IndexStore, folder: Path, name: str) -> None:
    content = (folder / "v1" / name).read_bytes()
    for place in {0, len(content) // 2, len(content) - 1}:
        changed = bytearray(content)
        changed[place] ^= 0x01
        (folder / "v1" / name).write_bytes(changed)
        error = refused(store)
        assert error.code is Code.M002
        assert name in str(error)
    (folder / "v1" / name).write_bytes(content)
    assert_same(store.read(), index())


@pytest.mark.parametrize("name", CONTENTS)
def test_a_file_cut_short_or_gone_is_damage(store: IndexStore, folder: Path, name: str) -> None:
    path = folder / "v1" / name
    content = path.read_bytes()
    for cut in (content[:-1], content[: len(content) // 2], b"", content + b"\n"):
        path.write_bytes(cut)
        assert refused(store).code is Code.M002
    path.unlink()
    assert refused(store).code is Code.M002


def test_a_manifest_of_no_json_is_damage(store: IndexStore, folder: Path) -> None:
    for content in (b"", b"{", b"\xff\xfe", b"{}", b'{"format": 5}'):
        (folder / "v1" / "manifest.json").write_bytes(content)
        assert refused(store).code is Code.M002
    (folder / "v1" / "manifest.json").unlink()
    assert refused(store).code is Code.M001


def test_no_byte_of_the_manifest_can_change_unnoticed(store: IndexStore, folder: Path) -> None:
    for _ in damaged(folder / "v1" / "manifest.json"):
        assert refused(store).code in (Code.M001, Code.M002, Code.M005)


@pytest.mark.parametrize("content", ["[]", "null", '{"sha256": [], "format": 5}', "7"])
def test_a_manifest_of_other_json_is_damage(store: IndexStore, folder: Path, content: str) -> None:
    (folder / "v1" / "manifest.json").write_text(content)
    assert refused(store).code in (Code.M002, Code.M005)


def test_a_pointer_of_no_text_is_a_missing_index(store: IndexStore, folder: Path) -> None:
    (folder / "current").write_bytes(b"\xff\xfe")
    assert refused(store).code in (Code.M001, Code.M002)


def test_an_index_of_another_release_is_told_from_damage(store: IndexStore, folder: Path) -> None:
    manifest = folder / "v1" / "manifest.json"
    text = manifest.read_text()
    manifest.write_text(text.replace('"format": ', '"format": 9'))
    assert manifest.read_text() != text
    error = refused(store)
    assert error.code is Code.M005
    assert "termwise train" in str(error)


# ---- writing


def test_the_last_version_written_is_current(store: IndexStore) -> None:
    for version in ("v2", "v3", "v2"):
        store.write(index(version))
        assert store.current() == version
        assert store.read().glossary_version == f"glossary of {version}"


def test_old_versions_are_removed_but_for_the_one_that_may_be_in_use(
    store: IndexStore, folder: Path
) -> None:
    for number in range(2, 6):
        store.write(index(f"v{number}"))
    left = {path.name for path in folder.iterdir()}
    assert left == {"v5", "current", "v4", "former"}


def test_writing_a_version_again_mends_it(store: IndexStore, folder: Path) -> None:
    (folder / "v1" / "vectors.npy").unlink()
    store.write(index())
    assert_same(store.read(), index())


def test_a_write_that_fails_midway_leaves_the_former_version(
    store: IndexStore, folder: Path
) -> None:
    unwritable = replace(index("v2"), decision={"no": "json"}.keys())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        store.write(unwritable)
    assert_same(store.read(), index())
    assert {path.name for path in folder.iterdir()} == {"v1", "current"}


_KILLED = """
import os, sys
from dataclasses import replace
from pathlib import Path
from bot.adapters.index_store import IndexStore
from tests.unit.test_index_store import index

class Deadly(dict):
    def items(self):
        os._exit(9)

step = sys.argv[2]
if step == "before":
    new = replace(index("v2"), decision=Deadly(a=1))
    IndexStore(Path(sys.argv[1])).write(new)
else:
    real = os.replace
    def replace_and_die(source, target):
        if Path(target).name == ("current" if step == "pointer" else "v2"):
            os._exit(9)
        real(source, target)
    os.replace = replace_and_die
    IndexStore(Path(sys.argv[1])).write(index("v2"))
"""


@pytest.mark.parametrize("step", ["before", "folder", "pointer"])
def test_a_process_killed_while_writing_leaves_the_former_version(
    store: IndexStore, folder: Path, step: str
) -> None:
    command = [sys.executable, "-c", _KILLED, str(folder), step]
    done = subprocess.run(command, cwd=PROJECT, check=False)
    assert done.returncode == 9
    assert_same(store.read(), index())
    store.write(index("v3"))
    assert_same(store.read(), index("v3"))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(SettingError) as caught:
        IndexStore(tmp_path / "models" / "index").write(index())
    assert caught.value.code is Code.S003
    assert "MODELS" in str(caught.value)


@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=9))
def test_vectors_are_kept_to_the_bit(numbers: list[float]) -> None:
    vectors = np.array([numbers], np.float32)
    with tempfile.TemporaryDirectory() as folder:
        store = IndexStore(Path(folder))
        store.write(replace(index(), vectors=vectors))
        assert store.read().vectors.tobytes() == vectors.tobytes()


def test_the_version_before_serves_where_the_current_one_is_damaged(
    store: IndexStore, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store.write(index("v2"))
    assert store.read_usable().version == "v2"
    current = folder / "v2" / "vectors.npy"
    current.write_bytes(current.read_bytes()[:-1])
    with pytest.raises(ModelError):
        store.read()
    assert_same(store.read_usable(), index("v1"))
    assert "M002" in caplog.text
    assert "v2" in caplog.text
    (folder / "v1" / "words.json").write_text("{}")
    with pytest.raises(ModelError, match="v2"):
        store.read_usable()


def test_writing_a_version_again_does_not_make_it_the_one_before(store: IndexStore) -> None:
    for version in ("v2", "v2"):
        store.write(index(version))
    assert (store._folder / "former").read_text().split()[0] == "v1"
    assert (store._folder / "v1").is_dir()
