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
        const bool row = kind == 'r';
        if (!row && kind != 'i' && kind != 'o' && kind != 'f' && kind != 'n') return;
        const auto found = wanted_.find(row ? page_ : first);
        if (found == wanted_.end()) return;
        Quoted& quoted = found->second;
        if (kind == 'i' && quoted.quotes.empty()) {
            fields.index();
            quoted.invoked = fields.number();
        }
        quoted.quotes.push_back({quote(line, quoted.invoked), row ? fields.index() : none});
    }

    [[nodiscard]] std::string of(const std::vector<Witness>& witnesses) const {
        std::string text;
        for (const Witness& witness : witnesses) {
            const auto found = wanted_.find(witness.operation);
            if (found == wanted_.end()) continue;
            for (const Quote& quote : found->second.quotes) {
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
    /// Of one operation.
    struct Quoted {
        Instant invoked = 0;
        std::vector<Quote> quotes;
    };

    [[nodiscard]] std::string quote(const char* line, Instant invoked) const {
        return say("    line ", number_, ": ", line_of(line), "\n        ", words(line, invoked),
                   "\n");
    }

    [[nodiscard]] std::string words(const char* line, Instant invoked) const {
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
        if (fields.index() >= all_.operations.size()) return {};
        if (kind == 'i') return question(fields);
        const Instant at = fields.number();
        const std::string after = say(" after ", (at - invoked) / 1000, " us");
        if (kind == 'n') return say("nobody knows what became of it,", after);
        if (kind == 'f') return say("refused with code ", fields.index(), after);
        return say("answered with ok", after);
    }

    /// Of a line `i`, from the process on.
    [[nodiscard]] std::string question(Fields fields) const {
        const Number process = fields.index();
        fields.number();
        const auto verb = static_cast<Verb>(fields.letter());
        const Number wallet = fields.index();
        if (wallet >= all_.wallets.size()) return {};
        const std::string name = all_.wallet_name(wallet);
        std::string text = say("client ", process, " asks for ");
        if (verb == Verb::page) return text + "a page of the statement of " + name;
        if (verb == Verb::balance) return text + "the balance of " + name;
        if (verb == Verb::status) {
            return text + name + " to be " + (fields.letter() == 'z' ? "frozen" : "active");
        }
        const bool names_payee = verb == Verb::transfer || verb == Verb::capture;
        const Number payee = names_payee ? fields.index() : none;
        text += say(all_.intent_name(fields.index()), " in ", name);
        if (payee < all_.wallets.size()) text += say(" to ", all_.wallet_name(payee));
        return text;
    }

    const Evidence& all_;
    std::map<Number, Quoted> wanted_;
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
    const Counts& counts = evidence.counts;
    std::string text =
        say(evidence.operations.size(), " operations (", counts.ok, " ok, ", counts.refused,
            " refused, ", counts.unknown, " unknown) of ", evidence.intents.size(), " intents by ",
            evidence.processes, " clients; ", rows, " rows in ", evidence.wallets.size(),
            " wallets; ", evidence.deaths.size(), " deaths of the service\n");
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
