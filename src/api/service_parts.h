#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/batch_worker.h"
#include "api/body_reader.h"
#include "api/cursor.h"
#include "api/docs_page.h"
#include "api/many_table.h"
#include "api/operations.h"
#include "api/parked.h"
#include "api/pending.h"
#include "api/rate_limiter.h"
#include "api/reply.h"
#include "api/router.h"
#include "api/service.h"

namespace coffer::api {

/// A problem with the headers that go with it.
struct Refused {
    Problem problem;
    std::string www_authenticate{};
};

inline access::PeerAddress peer_of(const os::Address& address) { return {address.ip}; }

/// Whether the caller may do this to `user`; "" stands for what is nobody's own affair.
[[nodiscard]] std::optional<Refused> judge_access(const Operation& operation,
                                                  const access::Principal& principal,
                                                  std::string_view user);

/// A request that came in, up to the point where its item stands in the batch.
struct Service::Parts {
    Parts(engine::Store& its_store, access::Verifier& its_verifier, os::Clock& clock,
          ServiceOptions its_options);

    // service_requests.cpp: from a request to an item.
    void take(const http::Request& request, http::Exchange exchange);
    [[nodiscard]] bool may_continue(const http::Request& head, http::Exchange exchange);

    // service_answers.cpp: from an answer to a response.
    void answer(engine::Cookie cookie, const engine::Answer& answer, const engine::Names& names);
    void answer_one_of_many(engine::Cookie cookie, const engine::Answer& answer,
                            const engine::Names& names);
    [[nodiscard]] bool keep(engine::Cookie cookie, const wallet::Record& record,
                            const engine::Names& names);
    void give_up();
    /// Commands that wait for the store.
    [[nodiscard]] std::size_t in_flight() const;

    // service_batch.cpp: what is done beside this thread.
    void finish(const std::shared_ptr<ManyAnswer>& answer);
    void take_from_worker();
    [[nodiscard]] bool has_room_for(const BatchRequest& read) const;
    /// Whether it is time for a round of so many items.
    [[nodiscard]] bool store_takes(std::size_t items) const {
        return !store.busy() || store.takes_while_busy(items);
    }

    // service_expiry.cpp: what the service asks for by itself.
    /// Holds whose time has come are ended by commands that go with the round's requests.
    void end_due_holds();
    void expiry_answered(const engine::Answer& answer);

    engine::Store& store;
    access::Verifier& verifier;
    ServiceOptions options;
    Replier replier;
    engine::Batch batch;
    PendingTable pending;
    ManyTable many;
    BodyReader body;
    Sha256 sha256;
    Cursors cursors;
    access::FailedAuthLimiter limiter;
    RateLimiter rate_limiter;
    BatchReader batch_reader;
    std::unique_ptr<BatchWorker> batch_worker;     ///< none: everything on the engine's thread
    BatchWorker::Work worked;                      ///< of it, not looked at yet
    std::weak_ptr<const ManyAnswer> newest_batch;  ///< that went to the store
    std::size_t batch_bytes = 0;  ///< of bodies that it has or had, until they are submitted
    std::size_t expiring = 0;     ///< commands of its own that wait for the store
    std::int64_t next_expiries_at_ns = 0;  ///< not before, after a failure
    bool draining = false;
    bool given_up = false;

private:
    struct Parked {
        Parked(const Reply& its_reply, const http::Request& its_request)
            : reply{its_reply}, request{its_request} {}
        Reply reply;
        ParkedRequest request;
    };

    [[nodiscard]] bool answer_without_token(const http::Request& request, const Match& match,
                                            const Reply& reply);
    void answer_health(const Reply& reply, bool healthy);
    void answer_metrics(const http::Request& request, const Reply& reply);
    // service_internal.cpp: X-API-Key instead of a token.
    void answer_internal(const http::Request& request, const Match& match, const Reply& reply);
    [[nodiscard]] std::optional<Problem> judge_key(const http::Request& request,
                                                   access::Principal& principal);
    [[nodiscard]] std::optional<Problem> prepare_internal(const http::Request& request,
                                                          const Match& match,
                                                          const access::Principal& principal,
                                                          engine::Item& item,
                                                          Remembered& remembered);
    void answer_docs(const http::Request& request, const Match& match, const Reply& reply);

    /// The token of the Authorization header, or why there is none.
    [[nodiscard]] std::optional<Problem> bearer_token(const http::Request& request,
                                                      std::string_view& token) const;
    void refuse_token(const Reply& reply, const os::Address& peer, access::TokenRefusal refusal);
    void park(const http::Request& request, const Reply& reply, std::string_view token);
    void unpark(std::uint64_t number, const access::Verdict& verdict);

    /// What can be judged without the body: tenant, path, access.
    [[nodiscard]] std::optional<Refused> admit(const http::Request& request, const Match& match,
                                               const access::Principal& principal,
                                               std::string_view& id, std::string_view& tenant);
    /// Everything else that is the same for every command of a request.
    struct Reading {
        std::string_view id;
        std::string_view tenant;
        QueryValues query;
        std::string_view key;
    };
    [[nodiscard]] std::optional<Refused> read(const http::Request& request, const Match& match,
                                              const access::Principal& principal, Reading& reading);
    /// Everything that a route's reader is given; `id` and `tenant` live in the batch's texts.
    [[nodiscard]] Ask ask_of(const access::Principal& principal, std::string_view id,
                             std::string_view tenant, const QueryValues& query);
    [[nodiscard]] std::optional<Refused> prepare(const http::Request& request, const Match& match,
                                                 const access::Principal& principal,
                                                 engine::Item& item, Remembered& remembered);
    void submit(const http::Request& request, const Match& match, const Reply& reply,
                const access::PrincipalRef& principal);
    /// Puts the item on its way to the store. False, and nothing was done, when there is no room.
    [[nodiscard]] bool enqueue(Pending waits, engine::Item item);
    /// The same for commands that are answered together, for which there is room. The cookie of
    /// each is its number among them; `commands` is of no use afterwards.
    void enqueue_many(const std::shared_ptr<ManyAnswer>& answer,
                      std::vector<engine::Batch::Entry>& commands);
    void count_in_flight();
    /// Answers 429 when the caller's application allows no more requests for now.
    [[nodiscard]] bool is_over_rate(const Reply& reply, const access::Principal& principal);
    void refuse(const Reply& reply, const Refused& refused, std::string_view tenant);
    /// A success whose `data` is what `append` appends.
    void answer_data(const Reply& reply, const std::function<void(std::string& json)>& append,
                     std::string_view tenant);

    // service_batch.cpp: many movements in one request.
    [[nodiscard]] std::optional<Refused> read_batch(const http::Request& request,
                                                    const Match& match,
                                                    const access::Principal& principal,
                                                    std::string_view& key);
    void submit_batch(const http::Request& request, const Match& match, const Reply& reply,
                      const access::PrincipalRef& principal);
    void submit_movements(BatchRequest& read);

    // service_freezes.cpp: one command for each text of a list.
    [[nodiscard]] std::optional<Refused> read_list(const http::Request& request, const Match& match,
                                                   const access::Principal& principal,
                                                   Reading& reading);
    void submit_list(const http::Request& request, const Match& match, const Reply& reply,
                     const access::PrincipalRef& principal);
    void answer_head(const http::Request& request, const Match& match, const Reply& reply,
                     const access::Principal& principal);

    std::map<std::uint64_t, Parked> parked_;
    std::uint64_t next_parked_ = 0;
    std::string metrics_;
    DocsAllowance docs_allowance_;
};

}  // namespace coffer::api
