#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/principal.h"
#include "api/ask.h"
#include "api/batch_answer.h"
#include "api/router.h"

namespace coffer::api {

/// A POST /wallets/batch on its way to the store. It owns all it names but the book's tables, so
/// that any thread may read it.
struct BatchRequest {
    Reply reply;
    access::PrincipalRef principal;
    wallet::Policy policy;  ///< of the caller's application when it came
    http::Method method = http::Method::post;
    std::string_view path;  ///< as in the route table
    std::string key;        ///< of the whole request, or ""
    std::string body;

    /// A command that could be read; its texts live in `answer`.
    struct Movement {
        std::uint32_t place = 0;  ///< among all of the request's
        engine::Item item;
        Remembered remembered;
    };

    // What came of reading it: a problem of the whole, or the answer, in which movements that could
    // not be read have their outcome already, and the others.
    std::optional<Problem> problem;
    std::string problem_text;  ///< what `problem` points to
    std::shared_ptr<BatchAnswer> answer;
    std::vector<Movement> movements;
};

}  // namespace coffer::api
