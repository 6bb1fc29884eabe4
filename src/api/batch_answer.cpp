#include "api/batch_answer.h"

#include "api/json_text.h"

namespace coffer::api {

void BatchAnswer::open(std::size_t index, int status, std::uint32_t code) {
    places[index].at = text.size();
    text += R"({"index":)";
    append_number(text, index);
    text += R"(,"status":)";
    append_number(text, static_cast<std::uint64_t>(status));
    text += R"(,"code":)";
    append_number(text, code);
}

void BatchAnswer::close(std::size_t index) {
    text += '}';
    places[index].end = text.size();
    --left;
}

void BatchAnswer::declined(std::size_t index, const Problem& problem, bool replayed) {
    const ErrorRow& row = row_of(problem.error);
    open(index, row.status, row.code);
    text += R"(,"message":)";
    append_json_text(text, message_of(problem, reply.language));
    if (problem.error == Error::outcome_unknown) text += R"(,"outcome":"unknown")";
    text += replayed ? R"(,"replayed":true)" : R"(,"replayed":false)";
    close(index);
}

std::string& BatchAnswer::begin(std::size_t index, int status, bool replayed) {
    open(index, status, 0);
    text += R"(,"message":"success","replayed":)";
    text += replayed ? "true" : "false";
    return text;
}

void BatchAnswer::end(std::size_t index) {
    close(index);
    ++succeeded;
}

void BatchAnswer::append_to(std::string& out) const {
    out.reserve(out.size() + text.size() + places.size() + 100);
    out += R"(,"data":{"succeeded":)";
    append_number(out, succeeded);
    out += R"(,"failed":)";
    append_number(out, places.size() - succeeded);
    out += R"(,"results":[)";
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (i > 0) out += ',';
        out.append(text, places[i].at, places[i].end - places[i].at);
    }
    out += "]}";
}

}  // namespace coffer::api
