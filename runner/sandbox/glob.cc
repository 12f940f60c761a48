#include "runner/sandbox/glob.h"

#include <algorithm>
#include <utility>

#include "runner/sandbox/text.h"

namespace runner {
namespace {

using std::string_view;

constexpr std::size_t kNone = string_view::npos;

// Past the set that begins at `at` with '['; kNone when it has no end. A ']' that comes first is one of the set.
std::size_t EndOfSet(string_view text, std::size_t at) {
  ++at;
  if (at < text.size() && (text[at] == '!' || text[at] == '^')) ++at;
  for (bool first = true; at < text.size(); first = false) {
    if (text[at] == ']' && !first) return at + 1;
    at += text[at] == '\\' ? 2 : 1;
  }
  return kNone;
}

// Past the character, escape or set at `at`; kNone for a set without an end.
std::size_t EndOfItem(string_view text, std::size_t at) {
  if (text[at] == '\\') return std::min(at + 2, text.size());
  return text[at] == '[' ? EndOfSet(text, at) : at + 1;
}

// What is between '{', which is at `at`, and '}', split at the commas. Moves `at` past the '}'. "", or what is wrong.
std::string SplitBraces(string_view text, std::size_t& at, std::vector<string_view>& choices) {
  std::size_t begin = ++at;
  while (at < text.size()) {
    if (text[at] == '{') return "has a '{' inside of '{...}'";
    if (text[at] == ',' || text[at] == '}') {
      choices.push_back(text.substr(begin, at - begin));
      begin = at + 1;
      if (text[at++] == '}') return "";
      continue;
    }
    at = EndOfItem(text, at);
    if (at == kNone) return "has a '[' without a ']'";
  }
  return "has a '{' without a '}'";
}

// Every pattern that `text` is with its {...} written out.
std::string Expand(string_view text, std::vector<std::string>& out) {
  out.assign(1, "");
  for (std::size_t at = 0; at < text.size();) {
    std::vector<string_view> choices;
    if (text[at] == '{') {
      if (std::string wrong = SplitBraces(text, at, choices); !wrong.empty()) return wrong;
    } else {
      const std::size_t end = EndOfItem(text, at);
      if (end == kNone) return "has a '[' without a ']'";
      choices.push_back(text.substr(at, end - at));
      at = end;
    }
    std::vector<std::string> longer;
    std::size_t bytes = 0;
    for (const std::string& prefix : out) {
      for (const string_view choice : choices) {
        bytes += prefix.size() + choice.size();
        // Checked on the way: a few dozen {a,b} are more patterns than there is memory.
        if (bytes > Glob::kMaxExpandedBytes || longer.size() >= Glob::kMaxExpandedBytes) {
          return "comes to more than " + std::to_string(Glob::kMaxExpandedBytes) +
                 " bytes with every {...} written out";
        }
        longer.push_back(prefix + std::string(choice));
      }
    }
    out = std::move(longer);
  }
  return "";
}

std::string CheckText(string_view text) {
  if (text.empty()) return "is empty, expected a glob such as \"*.json\"";
  if (text.size() > Glob::kMaxBytes) {
    return "has " + std::to_string(text.size()) + " bytes, allowed are [1, " + std::to_string(Glob::kMaxBytes) + "]";
  }
  for (std::size_t at = 0; at < text.size();) {
    const auto character = DecodeUtf8(text, at);
    if (!character) return "is not valid UTF-8";
    if (IsControlCharacter(*character)) return "holds a control character, which no collected path has";
  }
  return "";
}

std::bitset<256> Range(unsigned first, unsigned last) {
  std::bitset<256> bytes;
  for (unsigned byte = first; byte <= last; ++byte) bytes.set(byte);
  return bytes;
}

// What the first byte of a character of UTF-8 can be, and the later ones.
const std::bitset<256> kFirstBytes = Range(0, 0x7f) | Range(0xc2, 0xf4);
const std::bitset<256> kLaterBytes = Range(0x80, 0xbf);
const std::bitset<256> kSlash = Range('/', '/');

}  // namespace

Result<Glob> Glob::Parse(string_view text) {
  std::vector<std::string> alternatives;
  std::string wrong = CheckText(text);
  if (wrong.empty()) wrong = Expand(text, alternatives);
  Glob glob;
  glob.text_ = text;
  std::vector<Place> places;
  for (const std::string& alternative : alternatives) {
    if (!wrong.empty()) break;
    glob.expanded_bytes_ += alternative.size();
    wrong = Compile(alternative, places);
  }
  if (!wrong.empty()) return Error{.step = std::move(wrong)};
  glob.Pack(places);
  return glob;
}

std::string Glob::Compile(string_view alternative, std::vector<Place>& places) {
  if (alternative.empty()) return "is empty for one choice of its {...}";
  if (alternative.front() == '/') return "is absolute, expected a glob relative to the workspace";
  if (alternative.back() == '/') {
    return "ends with '/': a directory is not collected by its name; \"DIRECTORY/**\" is all below it";
  }
  const std::size_t first = places.size();
  for (std::size_t at = 0; at < alternative.size();) {
    const std::size_t end = std::min(alternative.find('/', at), alternative.size());
    const string_view component = alternative.substr(at, end - at);
    const bool last = end == alternative.size();
    if (component.empty()) return "has an empty component (\"//\")";
    if (component == "." || component == "..") {
      return "has the component " + Quote(component) + ", which is not allowed";
    }
    if (component == "**" && last) {
      places.push_back({.stay = ~Bytes(), .skip = true});
    } else if (component == "**") {
      // A second one would add nothing.
      if (alternative.substr(0, at).ends_with("**/") && (at == 3 || alternative[at - 4] == '/')) {
        at = end + 1;
        continue;
      }
      places.push_back({.skip = true, .skip_two = true});
      places.push_back({.advance = kSlash, .stay = ~Bytes()});
    } else {
      if (std::string wrong = CompileComponent(component, places); !wrong.empty()) return wrong;
      if (!last) places.push_back({.advance = kSlash});
    }
    at = end + 1;
  }
  places.push_back({.accept = true});
  places[first].start = true;
  return "";
}

std::string Glob::CompileComponent(string_view component, std::vector<Place>& places) {
  for (std::size_t at = 0; at < component.size();) {
    const char c = component[at];
    if (c == '*') {
      places.push_back({.stay = ~kSlash, .skip = true});
      at = std::min(component.find_first_not_of('*', at), component.size());
    } else if (c == '?') {
      AddCharacter(kFirstBytes & ~kSlash, places);
      ++at;
    } else if (c == '[') {
      if (std::string wrong = CompileSet(component, at, places); !wrong.empty()) return wrong;
    } else {
      if (c == '\\' && ++at == component.size()) return "has a '\\' with no character of a name after it";
      const auto byte = static_cast<unsigned char>(component[at++]);
      places.push_back({.advance = Range(byte, byte)});
    }
  }
  return "";
}

std::string Glob::CompileSet(string_view component, std::size_t& at, std::vector<Place>& places) {
  const std::size_t end = EndOfSet(component, at);
  // The set has an end, or Expand would have said so: it is not in this component.
  if (end == kNone) return "has a '/' in a '[...]'";
  string_view set = component.substr(at + 1, end - at - 2);
  at = end;
  const bool negated = set.front() == '!' || set.front() == '^';
  if (negated) set.remove_prefix(1);
  Bytes listed;
  const auto take = [&set] {
    if (set.front() == '\\' && set.size() > 1) set.remove_prefix(1);
    const auto byte = static_cast<unsigned char>(set.front());
    set.remove_prefix(1);
    return byte;
  };
  while (!set.empty()) {
    const unsigned char low = take();
    unsigned char high = low;
    if (set.size() > 1 && set.front() == '-') {
      set.remove_prefix(1);
      high = take();
    }
    if (low >= 0x80 || high >= 0x80) return "has a character in a '[...]' that is not ASCII";
    if (low > high) return "has a range in a '[...]' whose end comes before its beginning";
    listed |= Range(low, high);
  }
  AddCharacter((negated ? kFirstBytes & ~listed : listed) & ~kSlash, places);
  return "";
}

// One character: its first byte is one of these, and its later bytes, if it has any, belong to it.
void Glob::AddCharacter(Bytes first_bytes, std::vector<Place>& places) {
  places.push_back({.advance = first_bytes});
  places.push_back({.stay = kLaterBytes, .skip = true});
}

void Glob::Pack(const std::vector<Place>& places) {
  const State none((places.size() + 63) / 64, 0);
  for (State* state : {&skip_, &skip_two_, &start_, &accept_}) *state = none;
  advance_.fill(none);
  stay_.fill(none);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const Place& place = places[i];
    const std::size_t word = i / 64;
    const std::uint64_t bit = std::uint64_t{1} << (i % 64);
    if (place.skip) skip_[word] |= bit;
    if (place.skip_two) skip_two_[word] |= bit;
    if (place.start) start_[word] |= bit;
    if (place.accept) accept_[word] |= bit;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      if (place.advance[byte]) advance_[byte][word] |= bit;
      if (place.stay[byte]) stay_[byte][word] |= bit;
    }
  }
  FollowSkips(start_);
}

void Glob::FollowSkips(State& state) const {
  // Skips lead forward only; each round follows one of them from every place at once, and few patterns need three.
  for (bool more = true; more;) {
    more = false;
    std::uint64_t carried = 0;
    for (std::size_t word = 0; word < state.size(); ++word) {
      const std::uint64_t one = state[word] & skip_[word];
      const std::uint64_t two = state[word] & skip_two_[word];
      const std::uint64_t reached = state[word] | one << 1U | two << 2U | carried;
      carried = one >> 63U | two >> 62U;
      more = more || reached != state[word];
      state[word] = reached;
    }
  }
}

void Glob::Feed(State& state, string_view bytes) const {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    std::uint64_t carried = 0;
    for (std::size_t word = 0; word < state.size(); ++word) {
      const std::uint64_t advancing = state[word] & advance_[byte][word];
      state[word] = (state[word] & stay_[byte][word]) | advancing << 1U | carried;
      carried = advancing >> 63U;
    }
    FollowSkips(state);
    if (IsDead(state)) return;
  }
}

bool Glob::Accepts(const State& state) const {
  for (std::size_t word = 0; word < state.size(); ++word) {
    if ((state[word] & accept_[word]) != 0) return true;
  }
  return false;
}

bool Glob::IsDead(const State& state) {
  return std::all_of(state.begin(), state.end(), [](std::uint64_t word) { return word == 0; });
}

bool Glob::Matches(string_view path) const {
  State state = Start();
  Feed(state, path);
  return Accepts(state);
}

}  // namespace runner
