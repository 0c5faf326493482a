"""The operations of the API, put together."""

from __future__ import annotations

from console.web.api import (
    account_routes,
    alert_routes,
    annotation_routes,
    cost_routes,
    dataset_routes,
    doctor_routes,
    document,
    explain_routes,
    failure_routes,
    live_routes,
    mail_routes,
    operation_routes,
    own_routes,
    pause_routes,
    published_routes,
    settings_routes,
    share_routes,
    source_routes,
    target_routes,
)

ROUTERS = (
    document.router,
    dataset_routes.routes,
    source_routes.routes,
    published_routes.routes,
    live_routes.routes,
    annotation_routes.routes,
    settings_routes.routes,
    cost_routes.routes,
    share_routes.routes,
    failure_routes.routes,
    operation_routes.routes,
    pause_routes.routes,
    mail_routes.routes,
    target_routes.routes,
    alert_routes.routes,
    doctor_routes.routes,
    explain_routes.routes,
    account_routes.routes,
    own_routes.routes,
)
