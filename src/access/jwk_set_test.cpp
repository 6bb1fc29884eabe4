#include "access/jwk_set.h"

#include <gtest/gtest.h>

#include "access/forge_jwk_test.h"

namespace coffer::access {
namespace {

using forge::bare_jwk;
using forge::Json;
using forge::jwk;
using forge::jwk_set;
using forge::quoted;
using enum Algorithm;

class JwkSetTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        rsa_ = forge::make_rsa();
        p256_ = forge::make_ec("P-256");
        p384_ = forge::make_ec("P-384");
        ed25519_ = forge::make_ed25519();
    }
    static void TearDownTestSuite() {
        for (forge::KeyPair* pair : {&rsa_, &p256_, &p384_, &ed25519_}) pair->reset();
    }

    static JwkSet accepted(const std::string& text) {
        auto set = parse_jwk_set(text);
        EXPECT_TRUE(set.ok()) << (set ? "" : set.error().message);
        return set ? *set : JwkSet{};
    }
    static std::string refusal(const std::string& text) {
        const auto set = parse_jwk_set(text);
        return set ? "accepted" : set.error().message;
    }
    /// What is said about a key that stands beside a good one.
    static std::string left_out(const Json& key) {
        const JwkSet set = accepted(jwk_set({jwk(ed25519_, "good"), key}));
        EXPECT_EQ(set.keys.size(), 1u) << key.text();
        return set.left_out.empty() ? "used" : set.left_out.front();
    }
    static void expect_says(const std::string& message, std::string_view part) {
        EXPECT_NE(message.find(part), std::string::npos) << message << " / " << part;
    }
    static std::vector<Algorithm> algorithms(const JwkSet& set) {
        std::vector<Algorithm> all;
        for (const Key& key : set.keys) all.push_back(key.algorithm());
        return all;
    }

    static inline forge::KeyPair rsa_, p256_, p384_, ed25519_;
};

TEST_F(JwkSetTest, reads_every_type_of_key) {
    const JwkSet set =
        accepted(jwk_set({jwk(rsa_, "r"), jwk(p256_, "2"), jwk(p384_, "3"), jwk(ed25519_, "e")}));
    EXPECT_EQ(algorithms(set), (std::vector{rs256, ps256, ps384, ps512, es256, es384, eddsa}));
    EXPECT_TRUE(set.left_out.empty());
    const struct {
        Algorithm algorithm;
        const forge::KeyPair& pair;
    } signers[] = {{rs256, rsa_}, {ps512, rsa_}, {es256, p256_}, {es384, p384_}, {eddsa, ed25519_}};
    for (const auto& [algorithm, pair] : signers) {
        const std::string token = forge::token_of(algorithm, "x", pair);
        const std::size_t dot = token.rfind('.');
        std::vector<std::uint8_t> signature(base64url_bytes_max(token.size()));
        const auto length = decode_base64url(std::string_view{token}.substr(dot + 1), signature);
        ASSERT_TRUE(length);
        int matching = 0;
        for (const Key& key : set.keys) {
            if (key.algorithm() != algorithm) continue;
            if (key.make_check()->matches(std::string_view{token}.substr(0, dot),
                                          Bytes{signature}.first(*length))) {
                ++matching;
            }
        }
        EXPECT_EQ(matching, 1) << to_text(algorithm);
    }
}

TEST_F(JwkSetTest, alg_fixes_the_algorithm) {
    EXPECT_EQ(algorithms(accepted(jwk_set({jwk(rsa_, "r").with("alg", R"("PS384")")}))),
              std::vector{ps384});
    EXPECT_EQ(algorithms(accepted(jwk_set({jwk(ed25519_, "r").with("alg", R"("Ed25519")")}))),
              std::vector{eddsa});
    expect_says(left_out(jwk(rsa_, "r").with("alg", R"("ES256")")), "another type of key");
    expect_says(left_out(jwk(p256_, "r").with("alg", R"("ES384")")), "another type of key");
    expect_says(left_out(jwk(rsa_, "r").with("alg", R"("HS256")")), "another type of key");
    expect_says(left_out(jwk(rsa_, "r").with("alg", R"("RSA-OAEP")")), "none of ours");
    expect_says(left_out(jwk(rsa_, "r").with("alg", "null")), "none of ours");
}

TEST_F(JwkSetTest, a_key_is_for_its_name) {
    const JwkSet two = accepted(jwk_set({jwk(p256_, "a"), bare_jwk(p384_)}));
    EXPECT_TRUE(two.keys[0].is_for(es256, "a"));
    EXPECT_FALSE(two.keys[0].is_for(es256, "b"));
    EXPECT_FALSE(two.keys[0].is_for(es384, "a"));
    EXPECT_FALSE(two.keys[0].is_for(es256, std::nullopt));
    EXPECT_FALSE(two.keys[1].is_for(es384, "a"));
    EXPECT_TRUE(two.keys[1].is_for(es384, std::nullopt));
    // Where there is one key there is nothing to choose.
    const JwkSet one = accepted(jwk_set({jwk(p256_, "a")}));
    EXPECT_TRUE(one.keys[0].is_for(es256, "a"));
    EXPECT_TRUE(one.keys[0].is_for(es256, std::nullopt));
    EXPECT_FALSE(one.keys[0].is_for(es256, "b"));
}

TEST_F(JwkSetTest, leaves_out_what_is_not_for_signatures) {
    expect_says(left_out(jwk(rsa_, "r").with("use", R"("enc")")), "use");
    expect_says(left_out(jwk(rsa_, "r").with("use", "null")), "use");
    expect_says(left_out(jwk(rsa_, "r").with("key_ops", R"(["encrypt"])")), "key_ops");
    expect_says(left_out(jwk(rsa_, "r").with("key_ops", R"([])")), "key_ops");
    expect_says(left_out(jwk(rsa_, "r").with("key_ops", R"("verify")")), "key_ops");
    expect_says(left_out(jwk(rsa_, "r").with("key_ops", R"([1,null])")), "key_ops");
    EXPECT_EQ(accepted(jwk_set({bare_jwk(p256_).with("key_ops", R"(["x","verify"])")})).keys.size(),
              1u);
    expect_says(left_out(Json{{"kty", R"("DSA")"}}), "none of ours");
    expect_says(left_out(jwk(ed25519_, "r").with("crv", R"("X25519")")), "none of ours");
    expect_says(left_out(Json{{"n", "1"}}), "no kty");
}

TEST_F(JwkSetTest, leaves_out_what_should_not_be_there) {
    const Json secret{{"kty", R"("oct")"}, {"kid", R"("s")"}, {"k", quoted(std::string(43, 'A'))}};
    expect_says(left_out(secret), "secret");
    expect_says(left_out(jwk(rsa_, "r").with("k", R"("AQAB")")), "secret");
    expect_says(left_out(jwk(rsa_, "r").with("d", R"("AQAB")")), "private part");
    expect_says(left_out(jwk(rsa_, "r").with("p", R"("AQAB")")), "private part");
    expect_says(left_out(jwk(p256_, "r").with("d", R"("AQAB")")), "private part");
    expect_says(left_out(jwk(ed25519_, "r").with("d", R"("AQAB")")), "private part");
}

TEST_F(JwkSetTest, leaves_out_what_is_weak_or_malformed) {
    expect_says(left_out(jwk(forge::make_rsa(1'024), "r")), "1024 bits");
    expect_says(left_out(jwk(rsa_, "r").with("e", R"("AQ")")), "exponent");
    expect_says(left_out(jwk(rsa_, "r").with("e", R"("Ag")")), "exponent");
    expect_says(left_out(jwk(rsa_, "r").with("e", R"("AA")")), "");
    expect_says(left_out(jwk(rsa_, "r").with("e", quoted(forge::encode(std::string(9, '\x7f'))))),
                "exponent");
    expect_says(left_out(jwk(rsa_, "r").with("e", "65537")), "no base64url");
    expect_says(left_out(jwk(rsa_, "r").with("n", R"("A+/=")")), "no base64url");
    expect_says(left_out(jwk(rsa_, "r").with("n", quoted(std::string(20'000, 'A')))), "too large");
    const std::string even = forge::encode(std::string(256, '\xfe'));
    expect_says(left_out(jwk(rsa_, "r").with("n", quoted(even))), "fit together");
    expect_says(left_out(jwk(p256_, "r").with("crv", R"("P-521")")), "neither");
    expect_says(left_out(jwk(p256_, "r").with("crv", R"("secp256k1")")), "neither");
    expect_says(left_out(jwk(p256_, "r").with("crv", R"("P-384")")), "length of 32 bytes");
    expect_says(left_out(jwk(p256_, "r").with("x", quoted(std::string(43, 'A')))), "fit together");
    expect_says(left_out(jwk(p256_, "r").with("x", R"("AAAA")")), "leading zeros must stay");
    const std::string huge = forge::encode(std::string(1'025, '\xff'));
    expect_says(left_out(jwk(rsa_, "r").with("n", quoted(huge))), "8200 bits, at most 8192");
    expect_says(left_out(jwk(rsa_, "r").with("e", quoted(std::string(23, 'A')))), "too large");
    expect_says(left_out(jwk(rsa_, "r").with("n", R"("")")), "missing");
    expect_says(left_out(jwk(p256_, "r").without("x")), "missing");
    expect_says(left_out(jwk(p256_, "r").without("y")), "missing");
    expect_says(left_out(jwk(ed25519_, "r").without("x")), "missing");
    expect_says(left_out(jwk(ed25519_, "r").with("x", R"("AAAA")")), "32 bytes");
    expect_says(left_out(jwk(p256_, "r").repeating("kty", R"("RSA")")), "twice");
}

TEST_F(JwkSetTest, leaves_out_names_that_could_mean_something_else) {
    for (const char* kid : {R"("*")", R"("")", "1", "null", R"("a b")", R"("a\nb")", R"("é")"}) {
        expect_says(left_out(jwk(rsa_, "r").with("kid", kid)), "kid");
    }
    expect_says(left_out(jwk(rsa_, std::string(129, 'k'))), "kid");
}

TEST_F(JwkSetTest, two_keys_for_the_same_tokens_are_refused) {
    const forge::KeyPair other = forge::make_ec("P-256");
    expect_says(refusal(jwk_set({jwk(p256_, "a"), jwk(other, "a")})), "two different keys");
    expect_says(refusal(jwk_set({bare_jwk(p256_), bare_jwk(other)})), "two different keys");
    // Twice the same, or of two types, leaves no doubt.
    EXPECT_EQ(accepted(jwk_set({jwk(p256_, "a"), jwk(p256_, "a")})).keys.size(), 1u);
    EXPECT_EQ(accepted(jwk_set({jwk(p256_, "a"), jwk(p384_, "a")})).keys.size(), 2u);
}

TEST_F(JwkSetTest, sets_that_are_none) {
    for (const char* text : {"", "null", "[]", "{}", R"({"keys":{}})", R"({"keys":null})",
                             R"({"keys":[]} x)", R"({"keys":[],"keys":[]})", "<html>", "\xff"}) {
        EXPECT_NE(refusal(text), "accepted") << text;
    }
    expect_says(refusal(R"({"keys":[]})"), "no key that can be used");
    expect_says(refusal(R"({"keys":[1]})"), "no object");
    expect_says(refusal(jwk_set({jwk(rsa_, "r").with("use", R"("enc")")})), "key r: it is not for");
    std::vector<Json> many;
    for (int i = 0; i < 65; ++i) many.push_back(jwk(ed25519_, "k" + std::to_string(i)));
    expect_says(refusal(jwk_set(many)), "over 64");
    many.pop_back();
    EXPECT_EQ(accepted(jwk_set(many)).keys.size(), 64u);
    const std::string deep = std::string(1'000, '[') + std::string(1'000, ']');
    EXPECT_NE(refusal(R"({"keys":)" + deep + "}"), "accepted");
}

TEST(FetchUrls, are_https_or_plain_to_this_machine) {
    const auto refused = [](const std::string& url) {
        return reason_to_refuse_url(url, LoopbackHttp::refused).has_value();
    };
    const auto refused_loopback = [](const std::string& url) {
        return reason_to_refuse_url(url, LoopbackHttp::accepted).has_value();
    };
    for (const char* url : {"https://iam.example/keys", "https://iam.example:8443/a?b=c",
                            "https://10.0.0.1/k", "https://[2001:db8::1]/k"}) {
        EXPECT_FALSE(refused(url)) << url;
    }
    for (const char* url : {"",
                            "keys",
                            "/keys",
                            "iam.example/keys",
                            "http://iam.example/keys",
                            "file:///etc/passwd",
                            "ftp://iam.example/k",
                            "https://",
                            "https://user@iam.example/",
                            "https://u:p@iam.example/",
                            "https://iam.example/#f",
                            "https://iam.example/a b",
                            "https://:p@iam.example/",
                            "https://iam.example/\xc3\xa9",
                            "HTTP://127.0.0.1/k",
                            "https://iam.example\\@evil.example/",
                            "https:/iam.example/k",
                            "HTTPS://iam.example/k",
                            "gopher://127.0.0.1/",
                            "https://iam.example/\n"}) {
        EXPECT_TRUE(refused(url)) << url;
        EXPECT_TRUE(refused_loopback(url)) << url;
    }
    for (const char* url : {"http://127.0.0.1:3000/k", "http://localhost/k", "http://[::1]:3/k"}) {
        EXPECT_TRUE(refused(url)) << url;
        EXPECT_FALSE(refused_loopback(url)) << url;
    }
    for (const char* url : {"http://127.0.0.1.evil.example/k", "http://localhost.evil.example/",
                            "http://127.0.0.1@evil.example/", "http://10.0.0.1/k"}) {
        EXPECT_TRUE(refused_loopback(url)) << url;
    }
    EXPECT_TRUE(refused("https://iam.example/" + std::string(2'048, 'a')));
}

}  // namespace
}  // namespace coffer::access
