import tempfile

import pytest

from agents.transcriber.decoding.seeking_file import SeekingFile


@pytest.mark.parametrize(("offset", "whence"), [(-1, 0), (2**62, 1), (2**63 - 1, 1), (-9, 2)])
def test_a_seek_to_nowhere_is_refused_and_reading_goes_on(offset: int, whence: int) -> None:
    with tempfile.TemporaryFile() as real:
        real.write(b"sound")
        file = SeekingFile(real)
        assert file.seek(2) == 2

        answer = file.seek(offset, whence)

        assert answer < 0 or answer > 2**61
        assert file.seek(2) == 2
        assert (file.read(9), file.tell()) == (b"und", 5)
