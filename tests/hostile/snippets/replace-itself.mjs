process.execve('/usr/bin/node', ['node', '--version'], {});
