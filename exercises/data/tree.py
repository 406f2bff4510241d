"""The files of a folder or of a zip, read alike."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from exercises.errors import DataUnavailable


@dataclass(frozen=True, slots=True)
class Tree:
    """Files by their paths, with slashes. A zip inside stands for the folder of its name."""

    source: str
    _files: dict[str, Path | zipfile.ZipFile] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> Tree:
        """Return the files of the folder or the zip at `path`. Raises DataUnavailable."""
        tree = cls(str(path))
        try:
            if path.is_dir():
                tree._add_folder(path)
            else:
                tree._add_zip("", zipfile.ZipFile(path))
        except (OSError, zipfile.BadZipFile) as exc:
            raise DataUnavailable(f"{path} can't be read: {exc}") from exc
        return tree

    def find(self, suffix: str) -> list[str]:
        """Return the paths that end with `suffix`, sorted."""
        return sorted(name for name in self._files if name.endswith(suffix))

    def read(self, name: str) -> bytes:
        """Return the content of a file. Raises DataUnavailable."""
        file = self._files.get(name)
        if file is None:
            raise DataUnavailable(f"{self.source} has no file {name}")
        return file.read_bytes() if isinstance(file, Path) else file.read(_inner(file, name))

    def _add_folder(self, folder: Path) -> None:
        for path in folder.rglob("*"):
            name = path.relative_to(folder).as_posix()
            if path.suffix == ".zip":
                self._add_zip(f"{name.removesuffix('.zip')}/", zipfile.ZipFile(path))
            elif path.is_file():
                self._files[name] = path

    def _add_zip(self, prefix: str, archive: zipfile.ZipFile) -> None:
        for name in archive.namelist():
            if name.endswith(".zip"):
                inner = zipfile.ZipFile(io.BytesIO(archive.read(name)))
                self._add_zip(f"{prefix}{name.removesuffix('.zip')}/", inner)
            elif not name.endswith("/"):
                self._files[f"{prefix}{name}"] = archive


def _inner(archive: zipfile.ZipFile, name: str) -> str:
    """Return what the archive itself calls the file: a prefix may stand before it."""
    names = set(archive.namelist())
    while name not in names:
        name = name.partition("/")[2]
    return name
