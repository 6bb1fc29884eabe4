#include "api/text_rules.h"

#include <gtest/gtest.h>

#include <string>

#include "http/url.h"

namespace coffer::api {
namespace {

// The quick look at eight bytes at a time must never pass what the slow one refuses.
TEST(TextRules, judge_a_byte_the_same_at_every_place) {
    for (std::size_t size = 1; size <= 25; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                for (const char others : {'a', ' ', '~'}) {
                    std::string text(size, others);
                    text[at] = static_cast<char>(byte);
                    const bool fine = byte >= 0x20 && byte < 0x7f;  // alone, no others are UTF-8
                    ASSERT_EQ(is_name(text), fine) << size << ' ' << at << ' ' << byte;
                }
            }
        }
    }
}

TEST(TextRules, judge_neighbours_together) {
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            std::string text = "usr_12345";
            text[3] = static_cast<char>(first);
            text[4] = static_cast<char>(second);
            const bool slowly = http::is_utf8(text) && !contains_control_character(text);
            ASSERT_EQ(is_name(text), slowly) << first << ' ' << second;
        }
    }
}

TEST(TextRules, take_names_of_other_scripts) {
    EXPECT_TRUE(is_name("张伟"));
    EXPECT_TRUE(is_name("usr_é"));
    EXPECT_FALSE(is_name("usr_\xC2\x85 next line"));
    EXPECT_FALSE(is_name(""));
    EXPECT_TRUE(is_name(std::string(name_bytes_max, 'x')));
    EXPECT_FALSE(is_name(std::string(name_bytes_max + 1, 'x')));
}

}  // namespace
}  // namespace coffer::api
