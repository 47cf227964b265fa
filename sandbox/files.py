"""Files that the bot sent: kept in memory, found by their id or their path."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from sandbox.errors import Refused, bad_request
from sandbox.spec import Json, Upload

# Source: Bot API, "Sending files" and getFile.
LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_DOWNLOAD = 20 * 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
PNG_HEAD = 24  # signature and the size, which comes first
MARKER = 0xFF
# start of frame, whatever the coding; C4, C8 and CC are other things
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class File:
    """One file."""

    id: str
    kind: str
    upload: Upload
    path: str

    def to_json(self) -> Json:
        """Return what every file object of the Bot API holds."""
        return {
            "file_id": self.id,
            "file_unique_id": self.id[-10:],
            "file_size": len(self.upload.data),
        }


class Files:
    """All files of one sandbox."""

    def __init__(self) -> None:
        self._by_id: dict[str, File] = {}
        self._by_path: dict[str, File] = {}

    def take(self, given: str | Upload, kind: str) -> File:
        """Return the file for an upload, or for the id of one sent before.

        Raises:
            Refused: an empty or too large upload, an unknown id, an address (the sandbox
                fetches nothing).
        """
        if isinstance(given, Upload):
            return self._keep(given, kind)
        found = self._by_id.get(given)
        if found is not None:
            return found
        if given.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        raise bad_request("wrong file identifier/HTTP URL specified")

    def get(self, file_id: str) -> File:
        """Return the file for getFile.

        Raises:
            Refused: unknown, or over 20 MB.
        """
        found = self._by_id.get(file_id)
        if found is None:
            raise bad_request("invalid file_id")
        if len(found.upload.data) > LARGEST_DOWNLOAD:
            raise bad_request("file is too big")
        return found

    def at(self, path: str) -> File | None:
        """Return the file with this path."""
        return self._by_path.get(path)

    def by_id(self, file_id: str) -> File | None:
        """Return the file with this id."""
        return self._by_id.get(file_id)

    def _keep(self, upload: Upload, kind: str) -> File:
        if not upload.data:
            raise bad_request("file must be non-empty")
        if len(upload.data) > LARGEST_UPLOAD:
            raise Refused(413, "Request Entity Too Large")
        number = len(self._by_id) + 1
        suffix = PurePosixPath(upload.name).suffix
        file = File(f"sandbox-{kind}-{number:010}", kind, upload, f"{kind}s/file_{number}{suffix}")
        self._by_id[file.id] = self._by_path[file.path] = file
        return file


def document(file: File) -> Json:
    """Return the Bot API's Document."""
    name, kind = file.upload.name, file.upload.content_type
    return file.to_json() | {"file_name": name, "mime_type": kind}


def photo(file: File) -> list[Json]:
    """Return the Bot API's PhotoSizes: one, the size of the picture.

    Raises:
        Refused: over 10 MB, or neither PNG nor JPEG.
    """
    data = file.upload.data
    if len(data) > LARGEST_PHOTO:
        raise bad_request(
            f"file of size {len(data)} bytes is too big for a photo; "
            f"the maximum size is {LARGEST_PHOTO} bytes"
        )
    size = _size(data)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    return [file.to_json() | {"width": size[0], "height": size[1]}]


def picture_type(file: File) -> str | None:
    """Return the media type of a picture that browsers can show; None for anything else."""
    if file.upload.data.startswith(PNG):
        return "image/png"
    return "image/jpeg" if file.upload.data.startswith(JPEG) else None


def _size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG or JPEG; None for anything else."""
    if data.startswith(PNG) and len(data) >= PNG_HEAD:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    for marker, at in _segments(data):
        if marker in FRAMES and len(data) >= at + 9:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
    return None


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    at = 2 if data.startswith(JPEG) else len(data)
    while at + 4 <= len(data) and data[at] == MARKER:
        yield data[at + 1], at
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
