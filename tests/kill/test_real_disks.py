"""Real file systems on loop devices: the power goes, or they turn read-only."""

import fcntl
import os
import random
import shutil
import struct
import subprocess
import tempfile
import time

import pytest
from service import Service, Traffic, ended, run, settle, under_load

pytestmark = pytest.mark.slow

USERS = [f"usr_{number}" for number in range(6)]
CUTS = {"fast": 4, "default": 24, "all": 200}[os.environ.get("COFFER_TEST_SET", "default")]
SMALL = ("--segment-bytes", "65536", "--checkpoint-bytes", "65536")
FS_IOC_SHUTDOWN, WITHOUT_FLUSHING_ITS_LOG = 0x8004587D, struct.pack("I", 2)


class Disk:
    """A file system in a (sparse) file. `cut` is a power cut: what was not synced is gone."""

    def __init__(self, folder, kind):
        self.image, self.folder, self.kind = folder / "image", folder / "disk", kind
        self.folder.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(320 << 20)  # the least that xfs takes
        self._run(f"mkfs.{kind}", "-q", *(["-F"] if kind == "ext4" else ["-f"]), self.image)
        self.mount()

    def _run(self, *command):
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise OSError(done.stderr.strip())

    def mount(self):
        self._run("mount", "-o", "loop", self.image, self.folder)

    def unmount(self):
        self._run("umount", self.folder)

    def cut(self):
        root = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(root, FS_IOC_SHUTDOWN, WITHOUT_FLUSHING_ITS_LOG)
        finally:
            os.close(root)


@pytest.fixture(params=["ext4", "xfs"])
def disk(request, tmp_path):
    if shutil.which(f"mkfs.{request.param}") is None:
        pytest.skip(f"mkfs.{request.param} is not installed")
    try:
        made = Disk(tmp_path, request.param)
    except OSError as refused:
        pytest.skip(f"no loop device here: {refused}")
    yield made
    subprocess.run(["umount", "-l", made.folder], capture_output=True, check=False)


# covers: B01
def test_the_power_goes_under_load(disk, seed):
    chance = random.Random(seed)
    everything, acknowledged = [], 0
    for cut in range(CUTS):
        service = Service(disk.folder / "book", *SMALL).start()
        acknowledged += settle(service, everything[-4:])[0]
        traffics = under_load(service, f"p{cut}", seed, USERS)
        time.sleep(chance.uniform(0.01, 0.2))
        disk.cut()
        service.kill()
        everything += ended(traffics)
        disk.unmount()
        disk.mount()
    service = Service(disk.folder / "book", *SMALL).start()
    acknowledged_all, _ = settle(service, everything)
    assert service.stop() == 0
    verified = service.verify()
    assert verified.returncode == 0, verified.stdout + verified.stderr
    print(f"{CUTS} power cuts, {acknowledged_all} operations")
    assert acknowledged > CUTS


# covers: B14
def test_the_file_system_turns_read_only(disk, seed):
    if disk.kind != "ext4":
        pytest.skip("only ext4 can be told to")
    service = Service(disk.folder / "book", *SMALL).start()
    traffic = Traffic(service, "ro", seed, USERS)
    traffic.start()
    time.sleep(0.2)
    # As ext4 does by itself after an error.
    subprocess.run(["mount", "-o", "remount,abort", disk.folder], check=True)
    ended([traffic])
    assert service.process.wait(timeout=20) == 3, service.said()
    assert "cannot be written" in service.said()
    again = run("serve", "--dev", "--listen", "127.0.0.1:0", "--data", service.data)
    assert again.returncode in (2, 3), again.stderr
    disk.unmount()
    disk.mount()
    service.start()
    acknowledged, _ = settle(service, [traffic])
    assert acknowledged > 0
    assert service.stop() == 0
    assert service.verify().returncode == 0


# covers: B28
def test_a_file_system_that_cannot_keep_the_promise_is_warned_of(tmp_path):
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        service = Service(f"{folder}/book").start()
        warning = f"the data folder {folder}/book lies on a file system that is in memory"
        assert warning in service.said()
        assert service.client().call("POST", "/wallets", {"user_id": "usr_1"})[0] == 201
        assert service.stop() == 0
    quiet = Service(tmp_path / "book").start()
    assert quiet.stop() == 0
    if os.statvfs(tmp_path).f_fsid != os.statvfs("/dev/shm").f_fsid:
        assert "file system that is in memory" not in quiet.said()
