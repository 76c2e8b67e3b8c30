"""Large packages that are installed, named by an import somewhere, and not needed.

Rasa 3.6 imports TensorFlow with its first module, also where no component of ``config.yml`` uses
it, and spaCy imports torch: seconds of start and hundreds of megabytes. Here they are kept out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.formats.project import components

_TENSORFLOW = ("tensorflow", "tensorflow_hub", "tensorflow_text", "tensorflow_addons", "keras")
_NEEDS_TENSORFLOW = (
    "DIETClassifier", "TEDPolicy", "ResponseSelector", "UnexpecTEDIntentPolicy",
    "ConveRTFeaturizer", "LanguageModelFeaturizer",
)  # fmt: skip


@contextmanager
def hidden(*packages: str) -> Iterator[None]:
    """Make ``import package`` fail inside the block, for packages that are not loaded yet."""
    unloaded = [package for package in packages if package not in sys.modules]
    for package in unloaded:
        sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for package in unloaded:
            del sys.modules[package]


def needs_tensorflow(project: Path) -> bool:
    """Tell whether the Rasa configuration of a project names a component that uses TensorFlow.

    Raises:
        DataError: ``config.yml`` is not what it should be; names the line.
    """
    return any(name.rsplit(".", 1)[-1] in _NEEDS_TENSORFLOW for name in components(project))


def stand_in_for_tensorflow() -> None:
    """Let ``import tensorflow`` give an empty stand-in in this process, unless it is loaded.

    Classes may be derived from it and decorators taken from it, as Rasa's modules do when they are
    imported; only a component that really computes with it would fail, and
    :func:`needs_tensorflow` tells beforehand whether there is one.
    """
    if "tensorflow" not in sys.modules and not any(isinstance(f, _Finder) for f in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _StandIn(ModuleType):
    """Every attribute is another stand-in; calling one as a decorator gives back the function."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []  # makes it a package to the import system

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        part = _StandIn(f"{self.__name__}.{name}")
        setattr(self, name, part)
        return part

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return args[0] if len(args) == 1 and callable(args[0]) and not kwargs else self

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()

    def __getitem__(self, key: Any) -> Any:
        return self

    def __or__(self, other: Any) -> Any:
        return self

    __ror__ = __or__


class _Finder(MetaPathFinder, Loader):
    """Finds stand-ins where TensorFlow would be found."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.split(".")[0] in _TENSORFLOW:
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave the stand-in empty."""
