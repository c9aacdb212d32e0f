import stat

import pytest

from dmaic_assets.errors import StoreError
from dmaic_assets.web.session import Sessions, load_secret


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    path = tmp_path / "home" / "web_secret"

    first = load_secret(path)
    second = load_secret(path)

    assert first == second
    assert len(first) >= 43
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_projects_have_different_secrets(tmp_path):
    assert load_secret(tmp_path / "a") != load_secret(tmp_path / "b")


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe not ascii"])
def test_a_broken_secret_file_is_refused_with_a_fix(tmp_path, content):
    path = tmp_path / "web_secret"
    path.write_bytes(content)

    with pytest.raises(StoreError) as caught:
        load_secret(path)

    assert "Delete the file" in caught.value.fix


def test_codes_differ_and_each_works_once():
    sessions = Sessions("secret")
    codes = [sessions.new_code() for _ in range(3)]

    assert len(set(codes)) == 3
    assert [sessions.redeem(code) for code in (*codes, *codes)] == [True] * 3 + [False] * 3


@pytest.mark.parametrize("shown", [None, "", "secre", "secret ", "SECRET", "sécret"])
def test_only_the_exact_secret_is_valid(shown):
    sessions = Sessions("secret")

    assert sessions.is_valid("secret")
    assert not sessions.is_valid(shown)
