// tests/backend/rows/row_stream_test.cc - a stream of rows: changes are joined, bounded, and a slow reader is asked to read anew.
#include <doctest/doctest.h>

#include "backend/rows/row_stream.h"

using namespace picket;

namespace {

RowChange change(const std::string& entity, uint32_t status, bool quiet = false) {
  RowChange c;
  c.ns = "default", c.entity = entity, c.check = "disk", c.quiet = quiet;
  c.row.ns = c.ns, c.row.entity = c.entity, c.row.check = c.check, c.row.status = status;
  return c;
}

RowChange gone(const std::string& entity) {
  RowChange c = change(entity, 0);
  c.gone = true;
  return c;
}

std::string frames(RowStream& stream, int64_t now_ms, size_t queued = 0) {
  return row_stream_frames(&stream, now_ms, queued, [](const EventRow& row) { return row; });
}

size_t count(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) n++;
  return n;
}

}  // namespace

TEST_CASE("changes of one row are joined until the next frame") {
  RowStream s;
  CHECK(frames(s, 1000) == "");
  row_stream_take(&s, change("a", 1), 5);
  row_stream_take(&s, change("a", 2), 6);
  CHECK(frames(s, 1000) == "event: rows\nid: 6\ndata: [[\"default\",\"a\",\"disk\",2,0,0,0,0,\"\",\"\"]]\n\n");
  row_stream_take(&s, change("a", 0), 7);
  CHECK(frames(s, 1099) == "");
  row_stream_take(&s, gone("a"), 8);
  CHECK(frames(s, 1100) == "event: gone\nid: 8\ndata: [[\"default\",\"a\",\"disk\"]]\n\n");
  CHECK(frames(s, 5000) == "");
}

TEST_CASE("quiet changes are left out where the reader asked for it, but not when the row waits to be sent") {
  RowStream s;
  s.quiet = true;
  row_stream_take(&s, change("a", 0, true), 5);
  CHECK(frames(s, 1000) == "");
  row_stream_take(&s, change("a", 1), 6);
  row_stream_take(&s, change("a", 1, true), 7);
  CHECK(frames(s, 2000).find("id: 7") != std::string::npos);
}

TEST_CASE("a frame holds kRowFrameMax rows, the rest comes with the next") {
  RowStream s;
  for (size_t i = 0; i < kRowFrameMax + 3; i++) row_stream_take(&s, change("e" + std::to_string(i), 1), int64_t(i));
  CHECK(count(frames(s, 1000), "\"disk\"") == kRowFrameMax);
  CHECK(count(frames(s, 1100), "\"disk\"") == 3);
}

TEST_CASE("too many changes, and a reader that is too slow, end in one reload") {
  RowStream s;
  for (size_t i = 0; i <= kRowPendingMax; i++) row_stream_take(&s, change("e" + std::to_string(i), 1), int64_t(i));
  CHECK(s.pending.empty());
  row_stream_take(&s, change("later", 1), 9000);
  CHECK(frames(s, 1000) == "event: reload\nid: 9000\ndata: {\"why\":\"more than 2000 rows have changed at once\"}\n\n");
  row_stream_take(&s, change("b", 1), 9001);
  CHECK(frames(s, 2000, kRowQueueMax + 1) == "");
  CHECK(s.pending.empty());
  CHECK(frames(s, 2100, 0).find("reload") != std::string::npos);
  row_stream_take(&s, change("c", 1), 9002);
  CHECK(frames(s, 2200).find("event: rows") == 0);
}

TEST_CASE("what is no event is said to be stale, once") {
  RowStream s;
  row_stream_stale(&s, "silenced", "default", 3);
  row_stream_stale(&s, "silenced", "default", 4);
  CHECK(frames(s, 1000) == "event: stale\nid: 4\ndata: {\"kind\":\"silenced\",\"namespace\":\"default\"}\n\n");
}
