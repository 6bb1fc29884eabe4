#include "tests/teller.h"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include "report/record.h"

namespace coffer::tests {

// Rung by a store from any thread when poll() has something to do.
struct Teller::Bell {
    std::mutex mutex;
    std::condition_variable rung;
    bool ringing = false;

    void ring() {
        const std::lock_guard lock{mutex};
        ringing = true;
        rung.notify_all();
    }
    void wait() {
        std::unique_lock lock{mutex};
        rung.wait_for(lock, std::chrono::milliseconds{20}, [this] { return ringing; });
        ringing = false;
    }
};

namespace {

void copy_texts(wallet::Record& record, engine::Arena& texts) {
    const auto keep = [&texts](std::string_view& text) { text = texts.copy(text); };
    keep(record.request.reference);
    keep(record.request.description);
    for (auto& added : record.new_tenants) keep(added.id);
    for (auto& added : record.new_applications) keep(added.id);
    for (auto& added : record.new_subjects) keep(added.id);
    for (auto& hold : record.holds) keep(hold.reason);
    for (auto& approval : record.approvals) keep(approval.remark);
}

KeptRecord kept(const wallet::Record& record, const engine::Names& names) {
    KeptRecord copy{record, std::make_shared<engine::Arena>(), {}, {}, {}, {}};
    copy_texts(copy.record, *copy.texts);
    copy.actor = names.subject(record.request.actor);
    copy.application = names.application(record.request.application);
    copy.user = names.subject(record.request.user);
    copy.counterparty = names.subject(record.request.counterparty);
    return copy;
}

Reply reply_of(const engine::Answer& answer, const engine::Names& names) {
    Reply reply;
    if (const auto* applied = std::get_if<engine::Applied>(&answer)) {
        reply.kind = applied->replayed ? Reply::Kind::replayed : Reply::Kind::applied;
        reply.record = kept(*applied->record, names);
    } else if (const auto* found = std::get_if<engine::Found>(&answer)) {
        reply.kind = Reply::Kind::found;
        reply.wallet = *found->wallet;
        reply.owner = names.subject(found->wallet->owner);
        reply.application = names.application(found->wallet->application);
    } else if (const auto* wallets = std::get_if<engine::WalletPage>(&answer)) {
        reply.kind = Reply::Kind::wallets;
        reply.wallets = wallets->rows;
        reply.total = wallets->total;
        reply.more = wallets->more;
    } else if (const auto* approvals = std::get_if<engine::ApprovalPage>(&answer)) {
        reply.kind = Reply::Kind::approvals;
        reply.approvals = approvals->rows;
        reply.total = approvals->total;
        reply.more = approvals->more;
    } else if (const auto* page = std::get_if<engine::Page>(&answer)) {
        reply.kind = Reply::Kind::page;
        for (const auto& row : page->rows) {
            reply.rows.push_back(
                {kept(row.movement->record, names), row.line, row.hold, row.refunded});
        }
        reply.total = page->total;
        reply.more = page->more;
    } else if (const auto* integrity = std::get_if<engine::Integrity>(&answer)) {
        reply.kind = Reply::Kind::integrity;
        reply.integrity = *integrity;
    } else if (const auto* policy = std::get_if<engine::PolicyFound>(&answer)) {
        reply.kind = Reply::Kind::policy;
        reply.own_policy = *policy->own;
        reply.policy = *policy->policy;
    } else if (const auto* refusal = std::get_if<wallet::Refusal>(&answer)) {
        reply.kind = Reply::Kind::refused;
        reply.refusal = *refusal;
    } else {
        reply.kind = Reply::Kind::failed;
        reply.failed = std::get<engine::Failed>(answer);
    }
    return reply;
}

std::string_view words_of(engine::Failed::Kind kind) {
    switch (kind) {
        using enum engine::Failed::Kind;
        case unknown: return "failed: unknown";
        case unavailable: return "failed: unavailable";
        case storage_full: return "failed: storage full";
        case clock_wrong: return "failed: clock wrong";
        case read_only: return "failed: read only";
    }
    unreachable_value();
}

}  // namespace

/// Keeps what every other command came to, where the store asks, so that whatever is tested with a
/// teller is tested both ways.
class Teller::Collector final : public engine::Answers {
public:
    void answer(engine::Cookie cookie, const engine::Answer& answer,
                const engine::Names& names) override {
        const auto kept = kept_.extract(cookie);
        const bool settled = std::holds_alternative<engine::Settled>(answer);
        EXPECT_FALSE(settled && kept.empty()) << "nothing was kept";
        EXPECT_TRUE(kept.empty() || settled || std::holds_alternative<engine::Failed>(answer));
        Reply reply = settled && !kept.empty() ? kept.mapped() : reply_of(answer, names);
        EXPECT_TRUE(replies.emplace(cookie, std::move(reply)).second)
            << "a second answer to one item";
    }
    bool keep(engine::Cookie cookie, const wallet::Record& record,
              const engine::Names& names) override {
        EXPECT_EQ(replies.count(cookie), 0u) << "the answer came before";
        if (cookie % 2 == 0) return false;
        const auto reply = reply_of(engine::Applied{.record = &record, .replayed = false}, names);
        EXPECT_TRUE(kept_.emplace(cookie, reply).second) << "kept twice";
        return true;
    }
    std::map<engine::Cookie, Reply> replies;

private:
    std::map<engine::Cookie, Reply> kept_;
};

Teller::Teller(engine::Store& store) : store_{store}, bell_{std::make_shared<Bell>()} {
    store_.wake_with([bell = bell_] { bell->ring(); });
}
Teller::~Teller() = default;

Reply Teller::ask(const Ask& ask) { return ask_all({ask}).front(); }

std::vector<Reply> Teller::ask_all(const std::vector<Ask>& asks) {
    engine::Batch batch;
    const engine::Cookie first = next_cookie_;
    for (const Ask& ask : asks) {
        batch.add(next_cookie_++, item_of(ask, batch, store_.currencies()));
    }
    Collector collector;
    store_.execute(batch, collector);
    EXPECT_TRUE(batch.entries.empty());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (collector.replies.size() < asks.size() && std::chrono::steady_clock::now() < deadline) {
        store_.poll(collector);
        if (collector.replies.size() < asks.size()) bell_->wait();
    }
    // Once more for what goes on between rounds, and for answers given twice.
    store_.poll(collector);
    std::vector<Reply> replies;
    for (engine::Cookie cookie = first; cookie < next_cookie_; ++cookie) {
        EXPECT_TRUE(collector.replies.contains(cookie)) << "an item without an answer";
        replies.push_back(std::move(collector.replies[cookie]));
    }
    EXPECT_EQ(collector.replies.size(), asks.size()) << "an answer to something never asked";
    return replies;
}

wallet::Wallet Teller::wallet_of(const std::string& user, const std::string& currency) {
    const Reply reply = ask(read_wallet(user, currency));
    EXPECT_EQ(reply.kind, Reply::Kind::found) << "no wallet of " << user;
    return reply.wallet;
}

std::string_view to_text(wallet::Rejection rejection) {
    return report::name_of_rejection(static_cast<std::uint8_t>(rejection));
}

namespace {

std::string describe(const wallet::Refusal& refusal, const money::CurrencyTable& currencies) {
    std::string text{to_text(refusal.rejection)};
    if (refusal.available == 0 && refusal.needed == 0) return text;
    const int decimals = currencies.decimals(refusal.currency);
    text += " available ";
    money::append_minor_units(text, refusal.available, decimals);
    if (refusal.needed == 0) return text;
    text += " needed ";
    money::append_minor_units(text, refusal.needed, decimals);
    return text;
}

}  // namespace

std::string describe(const Reply& reply, const money::CurrencyTable& currencies) {
    switch (reply.kind) {
        using enum Reply::Kind;
        case applied:
            if (reply.record.record.entry.postings.empty()) return "done";
            return reply.line().opened ? "posted, wallet opened" : "posted";
        case replayed: return "replayed";
        case found: return "found";
        case wallets: return "wallets";
        case approvals: return "approvals";
        case page: return "page";
        case integrity: return reply.integrity.broken_at == 0 ? "intact" : "broken";
        case policy: return "policy " + std::to_string(reply.own_policy.version);
        case refused:
            return describe(reply.refusal, currencies) + (reply.refusal.replayed ? ", again" : "");
        case failed: return std::string{words_of(reply.failed.kind)};
    }
    unreachable_value();
}

}  // namespace coffer::tests
