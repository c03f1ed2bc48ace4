// backend/deliver/definitions.h - the definitions that pipelines follow, kept as they are stored (route.h has their form).
#pragma once
#include "backend/deliver/pipelines.h"

namespace picket {

Status definitions_load(Pipelines* pipelines);
void definitions_change(Pipelines* pipelines, const StoreChange& change);  // a change of the store

}  // namespace picket
