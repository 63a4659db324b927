"""Files that name other files and addresses, as playlists and reference movies do."""

from collections.abc import Callable

from tests.support.hostile.boxes import Movie, box, full_box, pcm, words
from tests.support.hostile.hostile_file import OK, UNDECODABLE, HostileFile, Lure, speech

_BOM = b"\xef\xbb\xbf"


def _text(template: str) -> Callable[[Lure], bytes]:
    """Return a builder that fills in the file's path, its bare name, and the address."""

    def build(lure: Lure) -> bytes:
        filled = template.format(file=lure.file, name=lure.file.name, url=lure.url)
        return filled.encode()

    return build


def _movie(reference: Callable[[Lure], bytes]) -> Callable[[Lure], bytes]:
    def build(lure: Lure) -> bytes:
        return Movie(sound=pcm(speech()), reference=reference(lure)).content()

    return build


def _url_reference(lure: Lure) -> bytes:
    return full_box(b"url ", lure.url.encode() + b"\0")


def _path_reference(lure: Lure) -> bytes:
    """Return a Macintosh alias: volume, folder, and after it the path (FFmpeg's type 2)."""
    path = str(lure.file).encode() + b"\0"
    path += b"\0" * (len(path) % 2)
    volume = bytes([6]) + b"volume".ljust(27, b"\0")
    name = lure.file.name.encode()[:63]
    alias = bytes(10) + volume + bytes(12) + bytes([len(name)]) + name.ljust(63, b"\0") + bytes(16)
    levels = b"\0\1\0\1" + bytes(16)
    ends = b"\0\2" + (len(path)).to_bytes(2, "big") + path + b"\xff\xff\0\0"
    return full_box(b"alis", alias + levels + ends)


def _reference_movie(lure: Lure) -> bytes:
    address = lure.url.encode() + b"\0"
    link = full_box(b"rdrf", b"url ", words(len(address)), address)
    return box(b"ftyp", b"qt  ", words(0)) + box(b"moov", box(b"rmra", box(b"rmda", link)))


_CONCAT = "ffconcat version 1.0\nfile '{name}'\nfile '{file}'\nfile '{url}'\n"
_M3U8 = (
    "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{name}\n#EXTINF:9,\nfile://{file}\n"
    "#EXTINF:9,\n{url}\n#EXT-X-ENDLIST\n"
)
_KEYED = '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{url}"\n#EXTINF:9,\n{url}\n#EXT-X-ENDLIST\n'
_DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT9S"><BaseURL>{url}</BaseURL><Period><AdaptationSet '
    'contentType="audio"><Representation id="1" mimeType="audio/mp4" bandwidth="1">'
    "<BaseURL>file://{file}</BaseURL></Representation></AdaptationSet></Period></MPD>"
)
_SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n"

BY_NAME = {
    "by-name.ffconcat": "ffconcat version 1.0\nfile '{name}'\n",
    "by-name.wav": "ffconcat version 1.0\nfile {name}\n",
    "by-name.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{name}\n#EXT-X-ENDLIST\n",
}
"""Playlists that name a file beside them, as FFmpeg allows where nothing else is said."""

_TEXTS = {
    **BY_NAME,
    "list.ffconcat": _CONCAT,
    "list.wav": _CONCAT,
    "list.m3u8": _M3U8,
    "segments.mp4": _M3U8,
    "keys.m3u8": _KEYED,
    "presentation.mpd": _DASH,
    "session.sdp": _SDP,
    "redirect.rtsp": "rtsptext\n{url}\n",
    "concat.txt": "concat:{file}|{url}",
    "subfile.wav": "subfile,,start,0,end,99,,:{file}",
    "asx.wma": '<asx version="3.0"><entry><ref href="{url}"/></entry></asx>',
    "reference.asf": "[Reference]\nRef1={url}\nRef2=file://{file}\n",
    "subtitles.idx": "# VobSub index file, v7 (do not modify this line!)\nsize: 9x9\n",
    "playlist.pls": "[playlist]\nNumberOfEntries=1\nFile1={url}\n",
    "entity.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "file://{file}">]><x>&e;</x>',
    "graph.txt": "amovie={file}",
}

FILES: tuple[HostileFile, ...] = (
    *(HostileFile(name=name, build=_text(text), end=UNDECODABLE) for name, text in _TEXTS.items()),
    HostileFile(name="bom.wav", build=lambda lure: _BOM + _text(_CONCAT)(lure), end=UNDECODABLE),
    HostileFile(
        name="spaces.mp4", build=lambda lure: b" \n\t\n" + _text(_M3U8)(lure), end=UNDECODABLE
    ),
    HostileFile(name="url-elsewhere.mov", build=_movie(_url_reference), end=OK, heard_s=5.9),
    HostileFile(name="path-elsewhere.mov", build=_movie(_path_reference), end=UNDECODABLE),
    HostileFile(name="reference.mov", build=_reference_movie, end=UNDECODABLE),
)
