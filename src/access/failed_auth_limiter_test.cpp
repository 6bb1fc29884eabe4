#include "access/failed_auth_limiter.h"

#include <gtest/gtest.h>

namespace coffer::access {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t start = 5 * second;
constexpr PeerAddress home = PeerAddress::v4(127, 0, 0, 1);
constexpr PeerAddress away = PeerAddress::v4(10, 0, 0, 7);

PeerAddress v6(std::uint8_t network, std::uint8_t host) {
    PeerAddress address;
    address.bytes[0] = 0x20;
    address.bytes[7] = network;
    address.bytes[15] = host;
    return address;
}

int refused_of(FailedAuthLimiter& limiter, const PeerAddress& peer, int failures,
               std::int64_t at_ns) {
    int refused = 0;
    for (int i = 0; i < failures; ++i) refused += limiter.failed(peer, at_ns) ? 1 : 0;
    return refused;
}

// covers: S11
TEST(FailedAuthLimiter, lets_a_hundred_failures_a_second_pass) {
    FailedAuthLimiter limiter{{}};
    EXPECT_EQ(refused_of(limiter, home, 99, start), 0);
    EXPECT_FALSE(limiter.exceeded(home, start));
    EXPECT_EQ(refused_of(limiter, home, 1, start), 0);
    EXPECT_TRUE(limiter.exceeded(home, start));
    EXPECT_EQ(refused_of(limiter, home, 1, start), 1);
    EXPECT_EQ(refused_of(limiter, home, 10'000, start + second - 1), 10'000);
    EXPECT_EQ(limiter.refused_count(), 10'001u);
}

TEST(FailedAuthLimiter, forgives_after_a_second) {
    FailedAuthLimiter limiter{{}};
    EXPECT_EQ(refused_of(limiter, home, 150, start), 50);
    EXPECT_FALSE(limiter.exceeded(home, start + second));
    EXPECT_EQ(refused_of(limiter, home, 100, start + second), 0);
    EXPECT_EQ(refused_of(limiter, home, 1, start + second), 1);
}

TEST(FailedAuthLimiter, counts_each_address_for_itself) {
    FailedAuthLimiter limiter{{}};
    EXPECT_EQ(refused_of(limiter, home, 200, start), 100);
    EXPECT_FALSE(limiter.exceeded(away, start));
    EXPECT_EQ(refused_of(limiter, away, 100, start), 0);
}

TEST(FailedAuthLimiter, counts_an_ipv6_customer_once) {
    FailedAuthLimiter limiter{{.failures_per_second = 2}};
    EXPECT_FALSE(limiter.failed(v6(1, 1), start));
    EXPECT_FALSE(limiter.failed(v6(1, 2), start));
    EXPECT_TRUE(limiter.failed(v6(1, 3), start));
    EXPECT_FALSE(limiter.failed(v6(2, 1), start));
    // What begins like the address of an IPv4 customer and is none.
    PeerAddress odd;
    odd.bytes[10] = 0xff;
    for (std::uint8_t host = 1; host <= 3; ++host) {
        odd.bytes[15] = host;
        EXPECT_EQ(limiter.failed(odd, start), host == 3);
    }
}

TEST(FailedAuthLimiter, forgets_the_quiet_before_the_loud) {
    FailedAuthLimiter limiter{{.failures_per_second = 10, .addresses_max = 4}};
    EXPECT_EQ(refused_of(limiter, home, 20, start), 10);
    for (std::uint8_t i = 0; i < 250; ++i) {
        EXPECT_FALSE(limiter.failed(PeerAddress::v4(10, 1, 1, i), start));
    }
    EXPECT_TRUE(limiter.exceeded(home, start));
    EXPECT_FALSE(limiter.exceeded(away, start));
    EXPECT_EQ(limiter.forgotten_count(), 247u);
}

}  // namespace
}  // namespace coffer::access
