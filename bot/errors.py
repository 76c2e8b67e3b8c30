"""Everything that can go wrong, with what to do about it.

    TermwiseError
    ├── UserFacingError          the owner of the installation can mend it; shown as one line
    │   ├── GlossaryError        G  a glossary file is not what it should be
    │   ├── DataError            D  training, rule or evaluation data is not what it should be
    │   ├── ModelError           M  a model or index is missing, broken or does not fit
    │   └── SettingError         S  a setting or the environment (port, folder, secret) is wrong
    ├── BenchmarkError           the benchmark cannot go on
    └── ContractError            C  our own code broke a promise; a bug

Every message says what failed, what it got and what to do. The letter and the number
(``G004``) are stable, so that a message can be looked up in ``docs/errors.md``.
"""

from __future__ import annotations

import enum


class Code(enum.Enum):
    """The message catalogue: code -> template."""

    G001 = "{file}: cannot be read as UTF-8 text (byte {position}). Save the file as UTF-8."
    G002 = "{file}:{line}: the front matter is not valid YAML: {problem}. Mend that line."
    G003 = "{file}:{line}: {key} is {found}, expected {expected}."
    G004 = "{file}:{line}: the {language} text has no definition. Write one paragraph under its heading."
    G005 = "{file}:{line}: {key} names the concept {found!r}, which has no entry.{hint}"
    G006 = "{file}: the id {found!r} is already used by {other}. Give one of them another id."
    G007 = "{file}: the broader concepts run in a circle: {found}. Remove one of these relations."
    G008 = "{folder}: no glossary entries found. Expected Markdown files (*.md), one per concept."
    G009 = "{folder}: no such folder. Set GLOSSARY to the folder of your glossary."
    G010 = "{file}: holds no term. Give it a heading, a title or terms.{language}.preferred."
    G011 = "{file}: has {size} bytes, more than the {limit} allowed for one entry. Split it."
    G012 = "{file}: the name of the file is not UTF-8. Rename it."
    G021 = "{file}: has {size} bytes, more than the {limit} that are read as {format}. Split it."
    G022 = "{file}:{line}: cannot be read as {format}: {problem}. Mend the file or leave it out."
    G023 = "{file}:{line}: {found} is refused, because {reason}. Take it out of the file."
    G031 = "The glossary gives {found} lessons to tune on, at least {limit} are needed. Write sections or described-as."
    G041 = "{path}: no such file, folder or archive, and no file fits it as a pattern."
    G042 = "{path}: refused, {problem}. Mend it or import less at once."
    G043 = "{file}:{line}: the front matter cannot be parsed: {problem}. Mend that line."
    G044 = "{found!r} is no format that is known here. Known are: {known}."
    G045 = "{path}: holds nothing that could be read as a glossary. {hint}"
    G046 = "{path}: cannot be written over: {found}. Choose another folder; --force replaces one that holds only entries."
    G051 = "{file}: has no column {found!r}.{hint} The columns are: {columns}."
    G052 = "{file}: the column {name!r} cannot be {found!r}. Choose one of: {fields}."
    G053 = "{file}: no columns were found that hold terms and definitions. The columns are: {columns}. Say which with --map 'COLUMN=term' and --map 'COLUMN=definition'."
    D001 = "{file}:{line}: {found}. Expected {expected}."
    D002 = "{file}: {problem}"
    M001 = "{path}: no {thing} there. Run `termwise train`."
    M002 = "{path}: the {thing} is damaged ({problem}). Run `termwise train` to build it again."
    M003 = "The exported encoder disagrees with the original: cosine {found:.4f}, at least {limit} expected. Nothing was replaced."
    M004 = "Rasa could not train on config.yml, domain and data: {problem}"
    M005 = "{path}: the {thing} was made by version {found}, this is version {expected}. Run `termwise train`."
    M006 = "The sentence encoder could not be exported: {problem}"
    M007 = "{path}: the tuned encoder is damaged ({problem}). Run `termwise tune` again, or `termwise tune --undo`."
    S001 = "{name} is {found!r}, expected {expected}."
    S002 = "Port {port} on {host} is in use. Stop the other program or set PORT to a free port."
    S003 = "{path}: cannot be written ({problem}). Make the folder writable or set {name}."
    S004 = "The Python package {name} is missing. Run `make setup`."
    S005 = "{path}: the conversations cannot be used ({problem}). Move the file away to begin anew, or set STATE."
    S006 = (
        "{path}: {problem}. Check that the file can be read and written and that the disk has room."
    )
    S021 = "{name} is refused: {problem}. {remedy}"
    S022 = "{path}: the messages of the front door cannot be kept ({problem})."
    S023 = "The part {part} ended at once (exit code {found}), {times} times in a row. Its last words stand above."
    S061 = "helpdesk.yml: {where}: {problem}. See docs/helpdesk.md."
    S041 = "{path}: no server answers there. Start it with `termwise serve`, with the same STATE."
    S051 = "What is kept of people cannot be read or written ({problem}). Check STATE and DATABASE, then do it again."
    S031 = "{path}: the feedback cannot be used ({problem}). Move the file away to begin anew, or set STATE."


class TermwiseError(Exception):
    """Base of all our errors."""


class UserFacingError(TermwiseError):
    """An error whose message is written for the owner of the installation."""

    def __init__(self, code: Code, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(f"[{code.name}] {code.value.format(**facts)}")


class GlossaryError(UserFacingError):
    """A glossary file is not what it should be."""


class DataError(UserFacingError):
    """Training, rule or evaluation data is not what it should be."""


class ModelError(UserFacingError):
    """A model or index is missing, broken or does not fit."""


class SettingError(UserFacingError):
    """A setting or the environment is wrong."""


class BenchmarkError(TermwiseError):
    """The benchmark cannot go on; the message ends with the tail of the log concerned."""


class ContractError(TermwiseError):
    """Our own code broke a promise it makes to its callers."""
