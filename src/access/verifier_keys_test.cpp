// Tokens of issuers that publish their keys, through the verifier and its threads.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <semaphore>
#include <thread>

#include "access/forge_jwk_test.h"
#include "access/verifier.h"

namespace coffer::access {
namespace {

using forge::jwk;
using forge::jwk_set;
using forge::token_of;
using enum Algorithm;

class VerifierKeysTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        one_ = forge::make_ec("P-256");
        two_ = forge::make_ed25519();
    }
    static void TearDownTestSuite() {
        one_.reset();
        two_.reset();
    }

    void make(std::vector<IssuerConfig> issuers = {forge::publishing_issuer()}) {
        VerifierConfig config{.issuers = std::move(issuers)};
        config.fetcher = web_;
        config.clock = &time_;
        config.waiting_per_address_max = 1'000;
        config.waiting_for_keys_max = 20;
        auto verifier = Verifier::create(config, [] {});
        ASSERT_TRUE(verifier.ok()) << verifier.error().message;
        verifier_ = std::move(*verifier);
    }
    void publish(const std::vector<forge::Json>& keys) {
        web_->publish(forge::keys_url, {jwk_set(keys), "", {}});
    }

    /// What becomes of a token, whether it has to wait or not.
    Verdict verdict(const std::string& token) {
        std::optional<Verdict> said;
        ask(token, [&said](const Verdict& verdict) { said = verdict; });
        poll_until([&said] { return said.has_value(); });
        return said.value_or(TokenRefusal::too_long);
    }
    void ask(const std::string& token, const Verifier::Done& done) {
        const Checked checked = verifier_->check(token, forge::now);
        if (const auto* principal = std::get_if<PrincipalRef>(&checked)) return done(*principal);
        if (const auto* refusal = std::get_if<TokenRefusal>(&checked)) return done(*refusal);
        if (std::holds_alternative<KeysUnavailable>(checked)) return done(KeysUnavailable{});
        ASSERT_EQ(verifier_->verify_later(token, PeerAddress::v4(127, 0, 0, 1), forge::now, done),
                  Verifier::Queued::waiting);
    }
    template <class Condition>
    void poll_until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (!condition() && std::chrono::steady_clock::now() < deadline) {
            verifier_->poll(forge::now);
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        EXPECT_TRUE(condition());
    }
    static bool is_accepted(const Verdict& verdict) {
        return std::holds_alternative<PrincipalRef>(verdict);
    }
    static bool is(const Verdict& verdict, TokenRefusal refusal) {
        const auto* said = std::get_if<TokenRefusal>(&verdict);
        return said != nullptr && *said == refusal;
    }
    std::size_t requests() const { return web_->asked().size(); }

    static inline forge::KeyPair one_, two_;
    std::shared_ptr<forge::FakeWeb> web_ = std::make_shared<forge::FakeWeb>();
    forge::FakeTime time_;
    std::unique_ptr<Verifier> verifier_;
};

TEST_F(VerifierKeysTest, the_first_tokens_wait_for_the_first_keys) {
    // Shared: the thread that fetches may still be inside acquire() when the test has ended.
    const auto may_answer = std::make_shared<std::counting_semaphore<>>(0);
    web_->on_fetch([may_answer] { may_answer->acquire(); });
    publish({jwk(one_, "one")});
    make();
    std::vector<Verdict> said;
    for (int i = 0; i < 10; ++i) {
        ask(token_of(es256, "one", one_, "user-" + std::to_string(i)),
            [&said](const Verdict& verdict) { said.push_back(verdict); });
    }
    poll_until([this] { return verifier_->counters().waiting_for_keys == 10; });
    EXPECT_FALSE(verifier_->has_keys());
    may_answer->release();
    poll_until([&said] { return said.size() == 10; });
    for (const Verdict& verdict : said) EXPECT_TRUE(is_accepted(verdict));
    EXPECT_TRUE(verifier_->has_keys());
    EXPECT_EQ(requests(), 1u);
    EXPECT_EQ(verifier_->counters().waiting_for_keys, 0u);
    EXPECT_EQ(verifier_->counters().waiting, 0u);
}

TEST_F(VerifierKeysTest, a_new_key_is_fetched_when_its_first_token_comes) {
    publish({jwk(one_, "one")});
    make();
    const std::string known = token_of(es256, "one", one_);
    EXPECT_TRUE(is_accepted(verdict(known)));
    publish({jwk(one_, "one"), jwk(two_, "two")});
    EXPECT_TRUE(is_accepted(verdict(token_of(eddsa, "two", two_))));
    EXPECT_EQ(requests(), 2u);
    EXPECT_TRUE(is_accepted(verdict(known)));
    EXPECT_EQ(verifier_->counters().cache_hits, 1u) << "what stays published stays remembered";
}

TEST_F(VerifierKeysTest, a_storm_of_unknown_names_asks_once) {
    publish({jwk(one_, "one")});
    make();
    EXPECT_TRUE(is_accepted(verdict(token_of(es256, "one", one_))));
    for (int i = 0; i < 200; ++i) {
        const auto said = verdict(token_of(es256, "unknown-" + std::to_string(i), one_));
        EXPECT_TRUE(is(said, TokenRefusal::key_unknown));
    }
    EXPECT_EQ(requests(), 2u);
    EXPECT_EQ(verifier_->key_sets().at(0).asked_for_kid, 1u);
    EXPECT_TRUE(is_accepted(verdict(token_of(es256, "one", one_, "bob"))));
}

TEST_F(VerifierKeysTest, only_so_many_wait_for_keys) {
    publish({jwk(one_, "one")});
    make();
    EXPECT_TRUE(is_accepted(verdict(token_of(es256, "one", one_))));
    // Shared: the thread that fetches may still be inside acquire() when the test has ended.
    const auto may_answer = std::make_shared<std::counting_semaphore<>>(0);
    web_->on_fetch([may_answer] { may_answer->acquire(); });
    std::size_t refused = 0;
    for (int i = 0; i < 50; ++i) {
        ask(token_of(es256, "unknown-" + std::to_string(i), one_), [&refused](const Verdict& said) {
            EXPECT_TRUE(is(said, TokenRefusal::key_unknown));
            ++refused;
        });
    }
    poll_until([&refused] { return refused == 30; });
    EXPECT_EQ(verifier_->counters().waiting_for_keys, 20u);
    // Whoever has a good key is served meanwhile.
    EXPECT_TRUE(is_accepted(verdict(token_of(es256, "one", one_, "bob"))));
    may_answer->release(10);
    poll_until([&refused] { return refused == 50; });
}

TEST_F(VerifierKeysTest, nobody_waits_for_longer_than_an_answer_may_take) {
    publish({jwk(one_, "one")});
    make();
    EXPECT_TRUE(is_accepted(verdict(token_of(es256, "one", one_))));
    // Shared: the thread that fetches may still be inside acquire() when the test has ended.
    const auto may_answer = std::make_shared<std::counting_semaphore<>>(0);
    web_->on_fetch([may_answer] { may_answer->acquire(); });
    std::optional<Verdict> said;
    ask(token_of(es256, "unknown", one_), [&said](const Verdict& verdict) { said = verdict; });
    poll_until([this] { return verifier_->counters().waiting_for_keys == 1; });
    verifier_->poll({forge::now.unix_ms + 6'000});
    EXPECT_FALSE(said);
    verifier_->poll({forge::now.unix_ms + 6'001});
    ASSERT_TRUE(said);
    EXPECT_TRUE(is(*said, TokenRefusal::key_unknown));
    may_answer->release(10);
}

// Row 26: remembered or not.
TEST_F(VerifierKeysTest, a_retired_key_is_worth_nothing) {
    publish({jwk(one_, "one"), jwk(two_, "two")});
    make();
    const std::string old = token_of(es256, "one", one_);
    const std::string current = token_of(eddsa, "two", two_);
    EXPECT_TRUE(is_accepted(verdict(old)));
    EXPECT_TRUE(is_accepted(verdict(current)));
    publish({jwk(two_, "two")});
    EXPECT_TRUE(is(verdict(token_of(es256, "brings-the-news", one_)), TokenRefusal::key_unknown));
    EXPECT_TRUE(is(verdict(old), TokenRefusal::key_unknown));
    EXPECT_TRUE(is_accepted(verdict(current)));
    EXPECT_EQ(verifier_->counters().cache_entries, 1u);
    EXPECT_EQ(requests(), 2u);
}

TEST_F(VerifierKeysTest, without_keys_nobody_can_tell) {
    make();
    EXPECT_TRUE(std::holds_alternative<KeysUnavailable>(verdict(token_of(es256, "one", one_))));
    for (int i = 0; i < 20; ++i) {
        const auto said = verdict(token_of(es256, "k" + std::to_string(i), one_));
        EXPECT_TRUE(std::holds_alternative<KeysUnavailable>(said));
    }
    EXPECT_LE(requests(), 2u);
    EXPECT_FALSE(verifier_->has_keys());
    // What no key could make good is refused all the same.
    const forge::Json other = forge::alice.with("iss", R"("https://other.example")");
    EXPECT_TRUE(is(
        verdict(forge::signed_token(es256, R"({"alg":"ES256","kid":"one"})", other.text(), one_)),
        TokenRefusal::issuer_not_accepted));
    EXPECT_TRUE(is(verdict(forge::hs256(R"({"alg":"HS256","kid":"one"})", forge::alice.text())),
                   TokenRefusal::key_unknown));
}

TEST_F(VerifierKeysTest, nobody_is_asked_for_a_key_that_would_not_do) {
    IssuerConfig issuer = forge::publishing_issuer();
    issuer.algorithms = {eddsa};
    publish({jwk(two_, "two")});
    make({issuer});
    EXPECT_TRUE(is_accepted(verdict(token_of(eddsa, "two", two_))));
    EXPECT_TRUE(is(verdict(token_of(es256, "one", one_)), TokenRefusal::key_unknown));
    const auto without_name = [](const forge::KeyPair& pair) {
        return forge::signed_token(eddsa, R"({"alg":"EdDSA"})", forge::alice.text(), pair);
    };
    EXPECT_TRUE(is_accepted(verdict(without_name(two_)))) << "there is one key";
    EXPECT_EQ(requests(), 1u);
    publish({jwk(two_, "two"), jwk(forge::make_ed25519(), "three")});
    EXPECT_TRUE(is(verdict(token_of(eddsa, "unknown", two_)), TokenRefusal::key_unknown));
    EXPECT_EQ(requests(), 2u);
    const forge::Json bob = forge::alice.with("sub", R"("bob")");
    const auto of_bob = forge::signed_token(eddsa, R"({"alg":"EdDSA"})", bob.text(), two_);
    EXPECT_TRUE(is(verdict(of_bob), TokenRefusal::key_unknown)) << "there are two";
    EXPECT_EQ(requests(), 2u);
}

TEST_F(VerifierKeysTest, issuers_keep_to_their_tenants_and_their_keys) {
    IssuerConfig other = forge::publishing_issuer();
    other.issuer = "https://other.example";
    other.jwks_url = "https://other.example/keys";
    other.tenants = {"t9"};
    publish({jwk(one_, "one")});
    web_->publish(other.jwks_url, {jwk_set({jwk(two_, "one")}), "", {}});
    make({forge::publishing_issuer(), other});
    const forge::Json of_other = forge::alice.with("iss", forge::quoted(other.issuer));
    const std::string header = R"({"alg":"EdDSA","kid":"one"})";
    const auto signed_by_other = [&](const forge::Json& claims) {
        return verdict(forge::signed_token(eddsa, header, claims.text(), two_));
    };
    EXPECT_TRUE(is_accepted(signed_by_other(of_other.with("tenant_id", R"("t9")"))));
    EXPECT_TRUE(is(signed_by_other(of_other), TokenRefusal::tenant_not_of_issuer));
    EXPECT_TRUE(is(signed_by_other(forge::alice), TokenRefusal::key_unknown));
    EXPECT_TRUE(is_accepted(verdict(token_of(es256, "one", one_))));
}

TEST_F(VerifierKeysTest, may_go_while_an_issuer_is_asked) {
    // Shared: the thread that fetches may still be inside acquire() when the test has ended.
    const auto may_answer = std::make_shared<std::counting_semaphore<>>(0);
    web_->on_fetch([may_answer] { may_answer->acquire(); });
    make();
    bool called = false;
    ask(token_of(es256, "one", one_), [&called](const Verdict&) { called = true; });
    may_answer->release(10);
    verifier_.reset();
    EXPECT_FALSE(called);
}

TEST(VerifierKeys, contradictions_do_not_start) {
    const auto refusal = [](const IssuerConfig& issuer) -> std::string {
        const auto trust = Trust::load({issuer});
        return trust ? "accepted" : trust.error().message;
    };
    const auto says = [&refusal](const IssuerConfig& issuer, std::string_view part) {
        EXPECT_NE(refusal(issuer).find(part), std::string::npos) << refusal(issuer);
    };
    IssuerConfig issuer = forge::publishing_issuer();
    EXPECT_EQ(refusal(issuer), "accepted");
    issuer.discovery = true;
    says(issuer, "several places");
    issuer.jwks_url.clear();
    EXPECT_EQ(refusal(issuer), "accepted");
    issuer.issuer = "http://iam.example";
    says(issuer, "not https");
    issuer.issuer = "";
    says(issuer, "exact iss");
    issuer = forge::publishing_issuer();
    issuer.keys.push_back({.file = "/x"});
    says(issuer, "several places");
    issuer = forge::publishing_issuer();
    issuer.jwks_url = "http://127.0.0.1/k";
    says(issuer, "insecure_loopback");
    issuer.insecure_loopback = true;
    EXPECT_EQ(refusal(issuer), "accepted");
}

}  // namespace
}  // namespace coffer::access
