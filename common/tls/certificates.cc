// common/tls/certificates.cc - what of certificates.h needs no library: extensions in DER, fingerprints.
#include "common/tls/certificates.h"

#include "common/tls/crypto.h"

namespace picket {
namespace {

constexpr char kSequence = 0x30;
constexpr char kDnsName = char(0x82), kAddress = char(0x87);                           // of GeneralName
constexpr std::string_view kServerUsage = "\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01";  // 1.3.6.1.5.5.7.3.1
constexpr std::string_view kClientUsage = "\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02";

// Up to 65,535 bytes: names of DNS have 253 at most, and a certificate with thousands of them is nobody's.
std::string der(char tag, std::string_view content) {
  std::string out(1, tag);
  const size_t size = content.size();
  if (size >= 256) out += {char(0x82), char(size >> 8)};
  else if (size >= 128) out += char(0x81);
  out += char(size & 0xff);
  return out + std::string(content);
}

}  // namespace

std::string der_alternative_names(const std::vector<std::string>& names, const std::vector<std::string>& addresses) {
  std::string all;
  for (const std::string& name : names) all += der(kDnsName, name);
  for (const std::string& address : addresses) all += der(kAddress, address);
  return der(kSequence, all);
}

std::string der_usages(bool server, bool client) {
  return der(kSequence, std::string(server ? kServerUsage : "") + std::string(client ? kClientUsage : ""));
}

std::string certificate_fingerprint(const CertificateFacts& facts) { return hex_encode(sha256(facts.der)); }

// Of the bytes between the PEM's lines: white space is nobody's identity.
std::string public_key_fingerprint(const std::string& pem) {
  constexpr std::string_view kBegin = "-----BEGIN PUBLIC KEY-----", kEnd = "-----END PUBLIC KEY-----";
  const size_t begin = pem.find(kBegin), end = pem.find(kEnd);
  if (begin == pem.npos || end == pem.npos || end < begin) return {};
  std::string text, bytes;
  for (char c : pem.substr(begin + kBegin.size(), end - begin - kBegin.size()))
    if (c != '\n' && c != '\r' && c != ' ') text += c;
  return base64_decode(text, &bytes) && !bytes.empty() ? hex_encode(sha256(bytes)) : "";
}

}  // namespace picket
