"""A small diarizer without trained weights, for tests, trials, and voices that clearly differ.

Pieces of speech are grouped by their mean spectrum and pitch. One is thought to speak at a time;
where it is not sure it says that there is one speaker.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.transcriber.diarizer import Turn
from agents.transcriber.engine import Chunk
from agents.transcriber.voice_features import BANDS, voice_pieces

SPECTRUM_SCALE, PITCH_SCALE = 0.8, 0.2
"""How far two pieces of one voice lie apart: natural log power by band, and octaves of pitch.

Rounded up from recorded and synthetic voices; both then weigh alike.
"""

LEAST_PIECES = 2
"""A speaker with fewer pieces is not told from chance."""

LEAST_DISTANCE, LEAST_RATIO = 1.5, 3.5
"""What makes two groups two speakers: the distance of their means, in the scales above, and as a
multiple of the spread within along the line between them. In trials with synthetic and a few
recorded voices, one voice cut in two hardly ever reached both; a man's and a woman's always did."""

RUN_GAP_MS = 160
"""Pieces with less than this between them are one breath."""

CHANGE_IN_RUN, CHANGE_IN_PAUSE = 3.0, 0.5
"""What a change of speaker costs within a breath and in a pause, in half squared scales."""

TURN_GAP_MS = 1_000
"""Pieces of one speaker with less than this between them are one turn."""

MOST_UNTOLD = 2
"""Most speakers where nobody said how many there are."""

_FAR = 1e6
"""The cost of belonging to a group without pieces."""

_MOST_ROUNDS = 10
_AXES, _CUTS = 2, (0.3, 0.5, 0.7)
"""Where to begin: no start is right for all, so several are tried."""

_Array = NDArray[np.float32]
_Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Voices:
    """All pieces of a recording, scaled [n, F], and what a change before each would cost [n]."""

    points: _Array
    change: _Array
    smooth: _Array
    """The points with those of each breath averaged."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Groups:
    """A way to group the pieces: the group of each, and how far each is from every mean [n, k]."""

    labels: _Labels
    costs: _Array

    @property
    def misfit(self) -> float:
        return float(self.costs[np.arange(len(self.labels)), self.labels].sum())


class ReferenceDiarizer:
    """Deterministic, and needs nothing but numpy."""

    name = "reference-1"

    def begin(self) -> "ReferenceDiarizationState":
        """Begin a recording."""
        return ReferenceDiarizationState()


class ReferenceDiarizationState:
    """The features of a recording's pieces: some hundred bytes for each second of speech."""

    def __init__(self) -> None:
        self._spans_ms: list[NDArray[np.int32]] = []
        self._features: list[_Array] = []

    def push(self, chunk: Chunk) -> None:
        """Measure the voices of *chunk*."""
        pieces = voice_pieces(chunk.samples)
        self._spans_ms.append(pieces.spans_ms + np.int32(chunk.start_ms))
        self._features.append(pieces.features)

    def finish(self, *, speakers: int | None) -> tuple[Turn, ...]:
        """Group the pieces by voice and join neighbours."""
        if not self._features:
            return ()
        spans_ms, points = np.concatenate(self._spans_ms), np.concatenate(self._features)
        self._spans_ms, self._features = [], []
        if not len(spans_ms):
            return ()
        _scale(points)
        groups = _grouped(_voices(spans_ms, points), most=speakers or MOST_UNTOLD)
        return tuple(_turns(spans_ms, groups))


def _scale(features: _Array) -> None:
    """Make *features* comparable, in place; the pitch of what is not voiced is nobody's."""
    pitch = features[:, BANDS]
    unvoiced = np.isnan(pitch)
    pitch[unvoiced] = 0 if unvoiced.all() else np.median(pitch[~unvoiced])
    features[:, :BANDS] /= SPECTRUM_SCALE * BANDS**0.5
    features[:, BANDS] /= PITCH_SCALE
    features -= features.mean(axis=0)


def _voices(spans_ms: NDArray[np.int32], points: _Array) -> _Voices:
    gaps = np.append(RUN_GAP_MS, spans_ms[1:, 0] - spans_ms[:-1, 1])
    starts = np.flatnonzero(gaps >= RUN_GAP_MS)
    sizes = np.diff(np.append(starts, len(points)))
    means = np.add.reduceat(points, starts) / sizes[:, None].astype(np.float32)
    return _Voices(
        points=points,
        change=np.where(gaps < RUN_GAP_MS, CHANGE_IN_RUN, CHANGE_IN_PAUSE).astype(np.float32),
        smooth=np.repeat(means, sizes, axis=0),
    )


def _grouped(voices: _Voices, *, most: int) -> _Groups:
    """Return as many groups as are clearly apart, *most* at most."""
    count = len(voices.points)
    groups = _Groups(labels=np.zeros(count, np.int64), costs=np.zeros((count, 1), np.float32))
    for _ in range(1, most):
        apart = (tried for tried in _splits(voices, groups) if _all_apart(voices.points, tried))
        more = min(apart, key=lambda tried: tried.misfit, default=None)
        if more is None:
            break
        groups = more
    return groups


def _splits(voices: _Voices, groups: _Groups) -> Iterator[_Groups]:
    """Yield the groups that come of cutting each of *groups* in two where it is widest."""
    fresh = groups.costs.shape[1]
    for label in range(fresh):
        inside = np.flatnonzero(groups.labels == label)
        cloud = voices.smooth[inside] - voices.smooth[inside].mean(axis=0)
        _, axes = np.linalg.eigh(cloud.T @ cloud)
        for axis in axes.T[::-1][:_AXES]:
            where = cloud @ axis
            for edge in np.quantile(where, _CUTS):
                labels = groups.labels.copy()
                labels[inside[where > edge]] = fresh
                yield _settled(voices, labels, fresh + 1)


def _settled(voices: _Voices, labels: _Labels, count: int) -> _Groups:
    """Move pieces to their nearest group, changes of speaker counted, until none moves."""
    for _ in range(_MOST_ROUNDS):
        costs = _costs(voices.points, labels, count)
        before, labels = labels, _cheapest_path(costs, voices.change)
        if np.array_equal(before, labels):
            break
    return _Groups(labels=labels, costs=costs)


def _costs(points: _Array, labels: _Labels, count: int) -> _Array:
    """Return half the squared distance of each point to each mean; empty groups are far."""
    inside = (labels == np.arange(count)[:, None]).astype(np.float32)
    sizes = inside.sum(axis=1)
    means = inside @ points / np.maximum(1, sizes)[:, None]
    squares = np.einsum("nf,nf->n", points, points)[:, None] + (means**2).sum(axis=1)
    costs = squares / 2 - points @ means.T
    return np.where(sizes > 0, np.maximum(0, costs), _FAR).astype(np.float32)


def _cheapest_path(costs: _Array, change: _Array) -> _Labels:
    """Return the labels of the least costs and changes together, by dynamic programming."""
    count = costs.shape[1]
    came_from = np.zeros(costs.shape, np.uint8)
    total = costs[0].astype(np.float64)
    stays = np.arange(count)
    for index in range(1, len(costs)):
        best = int(total.argmin())
        changed = total[best] + change[index]
        came_from[index] = np.where(total <= changed, stays, best)
        total = np.minimum(total, changed) + costs[index]
    labels = np.zeros(len(costs), np.int64)
    labels[-1] = total.argmin()
    for index in range(len(costs) - 1, 0, -1):
        labels[index - 1] = came_from[index, labels[index]]
    return labels


def _all_apart(points: _Array, groups: _Groups) -> bool:
    clouds = [points[groups.labels == label] for label in range(groups.costs.shape[1])]
    return all(
        _apart(one, other) for index, one in enumerate(clouds) for other in clouds[index + 1 :]
    )


def _apart(one: _Array, other: _Array) -> bool:
    """Tell whether the means are far apart for how wide the two groups are."""
    if min(len(one), len(other)) < LEAST_PIECES:
        return False
    between = one.mean(axis=0) - other.mean(axis=0)
    distance = float(np.linalg.norm(between))
    if distance < LEAST_DISTANCE:
        return False
    line = between / distance
    squares = sum(float(np.var(cloud @ line)) * len(cloud) for cloud in (one, other))
    spread = (squares / max(1, len(one) + len(other) - 2)) ** 0.5
    return distance >= LEAST_RATIO * float(spread)


def _turns(spans_ms: NDArray[np.int32], groups: _Groups) -> Iterator[Turn]:
    """Yield the turns: pieces of one group with no long pause between."""
    labels = groups.labels
    gaps = spans_ms[1:, 0] - spans_ms[:-1, 1]
    ends = np.flatnonzero((np.diff(labels) != 0) | (gaps > TURN_GAP_MS)) + 1
    odds = np.exp(groups.costs.min(axis=1, keepdims=True) - groups.costs)
    sure = odds[np.arange(len(labels)), labels] / odds.sum(axis=1)
    for first, end in zip([0, *ends], [*ends, len(labels)], strict=True):
        yield Turn(
            start_ms=int(spans_ms[first, 0]),
            end_ms=int(spans_ms[end - 1, 1]),
            speaker=f"voice {labels[first]}",
            confidence=float(sure[first:end].mean()),
        )
