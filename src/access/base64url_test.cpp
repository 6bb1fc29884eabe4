#include "access/base64url.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <vector>

namespace coffer::access {
namespace {

std::optional<std::string> decoded(std::string_view text) {
    std::vector<std::uint8_t> bytes(base64url_bytes_max(text.size()));
    const auto length = decode_base64url(text, bytes);
    if (!length) return std::nullopt;
    return std::string{as_text({bytes.data(), *length})};
}

std::string encoded(std::string_view text) {
    std::string out;
    append_base64url(out, as_bytes(text));
    return out;
}

TEST(base64url, knows_the_examples_of_rfc_4648) {
    const std::pair<std::string_view, std::string_view> examples[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"},
    };
    for (const auto& [plain, text] : examples) {
        EXPECT_EQ(encoded(plain), text);
        EXPECT_EQ(decoded(text), plain);
    }
}

TEST(base64url, refuses_every_second_spelling) {
    for (const std::string_view text :
         {"Zg==", "Zm8=", "Z", "Zm9vY", "+_8A", "a/8A", "Zm 9v", "Zm9v\n", " Zm9v", "Zh", "Zm9",
          "Zm9vYh", "Zm9vYmF", "\xc3\xa9\xc3\xa9", "Zm.v"}) {
        EXPECT_EQ(decoded(text), std::nullopt) << text;
    }
    EXPECT_EQ(decoded(std::string_view{"Zm9\0", 4}), std::nullopt);
}

TEST(base64url, gives_back_what_it_was_given) {
    EXPECT_TRUE(rc::check("decode(encode(bytes)) is bytes", [](const std::string& bytes) {
        RC_ASSERT(decoded(encoded(bytes)) == bytes);
    }));
}

TEST(base64url, has_exactly_one_text_for_every_value) {
    EXPECT_TRUE(rc::check("encode(decode(text)) is text or text is refused", [] {
        const auto text =
            *rc::gen::container<std::string>(rc::gen::elementOf(std::string{"ABCxyz019-_+/= \n"}));
        const auto bytes = decoded(text);
        if (bytes) RC_ASSERT(encoded(*bytes) == text);
    }));
}

}  // namespace
}  // namespace coffer::access
