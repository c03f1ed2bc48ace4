// agent/config/redact_1x.cc - see redact_1x.h.
#include "agent/config/redact_1x.h"

#include <iterator>

#include "common/json/json.h"

namespace picket {
namespace {

constexpr const char* kRedacted = "REDACTED";

// What 1.6 and later added to the list that both share.
const char* const kWords1x[] = {"routing_key",       "access_token_read", "access_token_write", "access_token_path", "webhook_url",
                                "nickserv_password", "channel_password",  "community",          "keystore_password", "truststore_password",
                                "proxy_password",    "access_key_id",     "secret_access_key"};

std::string object_redacted(std::string_view json, const StringList& words) {
  JsonObject out;
  for (const JsonMember& m : json_members(json).value) {
    if (redact_matches(m.key, words)) out.add(m.key, kRedacted);
    else out.add_raw(m.key, json_redacted(m.raw, words));
  }
  return out.done();
}

std::string array_redacted(std::string_view json, const StringList& words) {
  std::string out = "[";
  for (std::string_view item : json_items(json).value) out += (out.size() > 1 ? "," : "") + json_redacted(item, words);
  return out + "]";
}

bool is_nested(const std::string& text) { return !text.empty() && (text[0] == '{' || text[0] == '[') && json_check(text).ok(); }

}  // namespace

StringList redact_words(const StringList& configured, const StringList& entity) {
  StringList words = entity.empty() ? kDefaultRedact : entity;
  if (configured.empty()) words.insert(words.end(), std::begin(kWords1x), std::end(kWords1x));
  return words;
}

std::string json_redacted(std::string_view json, const StringList& words) {
  switch (json_type(json)) {
    case JsonType::object: return object_redacted(json, words);
    case JsonType::array: return array_redacted(json, words);
    default: return std::string(json);
  }
}

void annotations_redact(StringMap& annotations, const StringList& words) {
  for (auto& [key, value] : annotations) {
    if (redact_matches(key, words)) value = kRedacted;
    else if (is_nested(value)) value = json_redacted(value, words);
  }
}

}  // namespace picket
