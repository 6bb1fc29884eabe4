// Which certificates and keys are taken, and what is said of the others.
#include "tls/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tls/tls_fixture.h"

namespace coffer::tls::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Instant now() { return {std::time(nullptr) * 1000}; }

std::string refusal_of(PemPair pair) {
    const auto identity = Identity::read(std::move(pair));
    return identity ? "taken" : identity.error().message;
}

TEST(Identity, says_who_it_is) {
    const auto identity = Identity::read(usual().pair());
    ASSERT_TRUE(identity) << identity.error().message;
    EXPECT_EQ(identity->description(), "wallet.example, 127.0.0.1 (P-256)");
    EXPECT_THAT(identity->warnings(now()), IsEmpty());
    EXPECT_LT(identity->begins(), now());
    EXPECT_GT(identity->expires().unix_ms, now().unix_ms + 89 * day_ms);
}

TEST(Identity, takes_the_kinds_that_clients_know) {
    const auto kind_of = [](KeyOwner key) {
        const auto identity = Identity::read(make(std::move(key)).pair());
        return identity ? identity->description() : identity.error().message;
    };
    EXPECT_THAT(kind_of(ec_key("P-384")), HasSubstr("(P-384)"));
    EXPECT_THAT(kind_of(rsa_key(2048)), HasSubstr("(RSA 2048)"));
    EXPECT_THAT(kind_of(KeyOwner{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")}),
                HasSubstr("(Ed25519)"));
    EXPECT_THAT(kind_of(rsa_key(1024)), HasSubstr("k.pem: clients refuse such a key"));
    EXPECT_THAT(kind_of(ec_key("P-521")), HasSubstr("k.pem: clients refuse such a key"));
    EXPECT_THAT(kind_of(ec_key("secp256k1")), HasSubstr("k.pem: clients refuse such a key"));
}

TEST(Identity, names_the_file_and_the_reason) {
    const Made other = make(ec_key("P-256"));
    const PemPair good = usual().pair();
    const auto with = [&](std::string certificate, std::string key) {
        return refusal_of({std::move(certificate), std::move(key), "c.pem", "k.pem"});
    };
    EXPECT_THAT(with("", good.key), HasSubstr("c.pem: holds no CERTIFICATE"));
    EXPECT_THAT(with(good.key, good.key), HasSubstr("c.pem: holds no CERTIFICATE"));
    EXPECT_THAT(with(good.certificate.substr(0, 200), good.key), HasSubstr("c.pem: certificate 1"));
    EXPECT_THAT(with(good.certificate + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE"
                                        "-----\n",
                     good.key),
                HasSubstr("c.pem: certificate 2 cannot be read"));
    EXPECT_THAT(with(good.certificate, ""), HasSubstr("k.pem: holds no PRIVATE KEY"));
    EXPECT_THAT(with(good.certificate, good.certificate), HasSubstr("k.pem: holds no PRIVATE KEY"));
    EXPECT_THAT(with(good.certificate, usual().key_pem("word")), HasSubstr("k.pem: is encrypted"));
    EXPECT_EQ(with(good.certificate, other.key_pem()),
              "k.pem: is not the key of the certificate in c.pem");
    EXPECT_EQ(with(other.pem() + good.certificate, good.key),
              "c.pem: the server's own certificate must stand first");
    std::string many;
    for (int i = 0; i < 16; ++i) many += good.certificate;
    EXPECT_THAT(with(many, good.key), HasSubstr("c.pem: holds too many"));
    // No message repeats what is in a file of keys.
    EXPECT_EQ(with(good.certificate, "secret").find("secret"), std::string::npos);
}

TEST(Identity, refuses_a_signature_that_clients_refuse) {
    const Made authority = make(ec_key("P-256"));
    Wish wish;
    wish.issuer = &authority;
    wish.digest = EVP_sha1();
    EXPECT_THAT(refusal_of(make(ec_key("P-256"), wish).pair()), HasSubstr("c.pem: ca md too weak"));
}

TEST(Identity, warns_of_what_will_be_trouble) {
    const auto warnings_of = [](const Wish& wish) {
        return Identity::read(make(ec_key("P-256"), wish).pair())->warnings(now());
    };
    EXPECT_THAT(warnings_of({.days = 15}), IsEmpty());
    EXPECT_THAT(warnings_of({.days = 13}), ElementsAre(HasSubstr("Z, in 13 days")));
    EXPECT_THAT(warnings_of({.days = 1}), ElementsAre(HasSubstr("Z, in 1 day")));
    EXPECT_THAT(warnings_of({.days = -1, .begins_in_days = -9}),
                ElementsAre(HasSubstr("c.pem: the certificate expired on 20")));
    EXPECT_THAT(warnings_of({.begins_in_days = 2}), ElementsAre(HasSubstr("not valid before 20")));
    EXPECT_THAT(warnings_of({.names = nullptr}), ElementsAre(HasSubstr("names no host")));
}

TEST(Identity, knows_the_order_of_a_chain) {
    const Made root = make(ec_key("P-256"));
    const Made middle = make(ec_key("P-256"), {.issuer = &root});
    const Made leaf = make(ec_key("P-256"), {.issuer = &middle});
    PemPair pair = leaf.pair();
    pair.certificate += middle.pem() + root.pem();
    EXPECT_THAT(Identity::read(pair)->warnings(now()), IsEmpty());
    pair = leaf.pair();
    pair.certificate += root.pem() + middle.pem();
    EXPECT_THAT(Identity::read(pair)->warnings(now()), ElementsAre(HasSubstr("did not sign")));
}

}  // namespace
}  // namespace coffer::tls::testing
