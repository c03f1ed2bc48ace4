// backend/etcd/etcd_client.h - etcd over its JSON gateway: calls with deadlines on kept connections, a watch, and the choice between
// endpoints.
//
// Everything runs on the loop's thread; no callback runs inside the call that asked for it. Each `done` is called exactly once, also
// when the client is closed (Err::unavailable).
//
// Endpoints are in order of preference. A call goes to the first that is well. One that cannot be reached, does not answer in time, or
// has no leader is unwell from then on: calls go to the next, and every kEtcdProbeMs it is asked for a read that needs a leader, until it
// answers (GET /health says true also when the gateway is dead, so it is not asked). When all are unwell, the one that failed first is
// tried first. A call tries each endpoint once at most.
//
// A request that was certainly not sent is tried at the next endpoint, within timeout_ms. One that may have been carried out is sent
// again only with EtcdWay::again: for reads, and for writes that are the same when done twice.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "backend/etcd/etcd_json.h"
#include "common/basic/result.h"
#include "common/socket/net.h"
#include "common/text/log.h"

namespace picket {

inline constexpr int64_t kEtcdProbeMs = 2000;       // between two looks at an endpoint that is unwell, and how long each may take
inline constexpr int64_t kEtcdAttemptMs = 1500;     // for what may be sent again: before the next endpoint is asked
inline constexpr int64_t kEtcdConnectMs = 1500;     // for any call: to a connection at one endpoint
inline constexpr int64_t kEtcdWatchOpenMs = 5000;   // from the dial to the watch that is there, before the next endpoint is asked
inline constexpr int64_t kEtcdRewatchMsMin = 100;   // before a watch that was cut is opened again; doubles
inline constexpr int64_t kEtcdRewatchMsMax = 2000;  // up to this
inline constexpr size_t kEtcdConnectionsMax = 8;    // to one endpoint; calls beyond wait for their turn
inline constexpr size_t kEtcdWaitingMax = 1000;     // calls that wait at one endpoint; more are refused with Err::unavailable

struct EtcdOptions {
  std::vector<std::string> endpoints;  // http://host:port or https://, at least one
  TlsOptions tls;
  LogLevel log_level = LogLevel::trace;  // of the client's own lines; what is below is left out, whatever the program's level is
};

// An endpoint list from texts: scheme http or https, a host, a port, nothing else. The error names the text.
Status etcd_endpoint_check(const std::string& url);

struct EtcdClient;
EtcdClient* etcd_open(Net* net, EtcdOptions options);
// Calls that wait end with Err::unavailable, watches without a word (close none of them afterwards); `done` runs when the last
// connection is gone.
void etcd_close(EtcdClient* client, std::function<void()> done);
// Another list: those that stay keep their connections.
void etcd_set_endpoints(EtcdClient* client, const std::vector<std::string>& endpoints);
const std::string& etcd_present_endpoint(const EtcdClient* client);  // where the next call would go

struct EtcdWay {
  int64_t timeout_ms = 5000;  // of the whole call
  int64_t attempt_ms = 0;     // at one endpoint, before the next is asked; 0: kEtcdAttemptMs with `again`, else all the time there is
  bool again = false;         // may be sent twice. Reads always are
  std::string endpoint;       // this one alone, whether it is in the list or not
};
template <class T>
using EtcdDone = std::function<void(Result<T>)>;

void etcd_range(EtcdClient* client, const EtcdRange& range, const EtcdWay& way, EtcdDone<EtcdRangeAnswer> done);
void etcd_put(EtcdClient* client, const EtcdPut& put, const EtcdWay& way, EtcdDone<EtcdHeader> done);
void etcd_delete(EtcdClient* client, const EtcdDelete& del, const EtcdWay& way, EtcdDone<EtcdDeleteAnswer> done);
void etcd_txn(EtcdClient* client, const EtcdTxn& txn, const EtcdWay& way, EtcdDone<EtcdTxnAnswer> done);
void etcd_compact(EtcdClient* client, int64_t revision, const EtcdWay& way, EtcdDone<EtcdHeader> done);
// Answers when the file of who was asked has the room, not before.
void etcd_compact_file(EtcdClient* client, int64_t revision, const EtcdWay& way, EtcdDone<EtcdHeader> done);

void etcd_lease_grant(EtcdClient* client, int64_t ttl_s, const EtcdWay& way, EtcdDone<EtcdLease> done);
void etcd_lease_keepalive(EtcdClient* client, int64_t id, const EtcdWay& way, EtcdDone<EtcdLease> done);  // ttl_s 0: it has ended
void etcd_lease_revoke(EtcdClient* client, int64_t id, const EtcdWay& way, EtcdDone<EtcdHeader> done);

void etcd_member_list(EtcdClient* client, const EtcdWay& way, EtcdDone<EtcdMembers> done);
void etcd_member_add(EtcdClient* client, const std::vector<std::string>& peer_urls, bool learner, const EtcdWay& way,
                     EtcdDone<EtcdMembers> done);
void etcd_member_update(EtcdClient* client, uint64_t id, const std::vector<std::string>& peer_urls, const EtcdWay& way,
                        EtcdDone<EtcdMembers> done);
void etcd_member_remove(EtcdClient* client, uint64_t id, const EtcdWay& way, EtcdDone<EtcdMembers> done);
void etcd_member_promote(EtcdClient* client, uint64_t id, const EtcdWay& way, EtcdDone<EtcdMembers> done);  // precondition: not in sync

// Of the member behind way.endpoint, or whoever answers.
void etcd_status(EtcdClient* client, const EtcdWay& way, EtcdDone<EtcdStatus> done);
void etcd_alarms(EtcdClient* client, const EtcdWay& way, EtcdDone<std::vector<EtcdAlarm>> done);
void etcd_disarm(EtcdClient* client, const EtcdAlarm& alarm, const EtcdWay& way, EtcdDone<std::vector<EtcdAlarm>> done);
void etcd_defragment(EtcdClient* client, const EtcdWay& way, EtcdDone<EtcdHeader> done);
void etcd_transfer_leadership(EtcdClient* client, uint64_t target, const EtcdWay& way, EtcdDone<EtcdHeader> done);  // ask the leader
void etcd_health(EtcdClient* client, const EtcdWay& way, EtcdDone<bool> done);  // it has a leader and answers reads
void etcd_version(EtcdClient* client, const EtcdWay& way, EtcdDone<std::string> done);

// ---- the watch ----

// A revision arrives whole and once, in order, whatever connections break: a watch that was cut is opened at the next endpoint, at the
// revision after the last one delivered.
struct EtcdWatch;
struct EtcdWatchEvent {
  enum Kind {
    opened,     // at `endpoint`; also after each cut
    changes,    // `events`: of one or more whole revisions. header.revision: what the member has, at least that of the last event
    cut,        // `why`; it opens itself again
    compacted,  // the last one: what follows the last revision is gone up to compact_revision. Close it, read the range, watch anew
  } kind;
  EtcdHeader header;
  std::vector<EtcdEvent> events;
  int64_t compact_revision = 0;
  std::string endpoint, why;
};
using EtcdWatchHandler = std::function<void(EtcdWatchEvent event)>;
EtcdWatch* etcd_watch(EtcdClient* client, const EtcdWatchRequest& request, EtcdWatchHandler handler);
void etcd_watch_elsewhere(EtcdWatch* watch, const std::string& why);  // cut it and open it at the next endpoint
void etcd_watch_read(EtcdWatch* watch, bool on);                      // back-pressure; survives a cut
void etcd_watch_close(EtcdWatch* watch);                              // no more events; the pointer is invalid from here on

}  // namespace picket
