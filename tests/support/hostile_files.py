"""Bad and hostile files of every kind, made in memory, each with the end that it has to have."""

from tests.support.hostile import claims, damaged, floods, mixtures, references, strangers
from tests.support.hostile.hostile_file import HostileFile

FILES: tuple[HostileFile, ...] = (
    *damaged.FILES,
    *claims.FILES,
    *references.FILES,
    *strangers.FILES,
    *floods.FILES,
    *mixtures.FILES,
)
