#include "api/batch_answer.h"

#include "api/json_text.h"
#include "api/movement_dto.h"

namespace coffer::api {

void BatchAnswer::open(std::size_t index, int status, std::uint32_t code) {
    places_[index].at = text_.size();
    text_ += R"({"index":)";
    append_number(text_, index);
    text_ += R"(,"status":)";
    append_number(text_, static_cast<std::uint64_t>(status));
    text_ += R"(,"code":)";
    append_number(text_, code);
}

void BatchAnswer::close(std::size_t index) {
    text_ += '}';
    places_[index].end = text_.size();
    --left;
}

void BatchAnswer::declined(std::size_t index, const Problem& problem, bool replayed) {
    const ErrorRow& row = row_of(problem.error);
    open(index, row.status, row.code);
    text_ += R"(,"message":)";
    append_json_text(text_, message_of(problem, reply.language));
    if (problem.error == Error::outcome_unknown) text_ += R"(,"outcome":"unknown")";
    text_ += replayed ? R"(,"replayed":true)" : R"(,"replayed":false)";
    close(index);
}

void BatchAnswer::applied(std::size_t index, const engine::Applied& applied,
                          const Wording& wording) {
    open(index, 200, 0);
    text_ += R"(,"message":"success","replayed":)";
    text_ += applied.replayed ? "true" : "false";
    text_ += R"(,"transaction":)";
    append_transaction(text_, *applied.record, 0, wording);
    close(index);
    ++succeeded_;
}

void BatchAnswer::append_to(std::string& out) const {
    out.reserve(out.size() + text_.size() + places_.size() + 100);
    out += R"(,"data":{"succeeded":)";
    append_number(out, succeeded_);
    out += R"(,"failed":)";
    append_number(out, places_.size() - succeeded_);
    out += R"(,"results":[)";
    for (std::size_t i = 0; i < places_.size(); ++i) {
        if (i > 0) out += ',';
        out.append(text_, places_[i].at, places_[i].end - places_[i].at);
    }
    out += "]}";
}

}  // namespace coffer::api
