#include "access/verifier.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "access/forge_test.h"

namespace coffer::access {
namespace {

using forge::alice;
using forge::hs256;
using forge::hs256_header;

constexpr PeerAddress home = PeerAddress::v4(127, 0, 0, 1);
constexpr PeerAddress away = PeerAddress::v4(10, 0, 0, 7);

class VerifierTest : public testing::Test {
protected:
    static void SetUpTestSuite() { rsa_ = forge::make_rsa(); }
    static void TearDownTestSuite() { rsa_.reset(); }

    void SetUp() override { make({}); }

    void make(VerifierConfig config) {
        config.issuers = {forge::strict_issuer(
            {{.file = folder_.write("secret", forge::secret)},
             {.algorithm = Algorithm::rs256,
              .file = folder_.write("public.pem", forge::public_pem(rsa_), 0644)}})};
        auto verifier = Verifier::create(config, [this] { ++wake_ups_; });
        ASSERT_TRUE(verifier.ok()) << verifier.error().message;
        verifier_ = std::move(*verifier);
    }

    static std::string rsa_token(const std::string& user, std::int64_t ttl_s = 3'600) {
        const auto claims =
            alice.with("sub", "\"" + user + "\"").with("exp", std::to_string(forge::now_s + ttl_s));
        return forge::rs256(forge::rs256_header.text(), claims.text(), rsa_);
    }

    /// Asks for a token and remembers the verdict under `name`.
    Verifier::Queued ask(const std::string& token, const PeerAddress& peer = home) {
        EXPECT_TRUE(std::holds_alternative<NeedsWorker>(verifier_->check(token, forge::now)));
        return verifier_->verify_later(token, peer, forge::now, [this](const Verdict& verdict) {
            verdicts_.push_back(verdict);
        });
    }

    void poll_until(std::size_t verdicts, Instant now = forge::now) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (verdicts_.size() < verdicts && std::chrono::steady_clock::now() < deadline) {
            verifier_->poll(now);
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        ASSERT_EQ(verdicts_.size(), verdicts);
    }

    static inline forge::KeyPair rsa_;
    forge::Folder folder_;
    std::atomic<int> wake_ups_ = 0;
    std::vector<Verdict> verdicts_;
    std::unique_ptr<Verifier> verifier_;
};

TEST_F(VerifierTest, checks_hmac_at_once_and_remembers) {
    const std::string token = hs256(hs256_header.text(), alice.text());
    const Checked first = verifier_->check(token, forge::now);
    ASSERT_TRUE(std::holds_alternative<PrincipalRef>(first));
    const Checked second = verifier_->check(token, forge::now);
    EXPECT_EQ(std::get<PrincipalRef>(first), std::get<PrincipalRef>(second));
    EXPECT_EQ(verifier_->counters().cache_hits, 1u);
    EXPECT_EQ(verifier_->counters().checked_here, 1u);
}

TEST_F(VerifierTest, refuses_a_remembered_token_from_its_end_on) {
    const std::string token = hs256(hs256_header.text(), alice.text());
    const Instant end{(forge::now_s + 3'600 + 30) * 1'000};
    EXPECT_TRUE(std::holds_alternative<PrincipalRef>(verifier_->check(token, forge::now)));
    EXPECT_TRUE(std::holds_alternative<PrincipalRef>(verifier_->check(token, {end.unix_ms - 1})));
    EXPECT_EQ(std::get<TokenRefusal>(verifier_->check(token, end)), TokenRefusal::expired);
    EXPECT_EQ(verifier_->counters().refused[static_cast<std::size_t>(TokenRefusal::expired)], 1u);
}

TEST_F(VerifierTest, does_not_remember_refusals) {
    const std::string token = hs256(hs256_header.text(), alice.text(), forge::other_secret);
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(
            std::get<TokenRefusal>(verifier_->check(token + std::string(4 * i, 'A'), forge::now)),
            TokenRefusal::signature_invalid);
    }
    EXPECT_EQ(verifier_->counters().cache_entries, 0u);
}

TEST_F(VerifierTest, leaves_rsa_to_a_worker_and_remembers) {
    const std::string token = rsa_token("alice");
    EXPECT_EQ(ask(token), Verifier::Queued::waiting);
    EXPECT_EQ(verifier_->counters().waiting, 1u);
    poll_until(1);
    EXPECT_GE(wake_ups_.load(), 1);
    EXPECT_EQ(std::get<PrincipalRef>(verdicts_[0])->subject, "alice");
    EXPECT_TRUE(std::holds_alternative<PrincipalRef>(verifier_->check(token, forge::now)));
    EXPECT_EQ(verifier_->counters().checked_by_workers, 1u);
    EXPECT_EQ(verifier_->counters().waiting, 0u);
}

TEST_F(VerifierTest, refuses_a_false_rsa_signature) {
    std::string token = rsa_token("alice");
    char& changed = token[token.size() - 20];
    changed = changed == 'A' ? 'B' : 'A';
    EXPECT_EQ(ask(token), Verifier::Queued::waiting);
    poll_until(1);
    EXPECT_EQ(std::get<TokenRefusal>(verdicts_[0]), TokenRefusal::signature_invalid);
    EXPECT_EQ(verifier_->counters().cache_entries, 0u);
}

TEST_F(VerifierTest, refuses_obvious_faults_without_a_worker) {
    const auto header = forge::rs256_header.with("kid", R"("unknown")");
    const std::string token = forge::rs256(header.text(), alice.text(), rsa_);
    EXPECT_EQ(std::get<TokenRefusal>(verifier_->check(token, forge::now)),
              TokenRefusal::key_unknown);
    EXPECT_EQ(verifier_->counters().waiting, 0u);
}

// Row 30: decided once, with the time of the round that goes on with the request.
TEST_F(VerifierTest, a_token_that_expires_while_it_waits_is_refused) {
    EXPECT_EQ(ask(rsa_token("alice", 10)), Verifier::Queued::waiting);
    poll_until(1, {(forge::now_s + 40) * 1'000});
    EXPECT_EQ(std::get<TokenRefusal>(verdicts_[0]), TokenRefusal::expired);
}

TEST_F(VerifierTest, twins_wait_for_one_check) {
    const std::string token = rsa_token("alice");
    for (int i = 0; i < 100; ++i) EXPECT_EQ(ask(token), Verifier::Queued::waiting);
    poll_until(100);
    EXPECT_EQ(verifier_->counters().checked_by_workers, 1u);
    for (const Verdict& verdict : verdicts_) {
        EXPECT_EQ(std::get<PrincipalRef>(verdict), std::get<PrincipalRef>(verdicts_[0]));
    }
}

TEST_F(VerifierTest, eight_tokens_of_an_address_may_wait) {
    // What nobody polled still waits, so the count does not depend on the worker's speed.
    for (int i = 0; i < 8; ++i) {
        EXPECT_EQ(ask(rsa_token("user-" + std::to_string(i))), Verifier::Queued::waiting);
    }
    EXPECT_EQ(ask(rsa_token("user-8")), Verifier::Queued::too_many);
    EXPECT_EQ(ask(rsa_token("user-8"), away), Verifier::Queued::waiting);
    EXPECT_EQ(verifier_->counters().too_many, 1u);
    poll_until(9);
    EXPECT_EQ(ask(rsa_token("user-9")), Verifier::Queued::waiting);
    poll_until(10);
}

TEST_F(VerifierTest, a_full_queue_is_busy) {
    make({.queue_max = 3, .waiting_per_address_max = 100});
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(ask(rsa_token("user-" + std::to_string(i))), Verifier::Queued::waiting);
    }
    EXPECT_EQ(ask(rsa_token("user-3"), away), Verifier::Queued::busy);
    poll_until(3);
}

TEST_F(VerifierTest, several_workers_finish_everything_once) {
    make({.workers = 4, .waiting_per_address_max = 1'000});
    constexpr std::size_t tokens = 200;
    for (std::size_t i = 0; i < tokens; ++i) {
        EXPECT_EQ(ask(rsa_token("user-" + std::to_string(i))), Verifier::Queued::waiting);
    }
    poll_until(tokens);
    EXPECT_EQ(verifier_->counters().checked_by_workers, tokens);
    EXPECT_EQ(verifier_->counters().cache_entries, tokens);
}

TEST_F(VerifierTest, a_callback_may_ask_again) {
    const std::string second = rsa_token("second");
    Verifier::Queued queued = Verifier::Queued::busy;
    ASSERT_TRUE(
        std::holds_alternative<NeedsWorker>(verifier_->check(rsa_token("first"), forge::now)));
    ASSERT_EQ(verifier_->verify_later(rsa_token("first"), home, forge::now,
                                      [&](const Verdict&) { queued = ask(second); }),
              Verifier::Queued::waiting);
    poll_until(1);
    EXPECT_EQ(queued, Verifier::Queued::waiting);
    EXPECT_EQ(std::get<PrincipalRef>(verdicts_[0])->subject, "second");
}

TEST_F(VerifierTest, may_go_while_tokens_wait) {
    for (int i = 0; i < 8; ++i) {
        EXPECT_EQ(ask(rsa_token("user-" + std::to_string(i))), Verifier::Queued::waiting);
    }
    verifier_.reset();
    EXPECT_TRUE(verdicts_.empty());
}

TEST(Verifier, does_not_start_without_workers_or_issuers) {
    EXPECT_FALSE(Verifier::create({}, [] {}).ok());
    forge::Folder folder;
    const IssuerConfig issuer{.keys = {{.file = folder.write("s", forge::secret)}}};
    EXPECT_FALSE(Verifier::create({.issuers = {issuer}, .workers = 0}, [] {}).ok());
    EXPECT_FALSE(Verifier::create({.issuers = {issuer}, .workers = 17}, [] {}).ok());
    const auto verifier = Verifier::create({.issuers = {issuer}}, [] {});
    ASSERT_TRUE(verifier.ok());
    EXPECT_TRUE((*verifier)->key_sets().empty()) << "nobody publishes";
}

}  // namespace
}  // namespace coffer::access
