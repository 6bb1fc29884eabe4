#pragma once

#include "report/book_reader.h"
#include "report/export.h"
#include "report/public_id.h"
#include "report/tracked.h"

namespace coffer::report {

/// What an export must remember of a wallet: 32 bytes each.
struct ExportedWallet {
    UInt128 id = 0;
    std::uint32_t tenant = 0;
    std::uint16_t currency = 0;
    bool declared = false;
};

/// What the records read so far say about names, kept up by export_book() before each record is
/// written.
struct ExportState {
    BookId book{};
    KnownNames names;
    KnownCurrencies currencies;
    ChunkedList<ExportedWallet> wallets;
    std::optional<IdCipher> ids;
    EpochBody epoch;

    [[nodiscard]] std::string_view tenant(std::uint64_t number) const {
        return names.text(NameKind::tenant, number);
    }
    [[nodiscard]] std::string_view subject(std::uint64_t number) const {
        return names.text(NameKind::subject, number);
    }
    [[nodiscard]] std::string_view application(std::uint64_t number) const {
        return names.text(NameKind::application, number);
    }
    [[nodiscard]] UInt128 id(const BatchView& batch, const Record& record, IdPlace place) {
        return ids->id(batch.time.unix_ms, batch.sequence, record.ordinal, place);
    }
};

/// One record that is to be written.
struct Exported {
    const BatchView& batch;
    const RecordView& view;
    const Record& record;
    ExportState& state;
};

/// Appends one record's text. A class a format.
class Exporter {
public:
    virtual ~Exporter() = default;
    virtual void record(const Exported& exported, std::string& out) = 0;
    virtual void end(const BatchView& last, std::string& out) = 0;
    /// True: nothing behind this batch is wanted.
    [[nodiscard]] virtual bool done() const { return false; }
};

/// The pass of export_book(), with any exporter.
[[nodiscard]] Result<ExportReport, Fault> run_export(BookReader reader,
                                                     const ExportOptions& options,
                                                     Exporter& exporter, const Sink& sink);

[[nodiscard]] std::unique_ptr<Exporter> make_hledger_exporter(bool one_tenant);
[[nodiscard]] std::unique_ptr<Exporter> make_beancount_exporter(bool one_tenant);
[[nodiscard]] std::unique_ptr<Exporter> make_csv_exporter();
[[nodiscard]] std::unique_ptr<Exporter> make_jsonl_exporter();

}  // namespace coffer::report
