"""Stock Faust, at least once: as its documentation writes it, or with its best two knobs."""

from typing import Any

import faust
from faust.cli.worker import worker as _worker  # noqa: F401 - Faust wants its commands loaded

from benchmarks.delivery.job import Job, job_of_arguments


def app_of(job: Job) -> faust.App:
    """Return an app that moves bytes."""
    tuned: dict[str, Any] = {}
    if job.options.get("tuned"):
        tuned = {"producer_max_batch_size": 262_144, "producer_linger": 0.005}
    app = faust.App(
        job.group,
        broker=f"aiokafka://{job.bootstrap}",
        topic_disable_leader=True,  # the broker makes no topics by itself
        topic_allow_declare=False,
        web_enabled=False,
        **tuned,
    )
    raw = {"key_type": bytes, "value_type": bytes, "key_serializer": "raw"}
    source = app.topic(job.source, value_serializer="raw", **raw)
    target = app.topic(job.target, value_serializer="raw", **raw)

    async def move(stream: Any) -> None:
        async for key, value in stream.items():
            await target.send(key=key, value=value)

    app.agent(source, name="bench")(move)
    return app


if __name__ == "__main__":
    faust.Worker(app_of(job_of_arguments()), loglevel="WARN").execute_from_commandline()
