#include "tests/sim/asking.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ensure.h"
#include "base/instant.h"

namespace coffer::tests::sim {
namespace {

std::string money(Minor minor) {
    const std::string cents = std::to_string(minor % 100);
    return std::to_string(minor / 100) + "." + (cents.size() == 1 ? "0" : "") + cents;
}

std::string http(const std::string& method, const std::string& target, const std::string& token,
                 const std::string& body, const std::string& key = "") {
    std::string bytes =
        method + " " + target + " HTTP/1.1\r\nHost: sim\r\nAuthorization: Bearer " + token + "\r\n";
    if (!key.empty()) bytes += "Idempotency-Key: " + key + "\r\n";
    if (!body.empty()) {
        bytes +=
            "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n";
    }
    return bytes + "\r\n" + body;
}

}  // namespace

Number Asking::some_wallet(Number tenant) {
    return tenant * options_.users + static_cast<Number>(chance_.below(options_.users));
}

void Asking::begin() {
    for (std::uint32_t t = 0; t < options_.tenants; ++t) {
        names_.push_back("tenant-" + std::to_string(t));
        const Number tenant = scribe_.tenant(names_.back());
        for (std::uint32_t u = 0; u < options_.users; ++u) {
            // The same names in every tenant: they must not meet.
            static_cast<void>(scribe_.wallet(tenant, "user-" + std::to_string(u)));
        }
    }
    expiring_.resize(scribe_.wallets());
    available_.resize(scribe_.wallets());
    last_refunded_.resize(options_.tenants, none);
}

Number Asking::add(const Intent& intent) {
    const auto number = static_cast<Number>(intents_.size());
    intents_.push_back(intent);
    if (intent.verb == Verb::freeze_until) {
        intents_.push_back({.verb = Verb::unfreeze,
                            .tenant = intent.tenant,
                            .wallet = intent.wallet,
                            .origin = number,
                            .by_itself = true});
    }
    return number;
}

std::string Asking::path_of(const Intent& intent) const {
    const std::string user = "/wallets/" + scribe_.owner(intent.wallet);
    switch (intent.verb) {
        case Verb::deposit: return user + "/deposit";
        case Verb::withdraw: return user + "/withdraw";
        case Verb::freeze:
        case Verb::freeze_until: return user + "/freeze";
        case Verb::capture:
            return user + "/freezes/" + intents_[intent.origin].hold_id + "/capture";
        case Verb::unfreeze: return user + "/unfreeze";
        case Verb::transfer: return "/wallets/transfer";
        case Verb::adjust_up:
        case Verb::adjust_down:
            return "/admin/wallets/users/" + scribe_.owner(intent.wallet) + "/adjust";
        case Verb::refund: return user + "/refund";
        case Verb::cancel: return "/wallets/transactions/" + refunded_id(intent) + "/cancel";
        case Verb::request:
        case Verb::request_paid: return user + "/withdraw/request";
        case Verb::approve: return decided_path(intent, "/approve");
        case Verb::reject: return decided_path(intent, "/reject");
        case Verb::take_back:
            return "/wallets/transactions/" + intents_[intent.origin].hold_id + "/cancel";
        case Verb::status:
        case Verb::balance:
        case Verb::page: break;
    }
    unreachable_value();
}

std::string Asking::decided_path(const Intent& decision, const std::string& word) const {
    return "/admin/wallets/withdrawals/" + intents_[decision.origin].hold_id + word;
}

/// The transaction that is to be given back, on the side that is asked.
std::string Asking::refunded_id(const Intent& refund) const {
    const Intent& original = intents_[refund.origin];
    return refund.wallet == original.payee ? original.other_id : original.transaction_id;
}

/// What is guarded by a reference, and how much it is about.
std::string Asking::body_of(Number number) const {
    const Intent& intent = intents_[number];
    const std::string name = Intent::reference(number);
    if (intent.verb == Verb::unfreeze) {
        return R"({"freeze_id":")" + intents_[intent.origin].hold_id + R"(","reason":")" + name +
               R"("})";
    }
    // There is no reference: the row is known by its reason.
    if (intent.verb == Verb::cancel || intent.verb == Verb::take_back) {
        return R"({"reason":")" + name + R"("})";
    }
    if (history::decides(intent.verb)) return R"({"remark":")" + name + R"("})";
    std::string body = R"({"reference_id":")" + name + '"';
    if (!intent.all_left) body += R"(,"amount":")" + money(intent.amount) + '"';
    switch (intent.verb) {
        case Verb::deposit:  // long texts fill segments
            body += R"(,"description":")" + std::string(number % 5 * 700, 'x') + '"';
            break;
        case Verb::transfer:
            body += R"(,"from_user_id":")" + scribe_.owner(intent.wallet) + R"(","to_user_id":")" +
                    scribe_.owner(intent.payee) + '"';
            break;
        case Verb::adjust_up: body += R"(,"reason":"counted again","type":"deposit")"; break;
        case Verb::adjust_down: body += R"(,"reason":"counted again","type":"withdraw")"; break;
        case Verb::refund: body += R"(,"transaction_id":")" + refunded_id(intent) + '"'; break;
        case Verb::freeze_until: body += R"(,"expires_at":")" + intent.expires_at + '"'; break;
        case Verb::capture:
            if (intent.payee != none) {
                body += R"(,"to_user_id":")" + scribe_.owner(intent.payee) + '"';
            }
            break;
        default: break;
    }
    return body + '}';
}

Question Asking::movement(Number number) {
    const Intent& intent = intents_[number];
    // There is no reference; under a key the first answer comes again.
    const bool decides = history::decides(intent.verb);
    const bool needs_key = intent.verb == Verb::unfreeze || decides;
    const bool has_key = chance_.percent(needs_key ? 60 : intent.verb == Verb::capture ? 30 : 0);
    const std::string key = has_key ? "key-" + Intent::reference(number) : "";
    const std::string token = world_.token(names_[intent.tenant], decides ? "boss" : "clerk");
    return {.verb = intent.verb,
            .wallet = intent.wallet,
            .intent = number,
            .has_key = has_key,
            .bytes = http("POST", path_of(intent), token, body_of(number), key)};
}

/// Of something that somebody has an answer about, the last such one more often than not: so that
/// several want the same.
std::optional<Intent> Asking::some_refund(const Client& client) {
    std::vector<Number> known;
    for (Number i = 0; i < intents_.size(); ++i) {
        const Intent& intent = intents_[i];
        const bool fits = intent.verb == Verb::deposit || intent.verb == Verb::withdraw ||
                          intent.verb == Verb::transfer || intent.verb == Verb::request_paid ||
                          intent.verb == Verb::approve || intent.verb == Verb::capture;
        if (fits && intent.tenant == client.tenant && !intent.transaction_id.empty()) {
            known.push_back(i);
        }
    }
    if (known.empty()) return std::nullopt;
    Number& last = last_refunded_[client.tenant];
    if (last == none || chance_.percent(35)) last = known[chance_.below(known.size())];
    const Intent& original = intents_[last];
    Intent refund{.verb = Verb::refund,
                  .tenant = client.tenant,
                  .wallet = original.wallet,
                  .origin = last,
                  .amount = static_cast<Minor>(
                      chance_.between(1, static_cast<std::uint64_t>(original.amount) / 2 + 1))};
    if (!original.other_id.empty() && chance_.percent(50)) refund.wallet = original.payee;
    const std::uint64_t kind = chance_.below(10);
    refund.all_left = kind < 2;
    if (kind == 2) refund.verb = Verb::cancel;
    return refund;
}

/// Two in five end by themselves before long.
Intent Asking::some_freeze(Intent intent) {
    intent.verb = Verb::freeze;
    intent.amount = static_cast<Minor>(chance_.between(1, 2'000));
    Minor& number = expiring_[intent.wallet];
    if (!chance_.percent(40) || number + 1 == expiring_apart) return intent;
    intent.verb = Verb::freeze_until;
    intent.amount = ++number + static_cast<Minor>(chance_.below(3)) * expiring_apart;
    const std::int64_t at_ms =
        world_.clock().wall_ms() + static_cast<std::int64_t>(chance_.between(20, 3'000));
    intent.expires_at = to_text(Instant{at_ms});
    due_.push_back({at_ms, static_cast<Number>(intents_.size())});
    last_due_ms_ = std::max(last_due_ms_, at_ms);
    return intent;
}

std::optional<Number> Asking::next_due(std::int64_t wall_ms) {
    const auto found = std::find_if(due_.begin(), due_.end(),
                                    [&](const Due& due) { return due.at_ms <= wall_ms; });
    if (found == due_.end()) return std::nullopt;
    const Number freeze = found->freeze;
    due_.erase(found);
    return freeze;
}

/// A payment out of one of the last freezes that somebody has an answer about, or its end: several
/// want the same.
std::optional<Intent> Asking::some_end(const Client& client) {
    std::vector<Number> known;
    for (Number i = 0; i < intents_.size(); ++i) {
        const Intent& intent = intents_[i];
        const bool fits = intent.verb == Verb::freeze || intent.verb == Verb::freeze_until;
        if (fits && intent.tenant == client.tenant && !intent.hold_id.empty()) known.push_back(i);
    }
    if (known.empty()) return std::nullopt;
    const std::uint64_t back = chance_.below(std::min<std::size_t>(known.size(), 5));
    const Number number = known[known.size() - 1 - back];
    const Intent& freeze = intents_[number];
    Intent wanted{.verb = Verb::unfreeze,
                  .tenant = client.tenant,
                  .wallet = freeze.wallet,
                  .origin = number,
                  .all_left = true};
    if (chance_.percent(30)) return wanted;
    wanted.verb = Verb::capture;
    wanted.all_left = chance_.percent(25);
    const auto parts = static_cast<std::uint64_t>(freeze.amount / expiring_apart);
    wanted.amount = freeze.verb == Verb::freeze
                        ? static_cast<Minor>(
                              chance_.between(1, static_cast<std::uint64_t>(freeze.amount) / 2 + 1))
                        : static_cast<Minor>(chance_.between(1, parts + 1)) * expiring_apart;
    const Number payee = some_wallet(client.tenant);
    if (payee != freeze.wallet && chance_.percent(50)) wanted.payee = payee;
    return wanted;
}

/// Those that somebody has an answer about.
std::vector<Number> Asking::requests_of(Number tenant) const {
    std::vector<Number> known;
    for (Number i = 0; i < intents_.size(); ++i) {
        const Intent& intent = intents_[i];
        const bool fits = intent.verb == Verb::request || intent.verb == Verb::request_paid;
        if (fits && intent.tenant == tenant && !intent.hold_id.empty()) known.push_back(i);
    }
    return known;
}

/// About one of the last three, so that several want to decide the same.
std::optional<Intent> Asking::some_decision(const Client& client) {
    const std::vector<Number> known = requests_of(client.tenant);
    if (known.empty()) return std::nullopt;
    const std::uint64_t back = chance_.below(std::min<std::size_t>(known.size(), 3));
    const Number request = known[known.size() - 1 - back];
    constexpr std::array<Verb, 4> verbs{Verb::approve, Verb::approve, Verb::reject,
                                        Verb::take_back};
    return Intent{.verb = verbs[chance_.below(verbs.size())],
                  .tenant = client.tenant,
                  .wallet = intents_[request].wallet,
                  .origin = request,
                  .amount = intents_[request].amount};
}

std::optional<Question> Asking::own_approval(const Client& client) {
    const std::vector<Number> known = requests_of(client.tenant);
    if (known.empty()) return std::nullopt;
    const Intent decision{.origin = known.back()};
    return Question{.verb = Verb::balance,
                    .wallet = intents_[known.back()].wallet,
                    .must_fail = true,
                    .bytes = http("POST", decided_path(decision, "/approve"),
                                  world_.token(names_[client.tenant]), "{}")};
}

Question Asking::some_movement(const Client& client) {
    const Number wallet = some_wallet(client.tenant);
    Intent intent{.tenant = client.tenant,
                  .wallet = wallet,
                  .amount = static_cast<Minor>(chance_.between(1, 5'000))};
    const std::uint64_t kind = chance_.below(100);
    if (kind < 30) {
        intent.verb = Verb::deposit;
    } else if (kind < 36) {
        intent = some_refund(client).value_or(intent);
        if (intent.origin == none) intent.verb = Verb::deposit;
    } else if (kind < 39) {
        intent.verb = chance_.percent(50) ? Verb::adjust_up : Verb::adjust_down;
    } else if (kind < 44) {
        const bool waits = options_.reviews_withdrawals && intent.amount > 100 * auto_approved_max;
        intent.verb = waits ? Verb::request : Verb::request_paid;
    } else if (kind < 48) {
        intent = some_decision(client).value_or(intent);
        if (intent.origin == none) intent.verb = Verb::deposit;
    } else if (kind < 65 || (kind < 80 && options_.users == 1)) {
        intent.verb = Verb::withdraw;
        // All of it, as far as anybody has told; often somebody was faster.
        if (available_[wallet] > 0 && chance_.percent(30)) intent.amount = available_[wallet];
    } else if (kind < 80) {
        intent.verb = Verb::transfer;
        do {
            intent.payee = some_wallet(client.tenant);
        } while (intent.payee == wallet);
    } else if (kind < 89) {
        intent = some_freeze(intent);
    } else {
        intent = some_end(client).value_or(intent);
        if (intent.origin == none) intent.verb = Verb::deposit;
    }
    return movement(add(intent));
}

std::optional<Question> Asking::some_repeat(const Client& client) {
    std::vector<Number> unknown;
    std::vector<Number> others;
    for (Number i = 0; i < intents_.size(); ++i) {
        const Intent& intent = intents_[i];
        if (intent.tenant != client.tenant || intent.by_itself) continue;
        if (intent.in_flight > 0 && !options_.has(Trouble::twins)) continue;
        (intent.is_unknown && !intent.is_known ? unknown : others).push_back(i);
    }
    const auto& from =
        !unknown.empty() && (others.empty() || chance_.percent(70)) ? unknown : others;
    if (from.empty()) return std::nullopt;
    return movement(from[chance_.below(from.size())]);
}

Question Asking::page(const Client& client, Number wallet, std::uint32_t size) {
    std::string target =
        "/wallets/" + scribe_.owner(wallet) + "/transactions?page_size=" + std::to_string(size);
    if (!client.cursor.empty()) target += "&cursor=" + client.cursor;
    return {.verb = Verb::page,
            .wallet = wallet,
            .page_size = size,
            .after = client.cursor.empty() ? none : client.cursor_after,
            .bytes = http("GET", target, world_.token(names_[client.tenant]), "")};
}

Question Asking::balance(Number wallet) {
    return {.verb = Verb::balance,
            .wallet = wallet,
            .bytes = http("GET", "/wallets/" + scribe_.owner(wallet) + "/balance", token_of(wallet),
                          "")};
}

Question Asking::freezes(Number wallet, const std::string& cursor) {
    std::string target = "/wallets/" + scribe_.owner(wallet) + "/freezes?page_size=23";
    if (!cursor.empty()) target += "&cursor=" + cursor;
    return {.verb = Verb::balance,
            .wallet = wallet,
            .bytes = http("GET", target, token_of(wallet), "")};
}

Question Asking::status(Number wallet, char status) {
    const std::string body = status == 'a' ? R"({"status":"active"})" : R"({"status":"frozen"})";
    return {.verb = Verb::status,
            .wallet = wallet,
            .status = status,
            .bytes =
                http("PUT", "/admin/wallets/" + scribe_.wallet_id(wallet), token_of(wallet), body)};
}

Question Asking::integrity(Number wallet, Number asked_by) {
    return {.verb = Verb::balance,
            .wallet = wallet,
            .bytes = http("GET", "/admin/wallets/" + scribe_.wallet_id(wallet) + "/integrity",
                          world_.token(names_[asked_by]), "")};
}

Question Asking::foreign(Number wallet, Number asked_by) {
    if (chance_.percent(50)) return integrity(wallet, asked_by);
    return {.verb = Verb::balance,
            .wallet = wallet,
            .bytes = http("PUT", "/admin/wallets/" + scribe_.wallet_id(wallet),
                          world_.token(names_[asked_by]), R"({"status":"frozen"})")};
}

std::string Asking::token_of(Number wallet) const {
    return world_.token(names_[scribe_.tenant_of(wallet)]);
}

}  // namespace coffer::tests::sim
