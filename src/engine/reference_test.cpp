#include "engine/reference.h"

#include <gtest/gtest.h>

#include <set>

namespace coffer::engine {
namespace {

using wallet::Command;
using wallet::RecordKind;

constexpr std::array<std::uint8_t, 32> zero_key{};
constexpr std::array<std::uint8_t, 32> other_key{1};

wallet::Fingerprint of(std::uint32_t tenant, Reference reference,
                       const std::array<std::uint8_t, 32>& key = zero_key) {
    Sha256 sha256;
    return reference_fingerprint(sha256, key, {tenant}, reference);
}

TEST(Reference, every_part_of_who_used_what_for_what_makes_another_fingerprint) {
    const std::set<wallet::Fingerprint> distinct{
        of(1, {RecordKind::deposit, "alice", "order-1"}),
        of(2, {RecordKind::deposit, "alice", "order-1"}),
        of(1, {RecordKind::withdraw, "alice", "order-1"}),
        of(1, {RecordKind::deposit, "bob", "order-1"}),
        of(1, {RecordKind::deposit, "alice", "order-2"}),
        of(1, {RecordKind::deposit, "aliceo", "rder-1"}),
        of(1, {RecordKind::deposit, "alice", "Order-1"}),
        of(1, {RecordKind::deposit, "alice", "order-1 "}),
        of(1, {RecordKind::deposit, "alice", "order-1"}, other_key),
    };
    EXPECT_EQ(distinct.size(), 9u);
    EXPECT_EQ(of(1, {RecordKind::deposit, "alice", "order-1"}),
              of(1, {RecordKind::deposit, "alice", "order-1"}));
}

// Worked out with `sha256sum`, independently of this code: 32 zero bytes, 0b, 07000000, 05,
// "alice", "order-1".
TEST(Reference, the_fingerprint_is_the_one_of_the_format_document) {
    EXPECT_EQ(to_hex(of(7, {RecordKind::deposit, "alice", "order-1"})),
              "ab21c830e45661299c8137e81a77ac76");
}

TEST(Reference, a_command_tells_the_reference_it_carries) {
    const auto transfer = reference_of(
        Command{{}, wallet::Transfer{{"alice", {}}, "bob", {100, 0}, "t-1", "for lunch"}});
    ASSERT_TRUE(transfer);
    EXPECT_EQ(transfer->kind, RecordKind::transfer);
    EXPECT_EQ(transfer->user, "alice") << "of a transfer the payer";
    EXPECT_EQ(transfer->text, "t-1");

    const wallet::Target target{"alice", {}};
    EXPECT_EQ(reference_of(Command{{}, wallet::Deposit{target, {}, "r", {}}})->kind,
              RecordKind::deposit);
    EXPECT_EQ(reference_of(Command{{}, wallet::Withdraw{target, {}, "r", {}}})->kind,
              RecordKind::withdraw);
    EXPECT_EQ(reference_of(Command{{}, wallet::Freeze{target, {}, "r", {}}})->kind,
              RecordKind::freeze);
}

TEST(Reference, an_empty_reference_is_none) {
    const wallet::Target target{"alice", {}};
    EXPECT_FALSE(reference_of(Command{{}, wallet::Deposit{target, {}, "", "text"}}));
    EXPECT_FALSE(reference_of(Command{{}, wallet::OpenWallet{target}}));
    EXPECT_FALSE(reference_of(Command{{}, wallet::Unfreeze{"alice", {}}}));
    EXPECT_FALSE(reference_of(Command{{}, wallet::ChangeStatus{}}));
}

}  // namespace
}  // namespace coffer::engine
