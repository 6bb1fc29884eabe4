#include "access/internal_keys.h"

#include <gtest/gtest.h>

#include "access/forge_test.h"

namespace coffer::access {
namespace {

InternalKeys parsed(std::string_view text) {
    auto keys = InternalKeys::parse(text);
    EXPECT_TRUE(keys.ok());
    return std::move(*keys);
}

TEST(InternalKeys, a_line_with_a_key_alone_is_for_every_tenant) {
    const InternalKeys keys = parsed("0123456789abcdefXYZ\n");
    const InternalCaller* caller = keys.find("0123456789abcdefXYZ");
    ASSERT_NE(caller, nullptr);
    EXPECT_EQ(caller->name, "internal");
    EXPECT_TRUE(caller->may_act_in("anything"));
}

TEST(InternalKeys, a_line_may_name_the_service_and_its_tenants) {
    const InternalKeys keys = parsed(
        "# made by the operator\n"
        "\n"
        "billing:t1, t2:billing-key-000000\r\n"
        "audit:*:audit-key-00000000\n");
    const InternalCaller* billing = keys.find("billing-key-000000");
    ASSERT_NE(billing, nullptr);
    EXPECT_EQ(billing->name, "billing");
    EXPECT_TRUE(billing->may_act_in("t2"));
    EXPECT_FALSE(billing->may_act_in("t3"));
    const InternalCaller* audit = keys.find("audit-key-00000000");
    ASSERT_NE(audit, nullptr);
    EXPECT_TRUE(audit->may_act_in("t3"));
}

TEST(InternalKeys, only_the_whole_key_opens) {
    const InternalKeys keys = parsed("0123456789abcdefXYZ");
    for (const std::string_view key : {"", "0123456789abcdefXY", "0123456789abcdefXYZ ",
                                       "0123456789ABCDEFXYZ", "0123456789abcdefXYZ0"}) {
        EXPECT_EQ(keys.find(key), nullptr) << key;
    }
    EXPECT_EQ(keys.find(std::string(100'000, 'a')), nullptr);
    EXPECT_EQ(InternalKeys{}.find(""), nullptr);
}

TEST(InternalKeys, a_bad_line_is_named_without_its_key) {
    for (const std::string_view text :
         {"# fine\nshort", "# fine\na:b:0123456789abcdef:c", "# fine\na:0123456789abcdef",
          "# fine\n:t1:0123456789abcdef", "# fine\na::0123456789abcdef",
          "# fine\na:t1,,t2:0123456789abcdef", "# fine\n0123456789 abcdef",
          "# fine\n0123456789abcdef\xc3\xa9", "# fine\n0123456789abcdef\x7f"}) {
        const auto keys = InternalKeys::parse(text);
        ASSERT_FALSE(keys.ok()) << text;
        EXPECT_NE(keys.error().message.find("line 2"), std::string::npos);
        EXPECT_EQ(keys.error().message.find("0123456789"), std::string::npos);
    }
    EXPECT_FALSE(InternalKeys::parse("0123456789abcdef\na:*:0123456789abcdef").ok());
}

TEST(InternalKeys, have_bounds) {
    EXPECT_TRUE(InternalKeys::parse(std::string(256, 'k')).ok());
    EXPECT_FALSE(InternalKeys::parse(std::string(257, 'k')).ok());
    std::string text;
    for (int i = 0; i < 256; ++i) text += "0123456789abcdef-" + std::to_string(i) + "\n";
    EXPECT_TRUE(InternalKeys::parse(text).ok());
    const auto over = InternalKeys::parse(text + "one-too-many-0123456789\n");
    ASSERT_FALSE(over.ok());
    EXPECT_NE(over.error().message.find("over 256 keys"), std::string::npos);
}

TEST(InternalKeys, are_read_from_a_private_file) {
    forge::Folder folder;
    EXPECT_TRUE(InternalKeys::load(folder.write("good", "0123456789abcdef\n")).ok());
    EXPECT_FALSE(InternalKeys::load(folder.write("open", "0123456789abcdef\n", 0644)).ok());
    EXPECT_FALSE(InternalKeys::load(folder.path() + "/missing").ok());
}

}  // namespace
}  // namespace coffer::access
