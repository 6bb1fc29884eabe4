#include "report/compare_checkpoint.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "report/checkpoint_file.h"

namespace coffer::report {
namespace {

inline constexpr std::string_view folder = "checkpoint";
inline constexpr std::string_view ending = ".checkpoint";
inline constexpr std::size_t sequence_digits = 20;

bool is_checkpoint(std::string_view name) {
    return name.size() == sequence_digits + ending.size() && name.ends_with(ending) &&
           std::ranges::all_of(name.substr(0, sequence_digits),
                               [](char c) { return c >= '0' && c <= '9'; });
}

/// A running digest over the names of one kind.
struct NameSum {
    std::uint64_t count = 0;
    Hash hash{};

    void add(Sha256& sha, std::uint64_t tenant, std::string_view text) {
        std::uint8_t number[8];
        store_le(number, tenant);
        hash = sha.start().add(hash).add(number).add(as_bytes(text)).finish();
        ++count;
    }
    friend bool operator==(const NameSum&, const NameSum&) = default;
};

}  // namespace

/// One file, in short.
class CheckpointComparison::Loaded final : public CheckpointRows {
public:
    explicit Loaded(std::string path) : path_{std::move(path)} {}

    void start(const CheckpointStart& row) override { start_ = row; }
    void currency(const CurrencyBody& row) override {
        currencies_.push_back(
            {static_cast<std::uint16_t>(row.number), std::string{row.code}, row.decimals});
    }
    void name(NameKind kind, const CheckpointName& row) override {
        names_[static_cast<std::size_t>(kind) - 1].add(sha_, row.tenant, row.text);
    }
    void wallet(const CheckpointWallet& row) override {
        wallets_.push_back({row.events, row.digest(sha_)});
    }
    void account(const CheckpointAccount& row) override {
        accounts_.emplace(account_key(row.tenant, row.currency, row.account), Account{row});
    }
    void hold(const CheckpointHold& row) override {
        Held held{row, std::string{row.reason}};
        holds_.emplace(row.id, std::move(held));
    }
    void policy(const CheckpointPolicy& row) override {
        policies_.emplace(row.body.application, Versioned<CheckpointPolicy>{row});
        policies_.at(row.body.application).values.assign(as_text(row.body.values));
    }
    void withdrawn(const CheckpointWithdrawn& row) override {
        withdrawn_.emplace(row.wallet, Versioned<CheckpointWithdrawn>{row});
    }
    void refund(const CheckpointRefund& row) override { refunds_.emplace(row.entry, Refund{row}); }
    void approval(const CheckpointApproval& row) override {
        approvals_.push_back({row, std::string{row.remark}, std::string{row.decision}});
    }
    void end(std::uint64_t until) override { until_ = until; }

    [[nodiscard]] const CheckpointStart& started() const { return start_; }

    void wrong(Findings& findings, std::string_view field, std::string_view what) const {
        const Place place = findings.place();
        findings.add(Rule::checkpoint, field, path_ + ": " + std::string{what});
        findings.at(place);
    }

    void movement_taken(const Judged& judged);
    void wallet_changed(const Judged& judged, const TrackedWallet& wallet);
    void account_changed(const Judged& judged, const PostingLine& posting);
    void hold_changed(const Judged& judged, const Hold& hold);
    void policy_changed(const Judged& judged, std::uint64_t application);
    void withdrawn_changed(const Judged& judged, std::uint64_t wallet);
    void refund_changed(const Judged& judged);
    void approval_changed(const Judged& judged);
    void batch_taken(const BatchView& batch, BookState& state, const SetupChecks& setup,
                     Findings& findings);
    void finish(Findings& findings);

private:
    struct Wallet {
        std::uint64_t events = 0;
        Key128 digest;
    };
    struct Account {
        CheckpointAccount row;
        bool compared = false;
    };
    struct Held {
        CheckpointHold row;  ///< its text is the one beside it
        std::string reason;
        bool compared = false;
    };

    template <class Row>
    struct Versioned {
        Row row;
        std::string values{};
        bool compared = false;
    };
    struct Refund {
        CheckpointRefund row;
        bool compared = false;
    };

    struct Approved {
        CheckpointApproval row;  ///< its texts are those beside it
        std::string remark;
        std::string decision;
        bool compared = false;
    };

    static std::uint64_t account_key(std::uint64_t tenant, std::uint64_t currency,
                                     std::uint8_t account) {
        return (tenant << 24) | ((currency & 0xffff) << 8) | account;
    }
    void compare_start(const BatchView& batch, BookState& state, const SetupChecks& setup,
                       Findings& findings);
    void compare_end(Findings& findings);

    std::string path_;
    Sha256 sha_;
    CheckpointStart start_;
    std::uint64_t until_ = 0;
    bool started_ = false;
    bool ended_ = false;
    std::vector<KnownCurrencies::Info> currencies_;
    std::array<NameSum, 3> names_;
    std::vector<Wallet> wallets_;
    std::uint64_t wallets_compared_ = 0;
    std::unordered_map<std::uint64_t, Account> accounts_;
    std::unordered_map<UInt128, Held, HoldChecks::IdHash> holds_;
    std::map<std::uint64_t, Versioned<CheckpointPolicy>> policies_;
    std::unordered_map<std::uint64_t, Versioned<CheckpointWithdrawn>> withdrawn_;
    std::unordered_map<UInt128, Refund, HoldChecks::IdHash> refunds_;
    std::vector<Approved> approvals_;  // by number
};

void CheckpointComparison::Loaded::movement_taken(const Judged& judged) {
    const Movement& movement = judged.movement();
    for (const Line& line : movement.lines) {
        if (const TrackedWallet* wallet = judged.state.wallet(line.wallet)) {
            wallet_changed(judged, *wallet);
        }
    }
    for (const PostingLine& posting : movement.postings) {
        if (posting.account != 2 && posting.account != 3) account_changed(judged, posting);
    }
    for (const Hold& hold : movement.holds) hold_changed(judged, hold);
    if (judged.record.kind == Kind::policy) policy_changed(judged, movement.policy.application);
    if (movement.has_withdrawn && !movement.lines.empty()) {
        withdrawn_changed(judged, movement.lines[0].wallet);
    }
    if (judged.record.kind == Kind::refund) refund_changed(judged);
    if (has_approval(judged.record.kind)) approval_changed(judged);
}

void CheckpointComparison::Loaded::policy_changed(const Judged& judged, std::uint64_t application) {
    const auto found = policies_.find(application);
    const auto known = judged.state.policies.find(application);
    if (found == policies_.end() || known == judged.state.policies.end()) return;
    const TrackedPolicy& truth = known->second;
    const CheckpointPolicy& row = found->second.row;
    if (row.body.version != truth.version) return;
    found->second.compared = true;
    // The default has no times of its own.
    const bool times = application == 0
                           ? row.created == 0 && row.updated == 0
                           : row.created == truth.created_at && row.updated == truth.updated_at;
    if (times && row.body.exists == truth.exists && found->second.values == truth.values) return;
    wrong(judged.findings, "policies",
          "the policy of application " + std::to_string(application) +
              " differs from the book at version " + std::to_string(truth.version));
}

void CheckpointComparison::Loaded::withdrawn_changed(const Judged& judged, std::uint64_t wallet) {
    const auto found = withdrawn_.find(wallet);
    if (found == withdrawn_.end()) return;
    const TrackedWithdrawn& truth = judged.state.withdrawn[wallet];
    const CheckpointWithdrawn& row = found->second.row;
    if (row.event != truth.event) return;
    found->second.compared = true;
    if (row.sums.day == truth.day && row.sums.in_day == static_cast<UInt128>(truth.in_day) &&
        row.sums.in_month == static_cast<UInt128>(truth.in_month)) {
        return;
    }
    wrong(judged.findings, "withdrawn",
          "what wallet " + std::to_string(wallet) + " has withdrawn differs from the book");
}

void CheckpointComparison::Loaded::wallet_changed(const Judged& judged,
                                                  const TrackedWallet& wallet) {
    if (wallet.number > wallets_.size()) return;
    const Wallet& row = wallets_[wallet.number - 1];
    if (row.events != wallet.events) return;
    ++wallets_compared_;
    const auto truth = CheckpointWallet::of(wallet, judged.state.steps);
    if (truth.digest(sha_) == row.digest) return;
    wrong(judged.findings, "wallets",
          "wallet " + std::to_string(wallet.number) + " (" +
              public_id_text(wallet_prefix, wallet.id) + ") differs from the book at event " +
              std::to_string(wallet.events));
}

void CheckpointComparison::Loaded::account_changed(const Judged& judged,
                                                   const PostingLine& posting) {
    const std::uint64_t tenant = judged.movement().tenant;
    const auto found = accounts_.find(account_key(tenant, posting.currency, posting.account));
    if (found == accounts_.end()) return;
    const HouseAccount& truth =
        judged.state.house_account(static_cast<std::uint32_t>(tenant),
                                   static_cast<std::uint16_t>(posting.currency), posting.account);
    if (found->second.row.postings != truth.postings) return;
    found->second.compared = true;
    if (found->second.row.balance == truth.balance) return;
    wrong(judged.findings, "accounts of the house",
          "a balance differs from the book at posting " + std::to_string(truth.postings));
}

void CheckpointComparison::Loaded::hold_changed(const Judged& judged, const Hold& hold) {
    const auto found = holds_.find(hold.id);
    if (found == holds_.end()) {
        if (judged.batch.sequence <= start_.sequence) {
            wrong(judged.findings, "holds", public_id_text(hold_prefix, hold.id) + " is missing");
        }
        return;
    }
    Held& held = found->second;
    if (held.row.version != hold.version) return;
    held.compared = true;
    const bool open = hold.state == HoldState::open;
    const CheckpointHold truth{hold.id,
                               hold.wallet,
                               hold.amount,
                               static_cast<std::uint8_t>(hold.state),
                               hold.parts,
                               hold.version,
                               hold.opened_at,
                               hold.expires_at,
                               hold.captured,
                               open ? 0 : judged.batch.time.unix_ms,
                               open ? hold.reason : std::string_view{}};
    held.row.reason = held.reason;
    const std::string_view field = truth.difference(held.row);
    if (field.empty()) return;
    wrong(judged.findings, "holds",
          public_id_text(hold_prefix, hold.id) + " differs from the book: " + std::string{field});
}

void CheckpointComparison::Loaded::refund_changed(const Judged& judged) {
    const RefundBody& body = judged.movement().refund;
    const auto found = refunds_.find(body.entry);
    const std::string name = public_id_text(entry_prefix, body.entry);
    if (found == refunds_.end()) {
        if (judged.batch.sequence <= start_.sequence) {
            wrong(judged.findings, "refunds", "that of " + name + " is missing");
        }
        return;
    }
    Refund& refund = found->second;
    if (refund.row.refunds != body.refunds) return;
    refund.compared = true;
    const CheckpointRefund truth{body.entry, body.amount, body.refunds,
                                 body.cancels ? std::uint8_t{1} : std::uint8_t{0}, body.rows};
    const std::string_view field = truth.difference(refund.row);
    if (field.empty()) return;
    wrong(judged.findings, "refunds",
          "that of " + name + " differs from the book: " + std::string{field});
}

void CheckpointComparison::Loaded::approval_changed(const Judged& judged) {
    const Movement& movement = judged.movement();
    const ApprovalBody& body = movement.approval;
    if (body.number == 0 || body.number > approvals_.size()) {
        if (judged.batch.sequence <= start_.sequence) {
            wrong(judged.findings, "approvals", std::to_string(body.number) + " is missing");
        }
        return;
    }
    Approved& approval = approvals_[body.number - 1];
    const CheckpointApproval& row = approval.row;
    const bool decided = body.state != ApprovalState::pending;
    const bool asked = !decided || body.state == ApprovalState::auto_approved;
    if (row.version != body.version) return;
    approval.compared = true;
    const bool same =
        row.id == body.id && row.wallet == body.wallet && row.amount == body.amount &&
        row.kind == static_cast<std::uint8_t>(body.kind) &&
        row.state == static_cast<std::uint8_t>(body.state) && row.requester == body.requester &&
        row.decider == (asked ? 0 : movement.actor) && row.created == body.created_at &&
        row.decided == (decided ? judged.batch.time.unix_ms : 0) &&
        approval.remark == body.remark &&
        approval.decision == (asked ? std::string_view{} : movement.description);
    if (!same) {
        wrong(judged.findings, "approvals", std::to_string(body.number) + " differs from the book");
    }
}

void CheckpointComparison::Loaded::compare_start(const BatchView& batch, BookState& state,
                                                 const SetupChecks& setup, Findings& findings) {
    const auto demand = [&](bool holds, std::string_view field) {
        if (!holds) wrong(findings, field, "differs from the book at batch S");
    };
    demand(start_.position == batch.base + batch.offset, "position of batch S");
    demand(start_.time == batch.time.unix_ms, "time of batch S");
    demand(start_.hash == batch.hash, "hash of batch S");
    demand(start_.reference_key == setup.genesis.reference_key, "reference key");
    demand(start_.id_key == setup.genesis.id_key, "id key");
    demand(start_.software == setup.software, "software");
    demand(start_.settings == state.settings, "settings");
    demand(start_.epoch == state.epoch, "epoch");
    auto known = state.currencies.all();
    std::ranges::sort(known, {}, &KnownCurrencies::Info::number);
    std::ranges::sort(currencies_, {}, &KnownCurrencies::Info::number);
    demand(known == currencies_, "currencies");
    constexpr std::string_view kinds[] = {"tenants", "applications", "subjects"};
    for (std::size_t i = 0; i < names_.size(); ++i) {
        const auto kind = static_cast<NameKind>(i + 1);
        NameSum truth;
        for (std::uint64_t number = 1; number <= state.names.count(kind); ++number) {
            truth.add(sha_, i == 0 ? 0 : state.names.tenant_of(kind, number),
                      state.names.text(kind, number));
        }
        demand(truth == names_[i], kinds[i]);
    }
    demand(state.wallets.size() == wallets_.size(), "number of wallets");
    for (std::size_t i = 0; i < std::min(state.wallets.size(), wallets_.size()); ++i) {
        if (wallets_[i].events >= state.wallets[i].events) continue;
        wrong(findings, "wallets", "wallet " + std::to_string(i + 1) + " is older than at batch S");
    }
    for (const HouseAccount& account : state.house) {
        const auto found =
            accounts_.find(account_key(account.tenant, account.currency, account.account));
        const bool good =
            found != accounts_.end() && found->second.row.postings >= account.postings;
        demand(good, "accounts of the house");
    }
    for (const auto& [application, policy] : state.policies) {
        const auto found = policies_.find(application);
        demand(found != policies_.end() && found->second.row.body.version >= policy.version,
               "policies");
    }
    for (const auto& [wallet, sums] : state.withdrawn) {
        const auto found = withdrawn_.find(wallet);
        demand(found != withdrawn_.end() && found->second.row.event >= sums.event, "withdrawn");
    }
}

void CheckpointComparison::Loaded::compare_end(Findings& findings) {
    const auto never = [&](std::string_view field) {
        wrong(findings, field, "states a version that the book does not reach by batch E");
    };
    if (wallets_compared_ < wallets_.size()) never("wallets");
    for (const auto& [key, account] : accounts_) {
        if (!account.compared) never("accounts of the house");
    }
    for (const auto& [id, held] : holds_) {
        if (!held.compared) never("holds");
    }
    for (const auto& [application, policy] : policies_) {
        if (!policy.compared) never("policies");
    }
    for (const auto& [wallet, sums] : withdrawn_) {
        if (!sums.compared) never("withdrawn");
    }
    for (const auto& [entry, refund] : refunds_) {
        if (!refund.compared) never("refunds");
    }
    for (const Approved& approval : approvals_) {
        if (!approval.compared) never("approvals");
    }
}

void CheckpointComparison::Loaded::batch_taken(const BatchView& batch, BookState& state,
                                               const SetupChecks& setup, Findings& findings) {
    if (batch.sequence == start_.sequence) {
        started_ = true;
        compare_start(batch, state, setup, findings);
    }
    if (batch.sequence == until_) {
        ended_ = true;
        compare_end(findings);
    }
}

void CheckpointComparison::Loaded::finish(Findings& findings) {
    if (started_ && ended_) return;
    wrong(findings, "sequence",
          "it was made at batches " + std::to_string(start_.sequence) + " to " +
              std::to_string(until_) + ", which the book does not have: the book was cut off");
}

CheckpointComparison::CheckpointComparison() = default;
CheckpointComparison::~CheckpointComparison() = default;

Result<Ok, Fault> CheckpointComparison::load(os::FileSystem& files, const BookFiles& book,
                                             Findings& findings) {
    const auto there = files.exists(folder);
    if (!there) return there.error();
    if (!*there) return Ok{};
    auto names = files.list(folder);
    if (!names) return names.error();
    for (const std::string& name : *names) {
        if (!is_checkpoint(name)) continue;
        const std::string path = std::string{folder} + "/" + name;
        auto file = files.open(path, os::Open::read);
        if (!file) {
            // A serving process removes the oldest when it has made a new one.
            const auto still = files.exists(path);
            if (still && !*still) continue;
            return file.error();
        }
        auto loaded = std::make_unique<Loaded>(path);
        const auto wrong = read_checkpoint(**file, *loaded);
        if (!wrong) return wrong.error();
        findings.at({});
        if (!wrong->empty()) {
            loaded->wrong(findings, "file", *wrong);
            continue;
        }
        const bool named =
            std::stoull(name.substr(0, sequence_digits)) == loaded->started().sequence;
        if (!named || loaded->started().book != book.book) {
            loaded->wrong(findings, "book id", "it is of another book or batch than it should be");
            continue;
        }
        loaded_.push_back(std::move(loaded));
    }
    return Ok{};
}

void CheckpointComparison::movement_taken(const Judged& judged) {
    for (const auto& loaded : loaded_) loaded->movement_taken(judged);
}

void CheckpointComparison::policy_taken(const Judged& judged) {
    for (const auto& loaded : loaded_) loaded->policy_changed(judged, 0);
}

void CheckpointComparison::batch_taken(const BatchView& batch, BookState& state,
                                       const SetupChecks& setup, Findings& findings) {
    for (const auto& loaded : loaded_) loaded->batch_taken(batch, state, setup, findings);
}

void CheckpointComparison::finish(Findings& findings) {
    for (const auto& loaded : loaded_) loaded->finish(findings);
}

}  // namespace coffer::report
