#include <functional>

#include "base/byte_writer.h"
#include "engine/hold_codec.h"
#include "store_embedded/checkpoint.h"
#include "store_embedded/checkpoint_blocks.h"
#include "store_embedded/crc32c.h"

namespace coffer::store_embedded {
namespace {

inline constexpr std::size_t body_bytes = 256 * 1024;
inline constexpr std::uint32_t rows_a_block = 512;

void put128(ByteWriter& out, UInt128 value) {
    out.fixed(static_cast<std::uint64_t>(value >> 64));
    out.fixed(static_cast<std::uint64_t>(value));
}

void put_wallet(ByteWriter& out, const ResidentWallet& row) {
    const wallet::Wallet& wallet = row.wallet;
    put128(out, wallet.id.value);
    out.varint(wallet.tenant.value);
    out.varint(wallet.owner.value);
    out.varint(wallet.application.value);
    out.varint(wallet.currency.number);
    out.u8(static_cast<std::uint8_t>(wallet.status));
    out.varint128(static_cast<UInt128>(wallet.available));
    out.varint128(static_cast<UInt128>(wallet.held));
    out.varint(wallet.open_holds);
    out.varint(wallet.events);
    out.varint(wallet.transactions);
    std::uint64_t listed = 0;
    for (std::size_t i = 0; i < wallet.counts.size(); ++i) {
        if (wallet.counts[i] != 0) listed |= std::uint64_t{1} << i;
    }
    out.varint(listed);
    for (const std::uint64_t count : wallet.counts) {
        if (count != 0) out.varint(count);
    }
    out.fixed(wallet.created_at.unix_ms);
    out.fixed(wallet.updated_at.unix_ms);
    out.bytes(row.link);
    out.varint(row.history.last());
    for (const Position level : row.history.levels()) out.varint(level);
}

void put_hold(ByteWriter& out, const wallet::Hold& hold) {
    put128(out, hold.id.value);
    out.varint(hold.wallet.value);
    engine::put_hold_middle(out, hold);
    out.fixed(hold.ended_at.unix_ms);
    out.text(hold.reason);
}

void put_policy(ByteWriter& out, wallet::ApplicationNumber application,
                const wallet::OwnPolicy& own) {
    engine::put_policy_line(out, {.application = application,
                                  .version = own.version,
                                  .exists = own.exists,
                                  .fields = own.fields,
                                  .values = own.values});
    out.fixed(own.created_at.unix_ms);
    out.fixed(own.updated_at.unix_ms);
}

void put_refunded(ByteWriter& out, const wallet::Refunded& refunded) {
    put128(out, refunded.entry.value);
    out.varint128(static_cast<UInt128>(refunded.amount));
    out.varint(refunded.refunds);
    out.u8(refunded.cancelled ? 1 : 0);
    for (const auto& row : refunded.rows) {
        out.varint(row.wallet.value);
        out.varint(row.seq);
        out.u8(static_cast<std::uint8_t>(row.type));
    }
}

void put_approval(ByteWriter& out, const wallet::Approval& approval) {
    put128(out, approval.id.value);
    out.varint(approval.wallet.value);
    out.varint128(static_cast<UInt128>(approval.amount));
    out.u8(static_cast<std::uint8_t>(approval.kind));
    out.u8(static_cast<std::uint8_t>(approval.state));
    out.u8(approval.version);
    out.varint(approval.requester.value);
    out.varint(approval.decider.value);
    out.fixed(approval.created_at.unix_ms);
    out.fixed(approval.decided_at.unix_ms);
    out.text(approval.remark);
    out.text(approval.decision);
}

}  // namespace

CheckpointCopy::CheckpointCopy(const State& state, const BookId& book, const CheckpointStart& start)
    : state_{state},
      book_{book},
      start_{start},
      counts_{state.next_numbers()},
      memory_{std::make_unique_for_overwrite<std::uint8_t[]>(body_bytes)},
      body_{memory_.get(), body_bytes} {}

void CheckpointCopy::block(std::vector<std::uint8_t>& out, std::uint8_t kind, std::uint32_t rows,
                           Bytes body) {
    std::array<std::uint8_t, 9> front;
    front[0] = kind;
    store_le(&front[1], rows);
    store_le(&front[5], static_cast<std::uint32_t>(body.size()));
    std::uint32_t crc = crc32c_add(crc32c_begin, front.data(), front.size());
    crc = crc32c_end(crc32c_add(crc, body.data(), body.size()));
    out.insert(out.end(), front.begin(), front.end());
    out.insert(out.end(), body.begin(), body.end());
    std::array<std::uint8_t, 4> sum;
    store_le(sum.data(), crc);
    out.insert(out.end(), sum.begin(), sum.end());
    rows_ += rows;
}

void CheckpointCopy::copy_names(std::vector<std::uint8_t>& out) {
    ByteWriter start{body_};
    start.fixed(checkpoint_magic);
    start.fixed(checkpoint_version);
    start.bytes(book_.bytes);
    start.fixed(start_.batch_position);
    start.fixed(start_.head.sequence);
    start.fixed(start_.head.time.unix_ms);
    start.bytes(start_.head.hash);
    start.bytes(state_.genesis.reference_key);
    start.bytes(state_.genesis.id_key);
    start.text(state_.genesis.software);
    start.varint(state_.settings.version);
    start.varint(state_.settings.default_currency.number);
    start.u8(state_.settings.auto_open_wallets ? 1 : 0);
    if (state_.epoch != engine::Epoch{}) {  // a book that was never restored says nothing of it
        start.varint(state_.epoch.number);
        start.u8(static_cast<std::uint8_t>(state_.epoch.state));
    }
    block(out, static_cast<std::uint8_t>(BlockKind::start), 1, {body_.data(), start.size()});

    ByteWriter currencies{body_};
    const auto all = state_.currencies.all();
    for (const auto& info : all) {
        currencies.varint(info.currency.number);
        currencies.text(info.code);
        currencies.u8(static_cast<std::uint8_t>(info.decimals));
    }
    block(out, static_cast<std::uint8_t>(BlockKind::currencies),
          static_cast<std::uint32_t>(all.size()), {body_.data(), currencies.size()});

    for (std::uint32_t number = 1; number < counts_.tenant; ++number) {
        ByteWriter tenant{body_};
        tenant.text(state_.tenant(wallet::TenantNumber{number}).id);
        block(out, static_cast<std::uint8_t>(BlockKind::tenants), 1, {body_.data(), tenant.size()});
    }
    for (std::uint32_t number = 1; number < counts_.application; ++number) {
        ByteWriter application{body_};
        const auto& row = state_.application(wallet::ApplicationNumber{number});
        application.varint(row.tenant.value);
        application.text(row.id);
        block(out, static_cast<std::uint8_t>(BlockKind::applications), 1,
              {body_.data(), application.size()});
    }
}

bool CheckpointCopy::copy_subjects(std::vector<std::uint8_t>& out) {
    ByteWriter body{body_};
    std::uint32_t rows = 0;
    for (; done_ + 1 < counts_.subject && rows < rows_a_block; ++rows) {
        const wallet::User& user = state_.subject(wallet::SubjectNumber{++done_}).user;
        body.varint(user.tenant.value);
        body.text(user.id);
    }
    if (rows != 0) {
        block(out, static_cast<std::uint8_t>(BlockKind::subjects), rows,
              {body_.data(), body.size()});
    }
    return done_ + 1 == counts_.subject;
}

bool CheckpointCopy::copy_wallets(std::vector<std::uint8_t>& out) {
    ByteWriter body{body_};
    std::uint32_t rows = 0;
    for (; done_ + 1 < counts_.wallet && rows < rows_a_block / 2; ++rows) {
        put_wallet(body, state_.wallet(wallet::WalletNumber{++done_}));
    }
    if (rows != 0) {
        block(out, static_cast<std::uint8_t>(BlockKind::wallets), rows,
              {body_.data(), body.size()});
    }
    return done_ + 1 == counts_.wallet;
}

void CheckpointCopy::copy_accounts(std::vector<std::uint8_t>& out) {
    for (const auto& [ref, account] : state_.house_accounts()) {
        ByteWriter body{body_};
        body.varint(ref.tenant.value);
        body.u8(static_cast<std::uint8_t>(ref.kind));
        body.varint(ref.currency.number);
        body.int128(account.balance);
        body.varint(account.postings);
        block(out, static_cast<std::uint8_t>(BlockKind::accounts), 1, {body_.data(), body.size()});
    }
}

bool CheckpointCopy::copy_holds(std::vector<std::uint8_t>& out) {
    // One shard a step, whole: a hash table has no place to come back to.
    state_.visit_holds(done_, [&](const wallet::Hold& hold) {
        ByteWriter body{body_};
        put_hold(body, hold);
        block(out, static_cast<std::uint8_t>(BlockKind::holds), 1, {body_.data(), body.size()});
    });
    return ++done_ == State::shards;
}

void CheckpointCopy::copy_policies(std::vector<std::uint8_t>& out) {
    const auto one = [&](wallet::ApplicationNumber application, const wallet::OwnPolicy& own) {
        ByteWriter body{body_};
        put_policy(body, application, own);
        block(out, static_cast<std::uint8_t>(BlockKind::policies), 1, {body_.data(), body.size()});
    };
    if (state_.policies.default_version() != 0) {
        one({}, {.version = state_.policies.default_version(),
                 .exists = true,
                 .fields = engine::in_default,
                 .values = state_.policies.configured()});
    }
    state_.policies.visit_own(one);
}

bool CheckpointCopy::copy_withdrawn(std::vector<std::uint8_t>& out) {
    const Withdrawals& all = state_.withdrawals();
    if (done_ >= all.chunks()) return true;
    ByteWriter body{body_};
    std::uint32_t rows = 0;
    all.visit(done_, [&](std::uint32_t number, const wallet::Withdrawn& sums) {
        body.varint(number);
        body.varint(sums.event);
        body.int128(sums.day);
        body.varint128(static_cast<UInt128>(sums.in_day));
        body.varint128(static_cast<UInt128>(sums.in_month));
        ++rows;
    });
    if (rows != 0) {
        block(out, static_cast<std::uint8_t>(BlockKind::withdrawn), rows,
              {body_.data(), body.size()});
    }
    return ++done_ >= all.chunks();
}

bool CheckpointCopy::copy_refunded(std::vector<std::uint8_t>& out) {
    state_.visit_refunded(done_, [&](const wallet::Refunded& refunded) {
        ByteWriter body{body_};
        put_refunded(body, refunded);
        block(out, static_cast<std::uint8_t>(BlockKind::refunded), 1, {body_.data(), body.size()});
    });
    return ++done_ == State::shards;
}

bool CheckpointCopy::copy_approvals(std::vector<std::uint8_t>& out) {
    if (done_ + 1 < counts_.approval) {
        ByteWriter body{body_};
        put_approval(body, state_.approval(wallet::ApprovalNumber{++done_}));
        block(out, static_cast<std::uint8_t>(BlockKind::approvals), 1, {body_.data(), body.size()});
    }
    return done_ + 1 == counts_.approval;
}

void CheckpointCopy::copy_end(std::vector<std::uint8_t>& out, std::uint64_t sequence) {
    ByteWriter body{body_};
    body.fixed(rows_);
    body.fixed(sequence);
    block(out, static_cast<std::uint8_t>(BlockKind::end), 0, {body_.data(), body.size()});
}

bool CheckpointCopy::slice(std::vector<std::uint8_t>& out, std::uint64_t sequence,
                           const std::function<bool()>& stop) {
    const auto move_on = [this](Stage next) {
        stage_ = next;
        done_ = 0;
    };
    for (bool first = true; first || !stop(); first = false) {
        switch (stage_) {
            case Stage::names:
                copy_names(out);
                move_on(Stage::subjects);
                break;
            case Stage::subjects:
                if (copy_subjects(out)) move_on(Stage::wallets);
                break;
            case Stage::wallets:
                if (copy_wallets(out)) move_on(Stage::accounts);
                break;
            case Stage::accounts:
                copy_accounts(out);
                move_on(Stage::holds);
                break;
            case Stage::holds:
                if (copy_holds(out)) move_on(Stage::refunded);
                break;
            case Stage::refunded:
                if (copy_refunded(out)) move_on(Stage::approvals);
                break;
            case Stage::approvals:
                if (copy_approvals(out)) move_on(Stage::policies);
                break;
            case Stage::policies:
                copy_policies(out);
                move_on(Stage::withdrawn);
                break;
            case Stage::withdrawn:
                if (copy_withdrawn(out)) move_on(Stage::end);
                break;
            case Stage::end: copy_end(out, sequence); return true;
        }
    }
    return false;
}

}  // namespace coffer::store_embedded
