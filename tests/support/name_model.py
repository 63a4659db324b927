"""A model of names that knows those it was told."""

from collections.abc import Mapping, Sequence

from agents.diarist.offline.name_model import FoundName, NameKind


class ToldNames:
    """Finds the names of a list, wherever they stand."""

    model = "told"

    def __init__(self, kinds: Mapping[str, NameKind]) -> None:
        self._kinds = kinds

    def names(self, texts: Sequence[str]) -> Sequence[Sequence[FoundName]]:
        return [
            [FoundName(name=name, kind=kind) for name, kind in self._kinds.items() if name in text]
            for text in texts
        ]
