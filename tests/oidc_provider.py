"""A real OpenID provider as a process of its own: idpyoidc, which shares no code with what the console uses.

``python -m tests.oidc_provider FOLDER PORT`` serves it; people are in ``people.json`` of the folder. What is wrong about it
is told at ``/faults``: keys that change, tokens that are over, or for another client.
"""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.command import clean

HOST = "127.0.0.1"
CLIENT, SECRET, OTHER = "console", "a client's secret of 32 letters..", "another-client"
PASSWORD = "provider password"
ROOT = Path(__file__).parents[1]
START_S = 120.0
FORM = """<!doctype html><html lang="en"><title>The provider</title><h1>{{ page_header }}</h1>
<form method="post" action="/{{ action }}"><input type="hidden" name="token" value="{{ token }}">
<label>{{ user_label }} <input name="username"></label>
<label>{{ passwd_label }} <input type="password" name="password"></label>
<button>{{ submit_btn }}</button></form></html>"""
PEOPLE: dict[str, dict[str, Any]] = {
    "anna": {"email": "anna@fruit.test", "email_verified": True, "groups": ["sales", "staff"]},
    "twin": {"email": "anna@fruit.test", "email_verified": True, "groups": ["sales"]},
    "boss": {"email": "boss@fruit.test", "email_verified": True, "groups": ["bosses"]},
    "eve": {"email": "boss@fruit.test", "email_verified": False},
    "guest": {"email": "guest@elsewhere.test", "email_verified": True},
    "nobody": {},
}


@dataclass(frozen=True)
class RunningProvider:
    """A provider that runs, with the redirect URI of the console that it knows."""

    issuer: str
    process: subprocess.Popen[bytes]

    def fault(self, **values: Any) -> None:
        """Tell it what to do wrong from now on."""
        body = json.dumps(values).encode()
        request = urllib.request.Request(f"{self.issuer}/faults", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(120)


@contextmanager
def oidc_provider(folder: Path, *redirect_uris: str, port: int = 0) -> Iterator[RunningProvider]:
    """Serve while the block lasts."""
    port = port or free_port()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "redirect_uris.json").write_text(json.dumps(redirect_uris))
    with (folder / "log").open("ab") as log:
        words = [sys.executable, "-m", "tests.oidc_provider", str(folder), str(port)]
        process = subprocess.Popen(words, cwd=ROOT, stdout=log, stderr=log, env=clean())
    running = RunningProvider(f"http://{HOST}:{port}", process)
    try:
        _wait(running, folder / "log")
        yield running
    finally:
        process.terminate()
        process.wait(120)


def free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def _wait(running: RunningProvider, log: Path) -> None:
    until = time.monotonic() + START_S
    while running.process.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{running.issuer}/.well-known/openid-configuration", timeout=5).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log.read_text()[-4000:])


def configuration(folder: Path, issuer: str) -> dict[str, Any]:
    redirect_uris = [[one, None] for one in json.loads((folder / "redirect_uris.json").read_text())]
    client = {
        "redirect_uris": redirect_uris,
        "client_secret": SECRET,
        "response_types_supported": ["code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
        "allowed_scopes": ["openid", "profile", "email", "groups"],
        "client_salt": "salted",
    }
    keys = [{"type": "RSA", "use": ["sig"]}, {"type": "EC", "crv": "P-256", "use": ["sig"]}]
    endpoint = "idpyoidc.server.oidc"
    return {
        "issuer": issuer,
        "httpc_params": {"verify": False, "timeout": 4},
        "key_conf": {"key_defs": keys, "uri_path": "jwks.json"},
        "token_handler_args": {
            "code": {"kwargs": {"lifetime": 600}},
            "token": {"class": "idpyoidc.server.token.jwt_token.JWTToken", "kwargs": {"lifetime": 3600}},
            "id_token": {"class": "tests.oidc_provider.FaultyIDToken", "kwargs": {}},
            "key_conf": {"key_defs": [{"type": "oct", "bytes": "24", "use": ["enc"], "kid": "code"}]},
        },
        "endpoint": {
            "provider_config": {
                "path": ".well-known/openid-configuration",
                "class": f"{endpoint}.provider_config.ProviderConfiguration",
                "kwargs": {"client_authn_method": None},
            },
            "authorization": {
                "path": "authorization",
                "class": f"{endpoint}.authorization.Authorization",
                "kwargs": {"client_authn_method": None, "response_types_supported": ["code"]},
            },
            "token": {
                "path": "token",
                "class": f"{endpoint}.token.Token",
                "kwargs": {"client_authn_method": ["client_secret_post", "client_secret_basic"]},
            },
            "userinfo": {"path": "userinfo", "class": f"{endpoint}.userinfo.UserInfo", "kwargs": {}},
        },
        "add_on": {
            "pkce": {
                "function": "idpyoidc.server.oauth2.add_on.pkce.add_support",
                "kwargs": {"essential": True, "code_challenge_method": "S256"},
            }
        },
        "userinfo": {"class": "idpyoidc.server.user_info.UserInfo", "kwargs": {"db": PEOPLE}},
        "scopes_to_claims": {
            "openid": ["sub"],
            "profile": ["name"],
            "email": ["email", "email_verified"],
            "groups": ["groups"],
        },
        "authentication": {
            "user": {
                "acr": "urn:oasis:names:tc:SAML:2.0:ac:classes:InternetProtocolPassword",
                "class": "idpyoidc.server.user_authn.user.UserPassJinja2",
                "kwargs": {
                    "verify_endpoint": "verify/user",
                    "template": "form.html",
                    "db": {"class": "builtins.dict", "kwargs": dict.fromkeys(PEOPLE, PASSWORD)},
                    "page_header": "The provider's own page",
                    "user_label": "Nickname",
                    "passwd_label": "Secret",
                    "submit_btn": "Let me in",
                },
            }
        },
        "template_dir": str(folder),
        "session_params": {"encrypter": {"kwargs": {"keys": {"key_defs": [
            {"type": "OCT", "use": ["enc"], "kid": "password"}, {"type": "OCT", "use": ["enc"], "kid": "salt"},
        ]}, "iterations": 1}}},
        "client_db": {"class": "builtins.dict", "kwargs": {CLIENT: client, OTHER: client}},
    }  # fmt: skip


faults: dict[str, Any] = {}

try:
    from idpyoidc.server.token.id_token import IDToken
except ImportError:  # collected where nothing of it is installed
    IDToken = object


class FaultyIDToken(IDToken):  # type: ignore[misc, valid-type]
    """Signs what it is told to."""

    def sign_encrypt(self, session_id: str, client_id: str, **more: Any) -> Any:
        if "lifetime" in faults:
            more["lifetime"] = faults["lifetime"]
        return super().sign_encrypt(session_id, OTHER if faults.get("audience") else client_id, **more)


def make_app(folder: Path, issuer: str) -> Any:
    import flask
    from idpyoidc.message.oauth2 import ResponseMessage
    from idpyoidc.message.oidc import AuthorizationRequest
    from idpyoidc.server import Server
    from idpyoidc.server.configure import OPConfiguration
    from idpyoidc.server.exception import ClientAuthenticationError, InvalidClient, UnknownClient

    (folder / "form.html").write_text(FORM)
    server = Server(OPConfiguration(configuration(folder, issuer)), cwd=str(folder))
    app = flask.Flask("provider")

    def answer(endpoint: Any, asked: Any) -> Any:
        http_info = {
            "headers": {key.lower(): value for key, value in flask.request.headers.items()},
            "method": flask.request.method,
            "url": flask.request.url,
        }
        try:
            parsed = endpoint.parse_request(asked, http_info=http_info)
        except ClientAuthenticationError:
            return {"error": "invalid_client"}, 401
        except (InvalidClient, UnknownClient):
            return {"error": "unauthorized_client"}, 400
        if isinstance(parsed, ResponseMessage) and "error" in parsed:
            return flask.Response(parsed.to_json(), 400, content_type="application/json")
        args = endpoint.process_request(parsed, http_info=http_info)
        if isinstance(args, ResponseMessage) and "error" in args:
            return flask.Response(args.to_json(), 400, content_type="application/json")
        if "http_response" in args:
            return args["http_response"]
        return told(endpoint, parsed, args)

    def told(endpoint: Any, parsed: Any, args: dict[str, Any]) -> Any:
        info = endpoint.do_response(request=parsed, **args)
        if info.get("response_placement", endpoint.response_placement) == "url":
            return flask.redirect(info["response"])
        return flask.Response(info["response"], headers=dict(info["http_headers"]))

    @app.get("/.well-known/openid-configuration")
    def description() -> Any:
        return answer(server.get_endpoint("provider_config"), {})

    @app.get("/authorization")
    def authorization() -> Any:
        return answer(server.get_endpoint("authorization"), flask.request.args.to_dict())

    @app.post("/verify/user")
    def verify() -> Any:
        method = server.get_context().authn_broker.get_method_by_id("user")
        name = method.verify(username=flask.request.form["username"], password=flask.request.form["password"])
        begun = method.unpack_token(flask.request.form["token"])
        asked = AuthorizationRequest().from_urlencoded(begun["query"])
        endpoint = server.get_endpoint("authorization")
        session = endpoint.create_session(asked, name, begun["authn_class_ref"], begun["iat"], method)
        return told(endpoint, asked, endpoint.authz_part2(request=asked, session_id=session))

    @app.post("/token")
    def token() -> Any:
        return answer(server.get_endpoint("token"), flask.request.form.to_dict())

    @app.get("/userinfo")
    def userinfo() -> Any:
        return answer(server.get_endpoint("userinfo"), {})

    @app.get("/jwks.json")
    def jwks() -> Any:
        return server.keyjar.export_jwks(issuer_id="")

    @app.post("/faults")
    def set_faults() -> Any:
        faults.clear()
        faults.update(flask.request.get_json())
        if faults.pop("rotate", False):
            from cryptojwt.key_jar import build_keyjar

            fresh = build_keyjar(configuration(folder, issuer)["key_conf"]["key_defs"])
            for owner in ("", issuer):
                server.keyjar.import_jwks(fresh.export_jwks(private=True), owner)
        return "{}"

    return app


if __name__ == "__main__":
    from werkzeug.serving import make_server

    logging.basicConfig(level=logging.INFO)
    where, at = Path(sys.argv[1]), int(sys.argv[2])
    from tests import oidc_provider as module  # the class is named by that, with its faults

    make_server(HOST, at, module.make_app(where, f"http://{HOST}:{at}"), threaded=True).serve_forever()
