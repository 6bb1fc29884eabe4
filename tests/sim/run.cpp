#include "tests/sim/run.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "base/ensure.h"
#include "base/sha256.h"
#include "report/verify.h"
#include "tests/history/check.h"
#include "tests/sim/asking.h"
#include "tests/sim/noting.h"
#include "tests/sim/scribe.h"
#include "tests/sim/world.h"

namespace coffer::tests::sim {
namespace {

/// A key counts for a day; half of it leaves room for a clock that was set wrong.
constexpr std::int64_t key_lives_ms = 12 * 3'600'000;

bool is_done(const Answer& answer) { return answer.status == 200 || answer.status == 201; }

class Run {
public:
    explicit Run(const Options& options)
        : options_{options},
          chance_{options.seed},
          scribe_{intents_},
          world_{options_, chance_, outcome_.marks},
          asking_{options_, chance_, scribe_, world_, intents_} {}

    Outcome go() {
        begin();
        if (good()) safety();
        if (good()) liveness();
        if (good()) last_reads();
        if (good()) judge();
        outcome_.history = scribe_.text();
        outcome_.deaths = world_.deaths();
        outcome_.simulated_ms = world_.clock().monotonic_ms();
        outcome_.trace += outcome_.history;
        outcome_.trace = to_hex(Sha256{}.of(as_bytes(outcome_.trace)));
        return std::move(outcome_);
    }

private:
    [[nodiscard]] bool good() const { return outcome_.violation.empty(); }
    void violated(const std::string& what) {
        if (good()) outcome_.violation = what;
    }

    void begin();
    void safety();
    void liveness();
    void last_reads();
    void judge();

    void service_died();
    void pass_time();
    [[nodiscard]] bool turn();
    void let_freezes_end();
    void step(Client& client);
    void ask(Client& client, Question question, bool is_recorded = true);
    void ask_something(Client& client);
    void answered(Client& client, const Answer& answer);
    void lost(Client& client);
    [[nodiscard]] std::optional<Answer> exchange(Client& client, const Question& question,
                                                 bool is_recorded = true);
    void read_wallet(Client& reader, Number wallet);
    void read_freezes(Client& reader, Number wallet);

    const Options options_;
    Options calm_;
    Outcome outcome_;
    Chance chance_;
    std::vector<Intent> intents_;
    Scribe scribe_;
    World world_;
    Asking asking_;
    std::vector<Client> clients_;
    Learned learned_;
};

void Run::begin() {
    asking_.begin();
    clients_.resize(options_.clients);
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        clients_[i].tenant = static_cast<Number>(i % options_.tenants);
    }
    if (!world_.start()) violated("the first start fails: " + world_.why_no_start());
}

void Run::pass_time() {
    world_.clock().pass(static_cast<std::int64_t>(chance_.below(4)));
    if (chance_.once_in(400)) {
        world_.clock().pass(static_cast<std::int64_t>(chance_.below(20'000)));
    }
}

void Run::safety() {
    for (std::uint32_t i = 0; i < options_.steps && good(); ++i) {
        pass_time();
        const std::size_t first = chance_.below(clients_.size());
        for (std::size_t k = 0; k < clients_.size(); ++k) {
            step(clients_[(first + k) % clients_.size()]);
        }
        if (!turn()) service_died();
    }
}

/// Answers of it are read later: whoever has seen a freeze end by itself, has seen it behind `x`.
bool Run::turn() {
    const bool alive = world_.turn();
    while (const auto freeze = asking_.next_due(world_.clock().wall_ms())) scribe_.due(*freeze);
    return alive;
}

void Run::service_died() {
    for (Client& client : clients_) {
        // What the service had sent is still on its way.
        client.wire.take_all();
        const auto answer = client.flight ? client.wire.take_answer() : std::nullopt;
        if (answer) answered(client, *answer);
    }
    scribe_.death();
    for (Client& client : clients_) lost(client);
    if (good() && !world_.start()) violated("the service does not start: " + world_.why_no_start());
}

void Run::lost(Client& client) {
    client.wire.disconnect();
    client.cursor.clear();
    if (!client.flight) return;
    const Client::Flight flight = *std::exchange(client.flight, std::nullopt);
    if (flight.operation == none) return;
    scribe_.info(flight.operation);
    client.process = none;
    if (flight.question.intent == none) return;
    Intent& intent = intents_[flight.question.intent];
    --intent.in_flight;
    intent.is_unknown = true;
}

void Run::step(Client& client) {
    if (!client.wire.connected()) {
        if (chance_.percent(40)) client.wire.connect(world_.life()->network());
        return;
    }
    client.wire.move_bytes(options_, chance_, outcome_.marks);
    if (client.flight) {
        if (const auto answer = client.wire.take_answer()) return answered(client, *answer);
        const bool gives_up = world_.clock().monotonic_ms() - client.flight->since_ms > 60'000 ||
                              (options_.has(Trouble::resets) && chance_.once_in(100));
        if (gives_up) {
            outcome_.marks.note(client.wire.has_unsent() ? Mark::request_cut_off
                                                         : Mark::client_reset);
        }
        if (gives_up || client.wire.broken()) lost(client);
        return;
    }
    if (client.wire.broken()) return client.wire.disconnect();
    if (chance_.percent(60)) ask_something(client);
}

void Run::ask(Client& client, Question question, bool is_recorded) {
    if (client.process == none) client.process = scribe_.process(client.tenant);
    Client::Flight flight{.question = std::move(question),
                          .since_ms = world_.clock().monotonic_ms()};
    if (is_recorded) {
        flight.operation = scribe_.invoke(client.process, flight.question);
        ++outcome_.operations;
        if (flight.question.intent != none) {
            Intent& intent = intents_[flight.question.intent];
            if (intent.in_flight > 0) outcome_.marks.note(Mark::twins_in_flight);
            if (intent.is_unknown) outcome_.marks.note(Mark::retried_after_unknown);
            ++intent.in_flight;
        }
    }
    client.wire.ask(flight.question.bytes);
    client.flight = std::move(flight);
}

void Run::ask_something(Client& client) {
    const auto page_size = static_cast<std::uint32_t>(chance_.between(1, 20));
    if (!client.cursor.empty() && chance_.percent(70)) {
        return ask(client, asking_.page(client, client.cursor_wallet, page_size));
    }
    client.cursor.clear();
    const std::uint64_t kind = chance_.below(100);
    const Number wallet = asking_.some_wallet(client.tenant);
    if (kind < 55) return ask(client, asking_.some_movement(client));
    if (kind < 75) {
        if (auto question = asking_.some_repeat(client)) return ask(client, std::move(*question));
    }
    if (kind < 82) return ask(client, asking_.page(client, wallet, page_size));
    if (kind < 86 && !scribe_.wallet_id(wallet).empty()) {
        return ask(client, asking_.status(wallet, chance_.percent(70) ? 'a' : 'z'));
    }
    const auto other = static_cast<Number>(chance_.below(scribe_.wallets()));
    if (kind < 89) {
        if (auto question = asking_.own_approval(client)) {
            return ask(client, std::move(*question), false);
        }
    }
    if (kind < 91 && scribe_.tenant_of(other) != client.tenant &&
        !scribe_.wallet_id(other).empty()) {
        outcome_.marks.note(Mark::foreign_wallet_asked_for);
        return ask(client, asking_.foreign(other, client.tenant), false);
    }
    ask(client, asking_.balance(wallet));
}

void Run::answered(Client& client, const Answer& answer) {
    const Client::Flight flight = *std::exchange(client.flight, std::nullopt);
    const Question& question = flight.question;
    client.cursor.clear();
    if (flight.operation == none) {
        const bool is_foreign = scribe_.tenant_of(question.wallet) != client.tenant;
        if (answer.status == 200 && is_foreign)
            violated("a foreign wallet was shown: " + answer.body);
        if (question.must_fail) {
            note_refusal(outcome_.marks, answer);
            if (is_done(answer)) violated("who asked has approved: " + answer.body);
        }
        return;
    }
    if (question.intent != none) --intents_[question.intent].in_flight;
    if (is_done(answer)) {
        note_effect(outcome_.marks, intents_, question, answer);
        learned_ = scribe_.ok(flight.operation, question, answer);
        if (!scribe_.wrong().empty()) violated(scribe_.wrong());
        note_learned(outcome_.marks, learned_);
        if (learned_.available >= 0) asking_.learn_available(question.wallet, learned_.available);
        if (question.intent != none) {
            Intent& intent = intents_[question.intent];
            intent.is_known = true;
            if (question.has_key && intent.kept_at_ms == 0)
                intent.kept_at_ms = world_.clock().wall_ms();
        }
        if (question.verb == Verb::page && !learned_.next_cursor.empty()) {
            if (question.after != none) outcome_.marks.note(Mark::statement_of_many_pages);
            client.cursor = learned_.next_cursor;
            client.cursor_wallet = question.wallet;
            client.cursor_after = flight.operation;
        }
        return;
    }
    if (answer.body.find(R"("outcome":"unknown")") != answer.body.npos) {
        outcome_.marks.note(Mark::unknown_answered);
        scribe_.info(flight.operation);
        client.process = none;
        if (question.intent != none) intents_[question.intent].is_unknown = true;
        return;
    }
    note_refusal(outcome_.marks, answer);
    if (question.has_key && (says(answer, "61060204") || says(answer, "61060212"))) {
        const std::int64_t kept_at_ms = intents_[question.intent].kept_at_ms;
        if (kept_at_ms != 0 && world_.clock().wall_ms() - kept_at_ms < key_lives_ms)
            violated("an Idempotency-Key was forgotten: " + answer.body);
    }
    scribe_.fail(flight.operation, question, answer);
    if (!scribe_.wrong().empty()) violated(scribe_.wrong());
    if (answer.status == 400 || answer.status == 403 || answer.status == 422 ||
        answer.status == 500) {
        const bool too_late = question.verb == Verb::freeze_until && says(answer, "61060215");
        if (!says(answer, "61060201") && !too_late)
            violated("an answer that no client here deserves: " + answer.body);
    }
}

// Whoever is served before the troubles end does not count: each must be served now.
void Run::liveness() {
    world_.heal();
    scribe_.death();
    for (Client& client : clients_) lost(client);
    // A clock that was set wrong is an operator's to judge: he starts the service anew.
    if (!world_.restart()) return violated("the service does not start: " + world_.why_no_start());
    calm_ = options_;
    calm_.troubles = {};
    const std::int64_t until = world_.clock().monotonic_ms() + 5'000;
    for (Number tenant = 0; tenant < options_.tenants && good(); ++tenant) {
        Client client{.tenant = tenant};
        const Number intent = asking_.add({.verb = Verb::deposit,
                                           .tenant = tenant,
                                           .wallet = asking_.some_wallet(tenant),
                                           .amount = 1});
        for (bool served = false; !served && good();) {
            const auto answer = exchange(client, asking_.movement(intent));
            served = answer && answer->status == 200;
            world_.clock().pass(100);
            if (world_.clock().monotonic_ms() > until) {
                violated("five seconds after all troubles have ended a deposit gets " +
                         (answer ? std::to_string(answer->status) + ": " + answer->body
                                 : std::string{"no answer"}));
            }
        }
        client.wire.disconnect();
    }
    let_freezes_end();
}

/// Within two simulated seconds all have that are due; the history checker looks. The last reads
/// are then of wallets in which nothing happens any more.
void Run::let_freezes_end() {
    SimClock& clock = world_.clock();
    clock.pass(std::max<std::int64_t>(asking_.last_due_ms() - clock.wall_ms(), 0));
    for (int i = 0; i < 20 && good(); ++i) {
        clock.pass(100);
        if (!turn()) violated("the service dies without troubles");
    }
}

/// One question without troubles; nothing when the service died or does not answer.
std::optional<Answer> Run::exchange(Client& client, const Question& question, bool is_recorded) {
    if (!client.wire.connected()) client.wire.connect(world_.life()->network());
    ask(client, question, is_recorded);
    for (int i = 0; i < 400; ++i) {
        world_.clock().pass(1);
        client.wire.move_bytes(calm_, chance_, outcome_.marks);
        if (auto answer = client.wire.take_answer()) {
            answered(client, *answer);
            return answer;
        }
        if (client.wire.broken()) break;
        if (!turn()) {
            lost(client);
            service_died();
            return std::nullopt;
        }
    }
    lost(client);
    return std::nullopt;
}

void Run::read_wallet(Client& reader, Number wallet) {
    do {
        const auto answer = exchange(reader, asking_.page(reader, wallet, 37));
        if (!answer || (answer->status != 200 && answer->status != 404)) {
            return violated("a statement cannot be read: " + (answer ? answer->body : "no answer"));
        }
    } while (good() && !reader.cursor.empty());
    static_cast<void>(exchange(reader, asking_.balance(wallet)));
    if (!good() || scribe_.wallet_id(wallet).empty()) return;
    const auto answer = exchange(reader, asking_.integrity(wallet, reader.tenant), false);
    if (!answer || answer->body.find(R"("valid":true)") == answer->body.npos) {
        violated("a wallet's chain is broken: " + (answer ? answer->body : "no answer"));
    }
    read_freezes(reader, wallet);
}

void Run::read_freezes(Client& reader, Number wallet) {
    std::string cursor;
    do {
        const auto answer = exchange(reader, asking_.freezes(wallet, cursor), false);
        if (!answer || answer->status != 200) {
            return violated("freezes cannot be read: " + (answer ? answer->body : "no answer"));
        }
        cursor = scribe_.freezes(*answer);
        if (!scribe_.wrong().empty()) violated(scribe_.wrong());
    } while (good() && !cursor.empty());
}

void Run::last_reads() {
    for (Client& client : clients_) lost(client);
    const Hash before = world_.life()->store().state_digest();
    scribe_.death();
    if (!world_.restart()) return violated("the last start fails: " + world_.why_no_start());
    const Hash after = world_.life()->store().state_digest();
    if (before != after) violated("a restart has changed the state");
    outcome_.trace = to_hex(after);
    scribe_.quiet();
    for (Number tenant = 0; tenant < options_.tenants; ++tenant) {
        Client reader{.tenant = tenant};
        for (Number user = 0; user < options_.users && good(); ++user) {
            read_wallet(reader, tenant * options_.users + user);
        }
        reader.wire.disconnect();
    }
    if (const std::string wrong = scribe_.wrong_refunds(); !wrong.empty()) violated(wrong);
    world_.kill();
}

void Run::judge() {
    const auto report = report::verify(world_.disk(), {}, [](const report::Progress&) {});
    if (!report) return violated("verify fails: " + report.error().message);
    if (!report->holds()) return violated("verify finds: " + to_text(*report));
    const history::Verdict verdict = history::check_text(scribe_.text());
    if (!verdict.passed()) violated(history::report_text(verdict, scribe_.text()));
}

}  // namespace

Outcome run(const Options& options) { return Run{options}.go(); }

}  // namespace coffer::tests::sim
