#include "store_postgres/schema.h"

#include <algorithm>

#include "engine/book_setup.h"
#include "store_postgres/arrays.h"
#include "store_postgres/connection.h"

namespace coffer::store_postgres {
namespace {

constexpr int schema_version = 2;

// Numbers of people, wallets, tenants and applications fit 32 bits; amounts are whole minor units.
// A person's id stands in `subjects` and nowhere else but inside `journal.record`.
constexpr const char* tables = R"(
create table book (
    id smallint primary key check (id = 1), version integer not null, book uuid not null,
    reference_key bytea not null, id_key bytea not null, lanes integer not null,
    settings_version integer not null, default_currency integer not null,
    auto_open_wallets boolean not null);
create table currencies (
    number integer primary key, code text not null unique, decimals smallint not null);
create table lanes (
    lane smallint primary key, logical bigint not null, hash bytea not null, time bigint not null,
    tenants bigint not null default 0, applications bigint not null default 0,
    subjects bigint not null default 0, wallets bigint not null default 0,
    batches bigint not null default 0, records bigint not null default 0,
    wallet_rows bigint not null default 0, subject_rows bigint not null default 0,
    reference_rows bigint not null default 0, key_rows bigint not null default 0,
    hold_rows bigint not null default 0,
    record_bytes bigint not null default 0) with (fillfactor = 10);
create table tenants (tenant_id integer primary key, name text not null unique);
create table applications (
    tenant_id integer, number bigint, name text not null,
    primary key (tenant_id, number), unique (tenant_id, name));
create table subjects (
    tenant_id integer, number bigint, user_id text not null,
    primary key (tenant_id, number), unique (tenant_id, user_id));
create table wallets (
    tenant_id integer, number bigint, owner bigint not null, place integer not null,
    application bigint not null, public_id uuid not null, currency integer not null,
    status smallint not null, available numeric(39) not null, held numeric(39) not null,
    events bigint not null, transactions bigint not null, open_holds integer not null,
    counts text not null, created_at bigint not null, updated_at bigint not null,
    link bytea not null, logical bigint not null,
    primary key (tenant_id, number), unique (tenant_id, owner, place),
    unique (tenant_id, public_id),
    check (available >= 0 and held >= 0 and available + held <= 1e30))
    with (fillfactor = 70);
create unique index wallets_open on wallets (tenant_id, owner, currency) where status <> 3;
create table holds (
    tenant_id integer, public_id uuid, wallet bigint not null, amount numeric(39) not null,
    state smallint not null, purpose smallint not null, version smallint not null,
    created_at bigint not null, ended_at bigint not null, reason text not null,
    primary key (tenant_id, public_id));
create table house_accounts (
    tenant_id integer, lane smallint, kind smallint, currency integer,
    balance numeric(39) not null, postings bigint not null,
    primary key (tenant_id, lane, kind, currency)) with (fillfactor = 50);
create table journal (
    tenant_id integer, sequence bigint, ordinal integer, at bigint not null, hash bytea not null,
    record bytea not null, primary key (tenant_id, sequence, ordinal));
create table history (
    tenant_id integer, wallet bigint, event bigint, seq bigint not null, type smallint not null,
    at bigint not null, sequence bigint not null, ordinal integer not null, line smallint not null,
    hold uuid, primary key (tenant_id, wallet, event));
create table kept_answers (
    tenant_id integer, fingerprint uuid, sequence bigint not null, ordinal integer not null,
    primary key (tenant_id, fingerprint));
create table used_references (
    tenant_id integer, fingerprint uuid, sequence bigint not null, ordinal integer not null,
    primary key (tenant_id, fingerprint));
)";

Fault unavailable(const std::string& message) {
    return {Fault::Kind::storage_unavailable, "the database: " + message};
}
Fault configuration(const std::string& message) { return {Fault::Kind::configuration, message}; }

/// A plain connection that waits for its answers, for the start only. After a failure it answers
/// nothing more; whoever asked looks at fault() once.
class Session {
public:
    explicit Session(const PostgresOptions& options) {
        const ConnectParameters parameters{options.url};
        connection_.reset(
            PQconnectdbParams(parameters.keywords.data(), parameters.values.data(), 1));
        if (PQstatus(connection_.get()) != CONNECTION_OK) {
            failed_ = PQerrorMessage(connection_.get());
        }
        PQsetNoticeProcessor(
            connection_.get(), [](void*, const char*) {}, nullptr);
    }

    Rows ask(const std::string& sql, const std::vector<std::string>& values = {}) {
        if (!failed_.empty()) return {};
        std::vector<const char*> pointers;
        for (const std::string& value : values) pointers.push_back(value.c_str());
        return taken(PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()),
                                  nullptr, pointers.data(), nullptr, nullptr, 0));
    }
    void run(const std::string& script) {
        if (failed_.empty()) (void)taken(PQexec(connection_.get(), script.c_str()));
    }
    [[nodiscard]] bool ok() const { return failed_.empty(); }
    [[nodiscard]] Fault fault() const { return unavailable(failed_); }

private:
    Rows taken(PGresult* result) {
        Rows rows{result};
        if (!rows.failed()) return rows;
        failed_ = rows.message();
        return {};
    }

    struct Finish {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    std::unique_ptr<PGconn, Finish> connection_;
    std::string failed_;
};

Result<Ok, Fault> make_tables(Session& session, const PostgresOptions& options,
                              os::Random& random) {
    std::array<std::uint8_t, 80> secrets;
    if (const auto filled = random.fill(secrets); !filled) return filled.error();
    const Bytes all{secrets};
    session.run(tables);
    session.ask("insert into book values (1, $1, $2, $3, $4, $5, 0, 0, false)",
                {std::to_string(schema_version), uuid_text(all.first(16)),
                 "\\x" + to_hex(all.subspan(16, 32)), "\\x" + to_hex(all.subspan(48, 32)),
                 std::to_string(options.lanes)});
    session.ask(
        "insert into lanes (lane, logical, hash, time) "
        "select lane, 0, $1, 0 from generate_series(0, $2::integer - 1) lane",
        {"\\x" + to_hex(Hash{}), std::to_string(options.lanes)});
    if (!session.ok()) return session.fault();
    return Ok{};
}

Result<Ok, Fault> bring_setup_up_to_date(Session& session, Book& book,
                                         const PostgresOptions& options) {
    const auto added = engine::add_missing_currencies(book.currencies, options.units);
    if (!added) return added.error();
    for (const money::CurrencyInfo& info : *added) {
        session.ask(
            "insert into currencies values ($1, $2, $3)",
            {std::to_string(info.currency.number), info.code, std::to_string(info.decimals)});
    }
    const auto wanted = engine::configured_settings(
        book.settings, book.currencies, options.default_currency, options.auto_open_wallets);
    if (!wanted) return wanted.error();
    if (*wanted == book.settings) return Ok{};
    book.settings = *wanted;
    session.ask(
        "update book set settings_version = $1, default_currency = $2, "
        "auto_open_wallets = $3",
        {std::to_string(wanted->version), std::to_string(wanted->default_currency.number),
         wanted->auto_open_wallets ? "t" : "f"});
    return Ok{};
}

Result<Ok, Fault> read_book(Session& session, Book& book) {
    const Rows found = session.ask(
        "select version, book, reference_key, id_key, lanes, settings_version, default_currency, "
        "auto_open_wallets from book");
    if (!session.ok()) return session.fault();
    if (found.size() != 1 || found.number<int>(0, 0) != schema_version) {
        return configuration("the tables are of another version of coffer");
    }
    book.genesis.book = found.uuid(0, 1);
    book.genesis.reference_key = found.hash(0, 2);
    book.genesis.id_key = found.hash(0, 3);
    book.lanes = found.number<std::uint32_t>(0, 4);
    book.settings = {.version = found.number<std::uint32_t>(0, 5),
                     .default_currency = {found.number<std::uint16_t>(0, 6)},
                     .auto_open_wallets = found.truth(0, 7)};
    const Rows known = session.ask("select number, code, decimals from currencies order by 1");
    for (int row = 0; row < known.size(); ++row) {
        (void)book.currencies.add({.currency = {known.number<std::uint16_t>(row, 0)},
                                   .code = std::string{known.text(row, 1)},
                                   .decimals = known.number<int>(row, 2)});
    }
    return Ok{};
}

// The lanes' counters add up to what is there; their newest batch is all the head there is before
// seals join the lanes.
void read_lanes(Session& session, Book& book) {
    const Rows lanes = session.ask(
        "select lane, logical, hash, time, batches, records, wallet_rows, subject_rows, "
        "reference_rows, hold_rows, record_bytes, key_rows from lanes");
    for (int row = 0; row < lanes.size(); ++row) {
        const auto logical = lanes.number<std::uint64_t>(row, 1);
        const auto sequence = logical * book.lanes + lanes.number<std::uint64_t>(row, 0);
        if (logical > 0 && sequence >= book.head.sequence) {
            book.head = {sequence, {lanes.number<std::int64_t>(row, 3)}, lanes.hash(row, 2)};
        }
        book.figures.batches += lanes.number<std::uint64_t>(row, 4);
        book.figures.records += lanes.number<std::uint64_t>(row, 5);
        book.figures.wallets += lanes.number<std::uint64_t>(row, 6);
        book.figures.subjects += lanes.number<std::uint64_t>(row, 7);
        book.figures.references += lanes.number<std::uint64_t>(row, 8);
        book.figures.holds += lanes.number<std::uint64_t>(row, 9);
        book.figures.journal_bytes += lanes.number<std::uint64_t>(row, 10);
        book.figures.idempotency_keys += lanes.number<std::uint64_t>(row, 11);
    }
}

}  // namespace

Result<Book, Fault> open_book(const PostgresOptions& options, os::Random& random) {
    ENSURE(std::ranges::all_of(options.schema, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }));
    Session session{options};
    session.run("begin");
    session.ask("select pg_advisory_xact_lock(hashtext('coffer ' || $1))", {options.schema});
    const Rows there =
        session.ask("select 1 from pg_namespace where nspname = $1", {options.schema});
    if (!session.ok()) return session.fault();
    if (there.size() == 0) session.run("create schema " + options.schema);
    session.run("set local search_path = " + options.schema);
    const Rows book_table = session.ask("select to_regclass('book') is not null");
    if (!session.ok()) return session.fault();
    if (!book_table.truth(0, 0)) {
        if (const auto made = make_tables(session, options, random); !made) return made.error();
    }
    Book book;
    if (const auto read = read_book(session, book); !read) return read.error();
    if (const auto set = bring_setup_up_to_date(session, book, options); !set) {
        return set.error();
    }
    read_lanes(session, book);
    session.run("commit");
    if (!session.ok()) return session.fault();
    book.genesis.software = options.software;
    return book;
}

}  // namespace coffer::store_postgres
