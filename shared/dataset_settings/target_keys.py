"""What each key of a target means."""

from __future__ import annotations

from shared.dataset_settings.key import Key

TARGET_KEYS = (
    Key("targets.name", "small letters, digits, - _", "none", "What the target is called in commands and listings."),
    Key(
        "targets.location",
        "URL or absolute path",
        "none",
        "Folder that the reports are mirrored to: a path, or `ftp://`, `ftps://`, `sftp://host/path`, "
        "`s3://bucket/prefix` (`docs/targets.md`).",
    ),
    Key("targets.user", "text", "none", "User name there; of S3 the id of the access key."),
    Key("targets.password_env", "environment variable", "none", "Variable that holds the password or secret key."),
    Key("targets.endpoint", "URL", "none", "Of S3: the server, where it is not Amazon's."),
    Key("targets.region", "text", "none", "Of S3: the region, where neither the environment nor a profile says it."),
)
