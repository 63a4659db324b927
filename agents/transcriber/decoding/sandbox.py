"""Takes everything from this process that a decoder does not need: files, network, programs.

On Linux for x86-64 and AArch64 by a seccomp filter, elsewhere by limits alone. For good: a process
cannot take it back.
"""

import ctypes
import fcntl
import os
import platform
import resource
import signal
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_LOAD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT, _ARGUMENT_BYTES = 0, 4, 16, 8
_ALLOW, _REFUSE, _KILL = 0x7FFF_0000, 0x0005_0000, 0x8000_0000
_EPERM = 1
"""Of linux/seccomp.h, linux/bpf_common.h and linux/prctl.h."""

_LAST_CPU_S = 5
"""Processor time between the signal that names the limit and the kill that nobody can ignore."""

_FCNTL_COMMANDS = (fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_SETFL)
"""All of fcntl() that is left: others have the kernel send signals to any process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Machine:
    """An architecture as seccomp knows it (linux/audit.h), and the system calls left on it."""

    audit_number: int
    tgkill: int
    fcntl: int
    allowed: tuple[int, ...]


_MACHINES = {
    "x86_64": _Machine(
        audit_number=0xC000_003E,
        tgkill=234,
        fcntl=72,
        # read write close fstat poll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask
        # rt_sigreturn pread64 readv writev sched_yield mremap madvise nanosleep setitimer getpid
        # sendto recvfrom sendmsg exit gettimeofday getrusage sigaltstack gettid futex
        # restart_syscall clock_gettime clock_nanosleep exit_group getrandom
        allowed=(
            *(0, 1, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 19, 20, 24, 25, 28, 35, 38, 39),
            *(44, 45, 46, 60, 96, 98, 131, 186, 202, 219, 228, 230, 231, 318),
        ),
    ),
    "aarch64": _Machine(
        audit_number=0xC000_00B7,
        tgkill=131,
        fcntl=25,
        # close lseek read write readv writev pread64 ppoll fstat exit exit_group futex
        # nanosleep setitimer clock_gettime clock_nanosleep restart_syscall sched_yield
        # sigaltstack rt_sigaction rt_sigprocmask rt_sigreturn getrusage gettimeofday getpid gettid
        # sendto recvfrom sendmsg brk munmap mremap mmap mprotect madvise getrandom
        allowed=(
            *(57, 62, 63, 64, 65, 66, 67, 73, 80, 93, 94, 98, 101, 103, 113, 115, 128, 124),
            *(132, 134, 135, 139, 165, 169, 172, 178, 206, 207, 211, 214, 215, 216, 222),
            *(226, 233, 278),
        ),
    ),
}
_MACHINES["arm64"] = _MACHINES["aarch64"]


class _Program(ctypes.Structure):
    """`struct sock_fprog`: how many instructions, and where."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine(*, memory_bytes: int, cpu_s: int) -> bool:
    """Leave this process its memory and more of *memory_bytes*, *cpu_s* of time, and open files.

    Returns whether system calls are filtered as well: nothing can be opened, connected or started
    from here on; such a call fails with EPERM. Out of time it gets SIGXCPU, and SIGKILL some
    seconds later.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + _LAST_CPU_S))
    ceiling = _memory_in_use() + memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
    machine = _MACHINES.get(platform.machine())
    return sys.platform == "linux" and machine is not None and _filter_calls(machine)


def end_with(parent: int) -> None:
    """Have this process killed once *parent*, which forked it, is gone; on Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it went before it was asked for
            os._exit(1)


def _filter_calls(machine: _Machine) -> bool:
    instructions = _instructions(machine)
    program = _Program(len(instructions) // 8, instructions)
    library = ctypes.CDLL(None, use_errno=True)
    calls = (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
    )
    return all(library.prctl(*call) == 0 for call in calls)


def _instructions(machine: _Machine) -> bytes:
    """Return the filter: kill under another architecture, allow what is listed, refuse the rest."""
    calls = machine.allowed
    listed = [
        _instruction(_JUMP_IF_EQUAL, number, if_true=len(calls) - at)
        for at, number in enumerate(calls)
    ]
    return b"".join(
        [
            _instruction(_LOAD_WORD, _ARCHITECTURE_AT),
            _instruction(_JUMP_IF_EQUAL, machine.audit_number, if_true=1),
            _instruction(_RETURN, _KILL),
            _instruction(_LOAD_WORD, _NUMBER_AT),
            _if_argument(machine.tgkill, 0, (os.getpid(),)),  # abort() sends itself a signal
            _if_argument(machine.fcntl, 1, _FCNTL_COMMANDS),
            *listed,
            _instruction(_RETURN, _REFUSE | _EPERM),
            _instruction(_RETURN, _ALLOW),
        ]
    )


def _if_argument(call: int, argument: int, values: tuple[int, ...]) -> bytes:
    """Return the part of a filter that allows *call* where an int argument is one of *values*."""
    listed = [
        _instruction(_JUMP_IF_EQUAL, value, if_true=len(values) - at)
        for at, value in enumerate(values)
    ]
    judge = [
        _instruction(_LOAD_WORD, _ARGUMENTS_AT + _ARGUMENT_BYTES * argument),
        *listed,
        _instruction(_RETURN, _REFUSE | _EPERM),
        _instruction(_RETURN, _ALLOW),
    ]
    return b"".join([_instruction(_JUMP_IF_EQUAL, call, if_false=len(judge)), *judge])


def _instruction(code: int, value: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    """Return one `struct sock_filter`."""
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _memory_in_use() -> int:
    """Return the size of this process's address space, in bytes."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # no /proc on this system: its limit counts from the largest that we have seen
        return 1 << 30
    return pages * os.sysconf("SC_PAGE_SIZE")
