#include "tests/history/generator.h"

#include <algorithm>
#include <queue>
#include <random>

#include "tests/history/findings.h"
#include "tests/history/generator_service.h"
#include "tests/history/generator_wishes.h"

namespace coffer::tests::history {
namespace {

class Generator {
public:
    Generator(const GeneratorOptions& options, const std::function<void(const std::string&)>& line)
        : options_{options}, line_{line}, random_{options.seed}, service_{options.wallets} {}

    bool run() {
        line_(std::string{heading} + '\n');
        for (Number tenant = 0; tenant < options_.tenants; ++tenant)
            put("t ", tenant, " tnt_", tenant);
        for (Number wallet = 0; wallet < options_.wallets; ++wallet) {
            put("w ", wallet, " ", tenant_of(wallet), " usr_", wallet);
        }
        for (Number client = 0; client < options_.clients; ++client) begin_client(client);
        while (!steps_.empty()) {
            const Step step = steps_.top();
            steps_.pop();
            now_ = std::max(now_, step.at);
            if (clients_[step.client].generation == step.generation) take(step);
            if (options_.operations_per_death != 0 && asked_ >= dies_at_) die();
        }
        service_.before_last_reads();
        last_reads();
        return service_.did_wrong();
    }

private:
    enum class Next { ask, decide, answer };
    struct Step {
        Instant at;
        Number client;
        Number generation;
        Next next;
        bool operator<(const Step& other) const {
            return at != other.at ? at > other.at : client > other.client;
        }
    };
    /// A seat that one process after another sits on.
    struct Client {
        Number process = none;
        Number tenant = 0;
        Number generation = 0;
        Number operation = none;  // under way
        Verb verb{};
        Number subject = none;  // intent, or the wallet of a read
        char status = 'a';
        Number newest = 0;  // of a page that follows another
        Number page = none;
        Number page_wallet = none;
        bool foreign = false;
        GeneratorService::Answer answer;
    };

    template <class... Parts>
    void put(const Parts&... parts) {
        line_(say(parts..., '\n'));
    }
    std::uint64_t draw(std::uint64_t below) { return random_() % below; }
    Instant soon() { return now_ + 20'000 + static_cast<Instant>(draw(100'000)); }
    [[nodiscard]] Number tenant_of(Number wallet) const { return wallet % options_.tenants; }
    Number some_wallet(Number tenant) {
        const Number each = options_.wallets / options_.tenants;
        return static_cast<Number>(draw(each)) * options_.tenants + tenant;
    }

    void begin_client(Number seat) {
        if (seat >= clients_.size()) clients_.resize(seat + 1);
        Client& client = clients_[seat];
        client.process = processes_++;
        client.tenant = seat % options_.tenants;
        client.operation = client.page = none;
        ++client.generation;
        put("p ", client.process, " ", client.tenant);
        schedule(seat, soon(), Next::ask);
    }
    void schedule(Number seat, Instant at, Next next) {
        steps_.push({at, seat, clients_[seat].generation, next});
    }

    void take(const Step& step) {
        Client& client = clients_[step.client];
        switch (step.next) {
            case Next::ask:
                if (asked_ >= options_.operations) return;
                ask(client);
                if (static_cast<int>(draw(2000)) < options_.lost_per_mille) {
                    const bool late =
                        moves_money(client.verb) && service_.never_arrived(client.subject);
                    return lose(step.client, late);
                }
                return schedule(step.client, soon(), Next::decide);
            case Next::decide: {
                if (draw(4) == 0) service_.end_due_freezes();
                const bool was_right = !service_.did_wrong();
                decide(client);
                // What is wrong must be heard by somebody, or nobody can know of it.
                if (was_right && service_.did_wrong() && !client.answer.lost) {
                    say_answer(client);
                    ++now_;
                    return schedule(step.client, soon(), Next::ask);
                }
                if (client.answer.lost || static_cast<int>(draw(2000)) < options_.lost_per_mille) {
                    return lose(step.client);
                }
                return schedule(step.client, soon(), Next::answer);
            }
            case Next::answer:
                say_answer(client);
                return schedule(step.client, now_ + static_cast<Instant>(draw(5'000)), Next::ask);
        }
    }

    void lose(Number seat, bool asked_no_more = false) {
        Client& client = clients_[seat];
        put("n ", client.operation, " ", now_);
        if (moves_money(client.verb) && !asked_no_more) unsure_.push_back(client.subject);
        begin_client(seat);
    }

    void die() {
        dies_at_ = asked_ + options_.operations_per_death;
        now_ += 1'000'000;
        for (Number seat = 0; seat < options_.clients; ++seat) {
            Client& client = clients_[seat];
            if (client.operation == none) continue;
            put("n ", client.operation, " ", now_);
            if (moves_money(client.verb)) unsure_.push_back(client.subject);
        }
        put("k ", now_);
        for (Number seat = 0; seat < options_.clients; ++seat) {
            if (clients_[seat].operation != none) begin_client(seat);
        }
    }

    void ask(Client& client) {
        client.operation = static_cast<Number>(asked_++);
        client.foreign = false;
        if (asked_ == options_.operations / 2) service_.plan(options_.mischief);
        if (!until_.empty() && draw(100) == 0) pass_time();
        const std::uint64_t chance = draw(1000);
        Number wallet = some_wallet(client.tenant);
        if (chance < 720) {
            want(client, movement(wallet, chance));
        } else if (chance < 760 && !freezes_made_.empty()) {
            thaw(client);
        } else if (chance < 790 && service_.intents() != 0) {
            again(client);
        } else if (chance < 790 + static_cast<std::uint64_t>(options_.corrections_per_mille)) {
            correct(client, wallet);
        } else if (chance < 998 - static_cast<std::uint64_t>(options_.pages_per_mille)) {
            client.foreign = chance == 900 && options_.tenants > 1;
            if (client.foreign) wallet = some_wallet((client.tenant + 1) % options_.tenants);
            begin(client, Verb::balance, wallet, say(wallet));
        } else if (chance < 998) {
            read_page(client, wallet);
        } else {
            if (!frozen_.empty() && draw(2) == 0 && tenant_of(frozen_.back()) == client.tenant) {
                wallet = frozen_.back();
            }
            client.status = service_.status(wallet) == 'a' ? 'z' : 'a';
            std::erase(frozen_, wallet);
            if (client.status == 'z') frozen_.push_back(wallet);
            service_.asked_for(wallet, client.status);
            begin(client, Verb::status, wallet, say(wallet, ' ', client.status));
        }
    }

    GeneratorService::Intent movement(Number wallet, std::uint64_t chance) {
        GeneratorService::Intent intent{.wallet = wallet,
                                        .amount = static_cast<Minor>(draw(10'000)) + 1};
        if (chance < 400) {
            intent.verb = Verb::deposit;
        } else if (chance < 520) {
            intent.verb = Verb::withdraw;
            if (draw(20) == 0) intent.amount *= 1000;  // more than most have
        } else if (chance < 680) {
            intent.verb = Verb::transfer;
            intent.payee = some_wallet(tenant_of(wallet));
            if (intent.payee == wallet) intent.verb = Verb::deposit;
            if (intent.payee == wallet) intent.payee = none;
        } else {
            intent.verb = Verb::freeze;
            intent.amount = static_cast<Minor>(draw(500)) + 1;
        }
        return intent;
    }

    /// So that one of the freezes that end by themselves is due.
    void pass_time() {
        const std::size_t place = draw(until_.size());
        put("x ", now_, ' ', until_[place]);
        service_.is_due(until_[place]);
        until_[place] = until_.back();
        until_.pop_back();
    }

    void correct(Client& client, Number wallet) {
        const std::uint64_t kind = draw(16);
        if (kind >= 14 && !corrections_.empty()) {
            const std::uint64_t back = draw(std::min<std::size_t>(corrections_.size(), 30));
            const Number number = corrections_[corrections_.size() - 1 - back];
            if (tenant_of(service_.intent(number).wallet) == client.tenant)
                return try_it(client, number);
        }
        want(client, wishes_.some(client.tenant, wallet, kind));
    }

    void want(Client& client, const GeneratorService::Intent& intent) {
        const Number number = service_.want(intent);
        if (intent.verb == Verb::cancel || intent.verb == Verb::capture) {
            corrections_.push_back(number);
        }
        if (intent.verb == Verb::freeze) freezes_made_.push_back(number);
        if (intent.verb == Verb::freeze_until) until_.push_back(number);
        if (intent.verb == Verb::freeze || intent.verb == Verb::freeze_until) {
            wishes_.frozen(number);
        }
        if (intent.verb == Verb::request || intent.verb == Verb::request_paid) {
            wishes_.requested(number);
        }
        try_it(client, number);
    }

    void try_it(Client& client, Number number) {
        service_.tried(number);
        const GeneratorService::Intent& intent = service_.intent(number);
        std::string values = say(intent.wallet);
        if (intent.payee != none) values += say(' ', intent.payee);
        if (intent.verb == Verb::capture) {
            values += intent.other_wallet == none ? " -" : say(' ', intent.other_wallet);
        }
        values += say(' ', number);
        if (intent.freeze != none) {
            values += say(' ', intent.freeze);
            if (intent.verb == Verb::capture) {
                values += intent.all_left ? " -" : say(' ', intent.amount);
            }
        } else {
            if (intent.origin != none) values += say(' ', intent.origin);
            if (intent.verb == Verb::refund && intent.all_left) values += " -";
            if (!intent.all_left && !decides(intent.verb)) values += say(' ', intent.amount);
        }
        begin(client, intent.verb, number, values);
    }

    void thaw(Client& client) {
        const std::size_t place = draw(freezes_made_.size());
        const Number freeze = freezes_made_[place];
        const Number wallet = service_.intent(freeze).wallet;
        if (tenant_of(wallet) != client.tenant)
            return begin(client, Verb::balance, client.tenant, say(client.tenant));
        freezes_made_[place] = freezes_made_.back();
        freezes_made_.pop_back();
        want(client,
             {.verb = Verb::unfreeze, .wallet = wallet, .freeze = freeze, .all_left = true});
    }

    /// One of which nobody knows, or any other.
    void again(Client& client) {
        Number number = static_cast<Number>(draw(service_.intents()));
        if (!unsure_.empty()) {
            number = unsure_.back();
            unsure_.pop_back();
        }
        if (service_.intent(number).by_itself) --number;
        if (tenant_of(service_.intent(number).wallet) == client.tenant) {
            return try_it(client, number);
        }
        begin(client, Verb::balance, client.tenant, say(client.tenant));
    }

    void read_page(Client& client, Number wallet) {
        constexpr Number size = 10;
        if (client.page == none || client.newest == 0) {
            client.page = none;
            client.newest = 0;
            client.page_wallet = wallet;
        }
        const std::string after = client.page == none ? "-" : say(client.page);
        begin(client, Verb::page, client.page_wallet,
              say(client.page_wallet, ' ', size, ' ', after));
    }

    void begin(Client& client, Verb verb, Number subject, const std::string& values) {
        client.verb = verb;
        client.subject = subject;
        put("i ", client.operation, ' ', client.process, ' ', now_, ' ', static_cast<char>(verb),
            ' ', values);
    }

    void decide(Client& client) {
        switch (client.verb) {
            case Verb::balance:
                client.answer = service_.balance(client.subject, client.foreign);
                break;
            case Verb::page:
                client.answer = service_.page(client.subject, 10, client.newest);
                client.newest = client.answer.oldest > 1 ? client.answer.oldest - 1 : 0;
                client.page = client.operation;
                break;
            case Verb::status:
                client.answer = service_.set_status(client.subject, client.status);
                break;
            default: client.answer = service_.move(client.subject);
        }
    }

    void say_answer(Client& client) {
        put(client.answer.ok ? "o " : "f ", client.operation, ' ', now_, ' ', client.answer.text);
        if (!client.answer.rows.empty()) line_(client.answer.rows);
        if (client.answer.ok && moves_money(client.verb)) service_.heard(client.subject);
        if (client.answer.ok && client.verb == Verb::status) {
            service_.heard_of(client.subject, client.status);
            ++now_;  // whoever asks from now on asks surely later
        }
        client.operation = none;
    }

    void last_reads() {
        put("q ", ++now_);
        const Number first = processes_;
        for (Number tenant = 0; tenant < options_.tenants; ++tenant) {
            put("p ", processes_++, ' ', tenant);
        }
        for (Number wallet = 0; wallet < options_.wallets; ++wallet) {
            if (service_.rows(wallet) == 0) continue;
            Client client{.process = first + tenant_of(wallet)};
            Number page = none;
            auto left = static_cast<Number>(service_.rows(wallet));
            for (; left != 0; left -= std::min(left, 100U)) {
                client.operation = static_cast<Number>(asked_++);
                begin(client, Verb::page, wallet,
                      say(wallet, " 100 ", page == none ? "-" : say(page)));
                client.answer = service_.page(wallet, 100, left);
                page = client.operation;
                ++now_;
                say_answer(client);
            }
            client.operation = static_cast<Number>(asked_++);
            begin(client, Verb::balance, wallet, say(wallet));
            client.answer = service_.balance(wallet, false);
            ++now_;
            say_answer(client);
        }
    }

    const GeneratorOptions& options_;
    const std::function<void(const std::string&)>& line_;
    std::mt19937_64 random_;
    GeneratorService service_;
    std::vector<Number> freezes_made_;
    std::vector<Number> until_;  // those that end by themselves and are not due
    std::vector<Number> unsure_;
    std::vector<Number> corrections_;
    CorrectionWishes wishes_{service_, random_, options_.tenants};
    std::vector<Number> frozen_;
    std::vector<Client> clients_;
    std::priority_queue<Step> steps_;
    Instant now_ = 0;
    std::size_t asked_ = 0;
    std::size_t dies_at_ = options_.operations_per_death;
    Number processes_ = 0;
};

}  // namespace

bool generate(const GeneratorOptions& options,
              const std::function<void(const std::string&)>& line) {
    return Generator{options, line}.run();
}

}  // namespace coffer::tests::history
