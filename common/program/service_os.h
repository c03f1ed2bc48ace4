// common/program/service_os.h - between service.cc and service_unix.cc, service_win.cc.
#pragma once
#include "common/program/service.h"

namespace picket {

enum class ServiceWish { stop, reload, log_level };
struct ServiceSignal { int number; const char* name; ServiceWish wish; };
inline constexpr int kServiceSignals = 4;
extern const ServiceSignal kServiceSignalTable[kServiceSignals];  // number 0: a place that is not used

void service_signals_release();

// From any thread, while the watch is there.
void service_wish(ServiceWatch* watch, ServiceWish wish);
// systemd's watchdog: the interval at which we report that the loop turns; 0: nobody waits for it.
uint64_t service_heartbeat_ms();
void service_heartbeat();
void service_stopping();  // we are about to end
// Other sources of wishes; `detach` comes before the watch goes.
void service_manager_attach(ServiceWatch* watch);
void service_manager_detach();

}  // namespace picket
