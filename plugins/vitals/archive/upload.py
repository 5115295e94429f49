"""A file -> an S3 object in parts, each with its SHA-256, which S3 checks as it receives it.

Of an upload that fails nothing stays: its parts are discarded, and by the bucket's lifecycle rule
where even that failed.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_AT_ONCE = 4
_MOST_PARTS = 10_000  # of S3


@dataclass(frozen=True)
class Target:
    """Where an object goes, and how it is stored (arguments of put_object)."""

    client: Any
    bucket: str
    key: str
    options: Mapping[str, str]

    @property
    def place(self) -> dict[str, str]:
        """Bucket and key."""
        return {"Bucket": self.bucket, "Key": self.key}


def part_size(size: int, wanted: int) -> int:
    """Size of the parts: as wanted, or larger where there would be too many."""
    return max(wanted, -(-size // _MOST_PARTS))


def composite_checksum(path: Path, part_bytes: int) -> str:
    """The SHA-256 that S3 states for a file uploaded in such parts, in its own notation.

    That of the file itself if it is a single part; else that of the parts' digests and their
    number: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
    """
    size = path.stat().st_size
    digests = [hashlib.sha256(_read(path, first, part_bytes)).digest()
               for first in range(0, max(size, 1), part_bytes)]  # fmt: skip
    if len(digests) == 1:
        return _text(digests[0])
    return f"{_text(hashlib.sha256(b''.join(digests)).digest())}-{len(digests)}"


def upload(path: Path, target: Target, part_bytes: int) -> None:
    """Upload a file whole, or leave nothing.

    Args:
        path: of the file.
        target: where it goes.
        part_bytes: size of the parts; a smaller file goes in one request.

    Raises:
        ClientError, BotoCoreError: S3 refused it or could not be reached, also after the
            client's own attempts.
    """
    size = path.stat().st_size
    if size <= part_bytes:
        body = path.read_bytes()
        checksum = {
            "ChecksumAlgorithm": "SHA256",
            "ChecksumSHA256": _text(hashlib.sha256(body).digest()),
        }
        target.client.put_object(**target.place, **target.options, **checksum, Body=body)
        return
    started = target.client.create_multipart_upload(
        **target.place, **target.options, ChecksumAlgorithm="SHA256"
    )
    place = {**target.place, "UploadId": started["UploadId"]}
    try:
        parts = _upload_parts(path, size, part_bytes, place, target.client.upload_part)
        target.client.complete_multipart_upload(**place, MultipartUpload={"Parts": parts})
    except BaseException:
        with suppress(Exception):
            target.client.abort_multipart_upload(**place)
        raise


def _upload_parts(
    path: Path, size: int, part_bytes: int, place: dict[str, str], send: Callable[..., Any]
) -> list[dict[str, Any]]:
    def one(number: int) -> dict[str, Any]:
        body = _read(path, (number - 1) * part_bytes, part_bytes)
        checksum = _text(hashlib.sha256(body).digest())
        done = send(**place, PartNumber=number, Body=body, ChecksumSHA256=checksum)
        return {"PartNumber": number, "ETag": done["ETag"], "ChecksumSHA256": checksum}

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(one, range(1, -(-size // part_bytes) + 1)))


def _read(path: Path, first: int, count: int) -> bytes:
    with path.open("rb") as file:
        file.seek(first)
        return file.read(count)


def _text(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
