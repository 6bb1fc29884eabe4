#include "api/batch_answer.h"

#include <gtest/gtest.h>

namespace coffer::api {
namespace {

class OneWallet final : public engine::Names {
public:
    std::string_view subject(wallet::SubjectNumber) const override { return "usr_other"; }
    std::string_view application(wallet::ApplicationNumber) const override { return {}; }
    const wallet::Wallet& wallet(wallet::WalletNumber) const override { return wallet_; }

private:
    wallet::Wallet wallet_;
};

class BatchAnswers : public testing::Test {
protected:
    BatchAnswers() {
        EXPECT_EQ(currencies_.add({{156}, "CNY", 2}), money::CurrencyTable::Added::added);
        wallet::WalletLine& line = record_.wallets.add();
        line = {};
        line.type = wallet::TransactionType::deposit;
        line.currency = {156};
        record_.request.amount = 100;
    }

    [[nodiscard]] std::string rendered() const {
        std::string out;
        answer_.append_to(out);
        return out;
    }

    OneWallet names_;
    money::CurrencyTable currencies_;
    const Wording wording_{names_, currencies_, "acme"};
    wallet::Record record_;
    BatchAnswer answer_{{}, nullptr, 3};
};

TEST_F(BatchAnswers, what_is_kept_needs_neither_the_record_nor_its_texts_any_more) {
    std::string reference = "its-reference";
    std::string description = "its-description";
    record_.request.has_reference = true;
    record_.request.reference = reference;
    record_.request.description = description;
    ASSERT_TRUE(answer_.keep(2, record_, wording_));
    EXPECT_EQ(answer_.left, 3u) << "nothing is told yet";
    reference.assign(reference.size(), '?');
    description.assign(description.size(), '?');
    record_.request.amount = 700;
    for (const std::size_t i : {0, 1}) answer_.declined(i, Problem{Error::hold_not_found}, false);
    answer_.settled(2);
    EXPECT_EQ(answer_.left, 0u);
    const std::string out = rendered();
    EXPECT_NE(out.find(R"("reference_id":"its-reference")"), std::string::npos) << out;
    EXPECT_NE(out.find(R"("description":"its-description")"), std::string::npos) << out;
    EXPECT_NE(out.find(R"("amount":"1.00")"), std::string::npos) << out;
    EXPECT_NE(out.find(R"("succeeded":1,"failed":2)"), std::string::npos) << out;
}

TEST_F(BatchAnswers, what_was_kept_and_failed_is_told_as_failed) {
    for (const std::size_t i : {0, 1, 2}) ASSERT_TRUE(answer_.keep(i, record_, wording_));
    for (const std::size_t i : {0, 1, 2}) {
        answer_.declined(i, Problem{Error::outcome_unknown}, false);
    }
    EXPECT_EQ(answer_.left, 0u);
    const std::string out = rendered();
    EXPECT_NE(out.find(R"("succeeded":0,"failed":3)"), std::string::npos) << out;
    EXPECT_EQ(out.find("transaction"), std::string::npos) << out;
    EXPECT_NE(out.find(R"("outcome":"unknown")"), std::string::npos) << out;
}

}  // namespace
}  // namespace coffer::api
