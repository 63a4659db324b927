"""What docs/contract.md tells other languages is what we do."""

import re
from pathlib import Path
from typing import get_args
from uuid import UUID, uuid5

from schemas import ids
from schemas.errors import Reason
from topics.catalogue import load

PAGE = (Path(__file__).parents[2] / "docs" / "contract.md").read_text(encoding="utf-8")


def test_the_namespace_and_every_vector_are_right() -> None:
    namespace = re.search(r"namespace of DNS names, `([0-9a-f-]{36})`", PAGE)
    vectors = re.findall(r"^\| `(\d+:.*,)` \| `([0-9a-f-]{36})` \|$", PAGE, re.MULTILINE)
    assert namespace is not None
    assert UUID(namespace[1]) == ids.NAMESPACE
    assert len(vectors) == 5
    assert [str(uuid5(ids.NAMESPACE, parts)) for parts, _ in vectors] == [v for _, v in vectors]


def test_every_reason_is_explained() -> None:
    assert all(f"| `{reason}` |" in PAGE for reason in get_args(Reason))


def test_every_topic_with_a_record_is_there_with_its_record_and_key() -> None:
    main = [
        t for t in load() if t.schema is not None and not t.name.startswith(("dlq.", "daybook."))
    ]
    assert len(main) == 6
    assert all(f"| `{topic.name}` | `{topic.schema}` | {topic.key}" in PAGE for topic in main)
