"""quixstreams with its exactly-once guarantee; runs in an environment of its own."""

from quixstreams import Application  # type: ignore[import-not-found]

from benchmarks.delivery.job import job_of_arguments

if __name__ == "__main__":
    job = job_of_arguments()
    app = Application(
        broker_address=job.bootstrap,
        consumer_group=job.group,
        processing_guarantee="exactly-once",
        commit_interval=job.options["commit_ms"] / 1000,
        auto_offset_reset="earliest",
        auto_create_topics=False,
        use_changelog_topics=False,
        loglevel="WARNING",
    )
    raw = {
        "key_deserializer": "bytes",
        "value_deserializer": "bytes",
        "key_serializer": "bytes",
        "value_serializer": "bytes",
    }
    frame = app.dataframe(app.topic(job.source, **raw))
    frame.to_topic(app.topic(job.target, **raw))
    app.run()
