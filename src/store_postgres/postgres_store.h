#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "engine/store.h"
#include "os/clock.h"
#include "os/poller.h"
#include "os/random.h"
#include "store_postgres/flight.h"

namespace coffer::store_postgres {

/// The port on PostgreSQL: any number of processes on one database, whose locks and constraints
/// decide. No thread: the poller says when a connection has something, poll() does it.
///
/// A batch is one transaction in two round trips; as many are in flight as there are connections.
/// What two of them touch is decided by the database in some order: items of one batch run in the
/// order in which they stand, those of two batches in any.
///
/// A lost connection is an answer (`unknown`, or another try), not the end of the process.
class PostgresStore final : public engine::Store {
public:
    /// Poller tokens from this one on, one a connection.
    static constexpr std::uint64_t token_first = std::uint64_t{1} << 62;

    /// Makes the tables when they are missing, and waits until one connection is ready.
    [[nodiscard]] static Result<std::unique_ptr<PostgresStore>, Fault> open(
        os::Poller& poller, os::Clock& clock, os::Random& random, const PostgresOptions& options);
    ~PostgresStore() override;

    void execute(engine::Batch& batch, engine::Answers& answers) override;
    void poll(engine::Answers& answers) override;
    [[nodiscard]] bool busy() const override;
    void wake_with(std::function<void()>) override {}  // the poller wakes by itself
    [[nodiscard]] bool healthy() const override { return true; }
    [[nodiscard]] bool writable() const override { return shared_.clock_right && is_connected(); }
    [[nodiscard]] const money::CurrencyTable& currencies() const override {
        return shared_.book.currencies;
    }
    [[nodiscard]] const wallet::Settings& settings() const override {
        return shared_.book.settings;
    }
    /// The newest batch that this process has committed or found at its start.
    [[nodiscard]] engine::Head head() const override { return shared_.book.head; }
    /// What this process found at its start and has added since.
    [[nodiscard]] engine::StoreFigures figures() const override { return shared_.book.figures; }
    [[nodiscard]] Hash key_for(std::string_view purpose) const override;

private:
    struct Slot {
        std::unique_ptr<Connection> connection;
        std::uint32_t lane = 0;
        std::unique_ptr<Flight> flight{};
        std::int64_t asked_ns = 0;
        std::int64_t open_again_ns = 0;
        std::int64_t pause_ns = 0;
        std::string last_why{};
    };

    PostgresStore(os::Poller& poller, os::Clock& clock, const PostgresOptions& options, Book book);
    [[nodiscard]] Result<Ok, Fault> connect(os::Random& random);
    [[nodiscard]] bool is_connected() const;
    void look_after(Slot& slot, engine::Answers& answers);
    void go_on(Slot& slot, Flight::Next next);
    void open_again(Slot& slot, std::int64_t now_ns);
    void dispatch(engine::Answers& answers);

    os::Poller& poller_;
    os::Clock& clock_;
    const PostgresOptions options_;
    Shared shared_;
    ServerSeen seen_;
    std::vector<Slot> slots_;
    std::deque<std::unique_ptr<Flight>> waiting_;
};

}  // namespace coffer::store_postgres
