#include "api/batch_worker.h"
#include "api/content_rules.h"
#include "api/idempotency_key.h"
#include "api/service_parts.h"

// POST /wallets/batch: one request, many movements, each decided, guarded and answered by itself.

namespace coffer::api {
namespace {

/// A body of this size is worth the way to another thread and back, some 50 µs when all is quiet.
constexpr std::size_t worth_the_way_bytes = 16 << 10;
constexpr std::size_t worth_the_way_movements = 100;

/// What may stand in a round when another batch comes to it: two large ones a round are no faster
/// (0.9 to 1.0 of the rate), and the first would wait for the second to be decided.
constexpr std::size_t round_movements_max = 500;

}  // namespace

std::optional<Refused> Service::Parts::read_batch(const http::Request& request, const Match& match,
                                                  const access::Principal& principal,
                                                  std::string_view& key) {
    std::string_view nobody;
    std::string_view tenant;
    if (auto refused = admit(request, match, principal, nobody, tenant)) return refused;
    QueryValues query;
    bool dry_run = false;
    if (auto problem = query.read(request.query, batch.texts)) return Refused{*problem};
    if (auto problem = read_dry_run(query, dry_run)) return Refused{*problem};
    if (dry_run) return Refused{Problem{Error::dry_run_of_many}};
    if (auto problem = judge_content(request)) return Refused{*problem};
    if (auto problem = read_idempotency_key(request, key)) return Refused{*problem};
    return std::nullopt;
}

void Service::Parts::submit_batch(const http::Request& request, const Match& match,
                                  const Reply& reply, const access::PrincipalRef& principal) {
    std::string_view key;
    if (const auto refused = read_batch(request, match, *principal, key)) {
        return refuse(reply, *refused, principal->tenant);
    }
    auto read = std::make_unique<BatchRequest>();
    read->reply = reply;
    read->principal = principal;
    read->policy = store.policy_for(principal->tenant, principal->application);
    read->method = request.method;
    read->path = match.path;
    read->key = key;
    read->guard = store.reference_guard(principal->tenant);
    read->body = request.body;
    if (batch_worker == nullptr || read->body.size() < worth_the_way_bytes) {
        batch_reader.read(*read);
        return submit_movements(*read);
    }
    if (batch_bytes + read->body.size() > options.batch_bytes_max) {
        return refuse(reply, Refused{Problem{Error::too_many_requests_in_flight}},
                      principal->tenant);
    }
    batch_bytes += read->body.size();
    batch_worker->read(std::move(read));
}

void Service::Parts::submit_movements(BatchRequest& read) {
    const auto refuse_all = [&](const Problem& problem) {
        replier.problem(read.reply, problem, {}, read.principal->tenant);
    };
    if (read.problem) return refuse_all(*read.problem);
    if (given_up) return refuse_all(Problem{Error::store_unavailable});
    if (in_flight() + read.commands.size() > options.in_flight_max) {
        return refuse_all(Problem{Error::too_many_requests_in_flight});
    }
    newest_batch = read.answer;
    enqueue_many(read.answer, read.commands);
}

void Service::Parts::finish(const std::shared_ptr<ManyAnswer>& answer) {
    const std::string_view tenant = answer->principal->tenant;
    if (answer->ahead) return replier.finish_ahead(answer->reply, *answer->ahead, tenant);
    if (batch_worker != nullptr && !given_up && answer->commands() >= worth_the_way_movements) {
        answer->ahead.emplace(replier.open_ahead(answer->reply, answer->rendered));
        return batch_worker->render(answer);
    }
    Replier::Open open = replier.open(answer->reply, 200, false);
    answer->append_to(open.out);
    replier.finish(answer->reply, open, 200, false, tenant);
}

void Service::Parts::take_from_worker() {
    if (batch_worker == nullptr) return;
    if (batch_worker->pending() > 0) batch_worker->take(worked);
    for (const auto& answer : worked.answers) finish(answer);
    worked.answers.clear();
    auto next = worked.requests.begin();
    for (; next != worked.requests.end() && (given_up || has_room_for(**next)); ++next) {
        batch_bytes -= (*next)->body.size();
        submit_movements(**next);
    }
    worked.requests.erase(worked.requests.begin(), next);
}

// Without room a batch waits for the one before it; where that is not what takes the room, it is
// not kept waiting but refused.
bool Service::Parts::has_room_for(const BatchRequest& read) const {
    if (batch.entries.size() >= round_movements_max) return false;
    if (in_flight() + read.commands.size() <= options.in_flight_max) return true;
    const auto newest = newest_batch.lock();
    return newest == nullptr || newest->left == 0;
}

}  // namespace coffer::api
