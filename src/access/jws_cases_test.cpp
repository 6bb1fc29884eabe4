// What attackers and careless libraries do to signatures, tried on every algorithm: a table of our
// own after the cases that public test vectors for JWS try. Every row must be refused, and the row
// beside it that differs in nothing else is accepted.
#include <gtest/gtest.h>

#include "access/forge_test.h"
#include "access/token_judge.h"

namespace coffer::access {
namespace {

using forge::alice;
using forge::encode;
using forge::Json;
using enum Algorithm;
using enum TokenRefusal;

constexpr std::array public_algorithms{rs256, ps256, ps384, ps512, es256, es384, eddsa};

Json header_of(std::string_view algorithm, std::string_view kid) {
    return Json{{"alg", "\"" + std::string{algorithm} + "\""}, {"typ", "\"JWT\""}}.with(
        "kid", "\"" + std::string{kid} + "\"");
}
Json header_of(Algorithm algorithm) { return header_of(to_text(algorithm), to_text(algorithm)); }

std::string input_of(const Json& header) {
    return encode(header.text()) + "." + encode(alice.text());
}

class JwsCases : public testing::Test {
protected:
    static void SetUpTestSuite() {
        rsa_ = forge::make_rsa();
        p256_ = forge::make_ec("P-256");
        p384_ = forge::make_ec("P-384");
        ed25519_ = forge::make_ed25519();
        folder_ = std::make_unique<forge::Folder>();
        std::vector<KeyConfig> keys{{.file = folder_->write("secret", forge::secret), .kid = "*"}};
        for (const Algorithm algorithm : public_algorithms) {
            const std::string name{to_text(algorithm)};
            const std::string pem = forge::public_pem(pair_of(algorithm));
            keys.push_back({algorithm, folder_->write(name, pem, 0644), name});
        }
        auto trust = Trust::load({forge::strict_issuer(keys)});
        ASSERT_TRUE(trust.ok()) << trust.error().message;
        judge_ = std::make_unique<TokenJudge>(*trust, TokenPolicy{});
    }
    static void TearDownTestSuite() {
        judge_.reset();
        folder_.reset();
        for (forge::KeyPair* pair : {&rsa_, &p256_, &p384_, &ed25519_}) pair->reset();
    }

    static const forge::KeyPair& pair_of(Algorithm algorithm) {
        if (algorithm == es256) return p256_;
        if (algorithm == es384) return p384_;
        return algorithm == eddsa ? ed25519_ : rsa_;
    }
    static std::string good(Algorithm algorithm) {
        return forge::signed_token(algorithm, header_of(algorithm).text(), alice.text(),
                                   pair_of(algorithm));
    }
    /// The decoded signature of good().
    static std::string signature_of_good(Algorithm algorithm) {
        const std::string token = good(algorithm);
        const std::string text = token.substr(token.rfind('.') + 1);
        std::vector<std::uint8_t> bytes(base64url_bytes_max(text.size()));
        const auto length = decode_base64url(text, bytes);
        return std::string{as_text(Bytes{bytes}.first(length.value()))};
    }

    static std::optional<TokenRefusal> judged(std::string_view token) {
        const auto judgement = judge_->judge(token, forge::now, TokenJudge::Dear::checked);
        const auto* refusal = std::get_if<TokenRefusal>(&judgement);
        if (refusal != nullptr) return *refusal;
        EXPECT_TRUE(std::holds_alternative<Principal>(judgement));
        return std::nullopt;
    }
    static void expect(std::string_view what, Algorithm algorithm, const std::string& token,
                       std::optional<TokenRefusal> expected) {
        const auto actual = judged(token);
        EXPECT_EQ(actual, expected) << what << ", " << to_text(algorithm) << ": "
                                    << (actual ? to_text(*actual) : "accepted");
    }
    /// A token of `algorithm` whose signature is these bytes.
    static void expect_refused(std::string_view what, Algorithm algorithm,
                               const std::string& signature) {
        const std::string token = input_of(header_of(algorithm)) + "." + encode(signature);
        expect(what, algorithm, token, signature_invalid);
    }

    static inline forge::KeyPair rsa_, p256_, p384_, ed25519_;
    static inline std::unique_ptr<forge::Folder> folder_;
    static inline std::unique_ptr<TokenJudge> judge_;
};

TEST_F(JwsCases, what_is_signed_well_is_accepted) {
    for (const Algorithm algorithm : public_algorithms) {
        expect("good", algorithm, good(algorithm), std::nullopt);
    }
    const Json other_name = header_of("Ed25519", "EdDSA");
    expect("RFC 9864's name", eddsa,
           forge::signed_token(eddsa, other_name.text(), alice.text(), ed25519_), std::nullopt);
}

// covers: S01
TEST_F(JwsCases, signatures_with_other_bytes) {
    for (const Algorithm algorithm : public_algorithms) {
        const std::string signature = signature_of_good(algorithm);
        const std::size_t size = signature.size();
        expect_refused("one byte short", algorithm, signature.substr(0, size - 1));
        expect_refused("its first byte gone", algorithm, signature.substr(1));
        expect_refused("half of it", algorithm, signature.substr(0, size / 2));
        expect_refused("a zero behind it", algorithm, signature + std::string(1, '\0'));
        expect_refused("a zero before it", algorithm, std::string(1, '\0') + signature);
        expect_refused("twice", algorithm, signature + signature);
        expect_refused("only zeros", algorithm, std::string(size, '\0'));
        expect_refused("only ones", algorithm, std::string(size, '\xff'));
        expect_refused("of another token", algorithm,
                       forge::raw_of_der(forge::signature_of("x", p256_, "SHA256"), size / 2));
        for (const std::size_t at : {std::size_t{0}, size / 2 - 1, size / 2, size - 1}) {
            std::string changed = signature;
            changed[at] = static_cast<char>(changed[at] ^ 1);
            expect_refused("one bit changed", algorithm, changed);
        }
    }
}

TEST_F(JwsCases, signatures_spelled_otherwise) {
    for (const Algorithm algorithm : public_algorithms) {
        const std::string token = good(algorithm);
        const std::string input = token.substr(0, token.rfind('.'));
        const std::string signature = token.substr(token.rfind('.') + 1);
        expect("no signature", algorithm, input + ".", not_three_parts);
        expect("no third part", algorithm, input, not_three_parts);
        expect("a fourth part", algorithm, token + "." + signature, not_three_parts);
        for (const char* tail : {"=", "==", " ", "\n", "\r\n", "\t", "%3D"}) {
            EXPECT_NE(judged(token + tail), std::nullopt) << to_text(algorithm) << tail;
        }
        expect("a line break inside", algorithm,
               input + "." + signature.substr(0, 8) + "\n" + signature.substr(8), encoding_invalid);
        expect("the other alphabet", algorithm, input + ".+/+/" + signature.substr(4),
               encoding_invalid);
        // Bits that are left over in the last character must be zero; ES384 leaves none over.
        std::string stray = token;
        stray.back() = stray.back() == '_' ? '-' : static_cast<char>(stray.back() + 1);
        EXPECT_NE(judged(stray), std::nullopt) << to_text(algorithm);
    }
}

TEST_F(JwsCases, numbers_of_ecdsa) {
    const struct {
        Algorithm algorithm;
        std::size_t size;
        std::string order;
    } curves[] = {
        {es256, 32,
         std::string("\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"
                     "\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51",
                     32)},
        {es384, 48,
         std::string(24, '\xff') + std::string("\xc7\x63\x4d\x81\xf4\x37\x2d\xdf\x58\x1a\x0d\xb2"
                                               "\x48\xb0\xa7\x7a\xec\xec\x19\x6a\xcc\xc5\x29\x73",
                                               24)},
    };
    for (const auto& [algorithm, size, order] : curves) {
        const std::string signature = signature_of_good(algorithm);
        const std::string r = signature.substr(0, size);
        const std::string s = signature.substr(size);
        const std::string zero(size, '\0');
        const std::string one = zero.substr(1) + '\1';
        expect_refused("r = 0", algorithm, zero + s);
        expect_refused("s = 0", algorithm, r + zero);
        expect_refused("both 0", algorithm, zero + zero);
        expect_refused("r = 1", algorithm, one + s);
        expect_refused("both 1", algorithm, one + one);
        expect_refused("r = order", algorithm, order + s);
        expect_refused("s = order", algorithm, r + order);
        expect_refused("both the order", algorithm, order + order);
        expect_refused("s = 2^n - 1", algorithm, r + std::string(size, '\xff'));
        expect_refused("s before r", algorithm, s + r);
        // The number of bytes a lenient reader would take from each half.
        expect_refused("zeros before both", algorithm,
                       std::string(1, '\0') + r + std::string(1, '\0') + s);
        const std::string input = input_of(header_of(algorithm));
        const char* digest = algorithm == es256 ? "SHA256" : "SHA384";
        const std::string der = forge::signature_of(input, pair_of(algorithm), digest);
        expect_refused("DER", algorithm, der);
        std::string padded = der;
        padded.resize(2 * size);
        expect_refused("DER cut to the right length", algorithm, padded);
        expect_refused(
            "the other digest", algorithm,
            forge::raw_of_der(forge::signature_of(input, pair_of(algorithm),
                                                  algorithm == es256 ? "SHA384" : "SHA256"),
                              size));
    }
}

TEST_F(JwsCases, paddings_and_digests_of_rsa) {
    const auto pss = [](Algorithm algorithm, const char* digest, int salt) {
        return forge::signature_of(input_of(header_of(algorithm)), rsa_, digest,
                                   RSA_PKCS1_PSS_PADDING, salt);
    };
    expect_refused("no salt", ps256, pss(ps256, "SHA256", 0));
    expect_refused("a short salt", ps256, pss(ps256, "SHA256", 20));
    expect_refused("a long salt", ps256, pss(ps256, "SHA256", 33));
    expect_refused("the longest salt", ps256, pss(ps256, "SHA256", RSA_PSS_SALTLEN_MAX));
    expect_refused("no salt", ps384, pss(ps384, "SHA384", 0));
    expect_refused("PS256's salt", ps384, pss(ps384, "SHA384", 32));
    expect_refused("no salt", ps512, pss(ps512, "SHA512", 0));
    expect_refused("another digest", ps256, pss(ps256, "SHA384", 32));
    expect_refused("another digest", ps384, pss(ps384, "SHA256", 48));
    expect_refused("SHA-1", ps256, pss(ps256, "SHA1", 32));
    expect_refused("PSS for RS256", rs256, pss(rs256, "SHA256", 32));
    const auto pkcs1 = [](Algorithm algorithm, const char* digest) {
        return forge::signature_of(input_of(header_of(algorithm)), rsa_, digest);
    };
    expect_refused("PKCS#1 for PS256", ps256, pkcs1(ps256, "SHA256"));
    expect_refused("SHA-1", rs256, pkcs1(rs256, "SHA1"));
    expect_refused("SHA-384", rs256, pkcs1(rs256, "SHA384"));
    expect_refused("SHA-512", rs256, pkcs1(rs256, "SHA512"));
    expect_refused("the digest itself", rs256, std::string(224, '\0') + std::string(32, 'd'));
}

// The header says one thing, the key another: a key never serves two families, nor two algorithms
// unless it was configured so.
// covers: S01
TEST_F(JwsCases, one_algorithm_in_the_place_of_another) {
    for (const Algorithm said : public_algorithms) {
        for (const Algorithm kid : public_algorithms) {
            if (said == kid) continue;
            const Json header = header_of(to_text(said), to_text(kid));
            const std::string input = input_of(header);
            expect("the key's own signature", said,
                   forge::signed_token(kid, header.text(), alice.text(), pair_of(kid)),
                   key_unknown);
            expect("a true signature, another's kid", said,
                   forge::signed_token(said, header.text(), alice.text(), pair_of(said)),
                   key_unknown);
        }
        // A public key as a secret: its file, its bytes, with and without the last line's end.
        const std::string input = input_of(header_of("HS256", to_text(said)));
        const std::string pem = forge::public_pem(pair_of(said));
        for (const std::string& key : {pem, pem.substr(0, pem.size() - 1)}) {
            expect("HS256 over a public key", said, forge::with_hmac(input, key),
                   signature_invalid);
        }
        expect("HMAC for a public key's algorithm", said,
               forge::with_hmac(input_of(header_of(said))), signature_invalid);
        expect("an empty HMAC key", said, forge::with_hmac(input, ""), signature_invalid);
    }
}

// covers: S01
TEST_F(JwsCases, algorithms_that_are_none) {
    const std::string signature = encode(signature_of_good(es256));
    for (const std::string_view name :
         {"none",    "None",   "NONE",   "nOnE",   "",      " ",      "es256", "ES256 ",
          " ES256",  "ES256K", "ES512",  "RS384",  "RS512", "HS384",  "HS512", "PS1",
          "ED25519", "Ed448",  "EdDSA ", "RSA1_5", "dir",   "SHA256", "*"}) {
        for (const std::string& end : {std::string{"."}, "." + signature}) {
            const std::string token = input_of(header_of(name, "ES256")) + end;
            EXPECT_NE(judged(token), std::nullopt) << name << end.substr(0, 1);
        }
    }
    for (const char* value : {"null", "true", "256", "[]", R"(["ES256"])", "{}"}) {
        const Json header = header_of(es256).with("alg", value);
        expect(value, es256, input_of(header) + "." + signature, algorithm_not_accepted);
    }
    expect("missing", es256, input_of(header_of(es256).without("alg")) + "." + signature,
           algorithm_not_accepted);
}

// Each of these is signed by the true key: the header alone must be enough to refuse it.
// covers: S02
TEST_F(JwsCases, headers_with_true_signatures) {
    const forge::KeyPair stranger = forge::make_ec("P-256");
    const Json good = header_of(es256);
    const struct {
        const char* what;
        Json header;
        std::optional<TokenRefusal> expected;
    } cases[] = {
        {"alg twice, the same", good.repeating("alg", R"("ES256")"), header_invalid},
        {"alg twice, one none", good.repeating("alg", R"("none")"), header_invalid},
        {"alg twice, one escaped", good.repeating(R"(\u0061lg)", R"("none")"), header_invalid},
        {"kid twice", good.repeating("kid", R"("RS256")"), header_invalid},
        {"crit, unknown", good.with("crit", R"(["x"])").with("x", "1"), extension_not_accepted},
        {"crit, empty", good.with("crit", "[]"), extension_not_accepted},
        {"crit, no list", good.with("crit", R"("exp")"), extension_not_accepted},
        {"crit names alg", good.with("crit", R"(["alg"])"), extension_not_accepted},
        {"b64 false in crit", good.with("crit", R"(["b64"])").with("b64", "false"),
         extension_not_accepted},
        {"b64 false alone", good.with("b64", "false"), extension_not_accepted},
        {"b64 true", good.with("b64", "true"), extension_not_accepted},
        {"compressed", good.with("zip", R"("DEF")"), extension_not_accepted},
        {"encrypted", good.with("enc", R"("A128GCM")"), extension_not_accepted},
        {"an unknown kid", good.with("kid", R"("ES257")"), key_unknown},
        {"no kid", good.without("kid"), key_unknown},
        {"an empty kid", good.with("kid", R"("")"), key_name_invalid},
        {"kid of a number", good.with("kid", "1"), key_name_invalid},
        {"another typ", good.with("typ", R"("secevent+jwt")"), type_not_accepted},
    };
    for (const auto& [what, header, expected] : cases) {
        expect(what, es256, forge::signed_token(es256, header.text(), alice.text(), p256_),
               expected);
    }
    // Where a stranger says that his key is to be had.
    for (const char* name : {"jku", "x5u"}) {
        const Json header = good.with(name, R"("https://127.0.0.1:9/keys")");
        expect(name, es256, forge::signed_token(es256, header.text(), alice.text(), stranger),
               signature_invalid);
    }
    const Json jwk = good.with("jwk", R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})");
    expect("jwk", es256, forge::signed_token(es256, jwk.text(), alice.text(), stranger),
           signature_invalid);
}

TEST_F(JwsCases, texts_that_only_look_like_the_signed_one) {
    for (const Algorithm algorithm : {rs256, es256, eddsa}) {
        const std::string token = good(algorithm);
        const std::size_t first = token.find('.');
        const std::size_t last = token.rfind('.');
        const std::string end = token.substr(last);
        const std::string header = header_of(algorithm).text();
        // The same header and claims with blanks between their members.
        std::string spaced = alice.text();
        spaced.insert(1, " ");
        expect("a blank in the claims", algorithm,
               token.substr(0, first + 1) + encode(spaced) + end, signature_invalid);
        expect("a blank behind the header", algorithm, encode(header + " ") + token.substr(first),
               signature_invalid);
        expect("other claims", algorithm,
               token.substr(0, first + 1) + encode(alice.with("sub", "\"bob\"").text()) + end,
               signature_invalid);
        expect("header and claims in turn", algorithm,
               encode(alice.text()) + "." + encode(header) + end, algorithm_not_accepted);
        expect("a byte-order mark", algorithm,
               forge::signed_token(algorithm, "\xef\xbb\xbf" + header, alice.text(),
                                   pair_of(algorithm)),
               header_invalid);
        expect("padding in the header", algorithm,
               token.substr(0, first) + "=" + token.substr(first), encoding_invalid);
    }
}

}  // namespace
}  // namespace coffer::access
