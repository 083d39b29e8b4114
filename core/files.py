"""Documents as files: TOML and YAML for people, JSON for programs; the same fields in all of them."""

import re
import tomllib
from collections.abc import Callable
from typing import Any

import msgspec
import tomli_w
import yaml

MEDIA = {"toml": "application/toml", "yaml": "application/yaml", "json": "application/json"}
UNREADABLE = (msgspec.MsgspecError, tomllib.TOMLDecodeError, yaml.YAMLError, RecursionError, ValueError)


def as_toml(document: Any) -> str:
    return tomli_w.dumps(_content(document))


def as_json(document: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(_content(document)), indent=2).decode() + "\n"


def as_yaml(document: Any) -> str:
    return str(yaml.safe_dump(_content(document), allow_unicode=True, sort_keys=False, width=120))


WRITERS: dict[str, Callable[[Any], str]] = {"toml": as_toml, "yaml": as_yaml, "json": as_json}


def _content(document: Any) -> dict[str, Any]:
    """Without fields that are not set: TOML has no word for nothing."""
    return {name: _said(one) for name, one in msgspec.to_builtins(document).items() if one is not None}


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _said(one) for name, one in value.items() if one is not None}
    return [_said(one) for one in value] if isinstance(value, list | tuple) else value


def read(text: str) -> Any:
    """The form is told from the text, so that a wrong ending of a name changes nothing. Raises one of UNREADABLE.

    JSON begins with a brace. TOML says `name =` or `[table]` in its first line with content, YAML `name:`.
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        return msgspec.json.decode(text)
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith(("#", "---", "%"))), "")
    return yaml.load(text, Loader=_Yaml) if _is_yaml(first) else tomllib.loads(text)  # noqa: S506


def _is_yaml(line: str) -> bool:
    name, colon, _rest = line.partition(":")
    return bool(colon) and "=" not in name and not name.startswith("[")


class _Yaml(yaml.SafeLoader):
    """Words stay words: YAML 1.1 would make `no` a falsehood, `12:30` a number and a day a date. No aliases: nine lines
    of them become a thousand million words."""

    def compose_node(self: Any, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not read here: write it out")
        return yaml.SafeLoader.compose_node(self, parent, index)


_Yaml.yaml_implicit_resolvers = {}
_reads: Any = _Yaml.add_implicit_resolver
_reads("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_reads("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
_reads("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789"))
