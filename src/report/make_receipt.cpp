#include "money/decimal.h"
#include "report/exporter.h"
#include "report/receipt.h"

namespace coffer::report {
namespace {

/// Finds one row while the book is read, and keeps what its receipt is made of.
class ReceiptMaker final : public Exporter {
public:
    ReceiptMaker(std::string_view wanted, const HeadKey& key) : wanted_{wanted}, key_{key} {}

    void record(const Exported& exported, std::string&) override {
        const BatchView& batch = exported.batch;
        if (batch.sequence != sequence_) {
            sequence_ = batch.sequence;
            previous_hash_ = std::exchange(hash_, batch.hash);
        }
        if (!is_movement(exported.record.kind)) return;
        const Movement& movement = exported.record.movement;
        for (std::size_t i = 0; i < movement.lines.size() && !receipt_; ++i) {
            if (movement.lines[i].type == RowType::none) continue;
            const IdPlace place = i == 0 ? IdPlace::row : IdPlace::second_row;
            const UInt128 id = exported.state.id(batch, exported.record, place);
            if (public_id_text(row_prefix, id) == wanted_) make(exported, movement.lines[i], i);
        }
    }
    void end(const BatchView&, std::string&) override {}
    [[nodiscard]] bool done() const override { return receipt_.has_value(); }
    [[nodiscard]] std::optional<Receipt>& receipt() { return receipt_; }

private:
    void make(const Exported& exported, const Line& line, std::size_t index) {
        const BatchView& batch = exported.batch;
        Receipt& receipt = receipt_.emplace();
        receipt.record.assign(exported.view.bytes.begin(), exported.view.bytes.end());
        for (const RecordView& view : batch.records) receipt.record_hashes.push_back(view.hash);
        receipt.previous_hash = previous_hash_;
        receipt.head = key_.sign(BookHead{.book = exported.state.book,
                                          .epoch = exported.state.epoch.number,
                                          .sequence = batch.sequence,
                                          .time = batch.time,
                                          .hash = batch.hash});
        receipt.statement = statement(exported, line, index);
        receipt.signature = key_.sign(receipt.statement);
    }

    std::string statement(const Exported& exported, const Line& line, std::size_t index) const {
        const Movement& movement = exported.record.movement;
        const ExportState& state = exported.state;
        const auto* currency = state.currencies.find(line.currency);
        std::string out = "coffer-receipt 1\n";
        const auto add = [&out](std::string_view name, std::string_view value) {
            if (!value.empty()) out.append(name).append(" ").append(value).append("\n");
        };
        const auto add_money = [&](std::string_view name, UInt128 amount) {
            std::string text;
            money::append_minor_units(text, static_cast<Int128>(amount), currency->decimals);
            add(name, text + " " + currency->code);
        };
        add("transaction", wanted_);
        add("entry", public_id_text(entry_prefix, exported.state.id(exported.batch, exported.record,
                                                                    IdPlace::entry)));
        add("kind", name_of(exported.record.kind));
        add("type", name_of(line.type));
        add("tenant", state.tenant(movement.tenant));
        add("wallet", public_id_text(wallet_prefix, state.wallets[line.wallet - 1].id));
        // The second line of a transfer is the payee's.
        add("user", state.subject(index == 0 ? movement.user : movement.counterparty));
        add("counterparty", state.subject(index == 0 ? movement.counterparty : movement.user));
        add("reference", movement.reference);
        add_money("amount", movement.amount);
        add_money("balance_after", line.available + line.held);
        add("seq", std::to_string(line.transactions));
        add("time", to_text(exported.batch.time));
        add("record", to_hex(exported.view.hash));
        add("ordinal", std::to_string(exported.record.ordinal));
        add("batch", std::to_string(exported.batch.sequence) + " " + to_hex(exported.batch.hash));
        return out;
    }

    std::string wanted_;
    const HeadKey& key_;
    std::uint64_t sequence_ = 0;
    Hash hash_{};
    Hash previous_hash_{};
    std::optional<Receipt> receipt_;
};

}  // namespace

Result<Receipt, Fault> make_receipt(os::FileSystem& files, const HeadKey& key,
                                    std::string_view transaction_id,
                                    BookReader::Patience patience) {
    auto reader = BookReader::open(files, patience);
    if (!reader) return reader.error();
    ReceiptMaker maker{transaction_id, key};
    const auto read = run_export(std::move(reader).value(), {}, maker,
                                 [](std::string_view) -> Result<Ok, Fault> { return Ok{}; });
    if (!read) return read.error();
    if (maker.receipt()) return std::move(*maker.receipt());
    return Fault{Fault::Kind::configuration,
                 "the book has no transaction " + std::string{transaction_id}};
}

}  // namespace coffer::report
