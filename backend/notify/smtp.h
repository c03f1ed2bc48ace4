// backend/notify/smtp.h - one mail over SMTP (RFC 5321) as a dialogue: lines in, bytes out. Pure; the owner of the connection is
// smtp_send.cc.
//
// Every answer of the server has a limit in bytes and lines; the connection's owner limits the time.
#pragma once
#include <string>
#include <string_view>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

inline constexpr size_t kSmtpLineMax = 1000;  // of an answer; RFC 5321 says 512
inline constexpr int kSmtpLinesMax = 100;     // of one answer

struct SmtpDialogue {
  enum State {
    greeting,
    hello,
    starttls,
    handshake,
    hello_again,
    auth,
    auth_user,
    auth_password,
    from,
    to,
    data,
    body,
    quit,
    done
  } state = greeting;
  const HandlerEmail* email = nullptr;  // with oauth2 its password is the access token
  std::string mail;                     // RFC 5322
  std::string our_name;                 // for EHLO
  bool secure = false;                  // TLS is on
  bool offers_starttls = false, offers_plain = false, offers_login = false, offers_xoauth2 = false;
  size_t recipient = 0, accepted = 0;
  std::string pending;  // of an answer that is not complete
  int lines = 0;
  bool sent = false;  // the server has taken the mail
  std::string reply;  // and said so
  Status status;
};

struct SmtpStep {
  std::string send;
  bool start_tls = false;  // after `send` is out: do the handshake, then call smtp_secured
  bool close = false;      // the dialogue is over; `sent` and `status` say how
};

SmtpDialogue smtp_begin(const HandlerEmail& email, std::string mail, std::string our_name);
SmtpStep smtp_receive(SmtpDialogue& d, std::string_view bytes);
SmtpStep smtp_secured(SmtpDialogue& d);
int smtp_port(const HandlerEmail& email);
std::string smtp_address(std::string_view mailbox);   // "Anna <a@x.org>" -> "a@x.org"
std::string smtp_dot_stuffed(std::string_view mail);  // with the final dot

}  // namespace picket
