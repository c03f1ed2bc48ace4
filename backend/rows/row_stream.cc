// backend/rows/row_stream.cc - frames: rows, gone, stale, reload.
#include "backend/rows/row_stream.h"

#include "common/json/json.h"

namespace picket {
namespace {

std::string frame(const char* event, int64_t revision, const std::string& data) {
  return std::string("event: ") + event + "\nid: " + std::to_string(revision) + "\ndata: " + data + "\n\n";
}

void reload(RowStream* stream, std::string why) {
  stream->reload = std::move(why);
  stream->pending.clear();
}

std::string rows_frame(RowStream* stream, const std::function<EventRow(const EventRow&)>& shown, size_t* left) {
  std::string rows;
  for (auto it = stream->pending.begin(); it != stream->pending.end() && *left > 0;) {
    if (it->second.gone) {
      ++it;
      continue;
    }
    rows += rows.empty() ? "[" : ",";
    row_print(&rows, shown(it->second.row));
    it = stream->pending.erase(it);
    --*left;
  }
  return rows.empty() ? "" : frame("rows", stream->revision, rows + "]");
}

std::string gone_frame(RowStream* stream, size_t* left) {
  std::string gone;
  for (auto it = stream->pending.begin(); it != stream->pending.end() && *left > 0;) {
    const RowChange& c = it->second;
    if (!c.gone) {
      ++it;
      continue;
    }
    gone += (gone.empty() ? "[[" : ",[") + json_quote(c.ns) + "," + json_quote(c.entity) + "," + json_quote(c.check) + "]";
    it = stream->pending.erase(it);
    --*left;
  }
  return gone.empty() ? "" : frame("gone", stream->revision, gone + "]");
}

std::string stale_frames(RowStream* stream) {
  std::string out;
  for (const auto& [kind, ns] : std::exchange(stream->stale, {}))
    out += frame("stale", stream->revision, JsonObject().add("kind", kind).add("namespace", ns).done());
  return out;
}

}  // namespace

void row_stream_take(RowStream* stream, const RowChange& change, int64_t revision) {
  stream->revision = revision;
  const std::string key = row_key(change.ns, change.entity, change.check);
  const bool left_out = stream->quiet && change.quiet && !change.gone && !stream->pending.count(key);
  if (left_out || !stream->reload.empty()) return;
  stream->pending[key] = change;
  if (stream->pending.size() > kRowPendingMax) reload(stream, "more than " + std::to_string(kRowPendingMax) + " rows have changed at once");
}

void row_stream_stale(RowStream* stream, const std::string& kind, const std::string& ns, int64_t revision) {
  stream->revision = revision;
  stream->stale.insert({kind, ns});
}

std::string row_stream_frames(RowStream* stream, int64_t now_ms, size_t queued, const std::function<EventRow(const EventRow&)>& shown) {
  const bool nothing = stream->pending.empty() && stream->stale.empty() && stream->reload.empty();
  if (nothing || now_ms - stream->sent_ms < kRowFramesMs) return "";
  if (queued > kRowQueueMax) {
    if (stream->reload.empty()) reload(stream, "the reader is too slow");
    return "";
  }
  stream->sent_ms = now_ms;
  size_t left = kRowFrameMax;
  std::string out;
  if (!stream->reload.empty()) out = frame("reload", stream->revision, JsonObject().add("why", std::exchange(stream->reload, "")).done());
  out += rows_frame(stream, shown, &left);
  out += gone_frame(stream, &left);
  return out + stale_frames(stream);
}

}  // namespace picket
