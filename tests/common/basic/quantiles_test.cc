// tests/common/basic/quantiles_test.cc - how right quantiles are, and over which time.
#include "common/basic/quantiles.h"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace picket;

TEST_CASE("quantiles are right to within 13 percent, whatever the size") {
  for (int64_t scale : {int64_t{1}, int64_t{1000}, int64_t{1} << 30}) {
    CAPTURE(scale);
    Summary s;
    for (int64_t i = 1; i <= 1000; i++) summary_add(s, i * scale, 0);
    for (double q : {0.01, 0.5, 0.9, 0.99, 1.0}) {
      CAPTURE(q);
      const double want = q * 1000.0 * static_cast<double>(scale);
      CHECK(summary_quantile(s, q, 0) >= want * 0.87);
      CHECK(summary_quantile(s, q, 0) <= want * 1.13);
    }
    CHECK(s.count == 1000);
    CHECK(s.sum == 500'500 * scale);
  }
}

TEST_CASE("small values are exact, odd ones do no harm") {
  Summary s;
  for (int64_t v : {0, 1, 2, 3}) summary_add(s, v, 0);
  CHECK(summary_quantile(s, 0.25, 0) == 0);
  CHECK(summary_quantile(s, 0.5, 0) == 1);
  CHECK(summary_quantile(s, 1, 0) == 3);
  summary_add(s, -5, 0);
  summary_add(s, INT64_MAX / 4, 0);
  CHECK(summary_quantile(s, 0, 0) == 0);
  CHECK(s.count == 6);
}

TEST_CASE("what was long ago is counted, but in no quantile") {
  Summary s;
  CHECK(summary_quantile(s, 0.5, 0) == -1);
  summary_add(s, 100, 0);
  summary_add(s, 1, kSummaryAgeMs);
  CHECK(summary_quantile(s, 1, kSummaryAgeMs) > 50);
  CHECK(summary_quantile(s, 1, 2 * kSummaryAgeMs) == 1);
  CHECK(summary_quantile(s, 1, 4 * kSummaryAgeMs) == -1);
  CHECK(s.count == 2);
}
