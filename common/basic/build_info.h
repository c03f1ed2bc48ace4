// common/basic/build_info.h - which program this is: version, commit, date. The values are filled in by CMake.
#pragma once

extern const char kVersion[];    // "0.1.0"; of a commit without a tag "0.1.0-git20251120100000.0123456789ab"
extern const char kBuildSha[];   // the commit, 12 hex digits, or "unknown"
extern const char kBuildDate[];  // 2025-11-20T10:00:00Z, of SOURCE_DATE_EPOCH or of the commit
