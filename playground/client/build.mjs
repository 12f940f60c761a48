// Builds dist/: the types of the proto, the JavaScript with its .d.ts, and the proto files, which are read at run time.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const protos = join(here, '../../proto');
const require = createRequire(import.meta.url);

// A package's program, by this very Node: whatever `node` is in PATH, and without npm's links.
function tool(name, program, ...args) {
  const manifest = require.resolve(`${name}/package.json`);
  const path = join(dirname(manifest), require(manifest).bin[program]);
  const { status, error } = spawnSync(process.execPath, [path, ...args], { cwd: here, stdio: 'inherit' });
  if (status !== 0) throw error ?? new Error(`${program} failed`);
}

rmSync(join(here, 'dist'), { recursive: true, force: true });
rmSync(join(here, 'src/generated'), { recursive: true, force: true });
// Must match the options in src/protocol.ts.
tool('@grpc/proto-loader', 'proto-loader-gen-types', '--longs=Number', '--enums=String', '--defaults', '--oneofs',
  '--includeComments', '--grpcLib=@grpc/grpc-js', '--importFileExtension=.js', '--outDir=src/generated', '-I', protos,
  '--', 'runner/v1/runner.proto', 'google/rpc/status.proto', 'google/rpc/error_details.proto',
  'grpc/health/v1/health.proto');
tool('typescript', 'tsc', '--project', 'tsconfig.json');
cpSync(protos, join(here, 'dist/proto'), {
  recursive: true,
  filter: (path) => !/\.[a-z]+$/.test(path) || path.endsWith('.proto'),
});
