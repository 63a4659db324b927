"""Daybook at its transport seam: opaque bytes in and out, exactly once, no tracing."""

import asyncio
from typing import Any, cast

from agents import wiring
from agents.delivery.delivery import InFlight
from agents.delivery.record import Completion, Output, Partition, Record
from agents.delivery.stage import Publisher, Stage
from agents.delivery.waits import Waits
from agents.health import Health
from agents.kafka.host import WorkerHost
from agents.kafka.worker import stop_signal
from agents.logs import start_logging
from agents.settings import load_settings
from benchmarks.delivery.job import Job, job_of_arguments
from schemas import AudioReceived
from schemas.avro import FileSchemas


class Working(InFlight):
    """What is handed on and not yet published; it takes no room, as in `UnorderedDelivery`."""

    def __init__(self, limit: int, stage: str) -> None:
        super().__init__(limit, stage, Waits())
        self.positions: set[tuple[Partition, int]] = set()

    def holds(self, position: tuple[Partition, int]) -> bool:
        """Tell whether the results of the record there wait to be published."""
        return position in self.positions


class Seam:
    """A `Delivery` whose step does nothing: each record leaves as it came."""

    def __init__(self, publisher: Publisher, target: str, stage: Stage[Any]) -> None:
        self._publisher = publisher
        self._target = target
        self.in_flight = Working(stage.in_flight, stage.name)

    async def admit(self) -> None:
        """Wait for room for one record."""
        await self.in_flight.admit()

    def dismiss(self) -> None:
        """Give the room back."""
        self.in_flight.dismiss()

    def deliver(self, record: Record) -> None:
        """Publish *record* as its own result, and let the next one in: its work is done."""
        in_flight, position = self.in_flight, record.position
        in_flight.positions.add(position)
        output = Output(topic=self._target, key=record.key, value=record.value)
        published = asyncio.ensure_future(
            self._publisher.publish(Completion(records=(record,), outputs=(output,)))
        )

        def done(future: asyncio.Future[bool]) -> None:
            in_flight.positions.discard(position)
            failed = in_flight.failed
            if not future.cancelled() and (error := future.exception()) and not failed.done():
                failed.set_exception(error)

        published.add_done_callback(done)
        in_flight.dismiss()

    async def drain(self, grace_s: float) -> int:
        """Leave what is not published to the next owner."""
        await self.in_flight.drain(grace_s)
        return len(self.in_flight.positions)


def host_of(job: Job) -> WorkerHost:
    """Return what a worker is made of, with the product's own defaults."""
    settings = load_settings(
        kafka_bootstrap=job.bootstrap, drain_s=5.0, in_flight=job.options.get("in_flight", 16)
    )
    return wiring.worker_host(settings, Health(), FileSchemas())


async def main() -> None:
    """Run one worker until SIGTERM."""
    job = job_of_arguments()
    stop = stop_signal(5.0)
    host = host_of(job)
    stage = Stage(
        name="bench",
        group=job.group,
        event_type=AudioReceived,
        topics=(job.source,),
        in_flight=host.settings.in_flight,
    )
    # What an agent calls is `host.unordered`; the seam is one step below it.
    worker = host._build(  # noqa: SLF001
        stage,
        lambda work, committer: cast("Any", Seam(committer, job.target, work.stage)),
        None,
    )
    await worker.run(stop)


if __name__ == "__main__":
    start_logging("warning")
    asyncio.run(main())
