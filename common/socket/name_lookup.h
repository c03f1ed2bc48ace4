// common/socket/name_lookup.h - names to addresses, off the loop's thread.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "common/basic/result.h"
#include "common/socket/net.h"

namespace picket {

struct NameLookup;
// Addresses as text, in the system's order, each once.
using NameLookupDone = std::function<void(Result<std::vector<std::string>> addresses)>;
// `done` is called once, later. The errors name the host.
Result<NameLookup*> name_lookup(Net* net, const std::string& host, NameLookupDone done);
void name_lookup_cancel(NameLookup* lookup);  // `done` is not called any more; the net's end waits for the system all the same

bool name_is_address(const std::string& host);
std::string name_without_brackets(const std::string& host);  // [::1] as ::1

}  // namespace picket
