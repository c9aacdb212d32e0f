import stat

import pytest

from dmaic_assets.errors import BadInputError, StoreError
from dmaic_assets.web.safety.session import Sessions, load_secret, tokens_of


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


def test_only_the_newest_codes_are_kept():
    sessions = Sessions("secret")
    first, *others = [sessions.new_code() for _ in range(17)]

    assert not sessions.redeem(first)
    assert all(sessions.redeem(code) for code in others)


@pytest.mark.parametrize("shown", [None, "", "secre", "secret ", "SECRET", "sécret", "\udcff"])
def test_only_the_exact_secret_is_valid(shown):
    sessions = Sessions("secret")

    assert sessions.role_of("secret") == "write"
    assert sessions.role_of(shown) is None


READ, WRITE = "r" * 32, "w" * 32


def test_tokens_allow_what_they_are_for():
    sessions = Sessions("secret", {READ: "read", WRITE: "write"})

    assert [sessions.role_of(t) for t in (READ, WRITE, READ[:-1])] == ["read", "write", None]


def test_a_cookie_of_a_token_is_not_the_token_and_ends_with_it():
    sessions = Sessions("secret", {READ: "read"})
    cookie = sessions.cookie_of(READ)

    assert cookie is not None
    assert READ not in cookie
    assert sessions.role_of(cookie) == "read"
    assert sessions.cookie_of("another") is None
    assert Sessions("secret", {WRITE: "write"}).role_of(cookie) is None
    assert Sessions("another secret", {READ: "read"}).role_of(cookie) is None


def test_the_environment_names_tokens():
    named = {"DMAIC_READ_TOKEN": READ, "DMAIC_WRITE_TOKEN": WRITE, "OTHER": "x"}

    assert tokens_of(named) == {READ: "read", WRITE: "write"}
    assert tokens_of({"DMAIC_READ_TOKEN": ""}) == {}


@pytest.mark.parametrize(
    "named",
    [
        {"DMAIC_READ_TOKEN": "short"},
        {"DMAIC_WRITE_TOKEN": "with a space in between of it"},
        {"DMAIC_WRITE_TOKEN": "not ascii but long enough é é"},
        {"DMAIC_READ_TOKEN": READ, "DMAIC_WRITE_TOKEN": READ},
    ],
)
def test_what_is_no_token_is_refused_and_not_repeated(named):
    with pytest.raises(BadInputError) as refused:
        tokens_of(named)

    told = f"{refused.value} {refused.value.fix}"
    assert "TOKEN" in told
    assert not any(value in told for value in named.values())
