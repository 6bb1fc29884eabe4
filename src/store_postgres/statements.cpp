#include "store_postgres/statements.h"

#include "base/ensure.h"

// `tenant_id` stands in every key, there are no triggers, and nothing here is beyond what Citus,
// YugabyteDB and CockroachDB document, too. Only PostgreSQL is tested.

namespace coffer::store_postgres {
namespace {

#define COFFER_WALLET_COLUMNS                                                           \
    "w.tenant_id, w.number, w.owner, w.place, w.application, w.public_id, w.currency, " \
    "w.status, w.available, w.held, w.events, w.transactions, w.open_holds, "           \
    "w.counts, w.created_at, w.updated_at, w.link, w.logical "

// The rows of one wallet that pass the filters of a list; see history.cpp for the parameters.
#define COFFER_HOLD "left join holds o on o.tenant_id = h.tenant_id and o.public_id = h.hold "
#define COFFER_PASSES                                                                         \
    "where h.tenant_id = $1 and h.wallet = $2 and h.event <= $3 "                             \
    "and h.type = any($4::smallint[]) and h.at >= $5 and h.at < $6 and ($7::smallint = 0 or " \
    "o.state = $7) "

constexpr std::array<std::string_view, statement_count> texts{
    // begin, commit, rollback
    "begin isolation level read committed",
    "commit",
    "rollback",
    // fence: something to commit, so that the commit waits for whatever was seen before it
    "select pg_logical_emit_message(true, 'coffer', '')",

    // tenants_by_name
    "select tenant_id, name from tenants where name = any($1::text[])",
    // applications_by_name
    "select a.tenant_id, a.number, a.name "
    "from unnest($1::text[], $2::text[]) as k(tenant, name) join tenants t on t.name = k.tenant "
    "join applications a on a.tenant_id = t.tenant_id and a.name = k.name",
    // subjects_by_number
    "select tenant_id, number, user_id from subjects "
    "where tenant_id = any($1::integer[]) and number = any($2::bigint[])",
    // applications_by_number
    "select tenant_id, number, name from applications "
    "where tenant_id = any($1::integer[]) and number = any($2::bigint[])",

    // lock_users: whoever holds a user's row is alone with that user's wallets, holds and
    // references. One statement for all, in one order: no two batches wait for each other.
    "select s.tenant_id, s.number, s.user_id from subjects s where (s.tenant_id, s.number) in ("
    "select u.tenant_id, u.number "
    "from unnest($1::integer[], $2::text[]) as k(tenant_id, user_id) "
    "join subjects u on u.tenant_id = k.tenant_id and u.user_id = k.user_id "
    "union select w.tenant_id, w.owner "
    "from unnest($3::integer[], $4::uuid[]) as k(tenant_id, public_id) "
    "join wallets w on w.tenant_id = k.tenant_id and w.public_id = k.public_id "
    "union select w.tenant_id, w.owner "
    "from unnest($5::integer[], $6::uuid[]) as k(tenant_id, public_id) "
    "join holds h on h.tenant_id = k.tenant_id and h.public_id = k.public_id "
    "join wallets w on w.tenant_id = h.tenant_id and w.number = h.wallet) "
    "order by s.tenant_id, s.number for no key update of s",
    // people
    "select s.tenant_id, s.number, s.user_id "
    "from unnest($1::integer[], $2::text[]) as k(tenant_id, user_id) "
    "join subjects s on s.tenant_id = k.tenant_id and s.user_id = k.user_id",
    // wallets_of_users
    "select " COFFER_WALLET_COLUMNS
    "from unnest($1::integer[], $2::text[]) as k(tenant_id, user_id) "
    "join subjects s on s.tenant_id = k.tenant_id and s.user_id = k.user_id "
    "join wallets w on w.tenant_id = s.tenant_id and w.owner = s.number",
    // wallets_by_id
    "select " COFFER_WALLET_COLUMNS
    "from unnest($1::integer[], $2::uuid[]) as k(tenant_id, public_id) "
    "join wallets w on w.tenant_id = k.tenant_id and w.public_id = k.public_id",
    // wallets_of_holds
    "select " COFFER_WALLET_COLUMNS
    "from unnest($1::integer[], $2::uuid[]) as k(tenant_id, public_id) "
    "join holds h on h.tenant_id = k.tenant_id and h.public_id = k.public_id "
    "join wallets w on w.tenant_id = h.tenant_id and w.number = h.wallet",
    // wallets_by_number
    "select " COFFER_WALLET_COLUMNS
    "from wallets w where w.tenant_id = any($1::integer[]) and w.number = any($2::bigint[])",
    // holds_by_id
    "select h.tenant_id, h.public_id, h.wallet, h.amount, h.state, h.purpose, h.version, "
    "h.created_at, h.ended_at, h.reason "
    "from unnest($1::integer[], $2::uuid[]) as k(tenant_id, public_id) "
    "join holds h on h.tenant_id = k.tenant_id and h.public_id = k.public_id",
    // priors
    "select r.fingerprint, j.sequence, j.ordinal, j.at, j.record "
    "from unnest($1::integer[], $2::uuid[]) as k(tenant_id, fingerprint) "
    "join used_references r on r.tenant_id = k.tenant_id and r.fingerprint = k.fingerprint "
    "join journal j on j.tenant_id = r.tenant_id and j.sequence = r.sequence "
    "and j.ordinal = r.ordinal",
    // kept_answers
    "select k.fingerprint, j.sequence, j.ordinal, j.at, j.record "
    "from unnest($1::integer[], $2::uuid[]) as w(tenant_id, fingerprint) "
    "join kept_answers k on k.tenant_id = w.tenant_id and k.fingerprint = w.fingerprint "
    "join journal j on j.tenant_id = k.tenant_id and j.sequence = k.sequence "
    "and j.ordinal = k.ordinal",
    // house_accounts
    "select tenant_id, kind, currency, balance, postings from house_accounts "
    "where tenant_id = any($1::integer[]) and lane = $2",
    // lock_lane
    "select logical, hash, time, tenants, applications, subjects, wallets from lanes "
    "where lane = $1 for no key update",

    // insert_tenants
    "insert into tenants (tenant_id, name) select * from unnest($1::integer[], $2::text[])",
    // insert_applications
    "insert into applications (tenant_id, number, name) "
    "select * from unnest($1::integer[], $2::bigint[], $3::text[])",
    // insert_subjects
    "insert into subjects (tenant_id, number, user_id) "
    "select * from unnest($1::integer[], $2::bigint[], $3::text[])",
    // insert_wallets
    "insert into wallets (tenant_id, number, owner, place, application, public_id, currency, "
    "status, available, held, events, transactions, open_holds, counts, created_at, updated_at, "
    "link, logical) select * from unnest($1::integer[], $2::bigint[], $3::bigint[], "
    "$4::integer[], $5::bigint[], $6::uuid[], $7::integer[], $8::smallint[], $9::numeric[], "
    "$10::numeric[], $11::bigint[], $12::bigint[], $13::integer[], $14::text[], $15::bigint[], "
    "$16::bigint[], $17::bytea[], $18::bigint[])",
    // update_wallets
    "update wallets w set status = v.status, available = v.available, held = v.held, "
    "events = v.events, transactions = v.transactions, open_holds = v.open_holds, "
    "counts = v.counts, updated_at = v.updated_at, link = v.link, logical = v.logical "
    "from unnest($1::integer[], $2::bigint[], $3::smallint[], $4::numeric[], $5::numeric[], "
    "$6::bigint[], $7::bigint[], $8::integer[], $9::text[], $10::bigint[], $11::bytea[], "
    "$12::bigint[]) as v(tenant_id, number, status, available, held, events, transactions, "
    "open_holds, counts, updated_at, link, logical) "
    "where w.tenant_id = v.tenant_id and w.number = v.number",
    // put_holds
    "insert into holds (tenant_id, public_id, wallet, amount, state, purpose, version, "
    "created_at, ended_at, reason) select * from unnest($1::integer[], $2::uuid[], $3::bigint[], "
    "$4::numeric[], $5::smallint[], $6::smallint[], $7::smallint[], $8::bigint[], $9::bigint[], "
    "$10::text[]) on conflict (tenant_id, public_id) do update set state = excluded.state, "
    "version = excluded.version, ended_at = excluded.ended_at, reason = excluded.reason",
    // put_house_accounts
    "insert into house_accounts (tenant_id, lane, kind, currency, balance, postings) "
    "select * from unnest($1::integer[], $2::smallint[], $3::smallint[], $4::integer[], "
    "$5::numeric[], $6::bigint[]) on conflict (tenant_id, lane, kind, currency) do update "
    "set balance = excluded.balance, postings = excluded.postings",
    // insert_journal
    "insert into journal (tenant_id, sequence, ordinal, at, hash, record) "
    "select * from unnest($1::integer[], $2::bigint[], $3::integer[], $4::bigint[], $5::bytea[], "
    "$6::bytea[])",
    // insert_history
    "insert into history (tenant_id, wallet, event, seq, type, at, sequence, ordinal, line, hold) "
    "select * from unnest($1::integer[], $2::bigint[], $3::bigint[], $4::bigint[], "
    "$5::smallint[], $6::bigint[], $7::bigint[], $8::integer[], $9::smallint[], $10::uuid[])",
    // insert_used_references
    "insert into used_references (tenant_id, fingerprint, sequence, ordinal) "
    "select * from unnest($1::integer[], $2::uuid[], $3::bigint[], $4::integer[])",
    // delete_kept_answers: those that no longer count, unless somebody was faster
    "delete from kept_answers k "
    "using unnest($1::integer[], $2::uuid[], $3::bigint[]) as v(tenant_id, fingerprint, sequence) "
    "where k.tenant_id = v.tenant_id and k.fingerprint = v.fingerprint "
    "and k.sequence = v.sequence",
    // insert_kept_answers
    "insert into kept_answers (tenant_id, fingerprint, sequence, ordinal) "
    "select * from unnest($1::integer[], $2::uuid[], $3::bigint[], $4::integer[])",
    // update_lane
    "update lanes set logical = $2, hash = $3, time = $4, tenants = $5, applications = $6, "
    "subjects = $7, wallets = $8, batches = batches + 1, records = records + $9, "
    "wallet_rows = wallet_rows + $10, subject_rows = subject_rows + $11, "
    "reference_rows = reference_rows + $12, hold_rows = hold_rows + $13, "
    "record_bytes = record_bytes + $14, key_rows = key_rows + $15 where lane = $1",

    // page_total
    "select count(*) from history h " COFFER_HOLD COFFER_PASSES,
    // page_rows
    "select j.sequence, j.ordinal, h.line, j.at, "
    "case when o.state = 2 then o.ended_at end, j.record from history h join journal j "
    "on j.tenant_id = h.tenant_id and j.sequence = h.sequence and j.ordinal = "
    "h.ordinal " COFFER_HOLD COFFER_PASSES
    "and h.seq < $8 order by h.event desc offset $9 limit $10",
    // wallet_records
    "select h.event, j.hash, j.record from history h join journal j on "
    "j.tenant_id = h.tenant_id and j.sequence = h.sequence and j.ordinal = h.ordinal "
    "where h.tenant_id = $1 and h.wallet = $2 and h.event <= $3 order by h.event",
};

}  // namespace

std::string_view sql_of(Statement statement) { return texts[static_cast<std::size_t>(statement)]; }

std::string name_of(Statement statement) {
    return "s" + std::to_string(static_cast<int>(statement));
}

}  // namespace coffer::store_postgres
