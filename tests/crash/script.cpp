#include "tests/crash/script.h"

#include "base/ensure.h"

namespace coffer::tests::crash {
namespace {

/// "12.34" in minor units.
std::int64_t minor_units(const std::string& amount) {
    const std::size_t point = amount.find('.');
    ENSURE(point != std::string::npos && amount.size() == point + 3);
    return std::stoll(amount.substr(0, point)) * 100 + std::stoll(amount.substr(point + 1));
}

constexpr std::string_view words[op_count] = {"open",     "deposit", "deposit-r", "withdraw",
                                              "transfer", "freeze",  "unfreeze",  "status"};

}  // namespace

std::string to_text(const std::vector<Round>& rounds) {
    std::string text;
    for (const Round& round : rounds) {
        text += text.empty() ? "[" : " [";
        for (const Op op : round) {
            if (text.back() != '[') text += ' ';
            text += words[static_cast<std::size_t>(op)];
        }
        text += ']';
    }
    return text;
}

std::vector<Round> all_sequences(std::size_t length) {
    std::vector<Round> all{{}};
    for (std::size_t i = 0; i < length; ++i) {
        std::vector<Round> longer;
        for (const Round& round : all) {
            for (std::size_t op = 0; op < op_count; ++op) {
                longer.push_back(round);
                longer.back().push_back(static_cast<Op>(op));
            }
        }
        all = std::move(longer);
    }
    return all;
}

const std::vector<std::string>& Model::users() {
    static const std::vector<std::string> all{"alice", "bob", "carol"};
    return all;
}

void Model::enter(const Ask& ask, const Told& told) {
    if (ask.what == Ask::What::status) {
        wallets_[owners_.at(ask.id.value)].status = static_cast<int>(ask.status);
        return;
    }
    Wallet& wallet = wallets_[ask.user];
    owners_[told.wallet.value] = ask.user;
    if (ask.what == Ask::What::open) return;
    ++wallet.rows;
    if (ask.what == Ask::What::unfreeze) {
        const std::int64_t freed = wallet.holds.at(ask.id.value);
        wallet.holds.erase(ask.id.value);
        wallet.held -= freed;
        wallet.available += freed;
        return;
    }
    const std::int64_t amount = minor_units(ask.amount);
    switch (ask.what) {
        case Ask::What::deposit:
            wallet.available += amount;
            in_ += amount;
            break;
        case Ask::What::withdraw:
            wallet.available -= amount;
            out_ += amount;
            break;
        case Ask::What::transfer:
            wallet.available -= amount;
            wallets_[ask.payee].available += amount;
            ++wallets_[ask.payee].rows;
            break;
        case Ask::What::freeze:
            wallet.available -= amount;
            wallet.held += amount;
            wallet.holds[told.hold.value] = amount;
            break;
        default: ENSURE(false);
    }
}

std::string Model::text_of(const std::string& user) const {
    const auto found = wallets_.find(user);
    if (found == wallets_.end()) return {};
    const Wallet& wallet = found->second;
    return "available " + std::to_string(wallet.available) + " held " +
           std::to_string(wallet.held) + " open holds " + std::to_string(wallet.holds.size()) +
           " status " + std::to_string(wallet.status) + " rows " + std::to_string(wallet.rows) +
           " ";
}

bool Model::balances() const {
    std::int64_t here = 0;
    for (const auto& [user, wallet] : wallets_) {
        std::int64_t held = 0;
        for (const auto& [id, amount] : wallet.holds) held += amount;
        if (wallet.available < 0 || held != wallet.held) return false;
        here += wallet.available + wallet.held;
    }
    return here == in_ - out_;
}

Ask Script::ask_for(Op op, std::size_t number) const {
    const std::string own = std::to_string(number + 1);
    const std::string reference = "crash-" + own;
    // From a record of one sector to one of eight.
    const std::string text((number * 7 + static_cast<std::size_t>(op)) % 3 * 1'500,
                           static_cast<char>('a' + number % 26));
    switch (op) {
        case Op::open: return open_wallet(opens_);
        case Op::deposit: return deposit("alice", own + "0.50").saying(text);
        case Op::deposit_with_reference:
            return deposit("alice", own + "1.00").ref(reference).saying(text);
        case Op::withdraw: return withdraw("alice", own + ".25").ref(reference).saying(text);
        case Op::transfer: return transfer("alice", "bob", own + ".10").ref(reference).saying(text);
        case Op::freeze: return freeze("alice", own + ".05").ref(reference).saying(text);
        case Op::unfreeze:
            return unfreeze("alice", holds_.empty() ? wallet::PublicId{77} : holds_.back());
        case Op::status:
            return change_status(
                alice_.value == 0 ? wallet::PublicId{78} : alice_,
                frozen_ ? wallet::WalletStatus::active : wallet::WalletStatus::frozen);
    }
    unreachable_value();
}

void Script::learn(const Ask& ask, const Told& told) {
    if (!told.took_effect()) return;
    if (ask.what == Ask::What::open && ask.user == "bob") opens_ = "carol";
    if (ask.user == "alice" && ask.what != Ask::What::status) alice_ = told.wallet;
    if (ask.what == Ask::What::freeze) holds_.push_back(told.hold);
    if (ask.what == Ask::What::unfreeze) std::erase(holds_, ask.id);
    if (ask.what == Ask::What::status) frozen_ = ask.status == wallet::WalletStatus::frozen;
}

}  // namespace coffer::tests::crash
