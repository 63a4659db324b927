"""How much memory this process took at its largest. Linux only."""

from pathlib import Path


def forget_peak() -> None:
    """Begin to measure anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_bytes() -> int:
    """Return the most memory since the measurement began."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    [peak] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(peak.split()[1]) * 1024
