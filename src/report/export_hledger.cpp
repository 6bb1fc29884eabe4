#include <set>

#include "ledger/account.h"
#include "money/decimal.h"
#include "report/exporter.h"

namespace coffer::report {
namespace {

bool grows_by_debit(std::uint8_t account) { return account == 1 || account == 4 || account == 5; }

/// Free text for a description, for people: one line, without the signs that hledger reads there.
void append_plain(std::string& out, std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            out.push_back(' ');
        } else if (c == ';') {
            out.push_back(',');
        } else if (c == '|') {
            out.push_back('/');
        } else {
            out.push_back(c);
        }
    }
}

void append_percent(std::string& out, std::string_view bytes) {
    static constexpr char digits[] = "0123456789ABCDEF";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out.push_back('%');
        out.push_back(digits[byte >> 4]);
        out.push_back(digits[byte & 15]);
    }
}

/// A part of an account name: everything but letters, digits, `.`, `-` and `_` as %XX.
void append_part(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
        if (plain) {
            out.push_back(c);
        } else {
            append_percent(out, text.substr(i, 1));
        }
    }
}

/// How many bytes of a blank that is no ASCII stand there: hledger takes any of them off the ends.
std::size_t wide_blank(std::string_view text) {
    if (text.starts_with("\u00a0")) return 2;
    if (text.size() < 3) return 0;
    const std::string_view three = text.substr(0, 3);
    const auto last = static_cast<unsigned char>(three[2]);
    const bool of_2000 =
        three.starts_with("\xe2\x80") &&
        ((last >= 0x80 && last <= 0x8a) || last == 0xa8 || last == 0xa9 || last == 0xaf);
    return of_2000 || three == "\u1680" || three == "\u205f" || three == "\u3000" ? 3 : 0;
}

/// A tag's value, from which the text can be had again: as %XX what ends a value or would be taken
/// off its ends, and the sign % itself.
void append_value(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool at_an_end = i == 0 || i + 1 == text.size();
        std::size_t count = wide_blank(text.substr(i));
        if (byte < 0x20 || byte == 0x7f || byte == ',' || byte == '%') count = 1;
        if (byte == ' ' && at_an_end) count = 1;
        if (count == 0) {
            out.push_back(text[i++]);
        } else {
            append_percent(out, text.substr(i, count));
            i += count;
        }
    }
}

void append_symbol(std::string& out, std::string_view code) {
    const bool quoted = code.find_first_of("0123456789") != std::string_view::npos;
    if (quoted) out.push_back('"');
    out.append(code);
    if (quoted) out.push_back('"');
}

/// An hledger journal: every posting carries the balance it leaves as an assertion, so that hledger
/// computes each balance again and compares. Debits are positive, credits negative.
class HledgerExporter final : public Exporter {
public:
    explicit HledgerExporter(bool one_tenant) : one_tenant_{one_tenant} {}

    void record(const Exported& exported, std::string& out) override {
        const Record& record = exported.record;
        switch (record.kind) {
            using enum Kind;
            case genesis:
                out.append("; The journal of Coffer book ")
                    .append(to_hex(exported.state.book))
                    .append(".\n\n");
                return;
            case currency: return declare_currency(record.currency, out);
            case settings:
            case policy:
            case default_policy:
            case refused: return;
            case epoch:
                out.append("; ");
                append_instant(out, exported.batch.time);
                out.append(" epoch ").append(std::to_string(record.epoch.number));
                out.append(record.epoch.state == EpochState::open
                               ? ": the book was opened again"
                               : ": the book was restored from a backup");
                out.append("\n\n");
                return;
            case open_wallet:
            case deposit:
            case withdraw:
            case transfer:
            case freeze:
            case unfreeze:
            case adjust:
            case refund:
            case request_withdrawal:
            case auto_withdrawal:
            case pay_withdrawal:
            case release_withdrawal:
            case propose_adjustment:
            case approve_adjustment:
            case reject_adjustment:
            case capture:
            case expire_freeze:
            case change_status: return movement(exported, out);
        }
    }

    void end(const BatchView& last, std::string& out) override {
        out.append("; The end: batch ").append(std::to_string(last.sequence)).append(" of ");
        append_instant(out, last.time);
        out.append(", hash ").append(to_hex(last.hash)).append(".\n");
    }

private:
    static void declare_currency(const CurrencyBody& body, std::string& out) {
        out.append("commodity 1000.").append(body.decimals, '0').push_back(' ');
        append_symbol(out, body.code);
        out.push_back('\n');
    }

    void append_account(const Exported& exported, const PostingLine& posting, std::string& out) {
        if (!one_tenant_) {
            append_part(out, exported.state.tenant(exported.record.movement.tenant));
            out.push_back(':');
        }
        if (posting.wallet == 0) {
            out.append(ledger::name_of(static_cast<ledger::AccountKind>(posting.account)));
            return;
        }
        out.append("liabilities:wallet:");
        append_public_id(out, wallet_prefix, exported.state.wallets[posting.wallet - 1].id);
        out.append(posting.account == 2 ? ":available" : ":frozen");
    }

    void declare_accounts(const Exported& exported, std::string& out) {
        const Movement& movement = exported.record.movement;
        for (const PostingLine& posting : movement.postings) {
            if (posting.wallet == 0) {
                name_.clear();
                append_account(exported, posting, name_);
                if (!houses_.insert(name_).second) continue;
                out.append("account ").append(name_).append("\n\n");
                continue;
            }
            ExportedWallet& wallet = exported.state.wallets[posting.wallet - 1];
            if (std::exchange(wallet.declared, true)) continue;
            for (const std::uint8_t account : {std::uint8_t{2}, std::uint8_t{3}}) {
                PostingLine other = posting;
                other.account = account;
                out.append("account ");
                append_account(exported, other, out);
                out.push_back('\n');
            }
            out.push_back('\n');
        }
    }

    void movement(const Exported& exported, std::string& out) {
        const Movement& movement = exported.record.movement;
        if (movement.postings.empty()) return about(exported, out);
        declare_accounts(exported, out);
        append_day(exported, out);
        out.append(" (");
        append_public_id(out, entry_prefix,
                         exported.state.id(exported.batch, exported.record, IdPlace::entry));
        out.append(") ").append(name_of(exported.record.kind));
        if (!movement.description.empty()) {
            out.append(": ");
            append_plain(out, movement.description);
        }
        out.append("\n    ; time:");
        append_instant(out, exported.batch.time);
        append_tag(", user:", exported.state.subject(movement.user), out);
        append_tag(", counterparty:", exported.state.subject(movement.counterparty), out);
        append_tag(", actor:", exported.state.subject(movement.actor), out);
        append_tag(", reference:", movement.reference, out);
        out.push_back('\n');
        for (const PostingLine& posting : movement.postings) append_posting(exported, posting, out);
        out.push_back('\n');
    }

    /// What moves no money: a comment, so that the journal tells of it all the same.
    static void about(const Exported& exported, std::string& out) {
        const Line& line = exported.record.movement.lines[0];
        out.append("; ");
        append_instant(out, exported.batch.time);
        out.append(" ").append(name_of(exported.record.kind)).append(" ");
        append_public_id(out, wallet_prefix, exported.state.wallets[line.wallet - 1].id);
        out.append(" ").append(exported.state.currencies.find(line.currency)->code);
        out.append(" ").append(name_of(line.status));
        append_tag(" of ", exported.state.subject(exported.record.movement.user), out);
        out.append("\n\n");
    }

    static void append_tag(std::string_view name, std::string_view text, std::string& out) {
        if (text.empty()) return;
        out.append(name);
        append_value(out, text);
    }
    static void append_day(const Exported& exported, std::string& out) {
        const std::string instant = to_text(exported.batch.time);
        out.append(instant, 0, 10);
    }

    void append_posting(const Exported& exported, const PostingLine& posting, std::string& out) {
        const auto* currency = exported.state.currencies.find(posting.currency);
        const auto append_amount = [&](Int128 amount) {
            money::append_minor_units(out, amount, currency->decimals);
            out.push_back(' ');
            append_symbol(out, currency->code);
        };
        const auto amount = static_cast<Int128>(posting.amount);
        out.append("    ");
        append_account(exported, posting, out);
        out.append("  ");
        append_amount(posting.side == PostingSide::debit ? amount : -amount);
        out.append(" = ");
        append_amount(grows_by_debit(posting.account) ? posting.after : -posting.after);
        out.push_back('\n');
    }

    bool one_tenant_;
    std::set<std::string, std::less<>> houses_;
    std::string name_;
};

}  // namespace

std::unique_ptr<Exporter> make_hledger_exporter(bool one_tenant) {
    return std::make_unique<HledgerExporter>(one_tenant);
}

}  // namespace coffer::report
