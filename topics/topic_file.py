"""Topics from their YAML files, refusing whatever is not declared there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from topics.topic import Consumer, Slo, Topic

_FIELDS: dict[str, tuple[type, ...]] = {
    "description": (str,),
    "key": (str,),
    "schema": (str, type(None)),
    "partitions": (int,),
    "config": (dict,),
    "producers": (list,),
    "consumers": (list,),
    "pii": (bool,),
    "slo": (dict,),
}
_CONSUMER: dict[str, tuple[type, ...]] = {"agent": (str,), "group": (str,), "redrive": (str,)}
_SLO: dict[str, tuple[type, ...]] = {"lag_seconds": (int,)}


def read_topic(path: Path) -> Topic:
    """Read the topic that a file is named after.

    Raises ValueError naming the file and what is unknown, missing or of a wrong type in it.
    """
    try:
        return _topic(path.stem, yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def _topic(name: str, given: Any) -> Topic:
    plain = _checked(given, _FIELDS, required=_FIELDS)
    config = {key: str(value) for key, value in plain["config"].items()}
    missing = {"cleanup.policy", "max.message.bytes"} - config.keys()
    if missing:
        raise ValueError(f"config lacks {sorted(missing)}")
    return Topic(
        name=name,
        description=plain["description"],
        key=plain["key"],
        schema=plain["schema"],
        partitions=plain["partitions"],
        config=config,
        producers=tuple(str(producer) for producer in plain["producers"]),
        consumers=tuple(
            Consumer(**_checked(consumer, _CONSUMER, required=("agent",)))
            for consumer in plain["consumers"]
        ),
        pii=plain["pii"],
        slo=Slo(**_checked(plain["slo"], _SLO)),
    )


def _checked(
    given: Any,
    fields: Mapping[str, tuple[type, ...]],
    required: Mapping[str, Any] | tuple[str, ...] = (),
) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ValueError(f"{given!r} is not a mapping")  # noqa: TRY004 - wrong data, not a wrong call
    if unknown := given.keys() - fields.keys():
        raise ValueError(f"unknown keys {sorted(unknown, key=str)}, known are {sorted(fields)}")
    if missing := set(required) - given.keys():
        raise ValueError(f"missing keys {sorted(missing)}")
    for name, value in given.items():
        # `type` and not `isinstance`: a bool is no number here.
        if type(value) not in fields[name]:
            raise ValueError(f"{name} has the wrong type: {value!r}")
    return given
