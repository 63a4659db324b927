"""Run a program that the kernel kills when its parent ends: `tether.py PARENT_PID PROGRAM ARG…`.

Run by path and with only the standard library, before the program replaces it. Asking for the
signal here and not between fork and exec keeps the parent free of code that is unsafe there.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h; the setting outlives exec."""


def main() -> None:
    """Tie this process to its parent, then become the program."""
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != int(parent):
            sys.exit("the parent ended first")
    # Elsewhere the kernel offers nothing like it: the next `up` or `down` ends what was left.
    try:
        os.execvp(command[0], command)  # noqa: S606  # to replace this process is the point
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
