"""An authority with certificates for every case, and a service and clients that speak https."""

import datetime
import ipaddress
import json
import re
import signal
import socket
import ssl
import time
from http.client import HTTPSConnection

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from service import Client, Service

SECONDS_MAX = 30
PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8


def until(condition, what):
    """Waits for what must come; how long it takes is no matter."""
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {SECONDS_MAX} s: {what}")


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Pair:
    def __init__(self, key, certificate):
        self.key, self.certificate = key, certificate

    def certificate_pem(self):
        return self.certificate.public_bytes(PEM).decode()

    def key_pem(self, encryption=None):
        encryption = encryption or serialization.NoEncryption()
        return self.key.private_bytes(PEM, PKCS8, encryption).decode()

    def der(self):
        return self.certificate.public_bytes(serialization.Encoding.DER)


class Authority:
    """Signs by way of an intermediate, as they all do."""

    def __init__(self):
        self.root = self.make("root", ec.generate_private_key(ec.SECP256R1()), None, authority=True)
        self.middle = self.make("middle", ec.generate_private_key(ec.SECP256R1()), self.root,
                                authority=True)

    @staticmethod
    def make(subject, key, issuer, authority=False, days=90):
        now = datetime.datetime.now(datetime.timezone.utc)
        signer = issuer.key if issuer else key
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        made = (x509.CertificateBuilder()
                .subject_name(name(subject))
                .issuer_name(issuer.certificate.subject if issuer else name(subject))
                .public_key(key.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(now - datetime.timedelta(days=400))
                .not_valid_after(now + datetime.timedelta(days=days, hours=1))
                .add_extension(x509.BasicConstraints(ca=authority, path_length=None), True)
                .add_extension(x509.SubjectAlternativeName(names), False)
                .sign(signer, hashes.SHA256()))
        return Pair(key, made)

    def issue(self, days=90, rsa_bits=0):
        key = (rsa.generate_private_key(65537, rsa_bits) if rsa_bits
               else ec.generate_private_key(ec.SECP256R1()))
        return self.make("leaf", key, self.middle, days=days)


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
