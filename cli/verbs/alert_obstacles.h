// cli/verbs/alert_obstacles.h - everything that can keep an alert from coming, as far as definitions and events show it (docs/ALERTING.md
// has
// the table). `doctor` shows all of it, `event explain` what concerns one check of one entity.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/ctl/ctl.h"
#include "common/types/types.h"

namespace picket {

// What a backend knows, by "namespace/name". Kinds that one may not read are in `unseen`; those that one may read in one namespace only
// are in `seen_in`, with its name.
struct AlertFacts {
  std::map<std::string, CheckConfig> checks;
  std::map<std::string, Handler> handlers;
  std::map<std::string, EventFilter> filters;
  std::map<std::string, Mutator> mutators;
  std::map<std::string, Pipeline> pipelines;
  std::map<std::string, HookConfig> hooks;
  std::set<std::string> assets;
  std::map<std::string, Entity> entities;
  std::vector<Silenced> silences;
  std::vector<Event> events;
  std::set<std::string> unseen;
  std::map<std::string, std::string> seen_in;
  std::map<std::string, std::string> decisions;  // "namespace/entity/check" -> JSON, of failing events
  int64_t now_s = 0;
};

struct Obstacle {
  std::string ns, entity, check;  // "" = any
  bool meant = false;             // somebody wants it so: a silence, a window
  std::string what, remedy;
};

AlertFacts alert_facts(Ctl& ctl, const std::string& ns);    // ns "": all one may see
std::string alert_facts_left_out(const AlertFacts& facts);  // what one may not look at, as a sentence; "" = nothing
std::vector<Obstacle> alert_obstacles(const AlertFacts& facts);
// Of these what concerns one check of one entity.
std::vector<Obstacle> obstacles_of(const std::vector<Obstacle>& all, const std::string& ns, const std::string& entity,
                                   const std::string& check);

}  // namespace picket
