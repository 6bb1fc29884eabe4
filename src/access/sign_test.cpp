#include "access/sign.h"

#include <gtest/gtest.h>

#include "access/forge_test.h"

namespace coffer::access {
namespace {

TEST(sign_token, makes_what_the_verifier_accepts) {
    forge::Folder folder;
    auto verifier = Verifier::create(
        {.issuers = {{.issuer = "coffer-dev",
                      .audiences = {"coffer"},
                      .platform = true,
                      .keys = {{.file = folder.write("s", forge::secret), .kid = "dev"}}}}},
        [] {});
    ASSERT_TRUE(verifier.ok());
    const auto token = sign_token({.tenant = "acme \"east\"",
                                   .subject = "用户\\42",
                                   .roles = {"super_admin", "auditor"},
                                   .permissions = {"wallet:read", "orders:read"},
                                   .application = "shop",
                                   .issuer = "coffer-dev",
                                   .audience = "coffer",
                                   .entry_plane = "platform",
                                   .kid = "dev"},
                                  forge::secret, forge::now);
    ASSERT_TRUE(token.ok());
    const Checked checked = (*verifier)->check(*token, forge::now);
    const auto* principal = std::get_if<PrincipalRef>(&checked);
    ASSERT_NE(principal, nullptr) << message(std::get<TokenRefusal>(checked));
    EXPECT_EQ((*principal)->tenant, "acme \"east\"");
    EXPECT_EQ((*principal)->subject, "用户\\42");
    EXPECT_EQ((*principal)->application, "shop");
    EXPECT_TRUE((*principal)->permissions.has(Permission::wallet_read));
    EXPECT_TRUE((*principal)->is_admin);
    EXPECT_TRUE((*principal)->crosses_tenants);
    EXPECT_EQ((*principal)->expires_at.unix_ms, forge::now.unix_ms + 3'600'000);
}

TEST(sign_token, refuses_what_the_verifier_would_refuse) {
    const TokenRequest good{.tenant = "t", .subject = "u"};
    const auto refuses = [&](auto change) {
        TokenRequest request = good;
        change(request);
        return !sign_token(request, forge::secret, forge::now).ok();
    };
    EXPECT_TRUE(sign_token(good, forge::secret, forge::now).ok());
    EXPECT_TRUE(refuses([](TokenRequest& request) { request.tenant.clear(); }));
    EXPECT_TRUE(refuses([](TokenRequest& request) { request.subject.clear(); }));
    EXPECT_TRUE(refuses([](TokenRequest& request) { request.subject = "a\nb"; }));
    EXPECT_TRUE(refuses([](TokenRequest& request) { request.subject = "\xff"; }));
    EXPECT_TRUE(refuses([](TokenRequest& request) { request.subject = "a\x7f"; }));
    EXPECT_TRUE(refuses([](TokenRequest& request) { request.roles = {"admin", "a\tb"}; }));
    EXPECT_TRUE(refuses([](TokenRequest& request) { request.permissions = {"wallet:\n"}; }));
    EXPECT_TRUE(refuses([](TokenRequest& request) { request.tenant = std::string(129, 't'); }));
    EXPECT_TRUE(refuses([](TokenRequest& request) { request.ttl_s = 0; }));
    EXPECT_TRUE(refuses([](TokenRequest& request) { request.ttl_s = 86'401; }));
    EXPECT_TRUE(
        refuses([](TokenRequest& request) { request.roles.assign(100, std::string(100, 'r')); }));
    EXPECT_FALSE(sign_token(good, "too short", forge::now).ok());
}

}  // namespace
}  // namespace coffer::access
