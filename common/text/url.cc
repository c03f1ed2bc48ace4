// common/text/url.cc - URLs taken apart, put together and shown without their secrets.
#include "common/text/url.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace picket {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Status bad(std::string_view url, const std::string& why) {
  return fail(Err::invalid, "\"" + url_shown(url.substr(0, 200)) + "\" is not a URL: " + why);
}

bool scheme_ok(std::string_view s) {
  if (s.empty() || !isalpha(static_cast<unsigned char>(s[0]))) return false;
  for (char c : s)
    if (!isalnum(static_cast<unsigned char>(c)) && c != '+' && c != '-' && c != '.') return false;
  return true;
}

bool port_parse(std::string_view text, int* port) {
  if (text.empty()) return true;  // "host:" has no port
  long value = 0;
  for (char c : text) {
    if (!isdigit(static_cast<unsigned char>(c))) return false;
    value = value * 10 + (c - '0');
    if (value > 65535) return false;
  }
  *port = static_cast<int>(value);
  return value > 0;
}

bool host_ok(std::string_view host) {
  if (host.empty()) return false;
  for (unsigned char c : host)
    if (c <= ' ' || c == 127 || c == '/' || c == '\\' || c == '@' || c == '<' || c == '>' || c == '"') return false;
  return true;
}

}  // namespace

std::string url_shown(std::string_view text) {
  size_t start = text.find("://");
  start = start == text.npos ? 0 : start + 3;
  size_t end = std::min(text.find_first_of("/?#", start), text.size());
  std::string_view authority = text.substr(start, end - start), rest = text.substr(end);
  size_t at = authority.rfind('@');
  std::string out(text.substr(0, start));
  out += at == authority.npos ? authority : authority.substr(at + 1);
  return rest.empty() || rest == "/" ? out : out + "/...";
}

Result<Url> url_parse(std::string_view text) {
  Url url;
  size_t colon = text.find("://");
  if (colon == std::string_view::npos || !scheme_ok(text.substr(0, colon))) return bad(text, "expected a scheme, e.g. http:// or wss://");
  for (char c : text.substr(0, colon)) url.scheme += static_cast<char>(tolower(static_cast<unsigned char>(c)));
  for (unsigned char c : text)
    if (c <= ' ' || c == 127) return bad(text, "it contains a space or a control character");

  std::string_view rest = text.substr(colon + 3);
  size_t end = rest.find_first_of("/?#");
  std::string_view authority = rest.substr(0, end);
  std::string_view path = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  path = path.substr(0, path.find('#'));
  url.path = path.empty() || path[0] != '/' ? "/" + std::string(path) : std::string(path);

  if (size_t at = authority.rfind('@'); at != std::string_view::npos) {
    std::string_view info = authority.substr(0, at);
    size_t split = info.find(':');
    url.user = url_decode(info.substr(0, split));
    if (split != std::string_view::npos) url.password = url_decode(info.substr(split + 1));
    authority.remove_prefix(at + 1);
  }
  std::string_view port;
  if (!authority.empty() && authority[0] == '[') {
    size_t close = authority.find(']');
    if (close == std::string_view::npos) return bad(text, "missing closing bracket of the address");
    url.host = std::string(authority.substr(1, close - 1));
    std::string_view tail = authority.substr(close + 1);
    if (!tail.empty() && tail[0] != ':') return bad(text, "unexpected text after the address");
    if (!tail.empty()) port = tail.substr(1);
  } else {
    size_t split = authority.find(':');
    url.host = std::string(authority.substr(0, split));
    if (split != std::string_view::npos) port = authority.substr(split + 1);
  }
  if (!host_ok(url.host)) return bad(text, "host missing");
  if (!port_parse(port, &url.port)) return bad(text, "\"" + std::string(port.substr(0, 20)) + "\" is not a port from 1 to 65535");
  return url;
}

bool url_decode_strict(std::string_view text, std::string* out) {
  out->clear();
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != '%') {
      *out += text[i];
      continue;
    }
    if (text.size() - i < 3) return false;
    int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return false;
    *out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

std::string url_decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    int high = text.size() - i > 2 && text[i] == '%' ? hex_value(text[i + 1]) : -1;
    int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string url_encode(std::string_view text) {
  static const char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    if (isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
  }
  return out;
}

namespace {

std::string without_dots(std::string_view path) {  // "/a/./b/../c" -> "/a/c"
  std::string out;
  while (!path.empty()) {
    size_t end = path.find('/', 1);
    std::string_view segment = path.substr(0, end);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
    if (segment == "/..") out.resize(out.rfind('/') == std::string::npos ? 0 : out.rfind('/'));
    else if (segment != "/.") out += segment;
    if ((segment == "/.." || segment == "/.") && path.empty()) out += '/';
  }
  return out.empty() ? "/" : out;
}

}  // namespace

std::string url_resolve(const Url& base, std::string_view reference) {
  size_t colon = reference.find("://");
  if (colon != std::string_view::npos && scheme_ok(reference.substr(0, colon))) return std::string(reference);
  if (reference.substr(0, 2) == "//") return base.scheme + ":" + std::string(reference);
  std::string path = base.path.substr(0, base.path.find('?')), query;
  if (size_t mark = reference.find_first_of("?#"); mark != std::string_view::npos) {
    query = std::string(reference.substr(mark));
    reference = reference.substr(0, mark);
  }
  if (!reference.empty() && reference[0] == '/') path = std::string(reference);
  else if (!reference.empty()) path.replace(path.rfind('/') + 1, path.npos, reference);
  return base.scheme + "://" + url_authority(base) + without_dots(path) + query;
}

std::string url_authority(const Url& url) {
  std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  return url.port == 0 ? host : host + ":" + std::to_string(url.port);
}

}  // namespace picket
