#include "tests/sim/asking.h"

#include <utility>

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
    freezes_of_wallet_.resize(scribe_.wallets());
    available_.resize(scribe_.wallets());
}

Number Asking::add(const Intent& intent) {
    intents_.push_back(intent);
    return static_cast<Number>(intents_.size() - 1);
}

Question Asking::movement(Number number) {
    const Intent& intent = intents_[number];
    const std::string token = world_.token(names_[intent.tenant]);
    const std::string user = "/wallets/" + scribe_.owner(intent.wallet);
    std::string body = R"({"amount":")" + money(intent.amount) + R"(","reference_id":")" +
                       Intent::reference(number) + '"';
    // Long texts fill segments.
    if (intent.verb == Verb::deposit) {
        body += R"(,"description":")" + std::string(number % 5 * 700, 'x') + '"';
    }
    std::string target;
    std::string key;
    switch (intent.verb) {
        case Verb::deposit: target = user + "/deposit"; break;
        case Verb::withdraw: target = user + "/withdraw"; break;
        case Verb::freeze: target = user + "/freeze"; break;
        case Verb::adjust_up:
        case Verb::adjust_down:
            target = "/admin/wallets/users/" + scribe_.owner(intent.wallet) + "/adjust";
            body += R"(,"reason":"counted again","type":")";
            body += intent.verb == Verb::adjust_up ? R"(deposit")" : R"(withdraw")";
            break;
        case Verb::transfer:
            target = "/wallets/transfer";
            body += R"(,"from_user_id":")" + scribe_.owner(intent.wallet) + R"(","to_user_id":")" +
                    scribe_.owner(intent.payee) + '"';
            break;
        default:
            target = user + "/unfreeze";
            body = R"({"freeze_id":")" + intents_[intent.freeze].freeze_id + '"';
            // There is no reference; under a key the first answer comes again.
            if (chance_.percent(60)) key = "unfreeze-" + Intent::reference(number);
    }
    return {.verb = intent.verb,
            .wallet = intent.wallet,
            .intent = number,
            .has_key = !key.empty(),
            .bytes = http("POST", target, token, body + "}", key)};
}

Question Asking::some_movement(const Client& client) {
    const Number wallet = some_wallet(client.tenant);
    Intent intent{.tenant = client.tenant,
                  .wallet = wallet,
                  .amount = static_cast<Minor>(chance_.between(1, 5'000))};
    const std::uint64_t kind = chance_.below(100);
    if (kind < 35) {
        intent.verb = Verb::deposit;
    } else if (kind < 40) {
        intent.verb = chance_.percent(50) ? Verb::adjust_up : Verb::adjust_down;
    } else if (kind < 65 || (kind < 80 && options_.users == 1)) {
        intent.verb = Verb::withdraw;
        // All of it, as far as anybody has told; often somebody was faster.
        if (available_[wallet] > 0 && chance_.percent(30)) intent.amount = available_[wallet];
    } else if (kind < 80) {
        intent.verb = Verb::transfer;
        do {
            intent.payee = some_wallet(client.tenant);
        } while (intent.payee == wallet);
    } else if (kind < 90) {
        intent.verb = Verb::freeze;
        intent.amount = ++freezes_of_wallet_[wallet];
    } else {
        intent.verb = Verb::deposit;
        for (Number i = 0; i < intents_.size(); ++i) {
            Intent& freeze = intents_[i];
            if (freeze.verb != Verb::freeze || freeze.wallet != wallet || freeze.is_ending ||
                freeze.freeze_id.empty()) {
                continue;
            }
            freeze.is_ending = true;
            intent.verb = Verb::unfreeze;
            intent.freeze = i;
            intent.amount = freeze.amount;
            break;
        }
    }
    return movement(add(intent));
}

std::optional<Question> Asking::some_repeat(const Client& client) {
    std::vector<Number> unknown;
    std::vector<Number> others;
    for (Number i = 0; i < intents_.size(); ++i) {
        const Intent& intent = intents_[i];
        if (intent.tenant != client.tenant) continue;
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
