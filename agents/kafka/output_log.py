"""Publishes progress through aiokafka: when it can, and outside of any transaction."""

import asyncio
from typing import Any

import aiokafka
import structlog

from agents.delivery.record import Output
from agents.kafka.sharing_producer import BROKER_ERRORS, STOP_S

log = structlog.get_logger()

LINGER_MS = 0
"""Progress is for somebody who looks now; waiting for more would only make it late."""
REQUEST_TIMEOUT_MS = 30_000
"""Time for one request, retries by the client included. Shorter and a moving leader would count
as a failure; longer and a lost broker is noticed late."""
UNSENT_MAX = 200
"""Progress reports waiting for the broker before further ones are dropped."""


class OutputLog:
    """One idempotent producer, made anew when it breaks."""

    def __init__(self, client_settings: dict[str, Any], *, max_request_bytes: int) -> None:
        self._settings = client_settings | {
            "acks": "all",
            "enable_idempotence": True,
            "linger_ms": LINGER_MS,
            "max_request_size": max_request_bytes,
            "request_timeout_ms": REQUEST_TIMEOUT_MS,
        }
        self._producer: aiokafka.AIOKafkaProducer | None = None
        self._lock = asyncio.Lock()
        self._unsent: set[asyncio.Task[None]] = set()

    def append_soon(self, output: Output) -> None:
        """Publish *output* when possible; drop it when the broker lags behind."""
        if len(self._unsent) >= UNSENT_MAX:
            return
        task = asyncio.create_task(self._try_append(output))
        self._unsent.add(task)
        task.add_done_callback(self._unsent.discard)

    async def close(self) -> None:
        """Stop the producer; what waits to be sent is given a moment."""
        if self._unsent:
            await asyncio.wait(set(self._unsent), timeout=1.0)
        for task in self._unsent:
            task.cancel()
        await self._drop(self._producer)

    async def _try_append(self, output: Output) -> None:
        producer = None
        try:
            producer = await self._started()
            future = await producer.send(
                output.topic, key=output.key, value=output.value, headers=list(output.headers)
            )
            await future
        except BROKER_ERRORS as error:
            await self._drop(producer)
            log.debug("progress not sent", error=repr(error))

    async def _started(self) -> aiokafka.AIOKafkaProducer:
        async with self._lock:
            if self._producer is None:
                producer = aiokafka.AIOKafkaProducer(**self._settings)
                try:
                    await producer.start()
                except BaseException:
                    await _stop(producer)
                    raise
                self._producer = producer
            return self._producer

    async def _drop(self, producer: aiokafka.AIOKafkaProducer | None) -> None:
        """Stop *producer* unless another call has replaced it already."""
        async with self._lock:
            if producer is not self._producer:
                return
            self._producer = None
        if producer is not None:
            await _stop(producer)


async def _stop(producer: aiokafka.AIOKafkaProducer) -> None:
    try:
        async with asyncio.timeout(STOP_S):
            await producer.stop()
    except BROKER_ERRORS as error:
        log.debug("producer stopped badly", error=repr(error))
