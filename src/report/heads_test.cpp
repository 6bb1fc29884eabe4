// Heads as people keep them, and the key that signs them.
#include <gtest/gtest.h>

#include "os/simulated_disk.h"
#include "report/book_head.h"
#include "report/flat_set.h"
#include "report/head_key.h"

namespace coffer::report {
namespace {

const std::string hash_text(64, 'a');

std::size_t heads_in(const std::string& text) {
    const auto heads = read_noted_heads(text, "notes");
    return heads ? heads->size() : 0;
}

TEST(NotedHeads, are_found_in_lines_of_a_log) {
    const std::string line =
        "12:00 head sequence 7, time 2025-10-09T08:53:20.000Z, hash " + hash_text;
    const auto heads = read_noted_heads("started\n" + line + ", epoch 1\nended", "notes");
    ASSERT_TRUE(heads.ok());
    ASSERT_EQ(heads->size(), 1u);
    EXPECT_EQ(heads->front().sequence, 7u);
    EXPECT_EQ(heads->front().hash[0], 0xaa);
    EXPECT_EQ(heads->front().time, Instant{1'760'000'000'000});
    EXPECT_EQ(heads_in(line + "\n" + line), 2u) << "the last line needs no end";
}

TEST(NotedHeads, are_not_made_of_pieces) {
    for (const std::string& line :
         {std::string{}, "sequence , hash " + hash_text, "sequence x, hash " + hash_text,
          "sequence 7x, hash " + hash_text, "sequence 99999999999999999999, hash " + hash_text,
          "hash " + hash_text, std::string{"sequence 7"}, "sequence 7, hash " + hash_text + "a",
          "sequence 7, hash A" + hash_text.substr(1), std::string{"[7]"}, std::string{"7"},
          std::string{R"({"sequence":7,"hash":7})"},
          R"({"sequence":"7","hash":")" + hash_text + "\"}",
          R"({"sequence":7,"hash":")" + hash_text.substr(1) + "\"}"}) {
        EXPECT_EQ(heads_in(line), 0u) << line;
    }
    EXPECT_EQ(heads_in(R"({"sequence":7,"hash":")" + hash_text + "\"}"), 1u);
    EXPECT_EQ(heads_in(R"({"data":{"sequence":7,"hash":")" + hash_text + "\"}}"), 1u);
    EXPECT_EQ(heads_in(R"({"data":{"sequence":7}})"), 0u);
}

class SevenRandom final : public os::Random {
public:
    Result<Ok, Fault> fill(std::span<std::uint8_t> into) override {
        std::ranges::fill(into, std::uint8_t{7});
        return Ok{};
    }
};

void write(os::FileSystem& files, std::string_view name, std::string_view text) {
    auto file = files.open(name, os::Open::create_new);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->write_at(0, as_bytes(text)).ok());
}

TEST(HeadKeyFile, is_made_once_and_read_back) {
    os::SimulatedDisk disk;
    SevenRandom random;
    const auto none = HeadKey::read(disk);
    ASSERT_TRUE(none.ok());
    EXPECT_FALSE(none->has_value());
    write(disk, "ledger-head.key.new", "what a crash left");
    const auto made = HeadKey::make(disk, random);
    ASSERT_TRUE(made.ok());
    const auto read = HeadKey::read(disk);
    ASSERT_TRUE(read.ok() && read->has_value());
    EXPECT_EQ((*read)->public_key(), made->public_key());
    const Signature signature = made->sign("text");
    EXPECT_TRUE(is_signature_of("text", (*read)->public_key(), signature));
    EXPECT_FALSE(is_signature_of("test", (*read)->public_key(), signature));
    EXPECT_FALSE(*disk.exists("ledger-head.key.new"));
}

TEST(HeadKeyFile, that_is_none_is_named) {
    for (const std::string& text : {std::string{}, std::string{"secret"}, std::string(63, 'a'),
                                    std::string(64, 'A'), std::string(64, 'g')}) {
        os::SimulatedDisk disk;
        write(disk, head_key_name, text);
        const auto read = HeadKey::read(disk);
        ASSERT_FALSE(read.ok()) << text;
        EXPECT_EQ(read.error().message, "ledger-head.key does not hold 64 hexadecimal digits");
    }
}

TEST(KeySets, know_zero_like_every_other_key) {
    KeySet set;
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(set.insert({}), round == 0);
        EXPECT_EQ(set.insert({1, 2}), round == 0);
    }
    EXPECT_EQ(set.size(), 2u);
}

}  // namespace
}  // namespace coffer::report
