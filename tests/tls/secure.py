"""A service and clients that speak https."""

import json
import re
import signal
import socket
import ssl
from http.client import HTTPSConnection

from service import Client, Service
from waiting import until


class TlsClient(Client):
    """Trusts the authority and nobody else; keeps one connection."""

    def __init__(self, port, token, context):
        super().__init__(port, token)
        self.connection = HTTPSConnection("127.0.0.1", port, timeout=20, context=context)

    def version(self):
        return self.connection.sock.version()

    def certificate(self):
        return self.connection.sock.getpeercert(binary_form=True)


class TlsService(Service):
    def __init__(self, folder, authority, *options):
        self.authority = authority
        self.certificate_file, self.key_file = folder / "chain.pem", folder / "key.pem"
        self.root_file = folder / "root.pem"
        self.root_file.write_text(authority.root.certificate_pem())
        super().__init__(folder / "book", "--tls-certificate-file", str(self.certificate_file),
                         "--tls-key-file", str(self.key_file), *options)
        self.pair = self.install(authority.issue())

    def install(self, pair):
        self.certificate_file.write_text(pair.certificate_pem() +
                                         self.authority.middle.certificate_pem())
        self.key_file.write_text(pair.key_pem())
        self.key_file.chmod(0o600)
        return pair

    def context(self, version=None):
        context = ssl.create_default_context(cafile=str(self.root_file))
        context.set_alpn_protocols(["http/1.1"])
        if version:
            context.minimum_version = context.maximum_version = version
        return context

    def client(self, version=None):
        return TlsClient(self.port, self.token, self.context(version))

    def raw(self, version=None):
        """A connection for whole requests as bytes."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        return self.context(version).wrap_socket(plain, server_hostname="localhost")

    def request(self, method, path, body=None):
        text = json.dumps(body) if body is not None else ""
        return (f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
                f"Authorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(text)}\r\n\r\n{text}").encode()

    def metric(self, line):
        """Of the service's own page, asked for over https."""
        connection = self.client().connection
        connection.request("GET", "/metrics")
        page = connection.getresponse().read().decode()
        return float(re.search(rf"^{re.escape(line)} (\S+)$", page, re.M)[1])

    def failures(self, reason):
        return self.metric(f'coffer_tls_handshake_failures_total{{reason="{reason}"}}')

    def reload(self):
        """Gives what the log says of it."""
        before = len(self.said())
        self.process.send_signal(signal.SIGHUP)
        words = "was read again|that was in use stays"
        until(lambda: re.search(words, self.said()[before:]), "word of the reload")
        return self.said()[before:]


def answers(reader, count):
    """So many answers from one connection. `reader`: its makefile("rb"), for all of them."""
    read = []
    for _ in range(count):
        status = int(reader.readline().split()[1])
        headers = dict(line.split(b":", 1) for line in iter(reader.readline, b"\r\n"))
        read.append((status, json.loads(reader.read(int(headers[b"Content-Length"])))))
    return read
