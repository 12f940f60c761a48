# shellcheck shell=bash disable=SC2154 # $here, $cache, $name, $work are the caller's
# The npm packages of an image, for sandbox-images/build, which sources this: bundles, which are what snippets may
# `require` and `import`. A bundle is a directory with a package.json and a package-lock.json, and nothing else is read.

locked=() # the bundles that this call has locked already

npm_in() { # DIR ARG...: npm without the errands it runs beside its work, with a cache of the project's own
  local dir=$1
  shift
  (cd "$dir" && npm "$@" --cache "$cache/npm" --prefer-offline --ignore-scripts --omit=dev --no-bin-links --no-audit \
    --no-fund --no-update-notifier --loglevel=error >"$work/npm.log" 2>&1)
}

bundle_directory() { # MANIFEST NAME_OR_PATH -> the directory on stdout
  local directory
  case $2 in
    /*) directory=$2 ;;
    */*) directory="$(dirname "$1")/$2" ;;
    *) directory="$here/bundles/$2" ;;
  esac
  [[ -f $directory/package.json ]] || die "$1: there is no bundle $2 (no file $directory/package.json)"
  (cd "$directory" && pwd)
}

# What a lock file says is exactly what is installed: npm checks the integrity of each package, and whether package.json
# asks for anything else.
lock_bundle() { # DIRECTORY, for --pin: makes the lock file what package.json asks for
  local directory=$1
  [[ " ${locked[*]} " != *" $directory "* ]] || return 0
  locked+=("$directory")
  require_npm
  say "$name: locking the bundle $directory"
  # No addresses: where packages come from is the business of the machine that fetches them.
  npm_in "$directory" install --package-lock-only --omit-lockfile-registry-resolved ||
    die "npm could not lock $directory; npm said: $(tail -n3 "$work/npm.log")"
}

install_bundle() { # DIRECTORY -> $bundle_tar: node_modules, made once for each lock file
  local directory=$1 dir
  [[ -f $directory/package-lock.json ]] || die "$directory has no package-lock.json; --pin makes one"
  bundle_tar="$cache/bundle-$(cat "$directory"/package{,-lock}.json "$here/packages.bash" | sha256sum | cut -c-16).tar"
  if [[ -f $bundle_tar ]]; then return; fi
  require_npm
  say "$name: installing the bundle $directory"
  dir="$work/bundle"
  mkdir "$dir"
  cp "$directory/package.json" "$directory/package-lock.json" "$dir"
  npm_in "$dir" ci || die "npm could not install the bundle $directory; npm said: $(tail -n3 "$work/npm.log")"
  mkdir -p "$dir/node_modules" # an empty bundle
  rm -f "$dir/node_modules/.package-lock.json" # npm's note to itself
  # What no program can use: Node runs no TypeScript below node_modules, and the rest is for people and their tools.
  find "$dir/node_modules" -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' -o -name '*.md' \) \
    ! -iname 'licen[sc]e*' -delete
  find "$dir/node_modules" -type d -empty -delete
  mkdir -p "$dir/node_modules"
  find "$dir/node_modules" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
  local addons
  addons=$(find "$dir/node_modules" -name '*.node' -o -name binding.gyp | head -n3 | sed "s|^$dir/||" | xargs)
  [[ -z $addons ]] || die "$directory: native addons do not run in a sandbox: $addons"
  tar -cf "$bundle_tar.$$" -C "$dir" node_modules && mv "$bundle_tar.$$" "$bundle_tar"
  rm -rf "$dir"
}

# At the root of the file system: the last place in which Node looks, from /workspace, from /tmp and from anywhere.
add_bundle() { # DIRECTORY ROOT
  install_bundle "$1"
  tar -xf "$bundle_tar" -C "$2" --no-same-owner
}

bundle_packages() { # DIRECTORY ROOT -> "name@version","name@version" on stdout: what package.json asks for
  # shellcheck disable=SC2016 # JavaScript's
  image_node "$2" -p 'const { packages } = JSON.parse(require("fs").readFileSync(process.argv[1]));
    Object.keys(packages[""].dependencies ?? {}).sort()
      .map((name) => JSON.stringify(`${name}@${packages[`node_modules/${name}`].version}`)).join()' \
    "$1/package-lock.json"
}
