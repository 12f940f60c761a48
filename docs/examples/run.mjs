import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import { fileURLToPath } from 'node:url';

const proto = fileURLToPath(new URL('../../proto', import.meta.url));
const types = loader.loadSync('runner/v1/runner.proto', { includeDirs: [proto], keepCase: true, enums: String });
const { Runner } = grpc.loadPackageDefinition(types).runner.v1;
const runner = new Runner(process.env.RUNNER_ADDRESS ?? 'unix:/run/runner/runner.sock', grpc.credentials.createInsecure());

const call = runner.Run({
  files: [{ path: 'main.mjs', content: Buffer.from('console.log("hello from", process.version)') }],
  limits: { wall_time: { seconds: 2 } },
});
call.on('data', ({ stdout, stderr, result }) => {
  if (stdout?.length) process.stdout.write(stdout);
  if (stderr?.length) process.stderr.write(stderr);
  if (result) console.log(result.verdict, result.message);
});
call.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
