// cli/verbs/dump_for.h - a dump that the clients of an older release take back. Pure.
//
// sensuctl 5.11 makes nothing at all of a file with one attribute that it does not know, and every release stops at the first object
// that its backend refuses. So what a release does not know is taken out, and said when it held something.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/ctl/ctl.h"

namespace picket {

enum class Release { own, v5_11, v6_9 };
Result<Release> release_parse(std::string_view text);  // "", "5.11", "6.9"

struct ForRelease {
  bool is_kept = true;  // false: the notes say why not
  std::string body;
  std::vector<std::string> notes;
};
ForRelease for_release(Release release, const ResourceType& type, std::string_view canonical, int64_t now_s);

// A silence as a 5.x backend shows it: `expire` are the seconds that are left of it. With its end, which does not move.
std::string silence_with_end(std::string_view as_sent, std::string_view canonical, int64_t now_s);

}  // namespace picket
