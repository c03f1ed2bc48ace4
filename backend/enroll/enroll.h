// backend/enroll/enroll.h - enrolment: who may get a credential of its own for which agent's name, and what it is then. Pure.
//
// A grant is what a token stands for: made by an operator, bounded in time, uses and names; its secret is kept as a hash. An enrolled
// agent has a user of its own, whose name no other user can have, and which may be that one agent and nothing else; nobody else may be
// it, with whatever rights. Its credential is a certificate, where the backend can sign some, or a password that the agent has made.
// Revoked: nobody is that agent, until it enrols anew with a token that was made after that, or the operator has it forgotten.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "common/basic/result.h"
#include "common/rules/enroll_token.h"

namespace picket {

inline constexpr const char* kGrants = "enrollgrants";      // kinds in the store: (namespace, id)
inline constexpr const char* kEnrolled = "enrolledagents";  // (namespace, agent)
inline constexpr size_t kEnrollBodyMax = 16'384;            // of a request
inline constexpr size_t kEnrollNameMax = 255;               // of an agent's name
inline constexpr int64_t kGrantUsesMax = 100'000;
inline constexpr size_t kGrantsMax = 1'000;                 // of a namespace, those that are over not counted
inline constexpr int64_t kAgentCertificateS = 90 * 86'400;  // of a certificate; the agent asks for the next one when a third is left
inline constexpr int64_t kRenewAgainS = 60;                 // between two renewals of an agent

struct EnrollGrant {
  std::string id, ns, secret_hash;
  std::string names;  // a pattern with *; "" = every name
  std::string created_by;
  int64_t created_s = 0, until_s = 0, uses = 1, used = 0;
  int64_t created_ms = 0;  // Unix time; 0 = in a row of before, which has seconds alone
};

struct Enrolled {
  std::string ns, name;
  std::string id;           // of this enrolment: another one is another identity
  std::string public_key;   // PEM, of its certificate; "": it has a password
  std::string secret_hash;  // of its password
  std::string grant, address;
  int64_t enrolled_s = 0, renewed_s = 0;
  int64_t until_s = 0;     // the end of its certificate; 0 = none
  int64_t revoked_s = 0;   // 0 = it is not
  int64_t revoked_ms = 0;  // as created_ms
};

struct EnrollRequest {
  EnrollToken token;
  std::string ns, name;
  std::string public_key;   // one of both
  std::string secret_hash;  // hex of the SHA-256 of a password the agent has made
};

std::string grant_encode(const EnrollGrant& grant);
EnrollGrant grant_decode(std::string_view ns, std::string_view id, std::string_view body);
std::string enrolled_encode(const Enrolled& agent);
Enrolled enrolled_decode(std::string_view ns, std::string_view name, std::string_view body);
std::string grant_shown(const EnrollGrant& grant);  // for the API: without the hash
std::string enrolled_shown(const Enrolled& agent);

// {"seconds","uses","name"}: Err::invalid names field, value and what was expected.
Result<EnrollGrant> grant_read(std::string_view body, int64_t now_s);
Result<EnrollRequest> enroll_request_read(std::string_view body);
std::string enroll_secret_hash(std::string_view secret);

// The user of an enrolled agent: "agent/NAMESPACE/NAME", or a hash of both when that is longer than a certificate's name may be, or has a
// colon, which would end a name in a header.
// No user of the store can have such a name.
std::string enrolled_user(std::string_view ns, std::string_view name);
bool is_enrolled_user(std::string_view username);

bool name_fits(std::string_view pattern, std::string_view name);  // * stands for any characters

struct EnrollState {
  const EnrollGrant* grant = nullptr;  // of the request's id and namespace; null: there is none
  const Enrolled* present = nullptr;   // of its name; null: not enrolled
  bool elsewhere = false;              // an agent of this name is connected from another address
  int64_t now_s = 0;
};
struct EnrollVerdict {
  Status status;
  bool again = false;  // the same request as the one that enrolled it: its answer was lost
};
EnrollVerdict enroll_decide(const EnrollRequest& request, const EnrollState& state);

}  // namespace picket
