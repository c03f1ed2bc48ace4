// backend/notify/alert_message.h - what a person who is woken wants to know of an event, before it takes a service's form. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/types/types.h"

namespace picket {

inline constexpr size_t kSummaryMax = 300;        // bytes of the one-line summary; the rest of the output is left out
inline constexpr size_t kNotifyOutputMax = 3000;  // bytes of output in a chat message or a mail
inline constexpr size_t kNotifyHookMax = 1000;    // bytes of the output of one hook
inline constexpr size_t kNotifyHooksMax = 5;      // hooks of one event; further ones are left out
inline constexpr size_t kNotifyLinkMax = 500;     // bytes of a link; a longer one is none

inline constexpr const char* kRunbookAnnotation = "picket.io/runbook";  // of a check or an entity: where it says what to do
inline constexpr const char* kUrlAnnotation = "picket.io/url";          // ... and where to look

// What the event itself does not say.
struct NotifyContext {
  std::string dashboard_url;  // as people reach it; "" = no link to it
  std::string handler;        // its name: mails of two handlers are two threads
  int64_t begin_s = 0;        // of the incident, when that is known; 0: as far as the event's history goes
  std::string acknowledged;   // "by anna until 04:00: looking at it"; "" = by nobody
};

struct AlertHook { std::string name, output; int32_t status = 0; };
struct AlertLink { std::string title, url; };

struct AlertMessage {
  uint32_t status = 0;
  std::string severity;  // OK, WARNING, CRITICAL, UNKNOWN
  std::string ns, entity, check;
  std::string summary;  // "CRITICAL: web1/disk: DISK CRITICAL - free space"
  std::string output;   // cleaned, at most kNotifyOutputMax
  std::string state;    // "was OK", "was CRITICAL for 26 h", "for 26 h": beside the severity
  int64_t at_s = 0;
  int64_t begin_s = 0;  // of the incident; 0 = there was none
  bool began_before = false;  // or earlier: the results of then are not kept
  bool begins = false;  // this result is its first
  bool resolves = false;
  std::vector<std::pair<std::string, std::string>> facts;  // title, text; of bounded number and length
  std::vector<AlertHook> hooks;
  std::vector<AlertLink> links;

  std::string name() const { return entity + "/" + check; }
};

AlertMessage alert_message(const Event& event, const NotifyContext& context);
// Output and hooks as one text.
std::string alert_details(const AlertMessage& message);
// The facts as lines: "Since: 2026-11-30 02:04 UTC".
std::string alert_facts_text(const AlertMessage& message);
// One incident of a service per entity and check. What is longer than `max` is known by its hash.
std::string alert_key(const AlertMessage& message, size_t max);

}  // namespace picket
