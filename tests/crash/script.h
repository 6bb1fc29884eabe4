#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/crash/client.h"

namespace coffer::tests::crash {

/// What the campaigns are made of. All of it is about alice; bob is her payee.
enum class Op : std::uint8_t {
    open,
    deposit,  ///< without a reference; opens a wallet where there is none
    deposit_with_reference,
    withdraw,
    transfer,
    freeze,
    unfreeze,
    status,
};
inline constexpr std::size_t op_count = 8;
using Round = std::vector<Op>;

[[nodiscard]] std::string to_text(const std::vector<Round>& rounds);

/// Every sequence of `length` operations.
[[nodiscard]] std::vector<Round> all_sequences(std::size_t length);

/// The books of somebody who knows the words of the requests and nothing of the program: what each
/// user has. Minor units of CNY.
class Model {
public:
    /// Enters what `ask` does when it takes effect.
    void enter(const Ask& ask, const Told& told);

    /// As Told::text of a ReadWallet says it; empty: no wallet.
    [[nodiscard]] std::string text_of(const std::string& user) const;
    /// Money in is money here and money out.
    [[nodiscard]] bool balances() const;
    static const std::vector<std::string>& users();

    friend bool operator==(const Model&, const Model&) = default;

private:
    struct Wallet {
        std::int64_t available = 0;
        std::int64_t held = 0;
        std::uint64_t rows = 0;
        int status = 1;
        std::map<UInt128, std::int64_t> holds;
        friend bool operator==(const Wallet&, const Wallet&) = default;
    };
    std::map<std::string, Wallet> wallets_;
    std::map<UInt128, std::string> owners_;
    std::int64_t in_ = 0;
    std::int64_t out_ = 0;
};

/// Turns operations into requests, as a client who remembers what he was told.
class Script {
public:
    /// `number` makes reference, amount and length of the text of this operation its own.
    [[nodiscard]] Ask ask_for(Op op, std::size_t number) const;
    void learn(const Ask& ask, const Told& told);

private:
    wallet::PublicId alice_;
    std::vector<wallet::PublicId> holds_;
    bool frozen_ = false;
    std::string opens_ = "bob";
};

}  // namespace coffer::tests::crash
