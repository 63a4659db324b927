"""The engine's process with rows of fixed length: `python -m benchmarks.speech.gpu.child N`."""

import sys

from agents.transcriber.serving.child import main
from benchmarks.speech.gpu.fixed_length import beam_told, fix_length

if __name__ == "__main__":
    fix_length(beam_told())
    main(int(sys.argv[1]))
