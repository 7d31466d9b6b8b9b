import pytest

from pointclub.files.rules.broken import BrokenFileError
from pointclub.files.rules.encoding import EncodingScan


def encoding_of(*lines: bytes) -> str:
    scan = EncodingScan()
    for line in lines:
        scan.add(line + b"\n")
    return scan.encoding()


def refused(*lines: bytes) -> str:
    with pytest.raises(BrokenFileError) as found:
        encoding_of(*lines)
    return found.value.reason


@pytest.mark.rule("FIL-1")
class TestEncoding:
    def test_without_japanese_does_not_matter(self) -> None:
        assert encoding_of(b"a,b", b"c") == "utf-8"

    def test_of_utf_8_is_recognised_with_and_without_its_mark(self) -> None:
        assert encoding_of("店".encode()) == "utf-8"
        assert encoding_of("店".encode("utf-8-sig")) == "utf-8"

    @pytest.mark.parametrize("text", ["梅田店", "ﾃｽﾄ", "①㈱髙﨑", "表示ソ能", "縺れ"])
    def test_of_cp932_is_recognised(self, text: str) -> None:
        assert encoding_of(b"a", text.encode("cp932")) == "cp932"

    @pytest.mark.parametrize("text", ["梅田", "試験", "日本語のメモ", "店"])
    def test_must_be_one_for_the_whole_file(self, text: str) -> None:
        assert refused(text.encode(), text.encode("cp932")) in {"mixed_encodings", "encoding"}
        assert refused(text.encode("cp932"), text.encode()) in {"mixed_encodings", "encoding"}
        assert refused(text.encode("cp932") + b"," + text.encode()) in {"mixed_encodings", "encoding"}

    def test_that_the_mark_promises_is_held_to(self) -> None:
        assert refused("a".encode("utf-8-sig"), "梅田".encode("cp932")) == "encoding"

    @pytest.mark.parametrize("text", [b"\xff\xfe", b"\x80", b"\xa0", b"\x81", b"\xe9\xfd"])
    def test_of_neither_kind_is_refused(self, text: bytes) -> None:
        assert refused(text) == "encoding"

    def test_has_no_zero_bytes(self) -> None:
        assert refused(b"a\x00b") == "null_byte"
        assert refused("a".encode("utf-16-le")) == "null_byte"
