#include "report/book_head.h"

#include <simdjson.h>
#include <charconv>

#include "report/head_key.h"
#include "report/json_writer.h"

namespace coffer::report {
namespace {

using Object = simdjson::dom::object;

std::string_view text_at(const Object& object, std::string_view key) {
    std::string_view text;
    return object.at_key(key).get_string().get(text) == simdjson::SUCCESS ? text
                                                                          : std::string_view{};
}

/// A head's object, or nothing when it lacks what makes one.
std::optional<NotedHead> noted_in(const Object& object) {
    NotedHead head;
    const bool whole =
        object.at_key("sequence").get_uint64().get(head.sequence) == simdjson::SUCCESS &&
        parse_hex_strictly(text_at(object, "hash"), head.hash);
    if (!whole) return std::nullopt;
    head.time = parse_instant(text_at(object, "time"));
    BookId book{};
    if (parse_hex_strictly(text_at(object, "book"), book)) head.book = book;
    if (text_at(object, "signature").empty()) return head;
    BookHead said{.book = book, .sequence = head.sequence, .hash = head.hash};
    PublicKey key{};
    Signature signature{};
    head.signature_fits =
        head.time && object.at_key("epoch").get_uint64().get(said.epoch) == simdjson::SUCCESS &&
        parse_hex_strictly(text_at(object, "public_key"), key) &&
        parse_hex_strictly(text_at(object, "signature"), signature);
    if (!head.signature_fits) return head;
    said.time = *head.time;
    head.signature_fits = is_signature_of(signed_text(said), key, signature);
    head.public_key = key;
    return head;
}

/// What stands behind a word and a blank, up to the next comma, blank or quotation mark.
std::string_view word_behind(std::string_view line, std::string_view word) {
    const std::size_t at = line.find(word);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = line.substr(at + word.size());
    return rest.substr(0, rest.find_first_of(" ,\"\r"));
}

std::optional<NotedHead> noted_in_line(std::string_view line) {
    NotedHead head;
    const std::string_view number = word_behind(line, "sequence ");
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), head.sequence);
    if (number.empty() || error != std::errc{} || end != number.data() + number.size()) {
        return std::nullopt;
    }
    if (!parse_hex_strictly(word_behind(line, "hash "), head.hash)) return std::nullopt;
    // A log line has a time of its own in front; the head's stands behind its sequence.
    head.time = parse_instant(word_behind(line.substr(line.find("sequence ")), "time "));
    return head;
}

std::optional<NotedHead> noted_in_json(std::string_view text) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    const simdjson::padded_string padded{text};
    Object object;
    if (parser.parse(padded).get(root) != simdjson::SUCCESS ||
        root.get_object().get(object) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    if (auto head = noted_in(object)) return head;
    Object inner;
    for (const std::string_view key : {"data", "head"}) {
        if (object.at_key(key).get_object().get(inner) != simdjson::SUCCESS) continue;
        if (auto head = noted_in(inner)) return head;
    }
    return std::nullopt;
}

}  // namespace

bool parse_hex_strictly(std::string_view text, std::span<std::uint8_t> into) {
    if (text.size() != into.size() * 2) return false;
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    };
    for (std::size_t i = 0; i < into.size(); ++i) {
        const int high = digit(text[2 * i]);
        const int low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        into[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return true;
}

std::string signed_text(const BookHead& head) {
    return "coffer-head 1\nbook " + to_hex(head.book) + "\nepoch " + std::to_string(head.epoch) +
           "\nsequence " + std::to_string(head.sequence) + "\ntime " + to_text(head.time) +
           "\nhash " + to_hex(head.hash) + "\n";
}

void append_members(std::string& out, const SignedHead& signed_head, int indent) {
    const std::string front(static_cast<std::size_t>(indent), ' ');
    const BookHead& head = signed_head.head;
    out += front + "\"book\": \"" + to_hex(head.book) + "\",\n";
    out += front + "\"epoch\": " + std::to_string(head.epoch) + ",\n";
    out += front + "\"sequence\": " + std::to_string(head.sequence) + ",\n";
    out += front + "\"time\": \"" + to_text(head.time) + "\",\n";
    out += front + "\"hash\": \"" + to_hex(head.hash) + "\",\n";
    out += front + "\"public_key\": \"" + to_hex(signed_head.public_key) + "\",\n";
    out += front + "\"signature\": \"" + to_hex(signed_head.signature) + "\"\n";
}

void append_json(std::string& out, const SignedHead& signed_head) {
    JsonWriter json{out};
    json.begin_object();
    json.text("book", to_hex(signed_head.head.book));
    json.number("epoch", signed_head.head.epoch);
    json.number("sequence", signed_head.head.sequence);
    json.instant("time", signed_head.head.time);
    json.text("hash", to_hex(signed_head.head.hash));
    json.text("public_key", to_hex(signed_head.public_key));
    json.text("signature", to_hex(signed_head.signature));
    json.end_object();
}

std::string to_json(const SignedHead& signed_head) {
    std::string out = "{\n";
    append_members(out, signed_head, 1);
    return out + "}\n";
}

Result<std::vector<NotedHead>, Fault> read_noted_heads(std::string_view text,
                                                       const std::string& name) {
    std::vector<NotedHead> heads;
    if (auto head = noted_in_json(text)) {
        heads.push_back(*head);
        return heads;
    }
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (auto head = noted_in_json(line)) {
            heads.push_back(*head);
        } else if ((head = noted_in_line(line))) {
            heads.push_back(*head);
        }
    }
    if (!heads.empty()) return heads;
    return Fault{Fault::Kind::configuration,
                 name +
                     " holds no head: neither JSON with sequence and hash nor lines with "
                     "'sequence N, time T, hash H'"};
}

}  // namespace coffer::report
