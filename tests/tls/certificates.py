"""An authority with certificates for every case."""

import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8


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

    def __init__(self, called="root"):
        self.root = self.make(called, ec.generate_private_key(ec.SECP256R1()), None, authority=True)
        self.middle = self.make("middle", ec.generate_private_key(ec.SECP256R1()), self.root,
                                authority=True)

    @staticmethod
    def make(subject, key, issuer, authority=False, days=90, host="localhost"):
        now = datetime.datetime.now(datetime.timezone.utc)
        signer = issuer.key if issuer else key
        names = [x509.DNSName(host)]
        if host == "localhost":
            names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
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

    def issue(self, days=90, rsa_bits=0, host="localhost"):
        key = (rsa.generate_private_key(65537, rsa_bits) if rsa_bits
               else ec.generate_private_key(ec.SECP256R1()))
        return self.make("leaf", key, self.middle, days=days, host=host)
