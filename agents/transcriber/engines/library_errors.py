"""Reads what the libraries of engines complain of: few errors have a type of their own."""

from agents.errors import EngineFailed

_OUT_OF_MEMORY = ("out of memory", "not enough memory", "can't allocate memory")

_OF_THE_GPU = ("cuda", "cublas", "cudnn", "hip error")
"""After these a process can do nothing more on its GPU: the state of CUDA does not recover."""


def engine_failed(error: Exception) -> EngineFailed:
    """Return *error* as that of an engine."""
    said = str(error).lower()
    out_of_memory = isinstance(error, MemoryError) or _any_of(_OUT_OF_MEMORY, said)
    return EngineFailed(
        f"the speech engine failed: {error}",
        out_of_memory=out_of_memory,
        engine_broken=not out_of_memory and _any_of(_OF_THE_GPU, said),
    )


def _any_of(words: tuple[str, ...], said: str) -> bool:
    return any(word in said for word in words)
