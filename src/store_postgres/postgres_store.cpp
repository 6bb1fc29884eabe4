#include "store_postgres/postgres_store.h"

#include <algorithm>

namespace coffer::store_postgres {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
// How long the server may take for one round trip, how long a batch may wait for a connection: less
// than clients wait for us.
constexpr std::int64_t round_trip_ns_max = 10 * second_ns;
constexpr std::int64_t waiting_ns_max = 5 * second_ns;
constexpr std::int64_t disconnected_ns_max = second_ns;
constexpr std::int64_t pause_ns_first = second_ns / 20;
constexpr std::int64_t pause_ns_max = 2 * second_ns;
constexpr std::int64_t start_ns_max = 10 * second_ns;

Shared shared_of(const PostgresOptions& options, os::Clock& clock, Book book) {
    engine::PublicIds ids{book.genesis.id_key};
    engine::RoundClock round_clock{clock, book.head.time};
    if (options.accept_clock) round_clock.accept();
    return {options, std::move(book), {}, std::move(ids), round_clock};
}

}  // namespace

PostgresStore::PostgresStore(os::Poller& poller, os::Clock& clock, const PostgresOptions& options,
                             Book book)
    : poller_{poller},
      clock_{clock},
      options_{options},
      shared_{shared_of(options_, clock, std::move(book))} {}

PostgresStore::~PostgresStore() = default;

Result<std::unique_ptr<PostgresStore>, Fault> PostgresStore::open(os::Poller& poller,
                                                                  os::Clock& clock,
                                                                  os::Random& random,
                                                                  const PostgresOptions& options) {
    auto book = open_book(options, random);
    if (!book) return book.error();
    std::unique_ptr<PostgresStore> store{
        new PostgresStore{poller, clock, options, std::move(*book)}};
    if (const auto connected = store->connect(random); !connected) return connected.error();
    return store;
}

Result<Ok, Fault> PostgresStore::connect(os::Random& random) {
    std::array<std::uint8_t, 2> chance;
    if (const auto filled = random.fill(chance); !filled) return filled.error();
    for (std::size_t i = 0; i < options_.connections; ++i) {
        Slot& slot = slots_.emplace_back();
        slot.connection = std::make_unique<Connection>(poller_, token_first + i, options_.url,
                                                       options_.schema, seen_);
        // Each connection a lane of its own; two processes that draw the same ones only wait.
        slot.lane = static_cast<std::uint32_t>((load_le<std::uint16_t>(chance.data()) + i) %
                                               shared_.book.lanes);
        slot.connection->open();
    }
    // One after the other of those that have something to say: nothing else is in the poller's
    // hands that would be lost here, because serving has not begun.
    const std::int64_t began_ns = clock_.monotonic_ns();
    std::array<os::Ready, 16> ready;
    for (;;) {
        for (Slot& slot : slots_) {
            const auto state = slot.connection->advance();
            if (state == Connection::State::idle) return Ok{};
            if (state == Connection::State::closed) {
                return Fault{Fault::Kind::configuration, "the database: " + slot.connection->why()};
            }
        }
        (void)poller_.wait(second_ns / 10, ready);
        if (clock_.monotonic_ns() - began_ns > start_ns_max) {
            return Fault{Fault::Kind::storage_unavailable, "the database does not answer"};
        }
    }
}

bool PostgresStore::busy() const {
    // Without any connection nothing becomes free soon: what comes now waits in waiting_, where it
    // is answered after a while, whatever happens.
    if (!is_connected()) return false;
    return std::ranges::none_of(slots_, [](const Slot& slot) {
        return slot.connection->is_up() && slot.flight == nullptr;
    });
}

bool PostgresStore::is_connected() const {
    return std::ranges::any_of(slots_, [](const Slot& slot) { return slot.connection->is_up(); });
}

void PostgresStore::execute(engine::Batch& batch, engine::Answers& answers) {
    if (batch.entries.empty()) return;
    waiting_.push_back(std::make_unique<Flight>(shared_, std::exchange(batch, engine::Batch{}),
                                                clock_.monotonic_ns()));
    dispatch(answers);
}

void PostgresStore::poll(engine::Answers& answers) {
    for (Slot& slot : slots_) look_after(slot, answers);
    dispatch(answers);
}

void PostgresStore::look_after(Slot& slot, engine::Answers& answers) {
    const std::int64_t now_ns = clock_.monotonic_ns();
    const auto state = slot.connection->advance();
    if (state == Connection::State::answered) {
        slot.asked_ns = now_ns;
        go_on(slot, slot.flight->take(*slot.connection, answers));
    } else if (state == Connection::State::asking && now_ns - slot.asked_ns > round_trip_ns_max) {
        slot.connection->drop("no answer within ten seconds");
    }
    if (slot.connection->state() == Connection::State::idle) slot.pause_ns = 0;
    if (slot.connection->state() != Connection::State::closed) return;
    if (slot.flight != nullptr) go_on(slot, slot.flight->lose(answers));
    open_again(slot, now_ns);
}

void PostgresStore::go_on(Slot& slot, Flight::Next next) {
    switch (next) {
        case Flight::Next::waiting: return;
        case Flight::Next::done:
            shared_.book.figures.sync_us.add(static_cast<std::uint64_t>(
                (clock_.monotonic_ns() - slot.flight->began_ns()) / 1000));
            slot.flight.reset();
            return;
        case Flight::Next::again: waiting_.push_front(std::move(slot.flight)); return;
    }
}

void PostgresStore::open_again(Slot& slot, std::int64_t now_ns) {
    if (slot.open_again_ns == 0) {
        const std::string& why = slot.connection->why();
        if (why != slot.last_why) options_.log("a connection to the database is gone: " + why);
        slot.last_why = why;
        slot.open_again_ns = now_ns + slot.pause_ns;
        slot.pause_ns = std::clamp(slot.pause_ns * 2, pause_ns_first, pause_ns_max);
    }
    if (now_ns < slot.open_again_ns) return;
    slot.open_again_ns = 0;
    slot.connection->open();
}

void PostgresStore::dispatch(engine::Answers& answers) {
    const std::int64_t now_ns = clock_.monotonic_ns();
    for (Slot& slot : slots_) {
        while (!waiting_.empty() && slot.flight == nullptr &&
               slot.connection->state() == Connection::State::idle) {
            slot.flight = std::move(waiting_.front());
            waiting_.pop_front();
            slot.asked_ns = now_ns;
            go_on(slot, slot.flight->start(*slot.connection, slot.lane, answers));
        }
    }
    const std::int64_t patience_ns = is_connected() ? waiting_ns_max : disconnected_ns_max;
    while (!waiting_.empty() && now_ns - waiting_.front()->began_ns() > patience_ns) {
        waiting_.front()->fail(engine::Failed::Kind::unavailable, answers);
        waiting_.pop_front();
    }
}

Hash PostgresStore::key_for(std::string_view purpose) const {
    Sha256 sha256;
    return sha256.start().add(shared_.book.genesis.id_key).add(as_bytes(purpose)).finish();
}

}  // namespace coffer::store_postgres
