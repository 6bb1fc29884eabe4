// Row 29 of reference/faults.md 7.1: what the service refuses to start with, and what it says.
#include "access/trust.h"

#include <gtest/gtest.h>

#include "access/forge_test.h"
#include "access/key_file.h"

namespace coffer::access {
namespace {

class TrustTest : public testing::Test {
protected:
    std::string refusal(const std::vector<IssuerConfig>& issuers) {
        const auto trust = Trust::load(issuers);
        if (trust.ok()) return "accepted";
        EXPECT_EQ(trust.error().kind, Fault::Kind::configuration);
        return trust.error().message;
    }
    std::string refusal_of_secret(std::string_view text, mode_t mode = 0600) {
        return refusal({{.keys = {{.file = folder_.write("secret", text, mode)}}}});
    }
    std::string refusal_of_pem(std::string_view text, mode_t mode = 0644) {
        return refusal({{.keys = {{.algorithm = Algorithm::rs256,
                                   .file = folder_.write("public.pem", text, mode)}}}});
    }
    static void expect_says(const std::string& message, std::string_view part) {
        EXPECT_NE(message.find(part), std::string::npos) << message;
    }

    forge::Folder folder_;
};

TEST_F(TrustTest, secrets) {
    EXPECT_EQ(refusal_of_secret(forge::secret), "accepted");
    EXPECT_EQ(refusal_of_secret("\n  " + std::string{forge::secret} + " \r\n"), "accepted");
    EXPECT_EQ(refusal_of_secret("0123456789abcdefghijklmnopqrstuv"), "accepted");
    expect_says(refusal_of_secret("0123456789abcdefghijklmnopqrstu"), "has 31 bytes");
    expect_says(refusal_of_secret("0123456789abcdefghijklmnopqrstu\n\n\n"), "openssl rand");
    expect_says(refusal_of_secret("a-string-secret-at-least-256-bits-long"), "published");
    expect_says(refusal_of_secret("Your-Secret-Key-At-Least-32-Characters"), "placeholder");
    expect_says(refusal_of_secret("changeme-changeme-changeme-changeme"), "placeholder");
    expect_says(refusal_of_secret(std::string(64, 'a')), "repeats");
    expect_says(refusal_of_secret(" \n"), "empty");
    expect_says(refusal_of_secret(std::string(70'000, 'x')), "64 KiB");
    expect_says(refusal_of_secret(forge::secret, 0640), "chmod 600");
    expect_says(refusal_of_secret(forge::secret, 0604), "chmod 600");
    const std::string weak = "hunter2";
    EXPECT_EQ(refusal_of_secret(weak).find(weak), std::string::npos);
}

TEST_F(TrustTest, public_keys) {
    const forge::KeyPair pair = forge::make_rsa();
    EXPECT_EQ(refusal_of_pem(forge::public_pem(pair)), "accepted");
    EXPECT_EQ(refusal_of_pem(forge::certificate_pem(pair)), "accepted");
    expect_says(refusal_of_pem(forge::public_pem(pair), 0664), "chmod go-w");
    expect_says(refusal_of_pem(forge::private_pem(pair)), "private key");
    expect_says(refusal_of_pem(forge::public_pem(forge::make_rsa(1'024))), "1024 bits");
    expect_says(refusal_of_pem(forge::public_pem(forge::make_ec("P-256"))), "another type");
    expect_says(refusal_of_pem(forge::public_pem(forge::make_ec("P-521"))), "neither P-256");
    expect_says(refusal_of_pem(forge::public_pem(forge::make_ec("secp256k1"))), "neither P-256");
    expect_says(refusal_of_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"),
                "no PEM file");
    expect_says(refusal_of_pem("-----BEGIN RSA PUBLIC KEY-----\n"), "PKCS#1");
    expect_says(refusal_of_pem(forge::public_pem(forge::make_x25519())), "no RSA, P-256");
    expect_says(refusal_of_pem(forge::secret), "no PEM file");
    expect_says(refusal_of_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
                "no PEM file");
    // No terminal is asked for the password.
    expect_says(refusal_of_pem("-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n"
                               "DEK-Info: AES-128-CBC,000102030405060708090A0B0C0D0E0F\n\n"
                               "AAAAAAAAAAAAAAAAAAAAAA==\n-----END PUBLIC KEY-----\n"),
                "no PEM file");
    // The way into algorithm confusion: a public key where a secret belongs.
    expect_says(refusal_of_secret(forge::public_pem(pair)), "RS256");
}

TEST_F(TrustTest, files_that_are_none) {
    expect_says(refusal({{.keys = {{.file = folder_.path() + "/missing"}}}}), "cannot be opened");
    expect_says(refusal({{.keys = {{.file = folder_.path()}}}}), "regular file");
    expect_says(refusal({{.keys = {{.file = "/dev/null"}}}}), "regular file");
}

TEST_F(TrustTest, contradictions) {
    const KeyConfig key{.file = folder_.write("secret", forge::secret)};
    expect_says(refusal({}), "no issuer is configured");
    expect_says(refusal({{.issuer = "a"}}), "issuer a has no key");
    expect_says(refusal({IssuerConfig{}}), "the issuer without a name has no key");
    expect_says(refusal({{.issuer = "a", .keys = std::vector<KeyConfig>(33, key)}}),
                "over 32 keys");
    expect_says(refusal({{.issuer = "a", .keys = {key}}, {.keys = {key}}}), "exact iss");
    expect_says(refusal({{.issuer = "a", .keys = {key}}, {.issuer = "a", .keys = {key}}}),
                "configured twice");
    EXPECT_EQ(refusal({{.issuer = "a", .keys = {key}}, {.issuer = "b", .keys = {key}}}),
              "accepted");
    expect_says(
        refusal({{.issuer = "a", .keys = {key}, .name = "b"}, {.issuer = "b", .keys = {key}}}),
        "two issuers have the name b");
}

TEST_F(TrustTest, an_issuer_without_a_name_speaks_under_any) {
    const KeyConfig key{.file = folder_.write("secret", forge::secret)};
    const auto lone = Trust::load({{.keys = {key}}});
    ASSERT_TRUE(lone.ok());
    EXPECT_EQ((*lone)->find("https://iam.example"), 0u);
    EXPECT_EQ((*lone)->find(""), 0u);
    const auto named = Trust::load({{.issuer = "a", .keys = {key}}});
    ASSERT_TRUE(named.ok());
    EXPECT_EQ((*named)->find("b"), std::nullopt);
    EXPECT_EQ((*named)->find(""), std::nullopt);
    const auto two = Trust::load({{.issuer = "a", .keys = {key}}, {.issuer = "b", .keys = {key}}});
    ASSERT_TRUE(two.ok());
    EXPECT_EQ((*two)->find("b"), 1u);
    EXPECT_EQ((*two)->find("c"), std::nullopt);
}

}  // namespace
}  // namespace coffer::access
