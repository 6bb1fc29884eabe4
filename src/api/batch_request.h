#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/principal.h"
#include "api/ask.h"
#include "api/batch_answer.h"
#include "api/router.h"
#include "engine/reference.h"

namespace coffer::api {

/// A POST /wallets/batch on its way to the store. It owns all it names but the book's tables, so
/// that any thread may read it.
struct BatchRequest {
    Reply reply;
    access::PrincipalRef principal;
    wallet::Policy policy;  ///< of the caller's application when it came
    http::Method method = http::Method::post;
    std::string_view path;                        ///< as in the route table
    std::string key;                              ///< of the whole request, or ""
    std::optional<engine::ReferenceGuard> guard;  ///< of the caller's tenant, if the store has one
    std::string body;

    // What came of reading it: a problem of the whole, or the answer, in which movements that could
    // not be read have their outcome already, and the others.
    std::optional<Problem> problem;
    std::string problem_text;  ///< what `problem` points to
    std::shared_ptr<BatchAnswer> answer;
    /// Their texts live in `answer`; the cookie of each is its place among the movements.
    std::vector<engine::Batch::Entry> commands;
};

}  // namespace coffer::api
