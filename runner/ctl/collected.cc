#include "runner/ctl/collected.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "runner/ctl/directory_walk.h"

namespace runner::ctl {

using Json = nlohmann::ordered_json;

std::vector<std::string> CollectedSentences(const v1::RunResult& result) {
  if (!result.has_collected()) return {"no files were collected: only a program that ends by itself leaves any"};
  const v1::Collected& collected = result.collected();
  std::vector<std::string> sentences;
  for (const v1::RefusedFile& file : collected.refused()) {
    sentences.push_back("not collected: " + Quoted(file.path()) + " " + Quoted(file.reason(), /*quotes=*/false));
  }
  const auto listed = static_cast<std::uint32_t>(collected.refused_size());
  if (collected.refused_count() > listed) {
    sentences.push_back("not collected: " + std::to_string(collected.refused_count() - listed) + " more files");
  }
  for (const std::string& glob : collected.unmatched()) sentences.push_back("--collect " + Quoted(glob) + ": no file");
  if (!collected.incomplete().empty()) {
    sentences.push_back("files are missing: " + Quoted(collected.incomplete(), /*quotes=*/false));
  }
  return sentences;
}

Json CollectedJson(const v1::RunResult& result) {
  if (!result.has_collected()) return nullptr;
  const v1::Collected& collected = result.collected();
  Json json = {{"files", collected.files()}, {"bytes", collected.bytes()}, {"refused", Json::array()}};
  for (const v1::RefusedFile& file : collected.refused()) {
    json["refused"].push_back({{"path", file.path()}, {"reason", file.reason()}});
  }
  json["refused_count"] = collected.refused_count();
  json["unmatched"] = Json::array();
  for (const std::string& glob : collected.unmatched()) json["unmatched"].push_back(glob);
  json["incomplete"] = collected.incomplete().empty() ? Json(nullptr) : Json(collected.incomplete());
  return json;
}

Json FileJson(const v1::FilePart& part, double offset_ms) {
  std::array<char, 16> mode{};
  (void)std::snprintf(mode.data(), mode.size(), "%04o", part.mode() & 0777U);
  return {
      {"event", "file"}, {"offset_ms", offset_ms}, {"path", part.path()}, {"size", part.size()}, {"mode", mode.data()}};
}

}  // namespace runner::ctl
