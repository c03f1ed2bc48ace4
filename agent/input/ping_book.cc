// agent/input/ping_book.cc - see ping_book.h.
#include "agent/input/ping_book.h"

#include <algorithm>

#include "common/json/json.h"

namespace picket {
namespace {

std::string key_of(const std::string& name, const std::string& run) { return name + "\n" + run; }

void forget_oldest(PingBook& book) {
  auto oldest =
      std::min_element(book.started.begin(), book.started.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (oldest != book.started.end()) book.started.erase(oldest);
}

}  // namespace

void ping_started(PingBook& book, const std::string& name, const std::string& run, int64_t unix_ms) {
  const std::string key = key_of(name, run);
  if (!book.started.count(key) && book.started.size() >= kPingStartsMax) forget_oldest(book);
  book.started[key] = unix_ms;
  book.changed = true;
}

double ping_ended(PingBook& book, const std::string& name, const std::string& run, int64_t unix_ms) {
  auto it = book.started.find(key_of(name, run));
  if (it == book.started.end()) return -1;
  const int64_t took_ms = unix_ms - it->second;
  book.started.erase(it);
  book.changed = true;
  return took_ms < 0 || took_ms > kPingStartMaxMs ? -1 : double(took_ms) / 1000;
}

bool ping_unexpected_first(PingBook& book, const std::string& name) {
  return book.unexpected.size() < kPingNamesMax && book.unexpected.insert(name).second;
}

std::string ping_book_text(const PingBook& book) {
  JsonObject started, announced;
  for (const auto& [key, unix_ms] : book.started) started.add(key, unix_ms);
  for (const auto& [name, words] : book.announced) announced.add(name, words);
  return JsonObject().add_raw("started", started.done()).add_raw("announced", announced.done()).done();
}

Status ping_book_load(PingBook& book, std::string_view text) {
  if (Status s = json_check(text); !s.ok()) return s;
  if (json_type(text) != JsonType::object) return fail(Err::invalid, "expected an object");
  const std::string_view started = json_at(text, {"started"}), announced = json_at(text, {"announced"});
  if (!announced.empty()) {
    auto names = json_string_map(announced);
    if (!names.ok()) return because("announced", names.status);
    book.announced = std::move(names.value);
  }
  if (started.empty() || json_type(started) != JsonType::object) return {};
  for (const JsonMember& m : json_members(started).value) {
    Result<int64_t> at = json_int64(m.raw);
    if (at.ok() && book.started.size() < kPingStartsMax) book.started[m.key] = at.value;
  }
  return {};
}

}  // namespace picket
