"""Names by spaCy, the extra `names`: better than rules where a model of the language is at hand."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from agents.diarist.offline.name_model import FoundName, NameKind
from agents.errors import SettingsError

if TYPE_CHECKING:
    from spacy.language import Language

_KINDS: dict[str, NameKind] = {
    "PERSON": "person",
    "PER": "person",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
}
"""The labels of spaCy's own models, of which English ones have other names than the rest."""


class SpacyNames:
    """Finds names with one model: an installed package's name, or a folder it was saved to.

    The model is loaded when the first text comes. Nothing is downloaded.
    """

    def __init__(self, model: str) -> None:
        self.model = Path(model).name
        self._source = model
        self._lock = Lock()

    def names(self, texts: Sequence[str]) -> Sequence[Sequence[FoundName]]:
        """Return the people and places of each text.

        Raises:
            SettingsError: spaCy or the model is not installed.

        """
        with self._lock:  # spaCy's pipelines may not be asked by two threads at once
            return [
                [
                    FoundName(name=entity.text.strip(), kind=_KINDS[entity.label_])
                    for entity in document.ents
                    if entity.label_ in _KINDS and entity.text.strip()
                ]
                for document in self._language.pipe(texts)
            ]

    @cached_property
    def _language(self) -> "Language":
        try:
            import spacy  # noqa: PLC0415 - an extra, and slow to import
        except ImportError as error:
            raise SettingsError(
                f"names by spaCy's {self.model!r} need the extra: pip install 'daybook[names]'"
            ) from error
        try:
            return spacy.load(self._source)
        except OSError as error:
            raise SettingsError(f"spaCy has no model {self.model!r} on this machine") from error
