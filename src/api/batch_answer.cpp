#include "api/batch_answer.h"

#include "api/json_text.h"

namespace coffer::api {
namespace {

void open_result(std::string& out, std::size_t index, int status, std::uint32_t code) {
    out = R"({"index":)";
    append_number(out, index);
    out += R"(,"status":)";
    append_number(out, static_cast<std::uint64_t>(status));
    out += R"(,"code":)";
    append_number(out, code);
}

}  // namespace

void BatchAnswer::declined(std::size_t index, const Problem& problem, bool replayed) {
    const ErrorRow& row = row_of(problem.error);
    std::string& out = results[index];
    open_result(out, index, row.status, row.code);
    out += R"(,"message":)";
    append_json_text(out, message_of(problem, reply.language));
    if (problem.error == Error::outcome_unknown) out += R"(,"outcome":"unknown")";
    out += replayed ? R"(,"replayed":true})" : R"(,"replayed":false})";
    --left;
}

std::string& BatchAnswer::begin(std::size_t index, int status, bool replayed) {
    std::string& out = results[index];
    open_result(out, index, status, 0);
    out += R"(,"message":"success","replayed":)";
    out += replayed ? "true" : "false";
    return out;
}

void BatchAnswer::end(std::size_t index) {
    results[index] += '}';
    ++succeeded;
    --left;
}

void BatchAnswer::append_to(std::string& out) const {
    out += R"(,"data":{"succeeded":)";
    append_number(out, succeeded);
    out += R"(,"failed":)";
    append_number(out, results.size() - succeeded);
    out += R"(,"results":[)";
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (i > 0) out += ',';
        out += results[i];
    }
    out += "]}";
}

}  // namespace coffer::api
