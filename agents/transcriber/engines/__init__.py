"""Speech engines: one file for each library, over what all Whisper models share."""

import os
import platform
import sys

if sys.platform == "linux" and platform.machine() == "x86_64":
    # CTranslate2 reads this once, when it is loaded. By itself it multiplies 8 bits by oneDNN where
    # the processor is not Intel's. Without VNNI sums overflow there: the same sound has other words
    # than elsewhere, and a row's text depends on its neighbours.
    # https://uxlfoundation.github.io/oneDNN/dev_guide_int8_computations.html
    os.environ.setdefault("CT2_USE_MKL", "1")
