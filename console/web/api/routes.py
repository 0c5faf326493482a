"""The operations of the API, put together."""

from __future__ import annotations

from console.web.api import (
    account_routes,
    annotation_routes,
    cost_routes,
    dataset_routes,
    document,
    failure_routes,
    forget_routes,
    live_routes,
    operation_routes,
    overlay_routes,
    own_routes,
    pause_routes,
    published_routes,
    reject_routes,
    reparse_routes,
    retention_routes,
    settings_routes,
    share_routes,
    source_routes,
)

ROUTERS = (
    document.router,
    dataset_routes.routes,
    source_routes.routes,
    reparse_routes.routes,
    reject_routes.routes,
    forget_routes.routes,
    retention_routes.routes,
    overlay_routes.routes,
    published_routes.routes,
    live_routes.routes,
    annotation_routes.routes,
    settings_routes.routes,
    cost_routes.routes,
    share_routes.routes,
    failure_routes.routes,
    operation_routes.routes,
    pause_routes.routes,
    account_routes.routes,
    own_routes.routes,
)
