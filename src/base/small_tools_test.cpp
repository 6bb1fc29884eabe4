#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <vector>

#include "base/bytes.h"
#include "base/inline_vector.h"
#include "base/result.h"
#include "base/same_text.h"
#include "base/sha256.h"

namespace coffer {
namespace {

TEST(Sha256, known_answers) {  // FIPS 180-4
    Sha256 sha256;
    EXPECT_EQ(to_hex(sha256.of(as_bytes(""))),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(sha256.of(as_bytes("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256.start().add(as_bytes("a")).add(as_bytes("bc")).finish(),
              sha256.of(as_bytes("abc")));
}

// The padding is ours, so every way to end in a block is compared with all of OpenSSL.
TEST(Sha256, any_length_in_any_pieces_is_what_openssl_makes_of_it) {
    std::vector<std::uint8_t> bytes(300);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
    Sha256 sha256;
    for (std::size_t length = 0; length <= bytes.size(); ++length) {
        Hash expected;
        ASSERT_EQ(EVP_Digest(bytes.data(), length, expected.data(), nullptr, EVP_sha256(), nullptr),
                  1);
        for (const std::size_t piece : {1, 7, 31, 63, 64, 65, 128, 300}) {
            sha256.start();
            for (std::size_t at = 0; at < length; at += piece) {
                sha256.add(Bytes{bytes}.subspan(at, std::min(piece, length - at)));
            }
            ASSERT_EQ(sha256.finish(), expected) << length << " bytes by " << piece;
        }
    }
}

TEST(Sha256, starting_anew_forgets_what_was_added) {
    Sha256 sha256;
    sha256.start().add(as_bytes("left over"));
    EXPECT_EQ(sha256.start().add(as_bytes("abc")).finish(), Sha256{}.of(as_bytes("abc")));
}

TEST(Sha256, of_both_is_of_their_concatenation) {
    Sha256 sha256;
    const Hash a = sha256.of(as_bytes("a"));
    const Hash b = sha256.of(as_bytes("b"));
    EXPECT_EQ(sha256.of_both(a, b), sha256.start().add(a).add(b).finish());
    EXPECT_NE(sha256.of_both(a, b), sha256.of_both(b, a));
}

TEST(SameText, is_equality) {
    for (std::size_t size = 0; size < 40; ++size) {
        const std::string text(size, 'x');
        EXPECT_TRUE(same_text(text, std::string(size, 'x')));
        EXPECT_FALSE(same_text(text, text + "x"));
        for (std::size_t i = 0; i < size; ++i) {
            std::string other = text;
            other[i] = 'y';
            ASSERT_FALSE(same_text(text, other)) << i << " of " << size;
        }
    }
}

TEST(EqualConstantTime, compares) {
    EXPECT_TRUE(equal_constant_time(as_bytes("secret"), as_bytes("secret")));
    EXPECT_FALSE(equal_constant_time(as_bytes("secret"), as_bytes("secreT")));
    EXPECT_FALSE(equal_constant_time(as_bytes("secret"), as_bytes("secret ")));
    EXPECT_TRUE(equal_constant_time({}, {}));
}

TEST(InlineVector, keeps_what_it_was_given) {
    InlineVector<int, 3> list;
    EXPECT_TRUE(list.empty());
    for (const int value : {1, 2, 3}) list.push_back(value);
    const InlineVector<int, 3> copy = list;
    list.clear();
    ASSERT_EQ(copy.size(), 3u);
    EXPECT_EQ(copy[2], 3);
    EXPECT_TRUE(list.empty());
}

TEST(InlineVectorDeathTest, passing_its_bound_stops_the_process) {
    InlineVector<int, 1> list;
    EXPECT_DEATH((void)list[0], "size_");
    list.push_back(1);
    EXPECT_DEATH(list.push_back(2), "capacity_max");
}

TEST(ResultDeathTest, reading_the_side_that_is_not_there_stops_the_process) {
    const Result<int, Fault> value = 7;
    const Result<int, Fault> fault = Fault{Fault::Kind::busy, "try again"};
    EXPECT_EQ(*value, 7);
    EXPECT_EQ(fault.error().message, "try again");
    EXPECT_DEATH((void)value.error(), "ok");
    EXPECT_DEATH((void)fault.value(), "ok");
}

}  // namespace
}  // namespace coffer
