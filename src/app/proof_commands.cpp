#include <cstdio>
#include <memory>

#include "app/commands.h"
#include "app/data_folder.h"
#include "os/random.h"
#include "report/read_head.h"
#include "report/receipt.h"

// What proves the book to somebody who has not got it: signed heads and receipts.

namespace coffer::app {
namespace {

/// The book's key. A service makes it when it starts; here only while none runs.
Result<report::HeadKey, Fault> head_key(os::FileSystem& files, const std::string& data) {
    auto key = report::HeadKey::read(files);
    if (!key) return key.error();
    if (*key) return std::move(**key);
    const auto lock = files.lock("LOCK");
    if (lock) return report::HeadKey::make(files, os::system_random());
    return Fault{lock.error().kind, data + " holds no " + std::string{report::head_key_name} +
                                        " yet; the service makes it when it is started again (" +
                                        lock.error().message + ")"};
}

int print(const std::string& text) {
    const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (whole && std::fflush(stdout) == 0) return exit_ok;
    return fail_with({Fault::Kind::storage_unavailable, "standard output cannot be written"});
}

int print_head(const std::string& data) {
    const auto files = open_book(data);
    if (!files) return fail_with(files.error());
    const auto key = head_key(**files, data);
    if (!key) return fail_with(key.error());
    const auto head = report::read_head(**files, {});
    if (!head) return fail_with(head.error());
    return print(report::to_json(key->sign(*head)));
}

int print_receipt(const std::string& data, const std::string& transaction) {
    const auto files = open_book(data);
    if (!files) return fail_with(files.error());
    const auto key = head_key(**files, data);
    if (!key) return fail_with(key.error());
    const auto receipt = report::make_receipt(**files, *key, transaction, {});
    if (!receipt) return fail_with(receipt.error());
    return print(report::to_json(*receipt));
}

}  // namespace

int verify_receipt(const std::string& name, const std::string& public_key_file) {
    std::optional<report::PublicKey> key;
    if (!public_key_file.empty()) {
        auto text = read_text(public_key_file);
        if (!text) return fail_with(text.error());
        while (text->ends_with('\n')) text->pop_back();
        if (!report::parse_hex_strictly(*text, key.emplace())) {
            return fail_with({Fault::Kind::configuration,
                              public_key_file + " does not hold a public key: 64 hexadecimal "
                                                "digits, as GET /admin/ledger/head shows it"});
        }
    }
    const auto text = read_text(name);
    if (!text) return fail_with(text.error());
    const auto judged = report::judge_receipt(*text, key ? &*key : nullptr);
    if (!judged.wrong.empty()) {
        std::printf("%s: %s\nTHE RECEIPT DOES NOT HOLD\n", name.c_str(), judged.wrong.c_str());
        return exit_findings;
    }
    std::printf("%ssigned with the key %s%s\nthe receipt holds\n", judged.statement.c_str(),
                to_hex(judged.public_key).c_str(),
                key ? "" : " (whose it is, this does not say: give --public-key)");
    return exit_ok;
}

void add_head_command(CLI::App& coffer, int& exit_code) {
    auto data = std::make_shared<std::string>("./data");
    CLI::App* command =
        coffer.add_subcommand("head", "Print the signed head of a book, its last whole batch");
    command->add_option("--data", *data, "the folder of the book")
        ->envname("COFFER_DATA")
        ->capture_default_str();
    command->callback([data, &exit_code] { exit_code = print_head(*data); });
}

void add_receipt_command(CLI::App& coffer, int& exit_code) {
    struct Options {
        std::string data = "./data";
        std::string transaction;
    };
    auto options = std::make_shared<Options>();
    CLI::App* command = coffer.add_subcommand(
        "receipt", "Print a file that proves one transaction under a signed head");
    command->add_option("--data", options->data, "the folder of the book")
        ->envname("COFFER_DATA")
        ->capture_default_str();
    command->add_option("--transaction", options->transaction, "its id: txn_…")->required();
    command->callback(
        [options, &exit_code] { exit_code = print_receipt(options->data, options->transaction); });
}

}  // namespace coffer::app
