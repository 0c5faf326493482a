"""The API keeps to its own description, whatever it is asked: no 5xx, and no answer that is not described."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from console.datasets import Access, register
from console.places import Place as Location
from console.web import tokens
from console.web.api.document import described
from console.web.app import make_app
from console.web.place import Place
from console.web.tokens import SCOPES
from shared import accounts
from shared.dataset_settings import DatasetSettings
from tests.examples import examples
from tests.integration.settings_shop import Shop, copy_of
from tests.web_console import PASSWORD, place_in

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MORE = [unsupported_method, allow_header_conformance, missing_required_header, ignored_auth]
KNOWN = {"dataset": "shop", "period": "all", "report": "overview", "path": "all/manifest.json", "name": "anna"}
"""What there is: most of what is made up is not, and would never come far."""
DESCRIPTION = described(make_app(cast(Place, None)))
REMOVING = ("remove_account", "remove_dataset")
OPERATIONS = [one["operationId"] for path in DESCRIPTION["paths"].values() for one in path.values()]

schemathesis.serializer.alias("application/toml", "text/plain")


def tries(number: int) -> settings:
    phases = [Phase.explicit, Phase.generate]
    return settings(
        max_examples=examples(number), deadline=None, suppress_health_check=list(HealthCheck), phases=phases
    )


@pytest.fixture(scope="module")
def headers() -> dict[str, str]:
    return {}


@pytest.fixture(scope="module")
def api(processed: Path, tmp_path_factory: pytest.TempPathFactory, headers: dict[str, str]) -> Iterator[Any]:
    """A console with one data set, with its description; ``headers`` are then those of its administrator."""
    root = tmp_path_factory.mktemp("api")
    shop: Shop = copy_of(processed, root)
    shop.run("settings", "import", "shop", shop.file('[dataset]\nname = "shop"\n'), "--now")
    with place_in(shop.data) as place:
        for name, role in (("boss", "administrator"), ("anna", "viewer")):
            accounts.add(place.catalog, name, cast(Any, role), PASSWORD, place.now())
        _, text = tokens.add(place.catalog, "boss", name="all", scopes=SCOPES, now=place.now())
        headers["Authorization"] = f"Bearer {text}"
        schema = schemathesis.openapi.from_dict(DESCRIPTION)
        schema.app = make_app(place)
        yield schema


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda one: one.value)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_answer_is_described(api: Any, headers: dict[str, str], operation: str, mode: GenerationMode) -> None:
    found = api.find_operation_by_id(operation)
    if mode is GenerationMode.NEGATIVE and not (found.path_parameters or found.query or found.body):
        return

    @tries(5)
    @given(found.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS + (MORE if mode is GenerationMode.POSITIVE else []))

    ask()


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one not in REMOVING])
def test_so_is_every_answer_about_what_there_is(api: Any, headers: dict[str, str], operation: str) -> None:
    @tries(3)
    @given(api.find_operation_by_id(operation).as_strategy())
    def ask(case: schemathesis.Case) -> None:
        for name in KNOWN.keys() & (case.path_parameters or {}).keys():
            case.path_parameters[name] = KNOWN[name]
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()


@pytest.mark.timeout(120)
def test_postgresql_answers_every_operation_as_described(postgresql_url: str, tmp_path: Path) -> None:
    """One or two questions each, of a data set that nothing was fetched of: other texts and numbers than SQLite's are
    refused, not taken for errors of ours."""
    with place_in(tmp_path, postgresql_url) as place:
        register(place.catalog, Location("/nowhere/shop"), DatasetSettings(), Access(), now=place.now())
        accounts.add(place.catalog, "boss", "administrator", PASSWORD, place.now())
        _, text = tokens.add(place.catalog, "boss", name="all", scopes=SCOPES, now=place.now())
        schema = schemathesis.openapi.from_dict(DESCRIPTION)
        schema.app = make_app(place)
        for operation in sorted(OPERATIONS, key=lambda one: one in REMOVING):
            _ask_about_the_shop(schema.find_operation_by_id(operation), {"Authorization": f"Bearer {text}"})


def _ask_about_the_shop(operation: Any, headers: dict[str, str]) -> None:
    @tries(2)
    @given(operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        if "dataset" in (case.path_parameters or {}):
            case.path_parameters["dataset"] = "shop"
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()
