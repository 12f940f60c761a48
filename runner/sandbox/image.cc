#include "runner/sandbox/image.h"

#include <fcntl.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>
#include <utility>

#include "runner/launcher/protocol.h"

namespace runner {
namespace {

namespace fs = std::filesystem;

Error Failure(const fs::path& file, const std::string& message) {
  return Error{.step = file.string() + ": " + message, .error_number = 0};
}

Result<std::string> Text(const nlohmann::json& json, const char* key, const fs::path& file) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_string() || found->get<std::string>().empty()) {
    return Failure(file, std::string("expected \"") + key + "\" with a text that is not empty");
  }
  // in_place_value: a string alone could just as well be the step of an Error.
  return Result<std::string>(boost::system::in_place_value, found->get<std::string>());
}

// Keys that are not read here are the recipe's own business.
Result<void> ReadManifest(const fs::path& file, Image& image) {
  std::ifstream stream(file);
  if (!stream) return ErrnoError("open " + file.string() + " (expected an image made by sandbox-images/build)");
  std::ostringstream text;
  text << stream.rdbuf();
  const auto json = nlohmann::json::parse(text.str(), nullptr, false);
  if (!json.is_object()) return Failure(file, "expected a JSON object");
  for (const auto& [key, value] : {std::pair<const char*, std::string*>{"name", &image.name},
                                   {"node_version", &image.node_version},
                                   {"tree_hash", &image.tree_hash}}) {
    Result<std::string> read = Text(json, key, file);
    if (!read) return read.error();
    *value = std::move(*read);
  }
  const auto packages = json.find("packages");
  if (packages == json.end() || !packages->is_array()) return Failure(file, "expected \"packages\" with a list");
  for (const auto& package : *packages) {
    if (!package.is_string()) return Failure(file, "expected each of \"packages\" to be a text, NAME@VERSION");
    image.packages.push_back(package.get<std::string>());
  }
  return {};
}

Result<Image> LoadImage(const fs::path& directory) {
  Image image;
  const fs::path manifest = directory / "image.json";
  if (auto read = ReadManifest(manifest, image); !read) return read.error();
  // Requests say the name and operators look for the directory: one word for both.
  if (image.name != directory.filename().string()) {
    return Failure(manifest, "expected the \"name\" to be the directory's, " + directory.filename().string());
  }
  const fs::path root = directory / "root";
  image.root = UniqueFd(open(root.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!image.root) return ErrnoError("open " + root.string());
  const auto has = [&](const char* path) { return faccessat(image.root.get(), &path[1], R_OK, 0) == 0; };
  image.preload = has(kPreloadPath) && std::ranges::all_of(kPreloadNeeds, has);
  image.compiles_typescript = has(kTypescriptHook);
  image.runs_tests = has(kTestHarness);
  image.deterministic = has(kDeterminismHook);
  // A broken image is found now and not by every run.
  const std::string node = std::string(launcher::kNodePath).substr(1);
  if (faccessat(image.root.get(), node.c_str(), X_OK, 0) != 0) {
    return ErrnoError("an executable " + std::string(launcher::kNodePath) + " in " + root.string());
  }
  return image;
}

}  // namespace

Result<std::map<std::string, Image>> LoadImages(const std::filesystem::path& directory) {
  std::error_code error;
  std::vector<fs::path> directories;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    // Hidden names are the recipe's: locks and images that are not finished.
    if (it->path().filename().string().starts_with(".") || !it->is_directory(error)) continue;
    directories.push_back(it->path());
  }
  if (error) return Error{.step = "read the images in " + directory.string(), .error_number = error.value()};
  if (directories.empty()) {
    return Failure(directory, "no image in it, expected at least one; sandbox-images/build makes them");
  }
  if (directories.size() > launcher::kMaxImages) {
    return Failure(directory, std::to_string(directories.size()) + " images, expected at most " +
                                  std::to_string(launcher::kMaxImages));
  }
  std::ranges::sort(directories);
  std::map<std::string, Image> images;
  for (const fs::path& each : directories) {
    Result<Image> image = LoadImage(each);
    if (!image) return image.error();
    std::string name = image->name;
    images.emplace(std::move(name), std::move(*image));
  }
  return images;
}

}  // namespace runner
