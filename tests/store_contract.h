#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "tests/stores.h"
#include "tests/teller.h"

namespace coffer::tests {

/// What every store promises: engine/store.h. One suite, run against each kind in store_kinds();
/// its stories are in store_contract_*_test.cpp.
class StoreContract : public testing::TestWithParam<StoreKind> {
protected:
    void SetUp() override {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        const std::string name{test->name()};
        const auto& left_out = GetParam().left_out;
        const auto found = left_out.find(name.substr(0, name.find('/')));
        if (found != left_out.end()) GTEST_SKIP() << found->second;
    }
    /// Once, before anything is asked; without it a store with the usual setup is built.
    void build(const StoreSetup& setup) {
        house_ = GetParam().build(setup);
        teller_ = std::make_unique<Teller>(house_->store());
    }
    StoreHouse& house() {
        if (house_ == nullptr) build({});
        return *house_;
    }
    Teller& teller() {
        house();
        return *teller_;
    }
    engine::Store& store() { return house().store(); }
    FakeClock& clock() { return house().clock; }

    /// Ends the store and starts it again on what it left behind.
    void reopen() {
        teller_.reset();
        house().reopen();
        teller_ = std::make_unique<Teller>(house_->store());
    }

    Reply ask(const Ask& asked) { return teller().ask(asked); }
    std::vector<Reply> ask_all(const std::vector<Ask>& asked) { return teller().ask_all(asked); }
    /// Asks, and says the answer in a line: see describe().
    std::string said(const Ask& asked) { return describe(ask(asked), store().currencies()); }
    std::vector<std::string> said_to_all(const std::vector<Ask>& asked) {
        std::vector<std::string> lines;
        for (const Reply& reply : ask_all(asked)) {
            lines.push_back(describe(reply, store().currencies()));
        }
        return lines;
    }
    /// "available + held" of a user's wallet.
    std::string balance(const std::string& user, const std::string& currency = "") {
        const wallet::Wallet found = teller().wallet_of(user, currency);
        const int decimals = store().currencies().decimals(found.currency);
        std::string text;
        money::append_minor_units(text, found.available, decimals);
        text += " + ";
        money::append_minor_units(text, found.held, decimals);
        return text;
    }

private:
    std::unique_ptr<StoreHouse> house_;
    std::unique_ptr<Teller> teller_;
};

using Lines = std::vector<std::string>;

}  // namespace coffer::tests
