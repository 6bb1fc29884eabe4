#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "os/poller.h"
#include "store_postgres/rows.h"
#include "store_postgres/statements.h"

namespace coffer::store_postgres {

/// The newest history of a server that any connection of this process has seen: one that is behind
/// it (a primary that was replaced and came back) is never taken again.
struct ServerSeen {
    std::string system;
    std::uint64_t timeline = 0;
};

/// One session with the server, without threads and without waiting: the poller says when there is
/// something to do, advance() does it. Statements go out in pipeline mode, all of one ask() in one
/// write, and are answered together: one round trip.
///
/// A session is used only when the server would keep what it acknowledges: a primary with fsync,
/// full_page_writes, data checksums and synchronous_commit, and a role that rows cannot be hidden
/// from (faults.md 2.1, E25, E26). Asked anew on every connect.
class Connection {
public:
    enum class State : std::uint8_t {
        closed,      ///< open() begins anew
        connecting,  ///< to the server, then the checks and the statements
        idle,
        asking,
        answered,  ///< take_answers()
    };

    /// `token` is what the poller names it by. All must outlive the connection.
    Connection(os::Poller& poller, std::uint64_t token, std::string url, std::string schema,
               ServerSeen& seen);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void open();
    /// Of an idle connection.
    void ask(std::vector<Step> steps);
    /// Does what can be done without waiting.
    State advance();
    /// One a step, in their order; those behind a failed one have failed, too. Of a connection that
    /// has answered, which is idle afterwards.
    [[nodiscard]] std::vector<Rows> take_answers();
    /// Cuts the connection, whatever is under way; never PQcancel, which would turn a commit that
    /// waits for a standby into one that is not replicated (faults.md 2.1 rule 4).
    void drop(std::string why);

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] bool is_up() const {
        return state_ != State::closed && state_ != State::connecting;
    }
    [[nodiscard]] std::uint64_t token() const { return token_; }
    /// Why it is closed: for the operator.
    [[nodiscard]] const std::string& why() const { return why_; }
    /// Since the last ask() the server has warned that what it calls a commit was not waited for.
    [[nodiscard]] bool commit_in_doubt() const { return commit_in_doubt_; }

private:
    struct Finish {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };

    static void take_notice(void* self, const PGresult* notice);
    void watch(os::Interest interest);
    void stop_watching();
    void go_on_connecting();
    void send_preparation();
    void flush();
    void take_results();
    /// Why the server must not be used, or "".
    [[nodiscard]] std::string judge_server(const Rows& answer);

    os::Poller& poller_;
    const std::uint64_t token_;
    const std::string url_;
    const std::string schema_;
    ServerSeen& seen_;
    State state_ = State::closed;
    bool prepared_ = false;
    bool commit_in_doubt_ = false;
    std::string why_;
    std::unique_ptr<PGconn, Finish> connection_;
    // A copy of libpq's descriptor: libpq closes its own whenever it likes, and the poller must be
    // told before a descriptor is gone.
    int watched_ = -1;
    os::Interest interest_ = os::Interest::none;
    std::size_t expected_ = 0;  // answers still to come
    std::vector<Rows> answers_;
};

/// What libpq is to be told besides the URL: keepalives and time limits that notice a dead server
/// in seconds. For PQconnectStartParams.
struct ConnectParameters {
    explicit ConnectParameters(const std::string& url);
    std::array<const char*, 9> keywords;
    std::array<const char*, 9> values;
};

}  // namespace coffer::store_postgres
