#include <algorithm>
#include <cstdio>

#include "base/byte_writer.h"
#include "engine/hold_codec.h"
#include "store_embedded/checkpoint.h"
#include "store_embedded/checkpoint_blocks.h"
#include "store_embedded/crc32c.h"

namespace coffer::store_embedded {
namespace {

inline constexpr std::size_t front_bytes = 9;
inline constexpr std::size_t sum_bytes = 4;

UInt128 get128(ByteReader& in) {
    const UInt128 high = in.fixed<std::uint64_t>();
    return (high << 64) | in.fixed<std::uint64_t>();
}

void take(ByteReader& in, std::span<std::uint8_t> into) {
    const Bytes bytes = in.bytes(into.size());
    if (in.ok()) std::ranges::copy(bytes, into.begin());
}

bool load_start(ByteReader& in, const BookId& book, State& state, CheckpointStart& start) {
    if (in.fixed<std::uint32_t>() != checkpoint_magic ||
        in.fixed<std::uint32_t>() != checkpoint_version) {
        return false;
    }
    take(in, state.genesis.book);
    start.batch_position = in.fixed<std::uint64_t>();
    start.head.sequence = in.fixed<std::uint64_t>();
    start.head.time = {in.fixed<std::int64_t>()};
    take(in, start.head.hash);
    take(in, state.genesis.reference_key);
    take(in, state.genesis.id_key);
    state.genesis.software = in.text(engine::name_bytes_max);
    state.settings.version = in.varint32();
    state.settings.default_currency = {static_cast<std::uint16_t>(in.varint32())};
    state.settings.auto_open_wallets = in.u8() == 1;
    state.policies.set_auto_open_wallets(state.settings.auto_open_wallets);
    if (in.room() != 0) {
        state.epoch.number = in.varint32();
        const std::uint8_t epoch_state = in.u8();
        if (state.epoch.number < 2 || epoch_state < 1 || epoch_state > 2) return false;
        state.epoch.state = static_cast<engine::Epoch::State>(epoch_state);
    }
    return state.genesis.book == book.bytes;
}

bool load_currency(ByteReader& in, State& state) {
    money::CurrencyInfo info;
    info.currency = {static_cast<std::uint16_t>(in.varint32())};
    info.code = in.text(money::currency_code_bytes_max);
    info.decimals = in.u8();
    return in.ok() && info.currency.named() && info.decimals <= money::currency_decimals_max &&
           state.currencies.add(info) == money::CurrencyTable::Added::added;
}

bool load_subject(ByteReader& in, State& state) {
    const std::uint32_t tenant = in.varint32();
    const std::string_view id = in.text(engine::name_bytes_max);
    if (!in.ok() || tenant == 0 || tenant > state.tenants()) return false;
    state.add_subject({tenant}, id);
    return true;
}

bool load_wallet(ByteReader& in, State& state) {
    wallet::Wallet wallet;
    wallet.number = {state.wallets() + 1};
    wallet.id = {get128(in)};
    wallet.tenant = {in.varint32()};
    wallet.owner = {in.varint32()};
    wallet.application = {in.varint32()};
    wallet.currency = {static_cast<std::uint16_t>(in.varint32())};
    const std::uint8_t status = in.u8();
    wallet.available = static_cast<Int128>(in.varint128());
    wallet.held = static_cast<Int128>(in.varint128());
    wallet.open_holds = in.varint32();
    wallet.events = in.varint();
    wallet.transactions = in.varint();
    const std::uint64_t listed = in.varint();
    if (listed >> wallet.counts.size() != 0) return false;
    for (std::size_t i = 0; i < wallet.counts.size(); ++i) {
        wallet.counts[i] = (listed >> i & 1) != 0 ? in.varint() : 0;
    }
    wallet.created_at = {in.fixed<std::int64_t>()};
    wallet.updated_at = {in.fixed<std::int64_t>()};
    Hash link;
    take(in, link);
    const Position last = in.varint();
    if (!in.ok() || status < 1 || status > 3 || wallet.owner.value == 0 ||
        wallet.owner.value > state.subjects() || wallet.events == 0 ||
        wallet.tenant != state.subject(wallet.owner).user.tenant) {
        return false;
    }
    wallet.status = static_cast<wallet::WalletStatus>(status);
    std::vector<Position> levels;
    for (std::uint64_t step = 2; step <= wallet.events && step != 0; step <<= 1) {
        levels.push_back(in.varint());
    }
    if (!in.ok()) return false;
    ResidentWallet& row = state.add_wallet(wallet);
    row.link = link;
    row.history.restore(last, wallet.events, levels);
    return true;
}

bool load_account(ByteReader& in, State& state) {
    ledger::Account account;
    account.ref.tenant = {in.varint32()};
    const std::uint8_t kind = in.u8();
    account.ref.currency = {static_cast<std::uint16_t>(in.varint32())};
    account.balance = in.int128();
    account.postings = in.varint();
    if (!in.ok() || kind < 1 || kind > std::size(ledger::account_kinds)) return false;
    account.ref.kind = static_cast<ledger::AccountKind>(kind);
    state.add_house_account(account);
    return true;
}

bool load_hold(ByteReader& in, State& state) {
    wallet::Hold hold;
    hold.id = {get128(in)};
    hold.wallet = {in.varint32()};
    if (!engine::get_hold_middle(in, hold)) return false;
    hold.ended_at = {in.fixed<std::int64_t>()};
    hold.reason = in.text(engine::text_bytes_max);
    if (!in.ok()) return false;
    state.add_hold(hold);
    return true;
}

bool load_policy(ByteReader& in, State& state) {
    wallet::PolicyLine line;
    if (!engine::get_policy_line(in, line)) return false;
    const Instant created_at{in.fixed<std::int64_t>()};
    const Instant updated_at{in.fixed<std::int64_t>()};
    if (!in.ok() || line.version == 0) return false;
    if (line.application.value == 0) {
        state.policies.set_default(line.version, line.values);
        return true;
    }
    state.policies.restore(line.application, {.version = line.version,
                                              .exists = line.exists,
                                              .fields = line.fields,
                                              .values = line.values,
                                              .created_at = created_at,
                                              .updated_at = updated_at});
    return true;
}

bool load_withdrawn(ByteReader& in, State& state) {
    const std::uint32_t number = in.varint32();
    wallet::Withdrawn sums;
    sums.event = in.varint();
    const Int128 day = in.int128();
    sums.in_day = static_cast<Int128>(in.varint128());
    sums.in_month = static_cast<Int128>(in.varint128());
    if (!in.ok() || number == 0 || sums.event == 0 || day < INT32_MIN || day > INT32_MAX) {
        return false;
    }
    sums.day = static_cast<std::int32_t>(day);
    state.add_withdrawn({number}, sums);
    return true;
}

bool load_refunded(ByteReader& in, State& state) {
    wallet::Refunded refunded;
    refunded.entry = {get128(in)};
    refunded.amount = static_cast<Int128>(in.varint128());
    refunded.refunds = in.varint32();
    const std::uint8_t cancelled = in.u8();
    for (auto& row : refunded.rows) {
        row.wallet = {in.varint32()};
        row.seq = in.varint();
        const std::uint8_t type = in.u8();
        if (type > wallet::transaction_types || row.wallet.value > state.wallets()) return false;
        row.type = static_cast<wallet::TransactionType>(type);
    }
    if (!in.ok() || cancelled > 1) return false;
    refunded.cancelled = cancelled == 1;
    state.add_refunded(refunded);
    return true;
}

bool load_approval(ByteReader& in, State& state) {
    wallet::Approval approval;
    approval.number = {state.approvals() + 1};
    approval.id = {get128(in)};
    approval.wallet = {in.varint32()};
    approval.amount = static_cast<Int128>(in.varint128());
    const std::uint8_t kind = in.u8();
    const std::uint8_t approval_state = in.u8();
    approval.version = in.u8();
    approval.requester = {in.varint32()};
    approval.decider = {in.varint32()};
    approval.created_at = {in.fixed<std::int64_t>()};
    approval.decided_at = {in.fixed<std::int64_t>()};
    approval.remark = in.text(engine::text_bytes_max);
    approval.decision = in.text(engine::text_bytes_max);
    if (!in.ok() || kind < 1 || kind > 3 || approval_state < 1 ||
        approval_state > wallet::approval_states || approval.wallet.value == 0 ||
        approval.wallet.value > state.wallets()) {
        return false;
    }
    approval.kind = static_cast<wallet::ApprovalKind>(kind);
    approval.state = static_cast<wallet::ApprovalState>(approval_state);
    state.add_approval(approval);
    return true;
}

bool load_row(BlockKind kind, ByteReader& in, const BookId& book, State& state,
              CheckpointStart& start) {
    switch (kind) {
        case BlockKind::start: return load_start(in, book, state, start);
        case BlockKind::currencies: return load_currency(in, state);
        case BlockKind::tenants: state.add_tenant(in.text(engine::name_bytes_max)); return in.ok();
        case BlockKind::applications: {
            const std::uint32_t tenant = in.varint32();
            state.add_application({tenant}, in.text(engine::name_bytes_max));
            return in.ok();
        }
        case BlockKind::subjects: return load_subject(in, state);
        case BlockKind::wallets: return load_wallet(in, state);
        case BlockKind::accounts: return load_account(in, state);
        case BlockKind::holds: return load_hold(in, state);
        case BlockKind::policies: return load_policy(in, state);
        case BlockKind::withdrawn: return load_withdrawn(in, state);
        case BlockKind::refunded: return load_refunded(in, state);
        case BlockKind::approvals: return load_approval(in, state);
        case BlockKind::end: return false;
    }
    return false;
}

/// Reads a file from front to back in large pieces and hands out verified blocks.
class BlockFile {
public:
    explicit BlockFile(std::unique_ptr<os::File> file) : file_{std::move(file)} {}

    struct Block {
        BlockKind kind;
        std::uint32_t rows;
        Bytes body;
    };

    /// Nothing at the end of the file or at a block that is not whole and right.
    std::optional<Block> next() {
        if (!have(front_bytes)) return std::nullopt;
        const std::uint8_t* front = bytes_.data() + at_;
        const std::uint32_t size = load_le<std::uint32_t>(front + 5);
        if (size > checkpoint_block_bytes_max || !have(front_bytes + size + sum_bytes)) {
            return std::nullopt;
        }
        front = bytes_.data() + at_;
        const std::uint32_t sum = crc32c_end(crc32c_add(crc32c_begin, front, front_bytes + size));
        if (sum != load_le<std::uint32_t>(front + front_bytes + size)) return std::nullopt;
        at_ += front_bytes + size + sum_bytes;
        return Block{static_cast<BlockKind>(front[0]),
                     load_le<std::uint32_t>(front + 1),
                     {front + front_bytes, size}};
    }

private:
    bool have(std::size_t count) {
        while (bytes_.size() - at_ < count) {
            bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(at_));
            at_ = 0;
            const std::size_t kept = bytes_.size();
            bytes_.resize(kept + checkpoint_block_bytes_max);
            const auto got = file_->read_at(
                offset_, {bytes_.data() + kept, std::size_t{checkpoint_block_bytes_max}});
            bytes_.resize(kept + (got ? *got : 0));
            if (!got || *got == 0) return false;
            offset_ += *got;
        }
        return true;
    }

    std::unique_ptr<os::File> file_;
    std::vector<std::uint8_t> bytes_;
    std::size_t at_ = 0;
    std::uint64_t offset_ = 0;
};

}  // namespace

Result<CheckpointStart, Fault> load_checkpoint(os::FileSystem& files, const std::string& path,
                                               const BookId& book, State& state) {
    auto file = files.open(path, os::Open::read);
    if (!file) return file.error();
    BlockFile blocks{std::move(*file)};
    CheckpointStart start;
    std::uint64_t rows = 0;
    while (const auto block = blocks.next()) {
        ByteReader in{block->body};
        if (block->kind == BlockKind::end) {
            const bool complete = in.fixed<std::uint64_t>() == rows;
            start.copied_until = in.fixed<std::uint64_t>();
            if (complete && in.ok() && in.room() == 0) return start;
            break;
        }
        if ((rows == 0) != (block->kind == BlockKind::start)) break;
        bool loaded = true;
        for (std::uint32_t i = 0; i < block->rows && loaded; ++i) {
            loaded = load_row(block->kind, in, book, state, start);
        }
        if (!loaded || in.room() != 0) break;
        rows += block->rows;
    }
    return Fault{Fault::Kind::storage_corrupt, "the checkpoint " + path + " is damaged"};
}

std::string checkpoint_path(std::uint64_t sequence) {
    char name[64];
    std::snprintf(name, sizeof name, "checkpoint/%020llu.checkpoint",
                  static_cast<unsigned long long>(sequence));
    return name;
}

Result<std::vector<std::uint64_t>, Fault> list_checkpoints(os::FileSystem& files) {
    const auto there = files.exists("checkpoint");
    if (!there) return there.error();
    std::vector<std::uint64_t> sequences;
    if (!*there) return sequences;
    const auto names = files.list("checkpoint");
    if (!names) return names.error();
    for (const std::string& name : *names) {
        std::uint64_t sequence = 0;
        if (name.size() != 31 || !name.ends_with(".checkpoint")) continue;
        for (std::size_t i = 0; i < 20; ++i) {
            sequence = sequence * 10 + static_cast<std::uint64_t>(name[i] - '0');
        }
        if (checkpoint_path(sequence) == "checkpoint/" + name) sequences.push_back(sequence);
    }
    std::ranges::sort(sequences, std::greater<>{});
    return sequences;
}

}  // namespace coffer::store_embedded
