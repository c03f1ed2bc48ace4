// tests/backend/store/writer_test.cc - the thread that commits: in which order answers come.
#include <condition_variable>

#include "backend/store/sqlite.h"
#include "backend/store/writer.h"
#include "tests/backend/store/store_fixture.h"

using namespace store_test;

namespace {

struct Writer {
  TempDir dir;
  StoreWriter writer;
  std::mutex mutex;
  std::condition_variable notified;
  bool woken = false;
  std::vector<Err> answers;

  Writer() {
    writer_start(writer, sqlite_writer_open(dir.file(), {}).value, [this] {
      std::lock_guard<std::mutex> lock(mutex);
      woken = true;
      notified.notify_one();
    });
  }
  ~Writer() {
    writer_stop(writer);
    sqlite_writer_close(writer.sqlite);
  }
  void wait_for(size_t count) {
    while (answers.size() < count) {
      std::unique_lock<std::mutex> lock(mutex);
      notified.wait(lock, [this] { return woken; });
      woken = false;
      lock.unlock();
      for (Batch& b : writer_finished(writer).batches) answers.push_back(b.status.code);
    }
  }
  void until_committing() {
    for (bool taken = false; !taken; std::this_thread::yield()) {
      std::lock_guard<std::mutex> lock(writer.mutex);
      taken = writer.queue.empty();
    }
  }
};

Batch put(int64_t revision, const char* kind = "checks") {
  Batch b;
  auto op = std::make_shared<StoreOp>();
  op->kind = StoreOp::of_object;
  op->revision = op->object.revision = revision;
  op->object.kind = kind;
  op->object.ns = "default";
  op->object.name = "check-" + std::to_string(revision);
  op->object.body = std::string(100'000, ' ');
  b.ops.push_back(op);
  return b;
}

Batch refused(Err code) {
  Batch b;
  b.status = fail(code, "refused");
  return b;
}

}  // namespace

TEST_CASE("a refusal that was decided by a write is answered after it, also while that is being committed") {
  Writer w;
  std::vector<Err> expected;
  for (int64_t i = 1; i <= 50; i++) {
    writer_add(w.writer, put(i));
    w.until_committing();
    writer_add(w.writer, refused(Err::exists));
    w.wait_for(static_cast<size_t>(2 * i));
    expected.insert(expected.end(), {Err::ok, Err::exists});
  }
  CHECK(w.answers == expected);
}

TEST_CASE("what is refused because nothing is written now waits for nothing that is tried") {
  Writer w;
  {
    std::lock_guard<std::mutex> lock(w.writer.mutex);
    w.writer.committing = true;  // a disk that does not answer
  }
  writer_add(w.writer, refused(Err::unavailable));
  w.wait_for(1);
  CHECK(w.answers == std::vector<Err>{Err::unavailable});
}
