// backend/deliver/smtp_send.cc - the connection under the dialogue of smtp.h: TCP, TLS from the start or after STARTTLS, a deadline.
#include "common/socket/net.h"
#include "common/socket/net_socket.h"
#include "common/tls/tls.h"
#include "backend/deliver/builtin.h"
#include "backend/notify/smtp.h"

namespace picket {
namespace {

// Frees itself when both the connection and the timer are closed.
struct Sending {
  Net* net = nullptr;
  TlsOptions trusted;
  HandlerEmail email;
  SmtpDialogue dialogue;
  TcpConn* conn = nullptr;
  TlsPtr tls;
  bool handshaking = false;
  uv_timer_t deadline{};
  bool conn_closed = false, timer_closed = false;
  Status status;
  std::function<void(Status)> done;
};

void settle(Sending* s) {
  if (!s->conn_closed || !s->timer_closed) return;
  std::unique_ptr<Sending> gone(s);
  gone->done(std::move(gone->status));
}

// An OK that says what the server said.
Status taken(const Sending* s) { return fail(Err::ok, s->dialogue.reply); }

void stop(Sending* s, Status status) {
  if (!s->conn || s->conn_closed) return;
  s->status = std::move(status);
  TcpConn* conn = std::exchange(s->conn, nullptr);
  tcp_abort(conn);
}

Status tls_begin(Sending* s) {
  Result<std::shared_ptr<TlsContext>> context = net_tls(s->net, s->trusted, false);
  if (!context.ok()) return context.status;
  s->tls = tls_open(context.value, s->email.host);
  s->handshaking = true;
  return {};
}

void feed(Sending* s, std::string_view cipher);

void act(Sending* s, SmtpStep step) {
  if (!s->conn) return;
  if (!step.send.empty()) {
    std::string bytes = std::move(step.send);
    if (s->tls) {
      std::string cipher;
      if (Status st = tls_send(s->tls.get(), bytes, &cipher); !st.ok()) return stop(s, because("TLS", st));
      bytes = std::move(cipher);
    }
    tcp_send(s->conn, std::move(bytes));
  }
  if (step.start_tls) {
    if (Status st = tls_begin(s); !st.ok()) return stop(s, st);
    feed(s, "");
  }
  if (step.close) stop(s, s->dialogue.sent ? taken(s) : s->dialogue.status);
}

// What came from the wire, or "" to begin a handshake.
void feed(Sending* s, std::string_view bytes) {
  if (!s->tls) return act(s, smtp_receive(s->dialogue, bytes));
  TlsOutput out;
  Status st = tls_receive(s->tls.get(), bytes, &out);
  if (!out.cipher.empty()) tcp_send(s->conn, std::move(out.cipher));
  if (!st.ok()) return stop(s, because("TLS with " + s->email.host, st));
  if (s->handshaking && tls_ready(s->tls.get())) {
    s->handshaking = false;
    // After STARTTLS we speak first; with TLS from the start the server greets.
    if (s->dialogue.state == SmtpDialogue::handshake) act(s, smtp_secured(s->dialogue));
  }
  if (s->conn && !out.plain.empty()) act(s, smtp_receive(s->dialogue, out.plain));
}

void on_tcp(Sending* s, const TcpEvent& e) {
  if (e.kind == TcpEvent::data && s->conn) feed(s, e.bytes);
  if (e.kind == TcpEvent::ended && s->conn) stop(s, s->dialogue.sent ? taken(s) : fail(Err::io, "the mail server closed the connection"));
  if (e.kind != TcpEvent::closed) return;
  if (s->conn && !s->dialogue.sent) s->status = fail(Err::io, e.error.empty() ? "the mail server closed the connection" : e.error);
  s->conn = nullptr;
  s->conn_closed = true;
  uv_close(reinterpret_cast<uv_handle_t*>(&s->deadline), [](uv_handle_t* h) {
    auto* sending = static_cast<Sending*>(h->data);
    sending->timer_closed = true;
    settle(sending);
  });
}

}  // namespace

void smtp_send(uv_loop_t* loop, Net* net, TlsOptions tls, const HandlerEmail& email, std::string mail, const std::string& our_name,
               int64_t timeout_ms, std::function<void(Status)> done) {
  auto* s = new Sending;
  s->net = net;
  s->trusted = std::move(tls);
  s->email = email;
  s->done = std::move(done);
  s->dialogue = smtp_begin(s->email, std::move(mail), our_name.empty() ? "localhost" : our_name);
  uv_timer_init(loop, &s->deadline);
  s->deadline.data = s;
  uv_timer_start(
      &s->deadline, [](uv_timer_t* t) { stop(static_cast<Sending*>(t->data), fail(Err::timeout, "timeout of the mail server")); },
      static_cast<uint64_t>(timeout_ms), 0);
  s->conn = tcp_connect(net, email.host, smtp_port(email), timeout_ms, [s](TcpConn*, const TcpEvent& e) { on_tcp(s, e); });
  if (email.security != "tls") return;
  if (Status st = tls_begin(s); !st.ok()) return stop(s, st);
  feed(s, "");
}

}  // namespace picket
