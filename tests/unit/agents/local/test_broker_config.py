"""The configuration of the local broker."""

from pathlib import Path

from agents.local.broker_config import server_properties


def rendered(*, data_dir: Path = Path("/data"), **overrides: str) -> dict[str, str]:
    names = {key.replace("_", "."): value for key, value in overrides.items()}
    text = server_properties(data_dir=data_dir, port=1, controller_port=2, overrides=names)
    return dict(line.split("=", 1) for line in text.splitlines())


def test_only_the_loopback_is_listened_on() -> None:
    config = rendered()

    assert config["listeners"] == "PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2"
    assert config["advertised.listeners"] == "PLAINTEXT://127.0.0.1:1"
    assert config["controller.quorum.voters"] == "1@127.0.0.1:2"


def test_topics_hold_the_largest_page_and_offsets_outlive_records() -> None:
    config = rendered()

    assert int(config["message.max.bytes"]) > 8 << 20
    assert config["replica.fetch.max.bytes"] == config["message.max.bytes"]
    assert int(config["offsets.retention.minutes"]) == 90 * 24 * 60


def test_overrides_win_over_defaults_but_not_over_addresses() -> None:
    config = rendered(num_io_threads="9", transaction_max_timeout_ms="5000", listeners="X://:9")

    assert (config["num.io.threads"], config["transaction.max.timeout.ms"]) == ("9", "5000")
    assert "X://:9" not in config["listeners"]


def test_a_folder_is_written_as_java_reads_it() -> None:
    config = rendered(data_dir=Path("/home/zoë/a\\b/𝄞"))

    assert config["log.dirs"] == "/home/zo\\u00eb/a\\\\b/\\ud834\\udd1e"
