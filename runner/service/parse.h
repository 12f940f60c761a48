#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include <optional>

#include "runner/sandbox/run_spec.h"

namespace runner {

// Parses one message of a client. Left to itself gRPC answers bytes that do not parse with INTERNAL and "Unable to parse
// request", which blames the daemon and names nothing. Returns what is wrong with them: the first string field that is
// not UTF-8 ("files[1].path"), or, with no field, that they are no such message. nullopt: `message` is filled in.
[[nodiscard]] std::optional<FieldViolation> ParseMessage(const grpc::ByteBuffer& bytes,
                                                         google::protobuf::Message& message);

}  // namespace runner
