// checks/run/dialog_client.h - a dialog (dialog.h) over a connection: what the checks of single services have in common.
#pragma once
#include "checks/protocol/dialog.h"
#include "checks/judge/network.h"
#include "checks/run/option_rows.h"
#include "checks/io/stream.h"

namespace picket {

Result<StreamTarget> target_from(const Options& options, int usual_port);  // rows of kConnectionRows; the host may be an argument
Result<CertificateRules> certificate_rules_from(const Options& options);   // rows of kTlsRows
StreamTls tls_from(const Options& options, const CheckFiles& files, const std::string& host);
unsigned reads_for_tls(const Options& options);  // CheckRow::reads of those with --tls

struct Talk {
  StreamTarget target;
  Dialog dialog;
  bool tls = false;          // from the start
  bool stop_at_tls = false;  // the dialog ends when TLS is up
  Limits time;
  CertificateRules certificate;
  StreamTls tls_options;
};
Result<Talk> talk_from(const Options& options, const CheckFiles& files, int usual_port);
Result<std::shared_ptr<void>> talk_start(uv_loop_t* loop, Talk talk, CheckDone done);

}  // namespace picket
