"""Keeps a person's recordings where the local workers may read them."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

PIECE_BYTES = 1 << 20
"""Bytes copied at a time."""

_EXTENSION = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecording:
    """Our copy of a recording, and what an `audio.received` event says about its bytes."""

    path: Path
    sha256: str
    size_bytes: int

    @property
    def uri(self) -> str:
        """The copy's `file:` URI."""
        return self.path.as_uri()


def store_file(path: Path, folder: Path) -> StoredRecording:
    """Copy the recording at *path* into *folder*, named by its content, and say where it is.

    Always a copy, never a hard link: a later change of the original must not change what was
    sent, nor may our file mode change the original's.

    Raises:
        OSError: *path* cannot be read or *folder* not be written.

    """
    folder = folder.absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size_bytes = hashlib.sha256(), 0
    with path.open("rb") as source, NamedTemporaryFile(dir=folder, delete=False) as copy:
        try:
            while piece := source.read(PIECE_BYTES):
                digest.update(piece)
                size_bytes += len(piece)
                copy.write(piece)
            copy.flush()
            stored = folder / f"{digest.hexdigest()}{_extension(path)}"
            os.replace(copy.name, stored)  # noqa: PTH105 - the name is a string already
        except BaseException:
            Path(copy.name).unlink(missing_ok=True)
            raise
    return StoredRecording(path=stored, sha256=digest.hexdigest(), size_bytes=size_bytes)


def _extension(path: Path) -> str:
    """Return the file's extension where it is a plain one, in small letters."""
    extension = path.suffix.lower()
    return extension if _EXTENSION.fullmatch(extension) else ""
