#include "tests/sim/scribe_reader.h"

// What an answer says more than a history holds: judged where it is read.

namespace coffer::tests::sim {

/// A transaction has one id, at every look.
void Scribe::learn_id(std::string& id, const std::string& answered) {
    if (id.empty()) id = answered;
    if (id != answered && wrong_.empty()) wrong_ = "a repeat shows another id: " + answered;
}

/// It says so, and the same amount twice.
void Scribe::judge_cancelled(Reader& read) {
    const bool right = read.flag("/data/cancelled") && read.amount("/data/refund_amount") ==
                                                           read.amount("/data/transaction/amount");
    if (!right && read.good() && wrong_.empty()) wrong_ = "a cancellation says two things";
}

void Scribe::add_sums(Reader& read, const std::string& row) {
    const std::string refunded = read.text_or_none(row + "/refunded_amount");
    refund_sums_.add({.id = read.text(row + "/id"),
                      .entry = read.text(row + "/entry_id"),
                      .amount = read.amount(row + "/amount"),
                      .refund_of = read.text_or_none(row + "/refund_of"),
                      .has_reference = !read.text(row + "/reference_id").empty(),
                      .refunded = refunded.empty() ? 0 : minor_of(refunded),
                      .cancelled = read.text(row + "/status") == "cancelled"});
}

/// What it tells of its freeze is true, and was paid before the freeze was due.
void Scribe::judge_payment(Reader& read, const Question& asked, Learned& learned) {
    Intent& payment = intents_[asked.intent];
    const Minor paid = read.amount("/data/freeze/captured_amount");
    const Minor left = read.amount("/data/freeze/remaining_amount");
    const Minor amount = read.amount("/data/transaction/amount");
    const std::string expires_at = read.text("/data/freeze/expires_at");
    learned.ended = read.text("/data/freeze/ended_by") == "capture";
    const bool right =
        read.text("/data/freeze/id") == intents_[payment.origin].hold_id && paid >= amount &&
        paid + left == read.amount("/data/freeze/amount") && learned.ended == (left == 0) &&
        (payment.all_left ? left == 0 : amount == payment.amount) &&
        expires_at == intents_[payment.origin].expires_at &&
        (expires_at.empty() || read.text("/data/transaction/created_at") < expires_at);
    if (payment.all_left) payment.amount = amount;
    if (!right && read.good() && wrong_.empty()) wrong_ = "a payment out of a freeze is wrong";
}

void Scribe::add_to_freeze(const std::string& type, const std::string& intent, Minor amount) {
    if (intent == "?" || (type != "payment" && type != "unfreeze")) return;
    const Intent& wanted = intents_[std::stoul(intent)];
    if (wanted.origin == none) return;
    FreezeNow& freeze = freezes_[wanted.origin];
    if (type == "unfreeze") {
        freeze.ended_by = wanted.by_itself ? "expiry" : "release";
        return;
    }
    freeze.paid += amount;
    if (freeze.paid == intents_[wanted.origin].amount) freeze.ended_by = "capture";
}

std::string Scribe::freezes(const Answer& answer) {
    Reader read{answer.body};
    const std::uint64_t count = read.count("/items");
    for (std::uint64_t i = 0; i < count; ++i) judge_freeze(read, "/items/" + std::to_string(i));
    const std::string next = read.text("/pagination/next_cursor");
    if (!read.good() && wrong_.empty()) wrong_ = "no list of freezes: " + answer.body;
    return next;
}

/// Those of which somebody has an answer that says their id.
void Scribe::judge_freeze(Reader& read, const std::string& item) {
    const std::string id = read.text(item + "/id");
    const auto found = std::find_if(intents_.begin(), intents_.end(), [&](const Intent& intent) {
        return (intent.verb == Verb::freeze || intent.verb == Verb::freeze_until) &&
               intent.hold_id == id;
    });
    if (found == intents_.end()) return;
    const FreezeNow& now = freezes_[static_cast<Number>(found - intents_.begin())];
    const bool ended = !now.ended_by.empty();
    const bool right =
        read.amount(item + "/amount") == found->amount &&
        read.amount(item + "/captured_amount") == now.paid &&
        read.amount(item + "/remaining_amount") == (ended ? 0 : found->amount - now.paid) &&
        read.text(item + "/ended_by") == now.ended_by &&
        read.text(item + "/status") == (ended ? "released" : "active") &&
        read.text(item + "/expires_at") == found->expires_at &&
        read.text(item + "/released_at").empty() != ended;
    if (!right && read.good() && wrong_.empty()) {
        wrong_ = "the list of freezes and the rows disagree: " + id + ", of which " +
                 std::to_string(now.paid) + " was paid, ended by '" + now.ended_by + "'";
    }
}

/// Nothing but the amount says which freeze has ended by itself: what is left of it is that modulo
/// `expiring_apart`, whatever was paid out of it.
Number Scribe::expired(Number wallet, Minor amount) const {
    for (std::size_t i = 0; i < intents_.size(); ++i) {
        const Intent& freeze = intents_[i];
        if (freeze.verb == Verb::freeze_until && freeze.wallet == wallet &&
            freeze.amount % expiring_apart == amount % expiring_apart) {
            return static_cast<Number>(i);
        }
    }
    return none;
}

/// Its number, which is that behind the freeze's.
std::string Scribe::expiry_of(Reader& read, const std::string& row, Number wallet,
                              Learned& learned) {
    const Minor amount = read.amount(row + "/amount");
    const Number freeze = expired(wallet, amount);
    if (freeze == none) return "?";
    learned.expiry = true;
    learned.rest = learned.rest || amount < intents_[freeze].amount;
    const std::string at = read.text(row + "/created_at");
    if (at < intents_[freeze].expires_at && wrong_.empty()) {
        wrong_ = "a freeze has ended by itself before it was due: " + at;
    }
    return std::to_string(freeze + 1);
}

}  // namespace coffer::tests::sim
