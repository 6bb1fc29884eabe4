#include "api/freeze_lists.h"

#include "api/json_text.h"
#include "engine/public_ids.h"

namespace coffer::api {
namespace {

/// What both have in common: the texts of the request, and what became of each, in their order.
class ListAnswer : public ManyAnswer {
public:
    ListAnswer(const Reply& its_reply, access::PrincipalRef its_principal,
               std::span<const std::string_view> texts)
        : ManyAnswer{its_reply, std::move(its_principal), texts.size()},
          outcomes_{texts.begin(), texts.end()} {}

protected:
    struct Outcome {
        explicit Outcome(std::string_view its_text) : text{its_text} {}
        std::string text;
        std::string json;
        bool took_effect = false;
    };

    [[nodiscard]] Outcome& settle(std::size_t index) {
        --left;
        return outcomes_[index];
    }
    [[nodiscard]] std::size_t succeeded() const {
        std::size_t count = 0;
        for (const Outcome& outcome : outcomes_) count += outcome.took_effect ? 1 : 0;
        return count;
    }
    [[nodiscard]] std::size_t total() const { return outcomes_.size(); }

    void append_those(std::string& out, bool took_effect) const {
        out += '[';
        bool is_first = true;
        for (const Outcome& outcome : outcomes_) {
            if (outcome.took_effect != took_effect) continue;
            if (!std::exchange(is_first, false)) out += ',';
            out += outcome.json;
        }
        out += ']';
    }

private:
    std::vector<Outcome> outcomes_;
};

class FreezeListAnswer final : public ListAnswer {
public:
    using ListAnswer::ListAnswer;

    void declined(std::size_t index, const Problem& problem, bool) override {
        Outcome& outcome = settle(index);
        begin(outcome);
        outcome.json += R"(,"code":)";
        append_number(outcome.json, row_of(problem.error).code);
        outcome.json += R"(,"message":)";
        append_json_text(outcome.json, message_of(problem, reply.language));
        if (problem.error == Error::outcome_unknown) outcome.json += R"(,"outcome":"unknown")";
        outcome.json += '}';
    }

    void applied(std::size_t index, const engine::Applied& applied,
                 const Wording& wording) override {
        Outcome& outcome = settle(index);
        outcome.took_effect = true;
        const wallet::HoldLine& hold = applied.record->holds[0];
        const money::Currency currency = wording.names.wallet(hold.wallet).currency;
        begin(outcome);
        outcome.json += R"(,"freeze_id":")";
        engine::append_id(outcome.json, engine::hold_prefix, hold.id);
        outcome.json += R"(","amount":)";
        append_amount(outcome.json, hold.amount, wording.currencies.decimals(currency));
        outcome.json += R"(,"currency":")";
        outcome.json += wording.currencies.info(currency).code;
        outcome.json += "\"}";
    }

    void append_to(std::string& out) const override {
        out += R"(,"data":{"frozen_count":)";
        append_number(out, succeeded());
        out += R"(,"freezes":)";
        append_those(out, true);
        out += R"(,"failures":)";
        append_those(out, false);
        out += '}';
    }

private:
    static void begin(Outcome& outcome) {
        outcome.json += R"({"user_id":)";
        append_json_text(outcome.json, outcome.text);
    }
};

class UnfreezeListAnswer final : public ListAnswer {
public:
    using ListAnswer::ListAnswer;

    void declined(std::size_t index, const Problem& problem, bool) override {
        Outcome& outcome = settle(index);
        append_json_text(outcome.json, outcome.text + ": " + message_of(problem, reply.language));
    }

    void applied(std::size_t index, const engine::Applied&, const Wording&) override {
        settle(index).took_effect = true;
    }

    void append_to(std::string& out) const override {
        out += R"(,"data":{"total":)";
        append_number(out, total());
        out += R"(,"succeeded":)";
        append_number(out, succeeded());
        out += R"(,"failed":)";
        append_number(out, total() - succeeded());
        out += R"(,"errors":)";
        append_those(out, false);
        out += '}';
    }
};

}  // namespace

std::shared_ptr<ManyAnswer> make_list_answer(const Reply& reply, access::PrincipalRef principal,
                                             std::span<const std::string_view> texts) {
    if (reply.route == Route::batch_freeze) {
        return std::make_shared<FreezeListAnswer>(reply, std::move(principal), texts);
    }
    return std::make_shared<UnfreezeListAnswer>(reply, std::move(principal), texts);
}

}  // namespace coffer::api
