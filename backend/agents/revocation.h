// backend/agents/revocation.h - revocation lists of agents' certificates: fetched from agent-auth-crl-urls, now and again.
//
// A list is kept in state-dir, so that a start does not depend on its server. The agents' port opens when every list has been read
// once; afterwards one that cannot be fetched is reported, and the one before counts until it ends (then nobody gets in).
#pragma once
#include "backend/shared/backend.h"

namespace picket {

inline constexpr int64_t kRevocationMs = 300'000;      // between two fetches
inline constexpr int64_t kRevocationRetryMs = 10'000;  // after one that failed
inline constexpr size_t kRevocationMax = 16u << 20;    // bytes of a list

struct Revocation {
  Backend* backend = nullptr;
  uv_timer_t timer{};
  std::function<void()> on_lists;  // all of them are there
  bool failed = false;             // one of this round
  bool reported = false;
  std::map<std::string, HttpClientCall*> calls;  // without an answer, by URL
  std::function<void()> closed;
};

std::vector<std::string> revocation_files(const BackendConfig& config);  // one for each URL
bool revocation_lists_there(const BackendConfig& config);
void revocation_start(Backend* backend, std::function<void()> on_lists);
void revocation_stop(Backend* backend, std::function<void()> done);

}  // namespace picket
