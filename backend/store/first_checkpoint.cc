// backend/store/first_checkpoint.cc - see first_checkpoint.h.
#include "backend/store/first_checkpoint.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

#include "common/os/os.h"
#include "backend/cluster/log_record.h"
#include "backend/store/cluster_checkpoint.h"
#include "backend/store/sqlite_log.h"

namespace picket {
namespace {

struct First {
  EtcdClient* etcd = nullptr;
  FirstCheckpoint what;
  std::function<void(Status)> done;
  std::string cluster;
  CheckpointManifest manifest;
  FILE* file = nullptr;
};
using FirstPtr = std::shared_ptr<First>;

void finish(const FirstPtr& f, Status s) {
  if (f->file) fclose(std::exchange(f->file, nullptr));
  (void)os_remove_file(f->what.scratch);
  f->done(std::move(s));
}

Status not_empty(const First& f) {
  return fail(Err::exists, "etcd has a cluster below " + f.what.prefix + " already; give another etcd-prefix, or an empty etcd");
}

// What counts for nobody is in the way of the next attempt.
void withdraw(const FirstPtr& f, Status why) {
  const std::string folder = checkpoint_folder(f->what.prefix, f->manifest.position);
  etcd_delete(f->etcd, {folder, etcd_prefix_end(folder)}, checkpoint_way(),
              [f, why = std::move(why)](const Result<EtcdDeleteAnswer>&) { finish(f, why); });
}

void begin_cluster(const FirstPtr& f) {
  EtcdCompare absent;
  absent.target = EtcdCompare::create;
  absent.key = f->what.prefix + "id";
  absent.number = 0;
  EtcdTxn txn;
  txn.compare = {absent};
  txn.success = {EtcdPut{f->what.prefix + "id", f->cluster, 0}, EtcdPut{f->what.prefix + "c/now", checkpoint_manifest_json(f->manifest), 0},
                 EtcdPut{f->what.prefix + "c/trimmed", std::to_string(f->manifest.position), 0}};
  EtcdWay once = checkpoint_way();
  once.again = false;
  etcd_txn(f->etcd, txn, once, [f](const Result<EtcdTxnAnswer>& a) {
    if (!a.ok()) return finish(f, because("begin the cluster (it may have begun nevertheless)", a.status));
    if (!a.value.succeeded) return withdraw(f, not_empty(*f));
    finish(f, {});
  });
}

void piece_next(const FirstPtr& f) {
  std::string piece(kPieceBytes, '\0');
  piece.resize(fread(piece.data(), 1, piece.size(), f->file));
  if (ferror(f->file)) return withdraw(f, fail(Err::io, "cannot read " + f->what.scratch));
  if (piece.empty()) return begin_cluster(f);
  std::string value = log_deflate(piece);
  f->manifest.bytes += static_cast<int64_t>(value.size());
  const std::string key = checkpoint_piece_key(f->what.prefix, f->manifest.position, f->manifest.pieces++);
  etcd_put(f->etcd, {key, std::move(value), 0}, checkpoint_way(), [f](const Result<EtcdHeader>& a) {
    if (a.ok()) piece_next(f);
    else withdraw(f, a.status);
  });
}

// The position: the next revision of etcd, which is that of the first piece. Records come behind it.
void file_make(const FirstPtr& f, int64_t revision) {
  f->cluster = os_uuid();
  f->cluster.erase(std::remove(f->cluster.begin(), f->cluster.end(), '-'), f->cluster.end());
  f->cluster.resize(16);
  f->manifest.position = revision + 1;
  (void)os_remove_file(f->what.scratch);
  if (Status s = sqlite_first_checkpoint(f->what.from, f->what.scratch, f->manifest.position, f->cluster); !s.ok()) return finish(f, s);
  f->file = fopen(f->what.scratch.c_str(), "rb");
  if (!f->file) return finish(f, fail(Err::io, "cannot read " + f->what.scratch));
  piece_next(f);
}

}  // namespace

void first_checkpoint_write(EtcdClient* etcd, FirstCheckpoint what, std::function<void(Status)> done) {
  auto f = std::make_shared<First>();
  f->etcd = etcd;
  f->what = std::move(what);
  f->done = std::move(done);
  EtcdRange range;
  range.key = f->what.prefix;
  range.range_end = etcd_prefix_end(range.key);
  range.keys_only = true;
  etcd_range(etcd, range, checkpoint_way(), [f](const Result<EtcdRangeAnswer>& a) {
    if (!a.ok()) return finish(f, a.status);
    if (!a.value.kvs.empty()) return finish(f, not_empty(*f));
    file_make(f, a.value.header.revision);
  });
}

}  // namespace picket
