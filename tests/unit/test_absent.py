"""Packages that are not needed are kept out, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.absent import hidden, needs_tensorflow
from bot.errors import DataError
from bot.settings import PROJECT


def run(code: str) -> str:
    """Run Python code in a process of its own and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package that can be imported and is not yet."""
    (tmp_path / "gardenpackage").mkdir()
    (tmp_path / "gardenpackage" / "__init__.py").write_text("value = 1")
    (tmp_path / "gardenpackage" / "inner.py").write_text("value = 2")
    monkeypatch.syspath_prepend(tmp_path)
    yield "gardenpackage"
    for name in ("gardenpackage", "gardenpackage.inner"):
        sys.modules.pop(name, None)


def test_a_hidden_package_cannot_be_imported_inside_the_block_only(package: str) -> None:
    with hidden(package):
        with pytest.raises(ImportError):
            __import__(package)
        with pytest.raises(ImportError):
            __import__(f"{package}.inner")
    assert __import__(package).value == 1


def test_an_error_inside_the_block_does_not_leave_it_hidden(package: str) -> None:
    with pytest.raises(KeyError), hidden(package):
        raise KeyError
    assert __import__(package).value == 1


def test_a_package_that_is_loaded_stays(package: str) -> None:
    loaded = __import__(package)
    with hidden(package, "json"):
        assert __import__(package) is loaded
        import json
    assert json.loads("1") == 1
    assert sys.modules[package] is loaded


@pytest.mark.parametrize(
    ("config", "needed"),
    [
        ("pipeline:\n- name: DIETClassifier\npolicies:\n- name: RulePolicy\n", True),
        ("pipeline:\n- name: rasa.nlu.x.DIETClassifier\npolicies:\n- name: RulePolicy\n", True),
        ("pipeline:\n- name: bot.nlu.X\npolicies:\n- name: TEDPolicy\n  epochs: 1\n", True),
        ("pipeline:\n- name: bot.nlu.X\npolicies:\n- name: RulePolicy\n", False),
        ("pipeline:\n- name: NotDIETClassifier\npolicies:\n- name: RulePolicy\n", False),
        ("policies:\n- name: x\npipeline:\n# - name: DIETClassifier\n- name: y\n", False),
    ],
)
def test_a_configuration_needs_tensorflow(tmp_path: Path, config: str, needed: bool) -> None:
    (tmp_path / "config.yml").write_text(config)
    assert needs_tensorflow(tmp_path) is needed


@pytest.mark.parametrize("config", ["", "pipeline:\n", "pipeline:\n- text\n", "pipeline: [\n"])
def test_a_configuration_that_names_nothing_is_refused(tmp_path: Path, config: str) -> None:
    (tmp_path / "config.yml").write_text(config)
    with pytest.raises(DataError, match=r"config\.yml:\d+: "):
        needs_tensorflow(tmp_path)


def test_our_own_configuration_needs_none() -> None:
    assert not needs_tensorflow(PROJECT)


STAND_IN = """
import sys
from bot.absent import stand_in_for_tensorflow
stand_in_for_tensorflow()
stand_in_for_tensorflow()
import tensorflow as tf
import tensorflow_addons.text
import tensorflow.keras.layers as layers
from tensorflow.python.keras.utils import tf_utils
from keras import backend

class Layer(tf.keras.layers.Layer):
    name = "mine"

class Both(layers.Dense, dict):
    pass

@tf.function
def doubled(x: "tf.Tensor | None" = None) -> tf.Tensor | int:
    return 2 * x

@tf.function(experimental_relax_shapes=True)
def tripled(x):
    return 3 * x

kinds = tf.Tensor | None, None | tf.Tensor, tf.data.Dataset[int]
print(Layer().name, Both(a=1)["a"], doubled(2), issubclass(Layer, object))
print(len([f for f in sys.meta_path if type(f).__module__ == "bot.absent"]))
print(hasattr(tf, "__version__"), hasattr(tf, "anything"))
try:
    import tensorflower
except ImportError:
    print("others are not stood in for")
"""


def test_the_stand_in_is_enough_to_import_what_is_made_for_tensorflow() -> None:
    assert run(STAND_IN).splitlines() == [
        "mine 1 4 True",
        "1",
        "False True",
        "others are not stood in for",
    ]


def test_the_assistant_loads_neither_torch_nor_tensorflow() -> None:
    code = (
        "import sys, bot.app\n"
        "print([p for p in ('torch', 'tensorflow', 'transformers', 'rasa', 'sklearn')"
        " if sys.modules.get(p)])"
    )
    assert run(code) == "[]"


def test_the_assistant_can_be_imported_after_spacy() -> None:
    code = (
        "from bot.absent import hidden\n"
        "with hidden('torch', 'tensorflow'):\n"
        "    import spacy\n"
        "import bot.app\n"
    )
    run(code)


@pytest.mark.parametrize("module", ["bot.training", "bot.app", "bot.adapters.spacy_phrases"])
def test_what_imports_spacy_does_not_import_torch(module: str) -> None:
    """Training would wait for torch before it does anything, and hold it until it ends."""
    program = f"import sys, {module}; print([p for p in ('torch', 'thinc') if p in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "['thinc']"
