#!/usr/bin/python3
"""Plants known mistakes in the code, one at a time, and sees that the tests find each.

  tools/mutants.py            all of them; exit 1 when one lives
  tools/mutants.py NAME...    only these
  tools/mutants.py --list     their names and what they are

A mistake is a piece of text of one file and what stands there instead. It is planted in a copy of
the sources (build/mutants), never here; the copy is built and its catcher, the simulator or one
GoogleTest program, must fail within a minute. What a change of the code moved is said and is a
failure, too: a mistake that is not planted is not found.
"""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TREE = ROOT / "build" / "mutants"
SECONDS_MAX = 60
SIMULATOR = ("release", "coffer_sim", "--runs", "2000", "--seed", "1", "--shrink", "no")


@dataclass
class Mutant:
    name: str
    what: str
    file: str
    old: str
    new: str
    catcher: tuple = SIMULATOR


def gtest(program, what):
    return ("dev", program, f"--gtest_filter={what}")


MUTANTS = [
    Mutant("answer_before_write", "answers leave while the journal is being written",
           "src/store_embedded/embedded_store.cpp",
           "    writing_ = true;\n}", "    writing_ = true;\n    committed_ = pending_.size();\n}"),
    Mutant("failed_write_is_fine", "a failed write or sync of the journal counts as done",
           "src/store_embedded/embedded_store.cpp",
           "    if (!durable) return give_up(durable.error());",
           "    if (!durable && options_.segment_bytes == 0) return give_up(durable.error());"),
    Mutant("reference_not_looked_up", "a reference that was used is not looked for",
           "src/store_embedded/deciding.cpp",
           "references_.find(fingerprint_of(context.reference_fingerprint.data()));",
           "references_.find({});"),
    Mutant("references_lost_at_start", "references of the journal's end are not read at a start",
           "src/store_embedded/opening.cpp",
           "        if (moved.request.has_reference) {", "        if (false) {"),
    Mutant("keys_lost_at_start", "a start forgets Idempotency-Keys",
           "src/store_embedded/opening.cpp",
           "        if (moved.request.has_key) {", "        if (false) {"),
    Mutant("overdraft_of_one", "one minor unit more than is available can leave",
           "src/wallet/outgoing.cpp",
           "amount.minor_units() > wallet->available)",
           "amount.minor_units() > wallet->available + 1)"),
    Mutant("last_unit_cannot_leave", "<= where < belongs in the check of funds",
           "src/wallet/outgoing.cpp",
           "amount.minor_units() > wallet->available)",
           "amount.minor_units() >= wallet->available)"),
    Mutant("frozen_wallet_pays", "the status of a wallet is not looked at",
           "src/wallet/outgoing.cpp",
           "wallet->status == WalletStatus::frozen &&", "false &&"),
    Mutant("freeze_ends_twice", "an ended freeze can be ended again",
           "src/wallet/holds.cpp",
           "hold->state != HoldState::open", "false"),
    Mutant("status_across_tenants", "the tenant is missing where a status is changed",
           "src/wallet/change_status.cpp",
           " || wallet->tenant != tenant->number", ""),
    Mutant("integrity_across_tenants", "the tenant is missing where a chain is checked",
           "src/store_embedded/embedded_store.cpp",
           " || row->wallet.tenant != tenant->number", ""),
    Mutant("held_lost_in_checkpoint", "a checkpoint forgets what is frozen",
           "src/store_embedded/checkpoint_copy.cpp",
           "out.varint128(static_cast<UInt128>(wallet.held));", "out.varint128(UInt128{0});"),
    Mutant("refund_forgets_earlier", "what was refunded before does not count",
           "src/wallet/refund.cpp",
           "(before == nullptr ? 0 : before->amount)", "0"),
    Mutant("decided_twice", "what is decided can be decided again",
           "src/wallet/approvals.cpp",
           "approval->state != ApprovalState::pending", "false"),
    Mutant("own_request_approved", "whoever asks for a withdrawal may approve it",
           "src/wallet/approvals.cpp",
           "verb.approve && own)", "false)"),
    Mutant("cancelled_lost_in_checkpoint", "a checkpoint forgets that a transaction is cancelled",
           "src/store_embedded/checkpoint_copy.cpp",
           "out.u8(refunded.cancelled ? 1 : 0);", "out.u8(0);"),
    Mutant("capture_forgets_earlier", "what was captured before does not count",
           "src/wallet/capture.cpp",
           "const Int128 captured = open.hold->captured + amount.minor_units();",
           "const Int128 captured = amount.minor_units();"),
    Mutant("capture_takes_too_much", "one minor unit more than is left of a freeze can be captured",
           "src/wallet/capture.cpp",
           "amount.minor_units() > open.hold->left())",
           "amount.minor_units() > open.hold->left() + 1)"),
    Mutant("expired_freeze_pays", "a freeze that is due can still be captured",
           "src/wallet/capture.cpp", "open.hold->is_due(context.now)", "false"),
    Mutant("expiry_gives_back_the_whole", "what was captured comes back when a freeze expires",
           "src/wallet/expire_freeze.cpp",
           "    const OpenHold& open = std::get<OpenHold>(found);\n",
           "    Hold whole = *std::get<OpenHold>(found).hold;\n    whole.captured = 0;\n"
           "    const OpenHold open{&whole, std::get<OpenHold>(found).wallet};\n"),
    Mutant("expiry_lost_at_start", "a checkpoint's freezes do not end by themselves",
           "src/store_embedded/state.cpp", "    note_expiry(hold);\n}", "}"),
    Mutant("captured_lost_in_checkpoint", "a checkpoint forgets what was captured of a freeze",
           "src/store_embedded/checkpoint_copy.cpp",
           "    engine::put_hold_middle(out, hold);\n",
           "    wallet::Hold whole = hold;\n    whole.captured = 0;\n"
           "    engine::put_hold_middle(out, whole);\n"),
    Mutant("torn_is_whole", "a torn batch at the book's end is taken for a whole one",
           "src/store_embedded/segment_scan.cpp",
           "inline constexpr bool torn_is_whole = false;",
           "inline constexpr bool torn_is_whole = true;"),
    Mutant("time_goes_back", "the journal's time follows a wall clock that is set back",
           "src/engine/round_clock.cpp",
           "    last_ = std::max(last_, wall);", "    last_ = wall;"),
    Mutant("leftover_bytes_again", "bytes of a connection that were used are read again",
           "src/http/loop_read.cpp",
           "        connection.input.erase(0, connection.input_at);\n", "",
           gtest("http_test", "*-*Sockets*")),
    Mutant("answer_to_a_stranger", "an answer goes to whoever has the connection's place now",
           "src/http/loop_write.cpp",
           "connection.stream == nullptr || connection.generation != exchange.generation",
           "connection.stream == nullptr"),
    Mutant("second_content_length", "two Content-Length headers are accepted",
           "src/http/head_rules.cpp",
           "head.content_length_count > 1 || digits.empty()", "digits.empty()",
           gtest("http_test", "*Framing*")),
    Mutant("cursor_not_bound", "a cursor works for another list",
           "src/api/cursor.cpp",
           "    if (!equal_constant_time({bytes.data() + place_bytes, mac_bytes}, "
           "{code.data(), mac_bytes})) {",
           "    if (code == Hash{}) {", gtest("api_test", "*ursor*")),
    Mutant("expired_token", "a token's expiry is not looked at", "src/access/claims.cpp",
           "    if (now >= refused_from(expires_at, policy)) return TokenRefusal::expired;\n", "",
           gtest("access_test", "*")),
    Mutant("unchecked_add", "sums of money wrap round", "src/base/int128.h",
           "    if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;\n",
           "    static_cast<void>(__builtin_add_overflow(a, b, &sum));\n",
           gtest("base_test", "*")),
    Mutant("kept_row_without_texts", "what is kept of a record names texts that go with its round",
           "src/engine/batch.h",
           "return has(text) ? text : copy(text);", "return text;",
           gtest("api_test", "BatchAnswers*")),
    Mutant("used_draft_is_a_record", "a repeat is answered from a draft that was used again",
           "src/store_embedded/open_batch.cpp",
           "    placed_.back().record = nullptr;\n", "",
           gtest("cross_test", "*held_answers*")),
    Mutant("kept_is_never_unknown", "what was kept is told as done though the write failed",
           "src/store_embedded/embedded_store.cpp",
           "        pending_[i].what = Pending::What::failed;\n",
           "        if (pending_[i].what != Pending::What::settled) {\n"
           "            pending_[i].what = Pending::What::failed;\n        }\n",
           gtest("cross_test", "*decided_meanwhile*")),
    Mutant("named_references_unchecked", "a store does not stop at a wrong name of a reference",
           "src/store_embedded/preparing.cpp",
           "            ENSURE(made == nullptr || *made == prepared.fingerprint);\n", "",
           gtest("cross_test", "*held_answers*")),
    Mutant("links_left_behind", "a wallet's link is looked at before the round's records are in it",
           "src/store_embedded/embedded_store.cpp",
           "    open.chain();\n", "    static_cast<void>(open);\n",
           gtest("cross_test", "*integrity*")),
    Mutant("set_aside_is_told_early", "a round is answered when the next is decided, not written",
           "src/store_embedded/embedded_store.cpp",
           "        set_aside();\n",
           "        set_aside();\n"
           "        for (Pending& pending : set_aside_) deliver(pending, answers);\n"
           "        set_aside_.clear();\n",
           gtest("cross_test", "*decided_meanwhile*")),
    Mutant("set_aside_is_never_unknown", "a round set aside is told as done after a failed write",
           "src/store_embedded/embedded_store.cpp",
           "        if (!healthy_) {\n            pending.what",
           "        if (!healthy_ && options_.segment_bytes == 0) {\n            pending.what",
           gtest("cross_test", "*decided_meanwhile*")),
    Mutant("set_aside_is_not_looked_at", "a reference of the round being written is read too early",
           "src/store_embedded/deciding.cpp",
           "        end_write();\n", "",
           gtest("cross_test", "*decided_meanwhile*")),
]


def copy_sources():
    """Only what changed, so that a second run builds little."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, TREE / name
        if not source.is_file():
            continue
        if target.exists() and target.read_bytes() == source.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        os.utime(target)


def build(preset, program):
    """None, or what the compiler said."""
    folder = TREE / "build" / preset
    env = {**os.environ, "CCACHE_BASEDIR": str(TREE), "CCACHE_NOHASHDIR": "1"}
    steps = [] if (folder / "build.ninja").exists() else [["cmake", "--preset", preset]]
    steps.append(["cmake", "--build", f"build/{preset}", "--parallel", str(os.cpu_count() or 1),
                  "--target", program])
    for step in steps:
        done = subprocess.run(step, cwd=TREE, env=env, capture_output=True, text=True)
        if done.returncode != 0:
            return done.stdout[-3000:] + done.stderr[-3000:]
    return None


def is_found(catcher):
    """Whether the catcher fails, and after how many seconds."""
    preset, program, *options = catcher
    began = time.monotonic()
    try:
        code = subprocess.run([f"build/{preset}/tests/{program}", *options], cwd=TREE,
                              capture_output=True, timeout=SECONDS_MAX).returncode
    except subprocess.TimeoutExpired:
        code = 0
    return code != 0, time.monotonic() - began


def plant(mutant):
    """Why the mutant lives; None when it was found."""
    path = TREE / mutant.file
    text = path.read_text()
    if text.count(mutant.old) != 1:
        return f"its text stands {text.count(mutant.old)} times in {mutant.file}"
    try:
        path.write_text(text.replace(mutant.old, mutant.new))
        wrong = build(*mutant.catcher[:2])
        if wrong:
            return "it does not build:\n" + wrong
        found, seconds = is_found(mutant.catcher)
        if not found:
            return f"{mutant.catcher[1]} did not find it in {seconds:.0f} s"
        print(f"ok    {mutant.name}: {mutant.what}; {mutant.catcher[1]} found it in "
              f"{seconds:.1f} s", flush=True)
        return None
    finally:
        path.write_text(text)


def main():
    if sys.argv[1:] == ["--list"]:
        for mutant in MUTANTS:
            print(f"{mutant.name}: {mutant.what}")
        return 0
    wanted = sys.argv[1:] or [mutant.name for mutant in MUTANTS]
    unknown = set(wanted) - {mutant.name for mutant in MUTANTS}
    if unknown:
        sys.exit(f"no mutant {', '.join(sorted(unknown))}; --list names all")
    chosen = [mutant for mutant in MUTANTS if mutant.name in wanted]
    copy_sources()
    # The sources as they are must pass, or nothing that fails afterwards says anything.
    for preset, program in sorted({mutant.catcher[:2] for mutant in chosen}):
        wrong = build(preset, program)
        if wrong:
            sys.exit(f"{program} does not build without a mutant:\n{wrong}")
    lives = 0
    for mutant in chosen:
        why = plant(mutant)
        if why:
            lives += 1
            print(f"LIVES {mutant.name}: {mutant.what}; {why}", flush=True)
    print(f"{len(chosen) - lives} of {len(chosen)} mutants found")
    return 1 if lives else 0


if __name__ == "__main__":
    sys.exit(main())
