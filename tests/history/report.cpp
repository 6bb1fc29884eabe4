#include <algorithm>
#include <map>

#include "tests/history/check.h"
#include "tests/history/fields.h"
#include "tests/history/lines.h"

namespace coffer::tests::history {
namespace {

std::string_view line_of(const char* line) { return Fields{line}.rest(); }

/// Finds the lines of some operations and says them in words.
class Quotes {
public:
    explicit Quotes(const Evidence& evidence) : all_{evidence} {}

    void want(const std::vector<Witness>& witnesses) {
        for (const Witness& witness : witnesses) {
            if (witness.operation != none) wanted_[witness.operation];
        }
    }
    [[nodiscard]] bool wants_any() const { return !wanted_.empty(); }

    void line(const char* line) {
        ++number_;
        Fields fields{line};
        const char kind = fields.letter();
        const Number first = fields.index();
        if (kind == 'o') page_ = first;
        if (kind == 'r') {
            const Number seq = fields.index();
            if (const auto found = wanted_.find(page_); found != wanted_.end()) {
                found->second.push_back({quote(line), seq});
            }
        } else if (kind == 'i' || kind == 'o' || kind == 'f' || kind == 'n') {
            if (const auto found = wanted_.find(first); found != wanted_.end()) {
                found->second.push_back({quote(line), none});
            }
        }
    }

    [[nodiscard]] std::string of(const std::vector<Witness>& witnesses) const {
        std::string text;
        for (const Witness& witness : witnesses) {
            const auto found = wanted_.find(witness.operation);
            if (found == wanted_.end()) continue;
            for (const Quote& quote : found->second) {
                const bool row = quote.seq != none;
                if ((!row || quote.seq == witness.seq) && text.find(quote.text) == text.npos) {
                    text += quote.text;
                }
            }
        }
        return text;
    }

private:
    struct Quote {
        std::string text;
        Number seq = none;  // of a row
    };

    [[nodiscard]] std::string quote(const char* line) const {
        return say("    line ", number_, ": ", line_of(line), "\n        ", words(line), "\n");
    }

    [[nodiscard]] std::string words(const char* line) const {
        Fields fields{line};
        const char kind = fields.letter();
        if (kind == 'r') {
            fields.index();
            const Number seq = fields.index();
            fields.letter();
            fields.number();
            const Minor before = fields.number();
            const Minor after = fields.number();
            fields.index();
            return say("shows row ", seq, ": ", all_.intent_name(fields.index()), ", balance ",
                       before, " to ", after);
        }
        const Number number = fields.index();
        if (number >= all_.operations.size()) return {};
        const Operation& asked = all_.operations[number];
        if (kind == 'i') return say("client ", asked.process, " asks for ", request(asked));
        const Instant at = fields.number();
        const std::string after = say(" after ", (at - asked.invoked) / 1000, " us");
        if (kind == 'n') return say("nobody knows what became of it,", after);
        if (kind == 'f') return say("refused with code ", fields.index(), after);
        return say("answered with ok", after);
    }

    [[nodiscard]] std::string request(const Operation& asked) const {
        if (moves_money(asked.verb)) {
            const Intent& intent = all_.intents[asked.subject];
            std::string text =
                say(all_.intent_name(asked.subject), " in ", all_.wallet_name(intent.wallet));
            if (intent.payee != none) text += say(" to ", all_.wallet_name(intent.payee));
            return text;
        }
        if (asked.verb == Verb::page) {
            return say("a page of the statement of ",
                       all_.wallet_name(all_.pages[asked.subject].wallet));
        }
        const std::string wallet = all_.wallet_name(asked.subject);
        if (asked.verb == Verb::balance) return say("the balance of ", wallet);
        return say(wallet, " to be ", asked.status == 'z' ? "frozen" : "active");
    }

    const Evidence& all_;
    std::map<Number, std::vector<Quote>> wanted_;
    std::size_t number_ = 0;
    Number page_ = none;
};

constexpr std::size_t quoted_max = 20;

template <class Read>
std::string report(const Verdict& verdict, Read&& read) {
    const Evidence& evidence = verdict.evidence;
    const auto& kept = verdict.findings.kept();
    std::size_t rows = 0;
    for (const Wallet& wallet : evidence.wallets) rows += wallet.slots.size();
    std::size_t outcomes[4] = {};
    for (const Operation& operation : evidence.operations) {
        ++outcomes[static_cast<std::size_t>(operation.outcome)];
    }
    std::string text = say(evidence.operations.size(), " operations (", outcomes[1], " ok, ",
                           outcomes[2], " refused, ", outcomes[3] + outcomes[0], " unknown) of ",
                           evidence.intents.size(), " intents by ", evidence.process_tenants.size(),
                           " clients; ", rows, " rows in ", evidence.wallets.size(), " wallets; ",
                           evidence.deaths.size(), " deaths of the service\n");
    if (verdict.passed()) return text + "no contradiction\n";
    text += say(verdict.findings.count(), " contradictions\n");
    Quotes quotes{evidence};
    const std::size_t quoted = std::min(quoted_max, kept.size());
    for (std::size_t i = 0; i < quoted; ++i) quotes.want(kept[i].witnesses);
    if (quotes.wants_any()) read([&quotes](const char* line) { quotes.line(line); });
    for (std::size_t i = 0; i < quoted; ++i) {
        text += say("\nbroken: ", name_of(kept[i].rule), "\n  ", kept[i].words, "\n",
                    quotes.of(kept[i].witnesses));
    }
    return text;
}

}  // namespace

std::string report_text(const Verdict& verdict, std::string_view text) {
    return report(verdict, [text](auto&& each) { each_line(text, each); });
}

std::string report_file(const Verdict& verdict, const std::string& path) {
    return report(verdict, [&path](auto&& each) {
        static_cast<void>(each_line_of(path, each));  // it could be read a moment ago
    });
}

}  // namespace coffer::tests::history
