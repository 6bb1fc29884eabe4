#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/question.h"
#include "tests/sim/refund_sums.h"

namespace coffer::tests::sim {

/// One thing that a client wants; every try of it has the same reference.
struct Intent {
    Verb verb{};
    Number tenant = none;
    Number wallet = none;
    Number payee = none;   ///< of a transfer, or of a payment out of a freeze
    Number origin = none;  ///< what it ends, pays out of, gives back or decides
    Minor amount = 0;
    std::uint32_t in_flight = 0;
    bool is_unknown = false;      ///< a try ended without an answer
    bool is_known = false;        ///< a try was answered
    bool all_left = false;        ///< no amount is named
    bool by_itself = false;       ///< the end of a freeze that nobody asks for
    std::string expires_at;       ///< of a freeze; "": never
    std::string hold_id;          ///< as answered: of the freeze or the withdrawal request
    std::string transaction_id;   ///< as answered: of its row in `wallet`
    std::string other_id;         ///< of what has a payee: of the payee's row
    std::string kept_refusal;     ///< the last one under its Idempotency-Key
    std::int64_t kept_at_ms = 0;  ///< wall time of the first 200 under its Idempotency-Key; 0: none

    [[nodiscard]] static std::string reference(Number number) {
        return "i" + std::to_string(number);
    }
};

/// What an answer tells the one who asked.
struct Learned {
    std::string next_cursor;
    Minor available = -1;  ///< in the wallet that was asked about; -1: not said
    bool ended = false;    ///< a payment took the last of a freeze
    bool expiry = false;   ///< a page shows that a freeze has ended by itself
    bool rest = false;     ///< likewise, behind payments out of it
};

/// Writes down who asked for what and what was answered: a history (tests/history/format.h).
class Scribe {
public:
    explicit Scribe(std::vector<Intent>& intents);

    Number tenant(const std::string& name);
    Number wallet(Number tenant, const std::string& owner);
    Number process(Number tenant);

    Number invoke(Number process, const Question& question);
    /// A 200. Nothing: it is not what the API description promises; `wrong()` says why.
    Learned ok(Number operation, const Question& question, const Answer& answer);
    /// Refused, without effect.
    void fail(Number operation, const Question& question, const Answer& answer);
    void info(Number operation);
    /// The service may know by now that the time of a freeze has come.
    void due(Number freeze);
    void death();
    void quiet();

    [[nodiscard]] const std::string& text() const { return text_; }
    /// "" while every answer could be read.
    [[nodiscard]] const std::string& wrong() const { return wrong_; }
    /// A page of a wallet's freezes, behind the last read of its rows; answers the next cursor.
    [[nodiscard]] std::string freezes(const Answer& answer);
    /// Of the last reads, when all are done; "" where they agree.
    [[nodiscard]] std::string wrong_refunds() const { return refund_sums_.wrong(); }
    /// "" before an answer has shown it.
    [[nodiscard]] const std::string& wallet_id(Number wallet) const { return ids_[wallet]; }
    [[nodiscard]] const std::string& owner(Number wallet) const { return owners_[wallet]; }
    [[nodiscard]] Number tenant_of(Number wallet) const { return tenants_of_[wallet]; }
    [[nodiscard]] std::size_t wallets() const { return owners_.size(); }

private:
    class Reader;

    template <class... Parts>
    void line(const Parts&... parts);
    [[nodiscard]] std::string at() { return std::to_string(++instant_); }
    [[nodiscard]] Number number_of(const std::string& id, Number asked);
    [[nodiscard]] Number entry_of(const std::string& id);
    [[nodiscard]] std::string intent_of(const std::string& name) const;
    [[nodiscard]] Number expired(Number wallet, Minor amount) const;
    void judge_cancelled(Reader& read);
    void judge_payment(Reader& read, const Question& asked, Learned& learned);
    [[nodiscard]] std::string expiry_of(Reader& read, const std::string& row, Number wallet,
                                        Learned& learned);
    void add_sums(Reader& read, const std::string& row);
    void add_to_freeze(const std::string& type, const std::string& intent, Minor amount);
    void judge_freeze(Reader& read, const std::string& item);
    void learn_id(std::string& id, const std::string& answered);

    std::vector<Intent>& intents_;
    std::string text_;
    std::string wrong_;
    RefundSums refund_sums_;
    bool is_quiet_ = false;
    std::int64_t instant_ = 0;
    Number tenants_ = 0;
    Number processes_ = 0;
    Number operations_ = 0;
    std::vector<std::string> owners_;  // by wallet
    std::vector<std::string> ids_;
    std::vector<Number> tenants_of_;
    std::map<std::string, Number> wallets_by_id_;
    std::map<std::string, Number> entries_;
    /// What the rows of the last reads make of a freeze.
    struct FreezeNow {
        Minor paid = 0;
        std::string ended_by;
    };
    std::map<Number, FreezeNow> freezes_;
};

}  // namespace coffer::tests::sim
