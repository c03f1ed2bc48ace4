// cli/ctl/resource_file.h - resources in files, folders, URLs and standard input: the wrapped form, JSON or YAML.
#pragma once
#include "cli/ctl/ctl.h"

namespace picket {

struct FileResource {
  const ResourceType* type = nullptr;  // nullptr: core/v2 Extension, which 6.x clients still send
  std::string name, ns;                // of the outer metadata, as error messages quote them
  std::string path;                    // where it lives in the API
  std::string body;                    // what is sent
  std::vector<std::string> keys;       // members of the spec that the text names
  bool is_legacy = false;              // was written for a Sensu 1.x server
};

// How files are read. `create` does what sensuctl does, in its words. `apply` takes a checkout as it is (hidden files and those not
// named .json, .yml or .yaml are ignored, and reported) and definitions of a Sensu 1.x server, names file, kind and name of
// all it refuses, and goes on with the rest.
enum class FileStyle { create, apply };
struct FileReading {
  FileStyle style = FileStyle::create;
  bool recursive = false;
  size_t entries = 0;                      // of folders, seen so far; bounded by kEntriesMax
  size_t refused = 0;                      // apply: definitions and files that cannot be used; each was reported
  size_t invalid_1x = 0;                   // apply: definitions of Sensu 1.x that are wrong; each was reported, the rest is written
  std::vector<std::string> ignored_files;  // apply: files in folders that are no definitions
};

// All resources of one text, in order. Errors of single resources are written to standard error, all of them.
Result<std::vector<FileResource>> resources_parse(Ctl& ctl, const std::string& text, const std::string& where,
                                                  FileReading* reading = nullptr);
// The same for a path or URL; folders with what is in them, deeper ones only when `recursive`.
Result<std::vector<FileResource>> resources_read(Ctl& ctl, const std::string& input, FileReading* reading);
// The label sensu.io/managed_by, on everything that has metadata.
void resource_label(FileResource* resource);
// Takes away what the reference's `create` never sends: the time windows subdue and when, which old versions could write.
// `apply` and `edit` keep them.
bool resource_without_windows(FileResource* resource);  // true: there was one
// A single JSON or YAML document of a file, or of standard input when the name is empty.
Result<std::string> input_as_json(Ctl& ctl, const std::string& file);

}  // namespace picket
