// A gRPC client that grants the server no flow-control window: SOCKET SECONDS PROGRAM. It asks for a run of PROGRAM with that wall
// time limit, prints "sent", and reads nothing of the answer until it is killed.
import http2 from 'node:http2';
import net from 'node:net';

const [socket, seconds, program] = process.argv.slice(2);

// Protocol Buffers by hand: tag, length, bytes. Field numbers are those of RunRequest in proto/runner/v1/run.proto.
const varint = (number) => (number > 127 ? [(number & 127) | 128, ...varint(number >>> 7)] : [number]);
const bytes = (field, content) => Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(content.length)]), content]);
const file = Buffer.concat([bytes(1, Buffer.from('main.js')), bytes(2, Buffer.from(program))]);
const wallTime = bytes(1, Buffer.from([1 << 3, ...varint(Number(seconds))]));
const request = Buffer.concat([bytes(3, file), bytes(8, wallTime)]);

const session = http2.connect('http://localhost', {
  createConnection: () => net.connect(socket),
  settings: { initialWindowSize: 0 },
});
const call = session.request({
  ':method': 'POST', ':path': '/runner.v1.Runner/Run', 'content-type': 'application/grpc', te: 'trailers',
});
const prefix = Buffer.alloc(5);
prefix.writeUInt32BE(request.length, 1);
call.end(Buffer.concat([prefix, request]), () => console.log('sent'));
setInterval(() => {}, 1e6);
