#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/error.h"

namespace runner {

// A pattern for paths relative to the workspace; RunRequest.collect in the API describes the language. Immutable, pure.
//
// Matching takes every byte of a path once, whatever the pattern and the path: all places of the pattern that the path so
// far can have led to are bits, moved together. So the cost is bounded by (bytes of the path) x (bits / 64), and a walk can
// match a path component by component and see from the bits that nothing below a directory can match.
class Glob {
 public:
  static constexpr std::size_t kMaxBytes = 256;
  // With every {...} written out; for all globs of a request together.
  static constexpr std::size_t kMaxExpandedBytes = 4096;

  // An Error's step says what is wrong with `text`, as what follows it in a sentence: "has a '[' without a ']'".
  [[nodiscard]] static Result<Glob> Parse(std::string_view text);

  // The places of the pattern that are reached. No bit set: no way on.
  using State = std::vector<std::uint64_t>;
  [[nodiscard]] State Start() const { return start_; }
  // Follows more of the path.
  void Feed(State& state, std::string_view bytes) const;
  // Whether the path so far matches.
  [[nodiscard]] bool Accepts(const State& state) const;
  // Whether nothing that begins with the path so far can match.
  [[nodiscard]] static bool IsDead(const State& state);

  [[nodiscard]] bool Matches(std::string_view path) const;
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::size_t expanded_bytes() const { return expanded_bytes_; }

 private:
  using Bytes = std::bitset<256>;
  // One place of a pattern, and how it is left.
  struct Place {
    Bytes advance{};        // bytes that lead to the next place
    Bytes stay{};           // bytes that lead here again
    bool skip = false;      // the next place is reached together with this one
    bool skip_two = false;  // so is the one after it
    bool start = false;
    bool accept = false;
  };

  static std::string Compile(std::string_view alternative, std::vector<Place>& places);
  static std::string CompileComponent(std::string_view component, std::vector<Place>& places);
  static std::string CompileSet(std::string_view component, std::size_t& at, std::vector<Place>& places);
  static void AddCharacter(Bytes first_bytes, std::vector<Place>& places);
  void Pack(const std::vector<Place>& places);
  void FollowSkips(State& state) const;

  std::string text_;
  std::size_t expanded_bytes_ = 0;
  // Bit i of each State is place i.
  std::array<State, 256> advance_;
  std::array<State, 256> stay_;
  State skip_;
  State skip_two_;
  State start_;
  State accept_;
};

}  // namespace runner
