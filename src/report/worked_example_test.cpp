// Decodes the example of docs/journal-format.md from the document itself.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "report/record_reader.h"
#include "report/testing_book.h"
#include "report/verify.h"

namespace coffer::report {
namespace {

using testing::BookMaker;
using testing::Octets;

std::string document() {
    std::ifstream file{COFFER_SOURCE_DIR "/docs/journal-format.md"};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The rows `    0120  00 1f …` behind the heading; rows that are left out are zero.
Octets example_in(const std::string& text) {
    Octets bytes;
    std::istringstream lines{text.substr(std::min(text.size(), text.find("Worked example")))};
    for (std::string line; std::getline(lines, line);) {
        const bool row = line.size() > 10 && line.starts_with("    ") &&
                         line.find_first_not_of("0123456789abcdef", 4) == 8 &&
                         line.substr(8, 2) == "  ";
        if (!row) continue;
        const std::size_t offset = std::stoul(line.substr(4, 4), nullptr, 16);
        bytes.resize(offset);
        std::istringstream numbers{line.substr(10)};
        for (std::string byte; numbers >> byte;) {
            bytes.push_back(static_cast<std::uint8_t>(std::stoul(byte, nullptr, 16)));
        }
    }
    bytes.resize(1024);
    return bytes;
}

std::string rows_of(const Octets& bytes) {
    std::string text;
    for (std::size_t row = 0; row < bytes.size(); row += 16) {
        if (all_zero(Bytes{bytes}.subspan(row, 16))) continue;
        char part[32];
        std::snprintf(part, sizeof part, "    %04zx ", row);
        text += part;
        for (std::size_t i = 0; i < 16; ++i) {
            std::snprintf(part, sizeof part, " %02x", bytes[row + i]);
            text += part;
        }
        text += "\n";
    }
    return text;
}

BookMaker example() {
    BookMaker book{{4096}};
    for (std::size_t i = 0; i < 16; ++i) book.framed.book[i] = static_cast<std::uint8_t>(0xa0 + i);
    book.set_up(BookMaker::Currencies::one);
    book.begin();
    book.deposit("alice", 10000, "order-1", "first deposit");
    book.end();
    return book;
}

TEST(WorkedExample, the_document_says_what_a_writer_makes_of_it) {
    const BookMaker book = example();
    os::SimulatedDisk disk;
    book.framed.write(disk);
    Octets made = disk.content(segment_path(1));
    made.resize(1024);
    EXPECT_EQ(example_in(document()), made) << "the document should show:\n" << rows_of(made);
}

TEST(WorkedExample, the_document_decodes_to_a_deposit) {
    os::SimulatedDisk disk;
    static_cast<void>(disk.make_folder("journal"));
    disk.put_file("MANIFEST", as_bytes(example().framed.manifest()));
    Octets segment = example_in(document());
    segment.resize(4096);
    disk.put_file(segment_path(1), segment);

    const auto report = verify(disk, {.patience = {.attempts = 1}}, {});
    ASSERT_TRUE(report.ok());
    EXPECT_TRUE(report->holds()) << to_text(*report);
    EXPECT_EQ(report->batches, 2u);

    auto reader = BookReader::open(disk, {.attempts = 1});
    ASSERT_TRUE(reader.ok());
    ASSERT_EQ(*reader->next(), BookReader::Step::batch);
    ASSERT_EQ(reader->batch().records.size(), 3u);
    Record record;
    EXPECT_EQ(reader->batch().records[0].position, 64u);
    ASSERT_FALSE(read_record(reader->batch().records[1].bytes, record));
    EXPECT_EQ(record.kind, Kind::currency);
    EXPECT_EQ(record.currency.code, "CNY");
    ASSERT_EQ(*reader->next(), BookReader::Step::batch);
    ASSERT_FALSE(read_record(reader->batch().records[0].bytes, record));
    const Movement& deposit = record.movement;
    EXPECT_EQ(record.kind, Kind::deposit);
    EXPECT_EQ(deposit.amount, UInt128{10000});
    EXPECT_EQ(deposit.reference, "order-1");
    EXPECT_EQ(deposit.description, "first deposit");
    EXPECT_EQ(to_text(reader->batch().time), "2026-01-01T00:00:02.000Z");
    ASSERT_EQ(deposit.lines.size(), 1u);
    EXPECT_TRUE(deposit.lines[0].opens);
    // What the text of the document says in words.
    const std::string wallet = public_id_text(wallet_prefix, deposit.lines[0].id);
    EXPECT_NE(document().find(wallet), std::string::npos) << wallet;
    EXPECT_NE(document().find(to_hex(reader->batch().hash)), std::string::npos)
        << to_hex(reader->batch().hash);
    for (const FieldSpan& field : fields_of(reader->batch().records[0].bytes)) {
        if (::testing::Test::HasFailure())
            std::printf("%zx %s\n", field.offset, field.name.c_str());
    }
}

}  // namespace
}  // namespace coffer::report
