"""Mirroring as the reporter's process does it: announced, tried again, dead, replayed, killed, settled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from console import datasets as registry
from console.outgoing import announce_targets
from reporter.retention import announce as announce_old
from reporter.targets.stage import make_stage
from shared import failures, outbox
from shared.catalog import open_catalog
from shared.catalog.schema import datasets, publications, targets
from shared.catalog.schema import outbox as outbox_table
from shared.dataset_settings import DatasetSettings
from shared.messages import TargetDue, decode, first
from shared.process import make_tools
from shared.runner import Runner
from shared.secrets import open_box
from shared.settings import Settings
from tests.acceptance.command import clean, run
from tests.jdc import Faults, ftp_server, sftp_server
from tests.jdc_s3 import s3_server
from tests.mirror_case import Publication, dead_ends, leftovers, published, visible

USER, PASSWORD = "pro", "a pass phrase"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class House:
    """A catalog with one data set, published into a folder, and a mirror that works for it."""

    def __init__(self, root: Path, catalog_url: str | None = None) -> None:
        self.root = root
        self.settings = Settings(
            data=root / "data", timeout_s=10.0, **({"catalog": catalog_url} if catalog_url else {})
        )  # type: ignore[arg-type]
        self.catalog = open_catalog(self.settings.catalog_url)
        self.published = root / "published"
        place = registry.read_place(str(root))
        chosen = DatasetSettings.model_validate({"dataset": {"name": "shop"}})
        self.dataset = registry.register(self.catalog, place, chosen, registry.Access(), now=NOW)
        self.tools = make_tools(self.settings, self.catalog, "mirror")
        self.runner = Runner(make_stage(), self.tools, delays_s=(0.0,))
        self.runner.connect(10.0)

    def close(self) -> None:
        self.tools.transport.close()
        self.catalog.close()

    def name(self, *targets_: dict[str, Any]) -> None:
        chosen = DatasetSettings.model_validate({"dataset": {"name": "shop"}, "targets": targets_})
        with self.catalog.write() as connection:
            stored = chosen.model_dump(mode="json", exclude_none=True)
            connection.execute(sa.update(datasets).values(settings=stored))

    def publish(self, days: int = 2, at: datetime = NOW, **reports: str) -> None:
        Publication({f"2026-01-{day:02}": {"pages": f"{day}", **reports} for day in range(1, days + 1)}).write(
            self.published
        )
        row = {"dataset": self.dataset, "target": str(self.published), "analysis": "x", "kinds": "day", "periods": days}
        with self.catalog.write() as connection:
            connection.execute(sa.delete(publications))
            connection.execute(sa.insert(publications).values(row | {"published_at": at}))

    def announce(self) -> None:
        with self.catalog.write() as connection:
            announce_targets(connection, self.dataset, "test", NOW)

    def work(self) -> None:
        outbox.sweep(self.catalog, self.tools.transport, NOW, at_once=True)
        while self.runner.step(0.05):
            pass

    def state(self, name: str) -> dict[str, Any]:
        with self.catalog.read() as connection:
            return dict(connection.execute(sa.select(targets).where(targets.c.name == name)).mappings().one())

    def letters(self) -> list[tuple[str | None, str]]:
        return [(one.subject, one.reason) for one in failures.letters(self.catalog)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


def files(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def in_step(folder: Path, house: House) -> bool:
    there = files(folder)
    assert dead_ends(there) == [] and leftovers(there) == []
    return visible(there) == published(house.published)


def test_targets_that_are_behind_are_announced_once_published(house: House, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    house.name({"name": "one", "location": str(one)}, {"name": "two", "location": str(two)})
    house.announce()
    assert house.tools.transport.depths(["mirror"])["mirror"].ready == 0, "nothing is published yet"
    house.publish()
    house.announce()
    house.work()
    assert in_step(one, house) and in_step(two, house)
    assert house.state("one")["published_at"] == NOW and house.state("one")["sent_files"] > 5
    house.announce()
    house.publish(3, NOW + timedelta(days=1))
    house.name({"name": "one", "location": str(one)})
    house.announce()
    house.work()
    assert in_step(one, house) and not in_step(two, house)
    with house.catalog.read() as connection:
        bodies = connection.execute(sa.select(outbox_table.c.body).order_by(outbox_table.c.seq)).scalars().all()
    assert [fact.target for fact in (decode(one).fact for one in bodies) if isinstance(fact, TargetDue)] == [
        "one",
        "two",
        "one",
    ]


def test_a_target_that_another_message_names_no_longer_is_passed_over(house: House) -> None:
    house.publish()
    with house.catalog.write() as connection:
        for dataset in (house.dataset, "none"):
            outbox.put(connection, [first(TargetDue(dataset, "gone", "x"), origin=dataset)], NOW)
    house.work()
    assert house.letters() == []


def test_another_location_under_the_same_name_is_brought_in_step_too(house: House, tmp_path: Path) -> None:
    house.publish()
    for place in ("one", "two"):
        house.name({"name": "web", "location": str(tmp_path / place)})
        house.announce()
        house.work()
    assert in_step(tmp_path / "one", house) and in_step(tmp_path / "two", house)


def test_a_failed_target_is_tried_again_then_dead_and_settled_when_it_is_in_step(house: House, tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.mkdir()
    faults = Faults(cut_puts=[2, 5])
    with ftp_server(served, USER, PASSWORD, faults=faults, perm="elradfmwMT") as url:
        house.name({"name": "web", "location": f"{url}reports", "user": USER, "password_env": "WEB_PASSWORD"})
        house.publish()
        house.announce()
        house.work()
        assert house.letters() == [("web", "misconfigured")]
        assert "WEB_PASSWORD" in house.state("web")["error"]
        with pytest.MonkeyPatch.context() as monkeypatch:
            monkeypatch.setenv("WEB_PASSWORD", PASSWORD)
            failures.replay(house.catalog, failures.letters(house.catalog), NOW)
            house.work()
            assert house.letters() == [("web", "unreachable")], "cut twice, tried twice"
            assert house.state("web")["failed_at"] is not None
            house.publish(3, NOW + timedelta(days=1))
            house.announce()
            house.work()
    assert in_step(served / "reports", house)
    assert house.letters() == []
    assert house.state("web")["error"] is None


def test_a_sealed_password_is_shown_to_the_server_it_was_given_for_only(house: House, tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.mkdir()
    house.publish()
    sealed = open_box(house.settings).seal(PASSWORD)
    with (
        ftp_server(served, USER, PASSWORD, perm="elradfmwMT") as url,
        ftp_server(served, USER, PASSWORD, perm="elradfmwMT") as other,
    ):
        with house.catalog.write() as connection:
            connection.execute(
                sa.insert(targets).values(
                    dataset=house.dataset, name="web", sealed_password=sealed, sealed_for=f"{url}x"
                )
            )
        house.name({"name": "web", "location": f"{url}reports", "user": USER})
        house.announce()
        house.work()
        assert in_step(served / "reports", house)
        house.name({"name": "web", "location": f"{other}reports", "user": USER})
        house.announce()
        house.work()
    assert house.letters() == [("web", "credentials_refused")]


def test_the_folder_that_is_published_into_is_no_target(house: House) -> None:
    house.publish()
    before = files(house.published)
    house.name({"name": "web", "location": str(house.published)})
    house.announce()
    house.work()
    assert house.letters() == [("web", "target_taken")]
    assert files(house.published) == before


def test_a_host_key_that_changed_is_refused(house: House, tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.mkdir()
    house.publish()
    ports = []
    for days in (2, 3):
        house.publish(days, NOW + timedelta(days=days))
        with sftp_server(served, USER, PASSWORD, writable=True, port=ports[0] if ports else 0) as url:
            ports.append(int(url.split(":")[-1].strip("/")))
            with pytest.MonkeyPatch.context() as monkeypatch:
                monkeypatch.setenv("WEB_PASSWORD", PASSWORD)
                house.name({"name": "web", "location": f"{url}reports", "user": USER, "password_env": "WEB_PASSWORD"})
                house.announce()
                house.work()
    assert house.letters() == [("web", "host_key_changed")]


def test_periods_that_retention_removes_without_an_analysis_go_at_the_target_too(house: House, tmp_path: Path) -> None:
    house.publish()
    house.name({"name": "web", "location": str(tmp_path / "web")})
    house.announce()
    house.work()
    told = {"id": "2026-01-01", "kind": "day", "first": "2026-01-01", "last": "2026-01-01"}
    (house.published / "shop/2026-01-01/manifest.json").write_text(json.dumps({"period": told}))
    with house.catalog.write() as connection:
        settings = connection.execute(sa.select(datasets.c.settings)).scalar_one()
        connection.execute(sa.update(datasets).values(settings=settings | {"retention": {"reports_days": 3}}))
    announce_old(house.tools, house.dataset)
    house.work()
    assert not (house.published / "shop/2026-01-01").exists()
    assert not (tmp_path / "web/shop/2026-01-01").exists()
    assert (tmp_path / "web/shop/2026-01-02/index.html").is_file()


@pytest.mark.parametrize("kind", ["folder", "ftp", "sftp", "s3"])
def test_a_killed_process_leaves_nothing_that_the_next_one_does_not_mend(
    house: House, tmp_path: Path, kind: str
) -> None:
    """Killed in the middle, again and again, each time after one upload more."""
    served = tmp_path / "served"
    served.mkdir()
    faults = Faults()
    house.publish(2)
    with ExitStack() as stack:
        target: dict[str, Any] = {"name": "web", "user": USER, "password_env": "WEB_PASSWORD"}
        look = lambda: files(served / "reports") if (served / "reports").exists() else {}  # noqa: E731
        if kind == "s3":
            bucket = f"killed-{os.getpid()}"
            url = stack.enter_context(s3_server(bucket, USER, PASSWORD, faults=faults))
            target |= {"location": f"s3://{bucket}/reports", "endpoint": url}
            look = lambda: _objects(url, bucket)  # noqa: E731
        elif kind == "folder":
            target = {"name": "web", "location": str(served / "reports")}
        elif kind == "ftp":
            url = stack.enter_context(ftp_server(served, USER, PASSWORD, faults=faults, perm="elradfmwMT"))
            target["location"] = f"{url}reports"
        else:
            url = stack.enter_context(sftp_server(served, USER, PASSWORD, faults=faults, writable=True))
            target["location"] = f"{url}reports"
        house.name(target)
        killed = 0
        for days in (2, 3, 4):
            house.publish(days, NOW + timedelta(days=days), more=str(days))
            before = faults.puts if kind != "folder" else count(served)
            process = subprocess.Popen(
                [sys.executable, "-m", "console", "targets", "sync", "shop"],
                env={**clean(), "PROPROCESSOR_DATA": str(house.settings.data), "WEB_PASSWORD": PASSWORD},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            while process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.01)
                if (faults.puts if kind != "folder" else count(served)) >= before + days * 3:
                    process.kill()
                    process.wait()
            killed += process.returncode != 0
            there = look()
            assert dead_ends(there) == []
        assert killed
        ran = run("targets", "sync", "shop", data=house.settings.data, WEB_PASSWORD=PASSWORD)
        assert ran.code == 0, ran.said
        there = look()
        assert visible(there) == published(house.published)
        assert dead_ends(there) == [] and leftovers(there) == []
        again = run("targets", "sync", "shop", data=house.settings.data, WEB_PASSWORD=PASSWORD)
        assert "0 files (0 B) sent, 0 files removed" in again.out
        assert not list(house.published.glob(".proprocessor.mirror"))


def count(folder: Path) -> int:
    """Of files in a folder that somebody works in."""
    return sum(len(names) for _, _, names in os.walk(folder))


def _objects(url: str, bucket: str) -> dict[str, bytes]:
    from tests.jdc_s3 import s3_client

    client = s3_client(url, USER, PASSWORD)
    found = client.list_objects_v2(Bucket=bucket, Prefix="reports/").get("Contents", ())
    bodies = {one["Key"]: client.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in found}
    client.close()
    return {key.removeprefix("reports/"): data for key, data in bodies.items()}
