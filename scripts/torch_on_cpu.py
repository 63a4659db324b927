#!/usr/bin/env python3
"""Makes torch run on a CPU without the gigabytes of CUDA that its wheel for Linux is linked to.

`torch_on_cpu.py locked LOCK` prints LOCK without CUDA's packages; `torch_on_cpu.py link VENV TOOLS`
puts empty libraries in their place, and lets VENV see the test tools of the
environment TOOLS. Wheels of torch without CUDA are in no package index that everybody reaches.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

_CUDA_PACKAGE = re.compile(r"(nvidia|cuda|triton)\b(?!-cuda-runtime)")
"""All but the small one that torch asks for devices; it answers rightly that there are none."""

_CUDA_LIBRARY = re.compile(r"\[(lib(?:cu|nv|nccl)[^\]]+)\]")
_CUDA_SYMBOL = re.compile(r" U ((?:cu|nv|nccl|__cuda|__nv)\w*)(?:@(\S+))?")
_DEFINED = re.compile(r" [A-TV-Z] (\w+)")
_VERSIONS = {"NVSHMEM": "libnvshmem_host.so.3"}
"""Versions of symbols that are not named after their library."""

_FAILED = 1
"""What every function says, should it ever be called."""


def locked(lock: Path) -> Iterator[str]:
    """Yield the lines of *lock* but for those of CUDA's packages."""
    keep = True
    for line in lock.read_text("utf-8").splitlines():
        if not line.startswith((" ", "#")):
            keep = _CUDA_PACKAGE.match(line) is None
        if keep:
            yield line


def stand_in(packages: Path) -> None:
    """Compile a library beside torch's for each of CUDA's that these need and *packages* lack."""
    torch_lib = packages / "torch" / "lib"
    libraries = sorted(map(str, torch_lib.glob("*.so*")))
    present = {path.name for path in packages.glob("nvidia/**/*.so*")}
    needed = set(_CUDA_LIBRARY.findall(_output("readelf", "-d", *libraries))) - present
    functions: dict[str, set[str]] = {name: set() for name in needed}
    anywhere = min(needed, default="")
    symbols = _output("nm", "-D", *libraries)
    defined = set(_DEFINED.findall(symbols))
    for symbol, version in _CUDA_SYMBOL.findall(symbols):
        library = _VERSIONS.get(version, version) or anywhere
        if symbol not in defined and library in needed:
            functions[library].add(symbol)
    named = {library: version for version, library in _VERSIONS.items()}
    for name in needed:
        _compile(torch_lib / name, functions[name], named.get(name, name))


def _compile(library: Path, functions: set[str], version: str) -> None:
    code = "".join(f"int {name}(void) {{ return {_FAILED}; }}\n" for name in sorted(functions))
    with TemporaryDirectory() as folder:
        script = Path(folder, "version.map")
        script.write_text(f"{version} {{ *; }};\n", "utf-8")
        options = ["-w", "-shared", "-fPIC", f"-Wl,-soname,{library.name}"]
        options += [f"-Wl,--version-script={script}"] if functions else []
        command = ["cc", *options, "-x", "c", "-", "-o", str(library)]
        subprocess.run(command, input=code, text=True, check=True)


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _site_packages(venv: Path) -> Path:
    [folder] = venv.glob("lib/python*/site-packages")
    return folder.absolute()


def main(verb: str, *paths: str) -> None:
    """Run the *verb* over *paths*."""
    if verb == "locked":
        print("\n".join(locked(Path(paths[0]))))
        return
    packages, tools = (_site_packages(Path(path)) for path in paths)
    (packages / "tools.pth").write_text(f"{tools}\n", "utf-8")
    if sys.platform == "linux":
        stand_in(packages)


if __name__ == "__main__":
    main(*sys.argv[1:])
