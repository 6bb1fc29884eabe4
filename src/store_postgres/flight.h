#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "engine/dry_run.h"
#include "engine/public_ids.h"
#include "engine/round_clock.h"
#include "store_postgres/connection.h"
#include "store_postgres/history.h"
#include "store_postgres/loaded_batch.h"
#include "store_postgres/schema.h"
#include "store_postgres/wishes.h"
#include "store_postgres/writing.h"

namespace coffer::store_postgres {

/// What all batches of one process share.
struct Shared {
    const PostgresOptions& options;
    Book book;
    KnownNames known;
    engine::PublicIds ids;
    engine::RoundClock clock;
    bool clock_right = true;
};

/// One batch on its way through the database, on one connection:
///
///     names    tenants and applications that this process does not know yet; usually nothing
///     load     locks and reads what the items touch          first round trip
///     missing  names that a repeated reference brought along; usually nothing
///     finish   writes everything and commits                 second round trip
///     history  lists and integrity checks, when there are any
///
/// Nothing is answered before its part is committed. What failed before the commit was sent is
/// tried again; a commit that nobody answered is "unknown".
class Flight {
public:
    Flight(Shared& shared, engine::Batch&& batch, std::int64_t began_ns);

    enum class Next : std::uint8_t {
        waiting,  ///< for the connection
        done,     ///< every item is answered
        again,    ///< on another connection, or this one when it is back
    };
    /// On an idle connection, whose batches go through this lane.
    Next start(Connection& connection, std::uint32_t lane, engine::Answers& answers);
    /// The connection has answered.
    Next take(Connection& connection, engine::Answers& answers);
    /// The connection is gone.
    Next lose(engine::Answers& answers);
    /// Answers whatever is left.
    void fail(engine::Failed::Kind kind, engine::Answers& answers);

    [[nodiscard]] std::int64_t began_ns() const { return began_ns_; }

private:
    enum class Phase : std::uint8_t { names, load, missing, finish, clear, history, history_names };
    struct Range {
        std::size_t first;
        std::size_t size;
    };
    struct Recorded {
        const wallet::Record* record;
        bool replayed;
    };
    using Outcome = std::variant<Recorded, std::shared_ptr<engine::DryRun>, wallet::Wallet,
                                 wallet::Refusal, engine::Failed, HistoryQuestion>;

    [[nodiscard]] std::span<const engine::Batch::Entry> entries() const;
    [[nodiscard]] wallet::Context context() const;
    Next ask(Connection& connection, Phase phase, std::vector<Step> steps);
    Next begin_range(Connection& connection, engine::Answers& answers);
    Next load(Connection& connection);
    void take_loaded(const std::vector<Rows>& answers);
    Next after_load(Connection& connection, engine::Answers& answers);

    // deciding.cpp
    void decide();
    [[nodiscard]] Outcome run(const wallet::Command& command);
    [[nodiscard]] Outcome run(const engine::ReadWallet& read);
    [[nodiscard]] Outcome run(const engine::ListWallets& list);
    [[nodiscard]] Outcome run(const engine::ListApprovals& list);
    [[nodiscard]] Outcome run(const engine::ListHistory& list);
    [[nodiscard]] Outcome run(const engine::CheckIntegrity& check);
    [[nodiscard]] Outcome run(const engine::ReadPolicy& read);
    [[nodiscard]] const wallet::Wallet* wallet_for(std::string_view tenant, std::string_view user,
                                                   money::Currency currency) const;

    Next finish(Connection& connection, engine::Answers& answers);
    Next settle(Connection& connection, const Rows& committed, engine::Answers& answers);
    Next recover(Connection& connection, const Rows& failed, engine::Answers& answers);
    void note_committed();
    void answer_range(engine::Answers& answers);
    Next answer_history(Connection& connection, engine::Answers& answers);
    Next end_range(Connection& connection, engine::Answers& answers);
    void fail_range(engine::Failed::Kind kind, engine::Answers& answers);

    Shared& shared_;
    engine::Batch batch_;
    const std::int64_t began_ns_;
    std::uint32_t lane_ = 0;
    std::deque<Range> ranges_;
    int attempts_ = 0;
    int names_asked_ = 0;
    Phase phase_ = Phase::names;

    // Of the range that is under way.
    std::unique_ptr<LoadedBatch> loaded_;
    std::unique_ptr<Wishes> wishes_;
    std::vector<Step> asked_;
    std::vector<Outcome> outcomes_;
    std::vector<HistoryQuestion> questions_;
    std::vector<engine::Answer> found_;
    Writing writing_;
    engine::Head head_;
    std::uint64_t logical_ = 0;
    bool writes_right_ = true;  // the clock is
    bool answered_ = false;     // all but history
    std::optional<engine::Failed::Kind> fail_with_;
};

}  // namespace coffer::store_postgres
