// backend/auth/hash_queue.cc - password hashes on worker threads, and whose turn it is.
#include <algorithm>

#include "backend/auth/state.h"
#include "backend/auth/password.h"

namespace picket {
namespace {

// ---- the queue ----

void put(HashQueue& q, HashJob* job) {
  HashPlace& place = q.places[job->place];
  if (place.count == 0) q.turn.push_back(job->place);
  auto& jobs = place.users[job->user];
  if (jobs.empty()) place.turn.push_back(job->user);
  jobs.push_back(job);
  place.count++;
  q.count++;
}

void drop_user_if_empty(HashPlace& place, const std::string& user) {
  if (!place.users[user].empty()) return;
  place.users.erase(user);
  place.turn.erase(std::find(place.turn.begin(), place.turn.end(), user));
}

HashJob* take(HashQueue& q) {
  if (q.count == 0) return nullptr;
  const std::string name = q.turn.front();
  q.turn.pop_front();
  HashPlace& place = q.places[name];
  const std::string user = place.turn.front();
  auto& jobs = place.users[user];
  HashJob* job = jobs.front();
  jobs.pop_front();
  std::rotate(place.turn.begin(), place.turn.begin() + 1, place.turn.end());
  drop_user_if_empty(place, user);
  q.count--;
  if (--place.count == 0) q.places.erase(name);
  else q.turn.push_back(name);
  return job;
}

// Room at a place that is full: the newest job of the user with most of them, if that is more than the new one's user has.
HashJob* give_way(HashQueue& q, const HashJob& comes) {
  HashPlace& place = q.places[comes.place];
  auto most = std::max_element(place.users.begin(), place.users.end(),
                               [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  auto own = place.users.find(comes.user);
  if (most->second.size() <= (own == place.users.end() ? 0 : own->second.size()) + 1) return nullptr;
  const std::string user = most->first;
  HashJob* job = most->second.back();
  most->second.pop_back();
  drop_user_if_empty(place, user);
  place.count--;
  q.count--;
  return job;
}

void refuse(HashJob* job, const char* why) {
  job->status = fail(Err::unavailable, why);
  job->done(*job);
  delete job;
}

constexpr const char* kTooMany = "too many pending logins; try again";

// ---- the work ----

void hash_next(Auth* auth);

void hash_work(uv_work_t* work) {
  auto* job = static_cast<HashJob*>(work->data);
  if (job->verify) {
    job->matches = password_matches(job->password, job->hash);
    return;
  }
  auto made = password_hash(job->password);
  job->status = made.status;
  job->hash = made.value;
}

void hash_done(uv_work_t* work, int) {
  auto* job = static_cast<HashJob*>(work->data);
  Auth* auth = job->auth;
  auth->running--;
  job->done(*job);
  delete job;
  hash_next(auth);
  auth_close_when_idle(auth);
}

void hash_next(Auth* auth) {
  while (auth->running < kHashesAtOnce) {
    HashJob* job = take(auth->waiting);
    if (!job) return;
    auth->running++;
    uv_queue_work(auth->loop, &job->work, hash_work, hash_done);
  }
}

}  // namespace

Status hash_start(Auth* auth, HashJob* job) {
  HashQueue& q = auth->waiting;
  auto place = q.places.find(job->place);
  HashJob* out = nullptr;
  bool full = auth->closed || q.count >= kHashQueueMax;
  if (!full && place != q.places.end() && place->second.count >= kHashesPerPeerMax) {
    out = give_way(q, *job);
    full = !out;
  }
  if (full) {
    delete job;
    return fail(Err::unavailable, kTooMany);
  }
  job->auth = auth;
  job->work.data = job;
  put(q, job);
  if (out) refuse(out, kTooMany);
  hash_next(auth);
  return {};
}

void hashes_end(Auth* auth) {
  while (HashJob* job = take(auth->waiting)) refuse(job, "the backend is stopping");
}

void auth_hash_password(Auth* auth, const std::string& place, const std::string& password, std::function<void(Result<std::string>)> done) {
  auto* job = new HashJob;
  job->place = place;
  job->password = password;
  job->done = [done](HashJob& j) { j.status.ok() ? done(j.hash) : done(j.status); };
  if (Status s = hash_start(auth, job); !s.ok()) done(s);
}

void auth_verify_password(Auth* auth, const std::string& place, const std::string& password, const std::string& hash,
                          std::function<void(Result<bool>)> done) {
  auto* job = new HashJob;
  job->place = place;
  job->verify = true;
  job->password = password;
  job->hash = hash;
  job->done = [done](HashJob& j) { j.status.ok() ? done(j.matches) : done(j.status); };
  if (Status s = hash_start(auth, job); !s.ok()) done(s);
}

}  // namespace picket
