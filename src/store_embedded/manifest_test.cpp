#include "store_embedded/manifest.h"

#include <gtest/gtest.h>

#include "os/simulated_disk.h"
#include "store_embedded/crc32c.h"
#include "store_embedded/journal_test_support.h"

namespace coffer::store_embedded {
namespace {

Manifest example() {
    return {testing::test_book,
            {{1, 0, 65536}, {2, 65536, 131072}, {3, 196608, 65536}},
            {{1, 1, 40, 12}, {2, 41, 90, 0}}};
}

TEST(manifest, is_text_that_reads_as_it_was_written) {
    const std::string text = format_manifest(example());
    EXPECT_EQ(text.substr(0, text.find("checksum")),
              "coffer-manifest 1\n"
              "book 0102030405060708090a0b0c0d0e0f10\n"
              "segment 1 0 65536\n"
              "segment 2 65536 131072\n"
              "segment 3 196608 65536\n"
              "run 1 1 40 12\n"
              "run 2 41 90 0\n");
    EXPECT_EQ(*parse_manifest(text), example());
}

TEST(manifest, notices_every_flipped_bit_and_every_cut) {
    const std::string text = format_manifest(example());
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        std::string flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_FALSE(parse_manifest(flipped)) << "bit " << bit;
    }
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(parse_manifest(text.substr(0, size))) << size;
    }
    EXPECT_FALSE(parse_manifest(text + "\n"));
}

TEST(manifest, refuses_lists_that_do_not_fit_together) {
    const auto refused = [](const auto& spoil) {
        Manifest manifest = example();
        spoil(manifest);
        return !parse_manifest(format_manifest(manifest)).ok();
    };
    EXPECT_TRUE(refused([](Manifest& m) { m.segments.clear(), m.runs.clear(); }));
    EXPECT_TRUE(refused([](Manifest& m) { m.segments[0].number = 2; }));
    EXPECT_TRUE(refused([](Manifest& m) { m.segments.erase(m.segments.begin() + 1); }));
    EXPECT_TRUE(refused([](Manifest& m) { m.segments[1].base += 4096; }));
    EXPECT_TRUE(refused([](Manifest& m) { m.segments[2].bytes = 100; }));
    EXPECT_TRUE(refused([](Manifest& m) { m.segments[2].bytes = 0; }));
    EXPECT_TRUE(refused([](Manifest& m) { m.runs[1].segment = 4; }));
    EXPECT_TRUE(refused([](Manifest& m) { m.runs[1].segment = 1; }));
    EXPECT_TRUE(refused([](Manifest& m) { m.runs[1].last_sequence = 3; }));
}

TEST(manifest, refuses_lines_that_are_none_of_its_own) {
    const std::string head = "coffer-manifest 1\n";
    const std::string book = "book 0102030405060708090a0b0c0d0e0f10\n";
    const std::string segment = "segment 1 0 65536\n";
    const auto said = [](const std::string& lines) -> std::string {
        char checksum[24];
        std::snprintf(checksum, sizeof checksum, "checksum %08x\n", crc32c(as_bytes(lines)));
        const auto manifest = parse_manifest(lines + checksum);
        return manifest ? "taken" : manifest.error().message;
    };
    EXPECT_EQ(said(head + book + segment), "taken");
    EXPECT_NE(said("coffer-manifest 2\n" + book + segment).find("another version"),
              std::string::npos);
    for (const std::string& lines :
         {book.substr(1), "boek" + book.substr(4), "book " + std::string(31, '0') + "x\n",
          "book x" + std::string(31, '0') + "\n",
          book + segment + "run 1 1 40 12\n" + "segment 2 65536 65536\n", book + "segment 1 0\n",
          book + "segment 1 0 \n", book + "segment 1 0 x\n", book + "segment 1 0 65536 \n",
          book + "segment1 0 65536\n", book + "segment 1 0 99999999999999999999\n",
          book + segment + "ran 1 1 40 12\n", book + segment + "run 0 1 40 12\n",
          book + segment + "run 1 0 40 12\n", book + segment + "run 1 1 40\n",
          book + segment.substr(0, segment.size() - 1),
          book + "segment 1 0 18446744073709547520\nsegment 2 18446744073709547520 8192\n"}) {
        EXPECT_NE(said(head + lines).find("has no place"), std::string::npos) << lines;
    }
}

TEST(manifest, a_change_that_fails_changes_nothing_here_and_may_be_tried_again) {
    os::SimulatedDisk disk;
    ManifestFile file{disk, example()};
    ASSERT_TRUE(file.change([](Manifest&) {}));
    const auto add = [](Manifest& manifest) { manifest.segments.push_back({4, 262144, 65536}); };
    for (std::uint64_t step = 1; step <= 5; ++step) {
        const std::uint64_t now = disk.steps();
        disk.fail_at(now + step, os::SimulatedDisk::Trouble::full,
                     os::SimulatedDisk::Lasting::once);
        EXPECT_FALSE(file.change(add)) << step;
        EXPECT_EQ(file.copy(), example());
        disk.heal();
    }
    ASSERT_TRUE(file.change(add));
    EXPECT_TRUE(file.segment(4));
    EXPECT_FALSE(file.segment(5));
    EXPECT_EQ(**load_manifest(disk), file.copy());
}

// covers: B25
TEST(manifest, after_a_power_cut_the_old_or_the_new_list_is_there) {
    for (std::uint64_t step = 1; step <= 6; ++step) {
        os::SimulatedDisk disk;
        ManifestFile file{disk, example()};
        ASSERT_TRUE(file.change([](Manifest&) {}));
        disk.lose_power_at(disk.steps() + step);
        const bool told = file.change([](Manifest& manifest) { manifest.runs.clear(); }).ok();
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            const auto image = disk.crash_image(seed);
            const auto found = load_manifest(*image);
            ASSERT_TRUE(found && *found) << "step " << step << " seed " << seed;
            const bool is_new = (*found)->runs.empty();
            EXPECT_TRUE(is_new || **found == example());
            EXPECT_TRUE(is_new || !told);
        }
    }
}

}  // namespace
}  // namespace coffer::store_embedded
