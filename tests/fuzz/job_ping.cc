// tests/fuzz/job_ping.cc - any path, query and body of a ping; what is taken must be writable and readable again. And any file of pings.
#include <cstdlib>

#include "agent/input/expected_result.h"
#include "agent/input/job_ping.h"

using namespace picket;

namespace {

void look(const Core& core, const ApiRequest& request, const std::string& rest, PingBook& book) {
  const Now now{1000, 1'700'000'000'000};
  ApiAnswer answer = ping_answer(core, request, rest, {"a1", "default", now.unix_s()}, now, &book);
  for (Event& event : answer.events) {
    expected_fill(core, event, now);
    if (!decode<Event>(encode(event)).ok()) abort();
  }
  PingBook again;
  if (!ping_book_load(again, ping_book_text(book)).ok()) abort();
}

}  // namespace

// PATH ? QUERY, a line end, the body.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const size_t line = std::min(text.find('\n'), text.size()), mark = std::min(text.find('?'), line);
  ApiRequest request;
  request.query = mark < line ? text.substr(mark + 1, line - mark - 1) : "";
  request.body = line < text.size() ? text.substr(line + 1) : "";
  PingBook book;
  (void)ping_book_load(book, request.body);
  static const Core nothing;
  static const Core expects = [] {
    Core core;
    core.definitions = local_settings_parse(R"({"checks":{"a":{"expect":{"ttl":"1h"}}}})", "default").value.definitions;
    return core;
  }();
  look(nothing, request, text.substr(0, mark), book);
  look(expects, request, text.substr(0, mark), book);
  return 0;
}
