#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <map>
#include <pugixml.hpp>
#include <sstream>
#include <vector>

#include "runner/ctl/durations.h"
#include "runner/ctl/report/case_details.h"
#include "runner/ctl/report/reports.h"
#include "runner/ctl/report/safe_text.h"

namespace runner::ctl {
namespace {

struct Counts {
  int tests = 0;
  int failures = 0;
  int errors = 0;
  int skipped = 0;
  double seconds = 0;
};

// Names are tokens: blanks at the ends and runs of blanks mean nothing, and an empty one is not allowed.
std::string Name(const std::string& text, const std::string& otherwise) {
  const std::string line = SafeLine(text);
  return line.find_first_not_of(' ') == std::string::npos ? otherwise : line;
}

std::string Seconds(double seconds) {
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.3f", seconds);
  return text.data();
}

double SecondsOf(const google::protobuf::Duration& duration) { return ToJsonMilliseconds(duration) / 1000.0; }

// Without a zone, as the schema has it; UTC.
std::string Timestamp(const GradeReport& report) {
  const std::time_t time = report.timeless ? 0 : std::chrono::system_clock::to_time_t(report.begin);
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  std::array<char, 32> text{};
  (void)std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  return text.data();
}

class Suite {
 public:
  Suite(pugi::xml_node node, std::string name) : node_(node), name_(std::move(name)) {}

  void AddCase(const v1::CaseResult& result) {
    points_ += result.points();
    possible_ += result.points_possible();
    if (ShowsTests(result)) {
      for (const v1::TestResult& test : result.tests()) AddTest(result, test);
      if (TestsTellAll(result)) return;
    }
    AddOne(name_, result.name(), SecondsOf(result.run().usage().wall_time()), result.outcome(), ReasonOf(result),
           DetailsOf(result));
  }

  // What the schema wants at the end, and at the beginning.
  void Finish(int id, const std::string& timestamp) {
    node_.append_attribute("name") = name_.c_str();
    node_.append_attribute("package") = name_.c_str();
    node_.append_attribute("id") = id;
    node_.append_attribute("timestamp") = timestamp.c_str();
    node_.append_attribute("hostname") = "localhost";
    node_.append_attribute("tests") = counts_.tests;
    node_.append_attribute("failures") = counts_.failures;
    node_.append_attribute("errors") = counts_.errors;
    node_.append_attribute("skipped") = counts_.skipped;
    node_.append_attribute("time") = Seconds(counts_.seconds).c_str();
    pugi::xml_node properties = node_.prepend_child("properties");
    const auto add = [&properties](const char* name, const std::string& value) {
      pugi::xml_node property = properties.append_child("property");
      property.append_attribute("name") = name;
      property.append_attribute("value") = value.c_str();
    };
    add("points", FormatPoints(points_));
    add("points_possible", FormatPoints(possible_));
    node_.append_child("system-out");
    node_.append_child("system-err");
  }

 private:
  void AddTest(const v1::CaseResult& result, const v1::TestResult& test) {
    std::string details = SafeText(test.message());
    if (!test.diff().empty()) details += "\n" + SafeText(test.diff());
    AddOne(name_ + "." + result.name(), TitleOf(test), SecondsOf(test.duration()), test.outcome(),
           SafeLine(test.message().substr(0, test.message().find('\n'))), details);
  }

  void AddOne(const std::string& class_name, const std::string& name, double seconds, v1::Outcome outcome,
              const std::string& reason, const std::string& details) {
    pugi::xml_node testcase = node_.append_child("testcase");
    testcase.append_attribute("name") = Name(name, "(no name)").c_str();
    testcase.append_attribute("classname") = Name(class_name, name_).c_str();
    testcase.append_attribute("time") = Seconds(seconds).c_str();
    ++counts_.tests;
    counts_.seconds += seconds;
    if (outcome == v1::PASSED) return;
    const bool failed = outcome == v1::FAILED || outcome == v1::FLAKY;
    const bool skipped = outcome == v1::SKIPPED;
    ++(failed ? counts_.failures : skipped ? counts_.skipped : counts_.errors);
    pugi::xml_node node = testcase.append_child(failed ? "failure" : skipped ? "skipped" : "error");
    if (!reason.empty()) node.append_attribute("message") = reason.c_str();
    if (!skipped) node.append_attribute("type") = NameOf(outcome).c_str();
    if (!details.empty()) node.text().set(details.c_str());
  }

  pugi::xml_node node_;
  std::string name_;
  Counts counts_;
  double points_ = 0;
  double possible_ = 0;
};

}  // namespace

std::string ToJunit(const GradeReport& report) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node root = document.append_child("testsuites");
  const std::string standard = Name(report.suite, "suite");
  std::vector<Suite> suites;
  std::map<std::string, std::size_t> by_group;
  for (const v1::CaseResult& result : report.cases) {
    const auto [place, is_new] = by_group.emplace(result.group(), suites.size());
    if (is_new) suites.emplace_back(root.append_child("testsuite"), Name(result.group(), standard));
    suites[place->second].AddCase(result);
  }
  const std::string timestamp = Timestamp(report);
  for (std::size_t i = 0; i < suites.size(); ++i) suites[i].Finish(static_cast<int>(i), timestamp);
  std::ostringstream out;
  document.save(out, "  ", pugi::format_indent, pugi::encoding_utf8);
  return out.str();
}

}  // namespace runner::ctl
