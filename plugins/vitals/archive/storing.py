"""A file of rows -> the bucket, confirmed, and then its manifest: only then does a part count.

What is removed elsewhere because a part holds it is removed after this, and never before.
"""

from pathlib import Path

from vitals.archive.bucket import Bucket
from vitals.archive.errors import IntegrityError
from vitals.archive.manifest import Manifest


def store(bucket: Bucket, path: Path, manifest: Manifest) -> None:
    """Upload the object, confirm it, describe it; what a run that died has left goes first.

    Args:
        bucket: of the archive.
        path: Parquet file with the rows; a copy is read back beside it.
        manifest: what the file holds.

    Raises:
        IntegrityError: the bucket does not hold what was sent; nothing counts on it.
        ArchiveError: S3 refused something.
    """
    key = manifest.key_in_bucket
    if key in bucket.keys(key):  # else deleting it would leave a mark where versions are kept
        bucket.delete(key)
    bucket.abort_uploads(manifest.object_key)
    bucket.upload(path, manifest.object_key, manifest.part_bytes)
    _confirm(bucket, manifest, path.with_name("read-back.parquet"))
    bucket.write_manifest(manifest)
    if bucket.manifest(manifest.key_in_bucket) != manifest:
        raise IntegrityError(f"{manifest.key_in_bucket} is not what was written")


def _confirm(bucket: Bucket, manifest: Manifest, copy: Path) -> None:
    """Read the object back, or, where it lies in Glacier at once, compare S3's own checksum."""
    state = bucket.state(manifest.object_key)
    if state.size_bytes != manifest.size_bytes:
        raise IntegrityError(f"{manifest.object_key} has {state.size_bytes} bytes in the bucket")
    if state.is_readable:
        same = bucket.download(manifest.object_key, copy) == manifest.sha256
    else:
        # Some servers leave out the number of parts.
        same = (state.checksum or "").split("-")[0] == manifest.checksum.split("-")[0]
    if not same:
        raise IntegrityError(f"{manifest.object_key} in the bucket is not what was uploaded")
