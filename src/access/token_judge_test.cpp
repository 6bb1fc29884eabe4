// The token cases of reference/faults.md 7.1. Rows 1 to 3 are about the HTTP header and stand in
// `api`; 8, 10 and 33 in jws_cases_test.cpp; 27 and 28 in the tests of key sets; 31 asks for
// nothing without a deny list.
#include "access/token_judge.h"

#include <gtest/gtest.h>

#include <chrono>

#include "access/token_judge_fixture_test.h"

namespace coffer::access {
namespace {

using forge::alice;
using forge::encode;
using forge::hs256;
using forge::hs256_header;
using forge::Json;
using forge::now_s;
using enum TokenRefusal;

TEST_F(TokenJudgeTest, a_good_token_says_who_is_asking) {
    const Json claims = alice.with("application_id", R"("shop")")
                            .with("roles", R"(["member","admin"])")
                            .with("scope", R"("openid wallet:read wallet:refund")");
    const auto judgement = judge_.judge(hs256(hs256_header.text(), claims.text()), forge::now,
                                        TokenJudge::Dear::left_to_worker);
    const auto* principal = std::get_if<Principal>(&judgement);
    ASSERT_NE(principal, nullptr);
    EXPECT_EQ(principal->tenant, "t1");
    EXPECT_EQ(principal->subject, "alice");
    EXPECT_EQ(principal->application, "shop");
    EXPECT_EQ(principal->issuer, "https://iam.example");
    EXPECT_TRUE(principal->is_admin);
    EXPECT_FALSE(principal->crosses_tenants);
    EXPECT_EQ(principal->permissions,
              (EnumSet<Permission>{Permission::wallet_read, Permission::wallet_refund}));
    EXPECT_EQ(principal->expires_at.unix_ms, (now_s + 3'600) * 1'000);
}

TEST_F(TokenJudgeTest, only_three_parts_in_strict_base64url) {
    const std::string good = hs256(hs256_header.text(), alice.text());
    const std::string header = encode(hs256_header.text());
    const std::string claims = encode(alice.text());
    const std::string signature = good.substr(good.rfind('.') + 1);
    const struct {
        int row;
        std::string token;
        Expected expected;
    } cases[] = {
        {0, good, accepted},
        {4, "", not_three_parts},
        {4, header, not_three_parts},
        {4, header + "." + claims, not_three_parts},
        {4, good + ".", not_three_parts},
        {4, good + "." + signature, not_three_parts},
        {4, good + "." + signature + "." + signature, not_three_parts},
        {4, "..", not_three_parts},
        {4, "." + claims + "." + signature, not_three_parts},
        {4, header + ".." + signature, not_three_parts},
        {4, R"({"payload":")" + claims + R"(","signatures":[]})", not_three_parts},
        {9, header + "." + claims + ".", not_three_parts},
        {9, good.substr(0, good.size() - 3), signature_invalid},
        {9, good.substr(0, good.size() - 1), encoding_invalid},
        {9, good + "AAAA", signature_invalid},
        {9, header + "." + claims + ".AAAA", signature_invalid},
        {9, good + "=", encoding_invalid},
        {11, header + "=." + claims + "." + signature, encoding_invalid},
        {11, header + "." + claims + "==." + signature, encoding_invalid},
        {11, header + "." + claims + "." + signature + "\n", encoding_invalid},
        {11, " " + good, encoding_invalid},
        {11, header + "." + claims + ".+/" + signature.substr(2), encoding_invalid},
        {24, std::string(64 * 1'024, 'a'), too_long},
        {24, good + std::string(8 * 1'024 + 1 - good.size(), 'A'), too_long},
        {24, good + std::string(8 * 1'024 - good.size(), 'A'), signature_invalid},
    };
    for (const auto& [row, token, expected] : cases) expect(row, judge_, token, expected);
}

TEST_F(TokenJudgeTest, one_changed_bit_anywhere_is_noticed) {
    const std::string good = hs256(hs256_header.text(), alice.text());
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string changed = good;
            changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
            EXPECT_NE(judged(judge_, changed), accepted) << "row 9, byte " << i;
        }
    }
}

// Row 34: every wrong code is refused by one comparison over all of its bytes, wherever it differs.
TEST_F(TokenJudgeTest, a_wrong_code_is_refused_wherever_it_differs) {
    const std::string input = encode(hs256_header.text()) + "." + encode(alice.text());
    const auto code = hmac_sha256(forge::secret, input);
    EXPECT_TRUE(equal_constant_time(code, code));
    for (std::size_t i = 0; i < code.size(); ++i) {
        auto wrong = code;
        wrong[i] ^= 0x80;
        EXPECT_FALSE(equal_constant_time(code, wrong));
        expect(34, judge_, input + "." + encode(as_text(wrong)), signature_invalid);
    }
    EXPECT_FALSE(equal_constant_time(code, Bytes{code}.first(31)));
}

// covers: S01, S02
TEST_F(TokenJudgeTest, headers) {
    const std::string deep = std::string(1'000, '[') + std::string(1'000, ']');
    const std::string jwk = R"({"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})";
    const struct {
        int row;
        Json header;
        Expected expected;
    } cases[] = {
        {5, hs256_header.with("alg", R"("none")"), algorithm_not_accepted},
        {5, hs256_header.with("alg", R"("None")"), algorithm_not_accepted},
        {5, hs256_header.with("alg", R"("nOnE")"), algorithm_not_accepted},
        {5, hs256_header.with("alg", R"("hs256")"), algorithm_not_accepted},
        {5, hs256_header.with("alg", R"("HS256\u0000")"), algorithm_not_accepted},
        {5, hs256_header.with("alg", R"(["HS256"])"), algorithm_not_accepted},
        {5, hs256_header.with("alg", "256"), algorithm_not_accepted},
        {5, hs256_header.with("alg", "null"), algorithm_not_accepted},
        {5, hs256_header.without("alg"), algorithm_not_accepted},
        {7, hs256_header.with("alg", R"("HS384")"), algorithm_not_accepted},
        {7, hs256_header.with("alg", R"("HS512")"), algorithm_not_accepted},
        {7, hs256_header.with("alg", R"("RS512")"), algorithm_not_accepted},
        {7, hs256_header.with("alg", R"("PS256")"), key_unknown},
        {7, hs256_header.with("alg", R"("EdDSA")"), key_unknown},
        {8, hs256_header.with("alg", R"("RS256")"), signature_invalid},
        {12, hs256_header.with("kid", R"("unknown")"), key_unknown},
        {12, hs256_header.with("kid", R"("2026-KEY-01")"), key_unknown},
        {12, hs256_header.with("kid", R"("2026-key-01")"), signature_invalid},
        {13, hs256_header.with("kid", R"("../../dev/null")"), key_unknown},
        {13, hs256_header.with("kid", R"("' OR 1=1 --")"), key_name_invalid},
        {13, hs256_header.with("kid", R"("a\u0000b")"), key_name_invalid},
        {13, hs256_header.with("kid", R"("a\nb")"), key_name_invalid},
        {13, hs256_header.with("kid", R"("")"), key_name_invalid},
        {13, hs256_header.with("kid", R"("*")"), key_unknown},
        {13, hs256_header.with("kid", "\"" + std::string(129, 'k') + "\""), key_name_invalid},
        {13, hs256_header.with("kid", "\"" + std::string(10'240, 'k') + "\""), too_long},
        {13, hs256_header.with("kid", "1"), key_name_invalid},
        {13, hs256_header.with("kid", "{}"), key_name_invalid},
        {13, hs256_header.with("kid", "null"), key_name_invalid},
        {14, hs256_header.with("jku", R"("http://127.0.0.1:9/keys")"), accepted},
        {14, hs256_header.with("x5u", R"("file:///etc/passwd")"), accepted},
        {14, hs256_header.with("jwk", jwk), accepted},
        {14, hs256_header.with("x5c", R"(["MII"])"), accepted},
        {15, hs256_header.with("crit", R"(["exp"])"), extension_not_accepted},
        {15, hs256_header.with("crit", R"([])"), extension_not_accepted},
        {15, hs256_header.with("crit", R"(["b64"])").with("b64", "false"), extension_not_accepted},
        {16, hs256_header.without("typ"), accepted},
        {16, hs256_header.with("typ", R"("jwt")"), accepted},
        {16, hs256_header.with("typ", R"("AT+JWT")"), accepted},
        {16, hs256_header.with("typ", R"("application/at+jwt")"), accepted},
        {16, hs256_header.with("typ", R"("id+jwt")"), type_not_accepted},
        {16, hs256_header.with("typ", R"("logout+jwt")"), type_not_accepted},
        {16, hs256_header.with("typ", "1"), type_not_accepted},
        {23, hs256_header.repeating("alg", R"("HS256")"), header_invalid},
        {23, hs256_header.repeating(R"(\u0061lg)", R"("none")"), header_invalid},
        {24, hs256_header.with("deep", deep), header_invalid},
        {32, hs256_header.with("zip", R"("DEF")"), extension_not_accepted},
        {32, hs256_header.with("enc", R"("A256GCM")"), extension_not_accepted},
        {32, hs256_header.with("alg", R"("PBES2-HS256+A128KW")").with("p2c", "1000000000"),
         algorithm_not_accepted},
    };
    for (const auto& [row, header, expected] : cases) {
        expect(row, judge_, hs256(header.text(), alice.text()), expected);
    }
}

TEST_F(TokenJudgeTest, headers_that_are_no_objects) {
    std::string many = R"({"alg":"HS256")";
    for (int i = 0; i < 64; ++i) many += ",\"m" + std::to_string(i) + "\":0";
    const std::string cases[] = {"",          "null",     "[]",       R"("HS256")",
                                 "{",         "{}x",      "{}{}",     "{\"alg\"",
                                 "{'alg':1}", many + "}", "\xff\xfe", "{\"a\":\"\xff\"}"};
    for (const std::string& header : cases) {
        const Expected actual = judged(judge_, hs256(header, alice.text()));
        EXPECT_TRUE(actual == header_invalid || actual == not_three_parts) << header;
    }
}

TEST_F(TokenJudgeTest, an_issuer_may_insist_on_at_jwt) {
    IssuerConfig issuer = forge::strict_issuer(keys());
    issuer.require_at_jwt = true;
    TokenJudge judge = judge_for(issuer);
    const Json at_jwt = hs256_header.with("typ", R"("at+jwt")");
    expect(16, judge, hs256(at_jwt.text(), alice.text()), accepted);
    expect(16, judge, hs256(hs256_header.text(), alice.text()), type_not_accepted);
    expect(16, judge, hs256(hs256_header.without("typ").text(), alice.text()), type_not_accepted);
}

TEST_F(TokenJudgeTest, an_issuer_may_be_held_to_some_algorithms) {
    IssuerConfig issuer = forge::strict_issuer(keys());
    issuer.keys.push_back({.algorithm = std::nullopt, .file = pem_file_, .kid = "any"});
    issuer.algorithms = {Algorithm::ps256, Algorithm::ps384};
    TokenJudge judge = judge_for(issuer);
    using enum Algorithm;
    for (const Algorithm algorithm : {hs256, rs256, ps256, ps384, ps512}) {
        const std::string name = "\"" + std::string{to_text(algorithm)} + "\"";
        const Json header = Json{{"alg", name}, {"kid", R"("any")"}};
        const bool is_named = algorithm == ps256 || algorithm == ps384;
        expect(7, judge, forge::signed_token(algorithm, header.text(), alice.text(), rsa_),
               is_named ? accepted : Expected{key_unknown});
    }
    expect(7, judge, forge::hs256(hs256_header.text(), alice.text()), key_unknown);
}

TEST_F(TokenJudgeTest, rsa_signatures) {
    const std::string input = encode(forge::rs256_header.text()) + "." + encode(alice.text());
    const std::string good = forge::with_rsa(input, rsa_);
    std::string changed = good;
    changed[input.size() + 40] = changed[input.size() + 40] == 'A' ? 'B' : 'A';
    const forge::KeyPair other = forge::make_rsa();
    const std::string hmac_input = encode(hs256_header.text()) + "." + encode(alice.text());
    expect(0, judge_, good, accepted);
    expect(6, judge_, forge::with_hmac(hmac_input, forge::public_pem(rsa_)), signature_invalid);
    expect(6, judge_, forge::with_hmac(input, forge::public_pem(rsa_)), signature_invalid);
    expect(6, judge_, forge::with_hmac(input), signature_invalid);
    expect(8, judge_, forge::with_rsa(hmac_input, rsa_), signature_invalid);
    expect(8, judge_, forge::with_rsa(input, rsa_, RSA_PKCS1_PSS_PADDING), signature_invalid);
    expect(9, judge_, changed, signature_invalid);
    expect(9, judge_, good.substr(0, good.size() - 2), signature_invalid);
    expect(9, judge_, input + "." + encode(std::string(256, '\0')), signature_invalid);
    expect(9, judge_, forge::with_rsa(input, other), signature_invalid);
    expect(19, judge_,
           forge::rs256(forge::rs256_header.text(), alice.with("exp", "1").text(), rsa_), expired);
}

TEST_F(TokenJudgeTest, keys_are_chosen_by_kid) {
    const Json with_kid = hs256_header.with("kid", R"("2026-key-01")");
    expect(12, judge_, hs256(with_kid.text(), alice.text(), forge::other_secret), accepted);
    expect(12, judge_, hs256(with_kid.text(), alice.text(), forge::secret), signature_invalid);
    expect(12, judge_, hs256(hs256_header.text(), alice.text(), forge::other_secret),
           signature_invalid);
    // Row 26: without its key an old token is worth nothing.
    TokenJudge later = judge_for(forge::strict_issuer({keys()[0]}));
    expect(26, later, hs256(with_kid.text(), alice.text(), forge::other_secret), key_unknown);
    // Two secrets without names, as while one is being replaced; and one for any name.
    TokenJudge both = judge_for(
        forge::strict_issuer({{.file = secret_file_, .kid = ""}, {.file = kid_file_, .kid = "*"}}));
    expect(26, both, hs256(hs256_header.text(), alice.text(), forge::secret), accepted);
    expect(26, both, hs256(hs256_header.text(), alice.text(), forge::other_secret), accepted);
    expect(26, both, hs256(with_kid.text(), alice.text(), forge::other_secret), accepted);
    expect(26, both, hs256(with_kid.text(), alice.text(), forge::secret), signature_invalid);
}

TEST_F(TokenJudgeTest, one_issuer_cannot_speak_as_another) {
    IssuerConfig first = forge::strict_issuer({keys()[0]});
    IssuerConfig second = forge::strict_issuer({{.file = kid_file_}});
    second.issuer = "https://second.example";
    auto trust = Trust::load({first, second});
    ASSERT_TRUE(trust.ok());
    TokenJudge judge{*trust, {}};
    const Json of_second = alice.with("iss", R"("https://second.example")");
    const std::string header = hs256_header.text();
    expect(17, judge, hs256(header, of_second.text(), forge::other_secret), accepted);
    expect(17, judge, hs256(header, of_second.text(), forge::secret), signature_invalid);
    expect(17, judge, hs256(header, alice.text(), forge::other_secret), signature_invalid);
}

TEST_F(TokenJudgeTest, a_hostile_token_costs_little) {
    const std::string wide = "{\"a\":" + std::string(3'000, '[') + std::string(3'000, ']') + "}";
    const std::string token = hs256(wide, alice.text());
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 100; ++i) EXPECT_NE(judged(judge_, token), accepted);
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_LT(took / 100, std::chrono::milliseconds{5}) << "row 24";
}

TEST(TokenRefusals, have_messages_that_fit_into_a_header) {
    for (std::uint8_t i = 0; i < token_refusal_count; ++i) {
        const std::string_view text = message(static_cast<TokenRefusal>(i));
        EXPECT_FALSE(text.empty());
        for (const char character : text) {
            EXPECT_TRUE(character >= ' ' && character <= '~' && character != '"' &&
                        character != '\\');
        }
        EXPECT_FALSE(to_text(static_cast<TokenRefusal>(i)).empty());
    }
}

}  // namespace
}  // namespace coffer::access
