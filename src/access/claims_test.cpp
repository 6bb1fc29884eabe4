// Rows 16 to 23 of reference/faults.md 7.1: what stands in the claims of a well-signed token.
#include "access/claims.h"

#include <gtest/gtest.h>

#include "access/token_judge_fixture_test.h"

namespace coffer::access {
namespace {

using forge::alice;
using forge::hs256;
using forge::hs256_header;
using forge::Json;
using forge::now_s;
using enum TokenRefusal;

// covers: S03
TEST_F(TokenJudgeTest, times) {
    const auto at = [](std::int64_t offset_s) { return std::to_string(now_s + offset_s); };
    const struct {
        int row;
        Json claims;
        Expected expected;
    } cases[] = {
        {19, alice.without("exp"), time_invalid},
        {19, alice.with("iat", at(-60)).with("exp", at(-29)), accepted},
        {19, alice.with("iat", at(-60)).with("exp", at(-30)), expired},
        {19, alice.with("iat", at(-60)).with("exp", at(-31)), expired},
        {19, alice.with("exp", "0"), expired},
        {19, alice.with("exp", "\"" + at(60) + "\""), time_invalid},
        {19, alice.with("exp", at(60) + ".0"), time_invalid},
        {19, alice.with("exp", "1.8e9"), time_invalid},
        {19, alice.with("exp", "-1"), time_invalid},
        {19, alice.with("exp", "1" + std::string(30, '0')), claims_invalid},
        {19, alice.with("exp", "9223372036854775807"), time_invalid},
        {19, alice.with("exp", "18446744073709551615"), time_invalid},
        {19, alice.with("exp", "253402300800"), time_invalid},
        {19, alice.with("exp", "null"), time_invalid},
        {19, alice.with("exp", "true"), time_invalid},
        {19, alice.with("exp", "[" + at(60) + "]"), time_invalid},
        {20, alice.with("nbf", at(30)), accepted},
        {20, alice.with("nbf", at(31)), not_valid_yet},
        {20, alice.with("iat", at(30)), accepted},
        {20, alice.with("iat", at(31)), not_valid_yet},
        {20, alice.with("nbf", "\"1\""), time_invalid},
        {20, alice.with("iat", "1.5"), time_invalid},
        {20, alice.without("iat"), accepted},
        {21, alice.with("exp", at(86'400)), accepted},
        {21, alice.with("exp", at(86'401)), lifetime_too_long},
        {21, alice.with("iat", at(-86'400)), lifetime_too_long},
        {21, alice.without("iat").with("exp", at(86'430)), accepted},
        {21, alice.without("iat").with("exp", at(86'431)), lifetime_too_long},
    };
    for (const auto& [row, claims, expected] : cases) {
        expect(row, judge_, hs256(hs256_header.text(), claims.text()), expected);
    }
}

// covers: S03
TEST_F(TokenJudgeTest, issuers_and_audiences) {
    const struct {
        int row;
        Json claims;
        Expected expected;
    } cases[] = {
        {17, alice.without("iss"), issuer_not_accepted},
        {17, alice.with("iss", R"("https://other.example")"), issuer_not_accepted},
        {17, alice.with("iss", R"("https://iam.example/")"), issuer_not_accepted},
        {17, alice.with("iss", R"("https://IAM.example")"), issuer_not_accepted},
        {17, alice.with("iss", R"(["https://iam.example"])"), issuer_not_accepted},
        {17, alice.with("iss", R"("")"), issuer_not_accepted},
        {18, alice.without("aud"), audience_not_accepted},
        {18, alice.with("aud", R"("other")"), audience_not_accepted},
        {18, alice.with("aud", R"("Coffer")"), audience_not_accepted},
        {18, alice.with("aud", R"([])"), audience_not_accepted},
        {18, alice.with("aud", R"(["other",{},3])"), audience_not_accepted},
        {18, alice.with("aud", R"([["coffer"]])"), audience_not_accepted},
        {18, alice.with("aud", R"({"coffer":1})"), audience_not_accepted},
        {18, alice.with("aud", R"(["other","coffer"])"), accepted},
        {18, alice.with("aud", R"("wallets")"), accepted},
    };
    for (const auto& [row, claims, expected] : cases) {
        expect(row, judge_, hs256(hs256_header.text(), claims.text()), expected);
    }
}

TEST_F(TokenJudgeTest, identities) {
    const std::string longest = "\"" + std::string(128, 'u') + "\"";
    const std::string too_long_name = "\"" + std::string(129, 'u') + "\"";
    const struct {
        int row;
        Json claims;
        Expected expected;
    } cases[] = {
        {22, alice.without("sub"), subject_invalid},
        {22, alice.without("sub").with("user_id", R"("alice")"), subject_invalid},
        {22, alice.with("sub", R"("")"), subject_invalid},
        {22, alice.with("sub", "7"), subject_invalid},
        {22, alice.with("sub", R"(["alice"])"), subject_invalid},
        {22, alice.with("sub", R"("al\nice")"), subject_invalid},
        {22, alice.with("sub", R"("al\u0000ice")"), subject_invalid},
        {22, alice.with("sub", R"("al\u007fice")"), subject_invalid},
        {22, alice.with("sub", too_long_name), subject_invalid},
        {22, alice.with("sub", longest), accepted},
        {22, alice.with("sub", R"("用户-42")"), accepted},
        {22, alice.with("user_id", R"("alice")"), accepted},
        {22, alice.with("user_id", R"("bob")"), subject_invalid},
        {22, alice.without("tenant_id"), tenant_invalid},
        {22, alice.with("tenant_id", R"("")"), tenant_invalid},
        {22, alice.with("tenant_id", "null"), tenant_invalid},
        {22, alice.with("tenant_id", R"(["t1"])"), tenant_invalid},
        {22, alice.with("tenant", R"("t1")"), accepted},
        {22, alice.with("tenant", R"("t2")"), tenant_invalid},
        {22, alice.without("tenant_id").with("tenant", R"("t2")"), accepted},
        {22, alice.with("tenant_id", R"("t3")"), tenant_not_of_issuer},
        {22, alice.with("tenant_id", R"("T1")"), tenant_not_of_issuer},
        {23, alice.repeating("sub", R"("bob")"), claims_invalid},
        {23, alice.repeating(R"(s\u0075b)", R"("bob")"), claims_invalid},
        {23, alice.repeating("extra", "1").repeating("extra", "1"), claims_invalid},
    };
    for (const auto& [row, claims, expected] : cases) {
        expect(row, judge_, hs256(hs256_header.text(), claims.text()), expected);
    }
}

TEST_F(TokenJudgeTest, other_kinds_of_tokens) {
    const struct {
        Json claims;
        Expected expected;
    } cases[] = {
        {alice.without("type"), accepted},
        {alice.with("type", R"("refresh")"), not_an_access_token},
        {alice.with("type", R"("id")"), not_an_access_token},
        {alice.with("type", R"("Access")"), not_an_access_token},
        {alice.with("type", "null"), not_an_access_token},
        {alice.with("nonce", R"("n-0S6_WzA2Mj")"), not_an_access_token},
        {alice.with("at_hash", R"("x")"), not_an_access_token},
        {alice.with("c_hash", R"("x")"), not_an_access_token},
        {alice.with("events", "{}"), not_an_access_token},
        {alice.with("typ", R"("ID")"), not_an_access_token},
        {alice.with("typ", R"("Refresh")"), not_an_access_token},
        {alice.with("typ", R"("Bearer")"), accepted},
        {alice.with("token_use", R"("id")"), not_an_access_token},
        {alice.with("roles", R"({"admin":true})"), claim_invalid},
        {alice.with("roles", R"([1])"), claim_invalid},
        {alice.with("permissions", "7"), claim_invalid},
        {alice.with("scope", "null"), accepted},
        {alice.with("app_id", "7"), claim_invalid},
        {alice.with("client_id", R"("a\nb")"), claim_invalid},
        {alice.with("app_id", R"("")").with("client_id", "7"), claim_invalid},
    };
    for (const auto& [claims, expected] : cases) {
        expect(16, judge_, hs256(hs256_header.text(), claims.text()), expected);
    }
}

TEST_F(TokenJudgeTest, roles_match_whole_and_permissions_by_word) {
    const auto principal_of = [&](const Json& claims) {
        auto judgement = judge_.judge(hs256(hs256_header.text(), claims.text()), forge::now,
                                      TokenJudge::Dear::checked);
        return std::get<Principal>(judgement);
    };
    for (const std::string_view role : {R"("security_admin")", R"("Admin")", R"("not admin")",
                                        R"(["admin "])", R"(["administrator","member"])"}) {
        EXPECT_FALSE(principal_of(alice.with("role", std::string{role})).is_admin) << role;
    }
    EXPECT_TRUE(principal_of(alice.with("role", R"("admin")")).is_admin);
    EXPECT_TRUE(principal_of(alice.with("roles", R"(["guest","super_admin"])")).is_admin);
    const Principal reader = principal_of(alice.with("scp", R"(["wallet:read","Wallet:Admin"])"));
    EXPECT_TRUE(reader.may(Permission::wallet_read));
    EXPECT_FALSE(reader.may(Permission::wallet_admin));
    EXPECT_EQ(principal_of(alice.with("azp", R"("web")")).application, "web");
}

TEST_F(TokenJudgeTest, an_issuer_without_audiences_takes_tokens_for_anybody) {
    IssuerConfig issuer = forge::strict_issuer(keys());
    issuer.audiences.clear();
    TokenJudge judge = judge_for(issuer);
    for (const Json& claims : {alice, alice.without("aud"), alice.with("aud", R"("others")")}) {
        expect(18, judge, hs256(hs256_header.text(), claims.text()), accepted);
    }
}

TEST_F(TokenJudgeTest, crossing_tenants_takes_role_plane_and_issuer) {
    for (const bool platform : {true, false}) {
        IssuerConfig issuer = forge::strict_issuer(keys());
        issuer.platform = platform;
        TokenJudge judge = judge_for(issuer);
        for (const std::string_view role : {"super_admin", "admin"}) {
            for (const std::string_view plane : {R"("platform")", R"("admin")", "7", "null"}) {
                const Json claims = alice.with("role", "\"" + std::string{role} + "\"")
                                        .with("entry_plane", std::string{plane});
                auto judgement = judge.judge(hs256(hs256_header.text(), claims.text()), forge::now,
                                             TokenJudge::Dear::checked);
                const bool expected = platform && role == "super_admin" && plane == R"("platform")";
                EXPECT_EQ(std::get<Principal>(judgement).crosses_tenants, expected);
            }
        }
    }
}

}  // namespace
}  // namespace coffer::access
