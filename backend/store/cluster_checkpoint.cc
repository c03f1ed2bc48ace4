// backend/store/cluster_checkpoint.cc - see cluster_checkpoint.h.
#include "backend/store/cluster_checkpoint.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "common/json/json.h"
#include "common/os/os.h"
#include "common/text/log.h"

namespace picket {

std::string checkpoint_folder(const std::string& prefix, int64_t position) {
  std::string digits = std::to_string(position);
  return prefix + "c/" + std::string(digits.size() < 13 ? 13 - digits.size() : 0, '0') + digits + "/";
}

std::string checkpoint_piece_key(const std::string& prefix, int64_t position, int64_t number) {
  const std::string digits = std::to_string(number);
  return checkpoint_folder(prefix, position) + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

std::string checkpoint_manifest_json(const CheckpointManifest& m) {
  return "{\"position\":" + std::to_string(m.position) + ",\"pieces\":" + std::to_string(m.pieces) +
      ",\"bytes\":" + std::to_string(m.bytes) + "}";
}

EtcdWay checkpoint_way() {
  EtcdWay way;
  way.timeout_ms = 4 * kClusterCallMs;
  way.attempt_ms = kClusterCallMs;
  way.again = true;
  return way;
}

namespace {

using Self = std::weak_ptr<ClusterStore>;

std::string folder_of(const ClusterStore& c, int64_t position) { return checkpoint_folder(c.options.prefix, position); }

std::string piece_key(const ClusterStore& c, int64_t position, int64_t number) {
  return checkpoint_piece_key(c.options.prefix, position, number);
}

Result<CheckpointManifest> manifest_read(std::string_view text) {
  const Status damaged = fail(Err::io, "etcd has no whole checkpoint (c/now)");
  CheckpointManifest m;
  for (const auto& [name, value] : {std::pair{"position", &m.position}, std::pair{"pieces", &m.pieces}, std::pair{"bytes", &m.bytes}}) {
    const std::string_view raw = json_at(text, {name});
    const Result<int64_t> number = raw.empty() ? Result<int64_t>(damaged) : json_int64(raw);
    if (!number.ok() || number.value < 0) return damaged;
    *value = number.value;
  }
  if (m.position == 0 || m.pieces == 0 || m.pieces > kPiecesMax) return damaged;
  return m;
}

EtcdRange one_key(std::string key) {
  EtcdRange range;
  range.key = std::move(key);
  return range;
}

// ---- a file read and written piece by piece ----

struct File {
  FILE* f = nullptr;
  std::string path;
  bool keep = false;
  File(std::string name, const char* mode) : f(fopen(name.c_str(), mode)), path(std::move(name)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (f) fclose(f);
    if (!keep) (void)os_remove_file(path);
  }
};

// ---- making one ----

struct Making {
  Self store;
  std::unique_ptr<File> file;
  CheckpointManifest manifest;
  std::string from, to;
  Status status;
  uv_work_t work{};
};
using MakingPtr = std::shared_ptr<Making>;

void made(const MakingPtr& m, const Status& s) {
  auto c = m->store.lock();
  if (!c) return;
  c->keeping = false;
  if (!s.ok()) return log_error("cluster", "a checkpoint was not made; it is tried again", {{"error", s.message}});
  c->checkpoint_position = m->manifest.position;
  c->checkpoint_bytes = m->manifest.bytes;
  c->log_bytes = c->log_records = 0;
  log_info("cluster", "checkpoint made", {{"position", m->manifest.position}, {"bytes", m->manifest.bytes}});
}

void old_pieces_drop(ClusterStore& c, int64_t position) {
  const std::string first = c.options.prefix + "c/0";
  etcd_delete(c.options.etcd, {first, folder_of(c, position)}, checkpoint_way(),
              [](const Result<EtcdDeleteAnswer>&) {});  // the next does it, too
}

void manifest_put(ClusterStore& c, const MakingPtr& m) {
  etcd_put(c.options.etcd, {c.options.prefix + "c/now", checkpoint_manifest_json(m->manifest), 0}, checkpoint_way(),
           [m](const Result<EtcdHeader>& a) {
             made(m, a.status);
             if (auto self = m->store.lock(); self && a.ok()) old_pieces_drop(*self, m->manifest.position);
           });
}

void piece_put(const MakingPtr& m) {
  auto c = m->store.lock();
  if (!c || c->closed || c->closing) return;
  std::string piece(kPieceBytes, '\0');
  piece.resize(fread(piece.data(), 1, piece.size(), m->file->f));
  if (ferror(m->file->f)) return made(m, fail(Err::io, "cannot read " + m->to));
  if (piece.empty()) return manifest_put(*c, m);
  std::string value = log_deflate(piece);
  m->manifest.bytes += static_cast<int64_t>(value.size());
  const std::string key = piece_key(*c, m->manifest.position, m->manifest.pieces++);
  etcd_put(c->options.etcd, {key, std::move(value), 0}, checkpoint_way(), [m](const Result<EtcdHeader>& a) {
    if (a.ok()) piece_put(m);
    else made(m, a.status);
  });
}

void file_made(const MakingPtr& m) {
  if (!m->status.ok()) return made(m, m->status);
  m->file = std::make_unique<File>(m->to, "rb");
  if (!m->file->f) return made(m, fail(Err::io, "cannot read " + m->to));
  piece_put(m);
}

void checkpoint_make(ClusterStore& c) {
  c.keeping = true;
  auto m = std::make_shared<Making>();
  m->store = c.weak_from_this();
  m->from = c.store->path;
  m->to = c.store->path + ".keeper";
  (void)os_remove_file(m->to);
  m->work.data = new MakingPtr(m);
  uv_queue_work(
      c.store->loop, &m->work,
      [](uv_work_t* w) {
        Making& making = **static_cast<MakingPtr*>(w->data);
        Result<int64_t> position = sqlite_checkpoint(making.from, making.to);
        making.status = position.status;
        making.manifest.position = position.value;
      },
      [](uv_work_t* w, int) {
        const std::unique_ptr<MakingPtr> making(static_cast<MakingPtr*>(w->data));
        file_made(*making);
      });
}

// ---- trimming ----

// What all living members have applied.
int64_t applied_by_all(const ClusterStore& c) {
  int64_t least = c.stats.applied;
  for (const auto& [name, m] : c.members.all) {
    if (name == c.members.self || !member_lives(c.members, name, os_mono_ms())) continue;
    const std::string_view raw = json_at(m.facts, {"position"});
    least = std::min(least, raw.empty() ? 0 : json_int64(raw).value);
  }
  return least;
}

// Records of one epoch lie in one range of keys, and are numbered in the order of their revisions.
EtcdTxn trim_txn(const ClusterStore& c, const std::vector<EtcdKv>& records, int64_t up_to) {
  std::map<int64_t, int64_t> last;
  for (const EtcdKv& kv : records) {
    const LogPlace place = log_record_place(c.options.prefix, kv.key);
    if (place.epoch == 0 || kv.mod_revision > up_to) continue;
    last[place.epoch] = std::max(last[place.epoch], place.number);
  }
  EtcdTxn txn;
  txn.success.push_back(EtcdPut{c.options.prefix + "c/trimmed", std::to_string(up_to), 0});
  for (const auto& [epoch, number] : last)
    if (txn.success.size() < 100)
      txn.success.push_back(EtcdDelete{log_record_key(c.options.prefix, epoch, 0), log_record_key(c.options.prefix, epoch, number + 1)});
  return txn;
}

void trimmed(const Self& weak, int64_t up_to, bool ok) {
  auto c = weak.lock();
  if (!c) return;
  c->keeping = false;
  if (ok) c->trimmed = up_to;
}

void trim(ClusterStore& c, int64_t up_to) {
  c.keeping = true;
  EtcdRange range = one_key(c.options.prefix + "l/");
  range.range_end = etcd_prefix_end(range.key);
  range.keys_only = true;
  etcd_range(c.options.etcd, range, checkpoint_way(), [weak = c.weak_from_this(), up_to](const Result<EtcdRangeAnswer>& a) {
    auto self = weak.lock();
    if (!self || self->closed || !a.ok()) return trimmed(weak, up_to, false);
    etcd_txn(self->options.etcd, trim_txn(*self, a.value.kvs, up_to), checkpoint_way(),
             [weak, up_to](const Result<EtcdTxnAnswer>& done) { trimmed(weak, up_to, done.ok()); });
  });
}

void compact(ClusterStore& c) {
  int64_t revision = 0;
  for (; !c.heads.empty() && os_mono_ms() - c.heads.front().first > kCompactBehindMs; c.heads.pop_front())
    revision = c.heads.front().second;
  c.heads.emplace_back(os_mono_ms(), c.log.position);
  if (revision > 1 && c.compacts) etcd_compact(c.options.etcd, revision, checkpoint_way(), [](const Result<EtcdHeader>&) {});
}

// ---- what there is ----

void manifest_ask(ClusterStore& c) {
  c.keeping = true;
  etcd_range(c.options.etcd, one_key(c.options.prefix + "c/now"), checkpoint_way(),
             [weak = c.weak_from_this()](const Result<EtcdRangeAnswer>& a) {
               auto self = weak.lock();
               if (!self) return;
               self->keeping = false;
               if (!a.ok()) return;
               const Result<CheckpointManifest> m =
                   a.value.kvs.empty() ? Result<CheckpointManifest>(fail(Err::not_found, "")) : manifest_read(a.value.kvs[0].value);
               self->checkpoint_position = m.ok() ? m.value.position : 1;  // 1: none
               self->checkpoint_bytes = m.value.bytes;
             });
}

bool is_due(const ClusterStore& c) {
  return c.log_bytes > std::max(kCheckpointLogBytesMin, 2 * c.checkpoint_bytes) || c.log_records > kCheckpointRecordsMax;
}

// ---- loading one ----

struct Loading {
  Self store;
  std::unique_ptr<File> file;
  CheckpointManifest manifest;
  int64_t next = 0;
  std::function<void(Status)> done;
};
using LoadingPtr = std::shared_ptr<Loading>;

void loaded(const LoadingPtr& l, Status s) {
  if (s.ok() && fflush(l->file->f) != 0) s = fail(Err::io, "cannot write " + l->file->path);
  if (l->file) l->file->keep = s.ok();
  l->file.reset();
  auto done = std::exchange(l->done, nullptr);
  if (done) done(std::move(s));
}

Status piece_write(Loading& l, const Result<EtcdRangeAnswer>& a) {
  if (!a.ok()) return a.status;
  if (a.value.kvs.empty()) return fail(Err::io, "a piece of the checkpoint is gone: a newer one has taken its place; start again");
  Result<std::string> piece = log_inflate(a.value.kvs[0].value, kPieceBytes);
  if (!piece.ok()) return piece.status;
  const bool ok = fwrite(piece.value.data(), 1, piece.value.size(), l.file->f) == piece.value.size();
  return ok ? Status{} : fail(Err::io, "cannot write " + l.file->path + "; is the disk full?");
}

void piece_get(const LoadingPtr& l) {
  auto c = l->store.lock();
  if (!c || c->closed) return;
  if (l->next == l->manifest.pieces) return loaded(l, {});
  etcd_range(c->options.etcd, one_key(piece_key(*c, l->manifest.position, l->next++)), checkpoint_way(),
             [l](const Result<EtcdRangeAnswer>& a) {
               Status s = piece_write(*l, a);
               if (s.ok()) piece_get(l);
               else loaded(l, std::move(s));
             });
}

}  // namespace

void keeper_look(ClusterStore& c) {
  const int64_t now = os_mono_ms();
  if (c.keeping || now < c.keeper_ms || c.store->stats.degraded) return;
  c.keeper_ms = now + kKeeperLookMs;
  if (!owner_is_self(c.members, "keeper", "", now)) return c.heads.clear();
  if (c.checkpoint_position == 0) return manifest_ask(c);
  if (is_due(c)) return checkpoint_make(c);
  compact(c);
  const int64_t up_to = std::min(c.checkpoint_position, applied_by_all(c));
  if (c.checkpoint_position > 1 && up_to > c.trimmed) trim(c, up_to);
}

void checkpoint_load(ClusterStore& c, const std::string& path, std::function<void(Status)> done) {
  auto l = std::make_shared<Loading>();
  l->store = c.weak_from_this();
  l->done = std::move(done);
  std::string was;
  (void)os_remove_file(path);
  if (Status s = os_make_private(path, true, &was); !s.ok()) return l->done(std::move(s));
  l->file = std::make_unique<File>(path, "wb");
  if (!l->file->f) return loaded(l, fail(Err::io, "cannot write " + path));
  etcd_range(c.options.etcd, one_key(c.options.prefix + "c/now"), checkpoint_way(), [l](const Result<EtcdRangeAnswer>& a) {
    if (!a.ok()) return loaded(l, a.status);
    Result<CheckpointManifest> m = manifest_read(a.value.kvs.empty() ? "" : a.value.kvs[0].value);
    if (!m.ok()) return loaded(l, m.status);
    l->manifest = m.value;
    piece_get(l);
  });
}

}  // namespace picket
