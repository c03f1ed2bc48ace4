// backend/etcd/etcd_json_kv.cc - answers about keys: ranges, transactions, watches.
#include <charconv>

#include "backend/etcd/etcd_json_read.h"
#include "common/tls/crypto.h"

namespace picket {
namespace {

template <class T>
bool number_read(JsonCursor& c, T* out) {
  JsonType type;
  std::string scratch;
  std::string_view text;
  if (!cursor_peek(c, &type)) return false;
  const bool quoted = type == JsonType::string;
  if (quoted ? !cursor_string_view(c, &scratch, &text) : !cursor_number(c, &text)) return false;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  if (error == std::errc() && end == text.data() + text.size()) return true;
  return cursor_fail(c, "expected a whole number of 64 bits, got \"" + std::string(text.substr(0, 40)) + "\"");
}

}  // namespace

bool etcd_number(JsonCursor& c, int64_t* out) { return number_read(c, out); }
bool etcd_number(JsonCursor& c, uint64_t* out) { return number_read(c, out); }

bool etcd_bytes(JsonCursor& c, std::string* out) {
  std::string scratch;
  std::string_view text;
  if (!cursor_string_view(c, &scratch, &text)) return false;
  return base64_decode(text, out) || cursor_fail(c, "expected base64, got \"" + std::string(text.substr(0, 40)) + "\"");
}

bool etcd_header(JsonCursor& c, EtcdHeader* out) {
  return etcd_object(c, [&](const std::string& key) {
    if (key == "cluster_id") return etcd_number(c, &out->cluster_id);
    if (key == "member_id") return etcd_number(c, &out->member_id);
    if (key == "revision") return etcd_number(c, &out->revision);
    return key == "raft_term" && etcd_number(c, &out->raft_term);
  });
}

bool etcd_kv(JsonCursor& c, EtcdKv* out) {
  return etcd_object(c, [&](const std::string& key) {
    if (key == "key") return etcd_bytes(c, &out->key);
    if (key == "value") return etcd_bytes(c, &out->value);
    if (key == "create_revision") return etcd_number(c, &out->create_revision);
    if (key == "mod_revision") return etcd_number(c, &out->mod_revision);
    if (key == "version") return etcd_number(c, &out->version);
    return key == "lease" && etcd_number(c, &out->lease);
  });
}

namespace {

bool header_only(JsonCursor& c, EtcdHeader* out) {
  return etcd_object(c, [&](const std::string& key) { return key == "header" && etcd_header(c, out); });
}

bool range_answer(JsonCursor& c, EtcdRangeAnswer* out) {
  return etcd_object(c, [&](const std::string& key) {
    if (key == "header") return etcd_header(c, &out->header);
    if (key == "kvs") return etcd_list(c, &out->kvs, etcd_kv);
    if (key == "more") return cursor_bool(c, &out->more);
    return key == "count" && etcd_number(c, &out->count);
  });
}

bool delete_answer(JsonCursor& c, EtcdDeleteAnswer* out) {
  return etcd_object(c, [&](const std::string& key) {
    if (key == "header") return etcd_header(c, &out->header);
    return key == "deleted" && etcd_number(c, &out->deleted);
  });
}

bool op_answer(JsonCursor& c, EtcdOpAnswer* out) {
  return etcd_object(c, [&](const std::string& key) {
    if (key == "response_range") return out->kind = EtcdOpAnswer::range, range_answer(c, &out->found);
    if (key == "response_put") return out->kind = EtcdOpAnswer::put, cursor_skip(c, nullptr);
    if (key != "response_delete_range") return false;
    EtcdDeleteAnswer deleted;
    out->kind = EtcdOpAnswer::deleted;
    const bool ok = delete_answer(c, &deleted);
    out->deleted_count = deleted.deleted;
    return ok;
  });
}

bool txn_answer(JsonCursor& c, EtcdTxnAnswer* out) {
  return etcd_object(c, [&](const std::string& key) {
    if (key == "header") return etcd_header(c, &out->header);
    if (key == "succeeded") return cursor_bool(c, &out->succeeded);
    return key == "responses" && etcd_list(c, &out->answers, op_answer);
  });
}

bool event_read(JsonCursor& c, EtcdEvent* out) {
  std::string type;
  const bool ok = etcd_object(c, [&](const std::string& key) {
    if (key == "type") return cursor_string(c, &type);
    return key == "kv" && etcd_kv(c, &out->kv);
  });
  out->deleted = type == "DELETE";
  return ok;
}

bool watch_result(JsonCursor& c, EtcdWatchMessage* out) {
  return etcd_object(c, [&](const std::string& key) {
    if (key == "header") return etcd_header(c, &out->header);
    if (key == "events") return etcd_list(c, &out->events, event_read);
    if (key == "created") return cursor_bool(c, &out->created);
    if (key == "canceled") return cursor_bool(c, &out->canceled);
    if (key == "fragment") return cursor_bool(c, &out->fragment);
    if (key == "cancel_reason") return cursor_string(c, &out->cancel_reason);
    return key == "compact_revision" && etcd_number(c, &out->compact_revision);
  });
}

}  // namespace

Result<EtcdHeader> etcd_header_read(std::string_view text) { return etcd_document<EtcdHeader>(text, header_only); }
Result<EtcdRangeAnswer> etcd_range_read(std::string_view text) { return etcd_document<EtcdRangeAnswer>(text, range_answer); }
Result<EtcdDeleteAnswer> etcd_delete_read(std::string_view text) { return etcd_document<EtcdDeleteAnswer>(text, delete_answer); }
Result<EtcdTxnAnswer> etcd_txn_read(std::string_view text) { return etcd_document<EtcdTxnAnswer>(text, txn_answer); }

bool etcd_error_read(JsonCursor& c, EtcdError* out) {
  return etcd_object(c, [&](const std::string& key) {
    JsonType type = JsonType::null;
    int64_t code = 0;
    if (key == "message") return cursor_string(c, &out->message);
    if (key == "code" || key == "grpc_code") {
      const bool ok = etcd_number(c, &code);
      out->code = code < 0 || code > 16 ? 0 : int(code);
      return ok;
    }
    if (key != "error" || !cursor_peek(c, &type)) return false;
    if (type == JsonType::object) return etcd_error_read(c, out);
    std::string text;
    const bool ok = cursor_string(c, &text);
    if (out->message.empty()) out->message = text;
    return ok;
  });
}

Result<EtcdWatchMessage> etcd_watch_read(std::string_view text) {
  EtcdError error;
  Result<EtcdWatchMessage> out = etcd_document<EtcdWatchMessage>(text, [&](JsonCursor& c, EtcdWatchMessage* message) {
    return etcd_object(c, [&](const std::string& key) {
      if (key == "result") return watch_result(c, message);
      return key == "error" && etcd_error_read(c, &error);
    });
  });
  if (out.ok() && !error.message.empty()) out.status = fail(Err::unavailable, error.message);
  return out;
}

}  // namespace picket
