# Adds up test cases in CTest's LastTest.log files and ends with "N passed, N failed"; exit status 1 if any failed or none ran.
# -v bad=1: CTest itself was not content, so at least one is counted as failed.
# A program may report its cases (doctest's summary, or a line "N passed, N failed"); otherwise it counts as one. A program
# that ends badly although its cases passed (a leak, a crash at exit) counts as one failure more.
/^Command: ""/ { not_run = 1 }
/^\[doctest\] test cases:/ { gsub(/\|/, " "); p += $5; f += $7; reported = 1 }
/^[0-9]+ passed, [0-9]+ failed$/ { p += $1; f += $3; reported = 1 }
/^Test (Passed|Failed)|^Test timeout|^Test Pass Reason|^Test Fail Reason/ {
  good = /^Test Pass/ && !not_run
  if (!reported) { p = good; f = !good }
  if (!good && f == 0) f = 1
  passed += p; failed += f
  p = f = reported = not_run = 0
}
END {
  if (bad && failed == 0) failed = 1
  printf "%d passed, %d failed\n", passed, failed
  exit failed > 0 || passed == 0
}
