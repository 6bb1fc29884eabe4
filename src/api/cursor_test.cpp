#include "api/cursor.h"

#include <gtest/gtest.h>

namespace coffer::api {
namespace {

Hash key_of(std::uint8_t byte) {
    Hash key;
    key.fill(byte);
    return key;
}

ListBinding binding(std::string_view tenant, std::string_view user, std::int64_t filter = 0) {
    Sha256 sha256;
    return BindingBuilder{sha256}.add(tenant).add(user).add(filter).finish();
}

constexpr ListPlace place{.before_seq = 81, .rows_before = 20, .page_size = 20, .currency = {156}};

TEST(Cursor, comes_back_as_it_was_given) {
    Cursors cursors{key_of(7)};
    std::string text;
    cursors.append(text, place, binding("a", "b"));
    EXPECT_EQ(cursors.read(text, binding("a", "b")), place);
    Cursors after_restart{key_of(7)};
    EXPECT_EQ(after_restart.read(text, binding("a", "b")), place);
}

TEST(Cursor, is_good_for_its_own_list_only) {
    Cursors cursors{key_of(7)};
    std::string text;
    cursors.append(text, place, binding("a", "b"));
    EXPECT_FALSE(cursors.read(text, binding("b", "b")));
    EXPECT_FALSE(cursors.read(text, binding("ab", "")));
    EXPECT_FALSE(cursors.read(text, binding("a", "b", 1)));
    Cursors other_book{key_of(8)};
    EXPECT_FALSE(other_book.read(text, binding("a", "b")));
}

TEST(Cursor, cannot_be_edited) {
    Cursors cursors{key_of(7)};
    std::string text;
    cursors.append(text, place, binding("a", "b"));
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string edited = text;
        edited[i] = edited[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(cursors.read(edited, binding("a", "b"))) << i;
        EXPECT_FALSE(cursors.read(text.substr(0, i), binding("a", "b"))) << i;
    }
    for (const char* wrong : {"", "=", "AAAA", "not a cursor"}) {
        EXPECT_FALSE(cursors.read(wrong, binding("a", "b")));
    }
    EXPECT_FALSE(cursors.read(text + text, binding("a", "b")));
    EXPECT_FALSE(cursors.read(std::string(100'000, 'A'), binding("a", "b")));
}

}  // namespace
}  // namespace coffer::api
