#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace coffer::store_postgres {

/// Every statement that serves requests. Each connection prepares all of them once.
enum class Statement : std::uint8_t {
    begin,
    commit,
    rollback,
    fence,
    // Names that never change once they are there.
    tenants_by_name,
    applications_by_name,
    subjects_by_number,
    applications_by_number,
    // What a batch looks at.
    lock_users,
    people,
    wallets_of_users,
    wallets_by_id,
    wallets_of_holds,
    wallets_by_number,
    holds_by_id,
    priors,
    kept_answers,
    house_accounts,
    lock_lane,
    // What a batch leaves behind.
    insert_tenants,
    insert_applications,
    insert_subjects,
    insert_wallets,
    update_wallets,
    put_holds,
    put_house_accounts,
    insert_journal,
    insert_history,
    insert_used_references,
    delete_kept_answers,
    insert_kept_answers,
    update_lane,
    // History.
    page_total,
    page_rows,
    wallet_records,
};
inline constexpr std::size_t statement_count = 35;

/// Columns of one wallet, in the order in which every wallets_… statement answers them.
enum WalletColumn : int {
    wallet_tenant,
    wallet_number,
    wallet_owner,
    wallet_place,
    wallet_application,
    wallet_public_id,
    wallet_currency,
    wallet_status,
    wallet_available,
    wallet_held,
    wallet_events,
    wallet_transactions,
    wallet_open_holds,
    wallet_counts,  ///< a number a type, blanks between them
    wallet_created_at,
    wallet_updated_at,
    wallet_link,
    wallet_logical,
};

[[nodiscard]] std::string_view sql_of(Statement statement);
/// The name under which it is prepared.
[[nodiscard]] std::string name_of(Statement statement);

/// One statement and the values of its parameters, in text form.
struct Step {
    Statement statement;
    std::vector<std::string> values{};
};

}  // namespace coffer::store_postgres
