// backend/api/api_state.h - the struct of api.h. Included by api*.cc only.
#pragma once
#include <map>
#include <set>

#include "backend/api/call.h"

namespace picket {

struct Watch;
struct ListJob;
struct BackupJob;
struct EventRows;
struct RowChange;
struct PageTurn { CallPtr call; std::function<void()> work; };

struct RouteStats { int64_t count = 0, errors = 0, microseconds = 0; int64_t buckets[12] = {}; };

struct Api {
  Backend* backend = nullptr;
  Listener* listener = nullptr;
  Listener* dashboard = nullptr;  // null: there is none
  std::shared_ptr<UnreadAnswers> unread;
  uv_timer_t timer{};  // gives long lists and streams their next turn
  bool timer_on = false;
  std::set<ListJob*> lists;           // at most kListsMax
  std::set<Watch*> watches;           // at most kWatchesMax
  std::set<BackupJob*> backups;       // at most kBackupsMax
  std::shared_ptr<EventRows> rows;    // backend/pages/event_rows.h
  std::vector<PageTurn> turns;        // page_next_turn
  std::map<std::string, int> logins;  // in flight, by address; each at most kLoginsPerPeerMax
  std::shared_ptr<Api*> alive;        // what callbacks hold that may outlive us
  std::map<const ApiRoute*, RouteStats> stats;
  int64_t audit_second = 0, audit_left_out = 0;  // answer.cc
  int audit_events = 0;
  uint64_t rights = 0;  // grows when somebody's rights may have changed: what goes on for long asks again
  // The loop's lag: how late a timer of kLagMs was.
  uv_timer_t lag_timer{};
  uint64_t lag_due = 0;
  int64_t lag_ms = 0, lag_max_ms = 0;
  int handles_open = 0;
  int busy = 0;  // work on threads that will come back
  std::function<void()> closed;
  std::shared_ptr<Api> self;  // until all is closed; calls that are not answered keep it, too
};

inline constexpr size_t kListsMax = 256;            // long lists being written; beyond it: 503
inline constexpr size_t kWatchesMax = 1024;         // streams of changes; beyond it: 503
inline constexpr size_t kBackupsMax = 2;            // copies of the store being made; beyond it: 503
inline constexpr size_t kListsHeldMax = 16u << 20;  // bytes of lists being made and not sent; beyond it the later ones wait for the earlier
inline constexpr size_t kPageTurnsMax = 32;         // answers for the dashboard being made piece by piece; beyond it: 503
inline constexpr int kLoginsPerPeerMax = 16;        // of one address at a time, because each may cost a hash; beyond it: 429
inline constexpr int kLagMs = 1000;

void stale_header(const ApiCall& call, Headers* headers);  // Picket-Stale, on reads while the cluster has no quorum
void api_wake(Api* api);                                   // the timer runs every few milliseconds while somebody has work
bool lists_step(Api* api);                                 // true = call me again
bool watches_step(Api* api);
void watches_change(Api* api, const StoreChange& change);
void watches_row(Api* api, const RowChange& change);  // whoever follows rows is sent it
bool backups_step(Api* api);
ListenOptions api_listen_options(const Api* api);  // the bounds that all listeners of the API share
Status dashboard_open(Api* api);
void rows_open(Api* api);
bool rows_step(Api* api);
bool page_turns_step(Api* api);
void rows_look_idle(Api* api);
void rows_end(Api* api);
void page_turns_end(Api* api);
void lists_end(Api* api);
void watches_end(Api* api);
void backups_end(Api* api);
void api_close_check(Api* api);

}  // namespace picket
