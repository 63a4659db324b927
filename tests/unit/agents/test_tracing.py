"""The `traceparent` that ties one recording's way together."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agents.tracing import traceparent_of, transaction_span, work_span
from tests.support.records import HERE, a_record

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_the_header_is_found_whatever_its_case() -> None:
    headers = (("ce_id", b"1"), ("TraceParent", TRACEPARENT.encode()))
    assert traceparent_of(headers) == TRACEPARENT


def test_without_the_header_there_is_none() -> None:
    assert traceparent_of((("ce_id", b"1"), ("traceparent", None))) is None


def test_bytes_that_are_no_text_are_harmless() -> None:
    assert traceparent_of((("traceparent", b"\xff"),)) == "\N{REPLACEMENT CHARACTER}"


def test_work_belongs_to_the_trace_of_its_record() -> None:
    with work_span("transcriber", a_record(), TRACEPARENT) as span:
        assert span.traceparent == TRACEPARENT


@pytest.mark.parametrize("traceparent", ["", "garbage", "00-0-0-00", "x" * 1_000_000])
def test_what_is_no_traceparent_is_not_carried_on(traceparent: str) -> None:
    with work_span("transcriber", a_record(), traceparent) as span:
        assert span.traceparent is None


def test_a_transaction_is_a_span_that_says_what_it_completes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    with transaction_span("diarist", HERE, records=7):
        pass
    (span,) = exporter.get_finished_spans()
    assert (span.name, span.kind) == ("diarist commit", trace.SpanKind.PRODUCER)
    assert dict(span.attributes or {}) == {
        "messaging.system": "kafka",
        "messaging.destination.name": HERE.topic,
        "messaging.destination.partition.id": str(HERE.partition),
        "messaging.batch.message_count": 7,
    }
