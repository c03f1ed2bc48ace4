// agent/input/expected_result.h - results that this agent's configuration expects: a definition with `expect` in place of a command. Pure.
//
// Whatever way a result comes (ping, socket, `picket run` and its outbox), it gets what its definition says: until when the next one is
// due, its handlers, labels and annotations. A backend of any kind then counts down.
#pragma once
#include <string>
#include <vector>

#include "agent/core/core.h"
#include "agent/input/ping_book.h"
#include "common/rules/expectation.h"
#include "common/types/types.h"

namespace picket {

// The definition of a check that is expected, or null.
const CheckConfig* expected_check(const Core& core, const std::string& name);
bool expects_any(const Core& core);
StringList expected_names(const Core& core);

// A result of a check that is expected gets its definition's part; any other stays as it is.
void expected_fill(const Core& core, Event& event, Now now);

// What is expected and was never announced to a backend: an event each, which begins the countdown. They are announced then; what is
// expected no more is forgotten.
std::vector<Event> expected_announce(const Core& core, PingBook& book, Now now);

}  // namespace picket
