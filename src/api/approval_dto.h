#pragma once

#include <string>

#include "api/wording.h"

namespace coffer::api {

/// The fields of WithdrawalRequestResponse without braces. Of an adjustment the same and `type`.
void append_approval_fields(std::string& out, const wallet::Approval& approval,
                            const Wording& wording);

/// The approval as it was right after `record`, and the transaction when it made one: a replayed
/// answer says what the first one said.
void append_approval_fields_after(std::string& out, const wallet::Record& record,
                                  const Wording& wording);

}  // namespace coffer::api
