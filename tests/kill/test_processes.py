"""What happens to the process besides kill -9: signals, pauses, system calls that go wrong."""

import os
import pwd
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
from datetime import datetime, timezone

import pytest
from service import BINARY, Service, ended, run, settle, under_load
from test_disk_faults import deposit, journal_writes_of_a_start, under_strace

pytestmark = pytest.mark.slow

USERS = [f"usr_{number}" for number in range(6)]
SMALL = ("--segment-bytes", "65536", "--checkpoint-bytes", "65536")


def settled_and_sound(service, traffics):
    service.start()
    acknowledged, _ = settle(service, traffics)
    assert acknowledged > 0
    assert service.stop() == 0
    verified = service.verify()
    assert verified.returncode == 0, verified.stdout + verified.stderr


# covers: A14
def test_killed_while_it_drains(tmp_path, seed):
    chance = random.Random(seed)
    service, everything = Service(tmp_path / "book", *SMALL), []
    for again in range(8):
        service.start()
        everything += under_load(service, f"d{again}", seed, USERS)
        time.sleep(0.1)
        service.process.send_signal(signal.SIGTERM)
        time.sleep(chance.uniform(0.0, 0.004))
        service.kill()
        ended(everything)
    settled_and_sound(service, everything)


# covers: A15
@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV], ids=["abort", "segv"])
def test_a_bug_ends_the_whole_process(tmp_path, seed, number):
    """As an assertion that fails does: by a signal, without a half of the service that lives on."""
    service = Service(tmp_path / "book", *SMALL).start()
    secrets = [(service.data / "dev-jwt.secret").read_text().strip(),
               (service.data / "internal-api.key").read_text().split()[-1]]
    traffics = under_load(service, "bug", seed, USERS)
    time.sleep(0.2)
    assert service.end(number) == -number
    ended(traffics)
    assert not any(secret in service.said() for secret in secrets)
    settled_and_sound(service, traffics)


# covers: A17
@pytest.mark.slow
def test_frozen_for_a_while(tmp_path, seed):
    """Longer than a sync may take: it may go on or be ended by its watchdog, but not be wrong."""
    service = Service(tmp_path / "book", *SMALL).start()
    traffics = under_load(service, "frozen", seed, USERS)
    time.sleep(0.2)
    service.process.send_signal(signal.SIGSTOP)
    time.sleep(11)
    service.process.send_signal(signal.SIGCONT)
    time.sleep(0.5)
    for traffic in traffics:
        traffic.stopped = True
        traffic.join(timeout=20)
        # A body that was on its way has come too late: refused, and so without effect.
        while traffic.wrong and traffic.wrong[-1][1] == 408:
            traffic.wrong.pop()
            traffic.intents.pop()
    ended(traffics)
    if service.process.poll() is None:
        assert deposit(service.client(), "thawed")[0] == 200
        assert service.stop() == 0
    else:
        assert service.process.returncode == 3, service.said()
    settled_and_sound(service, traffics)


def traced(service, log, *inject):
    """strace on the engine's thread of a service that runs; counts from now on."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    tracer = subprocess.Popen([strace, "-qq", "-o", log, "-p", str(service.process.pid), *inject],
                              stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 10
    # It is there when the wait that it interrupted has begun again.
    while time.monotonic() < deadline and tracer.poll() is None:
        if log.exists() and "epoll_wait(" in log.read_text():
            return tracer
        time.sleep(0.005)
    pytest.skip("strace cannot trace here: " + tracer.communicate()[1])
    return None


def calls_of(log):
    """Each call from the request to the answer, as its name and how many of that name it makes."""
    names = re.findall(r"^(\w+)\(", log.read_text(), re.M)
    names = names[names.index("recvfrom"):]
    names = names[:names.index("sendto") + 1]
    return [(name, names[:at + 1].count(name)) for at, name in enumerate(names)]


WRITES = {
    "deposit": ("/wallets/usr_a/deposit", {"amount": "3.00"}),
    "withdraw": ("/wallets/usr_a/withdraw", {"amount": "1.00"}),
    "transfer": ("/wallets/transfer",
                 {"from_user_id": "usr_a", "to_user_id": "usr_b", "amount": "1.00"}),
    "freeze": ("/wallets/usr_a/freeze", {"amount": "1.00"}),
}


# covers: A20
@pytest.mark.parametrize("verb", WRITES)
def test_killed_at_every_system_call_of_a_write(tmp_path, verb):
    path, body = WRITES[verb]
    service, log = Service(tmp_path / "book", *SMALL).start(), tmp_path / "calls"

    def ready(number):
        client = service.client()
        for user in ("usr_a", "usr_b"):
            assert client.call("POST", f"/wallets/{user}/deposit",
                               {"amount": "10.00", "reference_id": "first"})[0] == 200
        return client, {**body, "reference_id": f"{verb}-{number}"}

    client, intent = ready(0)
    tracer = traced(service, log)
    assert client.call("POST", path, intent)[0] == 200
    service.kill()
    tracer.wait(timeout=10)
    calls, killed = calls_of(log), []
    for number, (name, nth) in enumerate(calls, 1):
        service.start()
        client, intent = ready(number)
        before = float(client.balance("usr_a"))
        log.unlink()
        # One wait more than the request makes has been begun, see traced().
        tracer = traced(service, log, "-e", f"inject={name}:signal=SIGKILL:when="
                                            f"{nth + (name == 'epoll_wait')}")
        told = client.call("POST", path, intent)
        service.kill()
        tracer.wait(timeout=10)
        service.start()
        client = service.client()
        status, again = client.call("POST", path, intent)
        assert status == 200, (name, nth, again)
        if told[0] is None:
            killed.append(name)
        else:  # that call was not made this time
            assert told[0] == 200 and again["data"] == told[1]["data"], (name, nth)
        once = client.call("POST", path, intent)[1]
        assert once["data"] == again["data"], (name, nth)
        change = {"deposit": 3, "withdraw": -1, "transfer": -1, "freeze": 0}[verb]
        assert float(client.balance("usr_a")) == before + change, (name, nth, told)
        assert service.stop() == 0
    print(f"{verb}: of {calls} it was killed before {killed}")
    assert {"recvfrom", "pwrite64", "sendto"} <= set(killed)
    verified = service.verify()
    assert verified.returncode == 0, verified.stdout + verified.stderr


# covers: B09
@pytest.mark.parametrize("error", ["EINTR", "EAGAIN"])
def test_an_interrupted_write(tmp_path, error):
    """EINTR is tried again; what the kernel never says of a file is taken as a failure."""
    first = Service(tmp_path / "book", *SMALL).start()
    assert deposit(first.client(), "before")[0] == 200
    assert first.stop() == 0
    try:
        writes = journal_writes_of_a_start(tmp_path)
        service = under_strace(tmp_path,
                               f"inject=pwrite64:error={error}:when={writes + 2}").start()
    except RuntimeError as failed:
        pytest.skip(f"strace cannot trace here: {failed}")
    outcomes = [deposit(service.client(), f"interrupted-{number}") for number in range(3)]
    assert "(INJECTED)" in (tmp_path / "trace").read_text()
    if error == "EINTR":
        assert [status for status, _ in outcomes] == [200] * 3
        assert service.stop() == 0
    else:
        assert any(body and body.get("outcome") == "unknown" for _, body in outcomes), outcomes
        assert service.process.wait(timeout=20) == 3, service.said()
    after = Service(tmp_path / "book", *SMALL).start()
    for number in range(3):
        assert deposit(after.client(), f"interrupted-{number}")[0] == 200
    assert float(after.client().balance("usr_a")) == 5
    assert after.stop() == 0
    assert after.verify().returncode == 0


# covers: B27
@pytest.mark.slow
def test_a_disk_that_never_answers(tmp_path):
    first = Service(tmp_path / "book", *SMALL).start()
    assert deposit(first.client(), "before")[0] == 200
    assert first.stop() == 0
    try:
        writes = journal_writes_of_a_start(tmp_path)
        service = under_strace(
            tmp_path, f"inject=pwrite64:delay_enter=14000000:when={writes + 2}").start()
    except RuntimeError as failed:
        pytest.skip(f"strace cannot trace here: {failed}")
    client, told = service.client(), 0
    while told < 10 and deposit(client, f"hangs-{told}")[0] == 200:
        told += 1
    assert told < 10
    assert service.process.wait(timeout=60) == 3, service.said()
    assert "the disk hangs" in service.said(), service.said()
    after = Service(tmp_path / "book", *SMALL).start()
    for number in range(told + 1):
        assert deposit(after.client(), f"hangs-{number}")[0] == 200
    assert float(after.client().balance("usr_a")) == 3 + told
    assert after.stop() == 0
    assert after.verify().returncode == 0


# covers: R12
def test_without_randomness_nothing_is_made(tmp_path):
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    refused = subprocess.run(
        [strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=getrandom", "-e",
         "inject=getrandom:error=EIO", BINARY, "serve", "--dev", "--listen", "127.0.0.1:0",
         "--data", str(tmp_path / "book")], capture_output=True, text=True, timeout=60,
        check=False)
    if "ptrace" in refused.stderr:
        pytest.skip("strace cannot trace here")
    assert refused.returncode in (2, 3), (refused.returncode, refused.stderr)
    assert "random" in refused.stderr, refused.stderr
    assert not (tmp_path / "book" / "MANIFEST").exists()


# covers: C07, N06
def test_time_zone_and_locale_of_the_environment_change_nothing(tmp_path):
    """The same book and the same requests: the same bytes, but for times and what follows from
    them."""
    locales = tmp_path / "locales"
    locales.mkdir()
    made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", locales / "de_DE.UTF-8"],
                          capture_output=True, check=False)
    if made.returncode != 0:
        print("no locale with a decimal comma could be made: only its name is set")
    there = {"TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8",
             "LOCPATH": str(locales)}
    here = {"TZ": "UTC", "LC_ALL": "C"}
    service = Service(tmp_path / "book", *SMALL,
                      wrapper=["env", *(f"{name}={value}" for name, value in there.items())])
    client = service.start().client()
    status, answer = client.call("POST", "/wallets/usr_a/deposit", {"amount": "1234567.89"})
    assert status == 200 and answer["data"]["wallet"]["balance"] == "1234567.89"
    assert client.call("POST", "/wallets/usr_a/deposit", {"amount": "1,50"})[0] == 422
    made_at = answer["data"]["transaction"]["created_at"]
    away = datetime.now(timezone.utc) - datetime.fromisoformat(made_at)
    assert made_at.endswith("Z") and abs(away.total_seconds()) < 3_600
    day = made_at[:10]
    status, listed = client.call(
        "GET", f"/wallets/usr_a/transactions?start_date={day}&end_date={day}")
    assert status == 200 and listed["total"] == 1
    assert service.stop() == 0
    for form in ("jsonl", "hledger", "beancount", "csv"):
        said = [subprocess.run([BINARY, "export", "--data", service.data, "--format", form],
                               capture_output=True, check=True, env={**os.environ, **env}).stdout
                for env in (here, there)]
        assert said[0] == said[1], form
        assert b"1234567.89" in said[0], form
    assert run("verify", "--data", service.data).returncode == 0


# covers: R03
@pytest.mark.parametrize("threads", [1, 4, 7, 30])
def test_too_few_threads(threads):
    """The start is refused in words, or the service serves; it does not crash."""
    nobody = pwd.getpwnam("nobody").pw_uid
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody with so few threads")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chown(folder, nobody, -1)
        binary = shutil.copy(BINARY, folder)
        service = subprocess.Popen(
            ["setpriv", f"--reuid={nobody}", "--clear-groups", "bash", "-c",
             f'ulimit -u {threads}; exec "$@"', "limited", binary, "serve", "--dev", "--listen",
             "127.0.0.1:0", "--data", f"{folder}/book"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        Service.started.append(service)
        said = ""
        for line in service.stdout:
            said += line
            if line.startswith("TOKEN="):
                service.terminate()
                assert service.wait(timeout=30) == 0, said
                return
        assert service.wait(timeout=30) in (2, 3), said
        assert "threads" in said and "ulimit" in said, said
        assert threads < 30
