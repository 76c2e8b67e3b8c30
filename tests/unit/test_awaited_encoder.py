"""An encoder that is still in the making is waited for when it is needed, not before."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.dictionary_file import write_served
from bot.errors import Code, ModelError
from bot.nlu.awaited_encoder import AwaitedEncoder, awaiting
from bot.settings import Settings


def test_it_is_waited_for_once_and_only_when_needed(tmp_path: Path) -> None:
    built = replace(Settings(), building=tmp_path)
    waited: list[str] = []
    with awaiting(lambda: waited.append("export"), built):
        encoder = AwaitedEncoder()
        assert waited == []
        write_served(built.project, built.dictionary)
        with pytest.raises(ModelError, match=str(built.encoder)) as caught:  # exported nowhere
            encoder.encode(["what"])
    assert caught.value.code is Code.M001
    assert waited == ["export"]


def test_why_the_export_failed_is_told() -> None:
    def fails() -> None:
        raise ModelError(Code.M006, problem="no torch")

    with awaiting(fails, Settings()), pytest.raises(ModelError, match="no torch"):
        AwaitedEncoder().encode_pieces(["what"])
