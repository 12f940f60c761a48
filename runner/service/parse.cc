#include "runner/service/parse.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <cstdint>
#include <map>
#include <string>

#include "runner/sandbox/text.h"

namespace runner {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// Walks the wire format of one `type`, as far as it makes sense, to the first string that is not UTF-8. Only needed to
// explain a failure, so that it is slower than the parser does not matter.
std::optional<FieldViolation> FindInvalidUtf8(CodedInputStream& input, const Descriptor& type,
                                              const std::string& prefix) {
  std::map<int, std::size_t> seen;  // how many elements of each repeated field
  while (const std::uint32_t tag = input.ReadTag()) {
    const FieldDescriptor* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    const bool holds_text = field != nullptr && (field->type() == FieldDescriptor::TYPE_STRING ||
                                                 field->type() == FieldDescriptor::TYPE_MESSAGE);
    if (!holds_text || WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&input, tag)) return std::nullopt;
      continue;
    }
    std::string path = prefix + field->name();
    if (field->is_repeated()) path += "[" + std::to_string(seen[field->number()]++) + "]";
    int size = 0;
    if (!input.ReadVarintSizeAsInt(&size)) return std::nullopt;
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      std::string text;
      if (!input.ReadString(&text, size)) return std::nullopt;
      if (!IsValidUtf8(text)) return FieldViolation{path, Quote(text) + " is not valid UTF-8"};
      continue;
    }
    const auto limit = input.IncrementRecursionDepthAndPushLimit(size);
    if (limit.second < 0) return std::nullopt;
    if (auto found = FindInvalidUtf8(input, *field->message_type(), path + ".")) return found;
    if (!input.DecrementRecursionDepthAndPopLimit(limit.first)) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<FieldViolation> ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  // The reader wants a non-const buffer but only takes references to its slices.
  grpc::ByteBuffer buffer(bytes);
  {
    grpc::ProtoBufferReader reader(&buffer);
    if (reader.status().ok() && message.ParseFromZeroCopyStream(&reader)) return std::nullopt;
  }
  grpc::ProtoBufferReader reader(&buffer);
  CodedInputStream input(&reader);
  if (auto found = FindInvalidUtf8(input, *message.GetDescriptor(), "")) return found;
  return FieldViolation{"", "the message is not a " + message.GetDescriptor()->full_name() + " (" +
                                std::to_string(bytes.Length()) + " bytes)"};
}

}  // namespace runner
