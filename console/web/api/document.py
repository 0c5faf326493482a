"""The description of the API: OpenAPI 3.1, made of the operations themselves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response

from console.web.api.contract import PREFIX, Problem
from console.web.guard import COOKIE, FORM_HEADER
from shared.software import VERSION

router = APIRouter(prefix=PREFIX, tags=["description"], generate_unique_id_function=lambda route: route.name)
ABOUT = (
    "All that the console does, for programs. Reports are also CSV, Parquet and Arrow, live ones XLSX and PDF, too. "
    "Show a token (`Authorization: Bearer …`), or a browser's session with the header `X-Form-Token` for what changes "
    "something. Errors are `application/problem+json`."
)
SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token, made at `/account`, with scopes."},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "A browser that is signed in."},
    "form_token": {"type": "apiKey", "in": "header", "name": FORM_HEADER, "description": "Of `GET /api/v1/me`."},
}
OPEN = "description"
"""The tag of what anybody may ask."""


@router.get("/openapi.json", name="openapi")
def openapi(request: Request) -> Response:
    """This description."""
    return JSONResponse(described(request.app, str(request.scope.get("root_path", ""))))


def described(app: FastAPI, root_path: str = "") -> dict[str, Any]:
    """The description of an application, as one that is served below a prefix."""
    found = get_openapi(
        title="proprocessor",
        version=VERSION,
        openapi_version="3.1.0",
        description=ABOUT,
        routes=app.routes,
        servers=[{"url": root_path or "/"}],
    )
    parts = found.setdefault("components", {})
    parts.setdefault("schemas", {})[Problem.__name__] = Problem.model_json_schema()
    parts["securitySchemes"] = SCHEMES
    for path in found["paths"].values():
        for method, operation in path.items():
            if OPEN not in operation.get("tags", ()):
                session = ("session",) if method == "get" else ("session", "form_token")
                operation["security"] = [{"token": []}, {name: [] for name in session}]
    return found
