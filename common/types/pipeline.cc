// common/types/pipeline.cc - what decides who is notified: silences, handlers, mutators, filters, pipelines.
#include "common/types/fields.h"

namespace picket {

static const Field<Silenced> kSilenced[] = {
    row<Silenced, &Silenced::metadata>("metadata", always),
    row<Silenced, &Silenced::expire>("expire", always),
    row<Silenced, &Silenced::expire_on_resolve>("expire_on_resolve", always),
    row<Silenced, &Silenced::creator>("creator", omit_empty),
    row<Silenced, &Silenced::check>("check", omit_empty),
    row<Silenced, &Silenced::reason>("reason", omit_empty),
    row<Silenced, &Silenced::subscription>("subscription", omit_empty),
    row<Silenced, &Silenced::begin>("begin", always),
    row<Silenced, &Silenced::expire_at>("expire_at", always),
    row<Silenced, &Silenced::windows>("windows", omit_empty),
};
PICKET_HAS_TABLE(Silenced) { return table_of(kSilenced, &Silenced::extra); }

static const Field<HandlerSocket> kSocket[] = {
    row<HandlerSocket, &HandlerSocket::host>("host", omit_empty),
    row<HandlerSocket, &HandlerSocket::port>("port", always),
};
PICKET_HAS_TABLE(HandlerSocket) { return table_of(kSocket); }

static const Field<AlertRule> kAlert[] = {
    row<AlertRule, &AlertRule::after>("after", always),
    row<AlertRule, &AlertRule::every>("every", always),
    row<AlertRule, &AlertRule::skip_resolution>("skip_resolution", omit_empty),
};
PICKET_HAS_TABLE(AlertRule) { return table_of(kAlert); }

static const Field<HandlerEscalation> kEscalation[] = {
    row<HandlerEscalation, &HandlerEscalation::after>("after", always),
    row<HandlerEscalation, &HandlerEscalation::handler>("handler", always),
};
PICKET_HAS_TABLE(HandlerEscalation) { return table_of(kEscalation); }

static const Field<HandlerRota> kRota[] = {
    row<HandlerRota, &HandlerRota::begin>("begin", always),
    row<HandlerRota, &HandlerRota::tz>("tz", omit_empty),
    row<HandlerRota, &HandlerRota::days>("days", omit_empty),
    row<HandlerRota, &HandlerRota::handlers>("handlers", always),
};
PICKET_HAS_TABLE(HandlerRota) { return table_of(kRota); }

static const Field<HandlerWebhook> kWebhook[] = {
    row<HandlerWebhook, &HandlerWebhook::url>("url", always),
    row<HandlerWebhook, &HandlerWebhook::form>("form", omit_empty),
    row<HandlerWebhook, &HandlerWebhook::body>("body", omit_empty),
    row<HandlerWebhook, &HandlerWebhook::key>("key", omit_empty),
    row<HandlerWebhook, &HandlerWebhook::to>("to", omit_empty),
    row<HandlerWebhook, &HandlerWebhook::from>("from", omit_empty),
    row<HandlerWebhook, &HandlerWebhook::headers>("headers", omit_empty),
    row<HandlerWebhook, &HandlerWebhook::insecure_skip_tls_verify>("insecure_skip_tls_verify", omit_empty),
};
PICKET_HAS_TABLE(HandlerWebhook) { return table_of(kWebhook); }

static const Field<HandlerOauth2> kOauth2[] = {
    row<HandlerOauth2, &HandlerOauth2::token_url>("token_url", always),
    row<HandlerOauth2, &HandlerOauth2::client_id>("client_id", always),
    row<HandlerOauth2, &HandlerOauth2::client_secret>("client_secret", omit_empty),
    row<HandlerOauth2, &HandlerOauth2::refresh_token>("refresh_token", omit_empty),
    row<HandlerOauth2, &HandlerOauth2::scope>("scope", omit_empty),
};
PICKET_HAS_TABLE(HandlerOauth2) { return table_of(kOauth2); }

static const Field<HandlerEmail> kEmail[] = {
    row<HandlerEmail, &HandlerEmail::host>("host", always),
    row<HandlerEmail, &HandlerEmail::port>("port", omit_empty),
    row<HandlerEmail, &HandlerEmail::security>("security", omit_empty),
    row<HandlerEmail, &HandlerEmail::username>("username", omit_empty),
    row<HandlerEmail, &HandlerEmail::password>("password", omit_empty),
    row<HandlerEmail, &HandlerEmail::from>("from", always),
    row<HandlerEmail, &HandlerEmail::to>("to", always),
    row<HandlerEmail, &HandlerEmail::subject>("subject", omit_empty),
    row<HandlerEmail, &HandlerEmail::body>("body", omit_empty),
    row<HandlerEmail, &HandlerEmail::oauth2>("oauth2", omit_empty),
};
PICKET_HAS_TABLE(HandlerEmail) { return table_of(kEmail); }

static const Field<HandlerFile> kFile[] = {
    row<HandlerFile, &HandlerFile::path>("path", always),
    row<HandlerFile, &HandlerFile::max_megabytes>("max_megabytes", omit_empty),
};
PICKET_HAS_TABLE(HandlerFile) { return table_of(kFile); }

static const Field<Handler> kHandler[] = {
    row<Handler, &Handler::metadata>("metadata", always),
    row<Handler, &Handler::type>("type", omit_empty),
    row<Handler, &Handler::mutator>("mutator", omit_empty),
    row<Handler, &Handler::command>("command", omit_empty),
    row<Handler, &Handler::timeout>("timeout", always),
    row<Handler, &Handler::socket>("socket", omit_empty),
    row<Handler, &Handler::handlers>("handlers", always),
    row<Handler, &Handler::filters>("filters", always),
    row<Handler, &Handler::env_vars>("env_vars", always),
    row<Handler, &Handler::runtime_assets>("runtime_assets", always),
    row<Handler, &Handler::secrets>("secrets", always),
    row<Handler, &Handler::alert>("alert", omit_empty),
    row<Handler, &Handler::escalate>("escalate", omit_empty),
    row<Handler, &Handler::rota>("rota", omit_empty),
    row<Handler, &Handler::webhook>("webhook", omit_empty),
    row<Handler, &Handler::email>("email", omit_empty),
    row<Handler, &Handler::file>("file", omit_empty),
};
PICKET_HAS_TABLE(Handler) { return table_of(kHandler, &Handler::extra); }

static const Field<Mutator> kMutator[] = {
    row<Mutator, &Mutator::metadata>("metadata", always),
    row<Mutator, &Mutator::command>("command", omit_empty),
    row<Mutator, &Mutator::timeout>("timeout", always),
    row<Mutator, &Mutator::env_vars>("env_vars", always),
    row<Mutator, &Mutator::runtime_assets>("runtime_assets", always),
    row<Mutator, &Mutator::secrets>("secrets", always),
    row<Mutator, &Mutator::type>("type", omit_empty),
    row<Mutator, &Mutator::eval>("eval", omit_empty),
};
PICKET_HAS_TABLE(Mutator) { return table_of(kMutator, &Mutator::extra); }

static const Field<EventFilter> kFilter[] = {
    row<EventFilter, &EventFilter::metadata>("metadata", always),
    row<EventFilter, &EventFilter::action>("action", omit_empty),
    row<EventFilter, &EventFilter::expressions>("expressions", always),
    row<EventFilter, &EventFilter::when>("when", omit_empty),
    row<EventFilter, &EventFilter::runtime_assets>("runtime_assets", always),
};
PICKET_HAS_TABLE(EventFilter) { return table_of(kFilter, &EventFilter::extra); }

static const Field<PipelineWorkflow> kWorkflow[] = {
    row<PipelineWorkflow, &PipelineWorkflow::name>("name", always),
    row<PipelineWorkflow, &PipelineWorkflow::filters>("filters", omit_empty),
    row<PipelineWorkflow, &PipelineWorkflow::mutator>("mutator", omit_empty),
    row<PipelineWorkflow, &PipelineWorkflow::handler>("handler", always),
};
PICKET_HAS_TABLE(PipelineWorkflow) { return table_of(kWorkflow); }

static const Field<Pipeline> kPipeline[] = {
    row<Pipeline, &Pipeline::metadata>("metadata", always),
    row<Pipeline, &Pipeline::workflows>("workflows", always),
};
PICKET_HAS_TABLE(Pipeline) { return table_of(kPipeline, &Pipeline::extra); }

PICKET_DOCUMENT(Silenced)
PICKET_DOCUMENT(Handler)
PICKET_DOCUMENT(Mutator)
PICKET_DOCUMENT(EventFilter)
PICKET_DOCUMENT(Pipeline)

}  // namespace picket
