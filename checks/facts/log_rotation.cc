// checks/facts/log_rotation.cc - see log_rotation.h.
#include "checks/facts/log_rotation.h"

#include <algorithm>
#include <tuple>

namespace picket {
namespace {

constexpr std::string_view kPacked[] = {".gz", ".bz2", ".xz", ".zst", ".lz4", ".lzma", ".zip", ".Z"};
constexpr size_t kNumberDigitsMax = 5;  // more are a date

struct Rotated {
  bool is_date = false;
  std::string tag;  // with numbers of one length
  size_t packed = 0;
  std::string name;
};

bool ends_with(std::string_view s, std::string_view end) { return s.size() >= end.size() && s.substr(s.size() - end.size()) == end; }

// 0: plain; otherwise its place in the list, from 1.
size_t unpack(std::string_view* name) {
  for (size_t i = 0; i < std::size(kPacked); i++)
    if (ends_with(*name, kPacked[i])) return name->remove_suffix(kPacked[i].size()), i + 1;
  return 0;
}

bool is_joint(std::string_view s) { return !s.empty() && std::string_view(".-_").find(s[0]) != std::string_view::npos; }

// What stands after app.log, or between app and .log; empty: not a file of this log.
std::string_view tag_of(std::string_view log, std::string_view name) {
  if (name.substr(0, log.size()) == log) {
    name.remove_prefix(log.size());
    return is_joint(name) ? name.substr(1) : std::string_view{};
  }
  size_t dot = log.rfind('.');
  if (dot == log.npos || dot == 0) return {};
  std::string_view stem = log.substr(0, dot), extension = log.substr(dot);
  if (name.size() <= log.size() || name.substr(0, stem.size()) != stem || !ends_with(name, extension)) return {};
  name = name.substr(stem.size(), name.size() - log.size());
  return is_joint(name) ? name.substr(1) : std::string_view{};
}

bool rotated_read(std::string_view log, std::string_view name, Rotated* out) {
  out->name = name;
  out->packed = unpack(&name);
  std::string_view tag = tag_of(log, name);
  if (tag.empty() || tag[0] < '0' || tag[0] > '9' || tag.find_first_not_of("0123456789-_.:T") != tag.npos) return false;
  out->is_date = tag.size() > kNumberDigitsMax || tag.find_first_not_of("0123456789") != tag.npos;
  out->tag = (out->is_date ? "" : std::string(kNumberDigitsMax - tag.size(), '0')) + std::string(tag);
  return true;
}

bool is_older(const Rotated& a, const Rotated& b) { return a.is_date ? a.tag < b.tag : a.tag > b.tag; }

}  // namespace

std::vector<std::string> log_between(std::string_view log, std::string_view old, const std::vector<std::string>& names) {
  Rotated from, one;
  if (!rotated_read(log, old, &from)) return {};
  std::vector<Rotated> between;
  for (const std::string& name : names)
    if (rotated_read(log, name, &one) && one.is_date == from.is_date && is_older(from, one)) between.push_back(one);
  std::sort(between.begin(), between.end(),
            [](const Rotated& a, const Rotated& b) { return a.tag == b.tag ? a.packed < b.packed : is_older(a, b); });
  std::vector<std::string> out;
  for (size_t i = 0; i < between.size(); i++)
    if (i == 0 || between[i].tag != between[i - 1].tag) out.push_back(between[i].name);
  return out;
}

bool log_is_sealed(std::string_view name) { return unpack(&name) > 1; }

}  // namespace picket
