"""YAML for other tools: what readers of YAML 1.1 and of 1.2 both read as the same."""

import yaml
from typing_extensions import override

from dmaic_assets.model import Json

# Words that readers of YAML 1.1 take for something else than text.
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


class _Dumper(yaml.SafeDumper):
    """Writes text so that readers of YAML 1.1 and 1.2 both read the same text."""

    @override
    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    is_plain = text.isidentifier() and text.lower() not in _WORDS
    style = None if is_plain else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def foreign_yaml(value: Json) -> str:
    """Spells a document; keys stay in their order, text that may be misread is quoted."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
