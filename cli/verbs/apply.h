// cli/verbs/apply.h - makes a backend hold some resources: what `apply` does with files, and `migrate` with another backend's.
#pragma once
#include <string>
#include <vector>

#include "cli/ctl/resource_file.h"

namespace picket {

struct Apply {
  Ctl& ctl;
  bool dry_run = false;
  std::string set = {};  // value of the label picket.io/set; "": no label
  bool quiet = false;    // what is made or changed is not printed one by one
  int created = 0, changed = 0, deleted = 0, unchanged = 0;
  int marked = 0;                            // as those of the set, and no difference otherwise: counted, not shown
  int left = 0;                              // to their agents, and keys: said, and no failure
  int refused = 0;                           // each was named
  bool gone = false;                         // the backend does not answer, or not to us any more: the rest was not tried
  std::string server = {};                   // its version, once somebody asked
  std::vector<std::string> namespaces = {};  // that are there, or will be
};

// In the right order; one that cannot be written is named, and the rest goes on.
void apply_all(Apply& apply, std::vector<FileResource>& resources);
// "3 created, 0 changed, ..."
std::string apply_counts(const Apply& apply);
// Of definitions that were read, without a backend; refused: how many of them were not even read.
Status apply_check(Ctl& ctl, const std::vector<FileResource>& resources, size_t refused);
// The error that its failures make, if there are any.
Status apply_status(const Apply& apply);

}  // namespace picket
