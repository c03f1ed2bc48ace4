// backend/deliver/builtin.h - carries out handlers that are no commands: webhook, email, file, tcp, udp. What they say: notify.h, smtp.h.
#pragma once
#include <functional>
#include <string>

#include "backend/deliver/pipelines.h"

namespace picket {

inline constexpr int64_t kWebhookTimeoutS = 15;  // of webhook and email handlers without a timeout
inline constexpr int64_t kMailTimeoutS = 30;
inline constexpr int64_t kFileTimeoutS = 10;     // of file handlers
inline constexpr size_t kFileThreadsMax = 8;     // files that are written to at a time, those included that do not answer; others wait
inline constexpr uint32_t kFileMegabytes = 100;  // of a handler's file; then it becomes NAME.1, and the NAME.1 before is gone

void webhook_start(Pipelines* p, const Handler& handler, const Event& event, const std::string& input, DeliveryDone done,
                   bool test = false);
void mail_start(Pipelines* p, const Handler& handler, const Event& event, DeliveryDone done, bool test = false);
void file_start(Pipelines* p, const Handler& handler, const std::string& input, DeliveryDone done);
void socket_start(Pipelines* p, std::shared_ptr<const Handler> handler, std::string bytes, DeliveryDone done);
void sockets_stop(Pipelines* p);  // those on their way end now
void files_stop(Pipelines* p);    // likewise

// One place for the log line and the sentence that is kept with the event.
void builtin_conclude(const std::string& handler, const char* type, Status status, const std::string& where, const DeliveryDone& done,
                      int tries, bool interrupted);

// mail_token.cc: the access token of a mail server, kept until it ends; `done` may run at once.
void mail_token(Net* net, const TlsOptions& tls, const HandlerOauth2& oauth2, int64_t timeout_ms,
                std::function<void(Result<std::string>)> done);
void mail_token_forget(const HandlerOauth2& oauth2);  // the server has refused it

// Sends one mail. The e-mail definition is copied; `done` runs once, later.
void smtp_send(uv_loop_t* loop, Net* net, TlsOptions tls, const HandlerEmail& email, std::string mail, const std::string& our_name,
               int64_t timeout_ms, std::function<void(Status)> done);

}  // namespace picket
