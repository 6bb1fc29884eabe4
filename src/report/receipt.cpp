#include "report/receipt.h"

#include <simdjson.h>

#include <charconv>
#include <map>

#include "report/record_reader.h"

namespace coffer::report {
namespace {

inline constexpr std::string_view format = "coffer-receipt 1";

using Object = simdjson::dom::object;

/// As Python's json.dumps(ensure_ascii=False) writes a text.
void append_text(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    out.push_back('"');
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out.push_back(digits[c >> 4]);
            out.push_back(digits[c & 15]);
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

std::string_view text_at(const Object& object, std::string_view key) {
    std::string_view text;
    return object.at_key(key).get_string().get(text) == simdjson::SUCCESS ? text
                                                                          : std::string_view{};
}

bool read_head(const Object& object, SignedHead& into) {
    const auto time = parse_instant(text_at(object, "time"));
    if (!time) return false;
    into.head.time = *time;
    return object.at_key("epoch").get_uint64().get(into.head.epoch) == simdjson::SUCCESS &&
           object.at_key("sequence").get_uint64().get(into.head.sequence) == simdjson::SUCCESS &&
           parse_hex_strictly(text_at(object, "book"), into.head.book) &&
           parse_hex_strictly(text_at(object, "hash"), into.head.hash) &&
           parse_hex_strictly(text_at(object, "public_key"), into.public_key) &&
           parse_hex_strictly(text_at(object, "signature"), into.signature);
}

bool read_receipt(std::string_view text, Receipt& into) {
    simdjson::dom::parser parser;
    const simdjson::padded_string padded{text};
    Object object;
    Object head;
    simdjson::dom::array hashes;
    if (parser.parse(padded).get_object().get(object) != simdjson::SUCCESS ||
        object.at_key("head").get_object().get(head) != simdjson::SUCCESS ||
        object.at_key("record_hashes").get_array().get(hashes) != simdjson::SUCCESS) {
        return false;
    }
    for (const simdjson::dom::element element : hashes) {
        std::string_view digits;
        if (element.get_string().get(digits) != simdjson::SUCCESS) return false;
        if (!parse_hex_strictly(digits, into.record_hashes.emplace_back())) return false;
    }
    const std::string_view record = text_at(object, "record");
    into.record.resize(record.size() / 2);
    into.statement = text_at(object, "statement");
    return text_at(object, "format") == format && parse_hex_strictly(record, into.record) &&
           parse_hex_strictly(text_at(object, "signature"), into.signature) &&
           parse_hex_strictly(text_at(object, "previous_hash"), into.previous_hash) &&
           read_head(head, into.head);
}

/// The statement's lines; empty when it is not made of `name value` lines, each name once.
std::map<std::string_view, std::string_view> lines_of(std::string_view statement) {
    std::map<std::string_view, std::string_view> lines;
    while (!statement.empty()) {
        const std::size_t end = statement.find('\n');
        const std::size_t blank = statement.find(' ');
        if (end == std::string_view::npos || blank == std::string_view::npos || blank > end) {
            return {};
        }
        const std::string_view value = statement.substr(blank + 1, end - blank - 1);
        if (!lines.emplace(statement.substr(0, blank), value).second) return {};
        statement.remove_prefix(end + 1);
    }
    return lines;
}

Hash hash_of_batch(const Receipt& receipt) {
    std::uint8_t numbers[16];
    store_le(numbers, receipt.head.head.sequence);
    store_le(numbers + 8, receipt.head.head.time.unix_ms);
    Sha256 sha;
    sha.start().add(receipt.previous_hash).add(numbers);
    for (const Hash& hash : receipt.record_hashes) sha.add(hash);
    return sha.finish();
}

/// Whether the record is the one that the statement speaks of, and stands in the batch.
std::string wrong_with_record(const Receipt& receipt,
                              const std::map<std::string_view, std::string_view>& lines) {
    const auto line = [&](std::string_view name) {
        const auto found = lines.find(name);
        return found == lines.end() ? std::string_view{} : found->second;
    };
    Sha256 sha;
    const Hash hash = sha.of(receipt.record);
    if (line("record") != to_hex(hash)) return "the record is not the one that is stated";
    const std::string_view digits = line("ordinal");
    std::size_t ordinal = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), ordinal);
    if (error != std::errc{} || end != digits.data() + digits.size() ||
        ordinal >= receipt.record_hashes.size() || receipt.record_hashes[ordinal] != hash) {
        return "the record does not stand in the batch where it is stated";
    }
    Record record;
    if (read_record(receipt.record, record)) return "the record cannot be read";
    if (record.ordinal != ordinal || line("kind") != name_of(record.kind)) {
        return "the record is of another kind or place";
    }
    const BookHead& head = receipt.head.head;
    const std::string batch = std::to_string(head.sequence) + " " + to_hex(head.hash);
    if (line("batch") != batch || line("time") != to_text(head.time)) {
        return "the statement is of another batch";
    }
    return {};
}

std::string wrong_with(const Receipt& receipt, const PublicKey* key) {
    const SignedHead& head = receipt.head;
    if (key != nullptr && head.public_key != *key) return "it is signed with another key";
    if (!is_signature_of(signed_text(head.head), head.public_key, head.signature)) {
        return "the head's signature does not fit";
    }
    if (!is_signature_of(receipt.statement, head.public_key, receipt.signature)) {
        return "the statement's signature does not fit";
    }
    if (hash_of_batch(receipt) != head.head.hash) {
        return "the record hashes do not lead to the head";
    }
    const auto lines = lines_of(receipt.statement);
    if (!receipt.statement.starts_with(std::string{format} + "\n")) {
        return "the statement is not one of a receipt";
    }
    return wrong_with_record(receipt, lines);
}

}  // namespace

std::string to_json(const Receipt& receipt) {
    std::string out = "{\n \"format\": \"" + std::string{format} + "\",\n \"statement\": ";
    append_text(out, receipt.statement);
    out += ",\n \"signature\": \"" + to_hex(receipt.signature);
    out += "\",\n \"record\": \"" + to_hex(receipt.record);
    out += "\",\n \"record_hashes\": [\n";
    for (std::size_t i = 0; i < receipt.record_hashes.size(); ++i) {
        out += "  \"" + to_hex(receipt.record_hashes[i]) + "\"";
        out += i + 1 < receipt.record_hashes.size() ? ",\n" : "\n";
    }
    out += " ],\n \"previous_hash\": \"" + to_hex(receipt.previous_hash);
    out += "\",\n \"head\": {\n";
    append_members(out, receipt.head, 2);
    return out + " }\n}\n";
}

ReceiptJudgement judge_receipt(std::string_view text, const PublicKey* key) {
    Receipt receipt;
    if (!read_receipt(text, receipt)) return {.wrong = "it is not a receipt"};
    if (to_json(receipt) != text) return {.wrong = "it was changed since it was written"};
    ReceiptJudgement judgement{.wrong = wrong_with(receipt, key),
                               .statement = receipt.statement,
                               .public_key = receipt.head.public_key};
    return judgement;
}

}  // namespace coffer::report
