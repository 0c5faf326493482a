"""Checks docker-compose.yml without a Docker engine: what a wrong key or a missing health check would break at night."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

TOP = {"name", "services", "volumes", "secrets", "networks"}
SERVICE = {
    "build", "image", "command", "environment", "secrets", "volumes", "depends_on", "healthcheck", "restart", "deploy",
    "ports", "user", "stop_grace_period", "init", "hostname", "read_only", "tmpfs", "expose", "entrypoint",
}  # fmt: skip
STAGES = ("fetcher", "parser", "analyzer", "reporter")


def faults(compose: dict[str, Any], folder: Path) -> list[str]:
    """Every fault as a sentence."""
    found = [f"unknown top-level key {key}" for key in compose if key not in TOP and not key.startswith("x-")]
    services = compose.get("services", {})
    found += [f"there is no service {name}" for name in (*STAGES, "rabbitmq", "postgres") if name not in services]
    for name, service in services.items():
        found += [f"{name}: {fault}" for fault in service_faults(service, compose)]
    for name, secret in compose.get("secrets", {}).items():
        if set(secret) != {"file"}:
            found.append(f"secret {name}: should name a file and nothing else")
    parser = services.get("parser", {})
    if "ports" in parser or "container_name" in parser or "replicas" not in parser.get("deploy", {}):
        found.append("parser: not scalable (needs deploy.replicas, no ports, no container_name)")
    if not (folder / "Dockerfile").is_file():
        found.append("there is no Dockerfile")
    return found


def service_faults(service: dict[str, Any], compose: dict[str, Any]) -> list[str]:
    """Faults of one service."""
    found = [f"unknown key {key}" for key in service if key not in SERVICE]
    if ("image" in service) == ("build" in service) and "image" not in service:
        found.append("has neither image nor build")
    if "healthcheck" not in service or "test" not in service.get("healthcheck", {}):
        found.append("has no health check")
    if service.get("restart") not in ("unless-stopped", "always"):
        found.append("is not restarted")
    for other, how in service.get("depends_on", {}).items():
        if other not in compose["services"]:
            found.append(f"depends on {other}, which is not there")
        elif how.get("condition") not in ("service_healthy", "service_started", "service_completed_successfully"):
            found.append(f"depends on {other} without a condition")
    for volume in service.get("volumes", []):
        source = str(volume).partition(":")[0]
        if not source.startswith((".", "/")) and source not in compose.get("volumes", {}):
            found.append(f"uses volume {source}, which is not declared")
    for secret in service.get("secrets", []):
        if secret not in compose.get("secrets", {}):
            found.append(f"uses secret {secret}, which is not declared")
    for key, value in (service.get("environment") or {}).items():
        if "PASSWORD" in key and not key.endswith("_FILE"):
            found.append(f"has a password in {key}; give it by file")
        if "@" in str(value) and "://" in str(value):
            found.append(f"has credentials in {key}; give it by file")
    return found


def main() -> int:
    """Check the file named on the command line."""
    path = Path(sys.argv[1])
    compose = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = faults(compose, path.parent)
    if shutil.which("docker") and subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0:
        done = subprocess.run(["docker", "compose", "-f", str(path), "config", "-q"], capture_output=True, text=True)
        found += [done.stderr.strip()] if done.returncode else []
    for fault in found:
        sys.stderr.write(f"{path}: {fault}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
