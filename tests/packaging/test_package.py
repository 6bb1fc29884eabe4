"""The Debian package: made by cpack, installed, serving, and purged again. Root on a machine that
takes overlay mounts does that in a copy-on-write view of this system; others look at what is in it.
"""

import ctypes
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("COFFER_BINARY", str(ROOT / "build/release/coffer")))
CLONE_NEWNS = 0x20000  # unshare(2); os.unshare comes with Python 3.12
SECRET = "kXr2vUq8ZtT4wYp6LmN1oBs3DfG5hJ7c9aQeRiWxVzM"

pytestmark = pytest.mark.skipif(not shutil.which("cpack") or not shutil.which("dpkg-deb"),
                                reason="cpack and dpkg-deb make the package")


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    run("cpack", "-G", "DEB", "--config", str(BINARY.parent / "CPackConfig.cmake"), "-B",
        str(folder), cwd=BINARY.parent)
    (made,) = folder.glob("coffer_*.deb")
    return made


@pytest.mark.slow
def test_it_holds_what_it_should(package):
    listed = run("dpkg-deb", "--contents", str(package))
    files = {line.split()[5].removeprefix("."): line for line in listed.splitlines()}
    for name in ("/usr/bin/coffer", "/usr/lib/systemd/system/coffer.service",
                 "/etc/coffer/coffer.toml", "/usr/share/man/man1/coffer.1.gz",
                 "/usr/share/bash-completion/completions/coffer",
                 "/usr/share/zsh/vendor-completions/_coffer",
                 "/usr/share/fish/vendor_completions.d/coffer.fish",
                 "/usr/share/doc/coffer/copyright", "/usr/share/doc/coffer/README.md"):
        assert name in files, listed
    assert all(" root/root " in line for line in files.values()), "nobody else owns a file"
    assert files["/etc/coffer/coffer.toml"].startswith("-rw-r--r--")
    about = run("dpkg-deb", "--field", str(package))
    assert "libssl3" in about and "adduser" in about and "Version: " in about
    assert run("dpkg-deb", "--info", str(package), "conffiles").split() == [
        "/etc/coffer/coffer.toml"]


@pytest.fixture
def machine(tmp_path):
    """A folder that looks like this system and forgets what is done to it."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    # Mounts of our own: they end with this process, however it ends, and nobody who clears old
    # folders of tests away walks through one into /dev.
    if ctypes.CDLL(None).unshare(CLONE_NEWNS) != 0:
        pytest.skip("no right to a mount namespace")
    run("mount", "--make-rprivate", "/")
    layers, view = tmp_path / "layers", tmp_path / "view"
    view.mkdir()
    layers.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "none", str(layers)], capture_output=True)
    if done.returncode != 0:
        pytest.skip("no right to mount")
    try:
        (layers / "upper").mkdir()
        (layers / "work").mkdir()
        overlay = f"lowerdir=/,upperdir={layers}/upper,workdir={layers}/work"
        done = subprocess.run(["mount", "-t", "overlay", "overlay", "-o", overlay, str(view)],
                              capture_output=True)
        if done.returncode != 0:
            pytest.skip("no overlay mounts here")
        try:
            run("mount", "--rbind", "/dev", f"{view}/dev")
            run("mount", "--make-rslave", f"{view}/dev")
            run("mount", "-t", "proc", "proc", f"{view}/proc")
            (view / "tmp" / "package").mkdir()
            # No service manager in there: the maintainer scripts must do without one.
            yield view
        finally:
            subprocess.run(["umount", "--recursive", "--lazy", str(view)], check=False)
    finally:
        subprocess.run(["umount", "--lazy", str(layers)], check=False)


SERVE = """
set -eu
secret=/etc/coffer/secret
echo "$SECRET" > $secret; chown coffer $secret; chmod 600 $secret
sed -i "s|^# jwt_secret_file = .*|jwt_secret_file = '$secret'|
        s|^listen = .*|listen = '127.0.0.1:0'|" /etc/coffer/coffer.toml
as_coffer="setpriv --reuid coffer --regid coffer --clear-groups --no-new-privs --bounding-set=-all"
$as_coffer coffer serve --config /etc/coffer/coffer.toml --data /var/lib/coffer > $LOG 2>&1 &
for _ in $(seq 300); do
    base=$(grep -oE 'http://127.0.0.1:[0-9]+' $LOG | head -1)
    [ -n "$base" ] && break
    sleep 0.1
done
token=$($as_coffer coffer token --secret-file $secret --tenant t --user op --role admin)
curl -sf --noproxy '*' -X POST "$base/wallets/alice/deposit" -H "Authorization: Bearer $token" \\
    -H 'Content-Type: application/json' -d '{"amount":"100.00"}'
kill $!
wait $!
coffer verify --data /var/lib/coffer
"""


@pytest.mark.slow
def test_it_installs_serves_and_purges(package, machine):
    def inside(*command, **environment):
        return run("chroot", str(machine), *command,
                   env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                        "DEBIAN_FRONTEND": "noninteractive", **environment})

    shutil.copy(package, machine / "tmp" / "package" / "coffer.deb")
    said = inside("dpkg", "--no-triggers", "--install", "/tmp/package/coffer.deb")
    assert "name an issuer" in said
    home = machine / "var/lib/coffer"
    assert home.stat().st_mode & 0o777 == 0o700
    assert (machine / "etc/coffer").stat().st_mode & 0o777 == 0o750
    said = inside("bash", "-c", SERVE, SECRET=SECRET, LOG="/tmp/package/log")
    assert '"balance":"100.00"' in said and "the book holds" in said

    said = inside("dpkg", "--no-triggers", "--purge", "coffer")
    assert not (machine / "etc/coffer").exists() and not (machine / "usr/bin/coffer").exists()
    assert (home / "journal").is_dir(), "a book is never deleted"
    assert "holds a book and stays" in said

    # Without a book nothing is left at all.
    shutil.rmtree(home)
    inside("dpkg", "--no-triggers", "--install", "/tmp/package/coffer.deb")
    inside("dpkg", "--no-triggers", "--purge", "coffer")
    assert not home.exists()
    assert not re.search("^coffer:", (machine / "etc/passwd").read_text(), re.M)
