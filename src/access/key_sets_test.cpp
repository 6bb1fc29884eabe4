// Rows 27 and 28 of reference/faults.md 7.1: how published keys come, change, and stay while the
// issuer is away. No thread and no clock but the test's.
#include "access/key_sets.h"

#include <gtest/gtest.h>

#include "access/forge_jwk_test.h"

namespace coffer::access {
namespace {

using forge::jwk;
using forge::jwk_set;

class KeySetsTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        one_ = forge::make_ec("P-256");
        two_ = forge::make_ec("P-256");
    }
    static void TearDownTestSuite() {
        one_.reset();
        two_.reset();
    }

    void SetUp() override { make({forge::publishing_issuer()}); }

    void make(const std::vector<IssuerConfig>& issuers) {
        auto trust = Trust::load(issuers);
        ASSERT_TRUE(trust.ok()) << trust.error().message;
        trust_ = *trust;
        sets_ = std::make_unique<KeySets>(
            trust_,
            KeySets::Options{.rules = {.refresh_s = 300, .unknown_kid_s = 30, .stale_s_max = 3'600},
                             .fetcher = web_,
                             .clock = &time_,
                             .log =
                                 [this](bool is_bad, const std::string& line) {
                                     log_.push_back((is_bad ? "bad: " : "") + line);
                                 },
                             .wake_up = [this] { ++wake_ups_; }});
    }

    void publish(const std::vector<forge::Json>& keys, const std::string& etag = "",
                 std::optional<std::int64_t> max_age_s = std::nullopt) {
        web_->publish(forge::keys_url, {jwk_set(keys), etag, max_age_s});
    }

    /// Seconds until the next is due.
    std::int64_t refresh() {
        const std::int64_t wait_ns = sets_->refresh_due({});
        KeySets::News news = sets_->take_news();
        asked_ = news.asked;
        if (news.trust) trust_ = news.trust;
        return wait_ns / 1'000'000'000;
    }
    std::size_t requests() const { return web_->asked().size(); }
    std::vector<std::string> kids(std::size_t issuer = 0) const {
        std::vector<std::string> all;
        for (const Key& key : trust_->issuers()[issuer].keys) all.push_back(key.kid());
        return all;
    }
    KeySetFigures figures() const { return sets_->figures().at(0); }
    using Kids = std::vector<std::string>;

    static inline forge::KeyPair one_, two_;
    std::shared_ptr<forge::FakeWeb> web_ = std::make_shared<forge::FakeWeb>();
    forge::FakeTime time_;
    std::shared_ptr<const Trust> trust_;
    std::unique_ptr<KeySets> sets_;
    std::vector<std::string> log_;
    std::vector<std::size_t> asked_;
    int wake_ups_ = 0;
};

TEST_F(KeySetsTest, fetches_at_once_and_again_when_due) {
    publish({jwk(one_, "one")});
    EXPECT_FALSE(trust_->has_keys());
    refresh();
    EXPECT_EQ(kids(), Kids{"one"});
    EXPECT_EQ(asked_, std::vector<std::size_t>{0});
    EXPECT_EQ(wake_ups_, 1);
    EXPECT_EQ(trust_->version(), 1u);
    time_.pass_s(299);
    refresh();
    EXPECT_EQ(requests(), 1u);
    time_.pass_s(1);
    refresh();
    EXPECT_EQ(requests(), 2u);
    EXPECT_EQ(trust_->version(), 1u) << "the same keys are no news";
    ASSERT_EQ(log_.size(), 1u);
    EXPECT_EQ(log_[0], "issuer https://iam.example: keys now: one (ES256); before: none");
    EXPECT_EQ(figures().refreshes, 2u);
    EXPECT_EQ(figures().changes, 1u);
    EXPECT_EQ(figures().failures, 0u);
    time_.pass_s(7);
    EXPECT_EQ(figures().age_ns, 7'000'000'000);
}

TEST_F(KeySetsTest, max_age_counts_within_bounds) {
    const struct {
        std::int64_t max_age_s;
        std::int64_t asked_again_after_s;
    } cases[] = {{0, 60}, {59, 60}, {600, 600}, {3'600, 3'600}, {1'000'000, 3'600}};
    for (const auto& [max_age_s, after_s] : cases) {
        make({forge::publishing_issuer()});
        publish({jwk(one_, "one")}, "", max_age_s);
        refresh();
        const std::size_t before = requests();
        time_.pass_s(after_s - 1);
        refresh();
        EXPECT_EQ(requests(), before) << max_age_s;
        time_.pass_s(1);
        refresh();
        EXPECT_EQ(requests(), before + 1) << max_age_s;
    }
}

TEST_F(KeySetsTest, an_unchanged_set_is_not_sent_again) {
    publish({jwk(one_, "one")}, "\"v1\"");
    refresh();
    EXPECT_EQ(web_->asked()[0].etag, "");
    time_.pass_s(300);
    refresh();
    EXPECT_EQ(web_->asked()[1].etag, "\"v1\"");
    EXPECT_EQ(kids(), Kids{"one"});
    EXPECT_LT(figures().age_ns, 1);
    publish({jwk(one_, "one"), jwk(two_, "two")}, "\"v2\"");
    time_.pass_s(300);
    refresh();
    EXPECT_EQ(kids(), (Kids{"one", "two"}));
    time_.pass_s(300);
    refresh();
    EXPECT_EQ(web_->asked()[3].etag, "\"v2\"");
}

TEST_F(KeySetsTest, keys_that_stay_are_the_same_keys) {
    publish({jwk(one_, "one"), jwk(two_, "two")});
    refresh();
    const KeyNumber number = trust_->issuers()[0].keys[1].number();
    const forge::KeyPair three = forge::make_ec("P-256");
    publish({jwk(two_, "two"), jwk(three, "three")});
    time_.pass_s(300);
    refresh();
    EXPECT_EQ(kids(), (Kids{"two", "three"}));
    EXPECT_EQ(trust_->issuers()[0].keys[0].number(), number);
    EXPECT_TRUE(trust_->has(number));
    // Another key under a known name is another key.
    publish({jwk(one_, "two"), jwk(three, "three")});
    time_.pass_s(300);
    refresh();
    EXPECT_FALSE(trust_->has(number));
}

// covers: S05
TEST_F(KeySetsTest, the_last_good_set_stays_while_the_issuer_is_away) {
    publish({jwk(one_, "one")});
    refresh();
    web_->take_down();
    time_.pass_s(300);
    EXPECT_EQ(refresh(), 1);
    EXPECT_EQ(kids(), Kids{"one"});
    // Asked again after 1, 2, 4 … 60 s.
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 8; ++i) {
        const std::size_t before = requests();
        std::int64_t waited_s = 0;
        while (requests() == before) {
            time_.pass_s(1);
            ++waited_s;
            refresh();
        }
        waits.push_back(waited_s);
    }
    EXPECT_EQ(waits, (std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 60, 60}));
    EXPECT_EQ(kids(), Kids{"one"});
    EXPECT_EQ(figures().failures, 9u);
    ASSERT_EQ(log_.size(), 2u) << "an outage is said once in ten minutes";
    EXPECT_NE(log_[1].find("the last good ones stay: one (ES256)"), std::string::npos) << log_[1];
    publish({jwk(one_, "one")});
    time_.pass_s(60);
    refresh();
    EXPECT_NE(log_.back().find("answers again"), std::string::npos);
    time_.pass_s(299);
    const std::size_t before = requests();
    refresh();
    EXPECT_EQ(requests(), before);
}

TEST_F(KeySetsTest, a_set_that_is_no_good_changes_nothing) {
    publish({jwk(one_, "one")}, "\"v1\"");
    refresh();
    for (const char* body : {"", "{}", R"({"keys":[]})", "<html>Sign in</html>"}) {
        web_->publish(forge::keys_url, {body, "\"bad\"", {}});
        time_.pass_s(300);
        refresh();
        EXPECT_EQ(kids(), Kids{"one"}) << body;
        EXPECT_EQ(web_->asked().back().etag, "\"v1\"") << "what was refused is not what we have";
    }
    EXPECT_EQ(figures().failures, 4u);
}

// covers: S05
TEST_F(KeySetsTest, keys_that_nobody_confirms_are_forgotten) {
    publish({jwk(one_, "one")}, "\"v1\"");
    refresh();
    web_->take_down();
    for (int i = 0; i < 59; ++i) {
        time_.pass_s(60);
        refresh();
    }
    EXPECT_EQ(kids(), Kids{"one"});
    time_.pass_s(60);
    refresh();
    EXPECT_EQ(kids(), Kids{});
    EXPECT_FALSE(trust_->has_keys());
    EXPECT_EQ(figures().keys, 0u);
    publish({jwk(one_, "one")}, "\"v1\"");
    time_.pass_s(60);
    refresh();
    EXPECT_EQ(kids(), Kids{"one"}) << "asked without the condition";
}

TEST_F(KeySetsTest, unknown_names_ask_once_in_an_interval) {
    publish({jwk(one_, "one")});
    EXPECT_TRUE(sets_->request(0)) << "the first answer is on its way";
    refresh();
    EXPECT_EQ(requests(), 1u);
    EXPECT_TRUE(sets_->may_come(0));
    EXPECT_TRUE(sets_->request(0));
    EXPECT_TRUE(sets_->request(0)) << "while it is on its way everybody may wait for it";
    refresh();
    EXPECT_EQ(requests(), 2u);
    for (int second = 0; second < 30; ++second) {
        for (int i = 0; i < 100; ++i) {
            EXPECT_FALSE(sets_->may_come(0));
            EXPECT_FALSE(sets_->request(0));
        }
        time_.pass_s(1);
        refresh();
    }
    EXPECT_EQ(requests(), 2u);
    EXPECT_TRUE(sets_->request(0));
    refresh();
    EXPECT_EQ(requests(), 3u);
    EXPECT_EQ(figures().asked_for_kid, 2u);
    EXPECT_FALSE(sets_->request(7)) << "no such issuer";
}

TEST_F(KeySetsTest, discovery_finds_the_keys_and_follows_them) {
    IssuerConfig issuer = forge::publishing_issuer();
    issuer.jwks_url.clear();
    issuer.discovery = true;
    make({issuer});
    const auto describe = [this](const std::string& name, const std::string& url) {
        web_->publish(forge::description_url,
                      {R"({"issuer":")" + name + R"(","jwks_uri":")" + url + "\"}", "", {}});
    };
    publish({jwk(one_, "one")});
    describe("https://iam.example", forge::keys_url);
    refresh();
    EXPECT_EQ(kids(), Kids{"one"});
    web_->publish("https://keys.example/k", {jwk_set({jwk(two_, "two")}), "", {}});
    describe("https://iam.example", "https://keys.example/k");
    time_.pass_s(300);
    refresh();
    EXPECT_EQ(kids(), Kids{"two"});
    // Whoever describes somebody else, or points to where we do not go, is not believed.
    const struct {
        const char* name;
        const char* url;
        const char* says;
    } cases[] = {
        {"https://iam.example/", "https://keys.example/k", "another issuer"},
        {"https://IAM.example", "https://keys.example/k", "another issuer"},
        {"", "https://keys.example/k", "another issuer"},
        {"https://iam.example", "http://keys.example/k", "not https"},
        {"https://iam.example", "http://127.0.0.1/k", "not https"},
        {"https://iam.example", "file:///etc/passwd", "no host"},
        {"https://iam.example", "https://user:word@keys.example/k", "user"},
    };
    for (const auto& [name, url, says] : cases) {
        describe(name, url);
        time_.pass_s(3'000);
        log_.clear();
        refresh();
        EXPECT_EQ(kids(), Kids{"two"});
        ASSERT_FALSE(log_.empty()) << url;
        EXPECT_NE(log_[0].find(says), std::string::npos) << log_[0];
        describe("https://iam.example", "https://keys.example/k");
        time_.pass_s(60);
        refresh();
    }
}

TEST_F(KeySetsTest, a_description_that_says_nothing_is_not_believed) {
    IssuerConfig issuer = forge::publishing_issuer();
    issuer.issuer = "https://iam.example/";
    issuer.jwks_url.clear();
    issuer.discovery = true;
    make({issuer});
    publish({jwk(one_, "one")});
    const std::string name = R"("issuer":"https://iam.example/")";
    const struct {
        std::string body;
        const char* says;
    } cases[] = {
        {"<html>", "no JSON object"},
        {"[]", "no JSON object"},
        {"{" + name + "," + name + "}", "no JSON object"},
        {R"({"jwks_uri":"https://iam.example/keys"})", "another issuer"},
        {R"({"issuer":7})", "another issuer"},
        {"{" + name + "}", "no jwks_uri"},
        {"{" + name + R"(,"jwks_uri":7})", "no jwks_uri"},
    };
    for (const auto& [body, says] : cases) {
        web_->publish(forge::description_url, {body, "", {}});
        log_.clear();
        refresh();
        ASSERT_FALSE(log_.empty()) << body;
        EXPECT_NE(log_[0].find(says), std::string::npos) << log_[0];
        time_.pass_s(3'000);
    }
    web_->take_down();
    refresh();
    EXPECT_EQ(kids(), Kids{});
    EXPECT_EQ(figures().age_ns, -1) << "never confirmed";
    // The slash at the end of its name is not doubled; the description is not sent twice.
    publish({jwk(one_, "one")});
    web_->publish(forge::description_url,
                  {"{" + name + R"(,"jwks_uri":"https://iam.example/keys"})", "\"d1\"", {}});
    time_.pass_s(60);
    refresh();
    EXPECT_EQ(kids(), Kids{"one"});
    publish({jwk(two_, "two")});
    time_.pass_s(300);
    refresh();
    EXPECT_EQ(kids(), Kids{"two"});
}

TEST_F(KeySetsTest, an_answer_without_a_body_is_no_key_set) {
    web_->publish(forge::keys_url, {"", "", {}, true});
    refresh();
    EXPECT_EQ(figures().failures, 1u);
    ASSERT_FALSE(log_.empty());
    EXPECT_NE(log_[0].find("304 to a question without a condition"), std::string::npos) << log_[0];
}

TEST_F(KeySetsTest, the_log_says_when_a_key_beside_is_left_out) {
    const forge::KeyPair rsa = forge::make_rsa();
    publish({jwk(rsa, "r"), forge::bare_jwk(two_)});
    refresh();
    ASSERT_EQ(log_.size(), 1u);
    EXPECT_NE(log_[0].find("r (RS256 PS256 PS384 PS512), (no kid) (ES256)"), std::string::npos)
        << log_[0];
    publish({jwk(rsa, "r"), forge::bare_jwk(two_), jwk(one_, "e").with("use", R"("enc")")});
    time_.pass_s(300);
    refresh();
    ASSERT_EQ(log_.size(), 2u);
    EXPECT_NE(log_[1].find("keys as before"), std::string::npos) << log_[1];
    EXPECT_NE(log_[1].find("left out: key e"), std::string::npos) << log_[1];
}

TEST_F(KeySetsTest, an_issuer_with_files_is_never_asked) {
    forge::Folder folder;
    IssuerConfig files{.issuer = "files", .keys = {{.file = folder.write("s", forge::secret)}}};
    make({files, forge::publishing_issuer()});
    publish({jwk(one_, "one")});
    refresh();
    EXPECT_EQ(kids(1), Kids{"one"});
    EXPECT_EQ(sets_->figures().size(), 1u);
    EXPECT_FALSE(sets_->may_come(0));
    EXPECT_TRUE(sets_->may_come(1));
}

TEST_F(KeySetsTest, whoever_is_waited_for_goes_first) {
    IssuerConfig other = forge::publishing_issuer();
    other.issuer = "https://other.example";
    other.jwks_url = "https://other.example/keys";
    other.name = "other";
    make({forge::publishing_issuer(), other});
    publish({jwk(one_, "one")});
    web_->publish(other.jwks_url, {jwk_set({jwk(two_, "two")}), "", {}});
    EXPECT_EQ(refresh(), 0);
    refresh();
    EXPECT_EQ(kids(0), Kids{"one"});
    EXPECT_EQ(kids(1), Kids{"two"});
    time_.pass_s(300);
    EXPECT_TRUE(sets_->request(1));
    refresh();
    EXPECT_EQ(web_->asked().back().url, other.jwks_url);
    EXPECT_EQ(sets_->figures().at(1).issuer, "other");
}

TEST_F(KeySetsTest, the_log_names_keys_and_never_shows_them) {
    publish({jwk(one_, "one"), jwk(two_, "two").with("use", R"("enc")"),
             forge::Json{{"kty", R"("oct")"}, {"k", R"("c2VjcmV0")"}, {"kid", R"("oops")"}}});
    refresh();
    ASSERT_EQ(log_.size(), 1u);
    EXPECT_NE(log_[0].find("left out: key two"), std::string::npos) << log_[0];
    EXPECT_NE(log_[0].find("left out: key oops: it is a secret"), std::string::npos) << log_[0];
    EXPECT_EQ(log_[0].find("c2VjcmV0"), std::string::npos);
}

}  // namespace
}  // namespace coffer::access
