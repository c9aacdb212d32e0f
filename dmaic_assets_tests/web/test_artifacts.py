import os

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from dmaic_assets.store.packed import packed, unpacked
from dmaic_assets.web.artifacts import ArtifactFiles
from dmaic_assets_tests.web.asgi import ask


@pytest.fixture
def app(tmp_path):
    folder = tmp_path / "artifacts"
    (folder / "figure").mkdir(parents=True)
    (folder / "assets").mkdir()
    (folder / "figure" / "a.html").write_text("<p>figure</p>")
    (folder / "figure" / "b.json").write_text("{}")
    (folder / "figure" / "e.json.gz").write_bytes(packed(b"{}"))
    (folder / "figure" / "c.exe").write_bytes(b"MZ")
    (folder / "figure" / "d.svg").write_text("<svg/>")
    (folder / "assets" / "lib.min.js").write_text("1")
    (folder / "profile").mkdir()
    (folder / "profile" / "p.json").write_text('{"minimum": "a@b.example"}')
    (folder / "figure" / "link.json").symlink_to(folder / "profile" / "p.json")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    os.mkfifo(folder / "pipe")
    files = ArtifactFiles(folder, public=frozenset({"assets/lib.min.js"}))
    return Starlette(routes=[Route("/artifacts/{path:path}", files.answer)])


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("figure/a.html", "text/html; charset=utf-8"),
        ("figure/b.json", "application/json"),
        ("figure/c.exe", "application/octet-stream"),
        ("figure/d.svg", "image/svg+xml"),
    ],
)
def test_a_file_is_served_as_what_it_is_and_never_sniffed(app, path, media_type):
    answer = ask(app, "GET", f"/artifacts/{path}")

    assert answer.status == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_packed_json_is_served_as_json_that_browsers_unpack(app):
    answer = ask(app, "GET", "/artifacts/figure/e.json.gz")

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-encoding"] == "gzip"
    assert "content-disposition" not in answer.headers
    assert unpacked(answer.body) == b"{}"


def test_a_page_gets_an_origin_of_its_own(app):
    policy = ask(app, "GET", "/artifacts/figure/a.html").headers["content-security-policy"]

    assert policy.startswith("sandbox allow-scripts;")
    assert "allow-same-origin" not in policy
    assert "connect-src" not in policy
    assert "default-src 'none'" in policy


def test_a_drawing_may_run_no_script(app):
    policy = ask(app, "GET", "/artifacts/figure/d.svg").headers["content-security-policy"]

    assert policy.startswith("sandbox;")
    assert "script-src" not in policy


def test_what_is_unknown_is_offered_to_save(app):
    answer = ask(app, "GET", "/artifacts/figure/c.exe")

    assert 'filename="c.exe"' in answer.headers["content-disposition"]


def test_only_libraries_may_be_loaded_by_pages_in_a_sandbox(app):
    library = ask(app, "GET", "/artifacts/assets/lib.min.js")
    data = ask(app, "GET", "/artifacts/figure/b.json")

    assert library.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "cross-origin-resource-policy" not in data.headers


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "figure/../../secret.txt",
        "link.txt",
        "pipe",
        "figure",
        "",
        "nothing.html",
        "/etc/passwd",
        "figure/a.html\x00.json",
        "x" * 5000,
    ],
)
def test_nothing_outside_the_folder_is_served(app, path):
    answer = ask(app, "GET", f"/artifacts/{path}")

    assert answer.status == 404
    assert b"secret" not in answer.body


@pytest.mark.parametrize("path", ["profile/p.json", "figure/link.json"])
def test_what_runs_work_with_is_for_the_role_write(app, path):
    answer = ask(app, "GET", f"/artifacts/{path}")

    assert answer.status == 403
    assert b"example" not in answer.body
    assert b"role write" in answer.body
