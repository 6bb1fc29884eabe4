#include "ledger/account.h"
#include "money/decimal.h"
#include "report/exporter.h"
#include "report/json_writer.h"

namespace coffer::report {
namespace {

class JsonlExporter final : public Exporter {
public:
    void record(const Exported& exported, std::string& out) override {
        JsonWriter json{out};
        const Record& record = exported.record;
        json.begin_object();
        json.text("kind", name_of(record.kind));
        json.number("sequence", exported.batch.sequence);
        json.number("ordinal", record.ordinal);
        json.instant("time", exported.batch.time);
        json.number("position", exported.view.position);
        json.text("hash", to_hex(exported.view.hash));
        switch (record.kind) {
            using enum Kind;
            case genesis:
                // The keys of references and ids stay in the book.
                json.text("book", to_hex(record.genesis.book));
                json.text("software", record.genesis.software);
                break;
            case currency:
                json.number("number", record.currency.number);
                json.text("code", record.currency.code);
                json.number("decimals", record.currency.decimals);
                break;
            case settings:
                json.number("version", record.settings.version);
                json.text("default_currency", code(exported, record.settings.default_currency));
                json.flag("auto_open_wallets", record.settings.auto_open == 1);
                break;
            case epoch:
                json.number("epoch", record.epoch.number);
                json.text("state", record.epoch.state == EpochState::open ? "open" : "restored");
                break;
            case open_wallet:
            case deposit:
            case withdraw:
            case transfer:
            case freeze:
            case unfreeze:
            case adjust:
            case refund:
            case request_withdrawal:
            case auto_withdrawal:
            case pay_withdrawal:
            case release_withdrawal:
            case propose_adjustment:
            case approve_adjustment:
            case reject_adjustment:
            case capture:
            case expire_freeze:
            case change_status: movement(exported, json); break;
            case refused: refusal(exported, json); break;
            case policy: own_policy(exported, json); break;
            case default_policy:
                json.number("version", record.default_policy.version);
                fields(record.default_policy, json);
                break;
        }
        json.end_object();
        out.push_back('\n');
    }

    void end(const BatchView&, std::string&) override {}

private:
    static std::string_view code(const Exported& exported, std::uint64_t currency) {
        const auto* info = exported.state.currencies.find(currency);
        return info == nullptr ? std::string_view{} : std::string_view{info->code};
    }
    void money(const Exported& exported, JsonWriter& json, std::string_view key,
               std::uint64_t currency, Int128 amount) {
        amount_.clear();
        money::append_minor_units(amount_, amount,
                                  exported.state.currencies.find(currency)->decimals);
        json.text(key, amount_);
    }
    void id(JsonWriter& json, std::string_view key, std::string_view prefix, UInt128 value) {
        id_.clear();
        append_public_id(id_, prefix, value);
        json.text(key, id_);
    }
    void wallet_id(const Exported& exported, JsonWriter& json, std::uint64_t number) {
        id(json, "wallet_id", wallet_prefix, exported.state.wallets[number - 1].id);
    }

    // Which fields, not what they are set to: a policy is read back from the service.
    void fields(const PolicyBody& body, JsonWriter& json) {
        std::string names;
        for (std::size_t field = 0; field < policy_fields; ++field) {
            if ((body.fields >> field & 1) == 0) continue;
            if (!names.empty()) names += ',';
            names += name_of_policy_field(field);
        }
        json.text("fields", names);
    }

    void own_policy(const Exported& exported, JsonWriter& json) {
        const Movement& movement = exported.record.movement;
        json.text("tenant_id", exported.state.tenant(movement.tenant));
        json.text("actor_id", exported.state.subject(movement.actor));
        json.text("application_id", exported.state.application(movement.policy.application));
        json.number("version", movement.policy.version);
        json.flag("exists", movement.policy.exists);
        fields(movement.policy, json);
    }

    void refusal(const Exported& exported, JsonWriter& json) {
        const Movement& movement = exported.record.movement;
        json.text("tenant_id", exported.state.tenant(movement.tenant));
        json.text("actor_id", exported.state.subject(movement.actor));
        json.text("application_id", exported.state.application(movement.application));
        json.text("rejection", name_of_rejection(movement.rejection));
        json.text("key_fingerprint", to_hex(movement.key_fingerprint));
    }

    void movement(const Exported& exported, JsonWriter& json) {
        const Movement& movement = exported.record.movement;
        const std::uint64_t currency = movement.lines[0].currency;
        if (!movement.postings.empty()) {
            id(json, "entry_id", entry_prefix,
               exported.state.id(exported.batch, exported.record, IdPlace::entry));
        }
        json.text("tenant_id", exported.state.tenant(movement.tenant));
        json.text("actor_id", exported.state.subject(movement.actor));
        json.text("application_id", exported.state.application(movement.application));
        json.text("user_id", exported.state.subject(movement.user));
        json.text("counterparty_id", exported.state.subject(movement.counterparty));
        json.text("currency", code(exported, currency));
        json.text("currency_asked", code(exported, movement.currency_asked));
        money(exported, json, "amount", currency, static_cast<Int128>(movement.amount));
        json.text("reference_id", movement.reference);
        json.text("reference_fingerprint",
                  movement.has_reference ? to_hex(movement.fingerprint) : std::string{});
        json.text("key_fingerprint",
                  movement.has_key ? to_hex(movement.key_fingerprint) : std::string{});
        json.text("description", movement.description);
        json.begin_list("wallets");
        for (std::size_t i = 0; i < movement.lines.size(); ++i) line(exported, json, i);
        json.end_list();
        json.begin_list("postings");
        for (const PostingLine& posting : movement.postings) this->posting(exported, json, posting);
        json.end_list();
        json.begin_list("holds");
        for (const Hold& hold : movement.holds) this->hold(exported, json, hold);
        json.end_list();
        if (exported.record.kind == Kind::refund) refund(exported, json);
        if (has_approval(exported.record.kind)) approval(exported, json);
    }

    void approval(const Exported& exported, JsonWriter& json) {
        const Movement& movement = exported.record.movement;
        const ApprovalBody& approval = movement.approval;
        const bool withdrawal = approval.kind == ApprovalKind::withdrawal;
        json.begin_object("approval");
        id(json, "id", withdrawal ? withdrawal_prefix : adjustment_prefix, approval.id);
        json.text("state", name_of(approval.state));
        money(exported, json, "amount", movement.lines[0].currency,
              static_cast<Int128>(approval.amount));
        json.text("requester_id", exported.state.subject(approval.requester));
        json.end_object();
    }

    void refund(const Exported& exported, JsonWriter& json) {
        const Movement& movement = exported.record.movement;
        json.begin_object("refund_of");
        id(json, "entry_id", entry_prefix, movement.refund.entry);
        id(json, "transaction_id", row_prefix, movement.refund.transaction);
        money(exported, json, "refunded_amount", movement.lines[0].currency,
              static_cast<Int128>(movement.refund.amount));
        json.flag("cancelled", movement.refund.cancels);
        json.end_object();
    }

    void line(const Exported& exported, JsonWriter& json, std::size_t index) {
        const Line& line = exported.record.movement.lines[index];
        json.begin_object();
        wallet_id(exported, json, line.wallet);
        json.flag("opened", line.opens);
        if (line.opens) {
            json.text("owner_id", exported.state.subject(line.owner));
            json.text("application_id", exported.state.application(line.application));
        }
        json.number("event", line.event);
        if (line.type != RowType::none) {
            const IdPlace place = index == 0 ? IdPlace::row : IdPlace::second_row;
            id(json, "transaction_id", row_prefix,
               exported.state.id(exported.batch, exported.record, place));
        }
        json.text("type", name_of(line.type));
        json.number("seq", line.transactions);
        json.text("status", name_of(line.status));
        json.text("currency", code(exported, line.currency));
        money(exported, json, "available_balance", line.currency,
              static_cast<Int128>(line.available));
        money(exported, json, "frozen_balance", line.currency, static_cast<Int128>(line.held));
        json.number("open_holds", line.open_holds);
        json.begin_object("counts");
        for (std::size_t type = 0; type < row_types; ++type) {
            if (line.counts[type] == 0) continue;
            json.number(name_of(static_cast<RowType>(type + 1)), line.counts[type]);
        }
        json.end_object();
        json.number("previous_position", line.previous);
        json.end_object();
    }

    void posting(const Exported& exported, JsonWriter& json, const PostingLine& posting) {
        json.begin_object();
        json.text("account", ledger::name_of(static_cast<ledger::AccountKind>(posting.account)));
        if (posting.wallet != 0) wallet_id(exported, json, posting.wallet);
        json.text("side", posting.side == PostingSide::debit ? "debit" : "credit");
        json.text("currency", code(exported, posting.currency));
        money(exported, json, "amount", posting.currency, static_cast<Int128>(posting.amount));
        money(exported, json, "balance_before", posting.currency, posting.before);
        money(exported, json, "balance_after", posting.currency, posting.after);
        if (posting.wallet == 0) json.number("number", posting.number);
        json.end_object();
    }

    void hold(const Exported& exported, JsonWriter& json, const Hold& hold) {
        json.begin_object();
        id(json, "freeze_id", hold_prefix, hold.id);
        wallet_id(exported, json, hold.wallet);
        const std::uint64_t currency = exported.state.wallets[hold.wallet - 1].currency;
        money(exported, json, "amount", currency, static_cast<Int128>(hold.amount));
        money(exported, json, "captured", currency, static_cast<Int128>(hold.captured));
        json.text("state", name_of(hold.state));
        json.text("purpose", "freeze");
        json.number("version", hold.version);
        json.instant("opened_at", Instant{hold.opened_at});
        if (hold.expires_at != 0) json.instant("expires_at", Instant{hold.expires_at});
        json.text("reason", hold.reason);
        json.end_object();
    }

    std::string amount_;
    std::string id_;
};

}  // namespace

std::unique_ptr<Exporter> make_jsonl_exporter() { return std::make_unique<JsonlExporter>(); }

}  // namespace coffer::report
