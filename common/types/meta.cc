// common/types/meta.cc - ObjectMeta and the small structs many others hold.
#include "common/types/fields.h"

namespace picket {

static const Field<ObjectMeta> kObjectMeta[] = {
    row<ObjectMeta, &ObjectMeta::name>("name", omit_empty),
    row<ObjectMeta, &ObjectMeta::ns>("namespace", omit_empty),
    row<ObjectMeta, &ObjectMeta::labels>("labels", omit_empty),
    row<ObjectMeta, &ObjectMeta::annotations>("annotations", omit_empty),
    row<ObjectMeta, &ObjectMeta::created_by>("created_by", omit_empty),
};
PICKET_HAS_TABLE(ObjectMeta) { return table_of(kObjectMeta, &ObjectMeta::extra); }

static const Field<ResourceReference> kReference[] = {
    row<ResourceReference, &ResourceReference::name>("name", always),
    row<ResourceReference, &ResourceReference::type>("type", always),
    row<ResourceReference, &ResourceReference::api_version>("api_version", always),
};
PICKET_HAS_TABLE(ResourceReference) { return table_of(kReference); }

bool pipeline_references_read(JsonCursor& c, std::vector<ResourceReference>& v) {
  if (!value_read(c, v)) return false;
  for (ResourceReference& r : v) {
    if (r.type.empty()) r.type = "Pipeline";
    if (r.api_version.empty()) r.api_version = "core/v2";
  }
  return true;
}

static const Field<Secret> kSecret[] = {
    row<Secret, &Secret::name>("name", omit_empty),
    row<Secret, &Secret::secret>("secret", omit_empty),
};
PICKET_HAS_TABLE(Secret) { return table_of(kSecret); }

static const Field<MetricTag> kMetricTag[] = {
    row<MetricTag, &MetricTag::name>("name", omit_empty),
    row<MetricTag, &MetricTag::value>("value", omit_empty),
};
PICKET_HAS_TABLE(MetricTag) { return table_of(kMetricTag); }

PICKET_DOCUMENT(ObjectMeta)
PICKET_DOCUMENT(ResourceReference)

}  // namespace picket
