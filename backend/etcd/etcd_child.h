// backend/etcd/etcd_child.h - the real etcd as our child: started with the flags of the settings, its log in ours, started again when it
// ends, ended with us.
//
//             it ends               stop                                   time is up
//   waiting   -                     -> gone                                start: -> running
//   running   -> waiting (backoff)  hand the leadership over, -> leaving   -
//   leaving   -> gone               -                                      SIGTERM, -> ending
//   ending    -> gone               -                                      SIGKILL after kEtcdStopMs (process.h)
//
// It dies with us, however we go (process.h: die_with_us).
#pragma once
#include <uv.h>

#include <functional>
#include <string>

#include "backend/etcd/etcd_client.h"
#include "backend/etcd/etcd_settings.h"

namespace picket {

inline constexpr int64_t kEtcdRestartMsMin = 1000;    // before it is started again; doubles
inline constexpr int64_t kEtcdRestartMsMax = 30'000;  // up to this; from the start again after it ran for longer
inline constexpr int64_t kEtcdHandOverMs = 1000;      // for each step of handing the leadership over
inline constexpr int64_t kEtcdStopMs = 10'000;        // from SIGTERM to SIGKILL

// The program's path, or the error that says how to install it.
Result<std::string> etcd_program_find(const std::string& wanted);

struct EtcdChild;
// Complete settings; `client` is asked about the child at its own endpoint and outlives it. An error is one of the start alone: what
// ends later is reported and started again.
Result<EtcdChild*> etcd_child_start(uv_loop_t* loop, EtcdClient* client, const EtcdSettings& settings);
void etcd_child_stop(EtcdChild* child, std::function<void()> done);

std::string etcd_child_problem(const EtcdChild* child);  // why it does not run, with the remedy; "" while it runs
int etcd_child_pid(const EtcdChild* child);              // 0 while it does not run

}  // namespace picket
