#include "report/read_head.h"

#include "report/damage.h"
#include "report/record_reader.h"

namespace coffer::report {

Result<BookHead, Fault> read_head(os::FileSystem& files, BookReader::Patience patience) {
    auto reader = BookReader::open(files, patience);
    if (!reader) return reader.error();
    BookHead head{.book = reader->files().book};
    Record record;
    for (;;) {
        const auto step = reader->next();
        if (!step) return step.error();
        if (*step == BookReader::Step::damage) return fault_of(reader->damage());
        if (*step == BookReader::Step::end) break;
        const BatchView& batch = reader->batch();
        for (const RecordView& view : batch.records) {
            if (view.bytes[0] != static_cast<std::uint8_t>(Kind::epoch)) continue;
            if (!read_record(view.bytes, record)) head.epoch = record.epoch.number;
        }
        head.sequence = batch.sequence;
        head.time = batch.time;
        head.hash = batch.hash;
    }
    if (head.sequence != 0) return head;
    return Fault{Fault::Kind::storage_corrupt, "there is not one whole batch in the book"};
}

}  // namespace coffer::report
