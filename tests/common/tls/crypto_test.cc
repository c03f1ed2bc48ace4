// tests/common/tls/crypto_test.cc - known answers, and decoders that take nothing an encoder would not write.
#include <doctest/doctest.h>

#include "common/tls/crypto.h"

using namespace picket;

TEST_CASE("hashes give the published answers") {
  CHECK(hex_encode(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_encode(hmac_sha256("key", "The quick brown fox jumps over the lazy dog")) ==
        "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
  CHECK(hex_encode(pbkdf2_sha256("password", "salt", 1)) == "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b");
  CHECK(hex_encode(pbkdf2_sha256("password", "salt", 4096)) == "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a");
}

TEST_CASE("base64: whole, padded or not, and nothing else") {
  struct Row { const char *bytes, *text, *url; };
  static const Row kRows[] = {{"", "", ""}, {"f", "Zg==", "Zg"}, {"fo", "Zm8=", "Zm8"}, {"foo", "Zm9v", "Zm9v"},
                              {"\xff\xfe\xfd", "//79", "__79"}, {"admin:P@ssw0rd!", "YWRtaW46UEBzc3cwcmQh", "YWRtaW46UEBzc3cwcmQh"}};
  for (const Row& r : kRows) {
    CAPTURE(r.text);
    std::string out;
    CHECK(base64_encode(r.bytes) == r.text);
    CHECK(base64url_encode(r.bytes) == r.url);
    CHECK(base64_decode(r.text, &out));
    CHECK(out == r.bytes);
    CHECK(base64url_decode(r.url, &out));
    CHECK(out == r.bytes);
  }
  struct Bad { const char *text, *why; };
  static const Bad kBad[] = {{"Zg", "no padding"}, {"Zg=", "half a padding"}, {"Zh==", "left-over bits"},
                             {"Z===", "three paddings"}, {"Zg==\n", "a newline"}, {"Z m8", "a blank"}, {"=Zg=", "padding in front"}};
  for (const Bad& r : kBad) {
    CAPTURE(r.why);
    std::string out;
    CHECK_FALSE(base64_decode(r.text, &out));
  }
  std::string out;
  CHECK_FALSE(base64url_decode("Zg==", &out));
  CHECK_FALSE(base64url_decode("!!!", &out));
  CHECK_FALSE(base64url_decode("/w", &out));
}

TEST_CASE("comparison in constant time compares") {
  CHECK(equal_in_constant_time("", ""));
  CHECK(equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(equal_in_constant_time("abc", "ab"));
}
