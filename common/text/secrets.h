// common/text/secrets.h - what of a configuration is secret, and how it is shown without. Pure.
//
// Options flagged kOptionSecret are never shown (options.h). Here is the rest: variables of the environment that commands do not get,
// and texts that hold a secret beside what may be seen.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace picket {

// A PICKET_ or SENSU_ variable whose name says that it is a secret (..._PASSWORD, ..._API_KEY, ..._TOKEN), or whose value holds one: a URL
// with
// a password, labels with a key that is redacted. What is meant for other programs (http_proxy) is not ours to take away.
bool environment_is_secret(std::string_view name, std::string_view value);

// The environment of checks, hooks, handlers and mutators, NAME=value: all but those.
std::vector<std::string> environment_for_commands(const std::vector<std::pair<std::string, std::string>>& all);

// "wss://user:word@host/" -> "wss://***@host/", wherever in the text.
std::string url_passwords_hidden(std::string_view text);

}  // namespace picket
