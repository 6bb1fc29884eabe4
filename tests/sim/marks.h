#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace coffer::tests::sim {

/// What a campaign must have met: kinds of faults, points at which the process died, rare answers.
/// A campaign in which one of them never happened proves less than it says, and fails.
enum class Mark : std::uint8_t {
    power_lost_in_a_round,
    power_lost_in_a_start,
    killed_before_a_round,
    killed_with_answers_unsent,
    killed_while_a_write_is_under_way,
    killed_during_a_checkpoint,
    started_after_power_loss,
    started_after_a_kill,
    write_failed,
    disk_full,
    refused_for_a_full_disk,
    refused_for_a_wrong_clock,
    read_failed,
    clock_went_forward,
    clock_went_back,
    client_reset,
    request_cut_off,
    request_in_pieces,
    answer_in_pieces,
    slow_reader,
    twins_in_flight,
    retried_after_unknown,
    repeat_answered,
    unknown_answered,
    refused_for_funds,
    refused_by_status,
    foreign_wallet_asked_for,
    checkpoint_taken,
    segment_sealed,
    statement_of_many_pages,
    adjusted,
    refunded,
    refunded_across_wallets,
    cancelled,
    refused_for_nothing_left,
    refused_for_less_left,
    withdrawal_waits,
    withdrawal_paid_at_once,
    withdrawal_approved,
    withdrawal_given_back,
    refused_as_decided,
    refused_as_own,
    paid_out_of_a_freeze,
    paid_out_to_a_wallet,
    paid_out_to_the_end,
    payment_refunded,
    refused_for_less_held,
    refused_as_ended,
    freeze_expired,
    rest_expired,
    refused_as_expired,
    refusal_repeated,
};
inline constexpr std::size_t mark_count = 52;

inline constexpr std::array<std::string_view, mark_count> mark_names{
    "power lost in a round",
    "power lost in a start",
    "killed before a round",
    "killed with answers unsent",
    "killed while a write is under way",
    "killed during a checkpoint",
    "started after power loss",
    "started after a kill",
    "write failed",
    "disk full",
    "refused for a full disk",
    "refused for a wrong clock",
    "read failed",
    "clock went forward",
    "clock went back",
    "client reset",
    "request cut off",
    "request in pieces",
    "answer in pieces",
    "slow reader",
    "twins in flight",
    "retried after unknown",
    "repeat answered",
    "unknown answered",
    "refused for funds",
    "refused by status",
    "foreign wallet asked for",
    "checkpoint taken",
    "segment sealed",
    "statement of many pages",
    "adjusted",
    "refunded",
    "refunded across wallets",
    "cancelled",
    "refused for nothing left",
    "refused for less left",
    "withdrawal waits",
    "withdrawal paid at once",
    "withdrawal approved",
    "withdrawal given back",
    "refused as decided",
    "refused as own",
    "paid out of a freeze",
    "paid out to a wallet",
    "paid out to the end",
    "payment refunded",
    "refused for less held",
    "refused as ended",
    "freeze expired",
    "rest expired",
    "refused as expired",
    "refusal repeated",
};

struct Marks {
    std::array<std::uint64_t, mark_count> counts{};

    void note(Mark mark) { ++counts[static_cast<std::size_t>(mark)]; }
    void add(const Marks& other) {
        for (std::size_t i = 0; i < mark_count; ++i) counts[i] += other.counts[i];
    }
};

}  // namespace coffer::tests::sim
