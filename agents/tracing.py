"""Spans and the W3C `traceparent` header that ties one recording's way together.

Spans leave the process only where the standard variable OTEL_EXPORTER_OTLP_ENDPOINT is set.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACEPARENT = "traceparent"
_propagator = TraceContextTextMapPropagator()


class Positioned(Protocol):
    """A record, as far as a span is concerned."""

    @property
    def partition(self) -> tuple[str, int]:
        """Topic and partition number."""
        ...

    @property
    def offset(self) -> int:
        """Offset in the partition."""
        ...


@dataclass(frozen=True, slots=True)
class WorkSpan:
    """A span over one piece of work; without a provider of spans, the one above it."""

    traceparent: str | None


def start_tracing(service: str) -> None:
    """Make spans, and export them where an OTLP endpoint is configured."""
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def traceparent_of(headers: Iterable[tuple[str, bytes | None]]) -> str | None:
    """Return the `traceparent` among *headers*."""
    for name, value in headers:
        if name.lower() == TRACEPARENT and value is not None:
            return value.decode(errors="replace")
    return None


@contextmanager
def work_span(stage: str, record: Positioned, traceparent: str | None) -> Iterator[WorkSpan]:
    """Open a span for work of *stage* on *record*, below the span that *traceparent* names."""
    parent = _propagator.extract({TRACEPARENT: traceparent} if traceparent else {})
    topic, partition = record.partition
    attributes: dict[str, str | int] = {
        "messaging.system": "kafka",
        "messaging.destination.name": topic,
        "messaging.destination.partition.id": str(partition),
        "messaging.kafka.offset": record.offset,
    }
    tracer = trace.get_tracer("daybook")
    with tracer.start_as_current_span(
        f"{stage} process", context=parent, kind=trace.SpanKind.CONSUMER, attributes=attributes
    ):
        carrier: dict[str, str] = {}
        _propagator.inject(carrier)
        yield WorkSpan(carrier.get(TRACEPARENT))


@contextmanager
def step_span(name: str, **attributes: str | float) -> Iterator[trace.Span]:
    """Open a span for one step of a piece of work, below the one that is open."""
    tracer = trace.get_tracer("daybook")
    with tracer.start_as_current_span(name, attributes=attributes) as span:
        yield span


@contextmanager
def transaction_span(stage: str, partition: tuple[str, int], *, records: int) -> Iterator[None]:
    """Open a span for one transaction, which completes *records* of *partition*."""
    topic, number = partition
    attributes: dict[str, str | int] = {
        "messaging.system": "kafka",
        "messaging.destination.name": topic,
        "messaging.destination.partition.id": str(number),
        "messaging.batch.message_count": records,
    }
    tracer = trace.get_tracer("daybook")
    with tracer.start_as_current_span(
        f"{stage} commit", kind=trace.SpanKind.PRODUCER, attributes=attributes
    ):
        yield
