#include "api/batch_answer.h"

#include "api/json_text.h"
#include "api/short_text.h"

namespace coffer::api {
namespace {

constexpr std::size_t usual_bytes = 512;  // of a transaction with short texts

using Opening = ShortText<160>;

void open_result(Opening& text, std::size_t index, int status, std::uint32_t code) {
    text.put(R"({"index":)").put_number(index);
    text.put(R"(,"status":)").put_number(static_cast<std::uint64_t>(status));
    text.put(R"(,"code":)").put_number(code);
}

}  // namespace

void BatchAnswer::declined(std::size_t index, const Problem& problem, bool replayed) {
    const ErrorRow& row = row_of(problem.error);
    scratch_.clear();
    Opening opening;
    open_result(opening, index, row.status, row.code);
    opening.put(R"(,"message":)").append_to(scratch_);
    append_json_text(scratch_, message_of(problem, reply.language));
    if (problem.error == Error::outcome_unknown) scratch_ += R"(,"outcome":"unknown")";
    scratch_ += replayed ? R"(,"replayed":true})" : R"(,"replayed":false})";
    outcomes_[index] = {Outcome::What::declined, static_cast<std::uint32_t>(declined_.size())};
    declined_.push_back(texts.copy(scratch_));
    --left;
}

void BatchAnswer::applied(std::size_t index, const engine::Applied& applied,
                          const Wording& wording) {
    ENSURE(keep(index, *applied.record, wording));
    settled(index);
    if (applied.replayed) outcomes_[index].what = Outcome::What::replayed;
}

bool BatchAnswer::keep(std::size_t index, const wallet::Record& record, const Wording& wording) {
    outcomes_[index] = {Outcome::What::kept, static_cast<std::uint32_t>(rows_.size())};
    TransactionRow& row = rows_.emplace_back();
    fill_row(row, record, 0, wording);
    // The record goes with its round. Its texts are the command's, so they are here already, unless
    // it is a replay's or the command waited for an old record.
    for (std::string_view* text : {&row.counterparty, &row.reference, &row.description}) {
        *text = texts.own(*text);
    }
    return true;
}

void BatchAnswer::settled(std::size_t index) {
    ENSURE(outcomes_[index].what == Outcome::What::kept);
    outcomes_[index].what = Outcome::What::succeeded;
    ++succeeded_;
    --left;
}

void BatchAnswer::append_to(std::string& out) const {
    out.reserve(out.size() + outcomes_.size() * usual_bytes + 100);
    out += R"(,"data":{"succeeded":)";
    append_number(out, succeeded_);
    out += R"(,"failed":)";
    append_number(out, outcomes_.size() - succeeded_);
    out += R"(,"results":[)";
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
        const Outcome& outcome = outcomes_[i];
        if (i > 0) out += ',';
        if (outcome.what == Outcome::What::declined) {
            out += declined_[outcome.at];
            continue;
        }
        Opening opening;
        open_result(opening, i, 200, 0);
        opening.put(R"(,"message":"success","replayed":)");
        opening.put_text(outcome.what == Outcome::What::replayed ? "true" : "false");
        opening.put(R"(,"transaction":)").append_to(out);
        append_transaction(out, rows_[outcome.at]);
        out += '}';
    }
    out += "]}";
}

}  // namespace coffer::api
