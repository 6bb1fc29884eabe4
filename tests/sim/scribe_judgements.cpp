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
