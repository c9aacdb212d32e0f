"""Encodings: told by the bytes, decoded strictly, damage marked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.table.read.encoding import SAMPLE_BYTES, Utf8Stream
from dmaic_assets.table.read.malformed import readable, undecodable

TEXT = "id,name\n1,é\n2,Zoë\n"


def decoded(content: bytes, *, encoding: str | None = None, size: int = 1 << 20):
    blocks = [content[start : start + size] for start in range(0, len(content), size)]
    stream = Utf8Stream(blocks, subject="f.csv", encoding=encoding)
    return b"".join(stream), stream


@pytest.mark.parametrize(
    ("written", "read", "has_bom"),
    [
        ("utf-8", "utf-8", False),
        ("utf-8-sig", "utf-8", True),
        ("utf-16", "utf-16-le", True),
        ("utf-16-le", "utf-16-le", False),
        ("utf-16-be", "utf-16-be", False),
        ("utf-32", "utf-32-le", True),
        ("utf-32-le", "utf-32-le", False),
        ("utf-32-be", "utf-32-be", False),
        ("cp1252", "cp1252", False),
    ],
)
@pytest.mark.parametrize("size", [16, 1 << 20])
def test_an_encoding_is_told_by_the_bytes(written: str, read: str, has_bom: bool, size: int):
    text, stream = decoded(TEXT.encode(written), size=size)

    assert (text.decode(), stream.encoding, stream.has_bom) == (TEXT, read, has_bom)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "shift_jis", "koi8_r", "utf-32"])
def test_a_stated_encoding_is_used(encoding: str):
    text = "a,b\nx,z\n"

    assert decoded(text.encode(encoding), encoding=encoding)[0].decode() == text


def test_bytes_that_cp1252_does_not_have_make_it_latin_1():
    text, stream = decoded("a\nx\x81y\xe9\n".encode("latin-1"))

    assert (text.decode(), stream.encoding) == ("a\nx\x81yé\n", "latin-1")
    assert "not UTF-8" in stream.notes[0]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1251", "Иванов Петров Сидоров, улица Ленина, город Москва, товар доставлен вовремя"),
        ("cp932", "東京都千代田区、大阪府大阪市、商品の名前と価格のデータです。カタカナもあります"),
        ("gb18030", "北京市海淀区中关村大街，上海市浦东新区，产品名称和价格数据"),
        ("cp1253", "Αθήνα Θεσσαλονίκη Πάτρα, το προϊόν παραδόθηκε εγκαίρως στον πελάτη"),
    ],
)
def test_letters_beyond_the_west_are_recognised(encoding: str, words: str):
    content = "".join(f"{n};{words}\n" for n in range(20)).encode(encoding)

    text, stream = decoded(content)

    assert text.decode().startswith(f"0;{words}\n")
    assert "state `read.encoding`" in stream.notes[0]


def test_the_first_byte_beyond_ascii_decides_however_late_it_comes():
    late = b"a,b\n" * SAMPLE_BYTES

    assert decoded(late)[1].encoding == "utf-8"
    assert decoded(late + "é\n".encode(), size=1000)[1].encoding == "utf-8"
    text, stream = decoded(late + b"\xe9\n", size=1000)
    assert (text[-3:].decode(), stream.encoding) == ("é\n", "cp1252")


def test_a_character_cut_by_the_end_of_the_sample_is_no_damage():
    content = b"x" + "é".encode() * SAMPLE_BYTES

    for shift in range(3):
        assert decoded(b"x" * shift + content)[1].encoding == "utf-8"


def test_damaged_utf_8_stays_utf_8_and_the_damage_stays_in_place():
    content = "é,ö,ü\n".encode() + b"bad \xff byte\n"

    text, stream = decoded(content)

    assert (text, stream.encoding) == (content, "utf-8")
    assert "damaged" in stream.notes[0]


@pytest.mark.parametrize(
    ("content", "encoding", "byte"),
    [
        (b"ok\x81\n", "cp1252", 0x81),
        (b"ok\xff\n", "ascii", 0xFF),
        ("ok".encode("utf-16-le") + b"\x00\xd8A\x00", "utf-16-le", 0x00),
        ("ok".encode("utf-16-le") + b"A", "utf-16-le", 0x41),
        (b"ok\x82\n", "shift_jis", 0x82),
    ],
)
def test_a_byte_that_the_encoding_does_not_have_is_marked(content: bytes, encoding: str, byte: int):
    text, stream = decoded(content, encoding=encoding)

    assert (
        undecodable(text, stream.encoding)
        == f"the byte 0x{byte:02X} is not valid {stream.encoding}"
    )
    assert f"\\x{byte:02x}" in readable(text)


@given(st.binary(max_size=200))
@settings(max_examples=50, deadline=None)
def test_no_bytes_are_beyond_reading(content: bytes):
    text, stream = decoded(content)

    if undecodable(text, stream.encoding) is None:
        text.decode("utf-8")
    assert isinstance(readable(text), str)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60), st.integers(1, 9))
@settings(max_examples=50, deadline=None)
def test_a_stated_encoding_gives_the_text_back_however_it_is_cut(text: str, size: int):
    content = text.encode("utf-16-le")

    assert decoded(content, encoding="utf-16-le", size=size)[0].decode() == text.removeprefix(
        "\ufeff"
    )


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13"])
def test_an_encoding_that_does_not_exist_is_refused(name: str):
    with pytest.raises(UnreadableFileError, match="unknown encoding"):
        Utf8Stream([], subject="f.csv", encoding=name)
