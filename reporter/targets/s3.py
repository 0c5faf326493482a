"""S3, and what speaks like it, as a target: the one door to boto3."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError
from botocore.loaders import Loader, create_loader

from reporter.assets import FOLDER as ASSETS
from reporter.targets.target import MAX_READ_BYTES, checked
from shared.errors import Misconfigured, ProprocessorError
from shared.remote import failed, forbidden, refused
from shared.target_location import TargetLocation

NOT_THERE = ("NoSuchKey", "404")
REFUSED = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "401")
DENIED = ("AccessDenied", "AllAccessDisabled", "403")
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
"""A page is kept, and asked for again: unchanged, nothing but its ETag travels."""
PACKED = {".gz": "gzip", ".br": "br", ".zst": "zstd"}
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
}


@cache
def _descriptions() -> Loader:
    """What boto3 knows of S3. Each client of its own would read the megabytes of it again, for a tenth of a second."""
    return create_loader()


@dataclass(frozen=True)
class Keys:
    """Who asks; without, what the machine's environment, profile or role says. And where, if it is not Amazon's."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    endpoint: str | None = None
    region: str | None = None


class S3Target:
    """See :class:`reporter.targets.target.Target`. An object is there whole or not at all: nothing is written aside."""

    def __init__(self, location: TargetLocation, keys: Keys, *, timeout_s: float) -> None:
        self._bucket, self._prefix = location.host, f"{location.base}/" if location.base else ""
        self._keys, self._timeout_s = keys, timeout_s
        self._place = f"s3://{location.host}"
        self._client: Any = None

    def read(self, path: str) -> bytes | None:
        checked(path)
        with self._words(path) as client:
            try:
                answer = client.get_object(Bucket=self._bucket, Key=self._key(path))
            except ClientError as error:
                if _code(error) in NOT_THERE:
                    return None
                raise
            with answer["Body"] as body:
                data: bytes = body.read(MAX_READ_BYTES + 1)
        if len(data) > MAX_READ_BYTES:
            raise failed(f"{self._place}/{path}", f"it is larger than {MAX_READ_BYTES >> 20} MiB")
        return data

    def put(self, path: str, data: bytes) -> None:
        checked(path)
        with self._words(path) as client:
            client.put_object(Bucket=self._bucket, Key=self._key(path), Body=data, **headers(path))

    def names(self, folder: str) -> frozenset[str]:
        prefix = f"{self._key(folder)}/" if folder else self._prefix
        found = set()
        with self._words(folder) as client:
            pages = client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix, Delimiter="/")
            for page in pages:
                found |= {one["Key"].removeprefix(prefix) for one in page.get("Contents", ())}
                found |= {one["Prefix"].removeprefix(prefix).rstrip("/") for one in page.get("CommonPrefixes", ())}
        return frozenset(found - {""})

    def remove(self, path: str) -> None:
        checked(path)
        with self._words(path) as client:
            client.delete_object(Bucket=self._bucket, Key=self._key(path))

    def remove_folder(self, folder: str) -> None:
        """There are none."""

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _connected(self) -> Any:
        if self._client is None:
            keys = self._keys
            known = botocore.session.get_session()
            known.register_component("data_loader", _descriptions())
            session = boto3.session.Session(
                botocore_session=known,
                aws_access_key_id=keys.user if keys.password else None,
                aws_secret_access_key=keys.password if keys.user else None,
                region_name=keys.region,
            )
            config = Config(
                connect_timeout=self._timeout_s,
                read_timeout=self._timeout_s,
                retries={"max_attempts": 2, "mode": "standard"},
                s3={"addressing_style": "path" if keys.endpoint else "auto"},
            )
            region = session.region_name or "us-east-1"
            try:
                self._client = session.client("s3", endpoint_url=keys.endpoint, region_name=region, config=config)
            except ValueError as error:
                raise failed(self._place, error) from error
        return self._client

    @contextmanager
    def _words(self, path: str) -> Iterator[Any]:
        """The client, boto's errors in our words."""
        try:
            yield self._connected()
        except ClientError as error:
            raise self._refusal(path, error) from error
        except (NoCredentialsError, PartialCredentialsError) as error:
            raise refused(self._place, error) from error
        except (BotoCoreError, OSError) as error:
            self.close()
            raise failed(self._place, error) from error

    def _refusal(self, path: str, error: ClientError) -> ProprocessorError:
        code = _code(error)
        if code in REFUSED:
            return refused(self._place, error)
        if code in DENIED:
            return forbidden(f"{self._place}/{self._prefix}{path}", error, what="written")
        if code == "NoSuchBucket":
            return Misconfigured(
                f"There is no bucket {self._bucket}.", remedy="Make it, or name another one.", reason="target_missing"
            )
        return failed(self._place, error)

    def _key(self, path: str) -> str:
        return f"{self._prefix}{checked(path)}"


def headers(path: str) -> dict[str, str]:
    """What a browser is told with a file: its type, whether it is packed, how long it may be kept."""
    stem, told = path, {}
    for ending, encoding in PACKED.items():
        if path.endswith(ending):
            stem, told = path.removesuffix(ending), {"ContentEncoding": encoding}
    ending = f".{stem.rpartition('.')[2]}"
    told["ContentType"] = TYPES.get(ending) or mimetypes.guess_type(stem)[0] or "application/octet-stream"
    told["CacheControl"] = FOR_EVER if path.startswith(f"{ASSETS}/") else ASK_AGAIN
    return told


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
