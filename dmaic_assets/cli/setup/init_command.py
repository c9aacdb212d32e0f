"""`dmaic init`: makes the skeleton of a project, never touching a file that is there."""

import json
from importlib import resources
from pathlib import Path

import click

from dmaic_assets.cli.framework import ExampleCommand, json_option
from dmaic_assets.errors import BadInputError
from dmaic_assets.settings.tiers import DOTENV

# template in this package -> place in the project
TEMPLATES = {
    "dmaic.yaml": "config/dmaic.yaml",
    "sources.yaml": "config/sources.yaml",
    "thresholds.yaml": "config/thresholds.yaml",
    "env.example": ".env.example",
}
TEMPLATE_NAME = "project: dmaic-assets"
GIT_IGNORE = ".gitignore"
# How people write that git leaves .env out.
_LEFT_OUT = frozenset({b".env", b"/.env", b"**/.env", b".env*", b"*.env"})
FOLDERS = ("config/rules", "config/charters", "data/incoming")


@click.command(
    "init",
    cls=ExampleCommand,
    examples=(
        "dmaic init",
        "dmaic init shop && cp orders-*.csv shop/data/incoming/orders/",
        "dmaic init --notebooks",
    ),
)
@click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), required=False
)
@click.option(
    "--notebooks",
    "with_notebooks",
    is_flag=True,
    help="Add the notebooks profile, ingest and monitor; to a project that is there, only these.",
)
@json_option
def init(*, folder: Path, with_notebooks: bool, is_json: bool) -> None:
    """Make a project skeleton: config/ and data/incoming/.

    FOLDER is this folder when it is not given, and made when it does not exist. Files that are
    there stay as they are, but that .gitignore gets the line .env when it lacks it; a folder that
    is a project already is refused, except for notebooks.
    """
    from dmaic_assets.cli.console import print_json, say

    is_there = with_notebooks and (folder / TEMPLATES["dmaic.yaml"]).exists()
    made = [] if is_there else make_project(folder)
    is_kept_out = not is_there and keep_secrets_out(folder / GIT_IGNORE)
    made += add_notebooks(folder) if with_notebooks else []
    if is_json:
        added = [GIT_IGNORE] if is_kept_out else []
        listed = [str(path) for path in made]
        print_json({"project": str(folder.resolve()), "made": [*listed], "added_to": [*added]})
        return
    if not made:
        say("Nothing to make: the notebooks are there already.")
        return
    say(f"A project in {'this folder' if folder == Path() else folder}:")
    for path in made:
        say(f"  {path}")
    if is_kept_out:
        say(f"{GIT_IGNORE} was there; the line {DOTENV} was added, so that no secret is committed.")
    if with_notebooks:
        say("Notebooks need the extra: pip install 'dmaic-assets[notebooks]'")
    if not is_there:
        say("Next: put files into data/incoming/<source>/ and type: dmaic run-all")


def add_notebooks(folder: Path) -> list[Path]:
    """Writes the notebooks that are not there, and tells which, relative to `folder`."""
    from dmaic_assets.reports.project_notebooks.books import FOLDER, project_notebooks

    (folder / FOLDER).mkdir(exist_ok=True)
    texts = {Path(FOLDER) / name: text for name, text in project_notebooks().items()}
    missing = [place for place in texts if not (folder / place).exists()]
    for place in missing:
        (folder / place).write_text(texts[place], encoding="utf-8")
    return missing


def make_project(folder: Path) -> list[Path]:
    """Writes the skeleton and tells what it made, relative to `folder`.

    Raises:
        BadInputError: The folder is a project already.
    """
    mark = folder / TEMPLATES["dmaic.yaml"]
    if mark.exists():
        raise BadInputError(str(folder), f"{mark} is there already", "Work in it, or name another.")
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    templates = resources.files("dmaic_assets.cli.setup") / "templates"
    texts = {place: (templates / name).read_text("utf-8") for name, place in TEMPLATES.items()}
    # Quoted, since a folder may be called 2024 or yes.
    own_name = f"project: {json.dumps(folder.resolve().name or 'dmaic')}"
    texts[TEMPLATES["dmaic.yaml"]] = texts[TEMPLATES["dmaic.yaml"]].replace(TEMPLATE_NAME, own_name)
    texts[GIT_IGNORE] = f"data/\n{DOTENV}\n"
    missing = [place for place in texts if not (folder / place).exists()]
    for place in missing:
        (folder / place).write_text(texts[place], encoding="utf-8")
    return [Path(place) for place in (*FOLDERS, *missing)]


def keep_secrets_out(ignored: Path) -> bool:
    """Adds the line .env to a .gitignore without it; what stands there stays, byte by byte.

    Returns:
        Whether the line was added.
    """
    if not ignored.is_file():
        return False
    written = ignored.read_bytes()
    said = [line.strip() for line in written.splitlines()]
    # The last line that speaks of it counts, and one with ! takes it in again.
    named = [line for line in said if line.removeprefix(b"!") in _LEFT_OUT]
    if named and not named[-1].startswith(b"!"):
        return False
    end = b"\r\n" if b"\r\n" in written else b"\n"
    begin = end if written and not written.endswith(b"\n") else b""
    with ignored.open("ab") as file:
        file.write(begin + DOTENV.encode() + end)
    return True
