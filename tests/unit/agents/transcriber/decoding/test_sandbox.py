"""What a confined process can no longer do, asked of a real one."""

import os
import signal
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, fcntl, os, socket, sys
import numpy
from agents.transcriber.decoding.sandbox import confine

attempts = {
    "open": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "create": lambda: os.open("/tmp/new", os.O_CREAT | os.O_WRONLY),
    "list": lambda: os.listdir("/"),
    "socket": socket.socket,
    "local socket": lambda: socket.socket(socket.AF_UNIX),
    "fork": os.fork,
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "kill": lambda: os.kill(os.getppid(), 0),
    "kill a thread": lambda: kill_thread(os.getppid(), 0),
    "kill itself": lambda: kill_thread(os.getpid(), 0),
    "signals by fcntl": lambda: fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid()),
    "flags by fcntl": lambda: fcntl.fcntl(0, fcntl.F_GETFL),
    "memory": lambda: numpy.ones(300 << 20, numpy.uint8),
    "ptrace": lambda: os.open("/proc/self/mem", os.O_RDWR),
    "small": lambda: numpy.ones(50 << 20, numpy.uint8),
    "read": lambda: os.read(0, 5),
}


TGKILL = {"x86_64": 234, "aarch64": 131}[os.uname().machine]
library = ctypes.CDLL(None, use_errno=True)


def kill_thread(process, number):
    if library.syscall(TGKILL, process, process, number):
        raise OSError(ctypes.get_errno(), "no signal")


assert confine(memory_bytes=200 << 20, cpu_s=9)
try:
    attempts[sys.argv[1]]()
except BaseException as error:
    print(type(error).__name__)
else:
    print("done")
"""


def attempt(name: str) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", PROGRAM, name]
    ran = subprocess.run(command, input=b"hello", capture_output=True, check=True, env=environment)
    return ran.stdout.decode().strip()


@pytest.mark.parametrize(
    "name",
    [
        "open", "create", "list", "socket", "local socket", "fork", "exec", "kill",
        "kill a thread", "signals by fcntl", "ptrace",
    ],
)  # fmt: skip
def test_files_sockets_and_processes_are_out_of_reach(name: str) -> None:
    assert attempt(name) == "PermissionError"


def test_memory_is_bounded() -> None:
    assert attempt("memory") == "MemoryError"


@pytest.mark.parametrize("name", ["small", "read", "kill itself", "flags by fcntl"])
def test_work_on_what_is_open_already_goes_on(name: str) -> None:
    assert attempt(name) == "done"


SPINNING = """
from agents.transcriber.decoding.sandbox import confine

confine(memory_bytes=200 << 20, cpu_s=1)
while True:
    pass
"""


def test_processor_time_ends_with_the_signal_that_names_it() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    ran = subprocess.run([sys.executable, "-c", SPINNING], check=False, env=environment)

    assert ran.returncode == -signal.SIGXCPU
