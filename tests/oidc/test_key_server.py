"""A key server that does what none should; nothing but a good answer changes what is trusted."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest
from conftest import Coffer, until
from cryptography.hazmat.primitives.asymmetric.ec import (SECP256R1, derive_private_key,
                                                          generate_private_key)
from jwt.utils import base64url_encode

pytestmark = pytest.mark.slow
ISSUER = "https://iam.example"


def coordinate(number):
    """All 32 bytes (RFC 7518, 6.2.1.2): PyJWT's own to_jwk leaves out the zeros in front."""
    return base64url_encode(number.to_bytes(32, "big")).decode()


class Key:
    def __init__(self, kid, private=None):
        self.kid, self.private = kid, private or generate_private_key(SECP256R1())

    def jwk(self):
        point = self.private.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "kid": self.kid, "use": "sig",
                "x": coordinate(point.x), "y": coordinate(point.y)}

    def token(self):
        now = int(time.time())
        claims = {"iss": ISSUER, "sub": "usr_1", "tenant_id": "t1", "roles": ["admin"],
                  "iat": now, "exp": now + 600}
        return jwt.encode(claims, self.private, "ES256", {"kid": self.kid})


class KeyServer:
    """Answers with `answer(handler)`; remembers the conditions it was asked under."""

    def __init__(self, context=None):
        self.answer, self.conditions, self.paths = None, [], []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server.paths.append(self.path)
                server.conditions.append(self.headers.get("If-None-Match"))
                try:
                    server.answer(self)
                except OSError:
                    pass  # they hung up, as they should

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda *_: None  # they hang up at a certificate
        if context:
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True,
                                                   do_handshake_on_connect=False)
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.http.server_address[1]}/keys"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def serve(self, body, status=200, **headers):
        def answer(handler):
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)
        self.answer = answer

    def publish(self, *keys, **headers):
        self.serve(json.dumps({"keys": [key.jwk() for key in keys]}).encode(), **headers)


@pytest.fixture
def server():
    made = KeyServer()
    yield made
    made.http.shutdown()


def coffer_for(server, folder):
    return Coffer(folder, "--dev", "--jwt-jwks-url", server.url, "--jwt-issuer", ISSUER,
                  "--jwks-refresh-s", "1", "--jwks-unknown-kid-s", "1")


# covers: S05
def test_what_is_no_key_set_changes_nothing(server, tmp_path):
    good, other = Key("good"), Key("other")
    server.publish(good)
    coffer = coffer_for(server, tmp_path)
    assert coffer.deposit(good.token()).status_code == 200
    too_long = json.dumps({"keys": [other.jwk()], "more": "x" * 300_000}).encode()

    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(b" " * 100_000)

    def hangs_up(handler):
        handler.connection.close()

    def moves(handler):
        handler.send_response(302)
        handler.send_header("Location", server.url.replace("/keys", "/moved"))
        handler.end_headers()

    def as_answer(body, status=200):
        server.serve(body, status)
        return server.answer

    for name, answer in {
            "partial": as_answer(json.dumps({"keys": [other.jwk()]}).encode(), 206),
            "too long": as_answer(too_long), "never ending": endless, "hangs up": hangs_up,
            "moves": moves, "not modified unasked": as_answer(b"", 304)}.items():
        failures = coffer.metric("coffer_key_set_failures_total", ISSUER)
        server.answer = answer
        until(lambda: coffer.metric("coffer_key_set_failures_total", ISSUER) > failures, name)
        assert coffer.deposit(good.token()).status_code == 200, name
        assert coffer.deposit(other.token()).status_code == 401, name
    assert "/moved" not in server.paths
    server.publish(good, other)
    until(lambda: coffer.deposit(other.token()).status_code == 200, "a good answer counts")
    assert coffer.stop() == 0


def test_a_key_with_a_zero_in_front_is_as_good_as_any(server, tmp_path):
    keys = (derive_private_key(number, SECP256R1()) for number in range(1, 10_000))
    short = next(key for key in keys if key.public_key().public_numbers().x < 1 << 248)
    server.publish(Key("short", short))
    coffer = coffer_for(server, tmp_path)
    answer = coffer.deposit(Key("short", short).token())
    assert answer.status_code == 200, answer.text + coffer.said()
    assert coffer.stop() == 0


def test_conditions_and_a_stop_while_it_waits(server, tmp_path):
    good = Key("good")
    server.publish(good, ETag='"v1"', Cache_Control="public, max-age=1")
    coffer = coffer_for(server, tmp_path)
    assert coffer.deposit(good.token()).status_code == 200
    until(lambda: '"v1"' in server.conditions, "asked under the condition")
    server.serve(b"", 304, ETag='"v1"')
    asked = len(server.conditions)
    until(lambda: len(server.conditions) > asked + 1, "asked again")
    assert coffer.deposit(good.token()).status_code == 200
    assert coffer.metric("coffer_key_set_failures_total", ISSUER) == 0
    assert coffer.metric("coffer_key_set_changes_total", ISSUER) == 1
    # An answer that never comes does not hold up the end.
    answered = threading.Event()
    server.answer = lambda _: answered.wait(60)
    asked = len(server.conditions)
    until(lambda: len(server.conditions) > asked, "asked, and left waiting")
    began = time.monotonic()
    assert coffer.stop() == 0
    print(f"stopped after {time.monotonic() - began:.1f} s")
    answered.set()
