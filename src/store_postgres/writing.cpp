#include "store_postgres/writing.h"

#include "store_postgres/arrays.h"

namespace coffer::store_postgres {
namespace {

/// The columns of one statement, filled a row at a time.
class Columns {
public:
    explicit Columns(std::size_t columns) : arrays_(columns) {}

    Columns& row() {
        column_ = 0;
        ++rows_;
        return *this;
    }
    Columns& number(Int128 value) {
        return at([&](Array& array) { array.add(value); });
    }
    Columns& text(std::string_view value) {
        return at([&](Array& array) { array.add_text(value); });
    }
    Columns& bytes(Bytes value) {
        return at([&](Array& array) { array.add_bytes(value); });
    }
    Columns& uuid(Bytes value) {
        return at([&](Array& array) { array.add_uuid(value); });
    }
    Columns& null() {
        return at([](Array& array) { array.add_null(); });
    }
    Columns& counts(const wallet::TypeCounts& counts) {
        std::string all;
        for (const std::uint64_t count : counts) {
            if (!all.empty()) all += ' ';
            all += std::to_string(count);
        }
        return text(all);
    }

    [[nodiscard]] std::uint64_t rows() const { return rows_; }
    void add_to(std::vector<Step>& steps, Statement statement) const {
        if (rows_ == 0) return;
        ENSURE(column_ == arrays_.size());
        Step& step = steps.emplace_back(Step{statement});
        for (const Array& array : arrays_) step.values.push_back(array.text());
    }

private:
    template <class Add>
    Columns& at(Add add) {
        add(arrays_.at(column_++));
        return *this;
    }
    std::vector<Array> arrays_;
    std::size_t column_ = 0;
    std::uint64_t rows_ = 0;
};

void write_names(const LoadedBatch& loaded, Writing& writing) {
    Columns tenants{2};
    Columns applications{3};
    Columns subjects{3};
    for (const Written& written : loaded.written()) {
        const wallet::Record& record = written.record;
        const std::uint32_t tenant = record.request.tenant.value;
        for (const auto& added : record.new_tenants) {
            tenants.row().number(added.number.value).text(added.id);
        }
        for (const auto& added : record.new_applications) {
            applications.row().number(tenant).number(added.number.value).text(added.id);
        }
        for (const auto& added : record.new_subjects) {
            subjects.row().number(tenant).number(added.number.value).text(added.id);
        }
    }
    writing.subjects = subjects.rows();
    tenants.add_to(writing.steps, Statement::insert_tenants);
    applications.add_to(writing.steps, Statement::insert_applications);
    subjects.add_to(writing.steps, Statement::insert_subjects);
}

void write_wallets(const LoadedBatch& loaded, Writing& writing) {
    Columns opened{18};
    Columns changed{12};
    for (const WalletRow& row : loaded.wallets()) {
        if (!row.changed) continue;
        const wallet::Wallet& wallet = row.wallet;
        Columns& columns = row.is_new ? opened : changed;
        columns.row().number(wallet.tenant.value).number(wallet.number.value);
        if (row.is_new) {
            columns.number(wallet.owner.value)
                .number(row.place)
                .number(wallet.application.value)
                .uuid(bytes_of(wallet.id))
                .number(wallet.currency.number);
        }
        columns.number(static_cast<int>(wallet.status))
            .number(wallet.available)
            .number(wallet.held)
            .number(wallet.events)
            .number(wallet.transactions)
            .number(wallet.open_holds)
            .counts(wallet.counts);
        if (row.is_new) columns.number(wallet.created_at.unix_ms);
        columns.number(wallet.updated_at.unix_ms).bytes(row.link).number(row.logical);
    }
    writing.wallets = opened.rows();
    opened.add_to(writing.steps, Statement::insert_wallets);
    changed.add_to(writing.steps, Statement::update_wallets);
}

void write_holds_and_house(const LoadedBatch& loaded, Writing& writing) {
    Columns holds{10};
    for (const auto& [id, row] : loaded.holds()) {
        if (!row.changed) continue;
        const wallet::Hold& hold = row.hold;
        holds.row()
            .number(row.tenant.value)
            .uuid(bytes_of(id))
            .number(hold.wallet.value)
            .number(hold.amount)
            .number(static_cast<int>(hold.state))
            .number(static_cast<int>(hold.purpose))
            .number(hold.version)
            .number(hold.created_at.unix_ms)
            .number(hold.ended_at.unix_ms)
            .text(hold.reason);
    }
    Columns house{6};
    for (const auto& [ref, row] : loaded.house()) {
        if (!row.changed) continue;
        house.row()
            .number(ref.tenant.value)
            .number(loaded.lane().lane)
            .number(static_cast<int>(ref.kind))
            .number(ref.currency.number)
            .number(row.account.balance)
            .number(row.account.postings);
    }
    holds.add_to(writing.steps, Statement::put_holds);
    house.add_to(writing.steps, Statement::put_house_accounts);
}

void write_history(Columns& history, const wallet::Record& record, std::uint64_t sequence) {
    for (std::size_t i = 0; i < record.wallets.size(); ++i) {
        const wallet::WalletLine& line = record.wallets[i];
        history.row()
            .number(record.request.tenant.value)
            .number(line.wallet.value)
            .number(line.event)
            .number(line.transactions)
            .number(static_cast<int>(line.type))
            .number(record.at.unix_ms)
            .number(sequence)
            .number(record.ordinal)
            .number(i);
        if (line.type == wallet::TransactionType::freeze) {
            history.uuid(bytes_of(record.holds[0].id));
        } else {
            history.null();
        }
    }
}

// A batch's hash is made as in the embedded store, over the last batch of its lane.
void write_journal(const LoadedBatch& loaded, Writing& writing) {
    Columns journal{6};
    Columns history{10};
    Columns references{4};
    Columns keys{4};
    Columns outdated{3};
    std::array<std::uint8_t, 16> numbers;
    store_le(&numbers[0], writing.head.sequence);
    store_le(&numbers[8], writing.head.time.unix_ms);
    Sha256 sha256;
    sha256.start().add(loaded.lane().hash).add(numbers);
    for (const Written& written : loaded.written()) {
        const wallet::Record& record = written.record;
        const std::uint32_t tenant = record.request.tenant.value;
        journal.row()
            .number(tenant)
            .number(writing.head.sequence)
            .number(record.ordinal)
            .number(record.at.unix_ms)
            .bytes(written.hash)
            .bytes(as_bytes(written.bytes));
        write_history(history, record, writing.head.sequence);
        if (record.request.has_reference) {
            references.row()
                .number(tenant)
                .uuid(record.request.reference_fingerprint)
                .number(writing.head.sequence)
                .number(record.ordinal);
        }
        if (record.request.has_key) {
            const auto& key = record.request.key_fingerprint;
            keys.row()
                .number(tenant)
                .uuid(key)
                .number(writing.head.sequence)
                .number(record.ordinal);
            if (const std::uint64_t sequence = loaded.outdated(key); sequence != 0) {
                outdated.row().number(tenant).uuid(key).number(sequence);
            }
        }
        if (record.kind == wallet::RecordKind::freeze) ++writing.holds;
        writing.record_bytes += written.bytes.size();
        sha256.add(written.hash);
    }
    writing.head.hash = sha256.finish();
    writing.references = references.rows();
    journal.add_to(writing.steps, Statement::insert_journal);
    history.add_to(writing.steps, Statement::insert_history);
    references.add_to(writing.steps, Statement::insert_used_references);
    writing.keys = keys.rows() - outdated.rows();
    outdated.add_to(writing.steps, Statement::delete_kept_answers);
    keys.add_to(writing.steps, Statement::insert_kept_answers);
}

}  // namespace

Writing write(const LoadedBatch& loaded, const engine::Head& head, std::uint64_t logical) {
    Writing writing{.head = head};
    write_names(loaded, writing);
    write_wallets(loaded, writing);
    write_holds_and_house(loaded, writing);
    write_journal(loaded, writing);
    const Lane& lane = loaded.lane();
    std::vector<std::string> values;
    for (const std::uint64_t number : {std::uint64_t{lane.lane}, logical}) {
        values.push_back(std::to_string(number));
    }
    values.push_back("\\x" + to_hex(writing.head.hash));
    values.push_back(std::to_string(writing.head.time.unix_ms));
    for (const std::uint64_t number :
         {lane.tenants, lane.applications, lane.subjects, lane.wallets,
          std::uint64_t{loaded.written().size()}, writing.wallets, writing.subjects,
          writing.references, writing.holds, writing.record_bytes, writing.keys}) {
        values.push_back(std::to_string(number));
    }
    writing.steps.push_back({Statement::update_lane, std::move(values)});
    return writing;
}

}  // namespace coffer::store_postgres
