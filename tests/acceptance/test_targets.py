"""Targets as an operator uses them: named in the settings, brought in step by ``process``, ``run`` and by hand."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from tests.acceptance.command import ids, run
from tests.acceptance.test_bad_input import lines
from tests.acceptance.test_commands import started, wait_for
from tests.jdc import ftp_server
from tests.mirror_case import dead_ends, leftovers, published, visible

PASSWORD = "a pass phrase"


def files(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def in_step(target: Path, out: Path) -> None:
    there = files(target)
    assert dead_ends(there) == [] and leftovers(there) == []
    assert visible(there) == published(out)


def listed(data: Path) -> dict[str, tuple[str, str | None]]:
    return {
        one["target"]: (one["state"], one["error"])
        for one in json.loads(run("targets", "list", "--json", data=data).out)
    }


def test_targets_from_the_settings_to_the_end(tmp_path: Path) -> None:
    logs, out, data, served = tmp_path / "logs", tmp_path / "out", tmp_path / "data", tmp_path / "served"
    for folder in (logs, served):
        folder.mkdir()
    (logs / "a.log").write_text(lines(1))
    settings = tmp_path / "shop.toml"
    with ftp_server(served, "pro", PASSWORD, perm="elradfmwMT") as url:
        near = f'[[targets]]\nname = "near"\nlocation = "{tmp_path / "near"}"\n'
        far = f'[[targets]]\nname = "far"\nlocation = "{url}web"\nuser = "pro"\npassword_env = "FAR"\n'
        settings.write_text(f'[dataset]\nname = "shop"\n{near}')
        words = ("process", logs, "--publish", out)
        assert run(*words, "--settings", settings, data=data).code == 0
        in_step(tmp_path / "near", out)
        assert listed(data) == {"near": ("in step", None)}

        settings.write_text(f'[dataset]\nname = "shop"\n{near}{far}')
        ran = run("settings", "import", "shop", settings, data=data)
        assert ran.code == 0 and "targets.far" in ran.out and "targets sync" in ran.out
        assert listed(data) == {"near": ("in step", None), "far": ("behind", None)}
        missing = run(*words, data=data)
        assert missing.code == 78 and "FAR" in missing.err
        assert listed(data)["far"][0] == "failed"
        (logs / "b.log").write_text(lines(2))
        assert run(*words, data=data, FAR=PASSWORD).code == 0
        in_step(served / "web", out)
        in_step(tmp_path / "near", out)
        assert set(listed(data)) == {"near", "far"} and {state for state, _ in listed(data).values()} == {"in step"}
        assert json.loads(run("failures", "list", "--json", data=data).out) == []

        (served / "web/shop/all/overview.html").unlink()
        quick = run("targets", "sync", "shop", "far", data=data, FAR=PASSWORD)
        assert "0 files (0 B) sent" in quick.out
        whole = run("targets", "sync", "shop", "far", "--all", data=data, FAR=PASSWORD)
        assert whole.code == 0 and "0 files (0 B) sent" not in whole.out
        in_step(served / "web", out)

        assert run("targets", "password", "shop", "far", "--password-env", "FAR", data=data, FAR=PASSWORD).code == 0
        settings.write_text(settings.read_text().replace('password_env = "FAR"\n', ""))
        assert run("settings", "import", "shop", settings, data=data).code == 0
        assert run("targets", "sync", "shop", "far", data=data).code == 0
        assert PASSWORD.encode() not in b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())

        assert run("targets", "clear", "shop", "far", data=data).code == 2
        assert run("targets", "clear", "shop", "far", "--yes", data=data).code == 0
        assert files(served / "web") == {}
        assert listed(data)["far"][0] == "behind"
        unknown = run("targets", "sync", "shop", "fax", data=data)
        assert unknown.code == 65 and "near, far" in unknown.err
        assert "near" in run("targets", "list", "shop", data=data).out
    assert ids(run("datasets", "--json", data=data).out) == ["shop"]
    gone = run("targets", "sync", "shop", data=data)
    assert gone.code == 69 and "far: " in gone.err and "near: in step" in gone.out


def test_a_running_reporter_mirrors_what_it_publishes(tmp_path: Path) -> None:
    logs, data, near = tmp_path / "logs", tmp_path / "data", tmp_path / "near"
    logs.mkdir()
    (logs / "a.log").write_text(lines(1))
    assert run("setup", "--location", logs, "--name", "shop", data=data).code == 0
    settings = tmp_path / "shop.toml"
    settings.write_text(f'[dataset]\nname = "shop"\n[[targets]]\nname = "near"\nlocation = "{near}"\n')
    assert run("settings", "import", "shop", settings, data=data).code == 0
    with started("run", "--stages", "fetcher,parser,analyzer,reporter", data=data, log=tmp_path / "run.log") as process:
        wait_for(near / "shop/all/audit.json", '"a.log"')
        (logs / "b.log").write_text(lines(2))
        wait_for(near / "shop/all/audit.json", '"b.log"')
        wait_for(tmp_path / "run.log", '"event": "mirror.finished"')
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert run("targets", "sync", "shop", data=data).code == 0
    in_step(near, data / "published")
