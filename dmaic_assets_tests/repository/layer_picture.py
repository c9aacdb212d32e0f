"""The picture of the layers in docs/architecture.md, drawn from the contract in setup.cfg.

`python -m dmaic_assets_tests.repository.layer_picture` writes it into the page. What stands for a
layer is the first sentence of its package; a layer that may be missing is drawn when it is there.
"""

import ast
import configparser
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "dmaic_assets"
PAGE = REPOSITORY / "docs" / "architecture.md"
START, END = "<!-- layers: made from setup.cfg -->\n", "<!-- end of layers -->\n"


def layers_of(contract: Path) -> list[list[str]]:
    """Reads the layers, the highest first; those of one level stand side by side."""
    parser = configparser.ConfigParser()
    parser.read_string(contract.read_text(encoding="utf-8"))
    text = parser["importlinter:contract:layers"]["layers"]
    rows = [[name.strip(" ()") for name in line.split("|")] for line in text.split("\n") if line]
    there = [[name for name in row if source_of(name).exists()] for row in rows]
    return [row for row in there if row]


def source_of(layer: str) -> Path:
    """The module that says what a layer is."""
    package = PACKAGE / layer / "__init__.py"
    return package if package.exists() else PACKAGE / f"{layer}.py"


def charter(layer: str) -> str:
    """The first line of a layer's docstring, in lines of a picture's width."""
    tree = ast.parse(source_of(layer).read_text(encoding="utf-8"))
    words = (ast.get_docstring(tree) or "").splitlines()[0].replace('"', "'").split()
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) > 34:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(line.replace("`", "") for line in lines)


def picture(layers: list[list[str]]) -> str:
    """Draws the layers as a Mermaid chart: what stands above may import all that stands below."""
    lines = ["```mermaid", "flowchart TB"]
    for level, row in enumerate(layers):
        lines.append(f'  subgraph level{level}[" "]')
        lines += [f'    {name}["<b>{name}</b><br>{charter(name)}"]' for name in row]
        lines.append("  end")
    lines += [f"  level{n} --> level{n + 1}" for n in range(len(layers) - 1)]
    return "\n".join([*lines, "```", ""])


def drawn(page: str) -> str:
    """Puts the picture of today's layers into the text of the page."""
    before, rest = page.split(START)
    _, after = rest.split(END)
    return f"{before}{START}{picture(layers_of(REPOSITORY / 'setup.cfg'))}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
