#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "engine/book_setup.h"
#include "engine/dry_run.h"
#include "engine/reference.h"
#include "engine/round_clock.h"
#include "engine/store.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"
#include "store_embedded/book_view.h"
#include "store_embedded/checkpointer.h"
#include "store_embedded/open_batch.h"
#include "store_embedded/reader_pool.h"
#include "store_embedded/reference_table.h"
#include "store_embedded/run_writer.h"
#include "store_embedded/scrub.h"

namespace coffer::store_embedded {

struct EmbeddedOptions {
    std::uint64_t segment_bytes = 64 * 1024 * 1024;
    std::uint64_t checkpoint_bytes = 64 * 1024 * 1024;  ///< of journal, see Checkpointer::Options
    std::size_t reader_threads = 1;
    bool background = true;  ///< false: no threads, everything in the caller's; for simulators
    bool accept_clock = false;

    /// What a start does with the book's epoch. `keep`: a restored book stays read-only. `open`: it
    /// takes writes from now on. `restored`: this is a copy out of a backup; its next epoch begins
    /// with a record, read-only, and nothing else is written.
    enum class EpochChange : std::uint8_t { keep, open, restored };
    EpochChange epoch_change = EpochChange::keep;

    // What the book must know from the start on; differences are recorded.
    std::string default_currency = "CNY";
    bool auto_open_wallets = true;
    std::vector<money::UnitText> units;
    std::vector<engine::PolicyText> policy;  ///< of the default; the others are as built in

    // Bounds of the tables. At a bound, commands that could add a row get 503.
    std::uint32_t wallets_max = 200'000'000;
    std::uint32_t subjects_max = 200'000'000;
    std::uint64_t holds_max = 20'000'000;
    std::uint64_t references_max = 1'000'000'000;
    std::uint64_t refunded_max = 20'000'000;
    std::uint64_t approvals_max = 20'000'000;
    std::uint64_t idempotency_keys_max = 100'000'000;
    std::uint32_t wallets_per_user_max = 1000;
    std::int64_t idempotency_ttl_s = 86'400;           ///< how long an Idempotency-Key counts
    std::optional<money::Decimal> adjust_alone_max{};  ///< see wallet::Context

    std::string software = "coffer";
    /// One line for the operator: what a start does, what background work met. Any thread.
    std::function<void(const std::string&)> log = [](const std::string&) {};
};

/// The journal on disk, the state in memory, one thread. See docs/architecture.md.
///
/// A round of n commands costs one write and one sync. The disk works while the engine talks to its
/// clients: execute() begins the write and returns, poll() ends it and answers. Until then the
/// state is a batch ahead of the disk, and nobody is answered. Where all answers of a round are
/// kept by whoever waits (engine::Answers::keep), nothing of it is needed to give them: it is set
/// aside, and a large round may be decided meanwhile. That makes two batches, and never more: the
/// write of the second begins when the first has ended.
class EmbeddedStore final : public engine::Store {
public:
    /// Opens or makes the book of a folder and reads it up to its end. Faults say what to do.
    [[nodiscard]] static Result<std::unique_ptr<EmbeddedStore>, Fault> open(
        os::FileSystem& files, os::Clock& clock, os::Random& random,
        const EmbeddedOptions& options);
    ~EmbeddedStore() override;

    void execute(engine::Batch& batch, engine::Answers& answers) override;
    void poll(engine::Answers& answers) override;
    [[nodiscard]] bool busy() const override { return writing_; }
    [[nodiscard]] bool takes_while_busy(std::size_t items) const override;
    void wake_with(std::function<void()> wake) override;
    [[nodiscard]] bool healthy() const override { return healthy_; }
    [[nodiscard]] bool writable() const override { return healthy_ && writable_ && !read_only(); }
    [[nodiscard]] const money::CurrencyTable& currencies() const override {
        return state_.currencies;
    }
    [[nodiscard]] const wallet::Settings& settings() const override { return state_.settings; }
    [[nodiscard]] const wallet::Policy& policy_for(std::string_view tenant,
                                                   std::string_view application) const override;
    [[nodiscard]] engine::Epoch epoch() const override { return state_.epoch; }
    [[nodiscard]] std::vector<engine::DueHold> due_holds(Instant now,
                                                         std::size_t most) const override;
    [[nodiscard]] std::optional<engine::ReferenceGuard> reference_guard(
        std::string_view tenant) const override;
    [[nodiscard]] engine::Head head() const override;
    [[nodiscard]] engine::StoreFigures figures() const override;
    [[nodiscard]] Hash key_for(std::string_view purpose) const override;

    /// True while a checkpoint is being copied: poll() should be called again soon.
    [[nodiscard]] bool busy_between_rounds() const { return copying_; }
    /// When the sync that is under way began, in monotonic nanoseconds; 0: none is. Any thread.
    [[nodiscard]] const std::atomic<std::int64_t>& sync_began() const { return sync_began_; }
    /// Takes a checkpoint from the next poll() on, whatever the journal's growth. For tests.
    void checkpoint_now() { checkpointer_->begin_now(); }
    /// SHA-256 over everything that replaying the journal must bring back. For tests.
    [[nodiscard]] Hash state_digest() const;
    [[nodiscard]] const Journal& journal() const { return *journal_; }

private:
    EmbeddedStore(os::FileSystem& files, os::Clock& clock, const EmbeddedOptions& options);

    // opening.cpp
    [[nodiscard]] Result<Ok, Fault> start(os::Random& random);
    [[nodiscard]] Result<Ok, Fault> recover();
    [[nodiscard]] Result<CheckpointStart, Fault> load_newest_checkpoint();
    [[nodiscard]] Result<Ok, Fault> replay(const BatchView& batch);
    struct Replayed {
        RecordView view;
        bool is_movement = false;
        engine::Movement movement;
    };
    static constexpr std::size_t replayed_at_once = 16;
    [[nodiscard]] Result<Ok, Fault> replay_record(const BatchHeader& batch, Replayed& replayed,
                                                  const Hash& hash);
    [[nodiscard]] Result<Ok, Fault> learn_key_times();
    [[nodiscard]] Result<Ok, Fault> load_references(std::uint64_t replayed_from,
                                                    const std::vector<std::uint32_t>& missing_runs);
    [[nodiscard]] Result<Ok, Fault> begin_book(os::Random& random);
    [[nodiscard]] Result<Ok, Fault> bring_settings_up_to_date();
    [[nodiscard]] Result<Ok, Fault> append_currency(const money::CurrencyInfo& info);
    [[nodiscard]] Result<Ok, Fault> append_settings(const wallet::Settings& settings);
    [[nodiscard]] Result<Ok, Fault> bring_policy_up_to_date();
    void append_epoch(const engine::Epoch& epoch);
    [[nodiscard]] Result<Ok, Fault> bring_epoch_up_to_date();
    [[nodiscard]] bool read_only() const {
        return state_.epoch.state == engine::Epoch::State::restored;
    }
    void start_background();

    /// What an item came to, kept until the sync that covers it. Small: a round has thousands.
    struct Pending {
        enum class What : std::uint8_t {
            applied,
            settled,
            dry_run,
            replayed,
            found,
            wallets,
            policy,
            approvals,
            refused,
            failed,
            deferred
        };
        engine::Cookie cookie = 0;
        What what = What::failed;
        engine::Failed::Kind failed = engine::Failed::Kind::unavailable;
        std::size_t found = 0;  ///< index into refusals_, found_, dry_runs_ or the pages
        const wallet::Record* record = nullptr;
        std::unique_ptr<ReadJob> job;
    };

    /// What is worked out ahead for the next items, so that nobody waits for memory.
    struct Prepared {
        bool has_fingerprint = false;
        bool has_key = false;
        wallet::Fingerprint fingerprint{};
        wallet::Fingerprint key_fingerprint{};
        std::uint64_t name_hash = 0;  ///< 0: no user to look up
        std::uint32_t subject = 0;
    };
    // How many items ahead: 8 take some ten microseconds, in which memory answers many times over.
    static constexpr std::size_t brought_ahead = 48;
    static constexpr std::size_t texts_ahead = 36;
    static constexpr std::size_t named_ahead = 24;
    static constexpr std::size_t found_ahead = 16;
    static constexpr std::size_t fetched_ahead = 8;
    static constexpr std::size_t last_ahead = 4;
    static constexpr std::size_t written_now_max = 2;  ///< items of a round
    // Fewer are not worth it: they would go by themselves where more come in a moment.
    static constexpr std::size_t taken_while_busy_min = 256;
    static constexpr std::size_t looked_after_every = 32;  ///< items, some 50 µs: the write before

    // preparing.cpp
    /// Before each item, in their order.
    void prepare(std::size_t item);
    /// `check`: what somebody else made of the item, too.
    void name(const engine::Batch::Entry& entry, Prepared& prepared, bool check);

    // embedded_store.cpp, deciding.cpp, answering.cpp
    void run(Pending& pending, const wallet::Command& command);
    void run(Pending& pending, const engine::ReadWallet& read);
    void run(Pending& pending, const engine::ListWallets& list);
    void run(Pending& pending, const engine::ListHistory& list);
    void run(Pending& pending, const engine::ListApprovals& list);
    void run(Pending& pending, const engine::CheckIntegrity& check);
    void run(Pending& pending, const engine::ReadPolicy& read);
    void decide(Pending& pending, const wallet::Command& command);
    [[nodiscard]] engine::Policies::Row& policy_row(std::string_view tenant,
                                                    std::string_view application) const;
    /// Clock-free parts of a context: tables, bounds and the caller's policy on the day of `now`.
    void fill_context(const wallet::Command& command, Instant now, wallet::Context& context);
    void name_fingerprints(const wallet::Command& command, wallet::Context& context);
    /// A record of this book. Null: it is on disk, and pending is deferred.
    [[nodiscard]] const wallet::Record* fetch(Pending& pending, const wallet::Command& command,
                                              Position position, ReadJob::Why why);
    /// What was kept under the command's key. False: it is on disk; pending is deferred.
    [[nodiscard]] bool fetch_kept(Pending& pending, const wallet::Command& command,
                                  const wallet::Context& context);
    /// The record that has the transaction. False: a reader looks for it; pending is deferred.
    [[nodiscard]] bool fetch_original(Pending& pending, const wallet::Command& command,
                                      wallet::PublicId transaction);
    void refuse(Pending& pending, const wallet::Refusal& refusal);
    void keep_dry_run(Pending& pending, const wallet::Record& draft);
    void append();
    void forget_old_keys();
    /// The record that used the reference first. False: it is on disk; pending is deferred.
    [[nodiscard]] bool fetch_prior(Pending& pending, const wallet::Command& command,
                                   const engine::Reference& reference, Position position,
                                   const wallet::Record*& prior);
    [[nodiscard]] bool tables_have_room() const;
    [[nodiscard]] const wallet::Wallet* wallet_for(std::string_view tenant, std::string_view user,
                                                   money::Currency currency);
    [[nodiscard]] bool is_first_use(const wallet::Record& prior, const wallet::Command& command,
                                    const engine::Reference& reference) const;
    void take_no_more_if_full();
    void begin_commit(engine::Answers& answers);
    void end_commit();
    void end_write();
    void set_aside();
    void end_set_aside(engine::Answers& answers);
    void end_round(engine::Answers& answers);
    void give_up(const Fault& fault);
    void fail_uncommitted();
    void answer_round(engine::Answers& answers);
    void deliver(Pending& pending, engine::Answers& answers);
    void deliver(ReadJob& job, engine::Answers& answers);
    void deliver_prior(ReadJob& job, const wallet::Command& command, engine::Answers& answers);
    void deliver_kept(ReadJob& job, const wallet::Command& command, engine::Answers& answers);
    void deliver_original(ReadJob& job, const wallet::Command& command);
    void forget_found_out(engine::Cookie cookie);
    [[nodiscard]] ReferencesOf references_of() const;

    os::FileSystem& files_;
    os::Clock& clock_;
    const EmbeddedOptions options_;
    State state_;
    BookView view_{state_};
    std::unique_ptr<Journal> journal_;
    std::unique_ptr<RecordReader> reader_;
    std::unique_ptr<engine::PublicIds> ids_;
    std::unique_ptr<engine::RoundClock> round_clock_;
    std::unique_ptr<OpenBatch> open_;
    ReferenceTable references_;
    ReferenceTable keys_;                              // of Idempotency-Key
    std::vector<ReferenceEntry> replayed_references_;  // while recovering
    std::uint64_t reference_count_ = 0;
    std::uint64_t key_count_ = 0;
    std::deque<std::pair<Instant, Position>> key_times_;  // a sample a minute, oldest first
    Position too_old_until_ = 0;  // whatever was kept up to here under a key does not count now
    Sha256 sha_;

    engine::Head head_;  // while recovering; afterwards open_ has it
    Position last_batch_position_ = 0;
    Position checkpoint_position_ = 0;  // where the replay began
    std::uint64_t checkpoint_bytes_ = 0;
    bool healthy_ = true;
    bool writable_ = true;
    bool copying_ = false;
    engine::Failed::Kind why_not_ = engine::Failed::Kind::unavailable;

    // Of the current round.
    engine::Batch batch_;  // records being written point into its texts
    std::vector<Pending> pending_;
    std::array<Prepared, 32> prepared_;  // a ring
    static_assert(std::tuple_size_v<decltype(prepared_)> > named_ahead);
    const Prepared* prepared_now_ = nullptr;
    std::size_t committed_ = 0;  // pending_ before this index is durable
    std::size_t settled_ = 0;    // how many of pending_ wait for nothing but the sync

    // The write that is under way: of the last batch of this round, or of the one set aside.
    bool writing_ = false;
    struct Write {
        std::int64_t began_ns = 0;
        std::uint32_t records = 0;
        std::uint64_t bytes = 0;
    };
    Write write_;
    /// All of a round whose write is under way and whose answers are kept, while the next is
    /// decided.
    std::vector<Pending> set_aside_;
    bool decided_ = false;     // this round is, and waits for the write of the one set aside
    std::size_t reading_ = 0;  // jobs that readers have or had, not taken back yet
    engine::Arena texts_;      // of table rows that applying changes
    engine::Batch again_;      // commands that a reader has found out something for
    /// What it found for them: the record that the command is about; null: there is none.
    absl::flat_hash_map<engine::Cookie, std::unique_ptr<HistoryReader::Node>> originals_;
    std::map<engine::Cookie, Position> too_old_;  // where each of them was kept
    std::vector<wallet::Refusal> refusals_;
    std::vector<wallet::Wallet> found_;
    std::vector<std::unique_ptr<engine::DryRun>> dry_runs_;
    std::vector<engine::WalletPage> wallet_pages_;
    struct OnePolicy {
        engine::ReadPolicy asked;
        engine::Policies::Row row;
    };
    std::vector<OnePolicy> policies_found_;
    std::vector<engine::ApprovalPage> approval_pages_;
    std::vector<std::unique_ptr<HistoryReader::Node>> priors_;
    std::size_t priors_used_ = 0;

    engine::StoreFigures figures_;
    std::atomic<std::int64_t> sync_began_{0};

    // Last: their threads end before what they use.
    std::unique_ptr<Checkpointer> checkpointer_;
    std::unique_ptr<RunWriter> run_writer_;
    std::unique_ptr<Scrub> scrub_;
    std::unique_ptr<ReaderPool> readers_;
};

}  // namespace coffer::store_embedded
