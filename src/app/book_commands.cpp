#include <unistd.h>

#include <cstdio>
#include <memory>

#include "app/commands.h"
#include "app/data_folder.h"
#include "os/file_system.h"
#include "report/export.h"
#include "report/verify.h"

namespace coffer::app {
namespace {

struct VerifyCommand {
    std::string data = "./data";
    std::size_t findings_max = 20;
    std::vector<std::string> heads;
    std::string receipt;
    std::string public_key;
};

Result<std::vector<report::NotedHead>, Fault> noted_heads(const std::vector<std::string>& names) {
    std::vector<report::NotedHead> all;
    for (const std::string& name : names) {
        const auto text = read_text(name);
        if (!text) return text.error();
        const auto heads = report::read_noted_heads(*text, name);
        if (!heads) return heads.error();
        all.insert(all.end(), heads->begin(), heads->end());
    }
    return all;
}

int verify_book(const VerifyCommand& asked) {
    const auto files = open_book(asked.data);
    if (!files) return fail_with(files.error());
    auto heads = noted_heads(asked.heads);
    if (!heads) return fail_with(heads.error());
    const bool terminal = isatty(STDERR_FILENO) != 0;
    const auto verified = report::verify(
        **files, {.findings_max = asked.findings_max, .noted_heads = std::move(heads).value()},
        [terminal](const report::Progress& progress) {
            std::fprintf(stderr, terminal ? "\r%s  " : "%s\n", report::to_text(progress).c_str());
        });
    if (terminal) std::fprintf(stderr, "\n");
    if (!verified) return fail_with(verified.error());
    std::printf("%s", report::to_text(*verified).c_str());
    return verified->holds() ? exit_ok : exit_findings;
}

int export_to_stdout(const std::string& data, const std::string& format,
                     const std::string& tenant) {
    const auto files = open_book(data);
    if (!files) return fail_with(files.error());
    const auto known = report::parse_export_format(format);
    if (!known) {
        return fail_with({Fault::Kind::configuration,
                          "unknown format '" + format + "': use hledger, beancount, csv or jsonl"});
    }
    const auto written = report::export_book(
        **files, {.format = *known, .tenant = tenant},
        [](std::string_view text) -> Result<Ok, Fault> {
            if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return Ok{};
            return Fault{Fault::Kind::storage_unavailable, "standard output cannot be written"};
        });
    if (!written) return fail_with(written.error());
    if (std::fflush(stdout) != 0) {
        return fail_with({Fault::Kind::storage_unavailable, "standard output cannot be written"});
    }
    std::fprintf(stderr, "%llu records exported\n",
                 static_cast<unsigned long long>(written->records));
    if (!written->tenant_found) {
        return fail_with(
            {Fault::Kind::configuration, "the book has no records of the tenant '" + tenant + "'"});
    }
    return exit_ok;
}

}  // namespace

void add_verify_command(CLI::App& coffer, int& exit_code) {
    auto options = std::make_shared<VerifyCommand>();
    CLI::App* command = coffer.add_subcommand(
        "verify", "Compute every balance, chain and total of a book again, from its first byte");
    command->add_option("--data", options->data, "the folder of the book")
        ->envname("COFFER_DATA")
        ->capture_default_str();
    command->add_option("--findings-max", options->findings_max, "how many findings to show")
        ->capture_default_str();
    command->add_option("--head", options->heads,
                        "files with noted heads (JSON or log lines): each must be in the book");
    auto* receipt = command->add_option("--receipt", options->receipt,
                                        "judge this receipt alone, without any book");
    command
        ->add_option("--public-key", options->public_key,
                     "with --receipt: a file with the key that must have signed it")
        ->needs(receipt);
    command->callback([options, &exit_code] {
        exit_code = options->receipt.empty()
                        ? verify_book(*options)
                        : verify_receipt(options->receipt, options->public_key);
    });
}

void add_export_command(CLI::App& coffer, int& exit_code) {
    struct Options {
        std::string data = "./data";
        std::string format;
        std::string tenant;
    };
    auto options = std::make_shared<Options>();
    CLI::App* command = coffer.add_subcommand("export", "Write the book as text to stdout");
    command->add_option("--data", options->data, "the folder of the book")
        ->envname("COFFER_DATA")
        ->capture_default_str();
    command->add_option("--format", options->format, "hledger, beancount, csv or jsonl")
        ->required();
    command->add_option("--tenant", options->tenant, "only this tenant");
    command->callback([options, &exit_code] {
        exit_code = export_to_stdout(options->data, options->format, options->tenant);
    });
}

}  // namespace coffer::app
