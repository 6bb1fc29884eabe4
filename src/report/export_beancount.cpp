#include <algorithm>
#include <map>

#include "ledger/account.h"
#include "money/decimal.h"
#include "report/exporter.h"

namespace coffer::report {
namespace {

// beancount computes with 28 decimal digits and rounds what needs more.
consteval Int128 exact_below() {
    Int128 power = 1;
    for (int i = 0; i < 28; ++i) power *= 10;
    return power;
}

bool is_exact(Int128 amount) { return amount < exact_below() && amount > -exact_below(); }

bool grows_by_debit(std::uint8_t account) { return account == 1 || account == 4 || account == 5; }

/// Where an account of the chart stands among beancount's five types.
std::string_view type_of(std::uint8_t account) {
    switch (account) {
        case 1: return "Assets";
        case 2:
        case 3: return "Liabilities";
        case 4:
        case 5: return "Expenses";
        case 6:
        case 7: return "Income";
        default: return "Equity";
    }
}

std::string_view leaf_of(std::uint8_t account) {
    constexpr std::string_view leaves[] = {"",           "Settlement",  "Available",   "Frozen",
                                           "Promotions", "Adjustments", "Adjustments", "Fees",
                                           "Exchange",   "Opening"};
    return leaves[account];
}

/// A component of an account's name: `T`, then letters and digits as they are, and every other byte
/// as `-XX`.
void append_component(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    out.push_back('T');
    for (const char c : text) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain) {
            out.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out.push_back('-');
        out.push_back(digits[byte >> 4]);
        out.push_back(digits[byte & 15]);
    }
}

void append_text(std::string& out, std::string_view text) {
    out.push_back('"');
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out.push_back(' ');
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

/// A beancount file. beancount adds up the postings; each account's last balance stands at the end
/// as an assertion without any tolerance. Debits are positive.
class BeancountExporter final : public Exporter {
public:
    explicit BeancountExporter(bool one_tenant) : one_tenant_{one_tenant} {}

    void record(const Exported& exported, std::string& out) override {
        const Record& record = exported.record;
        day_ = to_text(exported.batch.time).substr(0, 10);
        if (record.kind == Kind::genesis) {
            out.append("; The journal of Coffer book ").append(to_hex(exported.state.book));
            out.append("\noption \"title\" \"Coffer\"\n\n");
        } else if (record.kind == Kind::currency) {
            out.append(day_).append(" commodity ").append(record.currency.code).append("\n");
        } else if (is_movement(record.kind) && !record.movement.postings.empty()) {
            movement(exported, out);
        }
    }

    void end(const BatchView& last, std::string& out) override {
        // An assertion holds at the beginning of its day.
        const std::string day = to_text(Instant{last.time.unix_ms + 86'400'000}).substr(0, 10);
        out.push_back('\n');
        for (const auto& [key, balance] : balances_) {
            if (!balance.exact) {
                out.append("; more than 28 digits, which beancount rounds: ");
            }
            out.append(day).append(" balance ").append(key.first).append("  ");
            money::append_minor_units(out, balance.amount, balance.decimals);
            out.append(" ~ 0 ").append(key.second).append("\n");
        }
        out.append("; The end: batch ").append(std::to_string(last.sequence)).append(" of ");
        append_instant(out, last.time);
        out.append(", hash ").append(to_hex(last.hash)).append(".\n");
    }

private:
    struct Balance {
        Int128 amount = 0;
        int decimals = 0;
        bool exact = true;
    };

    [[nodiscard]] std::string account_of(const Exported& exported,
                                         const PostingLine& posting) const {
        std::string name{type_of(posting.account)};
        if (!one_tenant_) {
            name.push_back(':');
            append_component(name, exported.state.tenant(exported.record.movement.tenant));
        }
        if (posting.wallet != 0) {
            name.append(":Wallet:");
            append_public_id(name, "", exported.state.wallets[posting.wallet - 1].id);
        }
        return name.append(":").append(leaf_of(posting.account));
    }

    void movement(const Exported& exported, std::string& out) {
        const Movement& movement = exported.record.movement;
        std::string postings;
        for (const PostingLine& posting : movement.postings) add(exported, posting, postings, out);
        out.append(day_).append(" * ");
        append_text(out, name_of(exported.record.kind));
        out.push_back(' ');
        append_text(out, movement.description);
        out.append("\n  entry: \"");
        append_public_id(out, entry_prefix,
                         exported.state.id(exported.batch, exported.record, IdPlace::entry));
        out.append("\"\n  time: \"");
        append_instant(out, exported.batch.time);
        out.append("\"\n");
        append_meta("user", exported.state.subject(movement.user), out);
        append_meta("counterparty", exported.state.subject(movement.counterparty), out);
        append_meta("actor", exported.state.subject(movement.actor), out);
        append_meta("reference", movement.reference, out);
        out.append(postings).push_back('\n');
    }

    static void append_meta(std::string_view name, std::string_view text, std::string& out) {
        if (text.empty()) return;
        out.append("  ").append(name).append(": ");
        append_text(out, text);
        out.push_back('\n');
    }

    /// The posting's line goes to `postings`; what opens its account goes in front of the entry.
    void add(const Exported& exported, const PostingLine& posting, std::string& postings,
             std::string& out) {
        const auto* currency = exported.state.currencies.find(posting.currency);
        const std::string account = account_of(exported, posting);
        const auto first = balances_.lower_bound({account, ""});
        if (first == balances_.end() || first->first.first != account) {
            out.append(day_).append(" open ").append(account).append("\n");
        }
        Balance& balance = balances_[{account, currency->code}];
        balance.amount = grows_by_debit(posting.account) ? posting.after : -posting.after;
        balance.decimals = currency->decimals;
        balance.exact = balance.exact && is_exact(posting.after) && is_exact(posting.before);
        const auto amount = static_cast<Int128>(posting.amount);
        postings.append("  ").append(account).append("  ");
        money::append_minor_units(postings, posting.side == PostingSide::debit ? amount : -amount,
                                  currency->decimals);
        postings.append(" ").append(currency->code).append("\n");
    }

    bool one_tenant_;
    std::string day_;
    std::map<std::pair<std::string, std::string>, Balance> balances_;
};

}  // namespace

std::unique_ptr<Exporter> make_beancount_exporter(bool one_tenant) {
    return std::make_unique<BeancountExporter>(one_tenant);
}

}  // namespace coffer::report
