// tests/model/sim_disk.h - a disk that fills up, refuses, stops in the middle of a write, and forgets at a power cut what was
// not forced onto it.
#pragma once
#include <map>
#include <set>
#include <string>

#include "agent/core/spool_disk.h"
#include "tests/model/dice.h"

namespace picket {

struct SimDisk {
  // What the programs see, and what a power cut leaves for certain. A file is in a folder after the folder's flush only.
  struct File {
    std::string text;
    size_t flushed = 0;     // bytes that are on the disk
    bool is_named = false;  // its name is
  };
  using Files = std::map<std::string, File>;

  explicit SimDisk(uint64_t seed) : dice(seed) {}
  Dice dice;
  Files files;
  Files removed;  // with names on the disk until the folder's flush
  std::set<std::string> folders;
  size_t capacity = SIZE_MAX;
  bool refuses = false;      // writes nothing at all: read-only, an error
  bool hides = false;        // gives no bytes to read
  int64_t stops_in = -1;     // writes until the machine stops in the middle of one; -1: it does not
  bool has_stopped = false;  // nothing happens any more, the process is to be given up
  int next_file = 3;
  std::map<int, std::string> open;

  SpoolDisk calls();  // the disk must outlive them
  size_t used() const;
  void kill() {
    open.clear();
    has_stopped = false;
    stops_in = -1;
  }                  // the process: its files are as it left them
  void power_cut();  // the machine: what was not flushed may be there, in part, or not
};

}  // namespace picket
