// backend/notify/mail.cc - an event as a mail: quoted-printable, the mails of one incident in one thread.
#include <algorithm>
#include <cstdio>

#include "backend/notify/alert_text.h"
#include "backend/notify/notify.h"
#include "backend/route/filter.h"
#include "common/template/template.h"
#include "common/time/timezone.h"
#include "common/tls/crypto.h"

namespace picket {
namespace {

std::string mail_date(int64_t unix_s) {
  static const char* const kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char* const kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  WallTime w = wall_time(unix_s);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %lld %02d:%02d:%02d +0000", kDays[w.weekday], w.day, kMonths[w.month - 1],
                static_cast<long long>(w.year), w.hour, w.minute, w.second);
  return text;
}

// RFC 2047: words of at most 75 characters, each of whole UTF-8 sequences.
std::string encoded_words(const std::string& line) {
  std::string out, piece;
  auto flush = [&] {
    if (!piece.empty()) out += (out.empty() ? "" : "\r\n ") + ("=?UTF-8?B?" + base64_encode(piece) + "?=");
    piece.clear();
  };
  for (char c : line) {
    bool starts = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    if (starts && piece.size() >= 39) flush();
    piece += c;
  }
  flush();
  return out;
}

// A header cannot be split in two by what a check printed.
std::string mail_subject(const std::string& s) {
  std::string line = alert_one_line(alert_cut(s, kSummaryMax));
  const bool is_plain = std::all_of(line.begin(), line.end(), [](unsigned char c) { return c < 127; }) && line.find("=?") == line.npos;
  return is_plain ? line : encoded_words(line);
}

// RFC 2045: a line has 76 characters at most, a blank at its end is encoded.
struct QuotedPrintable {
  std::string out;
  size_t column = 0;

  void put(std::string_view piece) {
    constexpr size_t kLineMax = 75;  // and the `=` of a soft end
    if (column + piece.size() > kLineMax) out += "=\r\n", column = 0;
    out += piece;
    column += piece.size();
  }
  void put_encoded(unsigned char c) {
    char text[4];
    std::snprintf(text, sizeof text, "=%02X", c);
    put(text);
  }
  void end_line() { out += "\r\n", column = 0; }
};

std::string quoted_printable(std::string_view text) {
  QuotedPrintable q;
  for (size_t i = 0; i < text.size(); i++) {
    const char c = text[i];
    const bool ends = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
    if (c == '\r') continue;
    if (c == '\n') q.end_line();
    else if ((c >= 33 && c <= 126 && c != '=') || ((c == ' ' || c == '\t') && !ends)) q.put({&text[i], 1});
    else q.put_encoded(static_cast<unsigned char>(c));
  }
  if (q.column > 0) q.end_line();
  return std::move(q.out);
}

std::string mail_body(const AlertMessage& m) {
  constexpr size_t kTitle = 20;
  std::string out = m.summary + "\n\n";
  auto row = [&](const std::string& title, const std::string& text) {
    out += title + ":" + std::string(title.size() < kTitle ? kTitle - title.size() : 1, ' ') + text + "\n";
  };
  for (const auto& [title, text] : m.facts) row(title, text);
  for (const AlertLink& link : m.links) row(link.title, link.url);
  return out + "\n" + alert_details(m) + "\n";
}

// The template, or ours with what is wrong with it: a mail that says less is better than none.
std::string rendered(const char* what, const std::string& text, const std::string& data, std::string ours, std::string& problem) {
  if (text.empty()) return ours;
  Result<std::string> r = template_render(what, text, data);
  if (r.ok()) return alert_clean(r.value);
  problem += "The template of the " + std::string(what) + " failed: " + r.status.message + "\n\n";
  return ours;
}

// The incident's first mail bears the name that the others refer to.
std::string thread_headers(const AlertMessage& m, const std::string& domain, const std::string& unique, const std::string& handler) {
  const std::string begin = m.began_before ? "long ago" : std::to_string(m.begin_s);
  const std::string key = handler + "\n" + m.ns + "\n" + m.name() + "\n" + begin;
  const std::string root = "<picket." + hex_encode(md5(key)) + "@" + domain + ">";
  if (m.begins) return "Message-ID: " + root + "\r\n";
  const std::string own = "Message-ID: <" + unique + "@" + domain + ">\r\n";
  return m.begin_s > 0 ? own + "In-Reply-To: " + root + "\r\nReferences: " + root + "\r\n" : own;
}

std::string address_list(const StringList& addresses) {
  std::string out;
  for (const std::string& address : addresses) out += (out.empty() ? "" : ",\r\n ") + alert_one_line(address);
  return out;
}

}  // namespace

Result<std::string> notify_mail(const HandlerEmail& email, const Event& event, int64_t now_s, const std::string& domain,
                                const std::string& unique, const NotifyContext& context) {
  const std::string data = filter_event_json(event);
  const AlertMessage m = alert_message(event, context);
  std::string problem;
  const std::string subject = rendered("subject", email.subject, data, m.summary, problem);
  const std::string body = rendered("body", email.body, data, mail_body(m), problem);
  std::string mail = "From: " + alert_one_line(email.from) + "\r\nTo: " + address_list(email.to) + "\r\nSubject: " + mail_subject(subject) +
      "\r\nDate: " + mail_date(now_s) + "\r\n" + thread_headers(m, domain, unique, context.handler);
  // No answers from holiday robots.
  mail += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n";
  return mail + "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted_printable(problem + body);
}

}  // namespace picket
