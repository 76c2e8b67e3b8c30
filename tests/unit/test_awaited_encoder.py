"""An encoder that is still in the making is waited for when it is needed, not before."""

from pathlib import Path

import pytest

from bot.errors import Code, ModelError
from bot.nlu.awaited_encoder import AwaitedEncoder, awaiting


def test_it_is_waited_for_once_and_only_when_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELS", str(tmp_path))
    waited: list[str] = []
    with awaiting(lambda: waited.append("export")):
        encoder = AwaitedEncoder()
        assert waited == []
        with pytest.raises(ModelError) as caught:  # it was exported nowhere
            encoder.encode(["what"])
    assert caught.value.code is Code.M001
    assert waited == ["export"]


def test_why_the_export_failed_is_told() -> None:
    def fails() -> None:
        raise ModelError(Code.M006, problem="no torch")

    with awaiting(fails), pytest.raises(ModelError, match="no torch"):
        AwaitedEncoder().encode_pieces(["what"])
