#pragma once

#include <gtest/gtest.h>

#include "access/forge_test.h"
#include "access/token_judge.h"

namespace coffer::access {

/// What the tables expect of a token: a refusal, or nothing for an accepted one.
using Expected = std::optional<TokenRefusal>;
inline constexpr Expected accepted = std::nullopt;

class TokenJudgeTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        rsa_ = forge::make_rsa();
        folder_ = std::make_unique<forge::Folder>();
        secret_file_ = folder_->write("secret", std::string{forge::secret} + "\n");
        kid_file_ = folder_->write("kid-secret", forge::other_secret);
        pem_file_ = folder_->write("public.pem", forge::public_pem(rsa_), 0644);
    }
    static void TearDownTestSuite() {
        folder_.reset();
        rsa_.reset();
    }

    static std::vector<KeyConfig> keys() {
        return {{.algorithm = Algorithm::hs256, .file = secret_file_},
                {.algorithm = Algorithm::hs256, .file = kid_file_, .kid = "2026-key-01"},
                {.algorithm = Algorithm::rs256, .file = pem_file_}};
    }

    static TokenJudge judge_for(const IssuerConfig& issuer) {
        auto trust = Trust::load({issuer});
        EXPECT_TRUE(trust.ok()) << (trust ? "" : trust.error().message);
        return TokenJudge{*trust, {}};
    }

    static Expected refusal_of(const TokenJudge::Judgement& judgement) {
        if (const auto* refusal = std::get_if<TokenRefusal>(&judgement)) return *refusal;
        EXPECT_TRUE(std::holds_alternative<Principal>(judgement));
        return accepted;
    }

    static Expected judged(TokenJudge& judge, std::string_view token) {
        return refusal_of(judge.judge(token, forge::now, TokenJudge::Dear::checked));
    }

    static void expect(int row, TokenJudge& judge, const std::string& token, Expected expected) {
        const Expected actual = judged(judge, token);
        EXPECT_EQ(actual, expected)
            << "row " << row << ": " << (actual ? to_text(*actual) : "accepted") << " for "
            << token.substr(0, 300);
    }

    static inline forge::KeyPair rsa_;
    static inline std::unique_ptr<forge::Folder> folder_;
    static inline std::string secret_file_;
    static inline std::string kid_file_;
    static inline std::string pem_file_;

    TokenJudge judge_ = judge_for(forge::strict_issuer(keys()));
};

}  // namespace coffer::access
