#include <algorithm>
#include <memory>
#include <thread>

#include "store_embedded/embedded_store.h"

// From a folder to a served book: checkpoint, references, the rest of the journal, settings.

namespace coffer::store_embedded {

Result<std::unique_ptr<EmbeddedStore>, Fault> EmbeddedStore::open(os::FileSystem& files,
                                                                  os::Clock& clock,
                                                                  os::Random& random,
                                                                  const EmbeddedOptions& options) {
    std::unique_ptr<EmbeddedStore> store{new EmbeddedStore{files, clock, options}};
    if (const auto started = store->start(random); !started) return started.error();
    return store;
}

Result<Ok, Fault> EmbeddedStore::start(os::Random& random) {
    JournalOptions journal_options;
    journal_options.segment_bytes = options_.segment_bytes;
    journal_options.background = options_.background;
    if (const auto filled = random.fill(journal_options.new_book.bytes); !filled) return filled;
    auto journal = Journal::open(files_, journal_options);
    if (!journal) return journal.error();
    journal_ = std::move(*journal);
    reader_ = std::make_unique<RecordReader>(files_, journal_->readable());
    if (const auto recovered = recover(); !recovered) return recovered;

    const bool empty = head_.sequence == 0;
    if (empty) {
        state_.genesis.book = journal_->book().bytes;
        state_.genesis.software = options_.software;
        for (auto* key : {&state_.genesis.reference_key, &state_.genesis.id_key}) {
            if (const auto filled = random.fill(*key); !filled) return filled;
        }
    }
    state_.policies.set_idempotency_ttl(static_cast<std::uint32_t>(options_.idempotency_ttl_s));
    ids_ = std::make_unique<engine::PublicIds>(state_.genesis.id_key);
    round_clock_ = std::make_unique<engine::RoundClock>(clock_, head_.time);
    if (options_.accept_clock) round_clock_->accept();
    open_ = std::make_unique<OpenBatch>(*journal_, state_, *ids_, head_, options_.background);
    if (const auto ready = empty ? begin_book(random) : bring_epoch_up_to_date(); !ready) {
        return ready;
    }
    start_background();
    return Ok{};
}

void EmbeddedStore::start_background() {
    const auto report = [log = options_.log](const std::string& what) {
        return [log, what](const Fault& fault) { log(what + ": " + fault.message); };
    };
    checkpointer_ = std::make_unique<Checkpointer>(
        files_, state_, journal_->book(),
        Checkpointer::Options{.journal_bytes = options_.checkpoint_bytes,
                              .background = options_.background},
        report("a checkpoint cannot be written"));
    checkpointer_->last_taken_at(checkpoint_position_, checkpoint_bytes_);
    readers_ = std::make_unique<ReaderPool>(
        *reader_, state_.genesis.id_key,
        ReaderPool::Options{.threads = options_.background ? options_.reader_threads : 0});
    if (!options_.background) return;
    run_writer_ =
        std::make_unique<RunWriter>(files_, *reader_, journal_->readable(), journal_->manifest(),
                                    references_of(), report("a reference run cannot be written"));
    scrub_ = std::make_unique<Scrub>(files_, journal_->readable(), Scrub::Options{},
                                     report("the scrub found damage"));
}

ReferencesOf EmbeddedStore::references_of() const {
    return [](const RecordView& record, std::vector<ReferenceEntry>& into) -> Result<Ok, Fault> {
        static thread_local wallet::Record movement;
        if (engine::decode_request(record.bytes, movement)) {
            const auto& request = movement.request;
            if (request.has_reference) {
                into.push_back(
                    {fingerprint_of(request.reference_fingerprint.data()), record.position});
            }
            if (request.has_key) {
                into.push_back(
                    {fingerprint_of(request.key_fingerprint.data()), record.position | key_bit});
            }
        } else if (!engine::decode(record.bytes)) {
            return Fault{Fault::Kind::storage_corrupt, "the record at book position " +
                                                           std::to_string(record.position) +
                                                           " cannot be decoded"};
        }
        return Ok{};
    };
}

Result<CheckpointStart, Fault> EmbeddedStore::load_newest_checkpoint() {
    const auto sequences = list_checkpoints(files_);
    if (!sequences) return sequences.error();
    for (const std::uint64_t sequence : *sequences) {
        auto start = load_checkpoint(files_, checkpoint_path(sequence), journal_->book(), state_);
        if (start) {
            const auto file = files_.open(checkpoint_path(sequence), os::Open::read);
            const Result<std::uint64_t, Fault> bytes = file ? (*file)->size() : file.error();
            checkpoint_bytes_ = bytes ? *bytes : 0;
            return start;
        }
        options_.log(start.error().message + "; trying an older one");
        // What a damaged file left behind.
        std::destroy_at(&state_);
        std::construct_at(&state_);
    }
    return CheckpointStart{};
}

Result<Ok, Fault> EmbeddedStore::recover() {
    const std::int64_t began = clock_.monotonic_ns();
    // The references of older segments are loaded beside the state and the replay of the tail.
    const Manifest manifest = journal_->manifest().copy();
    Result<std::vector<std::uint32_t>, Fault> missing{std::vector<std::uint32_t>{}};
    std::jthread loading;
    if (!manifest.runs.empty()) {
        const auto load = [&] {
            missing = load_runs(files_, journal_->book(), manifest.runs, references_, keys_);
        };
        if (options_.background) {
            loading = std::jthread{load};
        } else {
            load();
        }
    }
    const auto start = load_newest_checkpoint();
    if (!start) return start.error();

    head_ = start->head;
    ScanFrom from;
    if (head_.sequence != 0) {
        from = {
            .position = start->batch_position, .sequence = head_.sequence, .time_min = head_.time};
        last_batch_position_ = start->batch_position;
        checkpoint_position_ = start->batch_position;
    }
    const auto end =
        journal_->recover(from, [this](const BatchView& batch) { return replay(batch); });
    if (!end) return end.error();
    if (head_.sequence < start->copied_until) {
        return Fault{Fault::Kind::storage_corrupt, "the book ends at batch " +
                                                       std::to_string(head_.sequence) +
                                                       ", but a checkpoint has seen batch " +
                                                       std::to_string(start->copied_until) +
                                                       ": its end is lost; restore a backup"};
    }
    if (loading.joinable()) loading.join();
    if (!missing) return missing.error();
    // In the table's own order: one by one in the book's order, each would wait for memory.
    std::ranges::sort(replayed_references_, {}, &ReferenceEntry::fingerprint);
    for (const ReferenceEntry& entry : std::exchange(replayed_references_, {})) {
        add_entry(entry, references_, keys_);
    }
    if (const auto loaded = load_references(from.position, *missing); !loaded) return loaded;
    reference_count_ = references_.size();
    key_count_ = keys_.size();
    if (const auto known = learn_key_times(); !known) return known;
    options_.log("read the book up to batch " + std::to_string(head_.sequence) + " in " +
                 std::to_string((clock_.monotonic_ns() - began) / 1'000'000) + " ms (" +
                 std::to_string(figures_.records) + " records replayed, " +
                 std::to_string(state_.wallets()) + " wallets, " +
                 std::to_string(reference_count_) + " references" +
                 (end->torn ? "; an unfinished batch was dropped)" : ")"));
    figures_ = {};
    return Ok{};
}

// What stands before a segment is older than its first batch: so the keys that were loaded are
// forgotten in time, and those that count no more at once.
Result<Ok, Fault> EmbeddedStore::learn_key_times() {
    if (key_count_ == 0) return Ok{};
    const std::vector<SegmentInfo> segments = journal_->readable().segments();
    for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
        if (segment->base > last_batch_position_) continue;  // nothing is in it yet
        const auto first = reader_->read_batch_at(segment->base);
        if (!first) return first.error();
        key_times_.emplace_front(first->header.time, segment->base);
        const std::int64_t age_ms = head_.time.unix_ms - first->header.time.unix_ms;
        if (age_ms > options_.idempotency_ttl_s * 1000) break;
    }
    return Ok{};
}

Result<Ok, Fault> EmbeddedStore::load_references(std::uint64_t replayed_from,
                                                 const std::vector<std::uint32_t>& missing_runs) {
    // Segments behind the replay's start were read just now; older ones need a run, or are read.
    const Manifest manifest = journal_->manifest().copy();
    const auto replay_segment = journal_->readable().segment_at(replayed_from);
    for (const SegmentInfo& segment : journal_->readable().segments()) {
        if (replay_segment && segment.number > replay_segment->number) break;
        const bool has_run = std::ranges::any_of(
            manifest.runs, [&](const RunInfo& run) { return run.segment == segment.number; });
        if (has_run && std::ranges::find(missing_runs, segment.number) == missing_runs.end()) {
            continue;
        }
        const auto collected = collect_references(*reader_, segment.number, references_of());
        if (!collected) return collected.error();
        for (const ReferenceEntry& entry : collected->entries) {
            add_entry(entry, references_, keys_);
        }
    }
    return Ok{};
}

Result<Ok, Fault> EmbeddedStore::replay(const BatchView& batch) {
    const bool covered = batch.header.sequence == head_.sequence;
    std::vector<Hash> hashes;
    hashes.reserve(batch.header.record_count);
    // Several at once, so that they wait for their wallets' memory together.
    static thread_local std::array<Replayed, replayed_at_once> group;
    RecordCursor cursor{batch};
    for (bool more = true; more;) {
        std::size_t count = 0;
        while (count < group.size() && (more = cursor.next(group[count].view))) {
            Replayed& record = group[count++];
            record.is_movement = engine::decode_movement(record.view.bytes, record.movement);
            if (!record.is_movement) continue;
            for (const auto& line : record.movement.record.wallets) state_.prefetch(line.wallet);
        }
        for (std::size_t i = 0; i < count; ++i) {
            hashes.push_back(sha_.of(group[i].view.bytes));
            const auto replayed = replay_record(batch.header, group[i], hashes.back());
            if (!replayed) return replayed;
        }
    }
    const Hash hash =
        covered ? head_.hash
                : batch_hash(sha_, head_.hash, batch.header.sequence, batch.header.time, hashes);
    if (hash != batch.header.hash) {
        return Fault{Fault::Kind::storage_corrupt,
                     "batch " + std::to_string(batch.header.sequence) +
                         " does not carry the hash that follows from the batch before it"};
    }
    head_ = {.sequence = batch.header.sequence, .time = batch.header.time, .hash = hash};
    last_batch_position_ = batch.position;
    return Ok{};
}

Result<Ok, Fault> EmbeddedStore::replay_record(const BatchHeader& batch, Replayed& replayed,
                                               const Hash& hash) {
    const RecordView& record = replayed.view;
    if (replayed.is_movement) {
        wallet::Record& moved = replayed.movement.record;
        moved.at = batch.time;
        State::Chained chained;
        state_.apply(moved, record.position, chained);
        for (Hash* link : chained) *link = sha_.of_both(*link, hash);
        if (moved.request.has_reference) {
            replayed_references_.push_back(
                {fingerprint_of(moved.request.reference_fingerprint.data()), record.position});
        }
        if (moved.request.has_key) {
            replayed_references_.push_back(
                {fingerprint_of(moved.request.key_fingerprint.data()), record.position | key_bit});
        }
        ++figures_.records;
        return Ok{};
    }
    const auto decoded = engine::decode(record.bytes);
    if (!decoded) {
        return Fault{Fault::Kind::storage_corrupt, "the record at book position " +
                                                       std::to_string(record.position) +
                                                       " cannot be decoded"};
    }
    if (const auto* genesis = std::get_if<engine::Genesis>(&*decoded)) {
        if (genesis->book != journal_->book().bytes) {
            return Fault{Fault::Kind::storage_corrupt, "the genesis record names another book"};
        }
        state_.genesis = *genesis;
    } else if (const auto* info = std::get_if<money::CurrencyInfo>(&*decoded)) {
        if (state_.currencies.add(*info) == money::CurrencyTable::Added::conflict) {
            return Fault{Fault::Kind::storage_corrupt,
                         "the book changes the currency " + info->code};
        }
    } else if (const auto* settings = std::get_if<wallet::Settings>(&*decoded)) {
        if (settings->version > state_.settings.version) {
            state_.settings = *settings;
            state_.policies.set_auto_open_wallets(settings->auto_open_wallets);
        }
    } else if (const auto* standard = std::get_if<engine::DefaultPolicy>(&*decoded)) {
        if (standard->version > state_.policies.default_version()) {
            state_.policies.set_default(standard->version, standard->policy);
        }
    } else if (const auto* epoch = std::get_if<engine::Epoch>(&*decoded)) {
        const bool newer =
            epoch->number > state_.epoch.number ||
            (epoch->number == state_.epoch.number && epoch->state > state_.epoch.state);
        if (newer) state_.epoch = *epoch;
    }
    return Ok{};
}

}  // namespace coffer::store_embedded
