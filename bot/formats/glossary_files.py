"""The files of the served glossary: read again and again, and parsed only where they changed."""

from __future__ import annotations

from pathlib import Path

from bot.errors import Code, GlossaryError
from bot.formats.folder import Folder
from bot.formats.served import imported_folder, is_own
from bot.glossary.glossary import Glossary


class GlossaryFiles:
    """A folder of our own format, or whatever can be imported.

    Args:
        path: where the glossary is.
        models: where an import of it is kept.
        known: a version of the glossary; if the files still hold it, they are not parsed.
    """

    def __init__(self, path: Path, models: Path, known: Glossary) -> None:
        self._path = path
        self._models = models
        self._known: Glossary | None = known
        self._own: bool | None = None
        self._folder: Folder | None = None

    def read(self) -> Glossary:
        """Return the glossary as it is now; unchanged entries are the same objects as before.

        Of a folder of our own format only changed files are opened. Anything else is imported
        again as a whole if any of it changed.

        Raises:
            GlossaryError: there is nothing, or it is no glossary.
            OSError: a file cannot be read.
            SettingError: the import cannot be written.
        """
        if not self._path.exists():
            raise GlossaryError(Code.G009, folder=self._path)
        if self._own is None:
            self._own = is_own(self._path)
        path = self._path if self._own else imported_folder(self._path, self._models)
        if self._folder is None or self._folder.path != path:
            self._folder = Folder(path, self._folder)
            if self._known is not None:
                self._folder.know(self._known)
                self._known = None
        return self._folder.read()
