"""Rasa's importer of the project's files, each of which is read once and by libyaml.

Rasa's own importers read the questions twice, check them by a schema that is compiled for each
file, and copy and compare all of them at each of a dozen merges. ``bot.formats.project`` has
checked the files before.
"""

from functools import cached_property
from pathlib import Path

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.formats.yaml_document import read_yaml


class ProjectImporter(RasaFileImporter):
    """Gives what Rasa's importer of files gives.

    Args:
        project: the folder of the project.
    """

    def __init__(self, project: Path) -> None:
        data = [str(project / "data" / part) for part in ("nlu", "rules")]
        super().__init__(str(project / "config.yml"), str(project / "domain"), data)

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Return the training questions."""
        return self._questions

    def get_domain(self) -> Domain:
        """Return the domain."""
        return self._domain

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """Return the rules."""
        return self._rules

    @cached_property
    def _questions(self) -> TrainingData:
        readers = [_reader(Path(name)) for name in self._nlu_files]
        return TrainingData(
            [example for reader in readers for example in reader.training_examples],
            {name: value for reader in readers for name, value in reader.entity_synonyms.items()},
            [regex for reader in readers for regex in reader.regex_features],
            [table for reader in readers for table in reader.lookup_tables],
        )

    @cached_property
    def _domain(self) -> Domain:
        return super().get_domain()

    @cached_property
    def _rules(self) -> StoryGraph:
        return super().get_stories()


def _reader(path: Path) -> RasaYAMLReader:
    """Return Rasa's reader of questions with what is in a file."""
    reader = RasaYAMLReader()
    reader.filename = str(path)
    reader._parse_nlu(read_yaml(path.read_text(encoding="utf-8")).value.get("nlu"))
    return reader
