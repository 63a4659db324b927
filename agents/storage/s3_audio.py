"""Fetches recordings by `s3:` URI, from the configured places and nowhere else."""

from collections.abc import Callable, Sequence

from agents.errors import AudioForbidden, AudioMissing
from agents.storage.audio_uri import AudioUri
from agents.storage.obstore_client import Bucket
from agents.storage.owner import Owner
from agents.storage.s3_uri import S3Place, key_of
from agents.storage.spool import Spool

DEPENDENCY = "audio-bucket"


class S3Audio:
    """Reads `s3:` URIs inside *places*, each `s3://bucket/prefix`."""

    def __init__(
        self, places: Sequence[str], open_bucket: Callable[[str, str], Bucket] = Bucket
    ) -> None:
        self._places = tuple(map(S3Place.parse, places))
        self._open_bucket = open_bucket
        self._buckets: dict[str, Bucket] = {}

    async def fetch(self, uri: AudioUri, spool: Spool, *, owner: Owner) -> None:
        """Copy the object behind *uri* to *spool*.

        Raises:
            AudioForbidden: the URI is not in a place that may be read for *owner*, or the bucket
                answers but keeps this object from us.
            AudioMissing: there is no such object, or it was replaced while it was read.
            AudioTooLarge: it has more bytes than allowed.
            DependencyUnavailable: the bucket does not answer, or refuses our credentials: both
                are the settings' matter, which no event can mend.

        """
        key = key_of(uri)
        if not any(place.holds(uri.host, key, owner) for place in self._places):
            raise AudioForbidden(
                f"audio_uri {uri.text!r} is outside of what this worker may read for this person; "
                "DAYBOOK_AUDIO_BUCKETS names the places"
            )
        try:
            await _copy(self._bucket(uri.host), key, spool)
        except FileNotFoundError as error:
            raise AudioMissing(f"there is no object behind audio_uri {uri.text!r}") from error
        except PermissionError as error:
            raise AudioForbidden(f"audio_uri {uri.text!r} may not be read by us") from error

    def _bucket(self, name: str) -> Bucket:
        """Return a place's bucket; there is none before an event names one that it may."""
        if name not in self._buckets:
            self._buckets[name] = self._open_bucket(name, DEPENDENCY)
        return self._buckets[name]


async def _copy(bucket: Bucket, key: str, spool: Spool) -> None:
    found = await bucket.find(key)
    spool.announce(found.size_bytes)
    async for piece in bucket.pieces(found):
        await spool.take(piece)
