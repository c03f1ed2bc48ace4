// backend/route/filter.h - does an event pass a filter (B-62 to B-64; rules of 6.9). Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"
#include "common/types/types.h"
#include "backend/script/script.h"

namespace picket {

// The members of the subject that scripts can name. Most expressions compare a status and a label: they need no object of a
// hundred members. A script that could put a name together (brackets, functions, escapes, Object, JSON, ...) may look at all.
inline constexpr size_t kSubjectWordsMax = 128;  // a script with more words may look at all
struct SubjectWords {
  bool all = true;
  std::vector<std::string_view> words;  // of the scripts' texts; they must live as long
  bool has(std::string_view member) const;
  bool covers(const SubjectWords& other) const;
};
SubjectWords words_of(const EventFilter& filter);
void words_join(SubjectWords& words, const SubjectWords& more);

// The event as filter scripts see it: metadata flattened, labels redacted, zero values present, has_check and friends.
// `last_seen`: of the entity; 0 = as its value says.
std::string filter_event_json(const Event& event, int64_t last_seen = 0, const SubjectWords& words = {});
std::string filter_entity_json(const Entity& entity, int64_t last_seen = 0);  // asset filters: the whole entity
std::string filter_entity_config_json(const Entity& entity);                  // proxy_requests: the configuration part only

struct FilterVerdict {
  bool pass = true;
  std::string why;                  // for people: which expression or window decided
  std::vector<std::string> errors;  // expressions that raised and were skipped
  std::string unrun;                // why expressions had no say for the time they take; "" = all had
};

bool filter_is_builtin(std::string_view name);  // is_incident, has_metrics, not_silenced
FilterVerdict filter_builtin(std::string_view name, const Event& event);

// `subject` is made of filter_event_json. `when` windows are evaluated in UTC at environment.now_s.
FilterVerdict filter_decide(const EventFilter& filter, const ScriptSubject& subject, Scripts* scripts,
                            const ScriptEnvironment& environment);

// proxy_requests.entity_attributes: all valid expressions true; nothing valid matches nothing. `is_known` becomes false when that is
// so only because of the time that scripts take.
bool filter_entity_matches(const StringList& entity_attributes, const ScriptSubject& entity, Scripts* scripts,
                           const ScriptEnvironment& environment, bool* is_known = nullptr);

// For the API: ok, or `syntax error in expression N: ...`.
Status filter_check_syntax(std::string_view expression, size_t index);
Status filter_check_syntax(const StringList& expressions);

}  // namespace picket
