#include "store_postgres/connection.h"

#include <unistd.h>

#include <charconv>

#include "base/ensure.h"

namespace coffer::store_postgres {
namespace {

// A statement that waits longer is an answer "not now"; a session whose owner hangs lets go.
// Plans are made once, while tables may be empty: they must be those for full ones.
constexpr const char* session_settings =
    "select set_config('search_path', $1, false), set_config('lock_timeout', '3s', false), "
    "set_config('statement_timeout', '8s', false), "
    "set_config('idle_in_transaction_session_timeout', '15s', false), "
    "set_config('bytea_output', 'hex', false), "
    "set_config('plan_cache_mode', 'force_generic_plan', false), "
    "set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false), "
    "set_config('enable_mergejoin', 'off', false)";

constexpr const char* server_facts =
    "select pg_is_in_recovery(), current_setting('transaction_read_only'), "
    "current_setting('fsync'), current_setting('full_page_writes'), "
    "current_setting('data_checksums'), current_setting('synchronous_commit'), "
    "(select rolsuper or rolbypassrls from pg_roles where rolname = current_user), "
    "(select system_identifier from pg_control_system()), "
    "case when pg_is_in_recovery() then '' "
    "else substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end";

constexpr std::size_t preparation_answers = 2 + statement_count;

}  // namespace

ConnectParameters::ConnectParameters(const std::string& url)
    : keywords{"dbname",           "application_name", "client_encoding",
               "connect_timeout",  "keepalives_idle",  "keepalives_interval",
               "keepalives_count", "tcp_user_timeout", nullptr},
      values{url.c_str(), "coffer", "UTF8", "5", "5", "3", "3", "12000", nullptr} {}

Connection::Connection(os::Poller& poller, std::uint64_t token, std::string url, std::string schema,
                       ServerSeen& seen)
    : poller_{poller},
      token_{token},
      url_{std::move(url)},
      schema_{std::move(schema)},
      seen_{seen} {}

Connection::~Connection() { drop(""); }

void Connection::watch(os::Interest interest) {
    if (watched_ < 0) {
        const int own = PQsocket(connection_.get());
        if (own < 0) return drop("the connection has no socket");
        watched_ = ::dup(own);
        if (watched_ < 0) return drop("no descriptors are left");
        if (!poller_.add(watched_, token_, interest)) {
            ::close(watched_);
            watched_ = -1;
            return drop("the event loop takes no more descriptors");
        }
    } else if (interest != interest_) {
        poller_.change(watched_, token_, interest);
    }
    interest_ = interest;
}

void Connection::stop_watching() {
    if (watched_ < 0) return;
    poller_.remove(watched_);
    ::close(watched_);
    watched_ = -1;
}

void Connection::drop(std::string why) {
    stop_watching();
    connection_.reset();
    answers_.clear();
    expected_ = 0;
    state_ = State::closed;
    why_ = std::move(why);
}

void Connection::open() {
    ENSURE(state_ == State::closed);
    const ConnectParameters parameters{url_};
    connection_.reset(
        PQconnectStartParams(parameters.keywords.data(), parameters.values.data(), 1));
    ENSURE(connection_ != nullptr);  // out of memory
    if (PQstatus(connection_.get()) == CONNECTION_BAD) {
        return drop(PQerrorMessage(connection_.get()));
    }
    PQsetNoticeReceiver(connection_.get(), &Connection::take_notice, this);
    state_ = State::connecting;
    prepared_ = false;
    why_.clear();
    // Before the first PQconnectPoll libpq asks to be treated as if it had wanted to write.
    watch(os::Interest::write);
}

void Connection::go_on_connecting() {
    stop_watching();
    switch (PQconnectPoll(connection_.get())) {
        case PGRES_POLLING_READING: return watch(os::Interest::read);
        case PGRES_POLLING_WRITING: return watch(os::Interest::write);
        case PGRES_POLLING_OK: return send_preparation();
        default: return drop(PQerrorMessage(connection_.get()));
    }
}

void Connection::send_preparation() {
    PGconn* connection = connection_.get();
    const char* schema = schema_.c_str();
    bool sent =
        PQsetnonblocking(connection, 1) == 0 && PQenterPipelineMode(connection) == 1 &&
        PQsendQueryParams(connection, session_settings, 1, nullptr, &schema, nullptr, nullptr, 0) ==
            1 &&
        PQsendQueryParams(connection, server_facts, 0, nullptr, nullptr, nullptr, nullptr, 0) == 1;
    for (std::size_t i = 0; sent && i < statement_count; ++i) {
        const auto statement = static_cast<Statement>(i);
        sent = PQsendPrepare(connection, name_of(statement).c_str(),
                             std::string{sql_of(statement)}.c_str(), 0, nullptr) == 1;
    }
    if (!sent || PQpipelineSync(connection) != 1) return drop(PQerrorMessage(connection));
    expected_ = preparation_answers;
    prepared_ = true;
    flush();
}

void Connection::ask(std::vector<Step> steps) {
    ENSURE(state_ == State::idle);
    PGconn* connection = connection_.get();
    bool sent = true;
    std::vector<const char*> values;
    for (const Step& step : steps) {
        values.clear();
        for (const std::string& value : step.values) values.push_back(value.c_str());
        sent = sent && PQsendQueryPrepared(connection, name_of(step.statement).c_str(),
                                           static_cast<int>(values.size()), values.data(), nullptr,
                                           nullptr, 0) == 1;
    }
    state_ = State::asking;
    commit_in_doubt_ = false;
    expected_ = steps.size();
    if (!sent || PQpipelineSync(connection) != 1) return drop(PQerrorMessage(connection));
    flush();
}

void Connection::flush() {
    const int left = PQflush(connection_.get());
    if (left < 0) return drop(PQerrorMessage(connection_.get()));
    watch(left == 0 ? os::Interest::read : os::Interest::read_write);
}

Connection::State Connection::advance() {
    if (state_ == State::connecting && !prepared_) {
        if (PQstatus(connection_.get()) != CONNECTION_OK) go_on_connecting();
        return state_;
    }
    if (state_ == State::closed || state_ == State::answered) return state_;
    if (PQconsumeInput(connection_.get()) == 0) {
        drop(PQerrorMessage(connection_.get()));
        return state_;
    }
    if (state_ != State::idle) take_results();
    // What an idle connection hears is that the server ends it.
    if (state_ == State::idle) (void)PQisBusy(connection_.get());
    if (connection_ != nullptr && PQstatus(connection_.get()) == CONNECTION_BAD) {
        drop(PQerrorMessage(connection_.get()));
    } else if (connection_ != nullptr && interest_ == os::Interest::read_write) {
        flush();
    }
    return state_;
}

// In pipeline mode every statement's results end with a null; the synchronisation point is a result
// of its own, without one behind it.
void Connection::take_results() {
    while (PQisBusy(connection_.get()) == 0) {
        PGresult* result = PQgetResult(connection_.get());
        if (result == nullptr) {
            if (PQstatus(connection_.get()) == CONNECTION_BAD) return;
            continue;
        }
        Rows rows{result};
        if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            ENSURE(answers_.size() == expected_);
            if (state_ == State::asking) {
                state_ = State::answered;
                return;
            }
            std::string refused;
            for (const Rows& answer : answers_) {
                if (answer.failed() && refused.empty()) refused = answer.message();
            }
            if (refused.empty()) refused = judge_server(answers_[1]);
            answers_.clear();
            if (!refused.empty()) return drop(refused);
            state_ = State::idle;
            return;
        }
        if (answers_.size() == expected_) return drop("the server ended: " + rows.message());
        answers_.push_back(std::move(rows));
    }
}

std::vector<Rows> Connection::take_answers() {
    ENSURE(state_ == State::answered);
    state_ = State::idle;
    return std::exchange(answers_, {});
}

void Connection::take_notice(void* self, const PGresult* notice) {
    const char* state = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
    if (state == nullptr) return;
    const std::string_view sqlstate{state};
    // "canceling wait for synchronous replication" and "… and terminating connection".
    if (sqlstate == "01000" || sqlstate == "57P01") {
        static_cast<Connection*>(self)->commit_in_doubt_ = true;
    }
}

std::string Connection::judge_server(const Rows& answer) {
    const auto is = [&answer](int column, std::string_view value) {
        return answer.text(0, column) == value;
    };
    if (!is(0, "f")) return "the server is a standby in recovery";
    if (!is(1, "off")) return "the server takes no writes (transaction_read_only)";
    if (!is(2, "on")) return "the server does not sync what it commits: set fsync = on";
    if (!is(3, "on")) return "torn pages would go unnoticed: set full_page_writes = on";
    if (!is(4, "on")) {
        return "the server's pages have no checksums: enable them with `pg_checksums --enable`";
    }
    if (!is(5, "on") && !is(5, "remote_apply")) {
        return "a commit would not be durable when it is acknowledged: set synchronous_commit = "
               "on for this role and database";
    }
    if (!is(6, "f")) return "the role may do too much: no superuser, no BYPASSRLS";
    const std::string system{answer.text(0, 7)};
    const std::string_view digits = answer.text(0, 8);
    std::uint64_t timeline = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), timeline, 16);
    if (seen_.system.empty()) seen_ = {system, timeline};
    if (system != seen_.system) return "this is another server than before";
    if (timeline < seen_.timeline) {
        return "the server is on an older timeline than the one before: a replaced primary came "
               "back";
    }
    seen_.timeline = timeline;
    return "";
}

}  // namespace coffer::store_postgres
